package io.behavioranalytics.segment;

import io.behavioranalytics.condition.CompiledCondition;
import io.behavioranalytics.condition.Condition;
import io.behavioranalytics.condition.TimeWindow;
import io.behavioranalytics.condition.Truth;
import io.behavioranalytics.condition.Verdict;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.EventView;
import io.behavioranalytics.event.Micros;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * Counts matching events, or their days, in a window, as far as its filters need to know.
 *
 * <p>"At least m in the window" asks only whether the m-th latest match is still in it, since windows are monotone. So the
 * latest {@code depth} matches are all that is ever kept, however long the timeline: that is the state of {@link Counters}.
 */
final class Counter {
    private final CounterKey key;
    private final List<CompiledCondition> conditions;
    private int depth;

    Counter(CounterKey key, List<CompiledCondition> conditions) {
        this.key = key;
        this.conditions = List.copyOf(conditions);
    }

    CounterKey key() {
        return key;
    }

    int depth() {
        return depth;
    }

    /** Whether the conditions may be unknown for an event, so that possible matches are kept beside certain ones. */
    boolean mayBeUnknown() {
        return !conditions.isEmpty();
    }

    void need(int depth) {
        this.depth = Math.max(this.depth, depth);
    }

    Truth matches(EventView event) {
        if (key.window() instanceof TimeWindow.Absolute window && !window.contains(event.micros(), event.micros())) {
            return Truth.FALSE;
        }
        if (key.hours() != null && !matches(key.hours(), event.micros())) {
            return Truth.FALSE;
        }
        return Accumulator.all(conditions, event);
    }

    private static boolean matches(CounterKey.LocalHours hours, long micros) {
        ZonedDateTime local = Micros.toInstant(micros).atZone(hours.zone());
        int hour = local.getHour();
        boolean inside = hours.fromHour() < hours.toHour()
                ? hour >= hours.fromHour() && hour < hours.toHour()
                : hour >= hours.fromHour() || hour < hours.toHour();
        return inside && (hours.weekdays().isEmpty() || hours.weekdays().contains(local.getDayOfWeek()));
    }

    boolean counts(EventType type) {
        return key.types().isEmpty() || key.types().contains(type);
    }

    /** What is counted, for people; counters that count the same say the same. */
    String words() {
        List<String> words = new ArrayList<>();
        String types = key.types().isEmpty()
                ? ""
                : key.types().stream().map(EventType::name).collect(Collectors.joining(" or "));
        if (countsDays()) {
            words.add("active days in " + key.daysOf());
        }
        if (!types.isEmpty()) {
            words.add(types);
        } else if (!countsDays()) {
            words.add("any event");
        }
        if (!key.conditions().isEmpty()) {
            words.add("with " + key.conditions().stream().map(Condition::words).collect(Collectors.joining(" and ")));
        }
        CounterKey.LocalHours hours = key.hours();
        if (hours != null) {
            words.add("from " + hours.fromHour() + " to " + hours.toHour() + " o'clock"
                    + (hours.weekdays().isEmpty() ? "" : " on " + hours.weekdays()) + " in " + hours.zone());
        }
        words.add(key.window().words());
        return String.join(" ", words);
    }

    /** Whether days with a match are counted, rather than matches. */
    boolean countsDays() {
        return key.daysOf() != null;
    }

    /** The first instant behind the local day of an event; only where days are counted. */
    long endOfDay(long micros) {
        return TimeWindow.lastDays(1, Objects.requireNonNull(key.daysOf())).leavesAt(micros);
    }

    /** Whether at least so many matches lie in the window. */
    Verdict atLeast(int count, Counters.Latest certain, Counters.Latest possible, long now) {
        if (count == 0) {
            return Verdict.constant(Truth.TRUE);
        }
        long certainUntil = leavesAt(certain, count);
        if (certainUntil > now) {
            return new Verdict(Truth.TRUE, certainUntil);
        }
        long possibleUntil = leavesAt(possible, count);
        return possibleUntil > now ? new Verdict(Truth.UNKNOWN, possibleUntil) : Verdict.constant(Truth.FALSE);
    }

    private long leavesAt(Counters.Latest latest, int count) {
        return latest.size() < count ? Micros.ALWAYS : key.window().leavesAt(latest.get(count));
    }

    /** A text that differs whenever the counters differ; part of a plan's shape. */
    String describe() {
        return key.types() + "|" + CounterKey.describe(key.conditions()) + "|" + key.window() + "|" + key.hours() + "|"
                + key.daysOf() + "|" + depth;
    }
}
