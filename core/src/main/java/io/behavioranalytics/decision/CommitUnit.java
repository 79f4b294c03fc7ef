package io.behavioranalytics.decision;

import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.trigger.ScheduledAction;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Changes of subjects that a link ties together: committed all or not at all.
 *
 * <p>What no store could keep cannot be made: see the constructor.
 *
 * @param changes one for each subject, at least one; mostly a lead's change and its session's guard
 */
public record CommitUnit(List<SubjectChange> changes) {
    /**
     * Copies the changes.
     *
     * @throws IllegalArgumentException if there is none, if a subject stands in two of them, if the id of a new event stands in
     *     them twice, if an event names another lead or session than the subject whose change brings it, if a guard brings
     *     anything, if a lead brings links, if a state is
     *     another subject's, or if the source of a relink has no change of its own
     */
    public CommitUnit {
        changes = List.copyOf(changes);
        if (changes.isEmpty()) {
            throw new IllegalArgumentException("a unit needs at least one change");
        }
        Map<SubjectId, SubjectChange> bySubject = new HashMap<>();
        Set<UUID> ids = new HashSet<>();
        for (SubjectChange change : changes) {
            require(bySubject.put(change.subject(), change) == null, change, "stands twice in one unit");
            require(!change.isGuard() || isBare(change), change, "is a guard and brings more than a version");
            require(change.links() == null || !change.subject().isLead(), change, "is a lead and brings links");
            SubjectState state = change.state();
            require(
                    state == null || state.profile().subject().equals(change.subject()),
                    change,
                    "brings the state of another");
            for (BehaviorEvent event : change.events()) {
                require(ids.add(event.id()), change, "brings event " + event.id() + " twice in one unit");
                require(
                        mayHold(change.subject(), event),
                        change,
                        "brings event " + event.id() + ", which names another");
            }
        }
        for (SubjectChange change : changes) {
            for (Relink relink : change.relinks()) {
                SubjectChange source = bySubject.get(relink.source());
                require(
                        source != null && !relink.source().equals(change.subject()) && !source.isGuard(),
                        change,
                        "takes events of " + relink.source() + ", whose change is not in the unit");
            }
        }
    }

    /**
     * Visits what is adopted, in the order in which a store does it: an action that is named goes first.
     *
     * @param visitor told of each adoption and of the subject that adopts
     */
    public void adoptions(BiConsumer<Adoption, SubjectId> visitor) {
        for (boolean named : new boolean[] {true, false}) {
            for (SubjectChange change : changes) {
                for (Adoption adoption : change.adopted()) {
                    if (named == (adoption.actions() != null)) {
                        visitor.accept(adoption, change.subject());
                    }
                }
            }
        }
    }

    /**
     * The earliest instant at which something of the unit falls due: a timer or an action.
     *
     * @return the instant, or empty if nothing does
     */
    public Optional<Instant> earliestDue() {
        Instant earliest = null;
        for (SubjectChange change : changes) {
            earliest = earlier(earliest, change.due());
            for (ScheduledAction action : change.scheduled()) {
                earliest = earlier(earliest, action.dueAt());
            }
        }
        return Optional.ofNullable(earliest);
    }

    private static @Nullable Instant earlier(@Nullable Instant one, @Nullable Instant other) {
        return one == null || (other != null && other.isBefore(one)) ? other : one;
    }

    /** An event that names a lead is that lead's; any other is a lead's, or its session's. */
    private static boolean mayHold(SubjectId subject, BehaviorEvent event) {
        if (event.leadId() != null) {
            return subject.isLead() && subject.value().equals(event.leadId());
        }
        return subject.isLead() || subject.value().equals(event.sessionId());
    }

    private static boolean isBare(SubjectChange guard) {
        return guard.due() == null
                && !guard.dueWasClaimed()
                && guard.memberships().isEmpty()
                && guard.executions().isEmpty()
                && guard.skips().isEmpty()
                && guard.scheduled().isEmpty()
                && guard.cancelled().isEmpty()
                && guard.adopted().isEmpty();
    }

    private static void require(boolean holds, SubjectChange change, String complaint) {
        if (!holds) {
            throw new IllegalArgumentException(change.subject() + " " + complaint);
        }
    }
}
