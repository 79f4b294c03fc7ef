package io.behavioranalytics.jdbc.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.BehaviorAnalytics;
import io.behavioranalytics.Settings;
import io.behavioranalytics.TrackResult;
import io.behavioranalytics.event.TrackRequest;
import io.behavioranalytics.jdbc.JdbcStore;
import io.behavioranalytics.store.ActionStatus;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Four hosts with four threads each share one queue. */
@Timeout(1_200)
class QueueAcrossHostsTest {
    private static final int HOSTS = 4;
    private static final int ACTIONS = FaultSize.of(1_000, 20_000);
    private static final int LIST = 500;
    private static final int NAIVE_LIMIT = 10;

    private final Calls calls = new Calls();

    @ParameterizedTest
    @EnumSource
    void every_action_is_done_once_by_one_of_them(Site.Kind kind) {
        try (Site site = Site.of(kind)) {
            List<JdbcStore> stores = new ArrayList<>();
            List<BehaviorAnalytics> hosts = new ArrayList<>();
            try {
                for (int i = 0; i < HOSTS; i++) {
                    stores.add(
                            JdbcStore.builder().url(site.url()).connections(6).build());
                    hosts.add(host(stores.get(i)));
                }
                schedule(hosts.get(0));
                long begun = System.nanoTime();
                hosts.forEach(BehaviorAnalytics::start);
                Waiting.until("every action is done", Duration.ofMinutes(10), () -> done(hosts) >= ACTIONS);
                Duration took = Duration.ofNanos(System.nanoTime() - begun);

                Map<ActionStatus, Long> counts = hosts.get(0).actions().counts();
                assertThat(counts).containsEntry(ActionStatus.DONE, (long) ACTIONS);
                assertThat(counts.values().stream().mapToLong(Long::longValue).sum())
                        .isEqualTo(ACTIONS);
                assertThat(calls.attempts()).hasSize(ACTIONS).values().containsOnly(List.of(1));
                assertThat(hosts).allSatisfy(host -> {
                    assertThat(host.statistics().staleResults()).isZero();
                    assertThat(host.statistics().actionRetries()).isZero();
                });
                FaultSize.report("queue on " + kind + ": " + ACTIONS + " actions by " + HOSTS + " hosts in "
                        + took.toMillis() + " ms, by each "
                        + hosts.stream()
                                .map(host -> host.statistics().actionsDone())
                                .toList());
            } finally {
                hosts.forEach(BehaviorAnalytics::close);
                stores.forEach(JdbcStore::close);
            }
        }
    }

    /** The control: hosts that look for what waits and mark it then, as two statements, take the same actions. */
    @ParameterizedTest
    @EnumSource
    void hosts_that_look_first_and_mark_then_do_the_same_actions(Site.Kind kind) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(HOSTS);
        try (Site site = Site.of(kind);
                JdbcStore store = site.open();
                BehaviorAnalytics analytics = host(store)) {
            schedule(analytics);
            CyclicBarrier together = new CyclicBarrier(HOSTS);
            List<Future<List<UUID>>> hosts = new ArrayList<>();
            for (int i = 0; i < HOSTS; i++) {
                hosts.add(threads.submit(() -> claimNaively(site, together)));
            }
            List<UUID> claimed = new ArrayList<>();
            for (Future<List<UUID>> host : hosts) {
                claimed.addAll(host.get(60, TimeUnit.SECONDS));
            }
            assertThat(claimed).hasSize(HOSTS * NAIVE_LIMIT);
            assertThat(Set.copyOf(claimed)).as("the race is lost").hasSizeLessThan(claimed.size());
        } finally {
            threads.shutdownNow();
        }
    }

    private static List<UUID> claimNaively(Site site, CyclicBarrier together) throws Exception {
        List<UUID> claimed = new ArrayList<>();
        try (Connection connection = site.connect();
                Statement look = connection.createStatement();
                PreparedStatement mark =
                        connection.prepareStatement("update scheduled_action set status = 'claimed' where id = ?")) {
            try (ResultSet waiting = look.executeQuery("select id from scheduled_action where status = 'pending'"
                    + " order by not_before, id limit " + NAIVE_LIMIT)) {
                while (waiting.next()) {
                    claimed.add(waiting.getObject(1, UUID.class));
                }
            }
            together.await(60, TimeUnit.SECONDS);
            for (UUID id : claimed) {
                mark.setObject(1, id);
                assertThat(mark.executeUpdate()).isOne();
            }
        }
        return claimed;
    }

    private static long done(List<BehaviorAnalytics> hosts) {
        return hosts.stream().mapToLong(host -> host.statistics().actionsDone()).sum();
    }

    private BehaviorAnalytics host(JdbcStore store) {
        return BehaviorAnalytics.builder()
                .store(store)
                .settings(Settings.builder()
                        .actionThreads(4)
                        .processingInterval(Duration.ofMillis(50))
                        .triggerMaxExecutionRate(100_000_000)
                        .build())
                .action(calls.executor())
                .build();
    }

    private static void schedule(BehaviorAnalytics analytics) {
        Campaign.trigger(analytics, "Share", "\"social_share\"", 0, "PT0S");
        for (int first = 0; first < ACTIONS; first += LIST) {
            List<TrackRequest> requests = new ArrayList<>();
            for (int i = first; i < first + LIST; i++) {
                requests.add(
                        TrackRequest.builder("social_share").leadId("lead-" + i).build());
            }
            assertThat(analytics.trackAll(requests)).allMatch(TrackResult::isDurable);
        }
    }
}
