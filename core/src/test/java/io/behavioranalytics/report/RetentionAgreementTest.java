package io.behavioranalytics.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.EventType;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.TemporalAdjusters;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** CohortRetention by the words of its definition, cell by cell, over the days on which the clocks change. */
class RetentionAgreementTest {
    private static final int CASES = 3_000;

    /** A zone with changes of an hour, one with changes at midnight, one with changes of half an hour, and one without. */
    private static final List<ZoneId> ZONES = List.of(
            ZoneId.of("Europe/Berlin"),
            ZoneId.of("America/Havana"),
            ZoneId.of("Australia/Lord_Howe"),
            ZoneId.of("UTC"));

    private final List<Instant> starts = new ArrayList<>();

    @Test
    void every_cell_is_the_number_of_those_of_the_cohort_who_returned_in_its_periods() {
        long returns = 0;
        int incomplete = 0;
        for (int seed = 1; seed <= CASES; seed++) {
            Random random = new Random(seed);
            ZoneId zone = ZONES.get(random.nextInt(ZONES.size()));
            Instant begin = Instant.parse(random.nextBoolean() ? "2026-03-06T00:00:00Z" : "2026-10-23T00:00:00Z");
            Histories histories = Histories.random(random, 4, 9, begin, Duration.ofMinutes(7 * 60 + 30), 30);
            Instant from = begin.plus(Duration.ofHours(random.nextInt(60)));
            Instant to = from.plus(Duration.ofHours(24 + random.nextInt(200)));
            Instant asOf = begin.plus(Duration.ofHours(225 + random.nextInt(100)));
            CohortRetention retention =
                    retention(random, ReportFilter.everything().in(zone).between(from, to));

            RetentionReport report = histories.scattered(retention, ReportTerms.at(asOf), random);

            grid(retention.periods(), from, zone);
            int rows = 0;
            for (int row = 0; row < report.cohorts().size(); row++, rows++) {
                RetentionReport.Cohort cohort = report.cohorts().get(row);
                String name = "seed " + seed + " " + retention + " cohort " + cohort + " " + histories.events;
                assertThat(starts.get(row)).as(name).isBefore(to);
                long size = 0;
                long[] came = new long[retention.columns().size()];
                for (List<BehaviorEvent> events : histories.events.values()) {
                    BehaviorEvent began = began(retention, events, row, from, to);
                    if (began != null) {
                        size++;
                        for (int k = 0; k < came.length; k++) {
                            came[k] += returned(retention, retention.columns().get(k), events, began, row) ? 1 : 0;
                        }
                    }
                }
                assertThat(cohort.size()).as(name).isEqualTo(size);
                boolean byInstant = retention.periods() instanceof Periods.Equal
                        || (retention.periods() instanceof Periods.Calendar calendar
                                && calendar.interval().unit() == CalendarInterval.Unit.HOUR);
                if (!byInstant) {
                    assertThat(cohort.begin())
                            .as(name)
                            .isEqualTo(
                                    starts.get(row).atZone(zone).toLocalDate().toString());
                }
                for (int k = 0; k < came.length; k++) {
                    RetentionReport.Cell cell = cohort.cells().get(k);
                    CohortRetention.Column column = retention.columns().get(k);
                    if (begins(retention, row, column.first()).isAfter(asOf)) {
                        assertThat(cell).as(name).isNull();
                        assertThat(came[k]).as(name).isZero();
                    } else {
                        int last = column.last() == CohortRetention.Column.NO_END ? column.first() : column.last();
                        boolean complete = !begins(retention, row + 1, last + (isRolling(retention) ? 1 : 0))
                                .isAfter(asOf);
                        assertThat(cell).as(name).isEqualTo(new RetentionReport.Cell(came[k], complete));
                        returns += came[k];
                        incomplete += complete ? 0 : 1;
                    }
                }
            }
            assertThat(starts.get(rows)).as("seed %s", seed).isAfterOrEqualTo(to);
            for (int k = 0; k < retention.columns().size(); k++) {
                checkMean("seed " + seed, report, k);
            }
        }
        assertThat(returns).isGreaterThan(CASES);
        assertThat(incomplete).isGreaterThan(CASES / 10);
    }

    /** Of cells that the reference has checked: those of cohorts of somebody that no return can be added to. */
    private static void checkMean(String name, RetentionReport report, int column) {
        List<Double> rates = new ArrayList<>();
        double sizes = 0;
        double returned = 0;
        for (RetentionReport.Cohort cohort : report.cohorts()) {
            RetentionReport.Cell cell = cohort.cells().get(column);
            if (cell != null && cell.complete() && cohort.size() > 0) {
                rates.add(cell.returned() / (double) cohort.size());
                sizes += cohort.size();
                returned += cell.returned();
            }
        }
        RetentionReport.Mean mean = report.mean(column);
        assertThat(mean.cohorts()).as(name).isEqualTo(rates.size());
        if (rates.isEmpty()) {
            assertThat(mean.simple()).as(name).isNull();
            assertThat(mean.weighted()).as(name).isNull();
        } else {
            assertThat(mean.simple())
                    .as(name)
                    .isCloseTo(
                            rates.stream()
                                    .mapToDouble(Double::doubleValue)
                                    .average()
                                    .orElseThrow(),
                            within(1e-12));
            assertThat(mean.weighted()).as(name).isCloseTo(returned / sizes, within(1e-12));
        }
    }

    private static boolean isRolling(CohortRetention retention) {
        return retention.periods() instanceof Periods.Rolling;
    }

    /** When a period begins for the first of a cohort. */
    private Instant begins(CohortRetention retention, int row, int period) {
        return retention.periods() instanceof Periods.Rolling rolling
                ? starts.get(row).plus(rolling.length().multipliedBy(period))
                : starts.get(row + period);
    }

    /** The beginnings of the periods, one by one. */
    private void grid(Periods periods, Instant from, ZoneId zone) {
        starts.clear();
        Instant at;
        if (periods instanceof Periods.Equal equal) {
            at = equal.start();
            while (at.isAfter(from)) {
                at = at.minus(equal.length());
            }
            while (!at.plus(equal.length()).isAfter(from)) {
                at = at.plus(equal.length());
            }
            for (int i = 0; i < 1_000; i++) {
                starts.add(at.plus(equal.length().multipliedBy(i)));
            }
            return;
        }
        CalendarInterval interval = periods instanceof Periods.Rolling rolling
                ? rolling.cohorts()
                : ((Periods.Calendar) periods).interval();
        int every = periods instanceof Periods.Calendar calendar ? calendar.every() : 1;
        if (interval.unit() == CalendarInterval.Unit.HOUR) {
            at = from.truncatedTo(java.time.temporal.ChronoUnit.HOURS);
            for (int i = 0; i < 1_000; i++) {
                starts.add(at.plus(Duration.ofHours((long) i * every)));
            }
            return;
        }
        LocalDate day = from.atZone(zone).toLocalDate();
        // Where the date comes twice at midnight, the day begins the second time.
        if (io.behavioranalytics.condition.LocalDays.start(day, zone).isAfter(from)) {
            day = day.minusDays(1);
        }
        day = switch (interval.unit()) {
            case WEEK -> day.with(TemporalAdjusters.previousOrSame(interval.weekStart()));
            case MONTH -> day.withDayOfMonth(1);
            default -> day;
        };
        for (int i = 0; i < 1_000; i++) {
            LocalDate next = switch (interval.unit()) {
                case WEEK -> day.plusWeeks((long) i * every);
                case MONTH -> day.plusMonths((long) i * every);
                default -> day.plusDays((long) i * every);
            };
            starts.add(io.behavioranalytics.condition.LocalDays.start(next, zone));
        }
    }

    private @Nullable BehaviorEvent began(
            CohortRetention retention, List<BehaviorEvent> events, int row, Instant from, Instant to) {
        for (BehaviorEvent event : events) {
            if (NaiveFunnel.fits(retention.start(), event)) {
                Instant at = event.timestamp();
                boolean inRange = !at.isBefore(from) && at.isBefore(to);
                if (inRange && !at.isBefore(starts.get(row)) && at.isBefore(starts.get(row + 1))) {
                    return event;
                }
                if (retention.beginning() == CohortRetention.Beginning.FIRST_TIME) {
                    return null;
                }
            }
        }
        return null;
    }

    private boolean returned(
            CohortRetention retention,
            CohortRetention.Column column,
            List<BehaviorEvent> events,
            BehaviorEvent began,
            int row) {
        for (int period = column.first(); period <= Math.min(column.last(), 600); period++) {
            int count = 0;
            for (BehaviorEvent event : events.subList(events.indexOf(began) + 1, events.size())) {
                Instant begins = isRolling(retention)
                        ? began.timestamp()
                                .plus(((Periods.Rolling) retention.periods())
                                        .length()
                                        .multipliedBy(period))
                        : starts.get(row + period);
                Instant ends = isRolling(retention)
                        ? began.timestamp()
                                .plus(((Periods.Rolling) retention.periods())
                                        .length()
                                        .multipliedBy(period + 1))
                        : starts.get(row + period + 1);
                if (NaiveFunnel.fits(retention.returning(), event)
                        && !event.timestamp().isBefore(begins)
                        && event.timestamp().isBefore(ends)) {
                    count++;
                }
            }
            if (count >= retention.leastReturns()) {
                return true;
            }
        }
        return false;
    }

    private static CohortRetention retention(Random random, ReportFilter filter) {
        Periods periods = switch (random.nextInt(7)) {
            case 0 -> Periods.rollingDays();
            case 1 -> new Periods.Rolling(Duration.ofHours(10), CalendarInterval.WEEK);
            case 2 -> new Periods.Equal(Instant.parse("2026-04-01T01:00:00Z"), Duration.ofHours(13));
            case 3 -> new Periods.Calendar(CalendarInterval.DAY, 2);
            case 4 -> Periods.calendar(CalendarInterval.weekFrom(DayOfWeek.of(1 + random.nextInt(7))));
            case 5 -> Periods.calendar(random.nextBoolean() ? CalendarInterval.MONTH : CalendarInterval.HOUR);
            default -> Periods.calendar(CalendarInterval.DAY);
        };
        CohortRetention retention =
                CohortRetention.on(selector(random), selector(random), periods, 1 + random.nextInt(6), filter);
        retention = random.nextBoolean() ? retention.recurring() : retention;
        retention = random.nextInt(4) == 0 ? retention.atLeast(2) : retention;
        return switch (random.nextInt(3)) {
            case 0 -> retention.orAfter();
            case 1 ->
                retention.bracketed(List.of(
                        new CohortRetention.Column(0, 0),
                        new CohortRetention.Column(1, 2 + random.nextInt(3)),
                        new CohortRetention.Column(2, CohortRetention.Column.NO_END)));
            default -> retention;
        };
    }

    private static EventChoice selector(Random random) {
        return random.nextInt(3) == 0
                ? EventChoice.any()
                : EventChoice.of(EventType.of(random.nextBoolean() ? "a" : "b"));
    }
}
