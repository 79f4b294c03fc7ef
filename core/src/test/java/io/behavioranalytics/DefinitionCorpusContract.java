package io.behavioranalytics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import io.behavioranalytics.json.InvalidDefinitionException;
import io.behavioranalytics.json.Violation;
import io.behavioranalytics.segment.Segment;
import io.behavioranalytics.segment.SegmentDraft;
import io.behavioranalytics.store.Store;
import io.behavioranalytics.testkit.RecordingExecutor;
import io.behavioranalytics.trigger.Trigger;
import io.behavioranalytics.trigger.TriggerDraft;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * bad-input.md C33 to C43, C53 to C56 and C65: every file of the corpus has the outcome of expect.tsv on every store. What is refused
 * leaves nothing behind; what is accepted is read back by another host as it was saved.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class DefinitionCorpusContract {
    private final VirtualClock clock = VirtualClock.at(Instant.parse("2026-03-01T12:00:00Z"));

    @TempDir
    Path folder;

    private Store store;
    private BehaviorAnalytics writer;
    private BehaviorAnalytics reader;

    /**
     * Makes an empty store.
     *
     * @param storeClock the clock of leases and rates
     * @return the store; it is closed after all rows
     */
    protected abstract Store createStore(InstantSource storeClock);

    @BeforeAll
    void open() {
        store = createStore(clock);
        writer = host();
        reader = host();
        writer.segments().create(SegmentDraft.ofMembers("Known"));
        writer.segments().create(SegmentDraft.ofMembers("High intent leads"));
    }

    private BehaviorAnalytics host() {
        return BehaviorAnalytics.builder()
                .store(store)
                .clock(clock)
                .settings(Settings.builder().cacheTtl(Duration.ZERO).build())
                .executor(Runnable::run)
                .action(new RecordingExecutor("send_email"))
                .build();
    }

    @AfterAll
    void close() {
        writer.close();
        reader.close();
        store.close();
    }

    static Stream<Arguments> criteria() {
        return rows("criteria");
    }

    static Stream<Arguments> triggers() {
        return rows("trigger");
    }

    @ParameterizedTest(name = "{0} is {1} {2}")
    @MethodSource("criteria")
    void a_segment_has_the_outcome_that_is_written(String file, String outcome, String path) {
        Path marker = folder.resolve("marker"); // what the scripts of C41 would create
        String json = text("criteria/" + file)
                .replace("MARKER_FILE", marker.toString().replace("\\", "\\\\"));
        if (outcome.equals("OK")) {
            Segment saved = writer.segments().create(SegmentDraft.fromJson(json));
            assertThat(reader.segments().get(saved.key()).orElseThrow().segment())
                    .isEqualTo(saved);
            assertThat(reader.segments().list()).contains(saved);
            writer.segments().delete(saved.key());
        } else {
            refuses(() -> writer.segments().create(SegmentDraft.fromJson(json)), outcome, path);
        }
        assertThat(marker).doesNotExist();
    }

    @ParameterizedTest(name = "{0} is {1} {2}")
    @MethodSource("triggers")
    void a_trigger_has_the_outcome_that_is_written(String file, String outcome, String path) {
        Path marker = folder.resolve("marker");
        String json =
                text("trigger/" + file).replace("MARKER_FILE", marker.toString().replace("\\", "\\\\"));
        if (outcome.equals("OK")) {
            Trigger saved = writer.triggers().create(TriggerDraft.fromJson(json));
            assertThat(reader.triggers().get(saved.key())).contains(saved);
            writer.triggers().delete(saved.key());
        } else {
            refuses(() -> writer.triggers().create(TriggerDraft.fromJson(json)), outcome, path);
        }
        assertThat(marker).doesNotExist();
    }

    private void refuses(ThrowingCallable call, String outcome, String path) {
        long before = store.definitions().version();
        InvalidDefinitionException refused = catchThrowableOfType(InvalidDefinitionException.class, call);
        assertThat(refused).as("refused").isNotNull();
        assertThat(refused.violations())
                .extracting(Violation::path, Violation::code)
                .containsExactly(tuple(path, outcome));
        // A name may be echoed up to 64 characters; everything around it is ours and short.
        assertThat(refused.violations())
                .allMatch(violation -> violation.message().length() < 500);
        assertThat(refused.getMessage()).doesNotContain("hunter2").doesNotContain("\n");
        assertThat(store.definitions().version()).as("nothing was stored").isEqualTo(before);
    }

    private static Stream<Arguments> rows(String target) {
        List<String> lines = text(target + "/expect.tsv").lines().toList();
        return lines.stream().filter(line -> !line.startsWith("#")).map(line -> {
            String[] cells = line.split("\t", -1);
            return Arguments.of(cells[0], cells[1], cells.length > 2 ? cells[2] : "");
        });
    }

    private static String text(String name) {
        try (InputStream in = DefinitionCorpusContract.class.getResourceAsStream("/corpus/" + name)) {
            return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
