package io.behavioranalytics.jdbc.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.BehaviorAnalytics;
import io.behavioranalytics.event.TrackRequest;
import io.behavioranalytics.jdbc.JdbcStore;
import io.behavioranalytics.jdbc.postgres.ChildJvm;
import io.behavioranalytics.jdbc.postgres.PostgresServer;
import io.behavioranalytics.jdbc.postgres.TestDatabase;
import io.behavioranalytics.store.ActionRecord;
import io.behavioranalytics.store.ActionStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A host stops in the middle of an action, for a while or for good, and another takes the action over. */
@Timeout(600)
class LostLeaseTest {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final Duration SHORT = Duration.ofSeconds(2);
    private static final Duration BY_DEFAULT = Duration.ofSeconds(30);

    private final Calls calls = new Calls();

    @TempDir
    Path folder;

    private Path end() {
        return folder.resolve("end");
    }

    private BehaviorAnalytics host(JdbcStore store, Duration lease) {
        return BehaviorAnalytics.builder()
                .store(store)
                .settings(SlowHost.settings(lease))
                .action(calls.executor())
                .build();
    }

    private static void ask(BehaviorAnalytics analytics) {
        assertThat(analytics
                        .track(TrackRequest.builder("quote_request")
                                .leadId("lead")
                                .build())
                        .isDurable())
                .isTrue();
    }

    private static ActionRecord only(JdbcStore store, ActionStatus status) {
        List<ActionRecord> records = store.queue().list(status, null, 10);
        assertThat(records).hasSize(1);
        return records.get(0);
    }

    @Test
    void what_a_frozen_host_finds_when_it_wakes_is_discarded_and_counted() throws IOException {
        try (TestDatabase database = PostgresServer.shared().freshDatabase();
                JdbcStore store = JdbcStore.builder().url(database.url()).build();
                BehaviorAnalytics heir = host(store, SHORT)) {
            Campaign.trigger(heir, "Quote", "\"quote_request\"", 60, "PT0S");
            try (ChildJvm frozen = SlowHost.start(database.url(), SHORT, end())) {
                frozen.awaitLines(1, LIMIT);
                ask(heir);
                frozen.awaitLines(2, LIMIT);
                frozen.freeze();
                heir.start();
                Waiting.until(
                        "the action is taken over",
                        () -> !store.queue().list(ActionStatus.DONE, null, 1).isEmpty());
                Files.createFile(end());
                frozen.thaw();
                List<String> lines = frozen.awaitLines(4, LIMIT);
                HostProcess.read(lines, new HashSet<>(), calls);

                assertThat(lines.subList(2, 4)).containsExactly("stale false true", "done 0 stale 1");
                ActionRecord record = only(store, ActionStatus.DONE);
                UUID key = record.action().id();
                assertThat(record.attempts()).isEqualTo(2);
                assertThat(calls.attempts()).containsOnlyKeys(key);
                assertThat(calls.attempts().get(key)).containsExactlyInAnyOrder(1, 2);
                assertThat(heir.statistics().actionsDone()).isEqualTo(1);
                assertThat(heir.statistics().staleResults()).isZero();
            }
        }
    }

    @Test
    void the_action_of_a_killed_host_is_taken_over_when_its_lease_is_over() {
        Duration lease = FaultSize.of(SHORT, BY_DEFAULT);
        try (TestDatabase database = PostgresServer.shared().freshDatabase();
                JdbcStore store = JdbcStore.builder().url(database.url()).build();
                BehaviorAnalytics heir = host(store, lease)) {
            Campaign.trigger(heir, "Quote", "\"quote_request\"", 60, "PT0S");
            try (ChildJvm killed = SlowHost.start(database.url(), lease, end())) {
                killed.awaitLines(1, LIMIT);
                ask(heir);
                killed.awaitLines(2, LIMIT);
                HostProcess.read(killed.kill(), new HashSet<>(), calls);
                heir.start();
                Duration taken = Waiting.until(
                        "the action is taken over",
                        () -> !store.queue().list(ActionStatus.DONE, null, 1).isEmpty());

                ActionRecord record = only(store, ActionStatus.DONE);
                assertThat(calls.attempts().get(record.action().id())).containsExactly(1, 2);
                FaultSize.report("takeover after kill -9 with a lease of " + lease + ": " + taken.toMillis() + " ms");
            }
        }
    }
}
