package io.behavioranalytics.condition;

import io.behavioranalytics.event.Micros;
import java.time.Duration;

/**
 * Reads instants of the form of {@link io.behavioranalytics.json.IsoTime}, straight into microseconds.
 *
 * <p>Conditions meet them in events, again and again, so this one allocates nothing; a test holds the two against each
 * other.
 */
final class InstantText {
    /** What {@link #micros} answers for a text that is not an instant. */
    static final long UNREADABLE = Micros.ALWAYS;

    private static final long[] POWERS = {1_000_000, 100_000, 10_000, 1_000, 100, 10, 1};

    private InstantText() {}

    /**
     * Reads an instant.
     *
     * @param text any text
     * @return {@link Micros}, or {@link #UNREADABLE}
     */
    static long micros(String text) {
        int length = text.length();
        if (length < 17
                || text.charAt(4) != '-'
                || text.charAt(7) != '-'
                || text.charAt(10) != 'T'
                || text.charAt(13) != ':') {
            return UNREADABLE;
        }
        int year = digits(text, 0, 4);
        int month = digits(text, 5, 7);
        int day = digits(text, 8, 10);
        int hour = digits(text, 11, 13);
        int minute = digits(text, 14, 16);
        if (year < 1 || month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) {
            return UNREADABLE;
        }
        if (hour < 0 || hour > 23 || minute < 0 || minute > 59) {
            return UNREADABLE;
        }
        int at = 16;
        int second = 0;
        long fraction = 0;
        if (text.charAt(at) == ':') {
            second = digits(text, 17, 19);
            at = 19;
            if (second < 0 || second > 59 || at >= length) {
                return UNREADABLE;
            }
            if (text.charAt(at) == '.') {
                int start = ++at;
                while (at < length && isDigit(text.charAt(at))) {
                    if (at - start < 6) {
                        fraction = fraction * 10 + (text.charAt(at) - '0');
                    }
                    at++;
                }
                int count = at - start;
                if (count < 1 || count > 9) {
                    return UNREADABLE;
                }
                fraction *= POWERS[Math.min(count, 6)];
            }
        }
        int offset = offsetSeconds(text, at);
        if (offset == Integer.MIN_VALUE) {
            return UNREADABLE;
        }
        long seconds = epochDay(year, month, day) * 86_400L + hour * 3_600L + minute * 60L + second - offset;
        return seconds * 1_000_000L + fraction;
    }

    private static int offsetSeconds(String text, int at) {
        int length = text.length();
        if (at == length - 1 && text.charAt(at) == 'Z') {
            return 0;
        }
        if (at != length - 6 || text.charAt(at + 3) != ':') {
            return Integer.MIN_VALUE;
        }
        char sign = text.charAt(at);
        int hours = digits(text, at + 1, at + 3);
        int minutes = digits(text, at + 4, at + 6);
        if ((sign != '+' && sign != '-') || hours < 0 || minutes < 0 || minutes > 59) {
            return Integer.MIN_VALUE;
        }
        int seconds = hours * 3_600 + minutes * 60;
        if (seconds > 18 * 3_600) {
            return Integer.MIN_VALUE;
        }
        return sign == '-' ? -seconds : seconds;
    }

    private static boolean isDigit(char found) {
        return found >= '0' && found <= '9';
    }

    /** The number written at [from, to), or −1 if one of the characters is missing or no digit. */
    private static int digits(String text, int from, int to) {
        if (to > text.length()) {
            return -1;
        }
        int number = 0;
        for (int i = from; i < to; i++) {
            char found = text.charAt(i);
            if (!isDigit(found)) {
                return -1;
            }
            number = number * 10 + (found - '0');
        }
        return number;
    }

    private static int daysIn(int year, int month) {
        return switch (month) {
            case 2 -> year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
            case 4, 6, 9, 11 -> 30;
            default -> 31;
        };
    }

    /** Days since 1970-01-01 in the proleptic Gregorian calendar: years begin in March, so that leap days come last. */
    private static long epochDay(int year, int month, int day) {
        long shifted = month <= 2 ? year - 1L : year;
        long era = Math.floorDiv(shifted, 400L);
        long yearOfEra = shifted - era * 400;
        long dayOfYear = (153L * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
        long dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear;
        return era * 146_097 + dayOfEra - 719_468;
    }

    /**
     * The length of a duration.
     *
     * @param duration at most about 292,000 years
     * @return microseconds, truncated
     */
    static long micros(Duration duration) {
        return Math.addExact(Math.multiplyExact(duration.getSeconds(), 1_000_000L), duration.getNano() / 1_000);
    }
}
