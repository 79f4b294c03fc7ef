package io.behavioranalytics.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.EventType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
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

    @Test
    void the_page_on_lifetime_value_shows_models_of_customers_who_are_drawn_from_such_models() throws IOException {
        assertThat(Files.readString(Path.of("..", "docs", "lifetime-value.md")))
                .contains("```text\n" + customers().toText() + "```\n");
    }

    /** 600 customers of forty weeks, who buy at rates of their own and are lost after a purchase with probabilities of their own. */
    static LifetimeValueReport customers() {
        Instant begin = Instant.parse("2025-06-23T00:00:00Z");
        Random random = new Random(5);
        Histories histories = new Histories();
        for (int i = 0; i < 600; i++) {
            double perDay = -Math.log(1 - random.nextDouble()) / 40;
            double lost = 1 - Math.pow(random.nextDouble(), 1 / 2.5);
            double mean = 30 + random.nextInt(60);
            double day = random.nextInt(84);
            boolean alive = true;
            boolean first = true; // nobody is lost by the first purchase
            while (alive && day < 280) {
                histories.add(
                        String.format("lead-%03d", i),
                        begin.plus(Duration.ofMinutes(Math.round(day * 1_440))),
                        "application_complete",
                        Map.of(),
                        Math.rint(mean * (0.5 + random.nextDouble())));
                alive = first || random.nextDouble() >= lost;
                first = false;
                day -= Math.log(1 - random.nextDouble()) / perDay;
            }
        }
        return histories.run(
                new LifetimeValue(
                        EventChoice.of(EventType.APPLICATION_COMPLETE),
                        CalendarInterval.DAY,
                        7,
                        26,
                        0.002,
                        null,
                        3,
                        ReportFilter.everything().between(begin, AS_OF)),
                AS_OF);
    }

    @Test
    void the_page_on_segments_shows_how_one_grew() throws IOException {
        assertThat(Files.readString(Path.of("..", "docs", "segment-reports.md")))
                .contains("```text\n" + growth().toText() + "```\n");
    }

    /** Whoever views a page enters, and leaves with an application. */
    static MembershipGrowthReport growth() {
        MembershipGrowthFold fold = new MembershipGrowthFold(
                MembershipGrowth.of("warm-leads", CalendarInterval.WEEK, FILTER), AS_OF.minus(Duration.ofDays(2)));
        march().events.forEach((subject, events) -> {
            boolean member = false;
            for (BehaviorEvent event : events) {
                boolean enters = event.type().equals(EventType.PAGE_VIEW);
                if (enters != member && (enters || event.type().equals(EventType.APPLICATION_COMPLETE))) {
                    member = enters;
                    fold.accumulate(subject, event.micros(), enters);
                }
            }
        });
        return fold.result(true);
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
