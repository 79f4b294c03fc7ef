package io.behavioranalytics.decision;

import io.behavioranalytics.condition.CompiledCondition;
import io.behavioranalytics.condition.Explanation;
import io.behavioranalytics.condition.ProfileFacts;
import io.behavioranalytics.condition.Reading;
import io.behavioranalytics.condition.Truth;
import io.behavioranalytics.condition.Verdict;
import io.behavioranalytics.event.EventView;
import io.behavioranalytics.event.Micros;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.profile.BehaviorPattern;
import io.behavioranalytics.segment.Cause;
import io.behavioranalytics.trigger.Skip;
import io.behavioranalytics.trigger.Trigger;
import io.behavioranalytics.trigger.TriggerCause;
import io.behavioranalytics.trigger.TriggerEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Asks one trigger about one moment: whether it fires says {@link Firings}, beside it stands everything that was asked. */
final class TriggerInquiry {
    private static final UUID NOBODY = new UUID(0, 0);

    /**
     * What was found.
     *
     * @param fires whether it fires
     * @param reasons why not, first met first
     * @param why everything that is asked
     */
    record Finding(boolean fires, List<Skip.Reason> reasons, Explanation why) {}

    private final Plan plan;
    private final SubjectId subject;
    private final CompiledTrigger trigger;
    private final SubjectMemory memory;
    private final @Nullable EventView event;
    private final long cameTrue;
    private final long decidedAt;
    private final Skip.@Nullable Reason logged;

    /**
     * @param logged for a moment of the past the reason that the log of skips has, else null
     * @param memory the facts up to the moment; changed by asking, so give a copy
     * @param event the causing event, or null if it is a membership or a silence
     */
    TriggerInquiry(
            Plan plan,
            SubjectId subject,
            CompiledTrigger trigger,
            SubjectMemory memory,
            @Nullable EventView event,
            long cameTrue,
            long decidedAt,
            Skip.@Nullable Reason logged) {
        this.plan = plan;
        this.subject = subject;
        this.trigger = trigger;
        this.memory = memory;
        this.event = event;
        this.cameTrue = cameTrue;
        this.decidedAt = decidedAt;
        this.logged = logged;
    }

    Finding on(SubjectFold fold) {
        List<Explanation> parts = new ArrayList<>();
        parts.add(status());
        parts.add(activeFrom());
        boolean asksProfile = trigger.trigger().moderation().recheck().atTrigger();
        boolean completed = isCompleted(fold);
        if (isSequence() && trigger.isActive() && !isSilence()) {
            parts.add(sequence(completed));
        }
        if (!trigger.everybody() && asksProfile) {
            parts.add(targets(fold));
        }
        ProfileFacts facts = fold.facts(cameTrue);
        for (CompiledCondition condition : trigger.conditions()) {
            if (condition.readsEvent() ? !isSilence() : asksProfile) {
                parts.add(condition.explain(event, facts));
            }
        }
        parts.add(cooldown());
        // A reason that nobody has put into words does not compile there.
        ModerationInquiry moderation = new ModerationInquiry(trigger, memory.copy(), fold.zone(), cameTrue, decidedAt);
        parts.addAll(moderation.asked());
        Firings firings = new Firings(plan, subject, memory, decidedAt);
        wakes(fold, completed).forEach(firings::wake);
        firings.fire(fold, cameTrue);
        UUID id = trigger.trigger().id();
        // What a leaf of its own tells is asked of today's timeline; the other reasons lie in facts that are not kept.
        boolean known = logged != null && moderation.beyond(logged) != null;
        boolean fires = trigger.isActive()
                && !known
                && firings.executions.stream()
                        .anyMatch(execution -> execution.triggerId().equals(id));
        List<Skip.Reason> reasons = firings.skips.stream()
                .filter(skip -> skip.triggerId().equals(id))
                .map(Skip::reason)
                .distinct()
                .toList();
        if (known) {
            reasons = List.of(logged);
        }
        // What still fires with fewer actions is blocked by nothing.
        for (Skip.Reason reason : fires ? List.<Skip.Reason>of() : reasons) {
            Explanation more = moderation.beyond(reason);
            if (more != null) {
                parts.add(more);
            }
        }
        long until = parts.stream()
                .map(Explanation::verdict)
                .reduce(Verdict.constant(Truth.TRUE), Verdict::and)
                .validUntil();
        return new Finding(
                fires, reasons, Explanation.joined(true, new Verdict(Truth.of(fires), until), List.copyOf(parts)));
    }

    private static Explanation no(String clause, String input, String seen, String needed) {
        return Explanation.leaf(Verdict.constant(Truth.FALSE), clause, yes(input, seen, needed), List.of());
    }

    private static Reading yes(String input, String seen, String needed) {
        return Reading.of(input, seen, value -> Truth.of(needed.equals(value))).or(List.of(needed));
    }

    private Explanation status() {
        String seen = trigger.trigger().status().json();
        return Explanation.leaf(
                Verdict.constant(Truth.of(trigger.isActive())),
                "status active",
                yes("status of the trigger", seen, Trigger.Status.ACTIVE.json()),
                List.of());
    }

    private Explanation activeFrom() {
        boolean begun = trigger.activeFrom() <= cameTrue;
        Instant from = trigger.trigger().activeFrom();
        Instant seen = Micros.toInstant(cameTrue);
        Reading reading = Reading.of(
                        "when it came true",
                        seen,
                        value -> Truth.of(
                                value instanceof Instant instant && trigger.activeFrom() <= Micros.of(instant)))
                .or(List.of(from));
        return Explanation.leaf(
                new Verdict(Truth.of(begun), begun ? Micros.NEVER : trigger.activeFrom()),
                "not before " + from,
                reading,
                List.of());
    }

    private Explanation targets(SubjectFold fold) {
        List<Explanation> parts = new ArrayList<>();
        for (int place = trigger.targets().nextSetBit(0);
                place >= 0;
                place = trigger.targets().nextSetBit(place + 1)) {
            boolean member = fold.members().get(place);
            String key = plan.segments().get(place).key();
            Reading reading = Reading.of("membership of " + key, member, value -> Truth.of(Boolean.TRUE.equals(value)))
                    .or(List.of(true, false));
            parts.add(Explanation.leaf(
                    new Verdict(Truth.of(member), fold.verdict(place, cameTrue).validUntil()),
                    "in segment " + key,
                    reading,
                    List.of()));
        }
        if (parts.isEmpty()) {
            return no("in one of its target segments, of which none is active", "target segments", "none", "some");
        }
        Verdict joined = parts.stream().map(Explanation::verdict).reduce(Verdict.constant(Truth.FALSE), Verdict::or);
        return Explanation.joined(
                false, new Verdict(Truth.of(trigger.targets(fold.members())), joined.validUntil()), parts);
    }

    private Explanation cooldown() {
        long ends = Firings.cooldownEnds(trigger, memory);
        boolean over = ends <= decidedAt;
        String seen =
                ends == Micros.ALWAYS ? "has not fired" : (over ? "over since " : "until ") + Micros.toInstant(ends);
        Reading reading = Reading.of(
                        "cooldown", seen, value -> seen.equals(value) ? Truth.of(over) : Truth.of("over".equals(value)))
                .or(List.of("over", "running"));
        return Explanation.leaf(
                new Verdict(Truth.of(over), over ? Micros.NEVER : ends),
                "cooldown of " + trigger.trigger().cooldown() + " over",
                reading,
                List.of());
    }

    private boolean isSilence() {
        return trigger.trigger().event() instanceof TriggerEvent.Inactivity
                || (trigger.trigger().event() instanceof TriggerEvent.Sequence sequence && sequence.waits());
    }

    private boolean isSequence() {
        return trigger.trigger().event() instanceof TriggerEvent.Sequence;
    }

    /** Whether the event, the last of the fold, completes the sequence; true for whatever waits for none. */
    private boolean isCompleted(SubjectFold fold) {
        return !isSequence()
                || isSilence()
                || (event != null && fold.sequences().completed(trigger));
    }

    private Explanation sequence(boolean completed) {
        String words =
                ((TriggerEvent.Sequence) trigger.trigger().event()).pattern().words();
        return Explanation.leaf(
                Verdict.constant(Truth.of(completed)),
                "the event completes " + words,
                Reading.of("the sequence with the event", completed, value -> Truth.of(Boolean.TRUE.equals(value)))
                        .or(List.of(true, false)),
                List.of());
    }

    /** This trigger, and those that the same event wakes: of an exclusive group another may go first. */
    private List<Firings.Wake> wakes(SubjectFold fold, boolean completed) {
        List<Firings.Wake> wakes = new ArrayList<>();
        Firings.Wake own = wake();
        boolean byEvent = own.kind() == SubjectMemory.CauseKind.EVENT || own.kind() == SubjectMemory.CauseKind.SEQUENCE;
        if (event != null && logged == null && trigger.isActive() && byEvent) {
            plan.onEvent(event.type()).forEach(other -> wakes.add(beside(own, other)));
            fold.sequences().completed().stream()
                    .mapToObj(place -> plan.sequences().get(place))
                    .filter(rule -> !rule.waits())
                    .forEach(rule -> wakes.add(beside(own, rule.trigger())));
        } else if (completed) {
            wakes.add(own);
        }
        return wakes;
    }

    private static Firings.Wake beside(Firings.Wake own, CompiledTrigger other) {
        return new Firings.Wake(
                other,
                own.cause(),
                own.kind(),
                own.causeKey(),
                own.segment(),
                own.event(),
                own.cameTrue(),
                own.oldest());
    }

    private Firings.Wake wake() {
        TriggerEvent on = trigger.trigger().event();
        TriggerCause cause;
        SubjectMemory.CauseKind kind;
        if (on instanceof TriggerEvent.SegmentEntered entered) {
            cause = new TriggerCause.Membership(String.valueOf(entered.segment()), true, new Cause.Clock());
            kind = SubjectMemory.CauseKind.ENTERED;
        } else if (on instanceof TriggerEvent.SegmentExited exited) {
            cause = new TriggerCause.Membership(String.valueOf(exited.segment()), false, new Cause.Clock());
            kind = SubjectMemory.CauseKind.EXITED;
        } else if (isSilence()) {
            cause = new TriggerCause.Absence(event == null ? NOBODY : event.id());
            kind = SubjectMemory.CauseKind.ABSENCE;
        } else if (on instanceof TriggerEvent.PatternChanged changed) {
            BehaviorPattern any = BehaviorPattern.EXPLORING;
            cause = new TriggerCause.Pattern(
                    changed.from() == null ? any : changed.from(),
                    changed.to() == null ? any : changed.to(),
                    new Cause.Clock());
            kind = SubjectMemory.CauseKind.PATTERN;
        } else if (on instanceof TriggerEvent.ScoreCrossed crossed) {
            cause = new TriggerCause.Crossing(crossed.score().json(), crossed.threshold(), new Cause.Clock());
            kind = SubjectMemory.CauseKind.CROSSED;
        } else {
            cause = new TriggerCause.Event(event == null ? NOBODY : event.id());
            kind = isSequence() ? SubjectMemory.CauseKind.SEQUENCE : SubjectMemory.CauseKind.EVENT;
        }
        return new Firings.Wake(
                trigger,
                cause,
                kind,
                event == null ? Firings.behindAll(cameTrue) : event.key(),
                null,
                event,
                cameTrue,
                Micros.ALWAYS);
    }
}
