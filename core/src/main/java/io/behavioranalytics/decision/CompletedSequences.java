package io.behavioranalytics.decision;

import io.behavioranalytics.event.Category;
import io.behavioranalytics.event.EventKey;
import io.behavioranalytics.event.EventView;
import io.behavioranalytics.event.Micros;
import io.behavioranalytics.trigger.Cancellation;
import io.behavioranalytics.trigger.TriggerCause;
import io.behavioranalytics.trigger.TriggerEvent;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The sequences that events complete in one decision, against what was decided of them: a late event may let another, which was decided
 * already, complete one (S18).
 *
 * <p>What was decided is found anew: beside the corrected timeline go the events that were decided here, by themselves, and those that
 * come from other subjects. What a departure alone lets come true wakes nothing, as with silences. Not thread-safe.
 */
final class CompletedSequences {
    /** The completion of a trigger's sequence by an event. */
    private record Completion(UUID triggerId, UUID eventId) {}

    private final Plan plan;
    private final Walk.News news;
    private final Firings firings;
    private final long asOf;
    private final long oldestByEvent;
    private final long oldestByClock;
    private final Set<UUID> newcomers = new HashSet<>();
    private final Set<Completion> late = new HashSet<>();
    private @Nullable Sequences before;
    private @Nullable Sequences elsewhere;

    CompletedSequences(Plan plan, Walk.News news, Firings firings, long asOf, long oldestByEvent, long oldestByClock) {
        this.plan = plan;
        this.news = news;
        this.firings = firings;
        this.asOf = asOf;
        this.oldestByEvent = oldestByEvent;
        this.oldestByClock = oldestByClock;
    }

    /**
     * Begins to walk.
     *
     * @param fold before the first event that came or went
     * @param begin the first event's instant
     */
    void begin(SubjectFold fold, long begin) {
        if (plan.sequences().isEmpty()) {
            return;
        }
        news.newcomers().forEach(event -> newcomers.add(event.id()));
        before = begin <= asOf ? fold.sequences().copy(plan.sequences()) : null;
        elsewhere = news.arrived().isEmpty() ? null : new Sequences(plan.sequences());
    }

    /** Begins anew without what is past its retention at an instant. */
    void forget(List<? extends EventView> events, int end, long instant) {
        Sequences here = before == null ? null : new Sequences(plan.sequences());
        Sequences there = elsewhere == null ? null : new Sequences(plan.sequences());
        before = here;
        elsewhere = there;
        for (EventView event : events.subList(0, end)) {
            if (plan.settings().retention().expiresAt(event) > instant) {
                follow(event);
            }
        }
    }

    private @Nullable Sequences follow(EventView event) {
        Sequences decided = news.arrived().containsKey(event.id()) ? elsewhere : before;
        if (decided == null || (decided == before && newcomers.contains(event.id()))) {
            return null;
        }
        decided.apply(event);
        return decided;
    }

    /**
     * Wakes the triggers whose sequence an event completes and was not decided to complete.
     *
     * @param event the last one of the fold
     */
    void happened(EventView event, SubjectFold fold) {
        if (plan.sequences().isEmpty() || event.category() == Category.SYSTEM) {
            return;
        }
        Sequences decided = follow(event);
        boolean fresh = news.fresh().contains(event.id());
        boolean undecided = fresh || event.micros() > news.arrived().getOrDefault(event.id(), asOf);
        if (!undecided && !news.arrived().containsKey(event.id())) {
            supersede(event, fold);
        }
        BitSet completed = fold.sequences().completed();
        for (int i = completed.nextSetBit(0); i >= 0; i = completed.nextSetBit(i + 1)) {
            SequenceRule rule = plan.sequences().get(i);
            boolean known =
                    !undecided && (decided == null || decided.completed().get(i));
            if (known || event.imported()) {
                continue;
            }
            if (rule.waits()) {
                if (!undecided) {
                    late.add(new Completion(rule.trigger().trigger().id(), event.id()));
                }
                continue;
            }
            firings.wake(new Firings.Wake(
                    rule.trigger(),
                    new TriggerCause.Event(event.id()),
                    SubjectMemory.CauseKind.SEQUENCE,
                    event.key(),
                    null,
                    event,
                    event.micros(),
                    undecided && !fresh ? oldestByClock : oldestByEvent));
        }
    }

    /** Cancels what waits because nothing followed an event that turns out to complete no sequence. */
    private void supersede(EventView event, SubjectFold fold) {
        firings.cancel(Cancellation.Reason.SUPERSEDED, pending -> {
            boolean waited = pending.kind() == SubjectMemory.CauseKind.ABSENCE
                    && pending.cause().id().equals(event.id());
            CompiledTrigger trigger = waited ? plan.trigger(pending.triggerId()) : null;
            return trigger != null
                    && trigger.trigger().event() instanceof TriggerEvent.Sequence
                    && trigger.trigger().version() == pending.triggerVersion()
                    && trigger.isActive()
                    && !fold.sequences().completed(trigger);
        });
    }

    /** Whether an event that was decided already has turned out only now to be what nothing may follow. */
    boolean isLate(AbsenceRule rule, Absences.Start start) {
        return !late.isEmpty()
                && late.contains(new Completion(rule.trigger().trigger().id(), start.id()));
    }

    /** Wakes a trigger whose event stayed away long ago, if that has turned out only now. */
    void matured(AbsenceRule rule, Absences.Start start) {
        boolean fresh = rule instanceof SequenceRule && news.fresh().contains(start.id());
        if ((fresh && !start.imported()) || isLate(rule, start)) {
            long instant = Micros.plus(start.micros(), rule.within());
            firings.wake(stayedAway(rule, start, instant, oldestByEvent));
        }
    }

    /** That nothing followed an event. */
    static Firings.Wake stayedAway(AbsenceRule rule, Absences.Start start, long instant, long oldest) {
        return new Firings.Wake(
                rule.trigger(),
                new TriggerCause.Absence(start.id()),
                SubjectMemory.CauseKind.ABSENCE,
                new EventKey(instant, Long.MAX_VALUE, start.id()),
                null,
                null,
                instant,
                oldest);
    }
}
