package io.behavioranalytics.decision;

import io.behavioranalytics.action.Action;
import io.behavioranalytics.condition.Truth;
import io.behavioranalytics.event.EventKey;
import io.behavioranalytics.event.EventView;
import io.behavioranalytics.event.Micros;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.trigger.Cancellation;
import io.behavioranalytics.trigger.ScheduledAction;
import io.behavioranalytics.trigger.Skip;
import io.behavioranalytics.trigger.TriggerCause;
import io.behavioranalytics.trigger.TriggerExecution;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The triggers that fire, or do not, in one decision about one subject, and the pending actions that it cancels. */
final class Firings {
    private static final UUID BEHIND_ALL = new UUID(-1L, -1L);

    /**
     * A trigger whose event came true.
     *
     * @param cause why
     * @param kind the same, as memory keeps it
     * @param causeKey the event's place, or a place behind all events of the instant
     * @param segment the segment entered or left, or null
     * @param event the causing event, or null
     * @param cameTrue when
     * @param oldest the instant at or behind which it must have come true to fire
     */
    record Wake(
            CompiledTrigger trigger,
            TriggerCause cause,
            SubjectMemory.CauseKind kind,
            EventKey causeKey,
            @Nullable UUID segment,
            @Nullable EventView event,
            long cameTrue,
            long oldest) {}

    private final SubjectId subject;
    private final SubjectMemory memory;
    private final long now;
    private final Instant decidedAt;
    private final List<Wake> woken = new ArrayList<>();

    final List<TriggerExecution> executions = new ArrayList<>();
    final List<Skip> skips = new ArrayList<>();
    final List<ScheduledAction> scheduled = new ArrayList<>();
    final List<Cancellation> cancelled = new ArrayList<>();

    Firings(SubjectId subject, SubjectMemory memory, long now) {
        this.subject = subject;
        this.memory = memory;
        this.now = now;
        this.decidedAt = Micros.toInstant(now);
    }

    static EventKey behindAll(long micros) {
        return new EventKey(micros, Long.MAX_VALUE, BEHIND_ALL);
    }

    void wake(Wake wake) {
        if (wake.trigger().activeFrom() <= wake.cameTrue()) {
            woken.add(wake);
        }
    }

    /** Lets those that woke fire, on the state as it is now. */
    void fire(SubjectFold fold, long instant) {
        if (woken.isEmpty()) {
            return;
        }
        woken.sort((a, b) -> Plan.FIRING_ORDER.compare(a.trigger(), b.trigger()));
        for (Wake wake : woken) {
            Skip.Reason reason = reasonToSkip(wake, fold, instant);
            if (reason == null) {
                fire(wake);
            } else {
                skips.add(new Skip(
                        wake.trigger().trigger().id(),
                        wake.trigger().trigger().key(),
                        wake.trigger().trigger().version(),
                        subject,
                        Micros.toInstant(wake.cameTrue()),
                        decidedAt,
                        reason));
            }
        }
        woken.clear();
    }

    private Skip.@Nullable Reason reasonToSkip(Wake wake, SubjectFold fold, long instant) {
        CompiledTrigger trigger = wake.trigger();
        if (wake.cameTrue() < wake.oldest()) {
            return Skip.Reason.TOO_OLD;
        }
        if (!trigger.targets(fold.members())) {
            return Skip.Reason.TARGET_SEGMENT;
        }
        boolean tested = wake.kind() == SubjectMemory.CauseKind.ABSENCE;
        Truth holds = trigger.test(wake.event(), tested, fold.facts(instant));
        if (holds != Truth.TRUE) {
            return holds == Truth.FALSE ? Skip.Reason.CONDITION : Skip.Reason.CONDITION_UNKNOWN;
        }
        return now < cooldownEnds(trigger, memory) ? Skip.Reason.COOLDOWN : null;
    }

    /** The first instant at which a trigger's cooldown is over; {@link Micros#ALWAYS} if it never fired. */
    static long cooldownEnds(CompiledTrigger trigger, SubjectMemory memory) {
        SubjectMemory.Firing last = memory.firing(trigger.trigger().id());
        return last == null
                ? Micros.ALWAYS
                : Micros.plus(last.last(), Plan.micros(trigger.trigger().cooldown()));
    }

    private void fire(Wake wake) {
        var trigger = wake.trigger().trigger();
        // Two firings never share an id, since each has its number: by one event a membership may come and go several
        // times within one instant, and an event's id may come again once the first was purged. That nothing is decided
        // twice is not left to the id: the subject's version and the ids of stored events see to it.
        SubjectMemory.Firing last = memory.firing(trigger.id());
        UUID executionId = named(trigger.id() + "|" + trigger.version() + "|" + subject + "|" + wake.cause() + "|"
                + wake.cameTrue() + "|" + now + "|" + (last == null ? 0 : last.count()));
        List<UUID> actionIds = new ArrayList<>();
        for (Action action : trigger.actions()) {
            UUID actionId = named(executionId + "|" + actionIds.size());
            actionIds.add(actionId);
            scheduled.add(new ScheduledAction(
                    actionId,
                    executionId,
                    trigger.id(),
                    trigger.key(),
                    subject,
                    action,
                    describe(wake.cause()),
                    trigger.priority(),
                    decidedAt.plus(action.delay())));
            memory.pending()
                    .add(new SubjectMemory.Pending(
                            actionId,
                            trigger.id(),
                            trigger.version(),
                            wake.kind(),
                            wake.causeKey(),
                            wake.segment(),
                            wake.trigger().cancelOn()));
        }
        memory.fired(trigger.id(), now);
        executions.add(new TriggerExecution(
                executionId,
                trigger.id(),
                trigger.key(),
                trigger.version(),
                subject,
                subject.isLead() ? subject.value() : null,
                Micros.toInstant(wake.cameTrue()),
                decidedAt,
                wake.cause(),
                actionIds));
    }

    private static UUID named(String name) {
        return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
    }

    private static String describe(TriggerCause cause) {
        if (cause instanceof TriggerCause.Event event) {
            return "event " + event.eventId();
        }
        if (cause instanceof TriggerCause.Absence absence) {
            return "nothing followed event " + absence.eventId();
        }
        TriggerCause.Membership membership = (TriggerCause.Membership) cause;
        return (membership.entered() ? "entered " : "left ") + membership.segmentKey();
    }

    /** Cancels what an event cancels, if it lies behind the cause. */
    void cancelOn(EventView event) {
        if (memory.pending().isEmpty()) {
            return;
        }
        EventKey key = event.key();
        cancel(
                Cancellation.Reason.CANCEL_ON,
                pending -> pending.cancelOn().contains(event.type()) && key.compareTo(pending.cause()) > 0);
    }

    void cancel(Cancellation.Reason reason, Predicate<SubjectMemory.Pending> which) {
        for (Iterator<SubjectMemory.Pending> all = memory.pending().iterator(); all.hasNext(); ) {
            SubjectMemory.Pending pending = all.next();
            if (which.test(pending)) {
                cancelled.add(new Cancellation(pending.actionId(), reason));
                all.remove();
            }
        }
    }
}
