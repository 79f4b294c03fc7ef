package io.behavioranalytics.segment;

import io.behavioranalytics.condition.TimeWindow;
import io.behavioranalytics.condition.Truth;
import io.behavioranalytics.condition.Verdict;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.EventView;
import io.behavioranalytics.event.Micros;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * Whether a pattern holds in a window: for certain, and possibly.
 *
 * <p>Of all assignments that hold, the one that begins latest stays longest in a window, so only its first event is kept. Those that
 * still wait for the event of a negated last step to stay away are kept as {@link SequenceProgress.Waiting}.
 */
final class Sequence implements Accumulator {
    /** One way to take what is unknown. */
    private static final class Side {
        private final SequenceProgress progress;
        private final SequenceProgress.Waiting pending;
        private long holdsFrom = SequenceMatcher.NONE;

        Side(SequenceProgress progress, SequenceProgress.Waiting pending) {
            this.progress = progress;
            this.pending = pending;
        }

        Side copy() {
            Side copy = new Side(progress.copy(), pending.copy());
            copy.holdsFrom = holdsFrom;
            return copy;
        }

        void writeTo(DataOutput out) throws IOException {
            progress.writeTo(out);
            pending.writeTo(out);
            out.writeLong(holdsFrom);
        }
    }

    /** What is kept for one subject. */
    private static final class Held implements State {
        private final Side certain;
        private final @Nullable Side possible;

        Held(Side certain, @Nullable Side possible) {
            this.certain = certain;
            this.possible = possible;
        }

        @Override
        public State copy() {
            return new Held(certain.copy(), possible == null ? null : possible.copy());
        }

        @Override
        public long weight() {
            return weight(certain) + (possible == null ? 0 : weight(possible));
        }

        private static long weight(Side side) {
            return 40 + side.progress.weight() + side.pending.weight();
        }

        @Override
        public void writeTo(DataOutput out) throws IOException {
            certain.writeTo(out);
            if (possible != null) {
                possible.writeTo(out);
            }
        }
    }

    private final SequenceMatcher matcher;
    private final TimeWindow window;

    Sequence(SequenceMatcher matcher, TimeWindow window) {
        this.matcher = matcher;
        this.window = window;
    }

    /** Whether a window moves on, so that it matters when an assignment begins. */
    static boolean moves(TimeWindow window) {
        return window instanceof TimeWindow.Rolling || window instanceof TimeWindow.Calendar;
    }

    @Override
    public Collection<EventType> types() {
        return matcher.types();
    }

    @Override
    public State newState() {
        return new Held(newSide(), matcher.mayBeUnknown() ? newSide() : null);
    }

    private Side newSide() {
        return new Side(matcher.newProgress(), new SequenceProgress.Waiting());
    }

    @Override
    public boolean apply(EventView event, State state) {
        Held held = (Held) state;
        boolean inWindow = !(window instanceof TimeWindow.Absolute) || window.contains(event.micros(), event.micros());
        boolean changed = apply(event, held.certain, inWindow, true);
        return (held.possible != null && apply(event, held.possible, inWindow, false)) || changed;
    }

    private boolean apply(EventView event, Side side, boolean inWindow, boolean certainly) {
        long now = event.micros();
        long lost = side.progress.lost();
        long first = matcher.apply(event, side.progress, inWindow, certainly);
        boolean changed = first != SequenceMatcher.NONE;
        if (!matcher.waits()) {
            side.holdsFrom = Math.max(side.holdsFrom, first);
            return changed || side.progress.lost() != lost;
        }
        SequenceProgress.Waiting pending = side.pending;
        int over = pending.newestUntil(now - matcher.waitMicros() - 1);
        if (over >= 0) {
            side.holdsFrom = Math.max(side.holdsFrom, pending.first(over));
            pending.removeFirst(over + 1);
            changed = true;
        }
        Truth prevents = matcher.prevents(event);
        if (prevents == Truth.TRUE || (certainly && prevents == Truth.UNKNOWN)) {
            int gone = pending.newestUntil(now - 1) + 1;
            pending.removeFirst(gone);
            changed |= gone > 0;
        }
        if (first != SequenceMatcher.NONE) {
            add(side, first, now);
        }
        return changed || side.progress.lost() != lost;
    }

    private static void add(Side side, long first, long now) {
        SequenceProgress.Waiting pending = side.pending;
        int newest = pending.size() - 1;
        if (newest >= 0 && pending.last(newest) == now) {
            pending.removeLast();
            newest--;
        }
        // What waits longer for an assignment that begins no later is needed only as long as one event may end the
        // older alone,
        // which is one of the same instant.
        if (newest >= 1 && pending.first(newest - 1) == pending.first(newest)) {
            pending.removeLast();
        }
        if (pending.size() == SequenceProgress.MOST_WAITING) {
            side.progress.lose(pending.first(0));
            pending.removeFirst(1);
        }
        pending.add(first, now);
    }

    /**
     * Answers.
     *
     * @param settled whether all events of this very instant were taken, so that what waits until it is over (S3, S5)
     */
    Verdict holds(@Nullable State state, long now, boolean settled) {
        if (state == null) {
            return Verdict.constant(Truth.FALSE);
        }
        Held held = (Held) state;
        long over = now - matcher.waitMicros() - (settled ? 0 : 1);
        long certainly = holdsUntil(held.certain, over);
        if (certainly > now) {
            return new Verdict(Truth.TRUE, certainly);
        }
        long until = next(held.certain, over);
        long lost = lostUntil(held.certain);
        long possibly = lost;
        if (held.possible != null) {
            until = Math.min(until, next(held.possible, over));
            possibly = Math.max(possibly, Math.max(holdsUntil(held.possible, over), lostUntil(held.possible)));
        }
        return possibly > now ? new Verdict(Truth.UNKNOWN, Math.min(until, possibly)) : new Verdict(Truth.FALSE, until);
    }

    private long holdsUntil(Side side, long over) {
        long first = side.holdsFrom;
        int newest = matcher.waits() ? side.pending.newestUntil(over) : -1;
        if (newest >= 0) {
            first = Math.max(first, side.pending.first(newest));
        }
        return first == SequenceMatcher.NONE ? Micros.ALWAYS : window.leavesAt(first);
    }

    private long lostUntil(Side side) {
        return side.progress.lost() == Micros.ALWAYS ? Micros.ALWAYS : window.leavesAt(side.progress.lost());
    }

    /** When the next of those that wait will have waited long enough. */
    private long next(Side side, long over) {
        int next = side.pending.newestUntil(over) + 1;
        return next < side.pending.size() ? Micros.plus(side.pending.last(next), matcher.waitMicros()) : Micros.NEVER;
    }

    SequenceMatcher matcher() {
        return matcher;
    }

    TimeWindow window() {
        return window;
    }

    /** The pattern and its window, for people. */
    String words() {
        return matcher.pattern().words() + " " + window.words();
    }

    @Override
    public State read(DataInput in) throws IOException {
        return new Held(readSide(in), matcher.mayBeUnknown() ? readSide(in) : null);
    }

    private Side readSide(DataInput in) throws IOException {
        Side side = new Side(matcher.readProgress(in), SequenceProgress.Waiting.readFrom(in));
        side.holdsFrom = in.readLong();
        return side;
    }

    @Override
    public String describe() {
        return "sequence " + window + ' ' + matcher.describe();
    }
}
