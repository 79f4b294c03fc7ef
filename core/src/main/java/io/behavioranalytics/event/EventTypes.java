package io.behavioranalytics.event;

import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The types in a timeline by number, so that whoever reads many events looks up what a type means to it once: first the library's own,
 * at the same numbers in all timelines, then the host's as they came. Immutable; safe to share between threads.
 */
public final class EventTypes {
    /** The number of an event whose type has none, for its timeline has more than 255 types: it has to be asked for its type. */
    public static final int UNLISTED = 255;

    private static final List<EventType> OWN = EventType.constants();
    private static final Map<EventType, Integer> OWN_NUMBERS = ownNumbers();

    /** Those of a timeline without types of the host. */
    static final EventTypes OF_LIBRARY = new EventTypes(OWN.toArray(EventType[]::new));

    private final EventType[] types;

    private EventTypes(EventType[] types) {
        this.types = types;
    }

    private static Map<EventType, Integer> ownNumbers() {
        Map<EventType, Integer> numbers = new HashMap<>();
        OWN.forEach(type -> numbers.put(type, numbers.size()));
        return Collections.unmodifiableMap(numbers);
    }

    /** These and one more, which is not among them. */
    EventTypes with(EventType type) {
        EventType[] more = Arrays.copyOf(types, types.length + 1);
        more[types.length] = type;
        return new EventTypes(more);
    }

    /** Whether a number means the same type in all timelines. */
    static boolean isShared(int number) {
        return number < OWN.size();
    }

    /** The number of a type, or -1. */
    int numberOf(EventType type) {
        Integer own = OWN_NUMBERS.get(type);
        if (own != null) {
            return own;
        }
        for (int number = OWN.size(); number < types.length; number++) {
            if (types[number].equals(type)) {
                return number;
            }
        }
        return -1;
    }

    /**
     * How many types have a number.
     *
     * @return at most 255
     */
    public int size() {
        return types.length;
    }

    /**
     * The type of a number.
     *
     * @param number 0 to {@link #size()} - 1
     * @return the type
     * @throws IndexOutOfBoundsException if no type has the number
     */
    public EventType type(int number) {
        return types[number];
    }
}
