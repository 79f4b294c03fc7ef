package io.behavioranalytics.trigger;

import io.behavioranalytics.condition.Condition;
import io.behavioranalytics.condition.Operator;
import io.behavioranalytics.condition.ProfileField;
import io.behavioranalytics.event.EventCatalog;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.json.IsoTime;
import io.behavioranalytics.json.JsonPath;
import io.behavioranalytics.json.Violation;
import io.behavioranalytics.segment.ContradictionCheck;
import io.behavioranalytics.segment.Segment;
import io.behavioranalytics.segment.SegmentContext;
import io.behavioranalytics.segment.SequencePattern;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds why a trigger that is to be active can never fire, or never carries an action out: conditions that exclude each other, what
 * it waits for, or its target segments; dates that leave no time; an absence that is forgotten before it is over.
 *
 * <p>It refuses only what is certain. That the criteria of a target segment exclude the conditions is not: the host may add members
 * whatever the criteria.
 */
public final class Reachability {
    private final TriggerDraft draft;
    private final SegmentContext context;
    private final List<Violation> out;

    private Reachability(TriggerDraft draft, SegmentContext context, List<Violation> out) {
        this.draft = draft;
        this.context = context;
        this.out = out;
    }

    /**
     * Checks a draft.
     *
     * @param draft what is to be saved; if it is not to be active, its conditions alone are looked at
     * @param context what there is beside it
     * @param out receives what is wrong
     */
    public static void check(TriggerDraft draft, SegmentContext context, List<Violation> out) {
        new Reachability(draft, context, out).check();
    }

    private void check() {
        int before = out.size();
        ContradictionCheck.ofCause(draft.conditions(), List.of(), "conditions", "CONTRADICTION", out);
        types();
        ofEvents();
        if (out.size() == before) {
            exclusions();
        }
        pattern();
        ownEvent();
        if (draft.status() == Trigger.Status.ACTIVE) {
            dates();
            forgotten();
        }
    }

    private void refuse(String path, String code, String why) {
        out.add(new Violation(path, code, why));
    }

    /** Conditions on types of event that there are not. */
    private void types() {
        for (int i = 0; i < draft.conditions().size(); i++) {
            Condition condition = draft.conditions().get(i);
            boolean equals = condition.operator() == Operator.EQUALS || condition.operator() == Operator.IN;
            if (!condition.field().equals("eventType") || !equals || condition.negate()) {
                continue;
            }
            List<?> names =
                    condition.value() instanceof List<?> list ? list : List.of(String.valueOf(condition.value()));
            if (names.stream().noneMatch(name -> name instanceof String text && mayCome(text))) {
                refuse(
                        JsonPath.element("conditions", i),
                        "TYPE",
                        "there is no event type " + JsonPath.quote(String.valueOf(condition.value()))
                                + ": this never holds");
            }
        }
    }

    private boolean mayCome(String name) {
        return EventCatalog.isReserved(name)
                || (EventType.isName(name) && context.knownTypes().test(EventType.of(name)));
    }

    /** Events that must be and cannot be: the one whose absence is waited for, the steps of a sequence. */
    private void ofEvents() {
        if (draft.event() instanceof TriggerEvent.Inactivity inactivity) {
            ContradictionCheck.ofEvent(inactivity.afterConditions(), inactivity.after(), "event.afterConditions", out);
        } else if (draft.event() instanceof TriggerEvent.Sequence sequence) {
            List<SequencePattern.Step> steps = sequence.pattern().steps();
            for (int i = 0; i < steps.size(); i++) {
                String path = JsonPath.child(JsonPath.element("event.steps", i), "conditions");
                ContradictionCheck.ofEvent(
                        steps.get(i).conditions(), steps.get(i).eventType(), path, out);
            }
        }
    }

    /** What the event says already, and the conditions exclude; for each target segment, one of which must hold. */
    private void exclusions() {
        List<Condition> said = new ArrayList<>();
        if (draft.event() instanceof TriggerEvent.Happened happened) {
            said.add(Condition.of(
                    "eventType", Operator.EQUALS, happened.eventType().name()));
        } else if (draft.moderation().recheck().atTrigger()) {
            said.addAll(said(draft.event()));
        }
        List<Violation> byEvent = new ArrayList<>();
        ContradictionCheck.ofCause(draft.conditions(), said, "conditions", "UNREACHABLE", byEvent);
        out.addAll(byEvent);
        if (!byEvent.isEmpty() || draft.targetSegments().isEmpty()) {
            return;
        }
        for (String target : draft.targetSegments()) {
            Segment segment = context.segments().get(target);
            if (segment == null) {
                return; // The built-in one, or none, which is said elsewhere.
            }
            List<Condition> more = new ArrayList<>(said);
            more.add(in(segment.key()));
            List<Violation> byTarget = new ArrayList<>();
            ContradictionCheck.ofCause(draft.conditions(), more, "conditions", "UNREACHABLE", byTarget);
            if (byTarget.isEmpty()) {
                return;
            }
        }
        refuse(
                "targetSegments",
                "UNREACHABLE",
                "who is in one of them does not meet the event and the conditions: it would never fire");
    }

    /** What holds of the profile right after an event of the trigger came true. */
    private List<Condition> said(TriggerEvent event) {
        if (event instanceof TriggerEvent.SegmentEntered entered) {
            return named(entered.segment()).map(segment -> in(segment.key())).toList();
        }
        if (event instanceof TriggerEvent.SegmentExited exited) {
            return named(exited.segment())
                    .map(segment -> in(segment.key()).negated())
                    .toList();
        }
        if (event instanceof TriggerEvent.PatternChanged changed && changed.to() != null) {
            return List.of(Condition.of(
                    "pattern",
                    Operator.EQUALS,
                    Objects.requireNonNull(changed.to()).json()));
        }
        if (event instanceof TriggerEvent.ScoreCrossed crossed) {
            boolean up = crossed.direction() == TriggerEvent.Direction.UP;
            return List.of(Condition.of(
                    crossed.score().json(),
                    up ? Operator.GREATER_OR_EQUAL : Operator.LESS_THAN,
                    BigDecimal.valueOf(crossed.threshold())));
        }
        return List.of();
    }

    private Stream<Segment> named(@Nullable String reference) {
        return reference == null
                ? Stream.empty()
                : Stream.ofNullable(context.segments().get(reference));
    }

    private static Condition in(String key) {
        return Condition.of(ProfileField.SEGMENTS.json(), Operator.CONTAINS, key);
    }

    private void pattern() {
        if (draft.event() instanceof TriggerEvent.PatternChanged changed
                && changed.from() != null
                && changed.from() == changed.to()) {
            refuse("event.to", "UNREACHABLE", "must be another pattern than from: nothing changes into itself");
        }
    }

    /** What is not delayed is sent or not, depending on whether the next event or the dispatcher is first. */
    private void ownEvent() {
        boolean held = draft.moderation().quietHours() != null
                || draft.actions().stream().anyMatch(action -> !action.delay().isZero());
        if (draft.event() instanceof TriggerEvent.Happened happened
                && !held
                && !draft.actions().isEmpty()) {
            int place = draft.cancelOn().indexOf(happened.eventType());
            if (place >= 0) {
                refuse(
                        JsonPath.element("cancelOn", place),
                        "CONTRADICTION",
                        "is what the trigger waits for, and no action is delayed: whether the next event cancels it would be "
                                + "left to chance");
            }
        }
    }

    private void dates() {
        Instant end = draft.moderation().endDate();
        Instant expiry = draft.moderation().expiresAt();
        Instant start = draft.moderation().startDate();
        Instant now = context.now();
        if (end != null && !end.isAfter(now)) {
            refuse("endDate", "TIME", "lies in the past: the trigger would never fire");
        }
        if (expiry != null && !expiry.isAfter(now)) {
            refuse("expiresAt", "TIME", "lies in the past: nothing would be carried out");
        }
        Instant last = end == null || (expiry != null && expiry.isBefore(end)) ? expiry : end;
        if (start == null || last == null || !last.isAfter(start)) {
            return; // An end that is set to come soon may be meant to end what waits.
        }
        Duration left = Duration.between(start, last);
        boolean none = !draft.actions().isEmpty()
                && draft.actions().stream().allMatch(action -> action.delay().compareTo(left) >= 0);
        if (none) {
            refuse(
                    "actions",
                    "UNREACHABLE",
                    "each is due when the trigger has ended or expired, even if it fires on the startDate: it would never fire");
        }
    }

    /** An event that is forgotten while its absence is waited for ends the waiting. */
    private void forgotten() {
        if (draft.event() instanceof TriggerEvent.Inactivity inactivity) {
            EventType after = inactivity.after();
            Duration kept = context.kept(after == null ? List.of() : List.of(after));
            if (kept != null && inactivity.within().compareTo(kept) >= 0) {
                refuse(
                        "event.within",
                        "RETENTION",
                        "must be shorter than the time for which the event is kept, " + IsoTime.text(kept)
                                + ": it would never fire");
            }
        }
    }
}
