package io.behavioranalytics.decision;

import io.behavioranalytics.action.Action;
import io.behavioranalytics.condition.ProfileFacts;
import io.behavioranalytics.condition.Truth;
import io.behavioranalytics.event.EventKey;
import io.behavioranalytics.event.EventView;
import io.behavioranalytics.event.Micros;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.trigger.Cancellation;
import io.behavioranalytics.trigger.CausalDepth;
import io.behavioranalytics.trigger.Channel;
import io.behavioranalytics.trigger.QuietHours;
import io.behavioranalytics.trigger.ScheduledAction;
import io.behavioranalytics.trigger.Skip;
import io.behavioranalytics.trigger.Trigger;
import io.behavioranalytics.trigger.TriggerCause;
import io.behavioranalytics.trigger.TriggerExecution;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
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

    /** An action that is left, and its planned instant. */
    private record Planned(UUID id, Action action, Instant at) {}

    /**
     * What a firing would do.
     *
     * @param executionId the firing's id
     * @param actions the actions that are left; if there is none, nothing fires
     * @param slots what they take of caps
     * @param dropped why nothing fires, or some actions are not among those left
     */
    private record Prepared(
            @Nullable UUID executionId,
            List<Planned> actions,
            List<Reservations.Slot> slots,
            Set<Skip.Reason> dropped) {}

    private final Plan plan;
    private final SubjectId subject;
    private final SubjectMemory memory;
    private final long now;
    private final Instant decidedAt;
    private final List<Wake> woken = new ArrayList<>();

    final List<TriggerExecution> executions = new ArrayList<>();
    final List<Skip> skips = new ArrayList<>();
    final List<ScheduledAction> scheduled = new ArrayList<>();
    final List<Cancellation> cancelled = new ArrayList<>();

    Firings(Plan plan, SubjectId subject, SubjectMemory memory, long now) {
        this.plan = plan;
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
        // Nothing that fires changes the profile within one decision.
        ProfileFacts facts = fold.facts(instant);
        Set<String> decidedGroups = Set.of();
        for (int i = 0; i < woken.size(); i++) {
            Wake wake = woken.get(i);
            String group = wake.trigger().trigger().moderation().exclusiveGroup();
            if (group == null) {
                decide(wake, prepare(wake, fold, facts));
            } else if (!decidedGroups.contains(group)) {
                decidedGroups = decidedGroups.isEmpty() ? new HashSet<>() : decidedGroups;
                decidedGroups.add(group);
                decideGroup(group, woken.subList(i, woken.size()), fold, facts);
            }
        }
        woken.clear();
    }

    /** S19: who is blocked for a reason of his own steps aside; then the first fires, and the others do not. */
    private void decideGroup(String group, List<Wake> candidates, SubjectFold fold, ProfileFacts facts) {
        List<Wake> others = new ArrayList<>();
        Wake first = null;
        Prepared best = null;
        for (Wake wake : candidates) {
            if (!group.equals(wake.trigger().trigger().moderation().exclusiveGroup())) {
                continue;
            }
            Prepared prepared = prepare(wake, fold, facts);
            if (prepared.actions().isEmpty()) {
                decide(wake, prepared);
            } else if (best == null) {
                first = wake;
                best = prepared;
            } else {
                others.add(wake);
            }
        }
        if (first != null && best != null) {
            decide(first, best);
        }
        others.forEach(wake -> skip(wake, Skip.Reason.EXCLUSIVE_GROUP));
    }

    private void decide(Wake wake, Prepared prepared) {
        prepared.dropped().forEach(reason -> skip(wake, reason));
        UUID executionId = prepared.executionId();
        if (executionId != null && !prepared.actions().isEmpty()) {
            fire(wake, executionId, prepared);
        }
    }

    private void skip(Wake wake, Skip.Reason reason) {
        Trigger trigger = wake.trigger().trigger();
        skips.add(new Skip(
                trigger.id(),
                trigger.key(),
                trigger.version(),
                subject,
                Micros.toInstant(wake.cameTrue()),
                decidedAt,
                reason));
    }

    /** What a firing would do: the actions that are left, and why others are not. Changes nothing. */
    private Prepared prepare(Wake wake, SubjectFold fold, ProfileFacts facts) {
        Skip.Reason reason = reasonToSkip(wake, fold, facts);
        if (reason != null) {
            return new Prepared(null, List.of(), List.of(), Set.of(reason));
        }
        CompiledTrigger trigger = wake.trigger();
        UUID executionId = executionId(wake);
        Instant expiry = trigger.trigger().moderation().expiryOf(decidedAt);
        List<Planned> left = new ArrayList<>();
        List<Reservations.Slot> slots = List.of();
        EnumSet<Skip.Reason> dropped = EnumSet.noneOf(Skip.Reason.class);
        List<Action> actions = trigger.trigger().actions();
        for (int i = 0; i < actions.size(); i++) {
            Action action = actions.get(i);
            UUID actionId = named(executionId + "|" + i);
            boolean reaches = !Channel.isCoreEffect(action);
            Instant due = dueOf(wake, action, reaches);
            Instant planned = reaches && !trigger.quietHours().equals(QuietHours.NONE)
                    ? trigger.quietHours().endFrom(due, fold.zone())
                    : due;
            if (expiry != null && !planned.isBefore(expiry)) {
                dropped.add(due.isBefore(expiry) ? Skip.Reason.QUIET_HOURS : Skip.Reason.EXPIRED);
                continue;
            }
            if (reaches && !trigger.caps().isEmpty()) {
                Reservations.Slot slot =
                        new Reservations.Slot(actionId, trigger.trigger().id(), Channel.of(action), Micros.of(planned));
                if (trigger.caps().stream().anyMatch(rule -> rule.counts(slot))) {
                    if (!memory.reservations().admit(slot, slots, trigger.caps(), fold.zone())) {
                        dropped.add(Skip.Reason.CAP);
                        continue;
                    }
                    slots = slots.isEmpty() ? new ArrayList<>() : slots;
                    slots.add(slot);
                }
            }
            long depth = reaches ? 0 : CausalDepth.of(wake.event()) + 1;
            if (depth > CausalDepth.MOST) {
                dropped.add(Skip.Reason.DEPTH);
                continue;
            }
            left.add(new Planned(actionId, reaches ? action : CausalDepth.in(action, depth), planned));
        }
        return new Prepared(executionId, left, slots, dropped);
    }

    /**
     * When an action is due. At one instant events come before what the clock brings (S3), so an effect of the clock lies behind its
     * instant: at it, an event would prevent the very absence, or keep the very member, that it follows from.
     */
    private Instant dueOf(Wake wake, Action action, boolean reaches) {
        Instant due = decidedAt.plus(action.delay());
        boolean byClock = wake.event() == null || wake.kind() == SubjectMemory.CauseKind.ABSENCE;
        return !reaches && byClock && Micros.of(due) == wake.cameTrue() ? due.plus(1, ChronoUnit.MICROS) : due;
    }

    private Skip.@Nullable Reason reasonToSkip(Wake wake, SubjectFold fold, ProfileFacts facts) {
        CompiledTrigger trigger = wake.trigger();
        if (wake.cameTrue() < wake.oldest()) {
            return Skip.Reason.TOO_OLD;
        }
        if (wake.cameTrue() < trigger.start() || now >= trigger.end()) {
            return Skip.Reason.INACTIVE;
        }
        if (!trigger.isTargetAtTrigger(fold.members())) {
            return Skip.Reason.TARGET_SEGMENT;
        }
        boolean tested = wake.kind() == SubjectMemory.CauseKind.ABSENCE;
        Truth holds = trigger.test(wake.event(), tested, facts);
        if (holds != Truth.TRUE) {
            return holds == Truth.FALSE ? Skip.Reason.CONDITION : Skip.Reason.CONDITION_UNKNOWN;
        }
        if (now < cooldownEnds(trigger, memory)) {
            return Skip.Reason.COOLDOWN;
        }
        SubjectMemory.Firing last = memory.firing(trigger.trigger().id());
        Integer most = trigger.trigger().moderation().maxPerLead();
        return most != null && last != null && last.count() >= most ? Skip.Reason.MAX_PER_LEAD : null;
    }

    /** The first instant at which a trigger's cooldown is over; {@link Micros#ALWAYS} if it never fired. */
    static long cooldownEnds(CompiledTrigger trigger, SubjectMemory memory) {
        SubjectMemory.Firing last = memory.firing(trigger.trigger().id());
        return last == null
                ? Micros.ALWAYS
                : Micros.plus(last.last(), Plan.micros(trigger.trigger().cooldown()));
    }

    private UUID executionId(Wake wake) {
        Trigger trigger = wake.trigger().trigger();
        // Two firings never share an id, since each has its number: by one event a membership may come and go several
        // times within one instant, and an event's id may come again once the first was purged. That nothing is decided
        // twice is not left to the id: the subject's version and the ids of stored events see to it.
        SubjectMemory.Firing last = memory.firing(trigger.id());
        return named(trigger.id() + "|" + trigger.version() + "|" + subject + "|" + wake.cause() + "|" + wake.cameTrue()
                + "|" + now + "|" + (last == null ? 0 : last.count()));
    }

    private void fire(Wake wake, UUID executionId, Prepared prepared) {
        Trigger trigger = wake.trigger().trigger();
        Instant expiry = trigger.moderation().expiryOf(decidedAt);
        List<UUID> actionIds = new ArrayList<>();
        for (Planned planned : prepared.actions()) {
            actionIds.add(planned.id());
            scheduled.add(new ScheduledAction(
                    planned.id(),
                    executionId,
                    trigger.id(),
                    trigger.key(),
                    subject,
                    planned.action(),
                    describe(wake.cause()),
                    trigger.priority(),
                    planned.at()));
            memory.pending()
                    .add(new SubjectMemory.Pending(
                            planned.id(),
                            trigger.id(),
                            trigger.version(),
                            wake.kind(),
                            wake.causeKey(),
                            wake.segment(),
                            wake.trigger().cancelOn(),
                            expiry == null ? Micros.NEVER : Micros.of(expiry)));
        }
        memory.reservations().prune(now, plan.capReach());
        memory.reservations().take(prepared.slots());
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
        if (cause instanceof TriggerCause.Pattern changed) {
            return "pattern " + changed.to().json() + " after " + changed.from().json();
        }
        if (cause instanceof TriggerCause.Crossing crossing) {
            return crossing.score() + " crossed " + crossing.threshold();
        }
        TriggerCause.Membership membership = (TriggerCause.Membership) cause;
        return (membership.entered() ? "entered " : "left ") + membership.segmentKey();
    }

    /**
     * Says whether an action that is due may be begun, on the state as it is now; cancels it if it never may.
     *
     * @param actionId the action
     * @param reaches whether it reaches the lead
     */
    Release release(UUID actionId, boolean reaches, SubjectFold fold) {
        SubjectMemory.Pending pending = null;
        for (SubjectMemory.Pending one : memory.pending()) {
            pending = one.actionId().equals(actionId) ? one : pending;
        }
        if (pending == null) {
            return new Release.Unknown();
        }
        CompiledTrigger trigger = plan.trigger(pending.triggerId());
        if (trigger == null || !trigger.isActive()) {
            return cancelForGood(actionId, Cancellation.Reason.SWITCHED_OFF);
        }
        long expiry = Math.min(pending.expiresAt(), trigger.end());
        if (now >= expiry) {
            return cancelForGood(actionId, Cancellation.Reason.EXPIRED);
        }
        if (reaches && !trigger.quietHours().equals(QuietHours.NONE)) {
            Instant until = trigger.quietHours().endFrom(decidedAt, fold.zone());
            if (until.isAfter(decidedAt)) {
                return Micros.of(until) >= expiry
                        ? cancelForGood(actionId, Cancellation.Reason.EXPIRED)
                        : new Release.Hold(until);
            }
        }
        if (trigger.trigger().moderation().recheck().atExecution()
                && !trigger.holdsAtExecution(fold.members(), fold.facts(now))) {
            return cancelForGood(actionId, Cancellation.Reason.CONDITION);
        }
        return new Release.Go();
    }

    /** Cancels what is certainly not being carried out, so that its slot is free. */
    private Release cancelForGood(UUID actionId, Cancellation.Reason reason) {
        cancel(reason, pending -> pending.actionId().equals(actionId));
        memory.reservations().giveBack(actionId);
        return new Release.Cancelled(reason);
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
                memory.reservations().giveBack(pending.actionId(), now);
                all.remove();
            }
        }
    }
}
