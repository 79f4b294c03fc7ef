package io.behavioranalytics.trigger;

import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.time.temporal.IsoFields;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The most actions for one subject in a stretch of time (S20): a rolling one of some length, or a day, week or month of the lead's
 * zone.
 *
 * @param max the most actions, 1 to 1,000,000
 * @param last the length of a rolling stretch, 1 second to 400 days in whole microseconds; null for a calendar one
 * @param calendar the calendar stretch; null for a rolling one
 * @param channel only actions of this {@link Channel channel}, or null for all that the cap's place counts
 */
public record Cap(
        int max,
        @Nullable Duration last,
        @Nullable Calendar calendar,
        @Nullable String channel) {
    /** The greatest number that a cap may allow. */
    public static final int MAX = 1_000_000;

    /** The longest rolling stretch. */
    public static final Duration LONGEST = Duration.ofDays(400);

    /** The shortest rolling stretch. */
    public static final Duration SHORTEST = Duration.ofSeconds(1);

    /** What a setting looks like, for messages. */
    static final String FORM = "[channel:]max/stretch, the stretch an ISO-8601 duration, day, week or month";

    private static final Pattern TEXT =
            Pattern.compile("(?:(?<channel>[a-z][a-z0-9_]{0,63}):)?(?<max>[0-9]{1,7})/(?<stretch>[A-Za-z0-9.]{1,40})");

    /** A stretch of the calendar, in the lead's zone. */
    public enum Calendar {
        /** A date. */
        DAY(3),
        /** Monday to Sunday. */
        WEEK(9),
        /** A month. */
        MONTH(33);

        private final int mostDays;

        Calendar(int mostDays) {
            this.mostDays = mostDays;
        }

        /**
         * The name used in JSON.
         *
         * @return lower case
         */
        public String json() {
            return name().toLowerCase(Locale.ROOT);
        }

        /**
         * A number that is the same for all dates of one stretch and for no others.
         *
         * @param date the lead's local date
         * @return the number
         */
        public long stretchOf(LocalDate date) {
            return switch (this) {
                case DAY -> date.toEpochDay();
                case WEEK -> date.get(IsoFields.WEEK_BASED_YEAR) * 100L + date.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR);
                case MONTH -> date.getYear() * 100L + date.getMonthValue();
            };
        }
    }

    /**
     * Checks it.
     *
     * @throws IllegalArgumentException if a number is out of range, or not exactly one stretch is given
     */
    public Cap {
        if (max < 1 || max > MAX) {
            throw new IllegalArgumentException("max must be 1 to " + MAX + ": " + max);
        }
        if ((last == null) == (calendar == null)) {
            throw new IllegalArgumentException("a cap has either last or calendar");
        }
        if (last != null) {
            last = last.truncatedTo(ChronoUnit.MICROS);
            if (last.compareTo(SHORTEST) < 0 || last.compareTo(LONGEST) > 0) {
                throw new IllegalArgumentException("last must be 1 second to 400 days: " + last);
            }
        }
    }

    /**
     * At most so many in every stretch of a length.
     *
     * @param max the most actions
     * @param last the length
     * @return the cap
     * @throws IllegalArgumentException if one is out of range
     */
    public static Cap rolling(int max, Duration last) {
        return new Cap(max, last, null, null);
    }

    /**
     * At most so many in a day, week or month of the lead's zone.
     *
     * @param max the most actions
     * @param calendar the stretch
     * @return the cap
     * @throws IllegalArgumentException if the number is out of range
     */
    public static Cap per(Calendar calendar, int max) {
        return new Cap(max, null, calendar, null);
    }

    /**
     * The same cap for the actions of one channel.
     *
     * @param channel the channel
     * @return the narrower cap
     */
    public Cap on(String channel) {
        return new Cap(max, last, calendar, channel);
    }

    /**
     * Reads a cap as settings write it: {@code 5/day}, {@code email:3/P7D}.
     *
     * @param text the text
     * @return the cap
     * @throws IllegalArgumentException if it is malformed or out of range
     */
    public static Cap parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("a cap is " + FORM + ": '" + text + "'");
        }
        int max = Integer.parseInt(matcher.group("max"));
        String stretch = matcher.group("stretch");
        String channel = matcher.group("channel");
        for (Calendar calendar : Calendar.values()) {
            if (calendar.json().equals(stretch.toLowerCase(Locale.ROOT))) {
                return new Cap(max, null, calendar, channel);
            }
        }
        try {
            return new Cap(max, Duration.parse(stretch), null, channel);
        } catch (java.time.format.DateTimeParseException malformed) {
            throw new IllegalArgumentException("a cap is " + FORM + ": '" + text + "'", malformed);
        }
    }

    /**
     * The cap as settings write it.
     *
     * @return text that {@link #parse} reads
     */
    @Override
    public String toString() {
        return (channel == null ? "" : channel + ":") + max + "/" + (calendar == null ? last : calendar.json());
    }

    /**
     * How far back an action may count together with one that is planned now or later.
     *
     * @return the longest span
     */
    public Duration reach() {
        return last != null ? last : Duration.ofDays(calendar == null ? 0 : calendar.mostDays);
    }

    /**
     * The number of a stretch in which an instant lies; only for a calendar cap.
     *
     * @param micros {@link io.behavioranalytics.event.Micros}
     * @param zone the lead's
     * @return the stretch's number
     */
    public long stretchOf(long micros, ZoneId zone) {
        if (calendar == null) {
            throw new IllegalStateException("a rolling cap has no calendar stretch");
        }
        return calendar.stretchOf(
                io.behavioranalytics.event.Micros.toInstant(micros).atZone(zone).toLocalDate());
    }
}
