package io.behavioranalytics.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.event.EventType;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Trends by the hour, counted hour by hour: clocks that go back have an hour twice, those that go forward skip one. */
class TrendByHourTest {
    /** A zone, and a night in which its clocks or its offset change. */
    private record Night(ZoneId zone, Instant change) {
        static Night of(String zone, String change) {
            return new Night(ZoneId.of(zone), Instant.parse(change));
        }
    }

    private static final List<Night> NIGHTS = List.of(
            Night.of("Europe/Berlin", "2026-03-29T01:00:00Z"),
            Night.of("Europe/Berlin", "2026-10-25T01:00:00Z"),
            Night.of("America/New_York", "2026-11-01T06:00:00Z"),
            Night.of("Australia/Lord_Howe", "2026-04-04T15:00:00Z"),
            Night.of("Australia/Lord_Howe", "2026-10-03T15:30:00Z"),
            Night.of("Asia/Kolkata", "2026-03-01T18:30:00Z"),
            Night.of("Asia/Kathmandu", "2026-03-01T18:15:00Z"),
            Night.of("America/St_Johns", "2026-11-01T04:30:00Z"),
            Night.of("Africa/Monrovia", "1972-01-07T00:44:30Z"),
            Night.of("Europe/Amsterdam", "1937-06-30T22:40:28Z"),
            Night.of("Pacific/Apia", "2011-12-30T10:00:00Z"));
    private static final EventChoice ONE = EventChoice.of(EventType.of("a"));
    private static final EventChoice TWO = EventChoice.of(EventType.of("a"), EventType.of("b"));
    private static final List<@Nullable String> BREAKDOWNS = Arrays.asList(null, "properties.p", "eventType");

    @Test
    void every_hour_is_what_counting_its_events_gives() {
        Map<ZoneId, Double> counted = new TreeMap<>(Comparator.comparing(ZoneId::getId));
        for (int seed = 1; seed <= 1_000; seed++) {
            Random random = new Random(seed);
            Night night = NIGHTS.get(random.nextInt(NIGHTS.size()));
            Instant origin = night.change().minus(Duration.ofHours(9));
            // Some events stand on full hours, some on the change itself, some a step beside.
            Histories histories = Histories.random(random, 4, 14, origin, Duration.ofMinutes(15), 72);
            histories.add("edge", night.change().minusNanos(1_000), "a", Map.of("p", "one"), 1.25);
            histories.add("edge", night.change(), "a", Map.of("p", "two"), 2.5);
            Instant from = night.change().minus(Duration.ofMinutes(random.nextInt(300)));
            Instant to = night.change().plus(Duration.ofMinutes(1 + random.nextInt(300)));
            boolean plain = random.nextInt(3) == 0;
            Trend trend = new Trend(
                    List.of(
                            new Trend.Series(plain ? EventChoice.any() : ONE, measure(random, plain)),
                            new Trend.Series(plain ? EventChoice.any() : TWO, measure(random, plain))),
                    List.of(Trend.Formula.values()).get(random.nextInt(4)),
                    CalendarInterval.HOUR,
                    BREAKDOWNS.get(random.nextInt(BREAKDOWNS.size())),
                    random.nextBoolean(),
                    ReportFilter.everything().in(night.zone()).between(from, to));

            TrendReport report = histories.scattered(trend, ReportTerms.at(to.plus(Duration.ofDays(9))), random);

            List<Instant> hours = new ArrayList<>();
            for (Instant hour = from.truncatedTo(ChronoUnit.HOURS); hour.isBefore(to); hour = hour.plusSeconds(3_600)) {
                hours.add(hour);
            }
            Instant before = hours.get(0).minus(Duration.ofHours(hours.size()));
            for (TrendReport.Line line : report.lines()) {
                String name = "seed " + seed + " " + trend + " " + line + " " + histories.events;
                TrendAgreementTest.check(
                        name, line.total(), TrendAgreementTest.value(trend, line, histories, from, to));
                if (trend.previous()) {
                    TrendAgreementTest.check(
                            name,
                            line.previous(),
                            TrendAgreementTest.value(trend, line, histories, before, hours.get(0)));
                }
                assertThat(line.points()).as(name).hasSize(hours.size());
                Set<String> dates = new HashSet<>();
                for (int i = 0; i < hours.size(); i++) {
                    TrendReport.Point point = line.points().get(i);
                    Instant hour = hours.get(i);
                    Instant end = hour.plusSeconds(3_600);
                    OffsetDateTime told = OffsetDateTime.parse(point.date());
                    assertThat(told.toInstant()).as(point.date()).isEqualTo(hour);
                    assertThat(told.getOffset())
                            .isEqualTo(night.zone().getRules().getOffset(hour));
                    assertThat(dates.add(point.date())).isTrue();
                    TrendAgreementTest.check(
                            name,
                            point.value(),
                            TrendAgreementTest.value(
                                    trend,
                                    line,
                                    histories,
                                    hour.isBefore(from) ? from : hour,
                                    end.isAfter(to) ? to : end));
                    Instant earlier = hour.minus(Duration.ofHours(hours.size()));
                    if (trend.previous()) {
                        TrendAgreementTest.check(
                                name,
                                point.previous(),
                                TrendAgreementTest.value(trend, line, histories, earlier, earlier.plusSeconds(3_600)));
                    } else {
                        assertThat(point.previous()).isNull();
                    }
                    counted.merge(
                            night.zone(),
                            point.value() == null ? 0.0 : point.value().doubleValue(),
                            Double::sum);
                }
            }
        }
        assertThat(counted)
                .hasSize(9)
                .allSatisfy((zone, events) -> assertThat(events).isPositive());
    }

    @Test
    void the_hour_that_comes_twice_is_two_hours_and_the_skipped_one_none() {
        Histories histories =
                new Histories().add("ada", "2026-10-25T00:30:00Z", "a").add("ada", "2026-10-25T01:30:00Z", "a");
        Instant from = Instant.parse("2026-10-25T00:00:00Z");
        Trend autumn = Trend.of(
                ONE,
                Trend.Measure.TOTAL,
                CalendarInterval.HOUR,
                ReportFilter.everything().in(ZoneId.of("Europe/Berlin")).between(from, from.plus(Duration.ofHours(2))));
        assertThat(histories
                        .run(autumn, from.plus(Duration.ofDays(1)))
                        .lines()
                        .get(0)
                        .points())
                .extracting(point -> point.date() + " " + point.value())
                .containsExactly("2026-10-25T02:00+02:00 1", "2026-10-25T02:00+01:00 1");
        Instant spring = Instant.parse("2026-03-29T00:00:00Z");
        Trend skipped = Trend.of(
                ONE,
                Trend.Measure.TOTAL,
                CalendarInterval.HOUR,
                ReportFilter.everything()
                        .in(ZoneId.of("Europe/Berlin"))
                        .between(spring, spring.plus(Duration.ofHours(2))));
        assertThat(histories.run(skipped, from).lines().get(0).points())
                .extracting(TrendReport.Point::date)
                .containsExactly("2026-03-29T01:00+01:00", "2026-03-29T03:00+02:00");
    }

    @Test
    void the_name_of_an_hour_tells_the_seconds_of_an_offset_that_has_some() {
        Instant from = Instant.parse("1971-05-01T12:00:00Z");
        Trend trend = Trend.of(
                ONE,
                Trend.Measure.TOTAL,
                CalendarInterval.HOUR,
                ReportFilter.everything().in(ZoneId.of("Africa/Monrovia")).between(from, from.plusSeconds(1)));
        assertThat(new Histories().run(trend, from).lines().get(0).points())
                .extracting(TrendReport.Point::date)
                .containsExactly("1971-05-01T11:15:30-00:44:30");
    }

    private static Trend.Measure measure(Random random, boolean plain) {
        return List.of(Trend.Measure.values()).get(random.nextInt(plain ? 2 : 4));
    }
}
