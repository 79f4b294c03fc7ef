package io.behavioranalytics.decision;

import io.behavioranalytics.condition.Explanation;
import io.behavioranalytics.condition.Reading;
import io.behavioranalytics.condition.Truth;
import io.behavioranalytics.condition.Verdict;
import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.EventKey;
import io.behavioranalytics.event.EventView;
import io.behavioranalytics.event.Micros;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.Timeline;
import io.behavioranalytics.segment.Segment;
import io.behavioranalytics.trigger.Skip;
import io.behavioranalytics.trigger.TriggerExecution;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Says why decisions are what they are, by the functions that decide: the same fold, the same evaluation, on a timeline that is
 * folded anew. Pure and thread-safe; nothing is decided by asking.
 */
public final class Explainer {
    /** So many instants at which an answer may change are looked at before the outlook ends. */
    private static final int MOST_INSTANTS = 10_000;

    /** So many moments are asked about a trigger, each of them on a timeline folded anew, before its outlook ends. */
    private static final int MOST_MOMENTS = 100;

    private final Plan plan;

    /**
     * Explains under a plan.
     *
     * @param plan the definitions; what is to be explained is among the active ones
     */
    public Explainer(Plan plan) {
        this.plan = plan;
    }

    /**
     * Explains a membership.
     *
     * @param segmentId an active segment of the plan
     * @param subject who
     * @param timeline all events of the subject
     * @param at the instant of the question
     * @param until the last event that is seen, or null for all up to the instant
     * @param known what has to be known beside; of a behavioral segment the calculations are remarked, too
     * @return the explanation
     * @throws IllegalArgumentException if the plan does not evaluate the segment
     */
    public SegmentExplanation segment(
            UUID segmentId,
            SubjectId subject,
            Timeline timeline,
            Instant at,
            @Nullable EventKey until,
            List<String> known) {
        int place = place(segmentId);
        long now = Micros.of(at);
        List<EventView> events = views(timeline);
        List<EventView> visible = visible(events, now, until);
        SubjectFold fold = fold(visible, now);
        Segment segment = plan.segments().get(place);
        List<String> remarks = new ArrayList<>(known);
        Explanation why = segment.isBehavioral()
                ? calculated(segment, place, events, fold, now, remarks)
                : fold.explain(place, now, visible);
        return new SegmentExplanation(
                subject,
                segment.id(),
                segment.key(),
                segment.version(),
                Micros.toInstant(now),
                why.verdict().matches(),
                why,
                outlook(place, events, fold, now),
                remarks);
    }

    /** Why the last calculation of a behavioral segment said what it did; remarks say when that was, when the next is, and what it would say now. */
    private Explanation calculated(
            Segment segment, int place, List<EventView> events, SubjectFold fold, long now, List<String> remarks) {
        long next = segment.calculations().next(now + 1);
        String ahead = next == Micros.NEVER ? "no other is scheduled" : "the next is at " + Micros.toInstant(next);
        long latest = segment.calculations().latest(now);
        if (fold.isSaid(place)) {
            remarks.add("the host has said so, whatever calculations say; " + ahead);
            return fold.explain(place, now, events);
        }
        if (latest == Micros.ALWAYS) {
            remarks.add("it has not been calculated yet; " + ahead);
            return Explanation.leaf(
                    Verdict.constant(Truth.FALSE),
                    "calculated at least once",
                    Reading.of(
                                    "calculations",
                                    0L,
                                    value -> Truth.of(Long.valueOf(1).equals(value)))
                            .or(List.of(1L)),
                    List.of());
        }
        List<EventView> then = new ArrayList<>();
        for (EventView event : visible(events, now, null)) {
            if (event.micros() <= latest) {
                then.add(event);
            }
        }
        Explanation why = fold(then, latest).explainCriteria(place, latest, then);
        remarks.add("as of the calculation of " + Micros.toInstant(latest) + "; " + ahead);
        if (fold.meetsCriteria(place, now) != why.verdict().matches()) {
            remarks.add("a calculation now would say otherwise");
        }
        return why;
    }

    /**
     * Explains a trigger for an event that is supposed to happen now: on the state after it.
     *
     * @param triggerId a trigger of the plan, of any status
     * @param subject for whom
     * @param timeline all events of the subject
     * @param stored what was decided last, whose facts are the cooldowns; null if nothing was
     * @param event the supposed event, its timestamp is moved on; null if the trigger waits for none
     * @param at the instant of the question
     * @param remarks what has to be known beside
     * @return the explanation
     * @throws IllegalArgumentException if the plan does not know the trigger
     * @throws java.io.UncheckedIOException if the state's bytes are damaged
     */
    public TriggerExplanation trigger(
            UUID triggerId,
            SubjectId subject,
            Timeline timeline,
            @Nullable SubjectState stored,
            @Nullable BehaviorEvent event,
            Instant at,
            List<String> remarks) {
        CompiledTrigger trigger = trigger(triggerId);
        SubjectMemory memory = SubjectSnapshot.of(subject, stored == null ? 0 : 1, stored, List.of(), timeline, true)
                .memory();
        List<EventView> events = views(timeline);
        long now = Micros.of(at);
        TriggerInquiry.Finding first = suppose(trigger, subject, memory, events, event, now);
        SegmentExplanation.Outlook outlook = new SegmentExplanation.Outlook(null, null);
        TriggerInquiry.Finding finding = first;
        for (int i = 0; ; i++) {
            long next = finding.why().verdict().validUntil();
            if (next == Micros.NEVER || finding.fires() != first.fires()) {
                break;
            }
            if (i == MOST_MOMENTS) {
                outlook = new SegmentExplanation.Outlook(null, Micros.toInstant(next));
                break;
            }
            finding = suppose(trigger, subject, memory, events, event, next);
            if (finding.fires() != first.fires()) {
                outlook = new SegmentExplanation.Outlook(Micros.toInstant(next), null);
            }
        }
        return explanation(trigger, subject, Micros.toInstant(now), Micros.toInstant(now), first, outlook, remarks);
    }

    private TriggerInquiry.Finding suppose(
            CompiledTrigger trigger,
            SubjectId subject,
            SubjectMemory memory,
            List<EventView> events,
            @Nullable BehaviorEvent event,
            long at) {
        BehaviorEvent moved = event == null ? null : event.at(Micros.toInstant(at));
        // Of the events of its own instant it sees those before it, as one that comes does.
        List<EventView> visible = visible(events, at, moved == null ? null : moved.key());
        if (moved != null) {
            visible.add(moved);
        }
        return new TriggerInquiry(plan, subject, trigger, memory.copy(), moved, at, at, null).on(fold(visible, at));
    }

    /**
     * Explains a trigger for a moment that has passed: on the timeline as it was then, as far as it is known today.
     *
     * @param triggerId a trigger of the plan, in the version that decided
     * @param subject for whom
     * @param timeline all events of the subject
     * @param earlier the firings of the trigger for the subject before it
     * @param eventId the causing event, or null if there is none
     * @param cameTrueAt the instant at which its event came true
     * @param decidedAt the decision instant
     * @param logged the reason that the log of skips has, or null for a firing
     * @param remarks what has to be known beside
     * @return the explanation
     * @throws IllegalArgumentException if the plan does not know the trigger
     */
    public TriggerExplanation trigger(
            UUID triggerId,
            SubjectId subject,
            Timeline timeline,
            List<TriggerExecution> earlier,
            @Nullable UUID eventId,
            Instant cameTrueAt,
            Instant decidedAt,
            Skip.@Nullable Reason logged,
            List<String> remarks) {
        CompiledTrigger trigger = trigger(triggerId);
        SubjectMemory memory = new SubjectMemory();
        earlier.forEach(execution -> memory.fired(triggerId, Micros.of(execution.executedAt())));
        int place = eventId == null ? -1 : timeline.indexOf(eventId);
        EventView event = place < 0 ? null : timeline.view(place);
        long cameTrue = Micros.of(cameTrueAt);
        EventKey until = event != null && event.micros() == cameTrue ? event.key() : null;
        SubjectFold fold = fold(visible(views(timeline), cameTrue, until), cameTrue);
        TriggerInquiry.Finding finding = new TriggerInquiry(
                        plan, subject, trigger, memory, event, cameTrue, Micros.of(decidedAt), logged)
                .on(fold);
        return explanation(
                trigger, subject, cameTrueAt, decidedAt, finding, new SegmentExplanation.Outlook(null, null), remarks);
    }

    private static TriggerExplanation explanation(
            CompiledTrigger trigger,
            SubjectId subject,
            Instant cameTrueAt,
            Instant decidedAt,
            TriggerInquiry.Finding finding,
            SegmentExplanation.Outlook outlook,
            List<String> remarks) {
        return new TriggerExplanation(
                subject,
                trigger.trigger().id(),
                trigger.trigger().key(),
                trigger.trigger().version(),
                cameTrueAt,
                decidedAt,
                finding.fires(),
                finding.reasons(),
                finding.why(),
                outlook,
                remarks);
    }

    private CompiledTrigger trigger(UUID triggerId) {
        CompiledTrigger trigger = plan.trigger(triggerId);
        if (trigger == null) {
            throw new IllegalArgumentException("trigger " + triggerId + " is not known under this plan");
        }
        return trigger;
    }

    private int place(UUID segmentId) {
        List<Segment> segments = plan.segments();
        for (int i = 0; i < segments.size(); i++) {
            if (segments.get(i).id().equals(segmentId)) {
                return i;
            }
        }
        throw new IllegalArgumentException("segment " + segmentId + " is not evaluated under this plan");
    }

    /** When the answer is another without an event that is not stored yet; each answer holds until the next look at the least. */
    private SegmentExplanation.Outlook outlook(int place, List<EventView> events, SubjectFold start, long now) {
        SubjectFold fold = start;
        boolean member = fold.verdict(place, now).matches();
        long instant = now;
        BitSet asked = new BitSet();
        asked.set(place);
        plan.evaluator().addDependencies(asked);
        for (int i = 0; i < MOST_INSTANTS; i++) {
            fold.evaluateAll(instant);
            Verdict verdict = fold.verdict(place, instant);
            if (verdict.matches() != member) {
                return new SegmentExplanation.Outlook(Micros.toInstant(instant), null);
            }
            int ahead = Decider.firstAt(events, Micros.plus(instant, 1));
            long arrives = ahead < events.size() ? events.get(ahead).micros() : Micros.NEVER;
            long changes = Math.min(arrives, fold.visibleUntil());
            instant = Math.min(fold.nextFlip(asked), changes);
            if (instant == Micros.NEVER) {
                return new SegmentExplanation.Outlook(null, null);
            }
            if (instant == changes) {
                fold = fold(visible(events, instant, null), instant);
            }
        }
        return new SegmentExplanation.Outlook(null, Micros.toInstant(instant));
    }

    private static List<EventView> views(Timeline timeline) {
        List<EventView> views = new ArrayList<>(timeline.size());
        for (int i = 0; i < timeline.size(); i++) {
            views.add(timeline.view(i));
        }
        return views;
    }

    /** The events that a decision at an instant sees (S2, S7). */
    private List<EventView> visible(List<EventView> events, long now, @Nullable EventKey until) {
        int end = until == null ? Decider.firstAt(events, Micros.plus(now, 1)) : Decider.firstBehind(events, until);
        List<EventView> visible = new ArrayList<>(end);
        for (EventView event : events.subList(0, end)) {
            if (plan.settings().retention().expiresAt(event) > now) {
                visible.add(event);
            }
        }
        return visible;
    }

    private SubjectFold fold(List<EventView> visible, long now) {
        SubjectFold fold = new SubjectFold(plan);
        fold.replay(visible, 0, visible.size(), now, now, new Checkpoints.Builder(Checkpoints.NONE, null));
        fold.evaluateAll(now);
        return fold;
    }
}
