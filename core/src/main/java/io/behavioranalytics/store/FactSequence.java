package io.behavioranalytics.store;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Facts in the order in which they came. Each has a number, which it keeps though older ones are forgotten. Called under the store's lock.
 *
 * @param <F> the facts
 */
final class FactSequence<F> {
    /** Filled from {@link #first} on, around the end; its length is a power of two. */
    private @Nullable Object[] ring = new @Nullable Object[2];

    private int first;
    private int size;
    private long forgotten;

    void add(F fact) {
        if (size == ring.length) {
            @Nullable Object[] larger = Arrays.copyOfRange(ring, first, first + 2 * size);
            System.arraycopy(ring, 0, larger, size - first, first);
            ring = larger;
            first = 0;
        }
        ring[place(size)] = fact;
        size++;
    }

    /** Forgets the oldest, of which there must be one. */
    F removeFirst() {
        F oldest = get(forgotten);
        ring[first] = null;
        first = place(1);
        size--;
        forgotten++;
        return oldest;
    }

    int size() {
        return size;
    }

    /** The number of the oldest that is kept; that of the next one to come if there is none. */
    long begin() {
        return forgotten;
    }

    /** The number of the next one to come. */
    long end() {
        return forgotten + size;
    }

    /** The fact of a number that is kept. */
    @SuppressWarnings("unchecked") // only facts were put in
    F get(long number) {
        return (F) Objects.requireNonNull(ring[place((int) (number - forgotten))]);
    }

    private int place(int index) {
        return (first + index) & (ring.length - 1);
    }
}
