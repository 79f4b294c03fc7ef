package io.behavioranalytics.decision;

import io.behavioranalytics.event.EventView;

/** A trigger's question for what stays away: after A, no B within a span (S5). */
interface AbsenceRule {
    /** Whose question it is. */
    CompiledTrigger trigger();

    /** For how long B must stay away, microseconds. */
    long within();

    /** Whether an event is an A by itself. */
    boolean startsWith(EventView event);

    /** Whether an event is a B, for certain or possibly. */
    boolean isPreventedBy(EventView event);

    /** A text that is equal for rules that wait for the same. */
    String describe();
}
