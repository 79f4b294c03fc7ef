package io.behavioranalytics.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JourneyGeneratorTest {
    @Test
    void the_bundled_sample_comes_from_its_seed_byte_by_byte() throws IOException {
        StringWriter again = new StringWriter();
        JourneyGenerator.write(JourneyGenerator.SAMPLE_VISITORS, JourneyGenerator.SAMPLE_SEED, again);

        try (InputStream bundled =
                Objects.requireNonNull(JourneyGenerator.class.getResourceAsStream("journeys.jsonl"))) {
            byte[] bytes = bundled.readAllBytes();
            assertThat(bytes.length).isGreaterThan(100_000);
            // not an assertion on the whole text: a difference would be printed whole
            assertThat(new ByteArrayInputStream(bytes))
                    .hasSameContentAs(new ByteArrayInputStream(again.toString().getBytes(StandardCharsets.UTF_8)));
        }
    }

    @Test
    void another_seed_makes_other_journeys() throws IOException {
        assertThat(journeys(20, 1)).isEqualTo(journeys(20, 1)).isNotEqualTo(journeys(20, 2));
    }

    @Test
    void a_larger_sample_holds_the_journeys_of_a_smaller_one_of_the_same_seed() throws IOException {
        assertThat(journeys(30, 7)).containsAll(journeys(10, 7));
    }

    @Test
    void a_file_name_that_ends_in_gz_is_compressed(@TempDir Path folder) throws IOException {
        Path plain = folder.resolve("j.jsonl");
        Path packed = folder.resolve("j.jsonl.gz");

        assertThat(JourneyGenerator.write(10, 1, plain)).isEqualTo(JourneyGenerator.write(10, 1, packed));

        try (InputStream in = new GZIPInputStream(Files.newInputStream(packed))) {
            assertThat(in).hasBinaryContent(Files.readAllBytes(plain));
        }
    }

    private static List<String> journeys(int visitors, long seed) throws IOException {
        StringWriter out = new StringWriter();
        JourneyGenerator.write(visitors, seed, out);
        return out.toString().lines().toList();
    }
}
