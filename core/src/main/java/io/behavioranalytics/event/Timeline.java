package io.behavioranalytics.event;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A subject's events in their total order (S1). Immutable; safe to share between threads.
 *
 * <p>Kept as one array for each field, with the maps of an event encoded until they are read. Timelines that grow out of each other
 * share the arrays: adding events behind the last one, and taking a tail, copies nothing.
 *
 * <p>A timeline may be an outline ({@link PackedTimeline#outline(List, List)}), which knows the instants, types and categories of its events. Whoever asks it for
 * anything else gets an {@link IllegalStateException}.
 */
public final class Timeline {
    private static final Comparator<BehaviorEvent> ORDER = Comparator.comparing(BehaviorEvent::key);
    private static final Timeline EMPTY = new Timeline(new EventColumns(0), 0, 0, 0);

    private final EventColumns columns;
    private final int offset;
    private final int size;
    private final long bodyBytes;

    /** When the last event happened, kept here because it decides whether the others have to be looked at. */
    private final long last;

    private Timeline(EventColumns columns, int offset, int size, long bodyBytes) {
        this.columns = columns;
        this.offset = offset;
        this.size = size;
        this.bodyBytes = bodyBytes;
        this.last = size == 0 ? Micros.ALWAYS : columns.micros(offset + size - 1);
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
        return EMPTY.plus(new ArrayList<>(events));
    }

    /** A timeline of columns that are written. */
    static Timeline of(EventColumns columns, int size, long bodyBytes) {
        return size == 0 ? EMPTY : new Timeline(columns, 0, size, bodyBytes);
    }

    /**
     * The number of events.
     *
     * @return 0 or more
     */
    public int size() {
        return size;
    }

    /**
     * When an event happened.
     *
     * @param index its place
     * @return {@link Micros}
     */
    public long micros(int index) {
        return columns.micros(place(index));
    }

    /**
     * When the last event happened.
     *
     * @return {@link Micros}, {@link Micros#ALWAYS} if there is none
     */
    public long lastMicros() {
        return last;
    }

    /**
     * What happened.
     *
     * @param index its place
     * @return the type
     */
    public EventType type(int index) {
        return columns.type(place(index));
    }

    /**
     * What {@link #typeNumber} means.
     *
     * @return the types by number; it may hold some that are not here
     */
    public EventTypes types() {
        return columns.types();
    }

    /**
     * What happened, by number.
     *
     * @param index its place
     * @return the number among {@link #types()}, or {@link EventTypes#UNLISTED}
     */
    public int typeNumber(int index) {
        return columns.typeNumber(place(index));
    }

    /**
     * Counts events by the numbers of their types.
     *
     * @param from the first place
     * @param to the place after the last
     * @param counts 256 counts; those of the events' numbers are raised, {@link EventTypes#UNLISTED} among them
     * @throws IndexOutOfBoundsException if there are no such places
     */
    public void countTypes(int from, int to, long[] counts) {
        Objects.checkFromToIndex(from, to, size);
        columns.countTypes(offset + from, offset + to, counts);
    }

    /**
     * Has the processor fetch what most readers read, the instants and the types. Who reads thousands of timelines that lie scattered in
     * memory calls it for some hundred of them, and then reads those: the processor fetches many at once, while a reader waits for each.
     *
     * @return a number that means nothing; a caller that drops it lets the compiler drop the reading
     */
    public long readAhead() {
        return columns.readAhead(offset, offset + size);
    }

    /**
     * The kind of interaction.
     *
     * @param index its place
     * @return the category
     */
    public Category category(int index) {
        return columns.category(place(index));
    }

    /**
     * Whether there is an event of a category.
     *
     * @param category the kind of interaction
     * @return true if at least one is here
     */
    public boolean has(Category category) {
        return columns.has(category, offset, offset + size);
    }

    /**
     * The session that an event happened in.
     *
     * @param index its place
     * @return the session's id, or null
     */
    public @Nullable String sessionId(int index) {
        return columns.origin(place(index)).sessionId();
    }

    /**
     * The lead that an event names.
     *
     * @param index its place
     * @return the lead's id, or null
     */
    public @Nullable String leadId(int index) {
        return columns.origin(place(index)).leadId();
    }

    /**
     * An event's id.
     *
     * @param index its place
     * @return the id
     */
    public UUID id(int index) {
        return columns.id(place(index));
    }

    /**
     * An event's place in the total order.
     *
     * @param index its place here
     * @return the key
     */
    public EventKey key(int index) {
        int place = place(index);
        return new EventKey(columns.micros(place), columns.sequence(place), columns.id(place));
    }

    /**
     * An event for reading; its maps are decoded when first asked for.
     *
     * @param index its place
     * @return a view that stays valid
     */
    public EventView view(int index) {
        return new EventInTimeline(columns, place(index));
    }

    /**
     * An event in full.
     *
     * @param index its place
     * @return the event
     */
    public BehaviorEvent event(int index) {
        return new EventInTimeline(columns, place(index)).event();
    }

    /**
     * The first place from one on whose event is not before an instant; the nearer it is, the sooner it is found.
     *
     * @param from where to begin, 0 to {@link #size()}
     * @param micros the instant
     * @return from to {@link #size()}
     * @throws IndexOutOfBoundsException if there is no such place
     */
    public int lowerBound(int from, long micros) {
        Objects.checkIndex(from, size + 1);
        return last < micros ? size : columns.lowerBound(offset + from, offset + size, micros) - offset;
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
        columns.requireDetail();
        long high = id.getMostSignificantBits();
        long low = id.getLeastSignificantBits();
        int from = offset;
        int to = offset + size;
        while (from < to) {
            int middle = (from + to) >>> 1;
            if (columns.compare(middle, micros, sequence, high, low) < 0) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        return from - offset;
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
        columns.requireDetail();
        long high = id.getMostSignificantBits();
        long low = id.getLeastSignificantBits();
        for (int place = offset + size - 1; place >= offset; place--) {
            if (columns.hasId(place, high, low)) {
                return place - offset;
            }
        }
        return -1;
    }

    /**
     * This timeline with more events at their places.
     *
     * @param added in any order, none of them here yet
     * @return the longer timeline
     */
    public Timeline plus(List<BehaviorEvent> added) {
        if (added.isEmpty()) {
            return this;
        }
        columns.requireDetail();
        List<BehaviorEvent> sorted = sorted(added);
        boolean behind = lowerBound(sorted.get(0).key()) == size;
        int end = offset + size;
        if (behind && columns.claim(end, sorted.size())) {
            long bytes = bodyBytes;
            for (int i = 0; i < sorted.size(); i++) {
                bytes += columns.write(end + i, sorted.get(i));
            }
            columns.publish(end + sorted.size());
            return new Timeline(columns, offset, size + sorted.size(), bytes);
        }
        return merged(sorted);
    }

    private static List<BehaviorEvent> sorted(List<BehaviorEvent> events) {
        for (int i = 1; i < events.size(); i++) {
            if (ORDER.compare(events.get(i - 1), events.get(i)) > 0) {
                List<BehaviorEvent> sorted = new ArrayList<>(events);
                sorted.sort(ORDER);
                return sorted;
            }
        }
        return events;
    }

    /** Copies, run by run, what is here and what is new. */
    private Timeline merged(List<BehaviorEvent> sorted) {
        int total = Math.addExact(size, sorted.size());
        EventColumns longer = new EventColumns(roomFor(total));
        int copied = 0;
        int place = 0;
        long bytes = bodyBytes;
        for (BehaviorEvent event : sorted) {
            int run = lowerBound(event.key()) - copied;
            longer.copy(columns, offset + copied, place, run);
            copied += run;
            place += run;
            bytes += longer.write(place++, event);
        }
        longer.copy(columns, offset + copied, place, size - copied);
        longer.publish(total);
        return new Timeline(longer, 0, total, bytes);
    }

    /** Room to grow by half, when there is something already; the first events get what they need. */
    private int roomFor(int total) {
        return size == 0 ? total : (int) Math.min(Integer.MAX_VALUE - 8L, total + (total >> 1) + 2L);
    }

    /**
     * The events from one place on.
     *
     * @param from first place, 0 to {@link #size()}
     * @return the tail
     */
    public Timeline from(int from) {
        columns.requireDetail();
        Objects.checkIndex(from, size + 1);
        if (from == 0) {
            return this;
        }
        boolean mostlyTail = from <= size - from;
        long bytes = mostlyTail ? bodyBytes - bodyBytes(0, from) : bodyBytes(from, size);
        return new Timeline(columns, offset + from, size - from, bytes);
    }

    private long bodyBytes(int from, int to) {
        long bytes = 0;
        for (int i = from; i < to; i++) {
            bytes += columns.bodyLength(offset + i);
        }
        return bytes;
    }

    /**
     * This timeline without some events.
     *
     * @param removed which
     * @return the shorter timeline
     */
    public Timeline minus(Predicate<EventView> removed) {
        columns.requireDetail();
        int[] kept = new int[size];
        int count = 0;
        for (int i = 0; i < size; i++) {
            if (!removed.test(view(i))) {
                kept[count++] = i;
            }
        }
        if (count == size) {
            return this;
        }
        EventColumns shorter = new EventColumns(count);
        long bytes = 0;
        for (int run = 0; run < count; ) {
            int end = run + 1;
            while (end < count && kept[end] == kept[end - 1] + 1) {
                end++;
            }
            shorter.copy(columns, offset + kept[run], run, end - run);
            bytes += bodyBytes(kept[run], kept[end - 1] + 1);
            run = end;
        }
        shorter.publish(count);
        return new Timeline(shorter, 0, count, bytes);
    }

    /**
     * The memory of the events, for a cache that weighs what it keeps: exact for the arrays, an estimate for the texts of sessions
     * and leads, which neighbors share.
     *
     * @return bytes, room to grow left out
     */
    public long bytes() {
        return bytesWithoutBodies() + bodyBytes;
    }

    long bytesWithoutBodies() {
        // An encoded body has a header of 16 bytes and is rounded up to 8; the objects around the arrays are about 168.
        return 168 + size * (columns.bytesPerPlace() + 20L);
    }

    /** The columns of some places, which a whole timeline has. */
    EventColumns columns(int from, int to) {
        Objects.checkFromToIndex(from, to, size);
        columns.requireDetail();
        return columns;
    }

    /** The place in the columns of the first event. */
    int offset() {
        return offset;
    }

    private int place(int index) {
        return offset + Objects.checkIndex(index, size);
    }
}
