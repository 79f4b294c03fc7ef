package io.behavioranalytics.condition;

import io.behavioranalytics.condition.Explanation.Leaf;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds the smallest change. The tree is turned into ways to the wanted answer, each a set of leaves with the answer that each of
 * them has to give; of each way, every value that its leaves read moves to the nearest one to which all of them give theirs.
 *
 * <p>That is exact: a way holds whatever the other leaves answer, and every set of values that brings the wanted answer walks one
 * of the ways. It ends early only where there are more than {@value #MOST_WAYS} ways.
 */
final class SmallestChange {
    private static final int MOST_WAYS = 2_000;

    /** A leaf and the answer that it has to give, true or false. */
    private record Demand(Leaf leaf, Truth wanted) {
        boolean isMet() {
            return leaf.verdict().truth() == wanted;
        }
    }

    /**
     * What a way asks of one input.
     *
     * @param demands of its leaves, in their order
     * @param open the candidates that meet all of them
     * @param offered the candidates that one of them offers
     * @param met whether what was seen meets all of them
     */
    private record Asked(List<Demand> demands, BitSet open, BitSet offered, boolean met) {
        Asked and(Asked other) {
            List<Demand> all = new ArrayList<>(demands);
            all.addAll(other.demands);
            BitSet both = (BitSet) open.clone();
            both.and(other.open);
            BitSet either = (BitSet) offered.clone();
            either.or(other.offered);
            return new Asked(all, both, either, met && other.met);
        }

        /** The nearest candidate; below 0 if there is none. */
        int nearest() {
            BitSet fit = (BitSet) open.clone();
            fit.and(offered);
            return fit.nextSetBit(0);
        }
    }

    /** A way by inputs, and what it costs. */
    private record Way(Map<String, Asked> byInput, int edits, long steps) {
        static final Comparator<Way> BY_COST =
                Comparator.comparingInt(Way::edits).thenComparingLong(Way::steps);
    }

    private final Map<String, Candidates> candidates = new HashMap<>();
    private boolean complete = true;

    private SmallestChange(Explanation root) {
        Map<String, List<Leaf>> leaves = new HashMap<>();
        collect(root, leaves);
        leaves.forEach((input, reading) -> candidates.put(input, new Candidates(reading)));
    }

    private static void collect(Explanation at, Map<String, List<Leaf>> leaves) {
        if (at instanceof Leaf leaf) {
            leaves.computeIfAbsent(leaf.reading().input(), input -> new ArrayList<>())
                    .add(leaf);
        } else if (at instanceof Explanation.Negated negated) {
            collect(negated.part(), leaves);
        } else if (at instanceof Explanation.Joined joined) {
            joined.parts().forEach(part -> collect(part, leaves));
        }
    }

    static Optional<Change> of(Explanation root, boolean wanted) {
        SmallestChange search = new SmallestChange(root);
        return search.ways(root, Truth.of(wanted)).stream()
                .filter(way -> way.edits > 0)
                .min(Way.BY_COST)
                .map(search::change);
    }

    private Change change(Way way) {
        List<Change.Edit> edits = new ArrayList<>();
        way.byInput.forEach((input, asked) -> {
            if (!asked.met) {
                Candidates values = of(input);
                Reading reading = asked.demands.get(0).leaf.reading();
                Object needed = values.value(asked.nearest());
                edits.add(new Change.Edit(
                        input, reading.seen(), needed, reading.steps(needed), words(asked.demands, reading, needed)));
            }
        });
        return new Change(edits, complete);
    }

    private Candidates of(String input) {
        return Objects.requireNonNull(candidates.get(input));
    }

    private List<Way> ways(Explanation at, Truth wanted) {
        if (at instanceof Leaf leaf) {
            Demand demand = new Demand(leaf, wanted);
            String input = leaf.reading().input();
            Candidates values = of(input);
            Asked asked =
                    new Asked(List.of(demand), values.answered(leaf, wanted), values.offered(leaf), demand.isMet());
            return way(Map.of(input, asked)).map(List::of).orElse(List.of());
        }
        if (at instanceof Explanation.Negated negated) {
            return ways(negated.part(), wanted.not());
        }
        Explanation.Joined joined = (Explanation.Joined) at;
        boolean every = joined.all() == (wanted == Truth.TRUE);
        List<Way> ways = new ArrayList<>();
        if (every) {
            ways.add(new Way(Map.of(), 0, 0));
        }
        for (Explanation part : joined.parts()) {
            List<Way> more = ways(part, wanted);
            if (every) {
                ways = both(ways, more);
            } else {
                ways.addAll(more);
            }
        }
        return bounded(ways);
    }

    private List<Way> both(List<Way> some, List<Way> others) {
        List<Way> both = new ArrayList<>();
        for (Way one : some) {
            for (Way other : others) {
                Map<String, Asked> byInput = new LinkedHashMap<>(one.byInput);
                other.byInput.forEach((input, asked) -> byInput.merge(input, asked, Asked::and));
                way(byInput).ifPresent(both::add);
                if (both.size() > 2 * MOST_WAYS) {
                    both = bounded(both);
                }
            }
        }
        return both;
    }

    private List<Way> bounded(List<Way> ways) {
        if (ways.size() <= MOST_WAYS) {
            return ways;
        }
        complete = false;
        List<Way> cheapest = new ArrayList<>(ways);
        cheapest.sort(Way.BY_COST);
        return new ArrayList<>(cheapest.subList(0, MOST_WAYS));
    }

    /** What it takes; empty if its demands cannot all be met. */
    private Optional<Way> way(Map<String, Asked> byInput) {
        int edits = 0;
        long steps = 0;
        for (Map.Entry<String, Asked> one : byInput.entrySet()) {
            Asked asked = one.getValue();
            if (asked.met) {
                continue;
            }
            int nearest = asked.nearest();
            if (nearest < 0) {
                complete &= asked.demands.stream()
                        .noneMatch(demand -> demand.leaf.reading().isOpen());
                return Optional.empty();
            }
            edits++;
            steps += of(one.getKey()).steps(nearest);
        }
        return Optional.of(new Way(byInput, edits, steps));
    }

    private static String words(List<Demand> demands, Reading reading, @Nullable Object needed) {
        if (reading.isCounted() && needed instanceof SeenCount number && reading.seen() instanceof SeenCount seen) {
            long more = number.certain() - seen.certain();
            if (more > 0 && seen.certain() == seen.possible()) {
                return more + " more: " + reading.input();
            }
            if (more <= 0 && seen.certain() == seen.possible()) {
                return -more + " fewer: " + reading.input();
            }
            return number + " needed: " + reading.input() + ", " + seen + " seen";
        }
        List<String> asked = new ArrayList<>();
        for (Demand demand : demands) {
            asked.add(demand.wanted == Truth.TRUE ? demand.leaf.clause() : "not (" + demand.leaf.clause() + ")");
        }
        return String.join(" and ", asked) + " needed, " + Explanation.shown(reading.seen());
    }
}
