package io.behavioranalytics;

import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.json.Json;
import io.behavioranalytics.json.JsonLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Compiles every block of Java in the README and the docs, reads every block of JSON, and follows every link. */
class DocsTest {
    private static final Path ROOT = DocBlock.ROOT;

    @TempDir
    Path classes;

    @ParameterizedTest
    @MethodSource("javaBlocks")
    void every_block_of_java_compiles(DocBlock block) throws IOException {
        assertThat(block.errors(classes)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("jsonBlocks")
    void every_block_of_json_reads(DocBlock block) {
        assertThat(Json.parse(block.code(), JsonLimits.DEFINITION)).isNotNull();
    }

    @Test
    void the_readme_keeps_to_120_lines_and_its_quickstart_to_15() throws IOException {
        Path readme = ROOT.resolve("README.md");
        assertThat(Files.readAllLines(readme)).hasSizeLessThanOrEqualTo(120);
        assertThat(DocBlock.in("java")
                        .filter(block -> block.page().equals(readme))
                        .findFirst())
                .hasValueSatisfying(block -> assertThat(block.code().lines().filter(line -> !line.isBlank()))
                        .hasSizeLessThanOrEqualTo(15));
    }

    @Test
    void every_relative_link_leads_to_a_file() throws IOException {
        List<String> dead = new ArrayList<>();
        for (Path page : DocBlock.pages()) {
            var links = java.util.regex.Pattern.compile("\\]\\(([^)#:]+)(#[^)]*)?\\)")
                    .matcher(Files.readString(page));
            while (links.find()) {
                Path target = Objects.requireNonNull(page.getParent()).resolve(links.group(1));
                if (!Files.exists(target)) {
                    dead.add(page + " -> " + links.group(1));
                }
            }
        }
        assertThat(dead).isEmpty();
    }

    static Stream<DocBlock> javaBlocks() throws IOException {
        return DocBlock.in("java").filter(block -> !block.needsDatabase());
    }

    static Stream<DocBlock> jsonBlocks() throws IOException {
        return DocBlock.in("json");
    }
}
