package io.behavioranalytics.event;

import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The arrays behind timelines, one for each field; many timelines share one set of arrays.
 *
 * <p>A place is written once, before any timeline that covers it exists, and never changed. Who wants to append must {@link
 * #claim} the end: of two threads that append to the same timeline one gets it and the other copies. The claim is a volatile
 * write before the places are written and {@link #publish} one after, so whoever claims next sees all that is written; readers see
 * it because a timeline's fields are final.
 */
final class EventColumns {
    private static final int CATEGORY_MASK = 0b0000_0111;
    private static final int IMPORTED = 0b0000_1000;
    private static final int HAS_VALUE = 0b0001_0000;

    /** How many events back an equal origin is looked for. */
    private static final int REACH = 16;

    private static final Category[] CATEGORIES = Category.values();
    private static final int CLAIMED = -1;

    private final long[] micros;
    private final long[] idsHigh;
    private final long[] idsLow;
    private final byte[] typeNumbers;
    private final byte[] kinds;
    private final EventOrigin[] origins;
    private final byte[][] bodies;

    // Made when the first event needs them. A reader that covers no such event may see them or not; both mean the same.
    private long @Nullable [] sequences;
    private double @Nullable [] values;
    private EventType @Nullable [] unlisted;

    // Each only grows, and says at least what a reader covers.
    private EventTypes types = EventTypes.OF_LIBRARY;
    private int categories;

    /** How many places are written, or {@link #CLAIMED} while somebody writes. */
    private final AtomicInteger end = new AtomicInteger();

    EventColumns(int capacity) {
        this(capacity, capacity);
    }

    private EventColumns(int capacity, int detailed) {
        micros = new long[capacity];
        idsHigh = new long[detailed];
        idsLow = new long[detailed];
        typeNumbers = new byte[capacity];
        kinds = new byte[capacity];
        origins = new EventOrigin[detailed];
        bodies = new byte[detailed][];
    }

    /** Columns of instants and kinds alone. */
    static EventColumns outline(int capacity) {
        return new EventColumns(capacity, 0);
    }

    /**
     * Refuses if there are instants and kinds alone.
     *
     * @throws IllegalStateException if so
     */
    void requireDetail() {
        if (bodies.length < micros.length) {
            throw PackedOutline.noDetail();
        }
    }

    /** Reserves {@code count} places from {@code from} on, if nobody wrote there and they exist. */
    boolean claim(int from, int count) {
        return count <= micros.length - from && end.compareAndSet(from, CLAIMED);
    }

    /** Ends a claim: everything before {@code newEnd} is written. */
    void publish(int newEnd) {
        end.set(newEnd);
    }

    /** Writes an event at a claimed place; returns the bytes of its body. */
    @SuppressWarnings("EnumOrdinal") // in memory only
    int write(int place, BehaviorEvent event) {
        UUID id = event.id();
        micros[place] = event.micros();
        idsHigh[place] = id.getMostSignificantBits();
        idsLow[place] = id.getLeastSignificantBits();
        outlineKind(place, numberOf(event.type()), event.type(), event.category());
        int kind = event.category().ordinal() | (event.imported() ? IMPORTED : 0);
        Double value = event.value();
        if (value != null) {
            kind |= HAS_VALUE;
            if (values == null) {
                values = new double[micros.length];
            }
            values[place] = value;
        }
        kinds[place] = (byte) kind;
        if (event.sequence() != 0) {
            if (sequences == null) {
                sequences = new long[micros.length];
            }
            sequences[place] = event.sequence();
        }
        origins[place] = origin(place, event);
        bodies[place] = EventBody.encode(event);
        return bodies[place].length;
    }

    /** Writes when an event at a claimed place happened. */
    void outlineMicros(int place, long at) {
        micros[place] = at;
    }

    /** The number of a type that is about to be written, or {@link EventTypes#UNLISTED}. */
    int numberOf(EventType type) {
        int number = types.numberOf(type);
        if (number < 0 && types.size() < EventTypes.UNLISTED) {
            number = types.size();
            types = types.with(type);
        }
        return number < 0 ? EventTypes.UNLISTED : number;
    }

    /** Writes what an event at a claimed place was, by {@link #numberOf} its type, before its detail. */
    @SuppressWarnings("EnumOrdinal") // in memory only
    void outlineKind(int place, int number, EventType type, Category category) {
        type(place, number, type);
        categories |= 1 << category.ordinal();
        kinds[place] = (byte) category.ordinal();
    }

    private void type(int place, int number, EventType type) {
        typeNumbers[place] = (byte) number;
        if (number == EventTypes.UNLISTED) {
            if (unlisted == null) {
                unlisted = new EventType[typeNumbers.length];
            }
            unlisted[place] = type;
        }
    }

    /** Writes at a claimed place, whose outline is there, what was read from a store beside it. */
    void restore(
            int place,
            long sequence,
            UUID id,
            boolean imported,
            @Nullable Double value,
            EventOrigin origin,
            byte[] body) {
        idsHigh[place] = id.getMostSignificantBits();
        idsLow[place] = id.getLeastSignificantBits();
        kinds[place] |= (byte) ((imported ? IMPORTED : 0) | (value == null ? 0 : HAS_VALUE));
        if (value != null) {
            if (values == null) {
                values = new double[micros.length];
            }
            values[place] = value;
        }
        if (sequence != 0) {
            if (sequences == null) {
                sequences = new long[micros.length];
            }
            sequences[place] = sequence;
        }
        origins[place] = origin;
        bodies[place] = body;
    }

    /** Finds the origin among the events just before, which mostly share it, or makes it of their texts. */
    private EventOrigin origin(int place, BehaviorEvent event) {
        EventOrigin near = null;
        for (int i = place - 1; i >= 0 && i >= place - REACH; i--) {
            if (origins[i].isOf(event)) {
                return origins[i];
            }
            near = near == null ? origins[i] : near;
        }
        return EventOrigin.of(event, near);
    }

    /** Copies places of other columns, written there, to claimed places here. */
    void copy(EventColumns source, int from, int to, int count) {
        System.arraycopy(source.micros, from, micros, to, count);
        System.arraycopy(source.idsHigh, from, idsHigh, to, count);
        System.arraycopy(source.idsLow, from, idsLow, to, count);
        copyTypes(source, from, to, count);
        categories |= source.categories;
        System.arraycopy(source.kinds, from, kinds, to, count);
        System.arraycopy(source.origins, from, origins, to, count);
        System.arraycopy(source.bodies, from, bodies, to, count);
        if (source.sequences != null) {
            sequences = sequences == null ? new long[micros.length] : sequences;
            System.arraycopy(source.sequences, from, sequences, to, count);
        }
        if (source.values != null) {
            values = values == null ? new double[micros.length] : values;
            System.arraycopy(source.values, from, values, to, count);
        }
    }

    private void copyTypes(EventColumns source, int from, int to, int count) {
        EventTypes others = source.types;
        if (types == EventTypes.OF_LIBRARY) {
            types = others;
        }
        System.arraycopy(source.typeNumbers, from, typeNumbers, to, count);
        if (types != others || source.unlisted != null) {
            for (int i = 0; i < count; i++) {
                if (!EventTypes.isShared(typeNumbers[to + i] & 0xff)) {
                    EventType type = source.type(from + i);
                    type(to + i, numberOf(type), type);
                }
            }
        }
    }

    long[] micros() {
        return micros;
    }

    long micros(int place) {
        return micros[place];
    }

    long sequence(int place) {
        requireDetail();
        return sequences == null ? 0 : sequences[place];
    }

    UUID id(int place) {
        requireDetail();
        return new UUID(idsHigh[place], idsLow[place]);
    }

    boolean hasId(int place, long high, long low) {
        return idsLow[place] == low && idsHigh[place] == high;
    }

    /** Compares the place's key with another. */
    int compare(int place, long otherMicros, long otherSequence, long otherHigh, long otherLow) {
        int order = Long.compare(micros[place], otherMicros);
        if (order == 0) {
            order = Long.compare(sequence(place), otherSequence);
        }
        if (order == 0) {
            order = Long.compareUnsigned(idsHigh[place], otherHigh);
        }
        return order != 0 ? order : Long.compareUnsigned(idsLow[place], otherLow);
    }

    EventType type(int place) {
        int number = typeNumbers[place] & 0xff;
        return number == EventTypes.UNLISTED && unlisted != null ? unlisted[place] : types.type(number);
    }

    /** The types by number, at least those of all places that the caller covers. */
    EventTypes types() {
        return types;
    }

    byte[] typeNumbers() {
        return typeNumbers;
    }

    /** The categories of all places that the caller covers, and perhaps more: bit k for the k-th. */
    int categories() {
        return categories;
    }

    Category category(int place) {
        return CATEGORIES[kinds[place] & CATEGORY_MASK];
    }

    /** Whether one of some places holds a category. */
    @SuppressWarnings("EnumOrdinal") // in memory only
    boolean has(Category category, int from, int to) {
        int wanted = category.ordinal();
        for (int place = from; place < to; place++) {
            if ((kinds[place] & CATEGORY_MASK) == wanted) {
                return true;
            }
        }
        return false;
    }

    boolean imported(int place) {
        requireDetail();
        return (kinds[place] & IMPORTED) != 0;
    }

    @Nullable
    Double value(int place) {
        requireDetail();
        return (kinds[place] & HAS_VALUE) != 0 && values != null ? values[place] : null;
    }

    EventOrigin origin(int place) {
        requireDetail();
        return origins[place];
    }

    EventBody body(int place) {
        requireDetail();
        return EventBody.decode(bodies[place]);
    }

    byte[] encodedBody(int place) {
        return bodies[place];
    }

    int bodyLength(int place) {
        return bodies[place].length;
    }

    /** The memory of one place without its body and its origin, in bytes. */
    int bytesPerPlace() {
        return 8
                + 16
                + 1
                + 1
                + 4
                + 4
                + (sequences == null ? 0 : 8)
                + (values == null ? 0 : 8)
                + (unlisted == null ? 0 : 4);
    }
}
