package io.behavioranalytics.segment;

import io.behavioranalytics.event.Micros;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * How far a subject has come in a pattern: for each step the assignments of the steps up to it that may still be continued.
 *
 * <p>Equal histories give equal progress and equal bytes. Not thread-safe.
 */
public final class SequenceProgress {
    /** The most assignments that wait at one step; only a {@code minGap} makes more than one wait. */
    static final int MOST_WAITING = 1_000;

    /**
     * Assignments that wait to be continued, oldest first: when their first and their last event happened. Both never fall from
     * one to the next, since what may be continued later may begin no earlier.
     */
    static final class Waiting {
        private static final long[] NONE = {};

        private long[] firsts = NONE;
        private long[] lasts = NONE;
        private int size;
        private boolean shared;

        int size() {
            return size;
        }

        long first(int i) {
            return firsts[i];
        }

        long last(int i) {
            return lasts[i];
        }

        /** The place of the newest whose last event is not after an instant, or -1. */
        int newestUntil(long micros) {
            int low = 0;
            int high = size;
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (lasts[middle] <= micros) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            return low - 1;
        }

        void clear() {
            removeFirst(size);
        }

        void removeFirst(int count) {
            if (count <= 0) {
                return;
            }
            size -= count;
            if (size == 0) {
                firsts = NONE;
                lasts = NONE;
                shared = false;
                return;
            }
            if (shared) {
                firsts = Arrays.copyOfRange(firsts, count, count + size);
                lasts = Arrays.copyOfRange(lasts, count, count + size);
                shared = false;
            } else {
                System.arraycopy(firsts, count, firsts, 0, size);
                System.arraycopy(lasts, count, lasts, 0, size);
            }
        }

        void removeLast() {
            size--;
        }

        void add(long first, long last) {
            if (shared || size == firsts.length) {
                int length = size < firsts.length ? firsts.length : Math.max(2, size * 2);
                firsts = Arrays.copyOf(firsts, length);
                lasts = Arrays.copyOf(lasts, length);
                shared = false;
            }
            firsts[size] = first;
            lasts[size] = last;
            size++;
        }

        Waiting copy() {
            Waiting copy = new Waiting();
            copy.firsts = firsts;
            copy.lasts = lasts;
            copy.size = size;
            copy.shared = true;
            shared = true;
            return copy;
        }

        long weight() {
            return 40 + 16L * firsts.length;
        }

        void writeTo(DataOutput out) throws IOException {
            out.writeInt(size);
            for (int i = 0; i < size; i++) {
                out.writeLong(firsts[i]);
                out.writeLong(lasts[i]);
            }
        }

        static Waiting readFrom(DataInput in) throws IOException {
            int size = in.readInt();
            if (size < 0 || size > MOST_WAITING) {
                throw new IOException("at a step at most " + MOST_WAITING + " assignments wait, found " + size);
            }
            Waiting read = new Waiting();
            read.firsts = new long[size];
            read.lasts = new long[size];
            for (int i = 0; i < size; i++) {
                read.firsts[i] = in.readLong();
                read.lasts[i] = in.readLong();
            }
            read.size = size;
            return read;
        }
    }

    private final Waiting[] waiting;
    /** The latest first event of an assignment that found no room, so that what it led to is not known. */
    private long lost = Micros.ALWAYS;

    SequenceProgress(int steps) {
        waiting = new Waiting[steps];
        for (int i = 0; i < steps; i++) {
            waiting[i] = new Waiting();
        }
    }

    private SequenceProgress(SequenceProgress original) {
        waiting = new Waiting[original.waiting.length];
        for (int i = 0; i < waiting.length; i++) {
            waiting[i] = original.waiting[i].copy();
        }
        lost = original.lost;
    }

    Waiting at(int step) {
        return waiting[step];
    }

    long lost() {
        return lost;
    }

    void lose(long first) {
        lost = Math.max(lost, first);
    }

    /**
     * A copy that changes apart from this one.
     *
     * @return the copy
     */
    public SequenceProgress copy() {
        return new SequenceProgress(this);
    }

    /**
     * The memory that it takes, roughly.
     *
     * @return bytes
     */
    public long weight() {
        long weight = 32;
        for (Waiting at : waiting) {
            weight += 8 + at.weight();
        }
        return weight;
    }

    /**
     * Writes the progress.
     *
     * @param out where to
     * @throws IOException if that fails
     */
    public void writeTo(DataOutput out) throws IOException {
        out.writeLong(lost);
        for (Waiting at : waiting) {
            at.writeTo(out);
        }
    }

    static SequenceProgress readFrom(DataInput in, int steps) throws IOException {
        SequenceProgress read = new SequenceProgress(steps);
        read.lost = in.readLong();
        for (int i = 0; i < steps; i++) {
            read.waiting[i] = Waiting.readFrom(in);
        }
        return read;
    }
}
