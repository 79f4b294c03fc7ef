package io.behavioranalytics.decision;

import io.behavioranalytics.event.EventKey;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Folds of a timeline at some of its places, so that a late event re-folds only from the nearest (S12).
 *
 * <p>One is offered every {@value #SPACING} events; of those, at most two stay for each doubling of the distance from the
 * newest, so a million events keep about thirty. Immutable.
 *
 * @param folds by place, earliest first
 */
record Checkpoints(List<SubjectFold> folds) {
    static final int SPACING = 64;
    static final Checkpoints NONE = new Checkpoints(List.of());

    Checkpoints {
        folds = List.copyOf(folds);
    }

    /** The latest fold that has seen nothing at or behind an instant, and still sees all it has seen at another. */
    @Nullable
    SubjectFold before(long micros, long visibleAt) {
        for (int i = folds.size() - 1; i >= 0; i--) {
            EventKey last = folds.get(i).last();
            if (last != null && last.micros() < micros && folds.get(i).visibleUntil() > visibleAt) {
                return folds.get(i);
            }
        }
        return null;
    }

    long weight() {
        long weight = 16;
        for (SubjectFold fold : folds) {
            weight += 8 + fold.weight();
        }
        return weight;
    }

    /** Collects checkpoints while a fold goes on. */
    static final class Builder {
        private final List<SubjectFold> folds;
        /** How many events the fold will have seen, as far as is known: what would not stay until then is not kept. */
        private long expected;

        Builder(Checkpoints known, @Nullable SubjectFold start) {
            folds = new ArrayList<>();
            for (SubjectFold fold : known.folds) {
                if (start != null && fold.events() <= start.events() && fold.plan() == start.plan()) {
                    folds.add(fold);
                }
            }
        }

        /** Says that the fold goes on until it has seen so many events. */
        void expect(long events) {
            expected = Math.max(expected, events);
        }

        void offer(SubjectFold fold) {
            if (fold.events() % SPACING == 0) {
                long newest = Math.max(fold.events(), expected);
                if (stays(fold, newest)) {
                    folds.add(fold.copy());
                    folds.removeIf(known -> !stays(known, newest));
                }
            }
        }

        /**
         * Whether a fold is not too near its neighbors for its distance. What stays is chosen by its place alone, so that a fold
         * which the next doubling of the distance needs is there when it has become that old.
         */
        private static boolean stays(SubjectFold fold, long newest) {
            long place = fold.events() / SPACING;
            int doublings = Long.SIZE - Long.numberOfLeadingZeros(newest / SPACING - place);
            long stride = 1L << Math.max(0, doublings - 2);
            return place % stride == 0;
        }

        Checkpoints build() {
            return folds.isEmpty() ? NONE : new Checkpoints(folds);
        }
    }
}
