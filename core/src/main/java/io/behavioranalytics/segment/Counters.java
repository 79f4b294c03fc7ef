package io.behavioranalytics.segment;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * The state of all counters of one subject: the latest matches of each, by timestamp.
 *
 * <p>Equal histories give equal state and equal bytes, by whatever path. A copy shares what neither side changes. Not
 * thread-safe.
 */
final class Counters {
    /** The timestamps of the latest matches, oldest first; at most the counter's depth of them. */
    static final class Latest {
        private static final long[] NONE = {};
        private static final long UNKNOWN = Long.MIN_VALUE;

        private long[] values = NONE;
        private int start;
        private int size;
        private boolean shared;
        /** Where days are counted: the end of the latest match's day, or {@link #UNKNOWN}. */
        private long endOfDay = UNKNOWN;

        int size() {
            return size;
        }

        /** The count-th latest, 1 for the latest. */
        long get(int count) {
            return values[place(size - count)];
        }

        /** The place of the i-th oldest, 0 for the oldest. */
        private int place(int i) {
            int place = start + i;
            return place < values.length ? place : place - values.length;
        }

        private Latest copy() {
            Latest copy = new Latest();
            copy.endOfDay = endOfDay;
            copy.values = values;
            copy.start = start;
            copy.size = size;
            copy.shared = true;
            shared = true;
            return copy;
        }

        private void add(long micros, int depth) {
            endOfDay = UNKNOWN;
            if (size == depth) {
                own(values.length);
                values[start] = micros;
                start = place(1);
                return;
            }
            own(size == values.length ? Math.min(depth, Math.max(4, size * 2)) : values.length);
            values[place(size)] = micros;
            size++;
        }

        private void replaceLast(long micros) {
            own(values.length);
            values[place(size - 1)] = micros;
        }

        /** Makes the array this side's own, straightened out if it grows. */
        private void own(int length) {
            if (length == values.length && !shared) {
                return;
            }
            long[] own = new long[length];
            for (int i = 0; i < size; i++) {
                own[i] = values[place(i)];
            }
            values = own;
            start = 0;
            shared = false;
        }

        private void writeTo(DataOutput out) throws IOException {
            out.writeInt(size);
            for (int i = size; i > 0; i--) {
                out.writeLong(get(i));
            }
        }

        private void readFrom(DataInput in, int depth) throws IOException {
            size = in.readInt();
            if (size < 0 || size > depth) {
                throw new IOException("a counter of depth " + depth + " cannot hold " + size + " matches");
            }
            values = new long[size];
            for (int i = 0; i < size; i++) {
                values[i] = in.readLong();
            }
        }
    }

    private static final Latest EMPTY = new Latest();

    private final Latest[] certain;
    private final Latest[] possible;

    Counters(int count) {
        certain = new Latest[count];
        possible = new Latest[count];
        Arrays.fill(certain, EMPTY);
        Arrays.fill(possible, EMPTY);
    }

    private Counters(Counters original) {
        certain = copies(original.certain);
        possible = copies(original.possible);
    }

    private static Latest[] copies(Latest[] originals) {
        Latest[] copies = new Latest[originals.length];
        for (int i = 0; i < copies.length; i++) {
            copies[i] = originals[i] == EMPTY ? EMPTY : originals[i].copy();
        }
        return copies;
    }

    /**
     * A copy that changes apart from this one.
     *
     * @return the copy
     */
    Counters copy() {
        return new Counters(this);
    }

    /**
     * The memory that it takes, roughly.
     *
     * @return bytes
     */
    long weight() {
        long weight = 32;
        for (int i = 0; i < certain.length; i++) {
            weight += 16 + weight(certain[i]) + weight(possible[i]);
        }
        return weight;
    }

    private static long weight(Latest latest) {
        return latest == EMPTY ? 0 : 48 + 8L * latest.values.length;
    }

    Latest certain(int counter) {
        return certain[counter];
    }

    Latest possible(int counter) {
        return possible[counter];
    }

    void addCertain(int counter, long micros, Counter definition) {
        certain[counter] = add(certain[counter], micros, definition);
    }

    void addPossible(int counter, long micros, Counter definition) {
        possible[counter] = add(possible[counter], micros, definition);
    }

    /** Makes a counter what it would be after so many matches now: for an explanation that asks what would be otherwise. */
    void suppose(int counter, long number, long now, Counter definition) {
        Latest latest = new Latest();
        for (long i = Math.min(number, definition.depth()); i > 0; i--) {
            latest.add(now, definition.depth());
        }
        certain[counter] = latest;
        possible[counter] = latest;
    }

    private static Latest add(Latest latest, long micros, Counter definition) {
        if (definition.depth() == 0) {
            return latest;
        }
        Latest own = latest == EMPTY ? new Latest() : latest;
        if (definition.countsDays() && own.size() > 0) {
            if (own.endOfDay == Latest.UNKNOWN) {
                own.endOfDay = definition.endOfDay(own.get(1));
            }
            if (micros < own.endOfDay) {
                own.replaceLast(micros);
                return own;
            }
        }
        own.add(micros, definition.depth());
        return own;
    }

    /**
     * Writes the state.
     *
     * @param out where to
     * @throws IOException if that fails
     */
    void writeTo(DataOutput out) throws IOException {
        out.writeInt(certain.length);
        for (int i = 0; i < certain.length; i++) {
            certain[i].writeTo(out);
            possible[i].writeTo(out);
        }
    }

    void readFrom(DataInput in, Counter[] definitions) throws IOException {
        int count = in.readInt();
        if (count != definitions.length) {
            throw new IOException("expected " + definitions.length + " counters, found " + count);
        }
        for (int i = 0; i < count; i++) {
            certain[i] = read(in, definitions[i].depth());
            possible[i] = read(in, definitions[i].depth());
        }
    }

    private static Latest read(DataInput in, int depth) throws IOException {
        Latest latest = new Latest();
        latest.readFrom(in, depth);
        return latest.size() == 0 ? EMPTY : latest;
    }
}
