package io.behavioranalytics.event;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A subject's events in their total order (S1). Immutable; safe to share between threads. */
public final class Timeline {
    private static final Timeline EMPTY = new Timeline(List.of());

    private final List<BehaviorEvent> events;

    private Timeline(List<BehaviorEvent> events) {
        this.events = events;
    }

    /**
     * A timeline without events.
     *
     * @return the empty timeline
     */
    public static Timeline empty() {
        return EMPTY;
    }

    /**
     * Sorts events into a timeline.
     *
     * @param events in any order, no id twice
     * @return the timeline
     */
    public static Timeline of(Collection<BehaviorEvent> events) {
        List<BehaviorEvent> sorted = new ArrayList<>(events);
        sorted.sort(Comparator.comparing(BehaviorEvent::key));
        return new Timeline(List.copyOf(sorted));
    }

    /**
     * The number of events.
     *
     * @return 0 or more
     */
    public int size() {
        return events.size();
    }

    /**
     * When an event happened.
     *
     * @param index its place
     * @return {@link Micros}
     */
    public long micros(int index) {
        return events.get(index).micros();
    }

    /**
     * What happened.
     *
     * @param index its place
     * @return the type
     */
    public EventType type(int index) {
        return events.get(index).type();
    }

    /**
     * An event's place in the total order.
     *
     * @param index its place here
     * @return the key
     */
    public EventKey key(int index) {
        return events.get(index).key();
    }

    /**
     * An event for reading; its maps are decoded when first asked for.
     *
     * @param index its place
     * @return a view that stays valid
     */
    public EventView view(int index) {
        return events.get(index);
    }

    /**
     * An event in full.
     *
     * @param index its place
     * @return the event
     */
    public BehaviorEvent event(int index) {
        return events.get(index);
    }

    /**
     * The first place whose event is not before a key.
     *
     * @param micros the key's timestamp
     * @param sequence the key's sequence
     * @param id the key's id
     * @return 0 to {@link #size()}
     */
    public int lowerBound(long micros, long sequence, UUID id) {
        int index = 0;
        EventKey key = new EventKey(micros, sequence, id);
        while (index < events.size() && events.get(index).key().compareTo(key) < 0) {
            index++;
        }
        return index;
    }

    /**
     * The first place whose event is not before a key.
     *
     * @param key the key
     * @return 0 to {@link #size()}
     */
    public int lowerBound(EventKey key) {
        return lowerBound(key.micros(), key.sequence(), key.id());
    }

    /**
     * The place of an event, looked for from the newest on.
     *
     * @param id the event's id
     * @return its place, or -1 if it is not here
     */
    public int indexOf(UUID id) {
        for (int i = events.size() - 1; i >= 0; i--) {
            if (events.get(i).id().equals(id)) {
                return i;
            }
        }
        return -1;
    }

    /**
     * The session that an event happened in.
     *
     * @param index its place
     * @return the session's id, or null
     */
    public @Nullable String sessionId(int index) {
        return events.get(index).sessionId();
    }

    /**
     * The lead that an event names.
     *
     * @param index its place
     * @return the lead's id, or null
     */
    public @Nullable String leadId(int index) {
        return events.get(index).leadId();
    }

    /**
     * This timeline with more events at their places.
     *
     * @param added in order, none of them here yet
     * @return the longer timeline
     */
    public Timeline plus(List<BehaviorEvent> added) {
        List<BehaviorEvent> all = new ArrayList<>(events);
        all.addAll(added);
        return of(all);
    }

    /**
     * The events from one place on.
     *
     * @param from first place, 0 to {@link #size()}
     * @return the tail
     */
    public Timeline from(int from) {
        return from == 0 ? this : new Timeline(List.copyOf(events.subList(from, events.size())));
    }

    /**
     * This timeline without some events.
     *
     * @param removed which
     * @return the shorter timeline
     */
    public Timeline minus(Predicate<EventView> removed) {
        return new Timeline(events.stream().filter(removed.negate()).toList());
    }
}
