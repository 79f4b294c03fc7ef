package io.behavioranalytics.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.event.EventType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The pages show reports as they are: of one made-up March. */
class ReportPagesTest {
    private static final Instant MARCH = Instant.parse("2026-03-02T00:00:00Z");
    private static final Instant AS_OF = Instant.parse("2026-03-30T00:00:00Z");

    private static final ReportFilter FILTER = ReportFilter.everything().between(MARCH, AS_OF);

    /** A page, and the question whose answer it shows. */
    record Page(String name, Question<?> question) {}

    static List<Page> pages() {
        return List.of(
                new Page(
                        "retention.md",
                        CohortRetention.on(
                                EventChoice.of(EventType.PAGE_VIEW),
                                EventChoice.any(),
                                Periods.calendar(CalendarInterval.WEEK),
                                4,
                                FILTER)),
                new Page(
                        "dashboard.md",
                        Activity.of(ReportFilter.everything().between(MARCH.plus(Duration.ofDays(21)), AS_OF))),
                new Page(
                        "trends.md",
                        Trend.of(
                                        EventChoice.of(EventType.PAGE_VIEW),
                                        Trend.Measure.TOTAL,
                                        CalendarInterval.WEEK,
                                        ReportFilter.everything().between(MARCH.plus(Duration.ofDays(14)), AS_OF))
                                .by("properties.plan")
                                .withPrevious()),
                new Page("paths.md", EventPaths.from(EventChoice.of(EventType.FORM_START), 3, FILTER)),
                new Page("activity.md", Lifecycle.of(EventChoice.any(), CalendarInterval.WEEK, FILTER)),
                new Page(
                        "lifetime-value.md",
                        new CohortRevenue(
                                EventChoice.any(),
                                EventChoice.of(EventType.APPLICATION_COMPLETE),
                                Periods.calendar(CalendarInterval.WEEK),
                                4,
                                FILTER)),
                new Page(
                        "return-on-investment.md",
                        ReturnOnInvestment.builder(FILTER)
                                .lead(EventChoice.of(EventType.QUOTE_REQUEST))
                                .conversion(EventChoice.of(EventType.APPLICATION_COMPLETE))
                                .source("properties.plan", ReturnOnInvestment.Attribution.LAST, Duration.ofDays(30))
                                .costs(List.of(new Cost("plus", MARCH, AS_OF, new java.math.BigDecimal("400.00"))))
                                .against(
                                        ComparedGroups.holdout(
                                                subject -> subject.value().endsWith("0")),
                                        0.95)
                                .response(
                                        EventChoice.of(EventType.FORM_START),
                                        EventChoice.of(EventType.QUOTE_REQUEST),
                                        Duration.ofHours(1))
                                .agent("properties.plan")
                                .lifetimeValue(26, 0.002)
                                .build()),
                new Page(
                        "funnels.md",
                        new TimeToConvert(
                                Funnel.builder()
                                        .step(EventChoice.of(EventType.PAGE_VIEW))
                                        .step(EventChoice.of(EventType.QUOTE_REQUEST))
                                        .filter(FILTER)
                                        .build(),
                                1,
                                2,
                                4)),
                new Page("activity.md", Stickiness.of(EventChoice.any(), CalendarInterval.WEEK, FILTER)),
                new Page(
                        "patterns.md",
                        new PatternCount(
                                List.of(EventChoice.of(EventType.FORM_START), EventChoice.of(EventType.QUOTE_REQUEST)),
                                EventPattern.parse("(?1)(?t<=3600)(?2)"),
                                9,
                                FILTER)),
                new Page(
                        "trends.md",
                        Correlation.of(
                                EventChoice.of(EventType.PAGE_VIEW),
                                EventChoice.of(EventType.QUOTE_REQUEST),
                                Duration.ofDays(7),
                                FILTER)),
                new Page(
                        "lifetime-value.md",
                        new LifetimeValue(
                                EventChoice.of(EventType.APPLICATION_COMPLETE),
                                CalendarInterval.DAY,
                                7,
                                26,
                                0.002,
                                null,
                                3,
                                FILTER)),
                new Page(
                        "funnels.md",
                        Funnel.builder()
                                .step(EventChoice.of(EventType.PAGE_VIEW))
                                .step(EventChoice.of(EventType.FORM_START))
                                .step(EventChoice.of(EventType.QUOTE_REQUEST))
                                .within(Duration.ofDays(7))
                                .breakdown(Funnel.Attribution.FIRST, "properties.plan")
                                .trend(CalendarInterval.WEEK)
                                .filter(FILTER)
                                .build()));
    }

    @ParameterizedTest
    @MethodSource("pages")
    void the_page_shows_the_report_as_it_is(Page page) throws IOException {
        String shown = Files.readString(Path.of("..", "docs", page.name()));
        assertThat(shown)
                .contains("```text\n" + march().run(page.question(), AS_OF).toText() + "```\n");
    }

    /** 120 leads who look around, of whom some ask for a quote and fewer buy, some of them again. */
    static Histories march() {
        Random random = new Random(31);
        Histories histories = new Histories();
        for (int i = 0; i < 120; i++) {
            String lead = String.format("lead-%03d", i);
            Map<String, Object> plan = Map.of("plan", random.nextInt(3) == 0 ? "plus" : "basic");
            Instant at = MARCH.plus(Duration.ofMinutes(random.nextInt(26 * 24 * 60)));
            int visits = 1 + random.nextInt(4);
            for (int visit = 0; visit < visits && at.isBefore(AS_OF); visit++) {
                String session = lead + "-" + visit;
                histories.add(lead, session, at, "page_view", plan, null);
                if (random.nextInt(3) > 0) {
                    histories.add(lead, session, at.plus(minutes(random, 20)), "form_start", plan, null);
                }
                if (random.nextInt(3) == 0) {
                    histories.add(
                            lead, session, at.plus(minutes(random, 25).plusMinutes(20)), "quote_request", plan, null);
                }
                if (random.nextInt(4) == 0) {
                    histories.add(
                            lead,
                            session,
                            at.plus(minutes(random, 25).plusMinutes(45)),
                            "application_complete",
                            plan,
                            20.0 + random.nextInt(80));
                }
                at = at.plus(Duration.ofHours(2 + random.nextInt(200)));
            }
        }
        return histories;
    }

    private static Duration minutes(Random random, int most) {
        return Duration.ofMinutes(1 + random.nextInt(most));
    }
}
