package io.behavioranalytics.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.behavioranalytics.condition.LocalDays;
import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.json.InvalidDefinitionException;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.TemporalAdjusters;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Lifecycle and stickiness, interval by interval, over the days on which the clocks change. */
class ActivityAgreementTest {
    private static final EventChoice ACTIVE = EventChoice.of(EventType.of("a"), EventType.of("b"));
    private static final EventChoice CREATED = EventChoice.of(EventType.of("a"), EventType.of("c"));
    private static final List<ZoneId> ZONES =
            List.of(ZoneId.of("Europe/Berlin"), ZoneId.of("America/Havana"), ZoneId.of("UTC"));

    private final List<Instant> starts = new ArrayList<>();

    private Instant asOf = Instant.EPOCH;

    /** Days, weeks from any weekday on, and months; hours now and then, for they are many. */
    private static CalendarInterval interval(Random random) {
        return switch (random.nextInt(12)) {
            case 0 -> CalendarInterval.HOUR;
            case 1, 2 -> CalendarInterval.MONTH;
            case 3, 4, 5 -> CalendarInterval.weekFrom(DayOfWeek.of(1 + random.nextInt(7)));
            default -> CalendarInterval.DAY;
        };
    }

    /** The beginnings of the intervals from the first of the range on, and of the one before. */
    private void intervals(CalendarInterval interval, int every, LocalDate day, Instant from, Instant to, ZoneId zone) {
        starts.clear();
        LocalDate first = switch (interval.unit()) {
            case WEEK -> day.with(TemporalAdjusters.previousOrSame(interval.weekStart()));
            case MONTH -> day.withDayOfMonth(1);
            default -> day;
        };
        for (int i = -1; ; i++) {
            long so = (long) i * every;
            Instant start = switch (interval.unit()) {
                case HOUR -> from.plus(Duration.ofHours(so));
                case DAY -> LocalDays.start(first.plusDays(so), zone);
                case WEEK -> LocalDays.start(first.plusWeeks(so), zone);
                case MONTH -> LocalDays.start(first.plusMonths(so), zone);
            };
            starts.add(start);
            if (!start.isBefore(to)) {
                return;
            }
        }
    }

    private long count(List<BehaviorEvent> events, EventChoice selector, int interval) {
        return events.stream()
                .filter(event -> !event.timestamp().isAfter(asOf) && NaiveFunnel.fits(selector, event))
                .filter(event -> !event.timestamp().isBefore(starts.get(interval))
                        && event.timestamp().isBefore(starts.get(interval + 1)))
                .count();
    }

    @Test
    void each_subject_is_in_each_interval_what_the_words_say() {
        long[] seen = new long[4];
        int incomplete = 0;
        for (int seed = 1; seed <= 2_000; seed++) {
            Random random = new Random(seed);
            ZoneId zone = ZONES.get(random.nextInt(ZONES.size()));
            LocalDate begin = random.nextBoolean() ? LocalDate.of(2026, 3, 5) : LocalDate.of(2026, 10, 22);
            Instant from = LocalDays.start(begin.plusDays(2), zone).plus(Duration.ofHours(random.nextInt(20)));
            Instant to = from.plus(Duration.ofHours(20 + random.nextInt(150)));
            Histories histories =
                    Histories.random(random, 4, 9, LocalDays.start(begin, zone), Duration.ofMinutes(7 * 60 + 30), 30);
            int every = 1 + random.nextInt(2);
            asOf = from.plus(Duration.ofHours(random.nextInt(300)));
            ReportFilter filter = ReportFilter.everything().in(zone).between(from, to);
            CalendarInterval interval = interval(random);
            intervals(interval, every, begin.plusDays(2), from, to, zone);

            LifecycleReport report = histories.scattered(
                    new Lifecycle(ACTIVE, CREATED, interval, every, filter), ReportTerms.at(asOf), random);

            assertThat(report.lines()).as("seed %s", seed).hasSize(starts.size() - 2);
            for (int i = 1; i < starts.size() - 1; i++) {
                long[] expected = new long[4];
                for (List<BehaviorEvent> events : histories.events.values()) {
                    boolean now = count(events, ACTIVE, i) > 0;
                    boolean before = count(events, ACTIVE, i - 1) > 0;
                    BehaviorEvent creation = events.stream()
                            .filter(event -> !event.timestamp().isAfter(asOf) && NaiveFunnel.fits(CREATED, event))
                            .findFirst()
                            .orElse(null);
                    boolean created = creation != null && count(List.of(creation), CREATED, i) > 0;
                    if (now) {
                        expected[created ? 0 : before ? 1 : 2]++;
                    } else if (before) {
                        expected[3]++;
                    }
                }
                LifecycleReport.Line line = report.lines().get(i - 1);
                assertThat(new long[] {line.created(), line.returning(), line.resurrecting(), line.dormant()})
                        .as("seed %s, interval %s", seed, i)
                        .isEqualTo(expected);
                assertThat(line.complete())
                        .as("seed %s, interval %s", seed, i)
                        .isEqualTo(!starts.get(i + 1).isAfter(asOf));
                if (interval.unit() != CalendarInterval.Unit.HOUR) {
                    // Where midnight comes twice or not at all, the day begins at its first instant.
                    assertThat(line.date())
                            .isEqualTo(starts.get(i).atZone(zone).toLocalDate().toString());
                }
                incomplete += line.complete() ? 0 : 1;
                for (int k = 0; k < 4; k++) {
                    seen[k] += expected[k];
                }
            }
        }
        assertThat(seen).doesNotContain(0);
        assertThat(incomplete).isGreaterThan(100);
    }

    @Test
    void a_subject_counts_for_as_many_intervals_as_it_is_active_in() {
        for (int seed = 1; seed <= 2_000; seed++) {
            Random random = new Random(seed);
            ZoneId zone = ZONES.get(random.nextInt(ZONES.size()));
            LocalDate begin = random.nextBoolean() ? LocalDate.of(2026, 3, 5) : LocalDate.of(2026, 10, 22);
            Instant from = LocalDays.start(begin.plusDays(2), zone).plus(Duration.ofHours(random.nextInt(20)));
            Instant to = from.plus(Duration.ofHours(20 + random.nextInt(150)));
            Histories histories =
                    Histories.random(random, 4, 12, LocalDays.start(begin, zone), Duration.ofMinutes(7 * 60 + 30), 30);
            int every = 1 + random.nextInt(2);
            int least = 1 + random.nextInt(2);
            Integer most = random.nextBoolean() ? (Integer) (least + random.nextInt(2)) : null;
            ReportFilter filter = ReportFilter.everything().in(zone).between(from, to);
            asOf = from.plus(Duration.ofHours(random.nextInt(300)));
            CalendarInterval interval = interval(random);
            intervals(interval, every, begin.plusDays(2), from, to, zone);

            StickinessReport report = histories.scattered(
                    new Stickiness(ACTIVE, interval, every, least, most, filter), ReportTerms.at(asOf), random);

            assertThat(report.lines()).hasSize(starts.size() - 2);
            long[] exactly = new long[starts.size() - 1];
            for (List<BehaviorEvent> events : histories.events.values()) {
                int active = 0;
                for (int i = 1; i < starts.size() - 1; i++) {
                    long count = count(events, ACTIVE, i);
                    active += count >= least && (most == null || count <= most) ? 1 : 0;
                }
                exactly[active]++;
            }
            for (int k = 1; k < exactly.length; k++) {
                long orMore = 0;
                for (int more = k; more < exactly.length; more++) {
                    orMore += exactly[more];
                }
                assertThat(report.lines().get(k - 1))
                        .as("seed %s", seed)
                        .isEqualTo(new StickinessReport.Line(k, exactly[k], orMore));
            }
        }
    }

    @Test
    void C71_a_range_of_too_many_intervals_is_refused() {
        Instant from = Instant.parse("1926-01-01T00:00:00Z");
        ReportFilter century = ReportFilter.everything().between(from, from.plus(Duration.ofDays(36_525)));
        assertThatThrownBy(() -> Lifecycle.of(ACTIVE, CalendarInterval.HOUR, century))
                .isInstanceOf(InvalidDefinitionException.class)
                .hasMessageContaining("interval: the range must be at most 10000 intervals [RANGE]");
        assertThatThrownBy(() -> Stickiness.of(ACTIVE, CalendarInterval.DAY, ReportFilter.everything()))
                .isInstanceOf(InvalidDefinitionException.class)
                .hasMessageContaining("filter.from: is missing");
        assertThatThrownBy(() -> new Stickiness(ACTIVE, CalendarInterval.MONTH, 1, 2, 1, century))
                .isInstanceOf(InvalidDefinitionException.class)
                .hasMessageContaining("least: must be 1 or more and not above the most: 2, 1");
        assertThatThrownBy(() -> new Lifecycle(ACTIVE, ACTIVE, CalendarInterval.MONTH, 0, century))
                .isInstanceOf(InvalidDefinitionException.class)
                .hasMessageContaining("every: must be 1 to 10000: 0");
    }
}
