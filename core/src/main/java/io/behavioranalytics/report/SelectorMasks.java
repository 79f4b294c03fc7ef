package io.behavioranalytics.report;

import io.behavioranalytics.event.EventType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Tells of many selectors at once which an event is meant by: bit k for selector k, at most 64. Not thread-safe. */
final class SelectorMasks {
    private static final int SLOTS = 64;

    private final List<EventChoice> selectors;
    private final List<EventMatcher> matchers;

    /** By type, those that it may be meant by. */
    private final Map<EventType, Long> byType = new HashMap<>();

    private final long conditional;

    // The types that were asked for last, by their hash: what is asked for each event of a report.
    private final @Nullable EventType[] asked = new @Nullable EventType[SLOTS];
    private final long[] found = new long[SLOTS];

    SelectorMasks(List<EventChoice> selectors) {
        this.selectors = selectors;
        matchers = selectors.stream()
                .map(selector -> EventMatcher.of(selector, "", new java.util.ArrayList<>()))
                .toList();
        long conditional = 0;
        for (int i = 0; i < selectors.size(); i++) {
            conditional |= selectors.get(i).where().isEmpty() ? 0 : 1L << i;
        }
        this.conditional = conditional;
    }

    long of(SubjectHistory history, int index) {
        EventType type = history.type(index);
        int slot = type.hashCode() & SLOTS - 1;
        if (!type.equals(asked[slot])) {
            found[slot] = byType.computeIfAbsent(type, this::candidates);
            asked[slot] = type;
        }
        long mask = found[slot];
        for (long left = mask & conditional; left != 0; left &= left - 1) {
            int at = Long.numberOfTrailingZeros(left);
            if (!matchers.get(at).matches(history, index)) {
                mask &= ~(1L << at);
            }
        }
        return mask;
    }

    private long candidates(EventType type) {
        long mask = 0;
        for (int i = 0; i < selectors.size(); i++) {
            if (selectors.get(i).types().isEmpty() || selectors.get(i).types().contains(type)) {
                mask |= 1L << i;
            }
        }
        return mask;
    }
}
