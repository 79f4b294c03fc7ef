package io.behavioranalytics.report;

import io.behavioranalytics.event.Micros;
import io.behavioranalytics.report.Funnel.Strictness;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The attempt that the newest start carries on, as the {@code windowFunnel} of column stores defines it: for each level the newest chain
 * is remembered with its start, and a level is reached if its event is within the window of the start of the chain that it carries on.
 * Within one instant events are taken step by step.
 */
final class LatestStart {
    private final int steps;
    private final long window;
    private final Set<Strictness> modes;
    private final long from;
    private final long to;

    /** A chain: its newest event, the chain that it carries on, and the start. */
    private record Chain(
            int place, long start, long last, @Nullable Chain before) {
        boolean holds(int wanted) {
            for (Chain chain = this; chain != null; chain = chain.before) {
                if (chain.place == wanted) {
                    return true;
                }
            }
            return false;
        }
    }

    LatestStart(Funnel funnel) {
        steps = funnel.steps().size();
        window = Micros.of(funnel.window());
        modes = funnel.strictness();
        ReportFilter filter = funnel.filter();
        from = filter.from() == null ? Micros.ALWAYS : Micros.of(filter.from());
        to = filter.to() == null ? Micros.NEVER : Micros.of(filter.to());
    }

    /** The attempt, or null if there is none. */
    @Nullable
    Attempt attempt(FunnelEvents events) {
        List<List<Chain>> levels = new ArrayList<>();
        for (int i = 0; i < steps; i++) {
            levels.add(new ArrayList<>());
        }
        boolean begun = false;
        search:
        for (int first = 0; first < events.size(); ) {
            int end = first + 1;
            while (end < events.size() && events.micros(end) == events.micros(first)) {
                end++;
            }
            // Step -1 is an event of no step.
            for (int step = -1; step < steps; step++) {
                for (int i = first; i < end; i++) {
                    if (step < 0 ? events.steps(i) != 0 : !events.isStep(i, step)) {
                        continue;
                    }
                    if (step < 0) {
                        if (modes.contains(Strictness.ORDER) && begun) {
                            break search;
                        }
                    } else if (step == 0) {
                        long at = events.micros(i);
                        if (at >= from && at < to) {
                            keep(levels.get(0), new Chain(i, at, at, null));
                            begun = true;
                        }
                    } else if (modes.contains(Strictness.DEDUPLICATION)
                            && !levels.get(step).isEmpty()) {
                        break search;
                    } else if (levels.get(step - 1).isEmpty()) {
                        if (modes.contains(Strictness.ORDER) && begun && !modes.contains(Strictness.REENTRY)) {
                            break search;
                        }
                    } else {
                        arrive(levels, step, i, events.micros(i));
                        if (!levels.get(steps - 1).isEmpty()) {
                            break search;
                        }
                    }
                }
            }
            settle(levels);
            first = end;
        }
        for (int level = steps - 1; level >= 0; level--) {
            if (!levels.get(level).isEmpty()) {
                return attempt(newest(levels.get(level)), level);
            }
        }
        return null;
    }

    private void arrive(List<List<Chain>> levels, int step, int place, long at) {
        for (Chain before : List.copyOf(levels.get(step - 1))) {
            boolean fits = at <= Micros.plus(before.start, window)
                    && (!modes.contains(Strictness.INCREASE) || before.last < at)
                    && (!modes.contains(Strictness.ONCE) || !before.holds(place));
            if (fits) {
                keep(levels.get(step), new Chain(place, before.start, at, before));
            }
        }
    }

    /** With events that fill one step only, a chain may be the newest and yet not the one that goes on within this instant. */
    private void keep(List<Chain> level, Chain chain) {
        if (!modes.contains(Strictness.ONCE)) {
            level.clear();
        }
        level.add(chain);
    }

    /** Behind an instant the newest start is all that counts. */
    private static void settle(List<List<Chain>> levels) {
        for (List<Chain> level : levels) {
            if (level.size() > 1) {
                Chain newest = newest(level);
                level.clear();
                level.add(newest);
            }
        }
    }

    private static Chain newest(List<Chain> level) {
        Chain newest = level.get(0);
        for (Chain chain : level) {
            if (chain.start >= newest.start) {
                newest = chain;
            }
        }
        return newest;
    }

    private Attempt attempt(Chain chain, int level) {
        int[] places = new int[steps];
        Arrays.fill(places, -1);
        int step = level;
        for (Chain at = chain; at != null; at = at.before) {
            places[step--] = at.place;
        }
        return new Attempt(level + 1, places);
    }
}
