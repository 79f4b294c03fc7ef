package io.behavioranalytics.jdbc.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.BehaviorAnalytics;
import io.behavioranalytics.SegmentView;
import io.behavioranalytics.action.ActionResult;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.EventView;
import io.behavioranalytics.event.Micros;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.jdbc.JdbcStore;
import io.behavioranalytics.jdbc.postgres.ChildJvm;
import io.behavioranalytics.segment.Cause;
import io.behavioranalytics.segment.MembershipChange;
import io.behavioranalytics.segment.Schedule;
import io.behavioranalytics.segment.Segment;
import io.behavioranalytics.segment.SegmentDraft;
import io.behavioranalytics.store.Store;
import io.behavioranalytics.store.Subjects;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Hosts are killed at random instants under load while behavioral segments are calculated every few seconds, some by schedules and one
 * because it is demanded; the next one goes on with what they left.
 */
@Timeout(1_800)
class KilledCalculatorTest {
    private static final int ROUNDS = FaultSize.of(4, 40);
    private static final Duration START_LIMIT = Duration.ofMinutes(2);
    private static final Duration LONGEST_LIFE = Duration.ofMillis(600);
    private static final int LINES_FIRST = 40;
    private static final int THREADS = 4;
    private static final int LEADS = 8;

    /** Each has a minute, and of each minute another second. */
    private static final int SCHEDULED = 12;

    private static final String STORED = "stored ";
    private static final String CALLED = "called ";

    /** A host in a JVM of its own that sends, does what is due, and demands a calculation now and then. */
    static final class Host {
        private Host() {}

        public static void main(String[] args) {
            Campaign campaign = new Campaign(Instant.parse(args[1]), LEADS);
            BehaviorAnalytics analytics = BehaviorAnalytics.builder()
                    .store(JdbcStore.builder().url(args[0]).connections(4).build())
                    .settings(HostProcess.settings())
                    .action(Calls.note(request -> {
                        ChildJvm.acknowledge(CALLED + request.idempotencyKey() + " " + request.attempt());
                        return ActionResult.success();
                    }))
                    .build()
                    .start();
            Load load = new Load(
                    campaign, Long.parseLong(args[2]), Long.MAX_VALUE, number -> ChildJvm.acknowledge(STORED + number));
            load.on(analytics, THREADS);
            while (load.failures().isEmpty()) {
                analytics.segments().calculate("demanded");
                LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
            }
            load.awaitEnd();
        }
    }

    private final Set<Long> acknowledged = new TreeSet<>();
    private final Calls calls = new Calls();

    @ParameterizedTest
    @EnumSource
    void members_are_those_of_the_last_calculation_and_no_entry_or_exit_is_lost_or_recorded_twice(Site.Kind kind) {
        Random random = FaultSize.random("kill -9 beside calculations on " + kind);
        try (Site site = Site.of(kind)) {
            Campaign campaign = define(site);
            for (int round = 0; round < ROUNDS; round++) {
                live(site, campaign, random);
            }
            try (JdbcStore store = site.open();
                    BehaviorAnalytics analytics = host(store)) {
                int before = acknowledged.size();
                long sentBelow =
                        acknowledged.stream().mapToLong(Long::longValue).max().orElse(0) + 2 * THREADS;
                for (long number = 0; number < sentBelow; number++) {
                    if (acknowledged.add(number)) {
                        campaign.send(analytics, number);
                    }
                }
                analytics.segments().calculate("demanded");
                Waiting.until(
                        "everybody was decided on the newest definitions",
                        () -> analytics.runDue().isEmpty()
                                && !analytics
                                        .segments()
                                        .get("demanded")
                                        .orElseThrow()
                                        .calculating());
                Invariants.settled(analytics, store).check(analytics, acknowledged, sentBelow, calls, ROUNDS);
                int changes = 0;
                for (Segment segment : analytics.segments().list()) {
                    if (segment.isBehavioral()) {
                        changes += historiesAlternate(analytics, store, segment);
                        membersAreThoseOfTheLastCalculation(analytics, store, segment.key());
                    }
                }
                FaultSize.report("kill -9 beside calculations on " + kind + ": " + ROUNDS + " kills, " + before
                        + " events acknowledged before them, 0 lost, " + demanded(analytics)
                        + " demands kept, " + changes + " entries and exits");
                assertThat(changes).isGreaterThan(LEADS);
            }
        }
    }

    private static int demanded(BehaviorAnalytics analytics) {
        return analytics
                .segments()
                .get("demanded")
                .orElseThrow()
                .segment()
                .calculations()
                .demanded()
                .size();
    }

    private Campaign define(Site site) {
        try (JdbcStore store = site.open();
                BehaviorAnalytics analytics = host(store)) {
            Instant from = Instant.now();
            for (int i = 0; i < SCHEDULED; i++) {
                Schedule minutely = new Schedule.Every(Duration.ofMinutes(1), from.plusSeconds(5L * i));
                analytics.segments().create(draft("Scheduled " + i, minutely));
            }
            analytics.segments().create(draft("Demanded", null));
            Campaign.trigger(
                    analytics, "Calculated", "{\"type\": \"segment_entered\", \"segment\": \"demanded\"}", 0, "PT0S");
            return Campaign.begin(analytics, LEADS);
        }
    }

    /** Who viewed 2 or 3 pages, 6 or 7, and so on: everybody enters and leaves often. */
    private static SegmentDraft draft(String name, @Nullable Schedule schedule) {
        String filters = IntStream.range(0, 30)
                .mapToObj(i -> "{\"eventType\": \"page_view\", \"minFrequency\": " + (4 * i + 2)
                        + ", \"maxFrequency\": " + (4 * i + 3) + "}")
                .collect(Collectors.joining(", "));
        SegmentDraft criteria = SegmentDraft.fromJson("{\"name\": \"Pairs\", \"criteria\": {\"logicOperator\": \"OR\","
                + " \"eventFilters\": [" + filters + "]}}");
        return SegmentDraft.behavioral(name, criteria.criteria(), schedule);
    }

    private static boolean isMember(long views) {
        return views < 120 && views % 4 >= 2;
    }

    private BehaviorAnalytics host(JdbcStore store) {
        return BehaviorAnalytics.builder()
                .store(store)
                .settings(HostProcess.settings())
                .action(calls.executor())
                .build();
    }

    private void live(Site site, Campaign campaign, Random random) {
        long from = 0;
        while (acknowledged.contains(from)) {
            from++;
        }
        try (ChildJvm host = ChildJvm.of(
                        Host.class, site.url(), campaign.start().toString(), String.valueOf(from))
                .start()) {
            HostProcess.read(host.killAtRandom(random, LINES_FIRST, START_LIMIT, LONGEST_LIFE), acknowledged, calls);
        }
    }

    /** Nobody enters twice or leaves without having entered, and what a calculation changed it changed at one of its instants. */
    private static int historiesAlternate(BehaviorAnalytics analytics, Store store, Segment segment) {
        Map<SubjectId, Boolean> in = new HashMap<>();
        int changes = 0;
        for (MembershipChange change : store.ledger().memberships(segment.id(), null, 1_000_000)) {
            assertThat(in.getOrDefault(change.subject(), false))
                    .as("whether %s was in before %s", change.subject(), change)
                    .isNotEqualTo(change.entered());
            in.put(change.subject(), change.entered());
            if (change.cause() instanceof Cause.Calculation cause && !cause.demanded()) {
                Schedule.Every minutely = (Schedule.Every)
                        Objects.requireNonNull(segment.calculations().schedule());
                long off =
                        Duration.between(minutely.from(), change.effectiveAt()).toMillis();
                assertThat(off % 60_000).as("%s", change).isZero();
            }
            changes++;
        }
        in.values().removeIf(member -> !member);
        assertThat(in.keySet())
                .as("who is in %s by what was recorded", segment.key())
                .isEqualTo(members(analytics, segment.key()));
        return changes;
    }

    private static Set<SubjectId> members(BehaviorAnalytics analytics, String key) {
        return new HashSet<>(analytics.segments().members(key, null, 10 * LEADS));
    }

    /** Counts everybody's page views anew, as of the last calculation. */
    private static void membersAreThoseOfTheLastCalculation(BehaviorAnalytics analytics, Store store, String key) {
        while (true) {
            SegmentView view = analytics.segments().get(key).orElseThrow();
            Set<SubjectId> members = members(analytics, key);
            if (!view.equals(analytics.segments().get(key).orElseThrow())) {
                continue; // a minute is over meanwhile
            }
            Instant last = view.lastCalculated();
            long until = last == null ? Long.MIN_VALUE : Micros.of(last);
            Set<SubjectId> expected = new HashSet<>();
            store.subjects().scan(Subjects.Projection.TIMELINE, record -> {
                long views = 0;
                for (int i = 0; i < record.timeline().size(); i++) {
                    EventView event = record.timeline().view(i);
                    views += event.micros() <= until && event.type().equals(EventType.PAGE_VIEW) ? 1 : 0;
                }
                if (isMember(views)) {
                    expected.add(record.subject());
                }
                return true;
            });
            assertThat(members).as("members of %s as of %s", key, last).isEqualTo(expected);
            return;
        }
    }
}
