package io.behavioranalytics.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.BehaviorAnalytics;
import io.behavioranalytics.ReportOptions;
import io.behavioranalytics.VirtualClock;
import io.behavioranalytics.condition.Operator;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.Retention;
import io.behavioranalytics.event.TrackRequest;
import io.behavioranalytics.report.Activity;
import io.behavioranalytics.report.CalendarInterval;
import io.behavioranalytics.report.CohortRetention;
import io.behavioranalytics.report.CohortRevenue;
import io.behavioranalytics.report.ComparedGroups;
import io.behavioranalytics.report.Correlation;
import io.behavioranalytics.report.Cost;
import io.behavioranalytics.report.EventChoice;
import io.behavioranalytics.report.EventPaths;
import io.behavioranalytics.report.EventPattern;
import io.behavioranalytics.report.Funnel;
import io.behavioranalytics.report.Lifecycle;
import io.behavioranalytics.report.LifetimeValue;
import io.behavioranalytics.report.MembershipGrowth;
import io.behavioranalytics.report.PatternCount;
import io.behavioranalytics.report.Periods;
import io.behavioranalytics.report.Question;
import io.behavioranalytics.report.ReportFilter;
import io.behavioranalytics.report.ReportFilter.Membership;
import io.behavioranalytics.report.ReturnOnInvestment;
import io.behavioranalytics.report.Stickiness;
import io.behavioranalytics.report.TimeToConvert;
import io.behavioranalytics.report.Trend;
import io.behavioranalytics.segment.SegmentDraft;
import io.behavioranalytics.store.InMemoryStore;
import io.behavioranalytics.store.Store;
import io.behavioranalytics.store.Upkeep;
import io.behavioranalytics.trigger.TriggerDraft;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
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
            for (Question<?> question : questions()) {
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
    private static void live(BehaviorAnalytics analytics, VirtualClock clock, Random random, Runnable pack) {
        analytics.segments().create(SegmentDraft.fromJson("""
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
    }

    static List<Question<?>> questions() {
        ReportFilter berlin = ReportFilter.everything().in(BERLIN);
        ReportFilter days = berlin.between(BEGIN, BEGIN.plus(Duration.ofDays(4)));
        Funnel.Builder funnel = Funnel.builder()
                .step(EventChoice.of(EventType.FORM_START))
                .step(EventChoice.of(EventType.FORM_SUBMIT))
                .step(EventChoice.of(EventType.QUOTE_REQUEST))
                .exclude(EventChoice.of(EventType.FORM_ABANDON), 2, 3)
                .breakdown(Funnel.Attribution.FIRST, "properties.plan")
                .trend(CalendarInterval.DAY)
                .leads(5);
        return List.of(
                funnel.filter(berlin).build(),
                funnel.filter(berlin.members("started", Membership.NOW)).build(),
                funnel.filter(berlin.members("started", Membership.AT_EVENT).onlyLeads())
                        .count(Funnel.Counting.TOTALS)
                        .build(),
                held(Funnel.Order.ANY).filter(berlin).build(),
                held(Funnel.Order.STRICT)
                        .count(Funnel.Counting.VISITS)
                        .filter(days)
                        .build(),
                Trend.of(
                                EventChoice.any(),
                                Trend.Measure.VALUE,
                                CalendarInterval.DAY,
                                days.members("started", Membership.AT_EVENT))
                        .by("eventType"),
                CohortRetention.on(
                        EventChoice.any(),
                        EventChoice.any(),
                        Periods.rollingDays(),
                        4,
                        days.where("properties.plan", Operator.NOT_EQUALS, "plus")),
                CohortRetention.on(EventChoice.any(), EventChoice.any(), Periods.rollingDays(), 4, days),
                CohortRetention.on(
                                EventChoice.of(EventType.FORM_START),
                                EventChoice.any(),
                                Periods.calendar(CalendarInterval.DAY),
                                3,
                                days)
                        .recurring(),
                new CohortRevenue(
                        EventChoice.any(), EventChoice.any(), Periods.calendar(CalendarInterval.DAY), 3, days),
                Activity.of(days),
                EventPaths.to(EventChoice.of(EventType.QUOTE_REQUEST), 4, berlin),
                Trend.of(EventChoice.any(), Trend.Measure.VISITS, CalendarInterval.DAY, days)
                        .by("properties.plan")
                        .withPrevious(),
                Correlation.of(
                        EventChoice.of(EventType.PAGE_VIEW),
                        EventChoice.of(EventType.QUOTE_REQUEST),
                        Duration.ofDays(2),
                        berlin),
                Lifecycle.of(EventChoice.any(), CalendarInterval.DAY, days),
                Stickiness.of(EventChoice.any(), CalendarInterval.DAY, days),
                new TimeToConvert(funnel.build(), 1, 2, 5),
                new PatternCount(
                        List.of(EventChoice.of(EventType.FORM_START), EventChoice.of(EventType.FORM_SUBMIT)),
                        EventPattern.parse("(?1)(?t<=86400)(?2)"),
                        9,
                        berlin),
                ReturnOnInvestment.builder(days)
                        .conversion(EventChoice.of(EventType.QUOTE_REQUEST))
                        .source("properties.plan", ReturnOnInvestment.Attribution.LINEAR, Duration.ofDays(2))
                        .costs(List.of(
                                new Cost("plus", BEGIN, BEGIN.plus(Duration.ofDays(7)), new BigDecimal("99.90"))))
                        .against(
                                ComparedGroups.holdout(
                                        subject -> subject.value().hashCode() % 2 == 0),
                                0.95)
                        .response(
                                EventChoice.of(EventType.FORM_ABANDON),
                                EventChoice.of(EventType.FORM_SUBMIT),
                                Duration.ofHours(6))
                        .agent("properties.plan")
                        .lifetimeValue(5, 0.01)
                        .build(),
                LifetimeValue.of(EventChoice.of(EventType.QUOTE_REQUEST), berlin)
                        .ahead(5, 0.01));
    }

    private static Funnel.Builder held(Funnel.Order order) {
        return Funnel.builder()
                .order(order)
                .ties(Funnel.Ties.BY_STEP)
                .step(EventChoice.of(EventType.PAGE_VIEW))
                .step(Funnel.Step.of(EventChoice.of(EventType.FORM_START)).asFirstEver())
                .step(EventChoice.of(EventType.FORM_SUBMIT, EventType.FORM_ABANDON))
                .withinEvents(9)
                .holdingConstant("properties.plan")
                .breakdownAtStep(2, "properties.plan")
                .leads(5);
    }
}
