package io.behavioranalytics.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.EventType;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What customers bought, counted from the calendar, and what cohorts were worth, summed up age by age. */
class LifetimeValueAgreementTest {
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    private static final Instant BEGIN = Instant.parse("2026-03-20T00:00:00Z");
    private static final EventChoice BUY = EventChoice.of(EventType.of("a"), EventType.of("b"));

    @Test
    void summaries_are_what_a_calendar_of_purchases_says() {
        int customers = 0;
        for (int seed = 1; seed <= 1_500; seed++) {
            Random random = new Random(seed);
            Histories histories = Histories.random(random, 3, 10, BEGIN, Duration.ofMinutes(5 * 60 + 30), 90);
            Instant asOf = BEGIN.plus(Duration.ofHours(300 + random.nextInt(300)));
            boolean weeks = random.nextBoolean();
            Instant calibrated = random.nextBoolean() ? BEGIN.plus(Duration.ofHours(200 + random.nextInt(300))) : null;
            LifetimeValue question = new LifetimeValue(
                    BUY,
                    weeks ? CalendarInterval.WEEK : CalendarInterval.DAY,
                    weeks ? 1 : 7,
                    10,
                    0.01,
                    calibrated,
                    100,
                    ReportFilter.everything().in(BERLIN));

            LifetimeValueReport report = histories.scattered(question, ReportTerms.at(asOf), random);

            Instant end = calibrated == null || calibrated.isAfter(asOf) ? asOf : calibrated;
            assertThat(report.calibrationEnd()).isEqualTo(end);
            Map<String, LifetimeValueReport.Customer> told = new TreeMap<>();
            report.best().forEach(customer -> told.put(customer.subject().value(), customer));
            Map<String, List<BehaviorEvent>> bought = new TreeMap<>();
            histories.events.forEach((subject, events) -> {
                List<BehaviorEvent> purchases = events.stream()
                        .filter(event -> NaiveFunnel.fits(BUY, event)
                                && !event.timestamp().isAfter(asOf))
                        .toList();
                if (purchases.stream().anyMatch(event -> !event.timestamp().isAfter(end))) {
                    bought.put(subject.value(), purchases);
                }
            });
            assertThat(told.keySet()).as("seed %s", seed).isEqualTo(bought.keySet());
            for (Map.Entry<String, List<BehaviorEvent>> entry : bought.entrySet()) {
                customers++;
                check(
                        "seed " + seed + " " + question,
                        Objects.requireNonNull(told.get(entry.getKey())),
                        entry.getValue(),
                        end,
                        weeks);
            }
        }
        assertThat(customers).isGreaterThan(2_000);
    }

    private static void check(
            String name,
            LifetimeValueReport.Customer customer,
            List<BehaviorEvent> bought,
            Instant end,
            boolean weeks) {
        TreeMap<LocalDate, BigDecimal> until = new TreeMap<>();
        TreeMap<LocalDate, BigDecimal> behind = new TreeMap<>();
        for (BehaviorEvent event : bought) {
            LocalDate period = period(event.timestamp(), weeks);
            BigDecimal value = event.value() == null ? BigDecimal.ZERO : BigDecimal.valueOf(event.value());
            (event.timestamp().isAfter(end) ? behind : until).merge(period, value, BigDecimal::add);
        }
        double perUnit = 7;
        LocalDate first = until.firstKey();
        PurchaseSummary known = customer.known();
        assertThat(known.frequency()).as(name).isEqualTo(until.size() - 1);
        assertThat(known.recency())
                .as(name)
                .isCloseTo(ChronoUnit.DAYS.between(first, until.lastKey()) / perUnit, within(1e-9));
        assertThat(known.age())
                .as(name)
                .isCloseTo(ChronoUnit.DAYS.between(first, period(end, weeks)) / perUnit, within(1e-9));
        double repeated = until.tailMap(first, false).values().stream()
                .mapToDouble(BigDecimal::doubleValue)
                .average()
                .orElse(0);
        assertThat(known.value()).as(name).isCloseTo(repeated, within(1e-9));
        assertThat(customer.paid())
                .as(name)
                .isEqualByComparingTo(until.values().stream().reduce(BigDecimal.ZERO, BigDecimal::add));
        // A purchase in the period in which the models end is no other one.
        LocalDate last = until.lastKey();
        assertThat(customer.laterPurchases())
                .as(name)
                .isEqualTo(behind.keySet().stream()
                        .filter(day -> !day.equals(last))
                        .count());
    }

    private static LocalDate period(Instant at, boolean weeks) {
        LocalDate day = at.atZone(BERLIN).toLocalDate();
        return weeks ? day.minusDays(day.getDayOfWeek().getValue() - 1) : day;
    }

    @Test
    void the_prediction_is_purchases_of_each_unit_times_their_value_less_the_discount() {
        Random random = new Random(4);
        Histories histories = new Histories();
        for (int i = 0; i < 400; i++) {
            Instant at = BEGIN.plus(Duration.ofHours(random.nextInt(300)));
            double mean = 10 + random.nextInt(60);
            for (int k = 0; k < 1 + random.nextInt(5); k++) {
                histories.add("lead-" + i, at, "a", Map.of(), mean * (0.5 + random.nextDouble()));
                at = at.plus(Duration.ofHours(24 + random.nextInt(900)));
            }
        }
        LifetimeValue question = LifetimeValue.of(BUY, ReportFilter.everything());

        LifetimeValueReport report = histories.run(question.ahead(3, 0.1), BEGIN.plus(Duration.ofDays(300)));

        assertThat(report.notes()).isEmpty();
        BgNbd purchases = Objects.requireNonNull(report.purchases());
        GammaGamma values = Objects.requireNonNull(report.values());
        assertThat(report.best()).hasSize(400);
        for (LifetimeValueReport.Customer one : report.best()) {
            double first = purchases.expectedPurchases(1, one.known());
            double second = purchases.expectedPurchases(2, one.known());
            double third = purchases.expectedPurchases(3, one.known());
            double expected = first / 1.1 + (second - first) / 1.21 + (third - second) / 1.331;
            assertThat(one.expectedPurchases()).isCloseTo(third, within(1e-12));
            assertThat(one.expectedValue()).isCloseTo(values.expectedValue(one.known()), within(1e-12));
            assertThat(one.probabilityAlive()).isCloseTo(purchases.probabilityAlive(one.known()), within(1e-12));
            assertThat(one.probabilityAlive()).isBetween(0.0, 1.0);
            assertThat(one.predictedValue()).isCloseTo(expected * values.expectedValue(one.known()), within(1e-9));
        }
        assertThat(report.best().get(0).predictedValue())
                .isGreaterThan(report.best().get(399).predictedValue());
        assertThat(report.toCsv("customers")).contains("modelValue");
    }

    @Test
    void without_repeat_purchases_there_is_no_model_and_the_report_says_why() {
        LifetimeValueReport report = new Histories()
                .add("lead", "2026-03-20T00:00:00Z", "a")
                .run(LifetimeValue.of(BUY, ReportFilter.everything()), BEGIN.plus(Duration.ofDays(9)));

        assertThat(report.customers()).isEqualTo(1);
        assertThat(report.purchases()).isNull();
        assertThat(report.notes())
                .containsExactly(
                        "purchases: the model needs at least one customer who bought again",
                        "value: the model needs at least two customers who bought again for more than nothing");
    }

    @Test
    void revenue_of_a_cohort_at_an_age_is_all_that_was_paid_until_its_end() {
        int ahead = 0;
        int open = 0;
        for (int seed = 1; seed <= 1_500; seed++) {
            Random random = new Random(seed);
            Histories histories = Histories.random(random, 4, 9, BEGIN, Duration.ofMinutes(7 * 60 + 30), 40);
            Instant to = BEGIN.plus(Duration.ofHours(72 + random.nextInt(100)));
            Instant asOf = BEGIN.plus(Duration.ofHours(80 + random.nextInt(400)));
            boolean rolling = random.nextBoolean();
            CohortRevenue question = new CohortRevenue(
                    EventChoice.of(EventType.of("a")),
                    BUY,
                    rolling
                            ? new Periods.Rolling(Duration.ofHours(30), CalendarInterval.DAY)
                            : Periods.calendar(CalendarInterval.DAY),
                    4,
                    ReportFilter.everything().in(BERLIN).between(BEGIN, to));

            CohortRevenueReport report = histories.scattered(question, ReportTerms.at(asOf), random);

            for (int row = 0; row < report.cohorts().size(); row++) {
                CohortRevenueReport.Cohort cohort = report.cohorts().get(row);
                LocalDate day = LocalDate.of(2026, 3, 20).plusDays(row);
                assertThat(cohort.begin()).isEqualTo(day.toString());
                List<BehaviorEvent> starts = new ArrayList<>();
                for (List<BehaviorEvent> events : histories.events.values()) {
                    events.stream()
                            .filter(event -> event.type().name().equals("a")
                                    && !event.timestamp().isAfter(asOf))
                            .findFirst()
                            .filter(event -> !event.timestamp().isBefore(BEGIN)
                                    && event.timestamp().isBefore(to))
                            .filter(event -> event.timestamp()
                                    .atZone(BERLIN)
                                    .toLocalDate()
                                    .equals(day))
                            .ifPresent(starts::add);
                }
                assertThat(cohort.size()).isEqualTo(starts.size());
                for (int age = 0; age < 4; age++) {
                    Instant begins = rolling
                            ? day.atStartOfDay(BERLIN).toInstant().plus(Duration.ofHours(30L * age))
                            : day.plusDays(age).atStartOfDay(BERLIN).toInstant();
                    if (begins.isAfter(asOf)) {
                        assertThat(cohort.ages().get(age)).as("seed %s", seed).isNull();
                        assertThat(cohort.mean(age)).isNull();
                        ahead++;
                        continue;
                    }
                    BigDecimal paid = BigDecimal.ZERO;
                    for (BehaviorEvent start : starts) {
                        List<BehaviorEvent> events = histories.events.values().stream()
                                .filter(list -> list.contains(start))
                                .findFirst()
                                .orElseThrow();
                        Instant end = rolling
                                ? start.timestamp().plus(Duration.ofHours(30L * (age + 1)))
                                : day.plusDays(age + 1L).atStartOfDay(BERLIN).toInstant();
                        for (BehaviorEvent event : events.subList(events.indexOf(start), events.size())) {
                            if (NaiveFunnel.fits(BUY, event)
                                    && event.timestamp().isBefore(end)
                                    && !event.timestamp().isAfter(asOf)
                                    && event.value() != null) {
                                paid = paid.add(BigDecimal.valueOf(event.value()));
                            }
                        }
                    }
                    CohortRevenueReport.Age cell = cohort.ages().get(age);
                    assertThat(cell).isNotNull();
                    assertThat(cell.revenue())
                            .as("seed %s, cohort %s, age %s", seed, row, age)
                            .isEqualByComparingTo(paid);
                    // The last of the cohort may begin right before the next day.
                    Instant ends = rolling
                            ? day.plusDays(1).atStartOfDay(BERLIN).toInstant().plus(Duration.ofHours(30L * (age + 1)))
                            : day.plusDays(age + 1L).atStartOfDay(BERLIN).toInstant();
                    assertThat(cell.complete())
                            .as("seed %s, cohort %s, age %s", seed, row, age)
                            .isEqualTo(!ends.isAfter(asOf));
                    open += cell.complete() ? 0 : 1;
                    if (starts.isEmpty()) {
                        assertThat(cohort.mean(age)).isNull();
                    } else {
                        assertThat(cohort.mean(age)).isCloseTo(paid.doubleValue() / starts.size(), within(1e-9));
                    }
                }
            }
        }
        assertThat(ahead).isGreaterThan(100);
        assertThat(open).isGreaterThan(100);
    }
}
