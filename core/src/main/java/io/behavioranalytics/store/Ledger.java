package io.behavioranalytics.store;

import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.trigger.Skip;
import io.behavioranalytics.trigger.TriggerExecution;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The facts of a store: who is and was in which segment, who was shown which variant, what fired, and what did not. Thread-safe.
 *
 * <p>Facts stay with the subject they name. A negative limit is refused with {@link IllegalArgumentException}.
 */
public interface Ledger extends Memberships, Exposures {
    /**
     * Firings in the order in which they were committed.
     *
     * @param triggerId only this trigger, or null for all
     * @param subject only this subject, or null for all
     * @param limit the most firings; the newest are kept
     * @return the firings
     */
    List<TriggerExecution> executions(@Nullable UUID triggerId, @Nullable SubjectId subject, int limit);

    /**
     * How often a trigger fired.
     *
     * @param triggerId the trigger
     * @return the number of firings
     */
    long executionCount(UUID triggerId);

    /**
     * Visits the firings whose decision instants lie in a range, in the order of these instants and then of the ids as unsigned numbers,
     * each once and with what has become of its actions. What is committed after the visit began is not visited; where a
     * store is able to, what became of actions is told as of that instant too. No more than some thousand are held, whatever the range.
     * Others go on meanwhile. The visitor may call the store, which may hold one connection for it until the end. A firing whose record is
     * damaged is left out.
     *
     * @param from the first instant
     * @param to the first instant that is left out; nothing is visited unless it is after {@code from}
     * @param visitor called once for each on the calling thread; false ends the visit
     */
    void visitOutcomes(Instant from, Instant to, Predicate<ExecutionOutcome> visitor);

    /**
     * Counts the actions that are kept, those that ended included: work that grows with their number, for people to ask for and for
     * no loop.
     *
     * @return a number for every status
     */
    Map<ActionStatus, Long> actionCounts();

    /**
     * Counts the pending actions that are due, which looks at nothing but pending actions.
     *
     * @param now the decision clock's instant, by which an action is due
     * @return a positive number for each type of action that any is of
     */
    Map<String, Long> dueActions(Instant now);

    /**
     * Triggers that woke and did not fire, in the order in which they were committed. Old ones may be
     * forgotten.
     *
     * @param triggerId only this trigger, or null for all
     * @param subject only this subject, or null for all
     * @param limit the most; the newest are kept
     * @return the skips
     */
    List<Skip> skips(@Nullable UUID triggerId, @Nullable SubjectId subject, int limit);
}
