package io.behavioranalytics.decision;

import io.behavioranalytics.event.EventView;
import io.behavioranalytics.event.Micros;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds out when memberships changed last within the stretches that a correction went over without looking. It starts near the end
 * and goes back from one checkpoint to the one before, only for the segments in question, until each has its answer.
 */
final class Hindsight {
    /** Told of changes of membership, in order. */
    interface Listener {
        void flipped(int segment, long instant, @Nullable EventView event);
    }

    /**
     * A part of the timeline that was gone over.
     *
     * @param before the fold as it was evaluated before it
     * @param start the place of its first event
     * @param end the last instant that belongs to it
     */
    private record Stretch(SubjectFold before, int start, long end) {}

    private final List<Stretch> stretches = new ArrayList<>();
    private List<? extends EventView> events = List.of();

    /** Notes that the events from a place on, up to an instant, are going to be gone over. */
    void goingOver(List<? extends EventView> timeline, SubjectFold before, int start, long end) {
        events = timeline;
        stretches.add(new Stretch(before.copy(), start, end));
    }

    /** The last instant that was gone over. */
    long until() {
        return stretches.isEmpty()
                ? Micros.ALWAYS
                : stretches.get(stretches.size() - 1).end();
    }

    /**
     * Looks again.
     *
     * @param wanted segments whose last change is not known
     * @param since when each segment changed last, as far as it was seen; a change seen behind a stretch needs no look into it
     * @param checkpoints folds made on the way
     * @param listener told of the changes within the last part that has any, for each segment
     */
    void look(BitSet wanted, long[] since, Checkpoints checkpoints, Listener listener) {
        BitSet open = (BitSet) wanted.clone();
        for (int i = stretches.size() - 1; i >= 0; i--) {
            Stretch stretch = stretches.get(i);
            for (int segment = open.nextSetBit(0); segment >= 0; segment = open.nextSetBit(segment + 1)) {
                if (since[segment] > stretch.end()) {
                    open.clear(segment);
                }
            }
            look(stretch, open, checkpoints, listener);
            if (open.isEmpty()) {
                return;
            }
        }
    }

    private void look(Stretch stretch, BitSet open, Checkpoints checkpoints, Listener listener) {
        long end = stretch.end();
        List<SubjectFold> folds = checkpoints.folds();
        for (int i = folds.size() - 1; i >= 0 && !open.isEmpty(); i--) {
            SubjectFold fold = folds.get(i);
            long place = stretch.start() + fold.events() - stretch.before().events();
            if (place > stretch.start() && isBetweenInstants(place, end)) {
                long instant = events.get((int) place - 1).micros();
                SubjectFold from = fold.copy();
                BitSet asked = asked(from, open);
                for (int segment = asked.nextSetBit(0); segment >= 0; segment = asked.nextSetBit(segment + 1)) {
                    from.evaluate(segment, instant);
                }
                walk(from, (int) place, end, open, listener);
                end = instant;
            }
        }
        if (!open.isEmpty()) {
            walk(stretch.before(), stretch.start(), end, open, listener);
        }
    }

    /** Whether a checkpoint lies before an instant and behind all events of its own, so that expiries there are over, too. */
    private boolean isBetweenInstants(long place, long end) {
        if (place > events.size()) {
            return false;
        }
        long instant = events.get((int) place - 1).micros();
        return instant < end
                && (place == events.size() || events.get((int) place).micros() > instant);
    }

    /** What has to be asked to know of some segments: they, and what they refer to. */
    private static BitSet asked(SubjectFold fold, BitSet open) {
        BitSet asked = (BitSet) open.clone();
        fold.plan().evaluator().addDependencies(asked);
        return asked;
    }

    /** Walks up to an instant and its expiries; segments that changed are not open any more. */
    private void walk(SubjectFold fold, int start, long end, BitSet open, Listener listener) {
        BitSet asked = asked(fold, open);
        BitSet affected = new BitSet();
        BitSet found = new BitSet();
        int next = start;
        while (true) {
            long instant = next < events.size() ? events.get(next).micros() : Micros.NEVER;
            instant = Math.min(instant, fold.nextFlip(asked));
            if (instant > end) {
                break;
            }
            fold.absences().mature(instant - 1, SubjectFold.UNHEARD);
            for (; next < events.size() && events.get(next).micros() == instant; next++) {
                EventView event = events.get(next);
                affected.clear();
                if (fold.events() == 0) {
                    affected.or(asked);
                }
                fold.apply(event, affected, SubjectFold.UNHEARD);
                affected.and(asked);
                for (int i = affected.nextSetBit(0); i >= 0; i = affected.nextSetBit(i + 1)) {
                    if (fold.evaluate(i, instant, false)) {
                        affected.or(fold.plan().evaluator().dependants(i));
                        affected.and(asked);
                        found(i, instant, event, open, found, listener);
                    }
                }
            }
            for (int i = asked.nextSetBit(0); i >= 0; i = asked.nextSetBit(i + 1)) {
                if (fold.mayFlip(i, instant) && fold.evaluate(i, instant)) {
                    found(i, instant, null, open, found, listener);
                }
            }
        }
        open.andNot(found);
    }

    private static void found(
            int segment, long instant, @Nullable EventView event, BitSet open, BitSet found, Listener listener) {
        if (open.get(segment)) {
            found.set(segment);
            listener.flipped(segment, instant, event);
        }
    }
}
