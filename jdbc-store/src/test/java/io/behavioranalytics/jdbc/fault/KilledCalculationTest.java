package io.behavioranalytics.jdbc.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.BehaviorAnalytics;
import io.behavioranalytics.SegmentView;
import io.behavioranalytics.Settings;
import io.behavioranalytics.TrackResult;
import io.behavioranalytics.Verification;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.TrackRequest;
import io.behavioranalytics.jdbc.JdbcStore;
import io.behavioranalytics.jdbc.postgres.ChildJvm;
import io.behavioranalytics.segment.Cause;
import io.behavioranalytics.segment.MembershipChange;
import io.behavioranalytics.segment.Schedule;
import io.behavioranalytics.segment.SegmentDraft;
import io.behavioranalytics.store.Store;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A host is killed in the middle of calculating a behavioral segment, by its schedule or on demand; another one finishes, and each entry
 * and exit is recorded once, as of the calculation. Hosts of one round share a clock that is some hours ahead of the machine's.
 */
@Timeout(1_800)
class KilledCalculationTest {
    private static final int LEADS = FaultSize.of(400, 3_000);
    private static final int ROUNDS = FaultSize.of(2, 30);
    private static final int BATCH = 10;

    /** Half of the leads change, a batch of them in one commit. */
    private static final int COMMITS = LEADS / 2 / BATCH;

    private static final Duration START_LIMIT = Duration.ofMinutes(2);
    private static final Duration LONGEST_LIFE = Duration.ofMillis(2);
    private static final String THROUGH = "through";

    /** How the calculation comes about. */
    private enum Way {
        SCHEDULED,
        DEMANDED
    }

    /** A host in a JVM of its own that calculates and tells of each of its commits. */
    static final class Host {
        private Host() {}

        public static void main(String[] args) throws InterruptedException {
            int hours = Integer.parseInt(args[1]);
            BehaviorAnalytics analytics = host(TellingStore.of(open(args[0], hours), COMMITS - 1), hours);
            if (Way.valueOf(args[2]) == Way.DEMANDED) {
                analytics.segments().calculate("odd");
                analytics.segments().recalculation().await(START_LIMIT);
            } else {
                @Nullable Instant before = lastCalculated(analytics);
                while (Objects.equals(before, lastCalculated(analytics))) {
                    analytics.runDue();
                }
            }
            ChildJvm.acknowledge(THROUGH);
            new CountDownLatch(1).await(); // until it is killed
        }
    }

    private static JdbcStore open(String url, int hours) {
        return JdbcStore.builder()
                .url(url)
                .connections(4)
                .storeClock(clock(hours))
                .build();
    }

    private static InstantSource clock(int hours) {
        return InstantSource.offset(InstantSource.system(), Duration.ofHours(hours));
    }

    private static BehaviorAnalytics host(Store store, int hours) {
        return BehaviorAnalytics.builder()
                .store(store)
                .clock(clock(hours))
                .settings(Settings.builder()
                        .batchSize(BATCH)
                        // What a killed host had claimed is soon free.
                        .actionLease(Duration.ofSeconds(2))
                        .build())
                .build();
    }

    private static @Nullable Instant lastCalculated(BehaviorAnalytics analytics) {
        return analytics.segments().get("odd").orElseThrow().lastCalculated();
    }

    /** Who viewed an odd number of pages. */
    private static SegmentDraft draft(@Nullable Schedule schedule) {
        String filters = IntStream.rangeClosed(0, ROUNDS)
                .map(i -> 2 * i + 1)
                .mapToObj(odd ->
                        "{\"eventType\": \"page_view\", \"minFrequency\": " + odd + ", \"maxFrequency\": " + odd + "}")
                .collect(Collectors.joining(", "));
        return SegmentDraft.behavioral(
                "Odd",
                SegmentDraft.fromJson(
                                "{\"name\": \"Odd\", \"criteria\": {\"logicOperator\": \"OR\", \"eventFilters\": ["
                                        + filters + "]}}")
                        .criteria(),
                schedule);
    }

    /** What is to be recorded of each lead: whether it enters, and as of when. */
    private final Map<SubjectId, List<String>> expected = new TreeMap<>();

    @ParameterizedTest
    @EnumSource
    void a_scheduled_calculation_is_finished_by_another_host_and_recorded_once(Site.Kind kind) {
        List<Integer> commits = new ArrayList<>();
        Random random = FaultSize.random("kill -9 while calculating by schedule on " + kind);
        try (Site site = Site.of(kind)) {
            // A calculation is half an hour away from whatever else happens.
            Instant first = Instant.now().truncatedTo(ChronoUnit.MILLIS).plus(Duration.ofMinutes(30));
            populate(site, new Schedule.Every(Duration.ofHours(1), first));
            finish(site, 1, Way.SCHEDULED, true, first);
            for (int round = 1; round <= ROUNDS; round++) {
                view(site, round);
                commits.add(killed(site, round + 1, Way.SCHEDULED, random));
                finish(site, round + 1, Way.SCHEDULED, round % 2 == 0, first.plus(Duration.ofHours(round)));
            }
        }
        FaultSize.report("kill -9 while calculating by schedule on " + kind + ": " + LEADS
                + " leads, of whom half change, killed after " + commits + " commits");
    }

    @ParameterizedTest
    @EnumSource
    void a_demanded_calculation_is_finished_by_another_host_and_recorded_once(Site.Kind kind) {
        List<Integer> commits = new ArrayList<>();
        Random random = FaultSize.random("kill -9 while calculating on demand on " + kind);
        try (Site site = Site.of(kind)) {
            populate(site, null);
            try (JdbcStore store = open(site.url(), 0);
                    BehaviorAnalytics analytics = host(store, 0)) {
                analytics.segments().calculate("odd");
            }
            finish(site, 0, Way.DEMANDED, true, null);
            for (int round = 1; round <= ROUNDS; round++) {
                view(site, 0);
                commits.add(killed(site, 0, Way.DEMANDED, random));
                finish(site, 0, Way.DEMANDED, round % 2 == 0, null);
            }
        }
        FaultSize.report("kill -9 while calculating on demand on " + kind + ": " + LEADS
                + " leads, of whom half change, killed after " + commits + " commits");
    }

    private static SubjectId lead(int number) {
        return SubjectId.lead("lead-" + number);
    }

    /** One page each, behind the segment's first calculation. */
    private void populate(Site site, @Nullable Schedule schedule) {
        try (JdbcStore store = open(site.url(), 0);
                BehaviorAnalytics analytics = host(store, 0)) {
            analytics.segments().create(draft(schedule));
            track(analytics, 1);
            for (int i = 0; i < LEADS; i++) {
                expected.put(lead(i), new ArrayList<>());
            }
            assertThat(analytics.segments().members("odd", null, LEADS)).isEmpty();
        }
    }

    /** Another page each for every other lead. */
    private static void view(Site site, int hours) {
        try (JdbcStore store = open(site.url(), hours);
                BehaviorAnalytics analytics = host(store, hours)) {
            List<SubjectId> before = analytics.segments().members("odd", null, LEADS);
            track(analytics, 2);
            assertThat(analytics.segments().members("odd", null, LEADS))
                    .as("as of the last calculation")
                    .isEqualTo(before);
        }
    }

    private static void track(BehaviorAnalytics analytics, int step) {
        List<TrackRequest> events = new ArrayList<>();
        for (int i = 0; i < LEADS; i += step) {
            events.add(TrackRequest.builder(EventType.PAGE_VIEW)
                    .leadId(lead(i).value())
                    .build());
        }
        assertThat(analytics.trackAll(events))
                .extracting(TrackResult::outcome)
                .containsOnly(TrackResult.Outcome.ACCEPTED);
    }

    /** How many commits the host told of before it died, which are not all. */
    private static int killed(Site site, int hours, Way way, Random random) {
        try (ChildJvm host = ChildJvm.of(Host.class, site.url(), String.valueOf(hours), way.name())
                .start()) {
            int after = 1 + random.nextInt(COMMITS / 2);
            List<String> lines = host.killAtRandom(random, after, START_LIMIT, LONGEST_LIFE);
            assertThat(lines).as("it was killed in the middle").doesNotContain(THROUGH);
            return lines.size();
        }
    }

    /** Lets another host finish, and compares everything with what the page views say as of the calculation. */
    private void finish(Site site, int hours, Way way, boolean everybody, @Nullable Instant scheduled) {
        try (JdbcStore store = open(site.url(), hours);
                BehaviorAnalytics analytics = host(store, hours)) {
            Instant calculation = scheduled != null
                    ? scheduled
                    : analytics.segments().list().get(0).calculations().demanded().stream()
                            .max(Instant::compareTo)
                            .orElseThrow();
            Waiting.until("the calculation is through", () -> {
                analytics.runDue();
                SegmentView view = analytics.segments().get("odd").orElseThrow();
                return !view.calculating()
                        && calculation.equals(view.lastCalculated())
                        && store.subjects().nextDue().stream()
                                .noneMatch(due -> due.isBefore(clock(hours).instant()));
            });
            List<SubjectId> members = new ArrayList<>();
            for (int i = 0; i < LEADS; i++) {
                boolean member = everybody || i % 2 == 1;
                if (member) {
                    members.add(lead(i));
                }
                List<String> changes = Objects.requireNonNull(expected.get(lead(i)));
                if (changes.isEmpty() || (i % 2 == 0)) {
                    changes.add(member + " " + calculation + " " + new Cause.Calculation(way == Way.DEMANDED));
                }
            }
            assertThat(analytics.segments().members("odd", null, 2 * LEADS))
                    .containsExactlyInAnyOrderElementsOf(members);
            Map<SubjectId, List<String>> recorded = new TreeMap<>();
            for (MembershipChange change : analytics.segments().history("odd", null, 1_000_000)) {
                recorded.computeIfAbsent(change.subject(), any -> new ArrayList<>())
                        .add(change.entered() + " " + change.effectiveAt() + " " + change.cause());
            }
            assertThat(recorded).as("entries and exits, each once").isEqualTo(expected);
            for (int i = 0; i < LEADS; i++) {
                assertThat(analytics.maintenance().verify(lead(i)).outcome())
                        .as("what is stored of lead %s", i)
                        .isEqualTo(Verification.Outcome.OK);
            }
        }
    }
}
