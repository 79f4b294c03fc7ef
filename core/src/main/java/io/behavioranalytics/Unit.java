package io.behavioranalytics;

import io.behavioranalytics.decision.Decision;
import io.behavioranalytics.decision.SubjectSnapshot;
import io.behavioranalytics.decision.SubjectState;
import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.trigger.ScheduledAction;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Subjects that have to be decided together, with what is to be decided about them. Used by one thread. */
final class Unit {
    final Map<SubjectId, SubjectSnapshot> subjects = new LinkedHashMap<>();
    final List<Ticket> tickets = new ArrayList<>();
    /** Subjects whose due instant was claimed. */
    final Set<SubjectId> claimed = new LinkedHashSet<>();

    /** The action about which is asked whether it may be begun, or null. */
    @Nullable
    ScheduledAction asked;

    Decision.@Nullable Decided decided;
    /** The version that it was decided on. */
    long definitionsVersion;

    /** Joins another unit into this one; what either had decided is void. */
    void absorb(Unit other) {
        subjects.putAll(other.subjects);
        tickets.addAll(other.tickets);
        claimed.addAll(other.claimed);
        decided = null;
        other.decided = null;
        other.subjects.clear();
        other.tickets.clear();
        other.claimed.clear();
    }

    boolean isEmpty() {
        return subjects.isEmpty();
    }

    /** The newest version of the definitions on which one of the subjects was decided; 0 if none was. */
    long newestDecision() {
        long newest = 0;
        for (SubjectSnapshot snapshot : subjects.values()) {
            newest = Math.max(
                    newest,
                    snapshot.state().map(SubjectState::definitionsVersion).orElse(0L));
        }
        return newest;
    }

    List<BehaviorEvent> events() {
        List<BehaviorEvent> events = new ArrayList<>(tickets.size());
        for (Ticket ticket : tickets) {
            events.add(ticket.event);
        }
        return events;
    }
}
