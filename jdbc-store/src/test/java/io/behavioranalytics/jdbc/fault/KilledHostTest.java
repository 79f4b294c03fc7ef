package io.behavioranalytics.jdbc.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.BehaviorAnalytics;
import io.behavioranalytics.jdbc.JdbcStore;
import io.behavioranalytics.jdbc.postgres.ChildJvm;
import java.time.Duration;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A host is killed at random instants under load, and the next one goes on with what it left. */
@Timeout(1_800)
class KilledHostTest {
    private static final int ROUNDS = FaultSize.of(10, 100);
    private static final Duration START_LIMIT = Duration.ofMinutes(2);
    private static final Duration LONGEST_LIFE = Duration.ofMillis(400);
    private static final int LINES_FIRST = 4;

    private static final int LEADS = 20;

    private final Set<Long> acknowledged = new TreeSet<>();
    private final Calls calls = new Calls();

    @ParameterizedTest
    @EnumSource
    void nothing_acknowledged_is_lost_and_nothing_is_decided_or_done_twice(Site.Kind kind) {
        Random random = FaultSize.random("kill -9 on " + kind);
        try (Site site = Site.of(kind)) {
            Campaign campaign = define(site);
            for (int round = 0; round < ROUNDS; round++) {
                live(site, campaign, random, false);
            }
            try (JdbcStore store = site.open();
                    BehaviorAnalytics analytics = host(store)) {
                int before = acknowledged.size();
                assertThat(before).isGreaterThanOrEqualTo(ROUNDS);
                long sentBelow = highest() + 8;
                for (long number = 0; number < sentBelow; number++) {
                    if (!acknowledged.contains(number)) {
                        campaign.send(analytics, number);
                        acknowledged.add(number);
                    }
                }
                Invariants end =
                        Invariants.settled(analytics, store).check(analytics, acknowledged, sentBelow, calls, ROUNDS);
                FaultSize.report("kill -9 on " + kind + ": " + ROUNDS + " kills, " + before
                        + " events acknowledged before them, 0 lost, "
                        + end.executions().size() + " firings, "
                        + calls.keys() + " actions");
            }
        }
    }

    @Test
    void with_the_delayed_writes_that_h2_has_by_default_acknowledged_events_are_lost() {
        Random random = FaultSize.random("kill -9 on H2 with WRITE_DELAY 500");
        try (Site site = Site.of(Site.Kind.H2_FILE)) {
            Campaign campaign = define(site);
            Set<UUID> stored = Set.of();
            for (int round = 0; round < ROUNDS && stored.containsAll(ids()); round++) {
                live(site, campaign, random, true);
                try (JdbcStore store = site.open()) {
                    stored = new Invariants(store).eventIds();
                }
            }
            Set<UUID> lost = new TreeSet<>(ids());
            lost.removeAll(stored);
            FaultSize.report("control, H2 with WRITE_DELAY 500: lost " + lost.size() + " of " + acknowledged.size());
            assertThat(lost).as("the test can tell a store that loses").isNotEmpty();
        }
    }

    private Campaign define(Site site) {
        try (JdbcStore store = site.open();
                BehaviorAnalytics analytics = host(store)) {
            return Campaign.begin(analytics, LEADS);
        }
    }

    private BehaviorAnalytics host(JdbcStore store) {
        return BehaviorAnalytics.builder()
                .store(store)
                .settings(HostProcess.settings())
                .action(calls.executor())
                .build();
    }

    /** One life of a host: it sends again what its predecessor was not told of, and is killed. */
    private void live(Site site, Campaign campaign, Random random, boolean delayedWrites) {
        long from = 0;
        while (acknowledged.contains(from)) {
            from++;
        }
        try (ChildJvm host = HostProcess.start(site.url(), campaign, from, delayedWrites)) {
            HostProcess.read(host.killAtRandom(random, LINES_FIRST, START_LIMIT, LONGEST_LIFE), acknowledged, calls);
        }
    }

    private long highest() {
        return acknowledged.stream().mapToLong(Long::longValue).max().orElse(0);
    }

    private Set<UUID> ids() {
        Set<UUID> ids = new TreeSet<>();
        acknowledged.forEach(number -> ids.add(Campaign.id(number)));
        return ids;
    }
}
