package io.behavioranalytics.proof;

import io.behavioranalytics.condition.Condition;
import io.behavioranalytics.condition.Truth;
import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.segment.SequencePattern;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Sequences by trying every assignment of events to steps, each held against every constraint as S14 words it. */
final class NaiveSequences {
    private final SequencePattern pattern;
    private final List<BehaviorEvent> events;
    private final boolean certainly;
    private final List<SequencePattern.Step> taking = new ArrayList<>();
    private final int[] steps;

    /**
     * A pattern on a timeline.
     *
     * @param pattern the pattern
     * @param events in order
     * @param certainly whether what is unknown counts against the pattern rather than for it
     */
    NaiveSequences(SequencePattern pattern, List<BehaviorEvent> events, boolean certainly) {
        this.pattern = pattern;
        this.events = events;
        this.certainly = certainly;
        List<Integer> places = new ArrayList<>();
        for (int i = 0; i < pattern.steps().size(); i++) {
            if (!pattern.steps().get(i).negate()) {
                taking.add(pattern.steps().get(i));
                places.add(i);
            }
        }
        this.steps = places.stream().mapToInt(Integer::intValue).toArray();
    }

    /**
     * Tells whether an assignment exists that meets the constraints and what else is asked.
     *
     * @param accept what else is asked of the assigned events
     * @return true if one does
     */
    boolean exists(Predicate<List<BehaviorEvent>> accept) {
        return exists(new ArrayList<>(), accept);
    }

    /**
     * Tells whether an assignment meets the constraints.
     *
     * @param assigned an event for each step that takes one
     * @return true if each event meets its step and all of them the constraints
     */
    boolean holds(List<BehaviorEvent> assigned) {
        List<Integer> places = new ArrayList<>();
        for (int i = 0; i < assigned.size(); i++) {
            int place = events.indexOf(assigned.get(i));
            Truth match = match(taking.get(i), assigned.get(i));
            boolean counts = match == Truth.TRUE || (!certainly && match == Truth.UNKNOWN);
            if (!counts || place < 0 || (i > 0 && place <= places.get(i - 1))) {
                return false;
            }
            places.add(place);
        }
        return places.size() == taking.size() && meetsAll(places);
    }

    private boolean exists(List<Integer> places, Predicate<List<BehaviorEvent>> accept) {
        if (places.size() == taking.size()) {
            return meetsAll(places)
                    && accept.test(places.stream().map(events::get).toList());
        }
        int from = places.isEmpty() ? 0 : places.get(places.size() - 1) + 1;
        for (int i = from; i < events.size(); i++) {
            Truth match = match(taking.get(places.size()), events.get(i));
            if (match == Truth.TRUE || (!certainly && match == Truth.UNKNOWN)) {
                places.add(i);
                boolean found = exists(places, accept);
                places.remove(places.size() - 1);
                if (found) {
                    return true;
                }
            }
        }
        return false;
    }

    static Truth match(SequencePattern.Step step, BehaviorEvent event) {
        if (step.eventType() != null && !step.eventType().equals(event.type())) {
            return Truth.FALSE;
        }
        List<Truth> answers = new ArrayList<>();
        for (Condition condition : step.conditions()) {
            answers.add(NaiveConditions.ofEvent(condition, event));
        }
        return NaiveEvaluator.all(answers);
    }

    private boolean meetsAll(List<Integer> places) {
        Instant first = at(places.get(0));
        Instant last = at(places.get(places.size() - 1));
        if (pattern.within() != null && Duration.between(first, last).compareTo(pattern.within()) > 0) {
            return false;
        }
        for (int i = 1; i < places.size(); i++) {
            SequencePattern.Step step = taking.get(i);
            Duration gap = Duration.between(at(places.get(i - 1)), at(places.get(i)));
            boolean near = step.maxGap() == null || gap.compareTo(step.maxGap()) <= 0;
            boolean far = step.minGap() == null || gap.compareTo(step.minGap()) >= 0;
            boolean alone = !pattern.strict() || places.get(i) == places.get(i - 1) + 1;
            if (!near || !far || !alone) {
                return false;
            }
            for (int step2 = steps[i - 1] + 1; step2 < steps[i]; step2++) {
                for (int between = places.get(i - 1) + 1; between < places.get(i); between++) {
                    if (isInTheWay(pattern.steps().get(step2), events.get(between))) {
                        return false;
                    }
                }
            }
        }
        return true;
    }

    private boolean isInTheWay(SequencePattern.Step forbidden, BehaviorEvent event) {
        Truth match = match(forbidden, event);
        return match == Truth.TRUE || (certainly && match == Truth.UNKNOWN);
    }

    private Instant at(int place) {
        return events.get(place).timestamp();
    }

    /** Whether a negated last step, if there is one, has held by an instant behind an event. */
    boolean stayedAway(BehaviorEvent last, Instant now) {
        SequencePattern.Step step = pattern.steps().get(pattern.steps().size() - 1);
        if (!step.negate()) {
            return true;
        }
        Instant end = last.timestamp().plus(step.within());
        return !end.isAfter(now)
                && events.stream()
                        .filter(event -> event.timestamp().isAfter(last.timestamp())
                                && !event.timestamp().isAfter(end))
                        .noneMatch(event -> isInTheWay(step, event));
    }
}
