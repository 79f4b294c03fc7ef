package io.behavioranalytics.segment;

import io.behavioranalytics.condition.CompiledCondition;
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
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How many different values a field has in a window, as far as its filters need to know.
 *
 * <p>"At least m different ones" asks whether the m-th latest value, each taken where it was seen last, is still in the window. So
 * the latest {@code depth} values are kept, each as 128 bits of its SHA-256, which two values do not share.
 */
final class Distinct implements Accumulator {
    /** The latest values, the one seen longest ago first. */
    private static final class Latest {
        private static final long[] NONE = {};

        private long[] entries = NONE;
        private int size;
        private boolean shared;

        private void see(long high, long low, long micros, int depth) {
            int place = size - 1;
            while (place >= 0 && (entries[3 * place] != high || entries[3 * place + 1] != low)) {
                place--;
            }
            boolean known = place >= 0;
            if (!known && size == depth) {
                place = 0;
                known = true;
            }
            if (shared || (!known && 3 * size == entries.length)) {
                int room =
                        known ? entries.length : Math.max(entries.length, 3 * Math.min(depth, Math.max(2, size * 2)));
                entries = Arrays.copyOf(entries, room);
                shared = false;
            }
            if (known) {
                System.arraycopy(entries, 3 * place + 3, entries, 3 * place, 3 * (size - place - 1));
                size--;
            }
            entries[3 * size] = high;
            entries[3 * size + 1] = low;
            entries[3 * size + 2] = micros;
            size++;
        }

        /** When the count-th latest was seen last; 1 for the latest. */
        private long seen(int count) {
            return entries[3 * (size - count) + 2];
        }

        private Latest copy() {
            Latest copy = new Latest();
            copy.entries = entries;
            copy.size = size;
            copy.shared = true;
            shared = true;
            return copy;
        }

        private void writeTo(DataOutput out) throws IOException {
            out.writeInt(size);
            for (int i = 0; i < 3 * size; i++) {
                out.writeLong(entries[i]);
            }
        }

        private static Latest readFrom(DataInput in, int depth) throws IOException {
            Latest read = new Latest();
            read.size = in.readInt();
            if (read.size < 0 || read.size > depth) {
                throw new IOException("of depth " + depth + " there are no " + read.size + " values");
            }
            read.entries = new long[3 * read.size];
            for (int i = 0; i < read.entries.length; i++) {
                read.entries[i] = in.readLong();
            }
            return read;
        }
    }

    /** What is kept for one subject. */
    private record Kept(Latest certain, Latest possible) implements State {
        @Override
        public State copy() {
            return new Kept(certain.copy(), possible.copy());
        }

        @Override
        public long weight() {
            return 100 + 8L * (certain.entries.length + possible.entries.length);
        }

        @Override
        public void writeTo(DataOutput out) throws IOException {
            certain.writeTo(out);
            possible.writeTo(out);
        }
    }

    private final Total.Key key;
    private final List<CompiledCondition> conditions;
    private final EventValue field;
    private int depth;

    Distinct(Total.Key key, List<CompiledCondition> conditions, EventValue field) {
        this.key = key;
        this.conditions = List.copyOf(conditions);
        this.field = field;
    }

    void need(int values) {
        depth = Math.max(depth, values);
    }

    @Override
    public Collection<EventType> types() {
        return key.types();
    }

    @Override
    public State newState() {
        return new Kept(new Latest(), new Latest());
    }

    @Override
    public boolean apply(EventView event, State state) {
        long now = event.micros();
        boolean outside =
                key.window() instanceof TimeWindow.Absolute && !key.window().contains(now, now);
        Object value = outside || depth == 0 ? null : field.of(event);
        Truth counts = value == null ? Truth.FALSE : Accumulator.all(conditions, event);
        if (value == null || counts == Truth.FALSE) {
            return false;
        }
        Kept kept = (Kept) state;
        boolean comparable = isComparable(value);
        ByteBuffer digest = digest(comparable ? text(value) : "event " + event.id());
        long high = digest.getLong();
        long low = digest.getLong();
        if (comparable && counts == Truth.TRUE) {
            kept.certain.see(high, low, now, depth);
        }
        kept.possible.see(high, low, now, depth);
        return true;
    }

    /** Lists and objects cannot be told from anything, so each may be one value more. */
    private static boolean isComparable(@Nullable Object value) {
        return !(value instanceof List<?> || value instanceof Map<?, ?>);
    }

    private static String text(Object value) {
        if (value instanceof String text) {
            return "text " + text;
        }
        BigDecimal number = Numbers.number(value);
        return number == null ? "other " + value : "number " + number.stripTrailingZeros();
    }

    private static ByteBuffer digest(String text) {
        try {
            return ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Whether there are so many different values in the window, or more. */
    Verdict atLeast(@Nullable State state, int count, long now) {
        if (count == 0) {
            return Verdict.constant(Truth.TRUE);
        }
        if (state == null) {
            return Verdict.constant(Truth.FALSE);
        }
        Kept kept = (Kept) state;
        long certainUntil = leavesAt(kept.certain, count);
        if (certainUntil > now) {
            return new Verdict(Truth.TRUE, certainUntil);
        }
        long possibleUntil = leavesAt(kept.possible, count);
        return possibleUntil > now ? new Verdict(Truth.UNKNOWN, possibleUntil) : Verdict.constant(Truth.FALSE);
    }

    /** Whether an event's value is one of those that are told apart; unknown also if it cannot be. */
    Truth counts(EventView event) {
        Object value = field.of(event);
        boolean typed = key.types().isEmpty() || key.types().contains(event.type());
        Truth counts = value == null || !typed ? Truth.FALSE : Accumulator.all(conditions, event);
        return counts == Truth.TRUE && !isComparable(value) ? Truth.UNKNOWN : counts;
    }

    /** The value of an event that counts or may; equal for events that are of one value. */
    ByteBuffer value(EventView event) {
        Object value = field.of(event);
        return digest(value == null || !isComparable(value) ? "event " + event.id() : text(value));
    }

    TimeWindow window() {
        return key.window();
    }

    /** Whose values are told apart, for people. */
    String words() {
        return key.words();
    }

    private long leavesAt(Latest latest, int count) {
        return latest.size < count ? Micros.ALWAYS : key.window().leavesAt(latest.seen(count));
    }

    @Override
    public State read(DataInput in) throws IOException {
        return new Kept(Latest.readFrom(in, depth), Latest.readFrom(in, depth));
    }

    @Override
    public String describe() {
        return "distinct " + depth + ' ' + key.types() + '|' + CounterKey.describe(key.conditions()) + '|' + key.field()
                + '|' + key.window();
    }
}
