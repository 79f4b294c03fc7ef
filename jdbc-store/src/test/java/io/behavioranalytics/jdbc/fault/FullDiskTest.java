package io.behavioranalytics.jdbc.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.behavioranalytics.BehaviorAnalytics;
import io.behavioranalytics.TrackResult.Outcome;
import io.behavioranalytics.jdbc.JdbcStore;
import io.behavioranalytics.store.StoreException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The disk of an H2 file is full for a while: nothing is acknowledged that is not stored, and work goes on once there is room. */
@Timeout(600)
class FullDiskTest {
    private static final int ROUNDS = FaultSize.of(3, 40);
    private static final int MOST_WRITES = 60;
    private static final int REFUSED = 5;
    private static final int THREADS = 4;

    private final Calls calls = new Calls();

    @TempDir
    Path folder;

    @AfterEach
    void free() {
        BoundedDisk.free();
    }

    @Test
    void while_the_disk_is_full_callers_are_told_to_come_again_and_the_host_goes_on_when_there_is_room() {
        Random chance = FaultSize.random("full disk");
        BoundedDisk.register();
        try (JdbcStore store = JdbcStore.builder()
                        .url(BoundedDisk.url(folder.resolve("behavior")))
                        .timeout(Duration.ofSeconds(2))
                        .build();
                BehaviorAnalytics analytics = BehaviorAnalytics.builder()
                        .store(store)
                        .settings(HostProcess.settings())
                        .action(calls.executor())
                        .build()) {
            Campaign campaign = Campaign.begin(analytics, 20);
            analytics.start();
            long from = 0;
            long stored = 0;
            long refused = 0;
            for (int round = 0; round < ROUNDS; round++) {
                Load load = new Load(campaign, from, Long.MAX_VALUE, number -> {});
                try (load) {
                    load.on(analytics, THREADS).awaitMore(20);
                    BoundedDisk.fullAfter(chance.nextInt(MOST_WRITES));
                    Waiting.until(
                            "a caller is refused",
                            () -> BoundedDisk.isFull() && load.outcomes().containsKey(Outcome.RETRY_LATER));
                    load.stop();
                }
                assertThat(load.outcomes().keySet())
                        .as("what callers were told")
                        .isSubsetOf(Outcome.ACCEPTED, Outcome.DUPLICATE, Outcome.RETRY_LATER);
                refused += load.outcomes().getOrDefault(Outcome.RETRY_LATER, 0L);
                from = load.sentBelow() + REFUSED;
                for (long number = load.sentBelow(); number < from; number++) {
                    assertThat(analytics.track(campaign.request(number)).outcome())
                            .isEqualTo(Outcome.RETRY_LATER);
                }
                assertThatThrownBy(() -> Campaign.trigger(analytics, "More", "\"download\"", 0, "PT0S"))
                        .isInstanceOf(StoreException.class);

                BoundedDisk.free();
                Waiting.until(
                        "the host goes on",
                        () -> analytics.track(campaign.request(0)).isDurable());
                assertThat(new Invariants(store).eventIds())
                        .as("what was acknowledged while the disk filled up")
                        .containsAll(load.stored().stream().map(Campaign::id).toList());
                for (; stored < from; stored++) {
                    campaign.send(analytics, stored);
                }
            }
            Set<Long> all = LongStream.range(0, from).boxed().collect(Collectors.toSet());
            Invariants end = Invariants.settled(analytics, store).check(analytics, all, from, calls, ROUNDS);
            assertThat(end.eventIds()).hasSize(all.size());
            FaultSize.report("full disk: " + ROUNDS + " times, " + all.size() + " events, " + refused
                    + " calls refused, " + end.executions().size() + " firings");
        }
    }
}
