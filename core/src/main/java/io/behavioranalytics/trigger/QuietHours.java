package io.behavioranalytics.trigger;

import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.regex.Pattern;

/**
 * The hours of a lead's day in which nothing is sent (S21): what falls into them waits for the first instant that is no longer
 * quiet. {@link #NONE} is no hour of the day.
 *
 * @param from the local time at which they begin, included, in whole minutes
 * @param to the local time at which they end, excluded, in whole minutes; before {@code from} if they go across midnight
 */
public record QuietHours(LocalTime from, LocalTime to) {
    /** Never quiet; also where the settings have quiet hours. */
    public static final QuietHours NONE = new QuietHours(LocalTime.MIDNIGHT, LocalTime.MIDNIGHT);

    private static final Pattern TIME = Pattern.compile("[0-2][0-9]:[0-5][0-9]");

    /**
     * Checks that both are whole minutes.
     *
     * @throws IllegalArgumentException if one is not
     */
    public QuietHours {
        if (!from.equals(from.truncatedTo(ChronoUnit.MINUTES)) || !to.equals(to.truncatedTo(ChronoUnit.MINUTES))) {
            throw new IllegalArgumentException("quiet hours are whole minutes: " + from + "-" + to);
        }
    }

    /**
     * Reads quiet hours as settings write them: {@code 22:00-08:00}.
     *
     * @param text the text
     * @return the hours
     * @throws IllegalArgumentException if it is malformed, or both times are the same
     */
    public static QuietHours parse(String text) {
        int dash = text.indexOf('-');
        if (dash > 0) {
            QuietHours read = new QuietHours(time(text.substring(0, dash)), time(text.substring(dash + 1)));
            if (!read.from.equals(read.to)) {
                return read;
            }
        }
        throw new IllegalArgumentException("quiet hours are two different times, as 22:00-08:00: '" + text + "'");
    }

    /**
     * Reads a time of the day.
     *
     * @param text hours and minutes, as 08:00
     * @return the time
     * @throws IllegalArgumentException if it is malformed
     */
    static LocalTime time(String text) {
        try {
            if (TIME.matcher(text).matches()) {
                return LocalTime.parse(text);
            }
        } catch (DateTimeParseException malformed) {
            // Said below.
        }
        throw new IllegalArgumentException("a time of the day is 00:00 to 23:59: '" + text + "'");
    }

    /**
     * The hours as settings write them.
     *
     * @return text that {@link #parse} reads
     */
    @Override
    public String toString() {
        return from + "-" + to;
    }

    /**
     * Tells whether a local time is quiet.
     *
     * @param time the time of the day
     * @return true if so
     */
    public boolean covers(LocalTime time) {
        return from.isBefore(to)
                ? !time.isBefore(from) && time.isBefore(to)
                : !from.equals(to) && (!time.isBefore(from) || time.isBefore(to));
    }

    /**
     * The first instant at or behind another that is not quiet. Where the clocks are set forward over the end, that is the instant of
     * the change; where they are set back into the quiet hours, it may be quiet again later.
     *
     * @param instant any
     * @param zone the lead's
     * @return the instant itself if it is not quiet
     */
    public Instant endFrom(Instant instant, ZoneId zone) {
        ZoneRules rules = zone.getRules();
        Instant at = instant;
        while (true) {
            ZoneOffset offset = rules.getOffset(at);
            LocalTime local = at.atOffset(offset).toLocalTime();
            if (!covers(local)) {
                return at;
            }
            Instant end = at.atOffset(offset)
                    .with(to)
                    .plusDays(local.isBefore(to) ? 0 : 1)
                    .toInstant();
            ZoneOffsetTransition change = rules.nextTransition(at);
            if (change == null || change.getInstant().isAfter(end)) {
                return end;
            }
            // The clocks change on the way: what is quiet there is asked there.
            at = change.getInstant();
        }
    }
}
