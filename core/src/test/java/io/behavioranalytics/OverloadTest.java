package io.behavioranalytics;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** RELIABILITY.md B17: ten times more events than the intake holds, in a virtual machine of 128 MiB. */
class OverloadTest {
    @TempDir
    Path folder;

    @Test
    @Timeout(300)
    void an_overload_is_refused_and_counted_and_the_memory_stays_bounded() throws Exception {
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-XX:+UseSerialGC",
                        "-XX:+ExitOnOutOfMemoryError",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Overload.class.getName()))
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("out").toFile())
                .start();
        boolean ended = process.waitFor(240, TimeUnit.SECONDS);
        process.destroyForcibly();
        String out = Files.readString(folder.resolve("out"));
        System.out.println(out.strip());
        assertThat(ended).as("ended in time: %s", out).isTrue();
        assertThat(process.exitValue()).as(out).isZero();
        assertThat(out).contains("overload: all is well");
    }
}
