package io.behavioranalytics.condition;

import io.behavioranalytics.condition.Explanation.Leaf;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The values that a change may give to one input, the nearest to what was seen first, and what the leaves that read it answer to each.
 * Each leaf is asked about each value once. Not thread-safe.
 */
final class Candidates {
    private final Reading reading;
    private final List<@Nullable Object> values;
    private final IdentityHashMap<Leaf, Answers> byLeaf = new IdentityHashMap<>();

    /** What one leaf says: which values it offers itself, and which it answers with true and with false. */
    private record Answers(BitSet offered, BitSet holds, BitSet fails) {}

    /**
     * Collects the values.
     *
     * @param leaves all that read the input, one or more
     */
    Candidates(List<Leaf> leaves) {
        reading = leaves.get(0).reading();
        Set<@Nullable Object> all = new LinkedHashSet<>();
        leaves.forEach(leaf -> all.addAll(leaf.reading().others()));
        values = new ArrayList<>(all);
        values.sort(Comparator.<@Nullable Object>comparingLong(reading::steps).thenComparingDouble(this::distance));
    }

    /** How far a value lies on its own scale from what was seen, to name the nearer of two that are one step away. */
    private double distance(@Nullable Object value) {
        Object seen = reading.seen();
        if (value instanceof Number one && seen instanceof Number other) {
            return Math.abs(one.doubleValue() - other.doubleValue());
        }
        if (value instanceof java.time.Instant one && seen instanceof java.time.Instant other) {
            return Math.abs((double) java.time.Duration.between(one, other).toNanos());
        }
        return value == null ? Double.MAX_VALUE : Double.MAX_VALUE / 2;
    }

    /** The values that a leaf offers. */
    BitSet offered(Leaf leaf) {
        return answers(leaf).offered;
    }

    /** The values to which a leaf gives an answer, which is true or false. */
    BitSet answered(Leaf leaf, Truth answer) {
        return answer == Truth.TRUE ? answers(leaf).holds : answers(leaf).fails;
    }

    private Answers answers(Leaf leaf) {
        return byLeaf.computeIfAbsent(leaf, asked -> {
            Answers answers = new Answers(new BitSet(), new BitSet(), new BitSet());
            Set<@Nullable Object> own = new LinkedHashSet<>(asked.reading().others());
            for (int i = 0; i < values.size(); i++) {
                Object value = values.get(i);
                Truth truth = asked.reading().answer(value);
                answers.offered.set(i, own.contains(value));
                answers.holds.set(i, truth == Truth.TRUE);
                answers.fails.set(i, truth == Truth.FALSE);
            }
            return answers;
        });
    }

    @Nullable
    Object value(int place) {
        return values.get(place);
    }

    long steps(int place) {
        return reading.steps(values.get(place));
    }
}
