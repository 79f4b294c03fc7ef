package io.behavioranalytics.segment;

import io.behavioranalytics.event.Micros;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The instants as of which a behavioral segment is calculated: those of its schedule, and those at which it was demanded. Whoever its
 * criteria name at the latest of them is in it until the next. Immutable and thread-safe.
 *
 * @param schedule when it is calculated without being asked, or null for never
 * @param demanded when it was asked to be, the first time when it was saved; in order, the newest {@value #MOST_DEMANDED}
 * @param demandedIn the version of the definitions that brought the newest demand: whoever was decided on an older one may not have
 *     been decided as of that; 0 without a demand
 */
public record Calculations(@Nullable Schedule schedule, List<Instant> demanded, long demandedIn) {
    /** Of a segment that is not behavioral. */
    public static final Calculations NONE = new Calculations(null, List.of(), 0);

    /** So many demands are kept; what the oldest ones said is asked for no more. */
    public static final int MOST_DEMANDED = 1_000;

    /** Copies the demands, in microseconds, in order and each once. */
    public Calculations {
        List<Instant> sorted = demanded.stream()
                .map(at -> Micros.toInstant(Micros.of(at)))
                .sorted()
                .distinct()
                .toList();
        demanded = sorted.subList(Math.max(0, sorted.size() - MOST_DEMANDED), sorted.size());
        demanded = List.copyOf(demanded);
    }

    /**
     * With one demand more.
     *
     * @param at the instant as of which everybody is to be decided
     * @param definitions the version of the definitions that it comes with
     * @return the calculations
     */
    public Calculations with(Instant at, long definitions) {
        List<Instant> more = new ArrayList<>(demanded);
        more.add(at);
        return new Calculations(schedule, more, definitions);
    }

    /**
     * The last calculation at or before an instant.
     *
     * @param micros the instant, {@link Micros}
     * @return its instant, or {@link Micros#ALWAYS} if there is none
     */
    public long latest(long micros) {
        long latest = schedule == null ? Micros.ALWAYS : schedule.latest(micros);
        for (int i = demanded.size() - 1; i >= 0; i--) {
            long at = Micros.of(demanded.get(i));
            if (at <= micros) {
                return Math.max(latest, at);
            }
        }
        return latest;
    }

    /**
     * The first calculation at or after an instant, as far as it is known today.
     *
     * @param micros the instant, {@link Micros}; {@link Micros#NEVER} has none
     * @return its instant, or {@link Micros#NEVER} if there is none
     */
    public long next(long micros) {
        if (micros == Micros.NEVER) {
            return Micros.NEVER;
        }
        long next = schedule == null ? Micros.NEVER : schedule.next(micros);
        for (int i = demanded.size() - 1; i >= 0; i--) {
            long at = Micros.of(demanded.get(i));
            if (at < micros) {
                return next;
            }
            next = Math.min(next, at);
        }
        return next;
    }

    /**
     * Whether a calculation was demanded, rather than scheduled alone.
     *
     * @param micros the instant of a calculation, {@link Micros}
     * @return true if so
     */
    public boolean isDemanded(long micros) {
        return demanded.contains(Micros.toInstant(micros));
    }
}
