package io.behavioranalytics.decision;

import io.behavioranalytics.condition.Truth;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.EventView;
import io.behavioranalytics.segment.SequenceMatcher;
import java.util.Set;

/**
 * A sequence trigger's question: which event completes an assignment of events to steps (S14); and if the last step is negated, whether
 * its event stays away behind that one.
 *
 * @param trigger whose
 * @param matcher takes the events
 * @param types the types of event that it has to be shown, empty for all
 */
record SequenceRule(CompiledTrigger trigger, SequenceMatcher matcher, Set<EventType> types) implements AbsenceRule {
    static SequenceRule of(CompiledTrigger trigger, SequenceMatcher matcher) {
        return new SequenceRule(trigger, matcher, matcher.types());
    }

    /** Whether it comes true only once an event has stayed away. */
    boolean waits() {
        return matcher.waits();
    }

    @Override
    public long within() {
        return matcher.waitMicros();
    }

    /** Never by itself: {@link Sequences} knows which event completes the steps before. */
    @Override
    public boolean startsWith(EventView event) {
        return false;
    }

    @Override
    public boolean isPreventedBy(EventView event) {
        return matcher.prevents(event) != Truth.FALSE;
    }

    boolean concerns(EventType type) {
        return types.isEmpty() || types.contains(type);
    }

    @Override
    public String describe() {
        return trigger.trigger().id() + "|" + matcher.describe() + "|"
                + (waits() ? trigger.trigger().conditions() : "");
    }
}
