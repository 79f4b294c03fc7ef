package io.behavioranalytics.store;

import io.behavioranalytics.decision.Batch;
import io.behavioranalytics.decision.CommitUnit;
import io.behavioranalytics.decision.SubjectChange;
import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.trigger.ScheduledAction;
import io.behavioranalytics.trigger.TriggerExecution;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * What will become of a batch, worked out before anything of it is stored: storing a unit that passed cannot fail, which is what
 * makes it all or nothing. Units see what the units before them bring.
 */
final class BatchCheck {
    private final SubjectTable subjects;
    private final FactTable facts;
    private final ActionTable actions;
    private final Map<SubjectId, Long> versions = new HashMap<>();
    private final Map<UUID, BehaviorEvent> events = new HashMap<>();
    private final Set<UUID> executions = new HashSet<>();
    private final Set<UUID> scheduled = new HashSet<>();

    BatchCheck(SubjectTable subjects, FactTable facts, ActionTable actions) {
        this.subjects = subjects;
        this.facts = facts;
        this.actions = actions;
    }

    List<UnitOutcome> outcomes(Batch batch) {
        List<UnitOutcome> outcomes = new ArrayList<>(batch.units().size());
        for (CommitUnit unit : batch.units()) {
            outcomes.add(outcome(unit));
        }
        return List.copyOf(outcomes);
    }

    private UnitOutcome outcome(CommitUnit unit) {
        for (SubjectChange change : unit.changes()) {
            long version = version(change.subject());
            if (version != change.expectedVersion()) {
                return new UnitOutcome.Stale(change.subject(), version);
            }
        }
        Map<UUID, BehaviorEvent> originals = originals(unit);
        if (!originals.isEmpty()) {
            return new UnitOutcome.Duplicates(originals);
        }
        return new UnitOutcome.Committed(pass(unit));
    }

    private long version(SubjectId subject) {
        Long changed = versions.get(subject);
        return changed != null ? changed : subjects.version(subject);
    }

    private Map<UUID, BehaviorEvent> originals(CommitUnit unit) {
        Map<UUID, BehaviorEvent> originals = new LinkedHashMap<>();
        for (SubjectChange change : unit.changes()) {
            for (BehaviorEvent event : change.events()) {
                BehaviorEvent original = events.get(event.id());
                if (original == null) {
                    original = subjects.event(event.id());
                }
                if (original != null) {
                    originals.put(event.id(), original);
                }
            }
        }
        return originals;
    }

    private Map<SubjectId, Long> pass(CommitUnit unit) {
        Map<SubjectId, Long> after = new LinkedHashMap<>();
        for (SubjectChange change : unit.changes()) {
            for (TriggerExecution execution : change.executions()) {
                if (facts.hasExecution(execution.id()) || !executions.add(execution.id())) {
                    throw new IllegalStateException("execution " + execution.id() + " of trigger '"
                            + execution.triggerKey() + "' was committed before");
                }
            }
            for (ScheduledAction action : change.scheduled()) {
                if (actions.has(action.id()) || !scheduled.add(action.id())) {
                    throw new IllegalStateException(
                            "action " + action.id() + " of trigger '" + action.triggerKey() + "' was committed before");
                }
            }
            change.events().forEach(event -> events.put(event.id(), event));
            long version = change.isGuard() ? change.expectedVersion() : change.expectedVersion() + 1;
            versions.put(change.subject(), version);
            after.put(change.subject(), version);
        }
        return after;
    }
}
