package io.behavioranalytics.decision;

import io.behavioranalytics.condition.Explanation;
import io.behavioranalytics.condition.Verdict;
import io.behavioranalytics.event.EventKey;
import io.behavioranalytics.event.EventView;
import io.behavioranalytics.event.Micros;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.Timeline;
import io.behavioranalytics.segment.Segment;
import java.time.Instant;
import java.util.ArrayList;
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
     * @param remarks what has to be known beside
     * @return the explanation
     * @throws IllegalArgumentException if the plan does not evaluate the segment
     */
    public SegmentExplanation segment(
            UUID segmentId,
            SubjectId subject,
            Timeline timeline,
            Instant at,
            @Nullable EventKey until,
            List<String> remarks) {
        int place = place(segmentId);
        long now = Micros.of(at);
        List<EventView> events = views(timeline);
        List<EventView> visible = visible(events, now, until);
        SubjectFold fold = fold(visible, now);
        Explanation why = fold.explain(place, now, visible);
        Segment segment = plan.segments().get(place);
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
        for (int i = 0; i < MOST_INSTANTS; i++) {
            fold.evaluateAll(instant);
            Verdict verdict = fold.verdict(place, instant);
            if (verdict.matches() != member) {
                return new SegmentExplanation.Outlook(Micros.toInstant(instant), null);
            }
            int ahead = Decider.firstAt(events, Micros.plus(instant, 1));
            long arrives = ahead < events.size() ? events.get(ahead).micros() : Micros.NEVER;
            long changes = Math.min(arrives, fold.visibleUntil());
            instant = Math.min(verdict.validUntil(), changes);
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
