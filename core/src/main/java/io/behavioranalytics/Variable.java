package io.behavioranalytics;

import io.behavioranalytics.json.SafeText;
import io.behavioranalytics.trigger.Cap;
import io.behavioranalytics.trigger.QuietHours;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One setting: its name in the environment, the form of its value, and what is accepted. */
enum Variable {
    BEHAVIOR_CACHE_TTL(Form.MILLIS, "60000", 0, Limits.YEAR_MILLIS),
    BEHAVIOR_BATCH_SIZE(Form.INTEGER, "100", 1, 10_000),
    BEHAVIOR_COMMITTERS(Form.INTEGER, "2", 1, 16),
    BEHAVIOR_PROCESSING_INTERVAL(Form.MILLIS, "5000", 1, Limits.DAY_MILLIS),
    BEHAVIOR_QUEUE_CAPACITY(Form.INTEGER, "10000", 1, 10_000_000),
    BEHAVIOR_CACHE_BYTES(Form.INTEGER, "67108864", 0, 1L << 50),
    BEHAVIOR_SUBJECT_MAX_EVENTS(Form.INTEGER, "1000000", 1, 1_000_000_000),
    BEHAVIOR_SESSION_TIMEOUT(Form.DURATION, "PT30M", 1_000, Limits.DAY_MILLIS),
    BEHAVIOR_RETENTION(Form.OPTIONAL_DURATION, "none", 3_600_000, 100 * Limits.YEAR_MILLIS),
    BEHAVIOR_CALL_TIMEOUT(Form.DURATION, "PT5S", 1, 3_600_000),
    BEHAVIOR_CLOSE_TIMEOUT(Form.DURATION, "PT10S", 1, 3_600_000),
    BEHAVIOR_MAINTENANCE_INTERVAL(Form.OPTIONAL_DURATION, "PT1H", 1_000, Limits.YEAR_MILLIS),
    BEHAVIOR_FACT_RETENTION(Form.OPTIONAL_DURATION, "PT720H", 3_600_000, 100 * Limits.YEAR_MILLIS),
    BEHAVIOR_SKIP_LIMIT(Form.INTEGER, "100000", 0, 100_000_000),
    BEHAVIOR_SELF_CHECK_SAMPLE(Form.INTEGER, "10", 0, 1_000),
    BEHAVIOR_ZONE(Form.ZONE, "UTC", 0, 0),
    BEHAVIOR_BOT_RATE(Form.INTEGER, "120", 10, 1_000_000),
    PERSONALIZATION_MAX_RULES(Form.INTEGER, "50", 1, 10_000),
    PERSONALIZATION_CACHE_TTL(Form.MILLIS, "300000", 0, Limits.YEAR_MILLIS),
    EXPERIMENT_DEFAULT_DURATION(Form.DAYS, "14", 1, 3_650),
    EXPERIMENT_MIN_SAMPLE_SIZE(Form.INTEGER, "100", 1, 1_000_000_000),
    EXPERIMENT_SIGNIFICANCE_LEVEL(Form.LEVEL, "0.05", 0, 0),
    EXPERIMENT_HOLDOUT(Form.INTEGER, "0", 0, 5_000),
    TRIGGER_MAX_EXECUTION_RATE(Form.INTEGER, "1000", 1, 100_000_000),
    TRIGGER_DEFAULT_COOLDOWN(Form.MINUTES, "1440", 0, 2_628_000),
    TRIGGER_MAX_EVENT_AGE(Form.DURATION, "PT1H", 0, 10 * Limits.YEAR_MILLIS),
    TRIGGER_MAX_LATENESS(Form.DURATION, "PT24H", 0, 10 * Limits.YEAR_MILLIS),
    TRIGGER_CAPS(Form.CAPS, "none", 0, Limits.MOST_CAPS),
    TRIGGER_QUIET_HOURS(Form.QUIET_HOURS, "none", 0, 0),
    ACTION_DEADLINE(Form.DURATION, "PT30S", 1, Limits.DAY_MILLIS),
    ACTION_LEASE(Form.DURATION, "PT30S", 1_000, Limits.DAY_MILLIS),
    ACTION_MAX_ATTEMPTS(Form.INTEGER, "10", 1, 1_000),
    ACTION_BACKOFF(Form.DURATION, "PT1S", 1, 900_000),
    ACTION_THREADS(Form.INTEGER, "4", 1, 1_000);

    /** How a value is written. */
    enum Form {
        INTEGER,
        MILLIS,
        MINUTES,
        DAYS,
        DURATION,
        OPTIONAL_DURATION,
        LEVEL,
        CAPS,
        QUIET_HOURS,
        ZONE
    }

    private static final class Limits {
        static final int MOST_CAPS = 100;
        static final long DAY_MILLIS = 86_400_000L;
        static final long YEAR_MILLIS = 366 * DAY_MILLIS;
    }

    private static final int SHOWN = 64;

    private final Form form;
    private final String byDefault;
    private final long min;
    private final long max;

    /** The range is in the unit that the value is written in, milliseconds for an ISO-8601 duration. */
    Variable(Form form, String byDefault, long min, long max) {
        this.form = form;
        this.byDefault = byDefault;
        this.min = min;
        this.max = max;
    }

    /** The value that stands when nothing is said: a Long, Duration, Double, ZoneId or an Optional of a Duration. */
    Object byDefault() {
        return parse(byDefault);
    }

    /**
     * Reads a text.
     *
     * @throws IllegalArgumentException naming this variable, the text and what is accepted
     */
    Object parse(String text) {
        Object value;
        try {
            value = read(text.strip());
        } catch (IllegalArgumentException | DateTimeException | ArithmeticException malformed) {
            throw refuse(text, malformed);
        }
        if (!fits(value)) {
            throw refuse(text, null);
        }
        return value;
    }

    private Object read(String text) {
        return switch (form) {
            case INTEGER -> Long.parseLong(text);
            case MILLIS -> Duration.ofMillis(Long.parseLong(text));
            case MINUTES -> Duration.ofMinutes(Long.parseLong(text));
            case DAYS -> Duration.ofDays(Long.parseLong(text));
            case DURATION -> Duration.parse(text);
            case OPTIONAL_DURATION -> isNone(text) ? Optional.empty() : Optional.of(Duration.parse(text));
            case LEVEL -> new BigDecimal(text).doubleValue();
            case CAPS ->
                isNone(text)
                        ? List.of()
                        : Stream.of(text.split(",", -1))
                                .map(String::strip)
                                .map(Cap::parse)
                                .toList();
            case QUIET_HOURS -> isNone(text) ? QuietHours.NONE : QuietHours.parse(text);
            case ZONE -> ZoneId.of(text);
        };
    }

    private static boolean isNone(String text) {
        return text.toLowerCase(Locale.ROOT).equals("none");
    }

    /**
     * Checks a value's range.
     *
     * @return the value
     * @throws IllegalArgumentException naming this variable, the value and what is accepted
     */
    Object check(Object value) {
        if (!fits(value)) {
            throw refuse(value instanceof Optional<?> optional && optional.isPresent() ? optional.get() : value, null);
        }
        return value;
    }

    private boolean fits(Object value) {
        if (value instanceof Long number) {
            return min <= number && number <= max;
        }
        if (value instanceof Duration duration) {
            return inRange(duration);
        }
        if (value instanceof Optional<?> optional) {
            return optional.isEmpty() || inRange((Duration) optional.get());
        }
        if (value instanceof List<?> caps) {
            return caps.size() <= max;
        }
        if (value instanceof QuietHours || value instanceof ZoneId) {
            return true;
        }
        double level = (Double) value;
        return level > 0 && level <= 0.5;
    }

    private boolean inRange(Duration value) {
        return value.compareTo(duration(min)) >= 0 && value.compareTo(duration(max)) <= 0;
    }

    private Duration duration(long amount) {
        return switch (form) {
            case MINUTES -> Duration.ofMinutes(amount);
            case DAYS -> Duration.ofDays(amount);
            default -> Duration.ofMillis(amount);
        };
    }

    /** What is accepted, for people. */
    private String accepted() {
        return switch (form) {
            case INTEGER -> "a whole number from " + min + " to " + max;
            case MILLIS -> "whole milliseconds from " + min + " to " + max;
            case MINUTES -> "whole minutes from " + min + " to " + max;
            case DAYS -> "whole days from " + min + " to " + max;
            case DURATION -> "an ISO-8601 duration from " + duration(min) + " to " + duration(max);
            case OPTIONAL_DURATION -> "'none' or an ISO-8601 duration from " + duration(min) + " to " + duration(max);
            case LEVEL -> "a number above 0 and at most 0.5";
            case CAPS -> "'none' or at most " + max + " caps with commas between, as 5/day,email:3/P7D";
            case QUIET_HOURS -> "'none' or two different times, as 22:00-08:00";
            case ZONE -> "a time zone such as UTC or Europe/Berlin";
        };
    }

    private IllegalArgumentException refuse(Object value, @Nullable Throwable cause) {
        String text = SafeText.escape(String.valueOf(value), SHOWN);
        return new IllegalArgumentException(name() + " must be " + accepted() + ": '" + text + "'", cause);
    }
}
