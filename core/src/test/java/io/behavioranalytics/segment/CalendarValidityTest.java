package io.behavioranalytics.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.behavioranalytics.condition.TimeWindow;
import io.behavioranalytics.condition.Verdict;
import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.EventBuilder;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.Micros;
import io.behavioranalytics.profile.ProfileFold;
import io.behavioranalytics.profile.ScoringModel;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.TemporalAdjusters;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Segments over calendar windows, asked at every minute around a change of the zone's offset: right each time, and never another
 * before the instant until which the answer was to hold (bad-input C27).
 */
class CalendarValidityTest {
    private static final int MINUTES = 4 * 24 * 60;
    private static final long MINUTE = 60_000_000;

    /** A question, and its answer from the days of the events by themselves. */
    private record Question(Criteria criteria, Predicate<Asked> answer) {}

    /** When it is asked. */
    private record Asked(LocalDate today, List<LocalDate> days) {
        long since(LocalDate first) {
            return days.stream().filter(day -> !day.isBefore(first)).count();
        }

        long daysSince(LocalDate first) {
            Set<LocalDate> different = new HashSet<>(days);
            different.removeIf(day -> day.isBefore(first));
            return different.size();
        }
    }

    private static List<Question> questions(ZoneId zone) {
        TimeWindow today = TimeWindow.lastDays(1, zone);
        TimeWindow two = TimeWindow.lastDays(2, zone);
        TimeWindow week = TimeWindow.lastWeeks(1, zone);
        TimeWindow month = TimeWindow.lastMonths(1, zone);
        return List.of(
                new Question(views(1, null, today), asked -> asked.since(asked.today()) >= 1),
                new Question(views(1, 2, today), asked -> {
                    long count = asked.since(asked.today());
                    return count >= 1 && count <= 2;
                }),
                new Question(
                        views(3, null, two), asked -> asked.since(asked.today().minusDays(1)) >= 3),
                new Question(
                        days(2, null, two),
                        asked -> asked.daysSince(asked.today().minusDays(1)) >= 2),
                new Question(days(2, 3, TimeWindow.lastDays(4, zone)), asked -> {
                    long count = asked.daysSince(asked.today().minusDays(3));
                    return count >= 2 && count <= 3;
                }),
                new Question(views(2, 6, week), asked -> {
                    long count = asked.since(asked.today().with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY)));
                    return count >= 2 && count <= 6;
                }),
                new Question(
                        views(0, 5, month), asked -> asked.since(asked.today().withDayOfMonth(1)) <= 5));
    }

    private static Criteria views(int min, @Nullable Integer max, TimeWindow window) {
        return Criteria.all()
                .event(new EventFilter(EventType.PAGE_VIEW, min, max, List.of(), window, false))
                .build();
    }

    private static Criteria days(int min, @Nullable Integer max, TimeWindow window) {
        ZoneId zone = ((TimeWindow.Calendar) window).zone();
        return Criteria.all()
                .time(new TimeFilter.ActiveDays(min, max, window, zone, false))
                .build();
    }

    @ParameterizedTest
    @CsvSource({
        "America/St_Johns, 2010-11-07T02:31:00Z",
        "Antarctica/Casey, 2010-03-04T15:00:00Z",
        "America/Sao_Paulo, 2018-11-04T03:00:00Z",
        "America/Sao_Paulo, 2018-02-18T02:00:00Z",
        "Asia/Beirut, 2024-03-30T22:00:00Z",
        "America/Havana, 2024-11-03T05:00:00Z",
        "Pacific/Apia, 2011-12-30T10:00:00Z",
        "Australia/Lord_Howe, 2025-04-05T15:00:00Z"
    })
    void no_answer_changes_before_the_instant_until_which_it_was_to_hold(String zoneId, Instant change) {
        ZoneId zone = ZoneId.of(zoneId);
        long begin = Micros.of(change) - MINUTES / 2 * MINUTE;
        LocalDate[] day = new LocalDate[MINUTES + 24 * 60];
        LocalDate earliest = LocalDate.MAX;
        for (int i = day.length - 1; i >= 0; i--) {
            LocalDate shown = LocalDate.ofInstant(Micros.toInstant(begin + i * MINUTE), zone);
            earliest = shown.isBefore(earliest) ? shown : earliest;
            day[i] = earliest;
        }
        int changes = 0;
        for (int seed = 1; seed <= 3; seed++) {
            changes += run(zone, begin, day, new SplittableRandom(seed));
        }
        assertThat(changes).as("answers that changed by time alone").isPositive();
    }

    private static int run(ZoneId zone, long begin, LocalDate[] day, SplittableRandom random) {
        List<Question> questions = questions(zone);
        List<Segment> segments = new ArrayList<>();
        for (int i = 0; i < questions.size(); i++) {
            segments.add(segment(i, questions.get(i).criteria()));
        }
        SegmentEvaluator evaluator = SegmentEvaluator.compile(segments);
        Accumulators counters = evaluator.newAccumulators();
        ProfileFold profile = new ProfileFold(ScoringModel.defaults());
        BitSet happens = new BitSet();
        for (int i = 0; i < 12; i++) {
            int near = i % 2 == 0 ? 200 : 2_000;
            happens.set(MINUTES / 2 + random.nextInt(-near, near));
        }
        List<LocalDate> days = new ArrayList<>();
        long[] promised = new long[questions.size()];
        boolean[] known = new boolean[questions.size()];
        int changes = 0;
        for (int minute = 0; minute < MINUTES; minute++) {
            long now = begin + minute * MINUTE;
            boolean event = happens.get(minute);
            if (event) {
                BehaviorEvent view = event(minute, now);
                profile.apply(view);
                evaluator.apply(view, counters, new BitSet());
                days.add(day[minute]);
            }
            for (int i = 0; i < promised.length; i++) {
                Verdict verdict = evaluator.evaluate(i, counters, profile.at(now, Set.of()));
                boolean right = questions.get(i).answer().test(new Asked(day[minute], days));
                if (verdict.matches() != right || verdict.validUntil() <= now) {
                    fail("%s in %s at %s: %s", questions.get(i), zone, Micros.toInstant(now), verdict);
                }
                if (!event && minute > 0 && verdict.matches() != known[i]) {
                    changes++;
                    if (now < promised[i]) {
                        fail(
                                "%s in %s changed at %s, and was to hold until %s",
                                questions.get(i), zone, Micros.toInstant(now), Micros.toInstant(promised[i]));
                    }
                }
                known[i] = verdict.matches();
                promised[i] = verdict.validUntil();
            }
        }
        return changes;
    }

    private static Segment segment(int number, Criteria criteria) {
        Instant now = Instant.EPOCH.plus(Duration.ofDays(number));
        return new Segment(
                new UUID(4, number),
                "s" + number,
                1,
                "S" + number,
                null,
                Segment.Type.DYNAMIC,
                Segment.Status.ACTIVE,
                criteria,
                Calculations.NONE,
                false,
                List.of(),
                1,
                now,
                now);
    }

    private static BehaviorEvent event(int number, long micros) {
        return EventBuilder.event(new UUID(1, number), Micros.toInstant(micros))
                .lead("lead-1")
                .build();
    }
}
