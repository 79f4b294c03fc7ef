package io.behavioranalytics.decision;

import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.segment.MembershipChange;
import io.behavioranalytics.trigger.Cancellation;
import io.behavioranalytics.trigger.ScheduledAction;
import io.behavioranalytics.trigger.Skip;
import io.behavioranalytics.trigger.TriggerExecution;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that is decided about one subject at once.
 *
 * <p>A change with neither {@code state}, {@code links}, {@code relinks} nor {@code events} is a guard: it checks the version
 * and leaves the subject as it is, version included. Every other change raises the version by one. The names exposures,
 * impressions and counters are reserved.
 *
 * @param subject whose
 * @param expectedVersion the version it was decided on, 0 for a subject that does not exist yet
 * @param events new events, in order
 * @param relinks events that move here from other subjects, before the new events are added
 * @param links the session's links from now on, or null to leave them; only for sessions
 * @param state the new state, or null to leave it
 * @param due when to decide again without an event, or null for never
 * @param dueWasClaimed true replaces the stored due instant; false only moves it to an earlier one
 * @param memberships entries and exits
 * @param executions firings
 * @param skips triggers that woke and did not fire
 * @param scheduled new actions
 * @param cancelled pending actions that are not to run
 * @param adopted open actions of others that from now on belong to this subject
 */
public record SubjectChange(
        SubjectId subject,
        long expectedVersion,
        List<BehaviorEvent> events,
        List<Relink> relinks,
        @Nullable List<SessionLink> links,
        @Nullable SubjectState state,
        @Nullable Instant due,
        boolean dueWasClaimed,
        List<MembershipChange> memberships,
        List<TriggerExecution> executions,
        List<Skip> skips,
        List<ScheduledAction> scheduled,
        List<Cancellation> cancelled,
        List<Adoption> adopted) {
    /** Copies the lists. */
    public SubjectChange {
        events = List.copyOf(events);
        relinks = List.copyOf(relinks);
        links = links == null ? null : List.copyOf(links);
        memberships = List.copyOf(memberships);
        executions = List.copyOf(executions);
        skips = List.copyOf(skips);
        scheduled = List.copyOf(scheduled);
        cancelled = List.copyOf(cancelled);
        adopted = List.copyOf(adopted);
    }

    /**
     * A change that only checks a version.
     *
     * @param subject whose
     * @param expectedVersion the version that the rest of the unit relies on
     * @return the guard
     */
    public static SubjectChange guard(SubjectId subject, long expectedVersion) {
        return new SubjectChange(
                subject,
                expectedVersion,
                List.of(),
                List.of(),
                null,
                null,
                null,
                false,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of());
    }

    /**
     * Tells whether this change only checks the version.
     *
     * @return true for a guard
     */
    public boolean isGuard() {
        return state == null && links == null && events.isEmpty() && relinks.isEmpty();
    }
}
