package io.behavioranalytics.report;

import io.behavioranalytics.event.Micros;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds the attempt that begins with an event, among the events that it was given. Not thread-safe. */
abstract class AttemptSearch {
    final int steps;
    final long window;
    private final int windowEvents;
    final List<Funnel.Exclusion> exclusions;

    /** The required steps, by their places among all steps. */
    final int[] required;

    private final long from;
    private final long to;

    FunnelEvents events = new FunnelEvents();

    /** Where the last attempt was voided that was found void. */
    int voidedAt;

    AttemptSearch(Funnel funnel) {
        steps = funnel.steps().size();
        window = Micros.of(funnel.window());
        windowEvents = funnel.windowEvents() == null ? Integer.MAX_VALUE : funnel.windowEvents();
        exclusions = funnel.exclusions();
        int[] places = new int[steps];
        int count = 0;
        for (int i = 0; i < steps; i++) {
            if (!funnel.steps().get(i).optional()) {
                places[count++] = i;
            }
        }
        required = java.util.Arrays.copyOf(places, count);
        ReportFilter filter = funnel.filter();
        from = filter.from() == null ? Micros.ALWAYS : Micros.of(filter.from());
        to = filter.to() == null ? Micros.NEVER : Micros.of(filter.to());
    }

    static AttemptSearch of(Funnel funnel) {
        return switch (funnel.order()) {
            case ORDERED -> new OrderedSearch(funnel);
            case STRICT -> new StrictSearch(funnel);
            case ANY -> new AnyOrderSearch(funnel);
        };
    }

    /** Turns to other events. */
    void search(FunnelEvents others) {
        events = others;
    }

    final int depth() {
        return required.length;
    }

    final boolean isStart(int place) {
        long at = events.micros(place);
        return at >= from && at < to && fitsStart(place);
    }

    boolean fitsStart(int place) {
        return events.isStep(place, 0);
    }

    /** The last instant of the window that opens at an instant. */
    final long windowEnd(long start) {
        return Micros.plus(start, window);
    }

    /** Whether the window that opens at a place holds a later one. */
    final boolean inWindow(int start, int place) {
        return events.micros(place) <= windowEnd(events.micros(start))
                && events.rank(place) - events.rank(start) <= windowEvents;
    }

    /** The first place behind the window that opens at a place. */
    final int limit(int start) {
        long until = windowEnd(events.micros(start));
        int low = start + 1;
        int high = events.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (events.micros(middle) <= until && events.rank(middle) - events.rank(start) <= windowEvents) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** The deepest attempt, of several the earliest, or null if there is none. */
    @Nullable
    Attempt best() {
        Attempt best = null;
        for (int i = 0; i < events.size(); i++) {
            if (!isStart(i) || bound(i) <= (best == null ? floor() : best.depth())) {
                continue;
            }
            Attempt found = attempt(i);
            if (found != null && (best == null || found.depth() > best.depth())) {
                best = found;
                if (found.depth() == ceiling()) {
                    break;
                }
            }
        }
        return best;
    }

    /** No attempt among these events can go deeper. */
    int ceiling() {
        return depth();
    }

    /** The best attempt goes deeper than this. */
    int floor() {
        return 0;
    }

    /** No attempt from here can go deeper; asked of one start after the other, in order. */
    abstract int bound(int start);

    /** The attempt that begins here, or null if it is void. */
    abstract @Nullable Attempt attempt(int start);

    /** Whether the attempt could go on with events that are not there yet. */
    boolean isOpen(FunnelEvents of, Attempt attempt, long asOf) {
        return attempt.depth() < depth()
                && asOf < windowEnd(of.micros(attempt.start()))
                && asOf <= of.openUntil()
                && of.lastRank() - of.rank(attempt.start()) < windowEvents;
    }

    /** The levels at which an event of exclusions voids: level k is that k + 1 required steps are done. */
    final int voids(int mask) {
        int levels = 0;
        for (int i = 0; mask >>> i != 0; i++) {
            if ((mask >>> i & 1) != 0) {
                levels |= levels(exclusions.get(i));
            }
        }
        return levels;
    }

    /** The levels from which on an event of exclusions lies between: not the one that is reached by it. */
    final int voidsArrivals(int mask) {
        int levels = 0;
        for (int i = 0; mask >>> i != 0; i++) {
            if ((mask >>> i & 1) != 0) {
                levels |= levels(exclusions.get(i))
                        & ~(1 << level(exclusions.get(i).fromStep()));
            }
        }
        return levels;
    }

    private int levels(Funnel.Exclusion exclusion) {
        int first = level(exclusion.fromStep());
        int end = level(exclusion.toStep());
        return (1 << end) - (1 << first);
    }

    private int level(int step) {
        return java.util.Arrays.binarySearch(required, step - 1);
    }
}
