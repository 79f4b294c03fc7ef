package io.behavioranalytics.examples.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** That each runs to its end; how long it takes is nothing that a test may ask. */
class BenchmarksRunTest {
    @ParameterizedTest
    @EnumSource(Benchmark.class)
    void every_benchmark_prints_a_table(Benchmark benchmark) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        benchmark.run(200, new PrintStream(bytes, true, StandardCharsets.UTF_8));

        assertThat(bytes.toString(StandardCharsets.UTF_8))
                .startsWith("### " + benchmark.command())
                .containsPattern("\\| -+ \\|")
                .contains("200 events");
    }
}
