package io.behavioranalytics.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.json.InvalidDefinitionException;
import io.behavioranalytics.report.ReturnOnInvestment.Attribution;
import io.behavioranalytics.statistics.Interval;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ReturnOnInvestmentTest {
    private static final Instant MARCH = Instant.parse("2026-03-01T00:00:00Z");
    private static final Instant APRIL = Instant.parse("2026-04-01T00:00:00Z");
    private static final EventChoice BUY = EventChoice.of(EventType.of("buy"));

    @Test
    void nothing_at_all_is_told_without_a_zero_in_place_of_what_is_not_known() {
        ReturnOnInvestmentReport report = new Histories()
                .run(
                        ReturnOnInvestment.builder(ReportFilter.everything())
                                .response(BUY, BUY, Duration.ofHours(1))
                                .agent("properties.agent")
                                .against(ComparedGroups.of("control", Map.of()), 0.95)
                                .lifetimeValue(10, 0)
                                .build(),
                        APRIL);

        assertThat(report.total().note()).isEqualTo("no cost data");
        assertThat(report.total().cost()).isNull();
        assertThat(report.total().costPerLead()).isNull();
        assertThat(Objects.requireNonNull(report.response()).time().p90()).isNull();
        assertThat(report.leadsPerAgent()).isNull();
        assertThat(report.lift().get(0).rate()).isNull();
        assertThat(Objects.requireNonNull(report.lifetimeValue()).notes()).isNotEmpty();
        assertThat(report.toText()).doesNotContain("NaN").contains("no cost data");
    }

    @Test
    void a_cost_of_nothing_is_known_and_a_missing_one_spoils_only_the_total() {
        ReturnOnInvestmentReport report = bought().run(
                        sources(List.of(
                                new Cost("mail", MARCH, APRIL, BigDecimal.ZERO),
                                new Cost("ads", MARCH, APRIL, new BigDecimal("120.10")))),
                        APRIL);

        assertThat(report.sources().stream().map(ReturnOnInvestmentReport.Source::source))
                .containsExactly("ads", "mail", "partner");
        ReturnOnInvestmentReport.Source ads = report.sources().get(0);
        assertThat(ads.cost()).isEqualTo(new BigDecimal("120.1"));
        assertThat(ads.value()).isEqualTo(new BigDecimal("300"));
        assertThat(ads.costPerLead()).isEqualTo(60.05);
        assertThat(ads.returnOnCost()).isCloseTo(179.9 / 120.1, within(1e-12));
        ReturnOnInvestmentReport.Source mail = report.sources().get(1);
        assertThat(mail.costPerLead()).isEqualTo(0.0);
        assertThat(mail.returnOnCost()).isNull();
        assertThat(report.sources().get(2).note()).isEqualTo("no cost data");
        assertThat(report.total().cost()).isEqualTo(new BigDecimal("120.1"));
        assertThat(report.total().note()).isEqualTo("no cost data for 1 of 3 sources");
        assertThat(report.total().costPerLead()).isNull();
    }

    @Test
    void a_cost_counts_by_the_part_of_its_period_that_lies_in_the_range() {
        Instant middle = MARCH.plus(Duration.ofDays(10));
        ReturnOnInvestment question = ReturnOnInvestment.builder(
                        ReportFilter.everything().between(MARCH, middle))
                .costs(List.of(
                        new Cost("ads", MARCH.minus(Duration.ofDays(10)), MARCH, BigDecimal.TEN),
                        new Cost("ads", MARCH, MARCH.plus(Duration.ofDays(40)), new BigDecimal("100.00")),
                        new Cost("mail", middle, APRIL, BigDecimal.TEN)))
                .build();

        ReturnOnInvestmentReport report = new Histories().run(question, APRIL);

        assertThat(report.sources()).hasSize(1);
        assertThat(report.sources().get(0).cost()).isEqualTo(new BigDecimal("25"));
        assertThat(report.sources().get(0).costPerLead()).isNull();
    }

    @Test
    void a_lift_has_the_published_intervals_of_two_proportions() {
        // Newcombe, Statistics in Medicine 1998, 17, 873-890, example (a): 56/70 against 48/80, method 10.
        Map<SubjectId, ComparedGroups.Member> members = new HashMap<>();
        Histories histories = new Histories();
        for (int i = 0; i < 150; i++) {
            String lead = "lead-" + i;
            members.put(SubjectId.lead(lead), new ComparedGroups.Member(i < 70 ? "new" : "old", MARCH));
            boolean buys = i < 70 ? i < 56 : i - 70 < 48;
            if (buys) {
                histories.add(lead, MARCH, "buy", Map.of(), null);
            }
        }

        ReturnOnInvestmentReport report = histories.run(
                ReturnOnInvestment.builder(ReportFilter.everything().between(MARCH, APRIL))
                        .conversion(BUY)
                        .against(ComparedGroups.of("old", members), 0.95)
                        .build(),
                APRIL);

        ReturnOnInvestmentReport.Group group = report.lift().get(1);
        assertThat(report.lift().get(0).group()).isEqualTo("old");
        assertThat(group.subjects()).isEqualTo(70);
        assertThat(group.difference()).isCloseTo(0.2, within(1e-12));
        Interval interval = Objects.requireNonNull(group.differenceInterval());
        assertThat(interval.lower().orElseThrow()).isCloseTo(0.0524, within(5e-5));
        assertThat(interval.upper().orElseThrow()).isCloseTo(0.3339, within(5e-5));
        assertThat(group.lift()).isCloseTo(1.0 / 3, within(1e-12));
        Interval ratio = Objects.requireNonNull(group.liftInterval());
        assertThat(ratio.contains(1.0 / 3)).isTrue();
        assertThat(ratio.lower().orElseThrow()).isPositive();
    }

    @Test
    void without_a_conversion_of_the_control_there_is_a_difference_and_no_lift() {
        Histories histories = bought();
        ReturnOnInvestmentReport report = histories.run(
                ReturnOnInvestment.builder(ReportFilter.everything())
                        .conversion(BUY)
                        .against(
                                ComparedGroups.holdout(
                                        subject -> subject.value().equals("eve")),
                                0.95)
                        .build(),
                APRIL);

        ReturnOnInvestmentReport.Group treated = report.lift().get(1);
        assertThat(report.lift().get(0).subjects()).isEqualTo(1);
        assertThat(treated.group()).isEqualTo("treated");
        assertThat(treated.difference()).isPositive();
        assertThat(treated.differenceInterval()).isNotNull();
        assertThat(treated.lift()).isNull();
        assertThat(report.toJson()).doesNotContain("Infinity");
    }

    @Test
    void the_value_of_customers_is_that_of_the_report_on_lifetime_value() {
        Histories histories = new Histories();
        java.util.Random random = new java.util.Random(3);
        for (int i = 0; i < 90; i++) {
            Instant at = MARCH.plus(Duration.ofHours(random.nextInt(200)));
            double mean = 10 + random.nextInt(60);
            for (int k = random.nextInt(4); k >= 0; k--) {
                histories.add("lead-" + i, at, "buy", Map.of(), mean * (0.5 + random.nextDouble()));
                at = at.plus(Duration.ofHours(24 + random.nextInt(150)));
            }
        }
        ReportFilter filter = ReportFilter.everything().between(MARCH, APRIL);

        ReturnOnInvestmentReport report = histories.run(
                ReturnOnInvestment.builder(filter)
                        .conversion(BUY)
                        .lifetimeValue(26, 0.01)
                        .build(),
                APRIL);
        LifetimeValueReport alone = histories.run(LifetimeValue.of(BUY, filter).ahead(26, 0.01), APRIL);

        LifetimeValueReport worth = Objects.requireNonNull(report.lifetimeValue());
        assertThat(worth.notes()).isEmpty();
        assertThat(worth.predictedValue()).isNotNull().isEqualTo(alone.predictedValue());
        assertThat(worth.expectedPurchases()).isEqualTo(alone.expectedPurchases());
        assertThat(worth.paid()).isEqualByComparingTo(alone.paid());
        assertThat(worth.customers()).isEqualTo(90);
    }

    @Test
    void hostile_names_of_sources_and_agents_stay_texts() {
        Histories histories =
                new Histories().add("ada", MARCH, "buy", Map.of("campaign", "=1+1\n|x", "agent", "@me,\"you\""), 5.0);
        ReturnOnInvestmentReport report = histories.run(
                ReturnOnInvestment.builder(ReportFilter.everything())
                        .conversion(BUY)
                        .source("properties.campaign", Attribution.FIRST, Duration.ZERO)
                        .agent("properties.agent")
                        .build(),
                APRIL);

        assertThat(report.toCsv("sources")).contains("\r\n\"'=1+1\n|x\",1,1,5,,,,,no cost data\r\n");
        assertThat(report.toCsv("agents")).isEqualTo("agent,leads,converted\r\n\"'@me,\"\"you\"\"\",1,1\r\n");
        assertThat(report.toText()).contains("  =1+1?|x ");
    }

    @Test
    void everything_wrong_is_said_at_once() {
        assertThatThrownBy(() -> ReturnOnInvestment.builder(ReportFilter.everything())
                        .source("profile.x", Attribution.LAST, Duration.ofDays(-1))
                        .agent("properties")
                        .against(ComparedGroups.of("control", Map.of()), 1)
                        .lifetimeValue(Double.NaN, 2)
                        .build())
                .isInstanceOfSatisfying(
                        InvalidDefinitionException.class,
                        refused -> assertThat(refused.violations().stream().map(one -> one.path()))
                                .containsExactly("source", "agent", "lookback", "confidence", "horizon", "discount"));
        assertThatThrownBy(() -> new Cost("ads", APRIL, MARCH, BigDecimal.ONE))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Cost("ads", MARCH, APRIL, new BigDecimal("-1")))
                .hasMessage("amount must be 0 or more: -1");
    }

    private static Histories bought() {
        return new Histories()
                .add("ada", MARCH, "buy", Map.of("campaign", "ads"), 300.0)
                .add("bob", MARCH, "view", Map.of("campaign", "ads"), null)
                .add("cyd", MARCH, "buy", Map.of("campaign", "mail"), 10.0)
                .add("eve", MARCH, "view", Map.of("campaign", "partner"), null);
    }

    private static ReturnOnInvestment sources(List<Cost> costs) {
        return ReturnOnInvestment.builder(ReportFilter.everything().between(MARCH, APRIL))
                .conversion(BUY)
                .source("properties.campaign", Attribution.LAST, Duration.ofDays(30))
                .costs(costs)
                .build();
    }
}
