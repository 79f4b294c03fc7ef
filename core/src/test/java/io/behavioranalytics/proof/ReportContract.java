package io.behavioranalytics.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.BehaviorAnalytics;
import io.behavioranalytics.ReportOptions;
import io.behavioranalytics.VirtualClock;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.Retention;
import io.behavioranalytics.event.TrackRequest;
import io.behavioranalytics.profile.ScoringModel;
import io.behavioranalytics.report.Activity;
import io.behavioranalytics.report.CalendarInterval;
import io.behavioranalytics.report.EventChoice;
import io.behavioranalytics.report.MembershipGrowth;
import io.behavioranalytics.report.Question;
import io.behavioranalytics.report.Report;
import io.behavioranalytics.report.ReportFilter;
import io.behavioranalytics.report.ReportFilter.Membership;
import io.behavioranalytics.report.ReportTerms;
import io.behavioranalytics.report.Trend;
import io.behavioranalytics.segment.Segment;
import io.behavioranalytics.segment.SegmentDraft;
import io.behavioranalytics.store.InMemoryStore;
import io.behavioranalytics.store.Store;
import io.behavioranalytics.store.Upkeep;
import io.behavioranalytics.trigger.TriggerDraft;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/** The same history gives the same reports, byte for byte, in every store and on any number of threads. */
public abstract class ReportContract {
    static final Instant BEGIN = Instant.parse("2026-03-27T08:00:00Z");
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    private static final List<EventType> TYPES = List.of(
            EventType.PAGE_VIEW,
            EventType.FORM_START,
            EventType.FORM_ABANDON,
            EventType.FORM_SUBMIT,
            EventType.QUOTE_REQUEST);

    /**
     * Makes an empty store.
     *
     * @param storeClock the clock of leases and rates
     * @return the store; it is closed after one life
     */
    protected abstract Store createStore(InstantSource storeClock);

    /**
     * Whether the store packs histories.
     *
     * @return true if reports are to be read from packed histories, with newer and late events beside them
     */
    protected boolean packs() {
        return false;
    }

    @Test
    void the_same_history_gives_the_same_bytes() {
        for (long seed = 1; seed <= 3; seed++) {
            long[] packed = new long[1];
            List<String> here = reports(new InMemoryStore(), seed, new long[1]);
            List<String> there = reports(createStore(InstantSource.fixed(BEGIN)), seed, packed);
            for (int i = 0; i < here.size(); i++) {
                assertThat(there.get(i)).as("seed %s, report %s", seed, i).isEqualTo(here.get(i));
            }
            assertThat(packed[0] > 0).as("events were packed").isEqualTo(packs());
        }
    }

    @Test
    void a_report_tells_how_far_it_is_and_ends_when_it_is_told_to() {
        int leads = 2_500;
        VirtualClock clock = VirtualClock.at(BEGIN);
        ExecutorService pool = Executors.newFixedThreadPool(2);
        try (Store store = createStore(InstantSource.fixed(BEGIN));
                BehaviorAnalytics analytics = BehaviorAnalytics.builder()
                        .store(store)
                        .clock(clock)
                        .executor(Runnable::run)
                        .build()) {
            List<TrackRequest> events = new ArrayList<>();
            for (int lead = 0; lead < leads; lead++) {
                events.add(TrackRequest.builder(EventType.PAGE_VIEW)
                        .leadId("lead-" + lead)
                        .timestamp(BEGIN)
                        .build());
            }
            analytics.trackAll(events);
            pack(store);
            // One report reads outlines, the other one the sessions too.
            for (Trend.Measure measure : List.of(Trend.Measure.TOTAL, Trend.Measure.VISITS)) {
                Trend trend = Trend.of(
                        EventChoice.any(),
                        measure,
                        CalendarInterval.DAY,
                        ReportFilter.everything().between(BEGIN, BEGIN.plus(Duration.ofDays(1))));
                for (ReportOptions options : List.of(
                        ReportOptions.defaults(), ReportOptions.defaults().on(pool, 2))) {
                    List<Long> told = new ArrayList<>();
                    ReportOptions telling = options.telling((done, all) -> {
                        assertThat(all).isEqualTo(leads);
                        told.add(done);
                    });
                    assertThat(analytics.reports().run(trend, telling).frame().coverage())
                            .satisfies(
                                    coverage -> assertThat(coverage.complete()).isTrue())
                            .satisfies(
                                    coverage -> assertThat(coverage.subjects()).isEqualTo(leads));
                    assertThat(told).containsExactly(1_000L, 2_000L, 2_500L);

                    told.clear();
                    ReportOptions ending = telling.until(() -> !told.isEmpty());
                    assertThat(analytics.reports().run(trend, ending).frame().coverage())
                            .satisfies(
                                    coverage -> assertThat(coverage.complete()).isFalse())
                            .satisfies(
                                    coverage -> assertThat(coverage.subjects()).isEqualTo(1_000));
                    assertThat(told).containsExactly(1_000L, 1_000L);
                }
            }
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void S17_a_report_of_members_is_the_report_over_what_a_plain_reading_of_entries_and_exits_lets_through() {
        for (long seed = 1; seed <= 3; seed++) {
            VirtualClock clock = VirtualClock.at(BEGIN);
            Retention retention = Retention.unlimited().withType(EventType.PAGE_VIEW, Duration.ofDays(3));
            try (Store store = createStore(InstantSource.fixed(BEGIN));
                    BehaviorAnalytics analytics = BehaviorAnalytics.builder()
                            .store(store)
                            .clock(clock)
                            .executor(Runnable::run)
                            .retention(retention)
                            .build()) {
                UUID segment = live(analytics, clock, new Random(seed), () -> pack(store));
                ReportTerms terms = new ReportTerms(clock.instant(), retention, ScoringModel.defaults());
                for (boolean leads : new boolean[] {false, true}) {
                    for (Membership membership : Membership.values()) {
                        ReportFilter berlin = ReportFilter.everything().in(BERLIN);
                        ReportFilter all = leads ? berlin.onlyLeads() : berlin;
                        PlainMembership plain = new PlainMembership(store, segment, membership);
                        List<Question<?>> asked = ReportQuestions.of(all.members("started", membership));
                        List<Question<?>> unfiltered = ReportQuestions.of(all);
                        for (int i = 0; i < asked.size(); i++) {
                            Report report = analytics.reports().run(asked.get(i));
                            plain.check("seed " + seed + " " + asked.get(i), report, unfiltered.get(i), terms);
                        }
                    }
                }
            }
        }
    }

    @Test
    void S17_who_is_a_member_is_what_counting_the_events_in_the_window_says() {
        VirtualClock clock = VirtualClock.at(BEGIN);
        Random random = new Random(17);
        try (Store store = createStore(InstantSource.fixed(BEGIN));
                BehaviorAnalytics analytics = BehaviorAnalytics.builder()
                        .store(store)
                        .clock(clock)
                        .executor(Runnable::run)
                        .build()) {
            analytics.segments().create(SegmentDraft.fromJson("""
                    {"name": "Started", "criteria": {"eventFilters": [{"eventType": "form_start", "timeRange": {"last": "PT12H"}}]}}
                    """));
            Map<String, List<Instant>> starts = new TreeMap<>();
            Map<String, List<Instant>> all = new TreeMap<>();
            for (int i = 0; i < 250; i++) {
                // Whole hours, so that events meet the very ends of stays, and each other.
                clock.advance(Duration.ofHours(random.nextInt(3)));
                analytics.runDue();
                String lead = "lead-" + random.nextInt(6);
                EventType type = TYPES.get(random.nextInt(TYPES.size()));
                analytics.track(TrackRequest.builder(type)
                        .leadId(lead)
                        .timestamp(clock.instant())
                        .build());
                all.computeIfAbsent(lead, unknown -> new ArrayList<>()).add(clock.instant());
                List<Instant> begun = starts.computeIfAbsent(lead, unknown -> new ArrayList<>());
                if (type.equals(EventType.FORM_START)) {
                    begun.add(clock.instant());
                }
            }
            pack(store);
            Map<Membership, Map<String, Long>> expected = new EnumMap<>(Membership.class);
            for (Membership membership : Membership.values()) {
                Map<String, Long> counts = new TreeMap<>();
                expected.put(membership, counts);
                all.forEach((lead, events) -> events.forEach(event -> {
                    List<Instant> begun = Objects.requireNonNull(starts.get(lead));
                    if (isMember(begun, membership == Membership.NOW ? clock.instant() : event)) {
                        counts.merge(lead, 1L, Long::sum);
                    }
                }));
            }
            assertThat(Objects.requireNonNull(expected.get(Membership.NOW)).size())
                    .isBetween(1, 5);
            for (Membership membership : Membership.values()) {
                Trend trend = Trend.of(
                                EventChoice.any(),
                                Trend.Measure.TOTAL,
                                CalendarInterval.MONTH,
                                ReportFilter.everything()
                                        .between(BEGIN, clock.instant().plusSeconds(1))
                                        .members("started", membership))
                        .by("leadId");
                Map<String, Long> counted = new TreeMap<>();
                analytics
                        .reports()
                        .run(trend)
                        .lines()
                        .forEach(line -> counted.put(
                                String.valueOf(line.group()),
                                Objects.requireNonNull(line.total()).longValueExact()));
                assertThat(counted).as("%s", membership).isEqualTo(expected.get(membership));
            }
        }
    }

    private static boolean isMember(List<Instant> starts, Instant at) {
        return starts.stream()
                .anyMatch(start ->
                        !start.isAfter(at) && start.plus(Duration.ofHours(12)).isAfter(at));
    }

    private static long pack(Store store) {
        long packed = 0;
        Upkeep.Progress progress = new Upkeep.Progress(0, null, false);
        while (!progress.complete()) {
            progress = store.upkeep().pack(progress.reached(), 5);
            packed += progress.events();
        }
        return packed;
    }

    private static List<String> reports(Store store, long seed, long[] packed) {
        VirtualClock clock = VirtualClock.at(BEGIN);
        ExecutorService pool = Executors.newFixedThreadPool(3);
        try (store;
                BehaviorAnalytics analytics = BehaviorAnalytics.builder()
                        .store(store)
                        .clock(clock)
                        .executor(Runnable::run)
                        .retention(Retention.unlimited().withType(EventType.PAGE_VIEW, Duration.ofDays(3)))
                        .build()) {
            live(analytics, clock, new Random(seed), () -> packed[0] += pack(store));
            List<String> written = new ArrayList<>();
            for (Question<?> question : ReportQuestions.all()) {
                String alone = analytics.reports().run(question).toJson();
                assertThat(analytics
                                .reports()
                                .run(question, ReportOptions.defaults().on(pool, 3))
                                .toJson())
                        .isEqualTo(alone);
                written.add(alone);
            }
            ReportFilter days = ReportFilter.everything().in(BERLIN).between(BEGIN, BEGIN.plus(Duration.ofDays(4)));
            for (ReportFilter filter : List.of(days, days.onlyLeads(), days.asOf(BEGIN.plus(Duration.ofDays(2))))) {
                written.add(analytics
                        .reports()
                        .growth(MembershipGrowth.of("started", CalendarInterval.DAY, filter), ReportOptions.defaults())
                        .toJson());
                String dashboard = analytics
                        .reports()
                        .dashboard(Activity.of(filter), ReportOptions.defaults())
                        .toJson();
                assertThat(analytics
                                .reports()
                                .dashboard(
                                        Activity.of(filter),
                                        ReportOptions.defaults().on(pool, 3))
                                .toJson())
                        .isEqualTo(dashboard)
                        .doesNotContain("\"triggeredActions\":0,");
                written.add(dashboard);
            }
            return written;
        } finally {
            pool.shutdownNow();
        }
    }

    /** Some days with late events, linked and unlinked sessions, members who come and go, packing, and a purge of what was packed. */
    private static UUID live(BehaviorAnalytics analytics, VirtualClock clock, Random random, Runnable pack) {
        Segment started = analytics.segments().create(SegmentDraft.fromJson("""
                {"name": "Started", "criteria": {"eventFilters": [{"eventType": "form_start", "timeRange": {"last": "P2D"}}]}}
                """));
        analytics.triggers().create(TriggerDraft.fromJson("""
                {"name": "Tag", "event": "form_submit", "cooldown": 60,
                 "actions": [{"action": "tag_lead", "parameters": {"tag": "submits"}, "delay": 30}]}
                """));
        for (int i = 0; i < 300; i++) {
            clock.advance(Duration.ofMinutes(random.nextInt(40)));
            analytics.runDue();
            int who = random.nextInt(12);
            switch (random.nextInt(12)) {
                case 0 -> analytics.identify("s" + who, "lead-" + who % 7, clock.instant(), new UUID(1, i));
                case 1 -> analytics.unlink("s" + who, clock.instant(), new UUID(1, i));
                default -> {
                    TrackRequest.Builder event = TrackRequest.builder(TYPES.get(random.nextInt(TYPES.size())))
                            .id(new UUID(2, i))
                            .sessionId("s" + who)
                            .timestamp(clock.instant()
                                    .minus(Duration.ofMinutes(random.nextInt(5) == 0 ? random.nextInt(3_000) : 0)))
                            .property("plan", random.nextBoolean() ? "=basic" : "plus");
                    if (random.nextBoolean()) {
                        event.value(random.nextInt(10_000) / 100.0);
                    }
                    analytics.track(event.build());
                }
            }
            if (i == 120 || i == 190 || i == 260) {
                pack.run();
            }
            if (i == 200) {
                analytics.maintenance().purge();
            }
        }
        return started.id();
    }
}
