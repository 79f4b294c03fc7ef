package io.behavioranalytics.report;

import io.behavioranalytics.event.Micros;
import io.behavioranalytics.json.InvalidDefinitionException;
import io.behavioranalytics.json.Violation;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The intervals of a filter's range as wholes, and as many before it as are wanted; or the range as it is. Immutable. */
final class IntervalRange {
    static final int MOST = 10_000;

    private final long[] starts;
    private final int before;
    private final @Nullable CalendarInterval interval;
    private final ZoneId zone;

    private IntervalRange(long[] starts, int before, @Nullable CalendarInterval interval, ZoneId zone) {
        this.starts = starts;
        this.before = before;
        this.interval = interval;
        this.zone = zone;
    }

    static void check(@Nullable CalendarInterval interval, int every, ReportFilter filter, List<Violation> faults) {
        if (every < 1 || every > MOST) {
            faults.add(new Violation("every", "RANGE", "must be 1 to " + MOST + ": " + every));
        } else if (filter.from() == null) {
            String what = interval == null ? "a range has" : "intervals have";
            faults.add(new Violation("filter.from", "REQUIRED", "is missing: " + what + " to begin somewhere"));
        } else if (filter.to() != null && interval != null) {
            try {
                of(interval, every, filter, filter.to(), 0);
            } catch (InvalidDefinitionException tooMany) {
                faults.addAll(tooMany.violations());
            }
        }
    }

    /**
     * @param asOf the end of a range without one
     * @param before how many intervals before the range; {@link Integer#MAX_VALUE} for as many as it has
     * @throws InvalidDefinitionException if there are too many
     */
    static IntervalRange of(CalendarInterval interval, int every, ReportFilter filter, Instant asOf, int before) {
        ZoneId zone = filter.zone();
        long from = Micros.of(Objects.requireNonNull(filter.from()));
        long to = end(filter, from, asOf);
        long[] inside = new long[16];
        int size = 0;
        long at = interval.startOf(from, zone);
        while (true) {
            if (size == inside.length) {
                inside = Arrays.copyOf(inside, size * 2);
            }
            inside[size++] = at;
            if (at >= to) {
                break;
            }
            if (size > MOST) {
                throw new InvalidDefinitionException(List.of(
                        new Violation("interval", "RANGE", "the range must be at most " + MOST + " intervals")));
            }
            at = interval.next(at, every, zone);
        }
        int earlier = Math.min(before, size - 1);
        long[] starts = new long[size + earlier];
        for (int i = 0; i < earlier; i++) {
            starts[i] = interval.next(inside[0], (i - earlier) * every, zone);
        }
        System.arraycopy(inside, 0, starts, earlier, size);
        return new IntervalRange(starts, earlier, interval, zone);
    }

    /**
     * The range as one interval.
     *
     * @param before whether the time right before, of the same length, is one too
     */
    static IntervalRange whole(ReportFilter filter, Instant asOf, boolean before) {
        long from = Micros.of(Objects.requireNonNull(filter.from()));
        long to = end(filter, from, asOf);
        long[] starts = before ? new long[] {from - (to - from), from, to} : new long[] {from, to};
        return new IntervalRange(starts, before ? 1 : 0, null, filter.zone());
    }

    private static long end(ReportFilter filter, long from, Instant asOf) {
        return filter.to() == null ? Math.max(Micros.of(asOf), from) + 1 : Micros.of(filter.to());
    }

    /** How many intervals the range has. */
    int size() {
        return starts.length - 1 - before;
    }

    /** How many there are before it. */
    int before() {
        return before;
    }

    /** The interval of the range that holds an instant: below 0 before it, {@link Integer#MIN_VALUE} outside of all. */
    int of(long micros) {
        if (micros < starts[0] || micros >= starts[starts.length - 1]) {
            return Integer.MIN_VALUE;
        }
        int found = Arrays.binarySearch(starts, micros);
        return (found >= 0 ? found : -found - 2) - before;
    }

    /** The same, looked for at an interval that the instant is not before, and just behind it, first. */
    int of(long micros, int near) {
        if (near != Integer.MIN_VALUE) {
            for (int place = near + before; place < near + before + 4 && place < starts.length - 1; place++) {
                if (micros < starts[place + 1]) {
                    return place - before;
                }
            }
        }
        return of(micros);
    }

    /** Of an instant outside of all intervals where they begin, {@link Micros#NEVER} behind them. */
    long next(long micros) {
        return micros < starts[0] ? starts[0] : Micros.NEVER;
    }

    /** The name of an interval; a range as a whole has none. */
    String label(int index) {
        return Objects.requireNonNull(interval).label(begin(index), zone);
    }

    /** Where an interval begins. */
    long begin(int index) {
        return starts[before + index];
    }

    /** Where an interval ends, and the next begins. */
    long end(int index) {
        return starts[before + index + 1];
    }

    /** Whether an interval has passed. */
    boolean isComplete(int index, long asOf) {
        return end(index) <= asOf;
    }
}
