package io.behavioranalytics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import io.behavioranalytics.action.ActionExecutor;
import io.behavioranalytics.action.ActionResult;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.TrackRequest;
import io.behavioranalytics.experiment.ExperimentDraft;
import io.behavioranalytics.json.InvalidDefinitionException;
import io.behavioranalytics.json.Json;
import io.behavioranalytics.json.JsonLimits;
import io.behavioranalytics.report.Activity;
import io.behavioranalytics.report.ActivityReport;
import io.behavioranalytics.report.ReportFilter;
import io.behavioranalytics.segment.SegmentDraft;
import io.behavioranalytics.store.InMemoryStore;
import io.behavioranalytics.trigger.TriggerDraft;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The dashboard field by field, against what single questions answer. */
class DashboardTest {
    private static final Instant BEGIN = Instant.parse("2026-03-01T00:00:00Z");

    private final VirtualClock clock = VirtualClock.at(BEGIN);
    private final BehaviorAnalytics analytics = BehaviorAnalytics.builder()
            .store(new InMemoryStore(clock))
            .clock(clock)
            .executor(Runnable::run)
            .action(ActionExecutor.of(
                    "call",
                    // There is no number of lead-1.
                    request -> SubjectId.lead("lead-1").equals(request.subject())
                            ? ActionResult.failure("no number")
                            : ActionResult.success()))
            .inlineActions()
            .build();

    @AfterEach
    void close() {
        analytics.close();
    }

    @Test
    void a_range_that_holds_no_microsecond_has_no_days() {
        DashboardReport report = analytics
                .reports()
                .dashboard(
                        Activity.of(ReportFilter.everything().between(BEGIN, BEGIN.plusNanos(500))),
                        ReportOptions.defaults());

        assertThat(report.activity().days()).isEmpty();
        assertThat(report.segmentGrowth()).isEmpty();
        assertThat(report.toJson()).contains("\"segmentGrowth\":[]");
    }

    @Test
    void a_day_that_the_zone_skipped_has_no_line_and_every_other_day_the_members_at_its_end() {
        VirtualClock then = VirtualClock.at(Instant.parse("2011-12-28T00:00:00Z"));
        try (BehaviorAnalytics apia = BehaviorAnalytics.builder()
                .store(new InMemoryStore(then))
                .clock(then)
                .executor(Runnable::run)
                .build()) {
            apia.segments().create(SegmentDraft.fromJson("""
                    {"name": "Started", "criteria": {"eventFilters": [{"eventType": "form_start", "timeRange": {"last": "P9D"}}]}}
                    """));
            // Apia went from 29 to 31 December.
            for (String at : List.of("2011-12-29T12:00:00Z", "2011-12-31T12:00:00Z")) {
                then.advance(Duration.between(then.instant(), Instant.parse(at)));
                apia.track(TrackRequest.builder(EventType.FORM_START)
                        .leadId("lead " + at)
                        .timestamp(then.instant())
                        .build());
            }
            then.advance(Duration.ofDays(1));
            DashboardReport report = apia.reports()
                    .dashboard(
                            Activity.of(ReportFilter.everything()
                                    .in(ZoneId.of("Pacific/Apia"))
                                    .between(
                                            Instant.parse("2011-12-28T12:00:00Z"),
                                            Instant.parse("2012-01-01T00:00:00Z"))),
                            ReportOptions.defaults());

            assertThat(report.activity().days().stream().map(day -> day.date()))
                    .containsExactly("2011-12-28", "2011-12-29", "2011-12-31", "2012-01-01");
            assertThat(report.segmentGrowth().stream().map(day -> day.date() + " " + day.members()))
                    .containsExactly("2011-12-28 0", "2011-12-29 1", "2011-12-31 1", "2012-01-01 2");
        }
    }

    @Test
    void every_field_is_what_single_questions_answer() {
        analytics.segments().create(SegmentDraft.fromJson("""
                {"name": "Started", "criteria": {"eventFilters": [{"eventType": "form_start", "timeRange": {"last": "P2D"}}]}}
                """));
        analytics.triggers().create(TriggerDraft.fromJson("""
                {"name": "Call", "event": "quote_request", "cooldown": 0,
                 "actions": [{"action": "call"}]}
                """));
        List<EventType> types = List.of(
                EventType.PAGE_VIEW, EventType.FORM_START, EventType.QUOTE_REQUEST, EventType.APPLICATION_COMPLETE);
        Random random = new Random(5);
        Map<EventType, Long> counted = new java.util.TreeMap<>();
        List<Map<String, Boolean>> days = new ArrayList<>();
        Map<Integer, Map<String, Double>> scores = new java.util.TreeMap<>();
        long quotesToday = 0;
        long quotes = 0;
        long called = 0;
        long calledToday = 0;
        for (int day = 0; day < 5; day++) {
            Map<String, Boolean> active = new java.util.TreeMap<>();
            for (int i = 0; i < 20; i++) {
                clock.advance(Duration.ofMinutes(30));
                EventType type = types.get(random.nextInt(4));
                String lead = "lead-" + random.nextInt(4);
                analytics.track(TrackRequest.builder(type)
                        .leadId(lead)
                        .timestamp(clock.instant())
                        .build());
                analytics.runDue();
                counted.merge(type, 1L, Long::sum);
                boolean converts = type.equals(EventType.APPLICATION_COMPLETE);
                active.merge(lead, converts, Boolean::logicalOr);
                quotes += type.equals(EventType.QUOTE_REQUEST) ? 1 : 0;
                quotesToday += type.equals(EventType.QUOTE_REQUEST) && day == 4 ? 1 : 0;
                boolean calls = type.equals(EventType.QUOTE_REQUEST) && !lead.equals("lead-1");
                called += calls ? 1 : 0;
                calledToday += calls && day == 4 ? 1 : 0;
            }
            days.add(active);
            Instant end = BEGIN.plus(Duration.ofDays(day + 1));
            if (day < 4) {
                clock.advance(Duration.between(clock.instant(), end.minusNanos(1_000)));
                analytics.runDue();
                scores.put(day, engagements(active.keySet()));
                clock.advance(Duration.ofNanos(1_000));
                analytics.runDue();
            }
        }
        scores.put(4, engagements(days.get(4).keySet()));

        DashboardReport dashboard = analytics
                .reports()
                .dashboard(
                        Activity.of(ReportFilter.everything().between(BEGIN, BEGIN.plus(Duration.ofDays(5)))),
                        ReportOptions.defaults());

        assertThat(dashboard.activity().events()).isEqualTo(100);
        assertThat(dashboard.activity().subjects()).isEqualTo(4);
        assertThat(dashboard.activity().engagement())
                .isCloseTo(
                        engagements(List.of("lead-0", "lead-1", "lead-2", "lead-3")).values().stream()
                                .mapToDouble(Double::doubleValue)
                                .average()
                                .orElseThrow(),
                        within(1e-9));
        dashboard.activity().top().forEach(top -> {
            assertThat(top.count()).isEqualTo(counted.get(top.type()));
            assertThat(top.percentage()).isCloseTo((double) top.count(), within(1e-9)); // of 100
        });
        assertThat(dashboard.activity().top()).hasSize(4);
        for (int day = 0; day < 5; day++) {
            ActivityReport.Day told = dashboard.activity().days().get(day);
            assertThat(told.active()).isEqualTo(days.get(day).size());
            assertThat(told.converted())
                    .isEqualTo(
                            days.get(day).values().stream().filter(done -> done).count());
            assertThat(told.engagement())
                    .as("day %s", day)
                    .isCloseTo(
                            scores.getOrDefault(day, Map.of()).values().stream()
                                    .mapToDouble(Double::doubleValue)
                                    .average()
                                    .orElseThrow(),
                            within(1e-9));
            assertThat(dashboard.segmentGrowth().get(day).members())
                    .isEqualTo(analytics
                            .segmentReports()
                            .membersAsOf(
                                    "started",
                                    BEGIN.plus(Duration.ofDays(day + 1)).minusNanos(1_000))
                            .size());
        }
        assertThat(dashboard.segments())
                .isEqualTo(new DashboardReport.SegmentCounts(
                        1, 1, analytics.segments().members("started", null, 100).size()));
        assertThat(dashboard.personalization().triggeredActions()).isEqualTo(quotes);
        assertThat(dashboard.triggers().activeTriggers()).isEqualTo(1);
        assertThat(dashboard.triggers().executionsToday()).isEqualTo(quotesToday);
        assertThat(called).isBetween(1L, quotes - 1);
        assertThat(calledToday).isBetween(1L, quotesToday - 1);
        assertThat(dashboard.personalization().successRate()).isEqualTo((double) called / quotes);
        assertThat(dashboard.triggers().successRate()).isEqualTo((double) calledToday / quotesToday);
        assertThat(dashboard.personalization().activeRules()).isZero();
    }

    @Test
    void drafts_and_triggers_outside_their_dates_are_defined_and_not_active() {
        for (String status : List.of("active", "draft", "inactive")) {
            analytics
                    .segments()
                    .create(SegmentDraft.fromJson("{\"name\": \"S " + status + "\", \"status\": \"" + status
                            + "\", \"criteria\": {\"eventFilters\": [{\"eventType\": \"form_start\"}]}}"));
        }
        for (String more : List.of(
                "\"status\": \"active\"",
                "\"status\": \"draft\"",
                "\"status\": \"inactive\"",
                "\"startDate\": \"2026-03-02T00:00:00Z\"",
                "\"startDate\": \"2026-03-02T00:00:00.000001Z\"",
                "\"endDate\": \"2026-03-02T00:00:00Z\"",
                "\"endDate\": \"2026-03-02T00:00:00.000001Z\"")) {
            analytics
                    .triggers()
                    .create(TriggerDraft.fromJson(
                            "{\"name\": \"T " + analytics.triggers().list().size()
                                    + "\", \"event\": \"quote_request\", \"actions\": [{\"action\": \"call\"}], " + more
                                    + "}"));
        }
        clock.advance(Duration.ofDays(1));

        DashboardReport dashboard = over(ReportFilter.everything().between(BEGIN, BEGIN.plus(Duration.ofDays(2))));

        assertThat(dashboard.segments()).isEqualTo(new DashboardReport.SegmentCounts(3, 1, 0));
        assertThat(dashboard.triggers()).isEqualTo(new DashboardReport.TriggerCounts(3, 0, null));
        assertThat(dashboard.toCsv("counts"))
                .isEqualTo("segments,activeSegments,totalMembers,activeRules,runningExperiments,triggeredActions,"
                        + "actionSuccessRate,activeTriggers,executionsToday,todaySuccessRate\r\n3,1,0,0,0,0,,3,0,\r\n");
    }

    @Test
    void today_and_the_days_are_those_of_the_zone_on_the_day_of_23_hours_too() {
        analytics.triggers().create(TriggerDraft.fromJson("""
                {"name": "Call", "event": "quote_request", "cooldown": 0,
                 "actions": [{"action": "call"}]}
                """));
        // In Berlin the last instant of the 28th, the first and the last of the 29th, and the first of the 30th.
        List<Instant> instants = List.of(
                Instant.parse("2026-03-28T22:59:59.999999Z"),
                Instant.parse("2026-03-28T23:00:00Z"),
                Instant.parse("2026-03-29T21:59:59.999999Z"),
                Instant.parse("2026-03-29T22:00:00Z"));
        for (Instant at : instants) {
            clock.advance(Duration.between(clock.instant(), at));
            analytics.track(TrackRequest.builder(EventType.QUOTE_REQUEST)
                    .leadId("lead-" + (at.equals(instants.get(0)) ? 1 : 2))
                    .timestamp(at)
                    .build());
            analytics.runDue();
        }
        ReportFilter march = ReportFilter.everything()
                .between(Instant.parse("2026-03-27T23:00:00Z"), Instant.parse("2026-03-30T22:00:00Z"));
        ReportFilter berlin = march.in(ZoneId.of("Europe/Berlin"));

        DashboardReport sunday = over(berlin.asOf(instants.get(2)));
        assertThat(sunday.triggers()).isEqualTo(new DashboardReport.TriggerCounts(1, 2, 1.0));
        assertThat(sunday.personalization().triggeredActions()).isEqualTo(3);
        DashboardReport monday = over(berlin);
        assertThat(monday.triggers().executionsToday()).isOne();
        assertThat(monday.activity().days())
                .extracting(ActivityReport.Day::date, ActivityReport.Day::active)
                .containsExactly(tuple("2026-03-28", 1L), tuple("2026-03-29", 1L), tuple("2026-03-30", 1L));
        assertThat(monday.segmentGrowth())
                .extracting(DashboardReport.Members::date)
                .containsExactly(LocalDate.of(2026, 3, 28), LocalDate.of(2026, 3, 29), LocalDate.of(2026, 3, 30));
        assertThat(over(march).triggers().executionsToday()).isEqualTo(2);
    }

    private DashboardReport over(ReportFilter filter) {
        return analytics.reports().dashboard(Activity.of(filter), ReportOptions.defaults());
    }

    private Map<String, Double> engagements(Iterable<String> leads) {
        Map<String, Double> scores = new java.util.TreeMap<>();
        leads.forEach(lead -> scores.put(
                lead,
                analytics.profiles().get(SubjectId.lead(lead)).orElseThrow().engagementScore()));
        return scores;
    }

    @Test
    void experiments_that_run_are_counted_and_drafts_and_those_that_ended_are_not() {
        for (String status : List.of("draft", "running", "running")) {
            experiment("Experiment " + analytics.experiments().list().size(), status);
        }
        analytics.experiments().complete("experiment-2", null);

        assertThat(analytics
                        .reports()
                        .dashboard(
                                Activity.of(ReportFilter.everything().between(BEGIN, BEGIN.plus(Duration.ofDays(2)))),
                                ReportOptions.defaults())
                        .personalization()
                        .runningExperiments())
                .isOne();
    }

    private void experiment(String name, String status) {
        analytics
                .experiments()
                .create(ExperimentDraft.fromJson(
                        "{\"name\": \"" + name + "\", \"type\": \"content\", \"status\": \"" + status
                                + "\", \"hypothesis\": \"It helps\", \"successMetrics\": [\"quote_requests\"], \"variants\": ["
                                + "{\"name\": \"Control\", \"isControl\": true, \"trafficPercentage\": 50, \"content\": {}},"
                                + " {\"name\": \"Treatment\", \"trafficPercentage\": 50, \"content\": {}}]}"));
    }

    @Test
    void the_page_shows_a_whole_dashboard_as_it_is() throws IOException {
        assertThat(Files.readString(Path.of("..", "docs", "dashboard.md")))
                .contains("```text\n" + threeDays().toText() + "```\n");
    }

    /** Three days of nine leads, of whom some start forms, ask for quotes, upon which they are called, and buy. */
    DashboardReport threeDays() {
        analytics.segments().create(SegmentDraft.fromJson("""
                {"name": "Started", "criteria": {"eventFilters": [{"eventType": "form_start", "timeRange": {"last": "P2D"}}]}}
                """));
        analytics.triggers().create(TriggerDraft.fromJson("""
                {"name": "Call", "event": "quote_request", "cooldown": 0,
                 "actions": [{"action": "call"}]}
                """));
        Random random = new Random(9);
        List<EventType> types = List.of(
                EventType.PAGE_VIEW,
                EventType.PAGE_VIEW,
                EventType.PAGE_VIEW,
                EventType.FORM_START,
                EventType.FORM_START,
                EventType.QUOTE_REQUEST,
                EventType.APPLICATION_COMPLETE);
        for (int i = 0; i < 71; i++) {
            clock.advance(Duration.ofHours(1));
            analytics.track(TrackRequest.builder(types.get(random.nextInt(types.size())))
                    .leadId("lead-" + random.nextInt(9))
                    .timestamp(clock.instant())
                    .build());
            analytics.runDue();
        }
        return analytics
                .reports()
                .dashboard(
                        Activity.of(ReportFilter.everything().between(BEGIN, BEGIN.plus(Duration.ofDays(3)))),
                        ReportOptions.defaults());
    }

    @Test
    void its_json_has_the_fields_that_hosts_know() {
        analytics.track(TrackRequest.builder("page_view").leadId("ada").build());
        Map<String, @Nullable Object> json = Json.parseObject(
                analytics
                        .reports()
                        .dashboard(
                                Activity.of(ReportFilter.everything().between(BEGIN, BEGIN.plus(Duration.ofDays(2)))),
                                ReportOptions.defaults())
                        .toJson(),
                JsonLimits.DEFINITION);

        assertThat(json.keySet()).containsExactly("behavior", "personalization", "triggers", "trends", "frame");
        assertThat(keys(json, "behavior"))
                .containsExactly("totalEvents", "uniqueUsers", "averageEngagement", "topEvents", "segments");
        assertThat(keys(json, "personalization"))
                .containsExactly("activeRules", "runningExperiments", "triggeredActions", "successRate");
        assertThat(keys(json, "triggers")).containsExactly("activeTriggers", "executionsToday", "successRate");
        assertThat(keys(json, "trends")).containsExactly("engagementTrend", "conversionTrend", "segmentGrowth");
        assertThat(String.valueOf(json.get("behavior"))).contains("{eventType=page_view, count=1, percentage=100}");
        assertThat(String.valueOf(json.get("trends"))).contains("{date=2026-03-02, rate=null}");
    }

    private static List<String> keys(Map<String, @Nullable Object> json, String name) {
        return json.get(name) instanceof Map<?, ?> map
                ? map.keySet().stream().map(String::valueOf).toList()
                : List.of();
    }

    @Test
    void a_dashboard_without_a_beginning_is_refused() {
        assertThatThrownBy(() -> Activity.of(ReportFilter.everything()))
                .isInstanceOf(InvalidDefinitionException.class)
                .hasMessageContaining("filter.from: is missing");
    }
}
