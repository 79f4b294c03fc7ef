package io.behavioranalytics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.behavioranalytics.condition.Operator;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.TrackRequest;
import io.behavioranalytics.json.InvalidDefinitionException;
import io.behavioranalytics.report.EventChoice;
import io.behavioranalytics.report.Funnel;
import io.behavioranalytics.report.FunnelReport;
import io.behavioranalytics.report.ReportFilter;
import io.behavioranalytics.report.ReportFilter.Membership;
import io.behavioranalytics.segment.SegmentDraft;
import io.behavioranalytics.store.InMemoryStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReportsTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final Funnel.Builder FUNNEL =
            Funnel.builder().step(EventChoice.of(EventType.FORM_START)).step(EventChoice.of(EventType.FORM_SUBMIT));

    private final VirtualClock clock = VirtualClock.at(NOW);
    private final BehaviorAnalytics analytics = BehaviorAnalytics.builder()
            .store(new InMemoryStore(clock))
            .clock(clock)
            .executor(Runnable::run)
            .build();

    @AfterEach
    void close() {
        analytics.close();
    }

    @Test
    void a_report_says_what_it_read_and_what_it_left_out() {
        track("ada", EventType.FORM_START, NOW.minusSeconds(60));
        track("ada", EventType.FORM_SUBMIT, NOW.minusSeconds(30));
        track("ada", EventType.FORM_SUBMIT, NOW.plusSeconds(60));
        analytics.identify("s-bob", "bob");

        FunnelReport report = analytics.reports().run(FUNNEL.build());

        assertThat(report.frame().asOf()).isEqualTo(NOW);
        assertThat(report.frame().coverage().subjects()).isEqualTo(1);
        assertThat(report.frame().coverage().events()).isEqualTo(2);
        assertThat(report.frame().coverage().first()).isEqualTo(NOW.minusSeconds(60));
        assertThat(report.frame().coverage().last()).isEqualTo(NOW.minusSeconds(30));
        assertThat(report.frame().coverage().complete()).isTrue();
        assertThat(report.frame().excluded().futureEvents()).isEqualTo(1);
        assertThat(report.frame().excluded().systemEvents()).isPositive();
        assertThat(report.toJson()).startsWith("{\"asOf\":\"2026-03-01T12:00:00Z\",\"zone\":\"Z\",\"from\":null,");
        assertThat(report.toCsv("frame"))
                .isEqualTo(
                        "asOf,zone,from,to,subjects,events,first,last,complete,sessions,subjectsOutsideSegment,systemEvents,"
                                + "futureEvents,expiredEvents,eventsOutsideSegment,otherEvents,unclearEvents\r\n"
                                + "2026-03-01T12:00:00Z,Z,,,1,2,2026-03-01T11:59:00Z,2026-03-01T11:59:30Z,true,0,0,"
                                + report.frame().excluded().systemEvents() + ",1,0,0,0,0\r\n");
    }

    @Test
    void S17_members_now_and_members_at_the_event_are_told_apart() {
        analytics.segments().create(SegmentDraft.fromJson("""
                {"name": "Started", "criteria": {"eventFilters": [{"eventType": "form_start", "timeRange": {"last": "P2D"}}]}}
                """));
        track("ada", EventType.FORM_START, clock.instant());
        clock.advance(Duration.ofDays(1));
        track("ada", EventType.FORM_SUBMIT, clock.instant());
        clock.advance(Duration.ofDays(3));
        analytics.runDue();
        track("ada", EventType.FORM_SUBMIT, clock.instant());

        FunnelReport now = report(ReportFilter.everything().members("started", Membership.NOW));
        FunnelReport then = report(ReportFilter.everything().members("started", Membership.AT_EVENT));

        assertThat(now.conversion().entered()).isZero();
        assertThat(now.frame().excluded().subjectsOutsideSegment()).isEqualTo(1);
        assertThat(then.conversion().converted()).isEqualTo(1);
        assertThat(then.frame().excluded().eventsOutsideSegment()).isEqualTo(1);
        assertThat(report(ReportFilter.everything().members("all-visitors", Membership.NOW))
                        .conversion()
                        .entered())
                .isEqualTo(1);
    }

    @Test
    void members_of_many_pages_all_count() {
        analytics.segments().create(SegmentDraft.fromJson("""
                {"name": "Started", "criteria": {"eventFilters": [{"eventType": "form_start", "timeRange": {"last": "P2D"}}]}}
                """));
        for (int i = 0; i < 2_001; i++) {
            track("lead-" + i, EventType.FORM_START, clock.instant());
        }

        for (Membership membership : Membership.values()) {
            assertThat(report(ReportFilter.everything().members("started", membership))
                            .conversion()
                            .entered())
                    .isEqualTo(2_001);
        }
    }

    @Test
    void conditions_leave_events_out_and_unclear_ones_are_counted_apart() {
        analytics.track(form("ada").property("seats", 7).build());
        analytics.track(form("bob").property("seats", 3).build());
        analytics.track(form("eve").property("seats", true).build());

        FunnelReport report = report(ReportFilter.everything().where("properties.seats", Operator.GREATER_THAN, 5));

        assertThat(report.conversion().entered()).isEqualTo(1);
        assertThat(report.frame().excluded().otherEvents()).isEqualTo(1);
        assertThat(report.frame().excluded().unclearEvents()).isEqualTo(1);
    }

    @Test
    void as_of_an_instant_nothing_later_is_seen() {
        track("ada", EventType.FORM_START, NOW.minusSeconds(60));
        track("ada", EventType.FORM_SUBMIT, NOW.minusSeconds(30));

        assertThat(report(ReportFilter.everything().asOf(NOW.minusSeconds(31)))
                        .conversion()
                        .inProgress())
                .isEqualTo(1);
        assertThatThrownBy(() -> report(ReportFilter.everything().asOf(NOW.plusSeconds(1))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the instant of the report must not be after now: 2026-03-01T12:00:01Z");
    }

    @Test
    void an_unknown_segment_or_a_condition_on_the_profile_is_refused() {
        assertThatThrownBy(() -> report(ReportFilter.everything().members("nobody", Membership.NOW)))
                .isInstanceOf(UnknownDefinitionException.class);
        assertThatThrownBy(() -> report(ReportFilter.everything().where("intentScore", Operator.GREATER_THAN, 1)))
                .isInstanceOf(InvalidDefinitionException.class)
                .hasMessageContaining("where[0]");
    }

    @Test
    void a_report_tells_its_progress_and_ends_when_it_is_cancelled() {
        for (int i = 0; i < 2_500; i++) {
            track("lead-" + i, EventType.FORM_START, NOW);
        }
        List<String> told = new ArrayList<>();
        FunnelReport whole = analytics
                .reports()
                .run(
                        FUNNEL.build(),
                        ReportOptions.defaults().telling((subjects, all) -> told.add(subjects + "/" + all)));
        AtomicInteger asked = new AtomicInteger();
        FunnelReport part = analytics
                .reports()
                .run(FUNNEL.build(), ReportOptions.defaults().until(() -> asked.incrementAndGet() > 1_200));

        assertThat(told).containsExactly("1000/2500", "2000/2500", "2500/2500");
        assertThat(whole.conversion().entered()).isEqualTo(2_500);
        assertThat(part.conversion().entered()).isEqualTo(1_200);
        assertThat(part.frame().coverage().complete()).isFalse();
        assertThat(part.toText()).contains("cancelled before the end");
    }

    @Test
    void several_threads_answer_what_one_answers_even_if_the_executor_refuses() {
        for (int i = 0; i < 1_500; i++) {
            track("lead-" + i, EventType.FORM_START, NOW);
            if (i % 3 == 0) {
                track("lead-" + i, EventType.FORM_SUBMIT, NOW);
            }
        }
        String alone = analytics.reports().run(FUNNEL.leads(7).build()).toJson();
        ExecutorService pool = Executors.newFixedThreadPool(4);
        try {
            assertThat(analytics
                            .reports()
                            .run(
                                    FUNNEL.leads(7).build(),
                                    ReportOptions.defaults().on(pool, 4))
                            .toJson())
                    .isEqualTo(alone);
        } finally {
            pool.shutdownNow();
        }
        assertThat(analytics
                        .reports()
                        .run(
                                FUNNEL.leads(7).build(),
                                ReportOptions.defaults()
                                        .on(
                                                work -> {
                                                    throw new RejectedExecutionException();
                                                },
                                                2))
                        .toJson())
                .isEqualTo(alone);
    }

    @Test
    void what_fails_on_another_thread_reaches_the_caller() {
        for (int i = 0; i < 10_001; i++) {
            analytics.track(form("lead-" + i).property("plan", "p" + i).build());
        }
        Funnel tooMany = Funnel.builder()
                .step(EventChoice.of(EventType.FORM_START))
                .step(EventChoice.of(EventType.FORM_SUBMIT))
                .breakdown(Funnel.Attribution.FIRST, "properties.plan")
                .build();
        ExecutorService pool = Executors.newFixedThreadPool(2);
        try {
            assertThatThrownBy(() -> analytics
                            .reports()
                            .run(tooMany, ReportOptions.defaults().on(pool, 2)))
                    .isInstanceOf(io.behavioranalytics.report.ReportLimitException.class);
        } finally {
            pool.shutdownNow();
        }
    }

    private FunnelReport report(ReportFilter filter) {
        return analytics
                .reports()
                .run(Funnel.builder()
                        .step(EventChoice.of(EventType.FORM_START))
                        .step(EventChoice.of(EventType.FORM_SUBMIT))
                        .filter(filter)
                        .build());
    }

    private static TrackRequest.Builder form(String lead) {
        return TrackRequest.builder(EventType.FORM_START).leadId(lead).timestamp(NOW);
    }

    private void track(String lead, EventType type, Instant at) {
        analytics.track(TrackRequest.builder(type).leadId(lead).timestamp(at).build());
    }
}
