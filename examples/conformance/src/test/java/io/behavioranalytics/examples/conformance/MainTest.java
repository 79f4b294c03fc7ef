package io.behavioranalytics.examples.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The runner on small files of its own: what passes, what fails, and what cannot be read. */
class MainTest {
    @TempDir
    Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void cases_that_agree_are_counted_and_the_run_ends_well() throws IOException {
        file("growthbook_hash.json", """
                {"cases": [
                  {"id": "one", "seed": "", "value": "a", "version": 1, "expected": 0.22, "tolerance": 0},
                  {"id": "none", "seed": "", "value": "a", "version": 99, "expected": null}]}""");
        assertThat(run(folder.toString())).isZero();
        assertThat(text(out))
                .contains("growthbook_hash.json", "2 cases     2 passed     0 failed")
                .contains("1 files: 2 cases, 2 passed, 0 failed, 0 not applicable");
    }

    @Test
    void a_case_that_disagrees_is_told_with_both_figures_and_fails_the_run() throws IOException {
        file("growthbook_hash.json", """
                {"cases": [
                  {"id": "wrong", "seed": "", "value": "a", "version": 1, "expected": 0.221, "tolerance": 1e-6},
                  {"id": "near", "seed": "", "value": "a", "version": 1, "expected": 0.221, "tolerance": 0.0011}]}""");
        assertThat(run(folder.toString())).isEqualTo(1);
        assertThat(text(out)).contains("1 passed     1 failed", "FAILED wrong: expected 0.221 got 0.22");
    }

    @Test
    void a_name_that_nothing_answers_has_failed() throws IOException {
        file("growthbook_hash.json", """
                {"cases": [{"id": "odd", "seed": "", "value": "a", "version": 1, "expected": {"bucket": 0.22}}]}""");
        assertThat(run(folder.toString())).isEqualTo(1);
        assertThat(text(out)).contains("FAILED odd: expected {\"bucket\":0.22} got 0.22");
    }

    @Test
    void malformed_cases_fail_one_by_one_and_the_others_still_run() throws IOException {
        file("growthbook_hash.json", """
                {"cases": [
                  7,
                  {"id": "no value", "seed": "", "version": 1, "expected": 0.22},
                  {"id": "text", "seed": "", "value": "a", "version": "two", "expected": 0.22},
                  {"id": "nothing expected", "seed": "", "value": "a", "version": 1},
                  {"id": "fine", "seed": "", "value": "a", "version": 1, "expected": 0.22}]}""");
        assertThat(run(folder.toString())).isEqualTo(1);
        assertThat(text(out))
                .contains("5 cases     1 passed     4 failed")
                .contains("FAILED cases[0]: malformed: cases[0] must be an object: 7")
                .contains("FAILED no value: malformed: cases[1].value is missing")
                .contains("FAILED text: malformed: cases[2].version must be a number: two")
                .contains("FAILED nothing expected: malformed: cases[3].expected_… is missing");
    }

    @Test
    void malformed_files_are_told_by_name_without_a_trace() throws IOException {
        file("growthbook_hash.json", "{\"cases\": [");
        file("srm.json", "[1, 2]");
        file("msprt.json", "{\"cases\": {}}");
        file("gbstats_cuped.json", "");
        assertThat(run(folder.toString())).isEqualTo(1);
        assertThat(text(out))
                .contains("FAILED malformed: not JSON")
                .contains("FAILED malformed: the document must be an object: [1,2]")
                .contains("FAILED malformed: cases must be a list: {}")
                .contains("4 files: 0 cases, 0 passed, 4 failed")
                .doesNotContain("\tat ");
        assertThat(text(err)).isEmpty();
    }

    @Test
    void files_of_other_kinds_are_not_applicable_with_the_reason() throws IOException {
        file("growthbook_run.json", "{\"cases\": [{}, {}]}");
        file("something_else.json", "{\"cases\": [{}]}");
        assertThat(run(folder.toString())).isZero();
        assertThat(text(out))
                .contains("not applicable: runs of another product's experiment model")
                .contains("not applicable: no kind of this name is known")
                .contains("2 files: 3 cases, 0 passed, 0 failed, 3 not applicable");
    }

    @Test
    void a_figure_that_a_second_computation_found_off_is_not_what_counts() throws IOException {
        file("growthbook_hash.json", """
                {"cases": [{"id": "off", "seed": "", "value": "a", "version": 1, "expected": 0.3, "recomputed": 0.22,
                  "recomputed_agrees": false, "tolerance": 0}]}""");
        assertThat(run(folder.toString())).isZero();
        assertThat(text(out)).contains("1 held against a second computation");
    }

    @Test
    void without_a_folder_of_vectors_there_is_nothing_to_run() {
        assertThat(run()).isEqualTo(2);
        assertThat(run(folder.resolve("nowhere").toString())).isEqualTo(2);
        assertThat(run(folder.toString())).isEqualTo(2);
        assertThat(run("\0")).isEqualTo(2);
        assertThat(text(err))
                .contains("usage:", "cannot read the folder", "no file *.json")
                .doesNotContain("\tat ");
    }

    private void file(String name, String content) throws IOException {
        Files.writeString(folder.resolve(name), content);
    }

    private int run(String... args) {
        return Main.run(print(out), print(err), args);
    }

    private static PrintStream print(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }

    private static String text(ByteArrayOutputStream bytes) {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
