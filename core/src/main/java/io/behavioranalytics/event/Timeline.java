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
    /** Bytes that a processor reads from memory at once. */
    private static final int LINE = 64;

    /** How many events are looked at one by one before longer steps are taken, which the processor foresees less well. */
    private static final int NEAR = 16;

    private static final Comparator<BehaviorEvent> ORDER = Comparator.comparing(BehaviorEvent::key);
    private static final Timeline EMPTY = new Timeline(new EventColumns(0), 0, 0, 0);

    private final EventColumns columns;
    private final int offset;
    private final int size;
    private final long bodyBytes;

    // Of the columns what most readers want, kept here too: who goes through many timelines waits for memory at each
    // step of the way.
    private final long[] micros;
    private final byte[] typeNumbers;
    private final EventTypes types;
    private final int categories;

    /** When the last event happened, kept here because it decides whether the others have to be looked at. */
    private final long last;

    private Timeline(EventColumns columns, int offset, int size, long bodyBytes) {
        this.columns = columns;
        this.offset = offset;
        this.size = size;
        this.bodyBytes = bodyBytes;
        this.micros = columns.micros();
        this.typeNumbers = columns.typeNumbers();
        this.types = columns.types();
        this.categories = columns.categories();
        this.last = size == 0 ? Micros.ALWAYS : micros[offset + size - 1];
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
        return micros[place(index)];
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
        return types;
    }

    /**
     * What happened, by number.
     *
     * @param index its place
     * @return the number among {@link #types()}, or {@link EventTypes#UNLISTED}
     */
    public int typeNumber(int index) {
        return typeNumbers[place(index)] & 0xff;
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
        for (int place = offset + from; place < offset + to; place++) {
            counts[typeNumbers[place] & 0xff]++;
        }
    }

    /**
     * Finds events by the numbers of their types.
     *
     * @param count how many events from the first on are looked at
     * @param wanted for each of 256 numbers 1 if its events are looked for and 0 if not
     * @param places takes the places of the events that are found, in order; at least as many as are looked at
     * @return how many are found
     * @throws IndexOutOfBoundsException if there are not so many events
     */
    public int find(int count, int[] wanted, int[] places) {
        Objects.checkFromToIndex(0, count, size);
        int found = 0;
        for (int index = 0; index < count; index++) {
            // No branch: whether an event is wanted is what a processor cannot foresee.
            places[found] = index;
            found += wanted[typeNumbers[offset + index] & 0xff];
        }
        return found;
    }

    /**
     * Has the processor fetch the instants. Who reads thousands of timelines that lie scattered in memory calls it for some hundred of
     * them, and then reads those: the processor fetches many at once, while a reader waits for each.
     *
     * @return a number that means nothing; a caller that drops it lets the compiler drop the reading
     */
    public long fetchInstants() {
        long seen = 0;
        for (int place = offset; place < offset + size; place += LINE / Long.BYTES) {
            seen += micros[place];
        }
        return seen;
    }

    /**
     * Has the processor fetch the types, as {@link #fetchInstants} does the instants.
     *
     * @return a number that means nothing
     */
    public long fetchTypes() {
        long seen = 0;
        for (int place = offset; place < offset + size; place += LINE) {
            seen += typeNumbers[place];
        }
        return seen;
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
    @SuppressWarnings("EnumOrdinal") // in memory only
    public boolean has(Category category) {
        return (categories >>> category.ordinal() & 1) != 0 && columns.has(category, offset, offset + size);
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
        return last < micros ? size : lowerBound(this.micros, offset + from, offset + size, micros) - offset;
    }

    /** The first place from {@code from} to {@code to} that is not before an instant; mostly it is near. */
    private static int lowerBound(long[] micros, int from, int to, long instant) {
        int low = from;
        int near = to - from > NEAR ? from + NEAR : to;
        while (low < near && micros[low] < instant) {
            low++;
        }
        if (low < near || near == to) {
            return low;
        }
        int step = NEAR;
        while (to - low > step && micros[low + step] < instant) {
            low += step + 1;
            step <<= 1;
        }
        int high = to - low > step ? low + step : to;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (micros[middle] < instant) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
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
        // An encoded body has a header of 16 bytes and is rounded up to 8; the objects around the arrays are about 184.
        return 184 + size * (columns.bytesPerPlace() + 20L);
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
