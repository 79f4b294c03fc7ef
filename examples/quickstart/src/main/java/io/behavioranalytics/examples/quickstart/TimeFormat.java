package io.behavioranalytics.examples.quickstart;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.time.temporal.TemporalAccessor;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How the input writes instants: ISO-8601, seconds or milliseconds since 1970, or a pattern of {@link DateTimeFormatter}.
 *
 * <p>A time without an offset is local to the zone. Where a clock was set back and a local time happened twice, the first
 * of the two is taken; where it was set forward and a local time never happened, it is moved on by the length of the gap
 * (both as {@link LocalDateTime#atZone} does). A date without a time is its midnight.
 */
final class TimeFormat {
    private static final BigDecimal NANOS = BigDecimal.valueOf(1_000_000_000L);

    private final String name;
    private final ZoneId zone;
    private final @Nullable DateTimeFormatter formatter;

    private TimeFormat(String name, ZoneId zone, @Nullable DateTimeFormatter formatter) {
        this.name = name;
        this.zone = zone;
        this.formatter = formatter;
    }

    /**
     * Finds a format.
     *
     * @param name {@code iso}, {@code seconds}, {@code millis} or a pattern
     * @throws UsageException if it is none of these
     */
    static TimeFormat of(String name, ZoneId zone) {
        return switch (name) {
            case "iso" -> new TimeFormat("ISO-8601", zone, iso());
            case "seconds", "millis" -> new TimeFormat(name + " since 1970", zone, null);
            default -> new TimeFormat(name, zone, pattern(name));
        };
    }

    /** Reads an instant; a JSON number counts as its text. */
    Instant parse(Object value) throws UnreadableException {
        String text = value.toString().strip();
        try {
            if (formatter == null) {
                BigDecimal number = new BigDecimal(text);
                return sinceEpoch(name.startsWith("millis") ? number.movePointLeft(3) : number);
            }
            TemporalAccessor time =
                    formatter.parseBest(text, ZonedDateTime::from, LocalDateTime::from, LocalDate::from);
            if (time instanceof ZonedDateTime zoned) {
                return zoned.toInstant();
            }
            return time instanceof LocalDateTime local
                    ? local.atZone(zone).toInstant()
                    : LocalDate.from(time).atStartOfDay(zone).toInstant();
        } catch (DateTimeException | ArithmeticException | NumberFormatException e) {
            throw new UnreadableException("no time of the form " + name + ": " + UnreadableException.quote(text));
        }
    }

    private static Instant sinceEpoch(BigDecimal seconds) {
        BigDecimal whole = seconds.setScale(0, RoundingMode.FLOOR);
        long nanos = seconds.subtract(whole).multiply(NANOS).longValue();
        return Instant.ofEpochSecond(whole.longValueExact(), nanos);
    }

    /** Date, then perhaps T or a blank and the time, then perhaps an offset or zone. */
    private static DateTimeFormatter iso() {
        return new DateTimeFormatterBuilder()
                .parseCaseInsensitive()
                .append(DateTimeFormatter.ISO_LOCAL_DATE)
                .optionalStart()
                .appendPattern("['T'][ ]")
                .append(DateTimeFormatter.ISO_LOCAL_TIME)
                .optionalStart()
                .appendOffsetId()
                .optionalEnd()
                .optionalEnd()
                .toFormatter(Locale.ROOT)
                .withResolverStyle(ResolverStyle.STRICT);
    }

    private static DateTimeFormatter pattern(String pattern) {
        try {
            return new DateTimeFormatterBuilder()
                    .appendPattern(pattern)
                    .parseDefaulting(ChronoField.ERA, 1) // lets people write yyyy for the year
                    .toFormatter(Locale.ENGLISH)
                    .withResolverStyle(ResolverStyle.STRICT);
        } catch (IllegalArgumentException e) {
            throw new UsageException(
                    "--time-format takes iso, seconds, millis or a pattern such as 'yyyy-MM-dd HH:mm:ss', not "
                            + UnreadableException.quote(pattern) + ": " + e.getMessage());
        }
    }
}
