package io.behavioranalytics.event;

import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Short codes for event types, shared by all timelines: appended to, never changed. Thread-safe.
 *
 * <p>It is bounded, so that a host whose catalog is open cannot fill the memory with names; a type that finds no place has the
 * code {@link #FULL}, and who uses the codes keeps the type itself.
 */
final class TypeDictionary {
    /** The code of a type that found no place. */
    static final short FULL = -1;

    /** The dictionary of all timelines, with the built-in types in its first places. */
    static final TypeDictionary SHARED = new TypeDictionary(65_535);

    private final int capacity;
    private final ConcurrentHashMap<EventType, Short> codes = new ConcurrentHashMap<>();
    // Replaced as a whole, so that who reads a code reads a list that has it.
    private volatile EventType[] types = new EventType[0];

    TypeDictionary(int capacity) {
        this.capacity = capacity;
        EventType.BUILT_IN.forEach(this::code);
        code(EventType.IDENTIFY);
    }

    short code(EventType type) {
        Short code = codes.get(type);
        return code != null ? code : add(type);
    }

    private synchronized short add(EventType type) {
        Short code = codes.get(type);
        if (code != null) {
            return code;
        }
        if (types.length == capacity) {
            return FULL;
        }
        EventType[] longer = Arrays.copyOf(types, types.length + 1);
        longer[types.length] = type;
        short added = (short) types.length;
        types = longer;
        codes.put(type, added);
        return added;
    }

    /** The type of a code, or null for {@link #FULL}. */
    @Nullable
    EventType type(short code) {
        if (code == FULL) {
            return null;
        }
        int place = Short.toUnsignedInt(code);
        EventType[] known = types;
        return place < known.length ? known[place] : added(place);
    }

    /** A type whose code came by a timeline that was handed over without any synchronization. */
    private synchronized EventType added(int place) {
        return types[place];
    }
}
