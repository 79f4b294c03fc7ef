package io.behavioranalytics.segment;

import io.behavioranalytics.condition.CompiledCondition;
import io.behavioranalytics.condition.Condition;
import io.behavioranalytics.condition.EventValue;
import io.behavioranalytics.condition.TimeWindow;
import io.behavioranalytics.condition.Truth;
import io.behavioranalytics.condition.Verdict;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.EventView;
import io.behavioranalytics.event.Micros;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The numbers of a field added up exactly, and how many there are, in a window.
 *
 * <p>What leaves a window together is kept together: a calendar window keeps one number for each of its days, weeks or months, and a
 * window that does not move one for all. A rolling window keeps one for each instant, at most {@value #MOST_KEPT}: with more in the
 * window the sum is not known.
 */
final class Total implements Accumulator {
    /** The most instants whose numbers a rolling window may hold. */
    static final int MOST_KEPT = 10_000;

    /** So many departures are looked at for the first that changes the answer; behind them it is asked again. */
    private static final int LOOKAHEAD = 256;

    /**
     * What two filters must share to share a total.
     *
     * @param types the types of event, empty for all
     * @param conditions what each event must meet
     * @param field what is added up
     * @param window where it looks
     */
    record Key(List<EventType> types, List<Condition> conditions, String field, TimeWindow window) {
        /** The field and the events, for people. */
        String words() {
            List<String> words = new ArrayList<>();
            words.add(field + " of");
            words.add(
                    types.isEmpty()
                            ? "any event"
                            : types.stream().map(EventType::name).collect(Collectors.joining(" or ")));
            if (!conditions.isEmpty()) {
                words.add("with " + conditions.stream().map(Condition::words).collect(Collectors.joining(" and ")));
            }
            words.add(window.words());
            return String.join(" ", words);
        }
    }

    /** What is kept for one subject: the numbers by the instant at which they leave, the next to leave first. */
    private static final class Kept implements State {
        private static final long[] NO_INSTANTS = {};

        private long[] leaves = NO_INSTANTS;
        private long[] counts = NO_INSTANTS;
        private BigDecimal[] sums = {};
        private int size;
        private boolean shared;
        private BigDecimal sum = BigDecimal.ZERO;
        private long count;
        /** Until when an event that may or may not count, or cannot be added, is in the window. */
        private long maybeUntil = Micros.ALWAYS;
        /** Until when a number that found no room is in the window. */
        private long lostUntil = Micros.ALWAYS;

        @Override
        public State copy() {
            Kept copy = new Kept();
            copy.leaves = leaves;
            copy.counts = counts;
            copy.sums = sums;
            copy.size = size;
            copy.shared = true;
            copy.sum = sum;
            copy.count = count;
            copy.maybeUntil = maybeUntil;
            copy.lostUntil = lostUntil;
            shared = true;
            return copy;
        }

        @Override
        public long weight() {
            return 120 + 64L * leaves.length;
        }

        private void own(int from, int length) {
            leaves = Arrays.copyOfRange(leaves, from, from + length);
            counts = Arrays.copyOfRange(counts, from, from + length);
            sums = Arrays.copyOfRange(sums, from, from + length);
            shared = false;
        }

        void removeFirst(int gone) {
            for (int i = 0; i < gone; i++) {
                sum = sum.subtract(sums[i]);
                count -= counts[i];
            }
            if (gone == 0) {
                return;
            }
            size -= gone;
            if (shared) {
                own(gone, size);
            } else {
                System.arraycopy(leaves, gone, leaves, 0, size);
                System.arraycopy(counts, gone, counts, 0, size);
                System.arraycopy(sums, gone, sums, 0, size);
                Arrays.fill(sums, size, size + gone, null);
            }
            if (size == 0) {
                sum = BigDecimal.ZERO;
            }
        }

        void add(long leavesAt, BigDecimal number) {
            boolean together = size > 0 && leaves[size - 1] == leavesAt;
            if (shared || (!together && size == leaves.length)) {
                own(0, together || size < leaves.length ? leaves.length : Math.max(1, size * 2));
            }
            if (together) {
                counts[size - 1]++;
                sums[size - 1] = sums[size - 1].add(number);
            } else {
                leaves[size] = leavesAt;
                counts[size] = 1;
                sums[size] = number;
                size++;
            }
            sum = sum.add(number);
            count++;
        }

        @Override
        public void writeTo(DataOutput out) throws IOException {
            out.writeLong(maybeUntil);
            out.writeLong(lostUntil);
            out.writeInt(size);
            for (int i = 0; i < size; i++) {
                out.writeLong(leaves[i]);
                out.writeLong(counts[i]);
                out.writeInt(sums[i].scale());
                byte[] digits = sums[i].unscaledValue().toByteArray();
                out.writeShort(digits.length);
                out.write(digits);
            }
        }

        static Kept readFrom(DataInput in) throws IOException {
            Kept read = new Kept();
            read.maybeUntil = in.readLong();
            read.lostUntil = in.readLong();
            int size = in.readInt();
            if (size < 0 || size > MOST_KEPT) {
                throw new IOException("a total keeps at most " + MOST_KEPT + " numbers, found " + size);
            }
            read.leaves = new long[size];
            read.counts = new long[size];
            read.sums = new BigDecimal[size];
            read.size = size;
            for (int i = 0; i < size; i++) {
                read.leaves[i] = in.readLong();
                read.counts[i] = in.readLong();
                int scale = in.readInt();
                byte[] digits = new byte[in.readUnsignedShort()];
                in.readFully(digits);
                if (digits.length == 0) {
                    throw new IOException("a number has no digits");
                }
                read.sums[i] = new BigDecimal(new BigInteger(digits), scale);
                read.sum = read.sum.add(read.sums[i]);
                read.count += read.counts[i];
            }
            return read;
        }
    }

    private final Key key;
    private final List<CompiledCondition> conditions;
    private final EventValue field;

    Total(Key key, List<CompiledCondition> conditions, EventValue field) {
        this.key = key;
        this.conditions = List.copyOf(conditions);
        this.field = field;
    }

    @Override
    public Collection<EventType> types() {
        return key.types();
    }

    @Override
    public State newState() {
        return new Kept();
    }

    @Override
    public boolean apply(EventView event, State state) {
        Kept kept = (Kept) state;
        long now = event.micros();
        if (key.window() instanceof TimeWindow.Absolute && !key.window().contains(now, now)) {
            return false;
        }
        Object value = field.of(event);
        Truth counts = value == null ? Truth.FALSE : Accumulator.all(conditions, event);
        if (counts == Truth.FALSE) {
            return false;
        }
        long leaves = key.window().leavesAt(now);
        BigDecimal number = counts == Truth.TRUE ? Numbers.number(value) : null;
        if (number == null) {
            kept.maybeUntil = leaves;
            return true;
        }
        int gone = 0;
        while (gone < kept.size && kept.leaves[gone] <= now) {
            gone++;
        }
        kept.removeFirst(gone);
        if (kept.size == MOST_KEPT && kept.leaves[kept.size - 1] != leaves) {
            kept.lostUntil = kept.leaves[0];
            kept.removeFirst(1);
        }
        kept.add(leaves, number);
        return true;
    }

    /** Whether an event is among those that are added up; unknown also if its number cannot be. */
    Truth counts(EventView event) {
        Object value = field.of(event);
        boolean typed = key.types().isEmpty() || key.types().contains(event.type());
        Truth counts = value == null || !typed ? Truth.FALSE : Accumulator.all(conditions, event);
        return counts == Truth.TRUE && Numbers.number(value) == null ? Truth.UNKNOWN : counts;
    }

    TimeWindow window() {
        return key.window();
    }

    /** Whether the sum, or the average, is one of some numbers. */
    Verdict is(@Nullable State state, boolean average, Numbers numbers, long now) {
        if (state == null) {
            return Verdict.constant(truth(average, BigDecimal.ZERO, 0, numbers));
        }
        Kept kept = (Kept) state;
        long unknownUntil = Math.max(kept.maybeUntil, kept.lostUntil);
        if (unknownUntil > now) {
            return new Verdict(Truth.UNKNOWN, unknownUntil);
        }
        BigDecimal sum = kept.sum;
        long count = kept.count;
        int next = 0;
        while (next < kept.size && kept.leaves[next] <= now) {
            sum = sum.subtract(kept.sums[next]);
            count -= kept.counts[next];
            next++;
        }
        Truth truth = truth(average, sum, count, numbers);
        int end = Math.min(kept.size, next + LOOKAHEAD);
        for (int i = next; i < end && kept.leaves[i] != Micros.NEVER; i++) {
            sum = sum.subtract(kept.sums[i]);
            count -= kept.counts[i];
            if (truth(average, sum, count, numbers) != truth) {
                return new Verdict(truth, kept.leaves[i]);
            }
        }
        return end < kept.size ? new Verdict(truth, kept.leaves[end - 1]) : Verdict.constant(truth);
    }

    /** The sum, or the average to 16 digits; null if it is not known, or of an average of nothing. */
    @Nullable
    BigDecimal seen(@Nullable State state, boolean average, long now) {
        BigDecimal sum = BigDecimal.ZERO;
        long count = 0;
        if (state != null) {
            Kept kept = (Kept) state;
            if (Math.max(kept.maybeUntil, kept.lostUntil) > now) {
                return null;
            }
            for (int i = 0; i < kept.size; i++) {
                if (kept.leaves[i] > now) {
                    sum = sum.add(kept.sums[i]);
                    count += kept.counts[i];
                }
            }
        }
        if (average) {
            return count == 0 ? null : sum.divide(BigDecimal.valueOf(count), MathContext.DECIMAL64);
        }
        return sum;
    }

    /** What is added up, for people. */
    String words() {
        return key.words();
    }

    private static Truth truth(boolean average, BigDecimal sum, long count, Numbers numbers) {
        if (average) {
            return Truth.of(count > 0 && numbers.contain(sum, BigDecimal.valueOf(count)));
        }
        return Truth.of(numbers.contain(sum, BigDecimal.ONE));
    }

    @Override
    public State read(DataInput in) throws IOException {
        return Kept.readFrom(in);
    }

    @Override
    public String describe() {
        return "total " + key.types() + '|' + CounterKey.describe(key.conditions()) + '|' + key.field() + '|'
                + key.window();
    }
}
