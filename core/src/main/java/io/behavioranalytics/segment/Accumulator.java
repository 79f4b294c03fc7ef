package io.behavioranalytics.segment;

import io.behavioranalytics.condition.CompiledCondition;
import io.behavioranalytics.condition.Truth;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.EventView;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Collection;
import java.util.List;

/** What is kept of a timeline for one filter, or for several alike, that a {@link Counter} cannot answer. Immutable. */
interface Accumulator {
    /** What is kept for one subject: equal histories give equal state and equal bytes. */
    interface State {
        /** A copy that changes apart from this one. */
        State copy();

        /** The memory that it takes, roughly, in bytes. */
        long weight();

        void writeTo(DataOutput out) throws IOException;
    }

    /** The types of event that it is to be shown, empty for all. */
    Collection<EventType> types();

    /** The state before the first event. */
    State newState();

    /**
     * Takes the next event.
     *
     * @return whether an answer may have changed
     */
    boolean apply(EventView event, State state);

    /** Reads what a state of an accumulator of the same description wrote. */
    State read(DataInput in) throws IOException;

    /** A text that differs whenever the accumulators do; part of a plan's shape. */
    String describe();

    /** Whether an event meets all of some conditions. */
    static Truth all(List<CompiledCondition> conditions, EventView event) {
        Truth truth = Truth.TRUE;
        for (CompiledCondition condition : conditions) {
            truth = truth.and(condition.test(event, null));
            if (truth == Truth.FALSE) {
                return truth;
            }
        }
        return truth;
    }
}
