package io.behavioranalytics.json;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.format.DateTimeParseException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Instants as text, strictly: {@code 2026-03-01T09:30:00Z} or {@code 2026-03-01T09:30:00.123456+02:00}.
 *
 * <p>ISO-8601 in its extended form with an offset; seconds may be left out, a fraction has 1 to 9 digits. There is no 24:00,
 * no second 60, no day that the calendar lacks, no zone by name and no guessing of an offset that is missing.
 */
public final class IsoTime {
    /** What is accepted, for messages. */
    public static final String FORM = "an ISO-8601 instant with offset, such as 2026-03-01T09:30:00Z";

    private static final Pattern WEEKS = Pattern.compile("P[0-9]{1,6}W");

    private IsoTime() {}

    /**
     * Reads an instant.
     *
     * @param text any text
     * @return the instant in nanoseconds as written, or null if the text is not of this form; years are 0001 to 9999
     */
    public static @Nullable Instant parse(String text) {
        int length = text.length();
        if (length < 17 || length > 35) {
            return null;
        }
        int year = number(text, 0, 4);
        int month = number(text, 5, 7);
        int day = number(text, 8, 10);
        int hour = number(text, 11, 13);
        int minute = number(text, 14, 16);
        boolean shaped = text.charAt(4) == '-'
                && text.charAt(7) == '-'
                && text.charAt(10) == 'T'
                && text.charAt(13) == ':'
                && year >= 1
                && month >= 1
                && month <= 12
                && day >= 1
                && hour >= 0
                && hour <= 23
                && minute >= 0
                && minute <= 59;
        if (!shaped || day > YearMonth.of(year, month).lengthOfMonth()) {
            return null;
        }
        int second = 0;
        int nanos = 0;
        int at = 16;
        if (text.charAt(at) == ':') {
            second = number(text, 17, 19);
            at = 19;
            if (second < 0 || second > 59) {
                return null;
            }
            if (at < length && text.charAt(at) == '.') {
                int digits = 0;
                at++;
                while (at < length && digits < 9 && isDigit(text.charAt(at))) {
                    nanos = nanos * 10 + (text.charAt(at) - '0');
                    digits++;
                    at++;
                }
                if (digits == 0) {
                    return null;
                }
                for (; digits < 9; digits++) {
                    nanos *= 10;
                }
            }
        }
        int offset = offset(text, at);
        if (offset == Integer.MIN_VALUE) {
            return null;
        }
        long seconds = LocalDate.of(year, month, day).toEpochDay() * 86_400L + hour * 3_600L + minute * 60L + second;
        return Instant.ofEpochSecond(seconds - offset, nanos);
    }

    /**
     * Reads a span of time: days of 24 hours, hours, minutes and seconds, or weeks alone; years and months are no exact span.
     *
     * @param text any text
     * @return the duration, negative if so written, or null if the text is none
     */
    public static @Nullable Duration duration(String text) {
        if (text.length() > 40) {
            return null;
        }
        try {
            if (WEEKS.matcher(text).matches()) {
                return Duration.ofDays(7L * Long.parseLong(text.substring(1, text.length() - 1)));
            }
            return Duration.parse(text);
        } catch (DateTimeParseException | ArithmeticException e) {
            return null;
        }
    }

    /**
     * Tells whether a text looks like a duration of years or months, which is no exact span: worth another message.
     *
     * @param text any text
     * @return true if it begins with P and has a Y or M before any T
     */
    public static boolean namesYearsOrMonths(String text) {
        int time = text.indexOf('T');
        String date = time < 0 ? text : text.substring(0, time);
        return text.startsWith("P") && (date.indexOf('Y') >= 0 || date.indexOf('M') >= 0);
    }

    /**
     * Writes a span of time the short way: {@code P7D} for whole days, else as {@link Duration#toString()} does.
     *
     * @param duration any duration
     * @return text that {@link #duration(String)} reads as the same duration
     */
    public static String text(Duration duration) {
        boolean wholeDays = !duration.isZero() && duration.equals(Duration.ofDays(duration.toDays()));
        return wholeDays ? "P" + duration.toDays() + "D" : duration.toString();
    }

    /** Seconds east of UTC, or the smallest integer if what stands from there on is no offset. */
    private static int offset(String text, int at) {
        int left = text.length() - at;
        if (left == 1 && text.charAt(at) == 'Z') {
            return 0;
        }
        if (left != 6 || text.charAt(at + 3) != ':') {
            return Integer.MIN_VALUE;
        }
        char sign = text.charAt(at);
        int hours = number(text, at + 1, at + 3);
        int minutes = number(text, at + 4, at + 6);
        if ((sign != '+' && sign != '-')
                || hours < 0
                || minutes < 0
                || minutes > 59
                || hours * 60 + minutes > 18 * 60) {
            return Integer.MIN_VALUE;
        }
        int seconds = hours * 3_600 + minutes * 60;
        return sign == '-' ? -seconds : seconds;
    }

    /** The number between two places, or -1 if there is anything but ASCII digits. */
    private static int number(String text, int from, int to) {
        if (to > text.length()) {
            return -1;
        }
        int value = 0;
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (!isDigit(c)) {
                return -1;
            }
            value = value * 10 + (c - '0');
        }
        return value;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
