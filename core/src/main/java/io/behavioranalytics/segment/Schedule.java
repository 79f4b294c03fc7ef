package io.behavioranalytics.segment;

import io.behavioranalytics.event.Micros;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;
import java.time.zone.ZoneOffsetTransition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The instants at which a behavioral segment is calculated without being asked. Immutable and thread-safe. */
public sealed interface Schedule {
    /** The shortest period of {@link Every}. */
    Duration SHORTEST = Duration.ofMinutes(1);

    /** The longest period of {@link Every}. */
    Duration LONGEST = Duration.ofDays(366);

    /**
     * The last instant of the schedule at or before another.
     *
     * @param micros an instant, {@link Micros}
     * @return the instant, or {@link Micros#ALWAYS} if there is none
     */
    long latest(long micros);

    /**
     * The first instant of the schedule at or after another.
     *
     * @param micros an instant, {@link Micros}
     * @return the instant, or {@link Micros#NEVER} if there is none
     */
    long next(long micros);

    /**
     * A fixed period: each instant lies one period behind the one before it, whatever the clocks of a zone do.
     *
     * @param period from {@link Schedule#SHORTEST} to {@link Schedule#LONGEST}, in whole seconds
     * @param from the first instant; null for one at 1970-01-01T00:00Z and all before and after it
     */
    record Every(Duration period, @Nullable Instant from) implements Schedule {
        /**
         * Checks the period, and truncates the first instant to microseconds.
         *
         * @throws IllegalArgumentException if the period is too short, too long or has parts of a second
         */
        public Every {
            if (period.compareTo(SHORTEST) < 0 || period.compareTo(LONGEST) > 0 || !isWhole(period)) {
                throw new IllegalArgumentException(
                        "the period must be " + SHORTEST + " to " + LONGEST + " in whole seconds: " + period);
            }
            from = from == null ? null : Micros.toInstant(Micros.of(from));
        }

        @Override
        public long latest(long micros) {
            long step = Micros.of(period);
            long anchor = from == null ? 0 : Micros.of(from);
            if (micros == Micros.ALWAYS || (from != null && micros < anchor)) {
                return Micros.ALWAYS;
            }
            return micros - Math.floorMod(Math.subtractExact(micros, anchor), step);
        }

        @Override
        public long next(long micros) {
            long anchor = from == null ? 0 : Micros.of(from);
            if (from != null && micros <= anchor) {
                return anchor;
            }
            long before = latest(micros);
            return before == micros ? micros : Micros.plus(before, Micros.of(period));
        }
    }

    /**
     * A time of the day in a zone, once on each day or on one day of the week: the first instant of that date at which the clocks show
     * this time. Where they are set forward over it, that is the instant at which they are set; where they are set back and show it
     * twice, it is the first of the two.
     *
     * @param at the time, in whole minutes
     * @param weekday the only day of the week, or null for every day
     * @param zone whose clocks
     */
    record Daily(LocalTime at, @Nullable DayOfWeek weekday, ZoneId zone) implements Schedule {
        /** Beyond these nobody's events lie, and calendars end. */
        private static final long FAR = 100_000L * 365 * 86_400 * 1_000_000;

        /**
         * Checks the time.
         *
         * @throws IllegalArgumentException if it has seconds
         */
        public Daily {
            if (!at.equals(at.truncatedTo(ChronoUnit.MINUTES))) {
                throw new IllegalArgumentException("the time of the day must be in whole minutes: " + at);
            }
        }

        @Override
        public long latest(long micros) {
            if (micros < -FAR || micros > FAR) {
                return micros > FAR && micros != Micros.NEVER ? latest(FAR) : Micros.ALWAYS;
            }
            LocalDate date = onWeekday(dateOf(micros).plusDays(weekday == null ? 1 : 7));
            while (true) {
                long instant = on(date);
                if (instant <= micros) {
                    return instant;
                }
                date = date.minusDays(weekday == null ? 1 : 7);
            }
        }

        @Override
        public long next(long micros) {
            if (micros < -FAR || micros > FAR) {
                return micros > FAR ? Micros.NEVER : next(-FAR);
            }
            LocalDate date = onWeekday(dateOf(micros).minusDays(1));
            while (true) {
                long instant = on(date);
                if (instant >= micros) {
                    return instant;
                }
                date = date.plusDays(weekday == null ? 1 : 7);
            }
        }

        private LocalDate dateOf(long micros) {
            return Micros.toInstant(micros).atZone(zone).toLocalDate();
        }

        private LocalDate onWeekday(LocalDate date) {
            return weekday == null ? date : date.with(TemporalAdjusters.previousOrSame(weekday));
        }

        private long on(LocalDate date) {
            LocalDateTime local = date.atTime(at);
            List<ZoneOffset> offsets = zone.getRules().getValidOffsets(local);
            if (offsets.isEmpty()) {
                ZoneOffsetTransition gap = zone.getRules().getTransition(local);
                return Micros.of(gap.getInstant());
            }
            return Micros.of(local.toInstant(offsets.get(0)));
        }
    }

    private static boolean isWhole(Duration period) {
        return period.equals(period.truncatedTo(ChronoUnit.SECONDS));
    }
}
