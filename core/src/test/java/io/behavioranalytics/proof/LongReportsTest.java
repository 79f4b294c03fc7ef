package io.behavioranalytics.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.BehaviorAnalytics;
import io.behavioranalytics.DashboardReport;
import io.behavioranalytics.ReportOptions;
import io.behavioranalytics.VirtualClock;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.TrackRequest;
import io.behavioranalytics.report.Activity;
import io.behavioranalytics.report.CalendarInterval;
import io.behavioranalytics.report.Coverage;
import io.behavioranalytics.report.MembershipGrowth;
import io.behavioranalytics.report.MembershipGrowthReport;
import io.behavioranalytics.report.Question;
import io.behavioranalytics.report.ReportFilter;
import io.behavioranalytics.segment.SegmentDraft;
import io.behavioranalytics.store.InMemoryStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Every report that may take long, with a listener and an end before its time, on one thread and on two. */
class LongReportsTest {
    private static final int LEADS = 2_500;
    private static final int ENOUGH = 1_300;
    private static final Instant BEGIN = ReportContract.BEGIN;
    private static final ReportFilter DAYS = ReportFilter.everything().between(BEGIN, BEGIN.plus(Duration.ofDays(2)));

    private final VirtualClock clock = VirtualClock.at(BEGIN);
    private final BehaviorAnalytics analytics = BehaviorAnalytics.builder()
            .store(new InMemoryStore(clock))
            .clock(clock)
            .executor(Runnable::run)
            .build();
    private final ExecutorService pool = Executors.newFixedThreadPool(2);
    private final List<String> told = new ArrayList<>();
    private final AtomicInteger asked = new AtomicInteger();

    @BeforeEach
    void leads() {
        analytics.segments().create(SegmentDraft.fromJson("""
                {"name": "Started", "criteria": {"eventFilters": [{"eventType": "form_start", "timeRange": {"last": "P2D"}}]}}
                """));
        List<TrackRequest> events = new ArrayList<>();
        for (int lead = 0; lead < LEADS; lead++) {
            events.add(TrackRequest.builder(EventType.FORM_START)
                    .leadId("lead-" + lead)
                    .timestamp(BEGIN)
                    .build());
        }
        analytics.trackAll(events);
    }

    @AfterEach
    void close() {
        analytics.close();
        pool.shutdownNow();
    }

    private ReportOptions telling(ReportOptions options) {
        told.clear();
        return options.telling((done, all) -> told.add(done + "/" + all));
    }

    private ReportOptions until(int times, ReportOptions options) {
        asked.set(0);
        return options.until(() -> asked.incrementAndGet() > times);
    }

    private List<ReportOptions> ways() {
        return List.of(ReportOptions.defaults(), ReportOptions.defaults().on(pool, 2));
    }

    @Test
    void every_question_tells_how_far_it_is_and_ends_when_it_is_told_to() {
        for (Question<?> question : ReportQuestions.all()) {
            for (ReportOptions way : ways()) {
                Coverage whole =
                        analytics.reports().run(question, telling(way)).frame().coverage();
                assertThat(told).as("%s", question).containsExactly("1000/2500", "2000/2500", "2500/2500");
                assertThat(whole.complete()).isTrue();
                assertThat(whole.subjects()).as("%s", question).isEqualTo(LEADS);

                Coverage part = analytics
                        .reports()
                        .run(question, telling(until(ENOUGH, way)))
                        .frame()
                        .coverage();
                assertThat(told).as("%s", question).containsExactly("1000/2500", "1300/2500");
                assertThat(part.complete()).as("%s", question).isFalse();
                assertThat(part.subjects()).as("%s", question).isEqualTo(ENOUGH);
            }
        }
    }

    @Test
    void growth_tells_how_far_it_is_and_ends_when_it_is_told_to() {
        MembershipGrowth growth = MembershipGrowth.of("started", CalendarInterval.DAY, DAYS);

        MembershipGrowthReport whole = analytics.reports().growth(growth, telling(ReportOptions.defaults()));
        assertThat(told).containsExactly("1000/1000", "2000/2000", "2500/2500");
        assertThat(whole.periods().get(0).entered()).isEqualTo(LEADS);
        assertThat(whole.frame().coverage().complete()).isTrue();

        MembershipGrowthReport part = analytics.reports().growth(growth, telling(until(1, ReportOptions.defaults())));
        assertThat(told).containsExactly("1000/1000");
        assertThat(part.periods().get(0).entered()).isEqualTo(1_000);
        assertThat(part.frame().coverage().complete()).isFalse();
        assertThat(part.toText()).contains("cancelled before the end");
    }

    @Test
    void a_dashboard_tells_how_far_it_is_and_ends_when_it_is_told_to() {
        for (ReportOptions way : ways()) {
            DashboardReport part = analytics.reports().dashboard(Activity.of(DAYS), telling(until(ENOUGH, way)));
            assertThat(told).containsExactly("1000/2500", "1300/2500");
            assertThat(part.activity().events()).isEqualTo(ENOUGH);
            assertThat(part.activity().frame().coverage().complete()).isFalse();
        }
    }

    @Test
    void a_dashboard_ends_while_it_counts_entries_and_exits_when_it_is_told_to() {
        // Asked of each subject, then of the first fact and of the thousandth behind it.
        DashboardReport part =
                analytics.reports().dashboard(Activity.of(DAYS), telling(until(LEADS + 1, ReportOptions.defaults())));
        assertThat(told).containsExactly("1000/2500", "2000/2500", "2500/2500");
        assertThat(part.activity().events()).isEqualTo(LEADS);
        assertThat(part.segmentGrowth().get(0).members()).isEqualTo(1_000);
        assertThat(part.frame().coverage().complete()).isFalse();
    }
}
