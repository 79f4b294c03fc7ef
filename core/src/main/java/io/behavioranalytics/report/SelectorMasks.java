package io.behavioranalytics.report;

import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.EventTypes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Tells of many selectors at once which an event is meant by: bit k for selector k, at most 64. Not thread-safe. */
final class SelectorMasks {
    private final List<EventChoice> selectors;
    private final List<EventMatcher> matchers;

    /** By type, those that it may be meant by. */
    private final Map<EventType, Long> byType = new HashMap<>();

    private final long conditional;
    private final boolean everything;

    /** The same by the numbers of the types that were met last. */
    private @Nullable EventTypes types;

    private final long[] byNumber = new long[EventTypes.UNLISTED];

    /** 1 for the numbers whose events may be meant. */
    private final int[] wanted = new int[EventTypes.UNLISTED + 1];

    private int[] places = new int[64];

    SelectorMasks(List<EventChoice> selectors) {
        this.selectors = selectors;
        matchers = selectors.stream()
                .map(selector -> EventMatcher.of(selector, "", new ArrayList<>()))
                .toList();
        long conditional = 0;
        for (int i = 0; i < selectors.size(); i++) {
            conditional |= selectors.get(i).where().isEmpty() ? 0 : 1L << i;
        }
        this.conditional = conditional;
        wanted[EventTypes.UNLISTED] = 1;
        this.everything = conditional == 0
                && selectors.stream().allMatch(selector -> selector.types().isEmpty());
    }

    /** Whether every selector means every event, so that none need be asked. */
    boolean meanEverything() {
        return everything;
    }

    /** Finds the events that may be meant, without asking conditions; returns how many, whose {@link #place} it tells until the next call. */
    int find(SubjectHistory history) {
        if (history.types() != types) {
            look(history.types());
        }
        if (places.length < history.size()) {
            places = new int[history.size() * 2];
        }
        return history.find(wanted, places);
    }

    /** Where an event is that was found, in order. */
    int place(int number) {
        return places[number];
    }

    long of(SubjectHistory history, int index) {
        EventTypes known = history.types();
        if (known != types) {
            look(known);
        }
        int number = history.typeNumber(index);
        long mask = number < EventTypes.UNLISTED ? byNumber[number] : byType(history.type(index));
        return (mask & conditional) == 0 ? mask : tested(mask, history, index);
    }

    private long tested(long candidates, SubjectHistory history, int index) {
        long mask = candidates;
        for (long left = mask & conditional; left != 0; left &= left - 1) {
            int at = Long.numberOfTrailingZeros(left);
            if (!matchers.get(at).matches(history, index)) {
                mask &= ~(1L << at);
            }
        }
        return mask;
    }

    private void look(EventTypes known) {
        for (int number = 0; number < known.size(); number++) {
            byNumber[number] = byType(known.type(number));
            wanted[number] = byNumber[number] == 0 ? 0 : 1;
        }
        types = known;
    }

    private long byType(EventType type) {
        return byType.computeIfAbsent(type, this::candidates);
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
