package io.behavioranalytics.condition;

import io.behavioranalytics.condition.Explanation.Leaf;
import java.util.ArrayList;
import java.util.Comparator;
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

    /** A leaf and the answer that it has to give. */
    private record Demand(Leaf leaf, Truth wanted) {}

    /** A way, what it costs, and what it takes. */
    private record Way(List<Demand> demands, List<Change.Edit> edits) {
        static final Comparator<Way> BY_COST = Comparator.<Way>comparingInt(way -> way.edits.size())
                .thenComparingLong(
                        way -> way.edits.stream().mapToLong(Change.Edit::steps).sum());
    }

    private boolean complete = true;

    private SmallestChange() {}

    static Optional<Change> of(Explanation root, boolean wanted) {
        SmallestChange search = new SmallestChange();
        return search.ways(root, Truth.of(wanted)).stream()
                .filter(way -> !way.edits.isEmpty())
                .min(Way.BY_COST)
                .map(way -> new Change(way.edits, search.complete));
    }

    private List<Way> ways(Explanation at, Truth wanted) {
        if (at instanceof Leaf leaf) {
            return way(List.of(new Demand(leaf, wanted))).map(List::of).orElse(List.of());
        }
        if (at instanceof Explanation.Negated negated) {
            return ways(negated.part(), wanted.not());
        }
        Explanation.Joined joined = (Explanation.Joined) at;
        boolean every = joined.all() == (wanted == Truth.TRUE);
        List<Way> ways = new ArrayList<>();
        if (every) {
            ways.add(new Way(List.of(), List.of()));
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
                List<Demand> demands = new ArrayList<>(one.demands);
                demands.addAll(other.demands);
                way(demands).ifPresent(both::add);
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

    /** What the demands take; empty if they cannot all be met. */
    private Optional<Way> way(List<Demand> demands) {
        Map<String, List<Demand>> byInput = new LinkedHashMap<>();
        for (Demand demand : demands) {
            byInput.computeIfAbsent(demand.leaf.reading().input(), input -> new ArrayList<>())
                    .add(demand);
        }
        List<Change.Edit> edits = new ArrayList<>();
        for (List<Demand> same : byInput.values()) {
            if (same.stream().allMatch(demand -> demand.leaf.verdict().truth() == demand.wanted)) {
                continue;
            }
            Change.Edit edit = nearest(same);
            if (edit == null) {
                complete &=
                        same.stream().noneMatch(demand -> demand.leaf.reading().isOpen());
                return Optional.empty();
            }
            edits.add(edit);
        }
        return Optional.of(new Way(demands, edits));
    }

    private static Change.@Nullable Edit nearest(List<Demand> demands) {
        Reading reading = demands.get(0).leaf.reading();
        boolean found = false;
        Object best = null;
        for (Demand demand : demands) {
            for (Object value : demand.leaf.reading().others()) {
                if (meets(value, demands) && (!found || isNearer(value, best, reading))) {
                    found = true;
                    best = value;
                }
            }
        }
        return found
                ? new Change.Edit(
                        reading.input(), reading.seen(), best, reading.steps(best), words(demands, reading, best))
                : null;
    }

    private static boolean meets(@Nullable Object value, List<Demand> demands) {
        for (Demand demand : demands) {
            if (demand.leaf.reading().answer(value) != demand.wanted) {
                return false;
            }
        }
        return true;
    }

    private static boolean isNearer(@Nullable Object value, @Nullable Object best, Reading reading) {
        int bySteps = Long.compare(reading.steps(value), reading.steps(best));
        return bySteps != 0
                ? bySteps < 0
                : distance(value, reading.seen()) < distance(Objects.requireNonNullElse(best, ""), reading.seen());
    }

    /** How far apart two values lie on their own scale, to name the nearer of two that are one step away. */
    private static double distance(@Nullable Object value, @Nullable Object seen) {
        if (value instanceof Number one && seen instanceof Number other) {
            return Math.abs(one.doubleValue() - other.doubleValue());
        }
        if (value instanceof java.time.Instant one && seen instanceof java.time.Instant other) {
            return Math.abs((double) java.time.Duration.between(one, other).toNanos());
        }
        return value == null ? Double.MAX_VALUE : Double.MAX_VALUE / 2;
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
