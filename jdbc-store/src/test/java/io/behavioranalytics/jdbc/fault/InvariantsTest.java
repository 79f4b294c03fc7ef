package io.behavioranalytics.jdbc.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.BehaviorAnalytics;
import io.behavioranalytics.event.TrackRequest;
import io.behavioranalytics.store.ActionStatus;
import io.behavioranalytics.store.ArchiveRecord;
import io.behavioranalytics.store.Claim;
import io.behavioranalytics.store.InMemoryStore;
import io.behavioranalytics.store.Ledger;
import io.behavioranalytics.store.Store;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The tests for faults ask a store that hosts go on working with, so what they ask is tested, too. */
@Timeout(300)
class InvariantsTest {
    private static final Duration LEASE = Duration.ofMillis(200);

    @Test
    void what_another_host_begins_right_behind_a_look_at_the_counts_is_waited_for() {
        Calls calls = new Calls();
        List<Claim> begun = new ArrayList<>();
        try (InMemoryStore store = new InMemoryStore();
                BehaviorAnalytics other =
                        BehaviorAnalytics.builder().store(store).build();
                BehaviorAnalytics analytics = BehaviorAnalytics.builder()
                        .store(afterCounts(store, () -> {
                            if (begun.isEmpty()) {
                                view(other);
                                begun.addAll(store.queue()
                                        .claim(
                                                List.of(Campaign.NOTE),
                                                Instant.now().plusSeconds(1),
                                                1,
                                                LEASE,
                                                100));
                            }
                        }))
                        .action(calls.executor())
                        .build()) {
            Campaign.trigger(analytics, "Viewed", "\"page_view\"", 0, "PT0S");

            Invariants settled = Invariants.settled(analytics, store);

            assertThat(begun).hasSize(1);
            assertThat(settled.actions().values())
                    .extracting(ArchiveRecord.Scheduled::status)
                    .containsExactly(ActionStatus.DONE);
            assertThat(calls.attempts().values()).containsExactly(List.of(2));
        }
    }

    private static void view(BehaviorAnalytics analytics) {
        assertThat(analytics
                        .track(TrackRequest.builder("page_view").leadId("lead").build())
                        .isDurable())
                .isTrue();
    }

    /** A store beside which something else happens whenever its actions were counted. */
    private static Store afterCounts(Store store, Runnable then) {
        Ledger ledger = Interception.around(Ledger.class, store.ledger(), (method, real) -> {
            Object answer = real.call();
            if (method.equals("actionCounts")) {
                then.run();
            }
            return answer;
        });
        return Interception.around(
                Store.class, store, (method, real) -> method.equals("ledger") ? ledger : real.call());
    }
}
