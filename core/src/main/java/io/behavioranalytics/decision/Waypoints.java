package io.behavioranalytics.decision;

import io.behavioranalytics.event.EventView;
import io.behavioranalytics.event.Micros;
import io.behavioranalytics.event.Retention;
import java.util.List;
import java.util.TreeSet;

/**
 * The instants at which a correction has to know who is a member; what lies between them may be folded without a look.
 *
 * <p>Before the last decision's instant nothing fires but by events that were not decided here before, and nothing is cancelled for
 * its conditions but where its cause lies. So it is enough to look where those events happen and where what they wait for is over,
 * at the causes of pending actions, and from the last event on, for what the clock changes behind it is what later events must know.
 */
final class Waypoints {
    /** Going over fewer events than this saves less than looking at all segments once costs. */
    private static final int WORTHWHILE = 8;

    private final long[] instants;
    /** From here on every instant is looked at: what a late event lets come true may still fire. */
    private final long everyFrom;

    private int passed;

    private Waypoints(long[] instants, long everyFrom) {
        this.instants = instants;
        this.everyFrom = everyFrom;
    }

    /**
     * Finds the instants.
     *
     * @param fold as far as it has come
     * @param events the timeline
     * @param start the place of the first event to be walked
     * @param newcomers those of the events that this subject never decided
     * @param pending actions that may have to be cancelled
     * @param asOf the last decision's instant
     * @param oldest what came true before this instant by a late event is too old to fire
     */
    static Waypoints of(
            SubjectFold fold,
            List<? extends EventView> events,
            int start,
            List<? extends EventView> newcomers,
            List<SubjectMemory.Pending> pending,
            long asOf,
            long oldest) {
        int end = Decider.firstAt(events, Micros.plus(asOf, 1));
        if (end - start <= WORTHWHILE || forgets(fold, events, start, end, asOf)) {
            return new Waypoints(new long[0], Micros.NEVER);
        }
        TreeSet<Long> instants = new TreeSet<>();
        instants.add(events.get(end - 1).micros());
        for (EventView event : newcomers) {
            instants.add(event.micros());
            for (AbsenceRule rule : fold.plan().absences()) {
                if (rule.startsWith(event)) {
                    instants.add(Micros.plus(event.micros(), rule.within()));
                }
            }
        }
        for (SubjectMemory.Pending action : pending) {
            instants.add(action.cause().micros());
        }
        Plan plan = fold.plan();
        long everyFrom = plan.sequences().isEmpty() ? Micros.NEVER : oldest - plan.longestWait();
        long[] sorted = instants.subSet(events.get(start).micros(), true, asOf, true).stream()
                .mapToLong(Long::longValue)
                .toArray();
        return new Waypoints(sorted, everyFrom);
    }

    /** Whether one of the events passes its retention meanwhile; the fold is made anew there, step by step. */
    private static boolean forgets(SubjectFold fold, List<? extends EventView> events, int start, int end, long asOf) {
        Retention retention = fold.plan().settings().retention();
        if (retention.isUnlimited()) {
            return false;
        }
        if (fold.visibleUntil() <= asOf) {
            return true;
        }
        for (int i = start; i < end; i++) {
            if (retention.expiresAt(events.get(i)) <= asOf) {
                return true;
            }
        }
        return false;
    }

    /**
     * The next instant to look at.
     *
     * @param instant where the walk would go on
     * @return at or behind that, or {@link Micros#ALWAYS} if none is left
     */
    long next(long instant) {
        while (passed < instants.length && instants[passed] < instant) {
            passed++;
        }
        return instant >= everyFrom || passed == instants.length
                ? Micros.ALWAYS
                : Math.min(instants[passed], everyFrom);
    }

    /** Whether so many events lie before an instant that going over them is worth a look at all segments behind them. */
    static boolean worthwhile(List<? extends EventView> events, int next, long instant) {
        return next + WORTHWHILE < events.size()
                && events.get(next + WORTHWHILE).micros() < instant;
    }
}
