package io.behavioranalytics.decision;

import io.behavioranalytics.event.EventView;
import io.behavioranalytics.event.Micros;
import io.behavioranalytics.trigger.Cancellation;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The causes of a subject's pending actions, held against its corrected timeline: what that does not bear out is cancelled (S18). Not
 * thread-safe.
 */
final class PendingCauses {
    private final Plan plan;
    private final SubjectMemory memory;
    private final Firings firings;
    private final WatchedProfile watched;
    /** The segments of which other members are decided by a changed definition, not by the timeline. */
    private final BitSet redefined;

    /** Those whose cause is what the subject was, from the first that the correction reaches. */
    private final List<SubjectMemory.Pending> ofState = new ArrayList<>();

    /**
     * Begins with nothing to look at.
     *
     * @param redefined the segments that a changed definition decides; read when asked, not copied
     */
    PendingCauses(Plan plan, SubjectMemory memory, Firings firings, WatchedProfile watched, BitSet redefined) {
        this.plan = plan;
        this.memory = memory;
        this.firings = firings;
        this.watched = watched;
        this.redefined = redefined;
    }

    /** Begins to look at what the subject was, from an instant on. */
    void begin(long instant) {
        for (SubjectMemory.Pending pending : memory.pending()) {
            if (pending.kind().isOfState() && pending.cause().micros() >= instant) {
                ofState.add(pending);
            }
        }
        ofState.sort(Comparator.comparing(SubjectMemory.Pending::cause));
    }

    /** The instant of the earliest cause, or {@link Micros#NEVER}. */
    long earliest() {
        long earliest = Micros.NEVER;
        for (SubjectMemory.Pending pending : memory.pending()) {
            earliest = Math.min(earliest, pending.cause().micros());
        }
        return earliest;
    }

    boolean hasAbsence() {
        for (SubjectMemory.Pending pending : memory.pending()) {
            if (pending.kind() == SubjectMemory.CauseKind.ABSENCE) {
                return true;
            }
        }
        return false;
    }

    /** Holds what was entered, left or reached before an instant against what the subject is there. */
    void checkStates(SubjectFold fold, long before) {
        while (!ofState.isEmpty() && ofState.get(0).cause().micros() < before) {
            SubjectMemory.Pending pending = ofState.remove(0);
            if (pending.segment() == null) {
                watched.check(pending, fold.watches());
                continue;
            }
            boolean entered = pending.kind() == SubjectMemory.CauseKind.ENTERED;
            for (int i = 0; i < plan.segments().size(); i++) {
                if (plan.segments().get(i).id().equals(pending.segment())
                        && !redefined.get(i)
                        && fold.members().get(i) != entered) {
                    firings.cancel(
                            Cancellation.Reason.SUPERSEDED,
                            other -> other.actionId().equals(pending.actionId()));
                }
            }
        }
    }

    /** Asks of an event that was decided before whether it would still lead to what is pending. */
    void checkEvent(SubjectFold fold, EventView event) {
        if (!memory.pending().isEmpty()) {
            check(
                    fold,
                    pending -> (pending.kind() == SubjectMemory.CauseKind.EVENT
                                    || pending.kind() == SubjectMemory.CauseKind.SEQUENCE)
                            && pending.cause().id().equals(event.id()),
                    event,
                    event.micros());
        }
    }

    /** Asks of an absence that was decided before whether it would still lead to what is pending. */
    void checkAbsence(SubjectFold fold, AbsenceRule rule, Absences.Start start, long instant) {
        if (!memory.pending().isEmpty()) {
            check(fold, pending -> isOf(pending, rule, start), null, instant);
        }
    }

    private void check(
            SubjectFold fold, Predicate<SubjectMemory.Pending> ofCause, @Nullable EventView event, long instant) {
        firings.cancel(Cancellation.Reason.SUPERSEDED, pending -> {
            CompiledTrigger trigger = ofCause.test(pending) ? plan.trigger(pending.triggerId()) : null;
            return trigger != null
                    && trigger.trigger().version() == pending.triggerVersion()
                    && !((pending.kind() != SubjectMemory.CauseKind.SEQUENCE
                                    || fold.sequences().completed(trigger))
                            && trigger.isTargetAtTrigger(fold.members())
                            && trigger.holds(event, event == null, fold.facts(instant)));
        });
    }

    /** Cancels what an absence led to that did not come about. */
    void prevented(AbsenceRule rule, Absences.Start start) {
        firings.cancel(Cancellation.Reason.SUPERSEDED, pending -> isOf(pending, rule, start));
    }

    private static boolean isOf(SubjectMemory.Pending pending, AbsenceRule rule, Absences.Start start) {
        return pending.kind() == SubjectMemory.CauseKind.ABSENCE
                && pending.triggerId().equals(rule.trigger().trigger().id())
                && pending.cause().id().equals(start.id());
    }
}
