package io.behavioranalytics;

import io.behavioranalytics.decision.Decider;
import io.behavioranalytics.decision.SubjectSnapshot;
import io.behavioranalytics.event.SubjectId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Puts events into units: an event's session and lead belong together, and so do a session and the lead whose run of it the event
 * falls into. Used by one thread, once.
 */
final class Grouping {
    private final SubjectCache cache;
    private final Answers answers;
    private final Map<SubjectId, SubjectSnapshot> snapshots = new HashMap<>();
    private final Map<SubjectId, Unit> owner = new HashMap<>();
    private final Set<Unit> units = new LinkedHashSet<>();

    private Grouping(SubjectCache cache, Answers answers) {
        this.cache = cache;
        this.answers = answers;
    }

    /**
     * Loads the subjects of events and groups them.
     *
     * @return the units; a ticket whose subject cannot be read has failed, and is in none
     */
    static List<Unit> of(Collection<Ticket> tickets, SubjectCache cache, Answers answers) {
        return new Grouping(cache, answers).group(tickets);
    }

    private List<Unit> group(Collection<Ticket> tickets) {
        Map<Ticket, Set<SubjectId>> together = new LinkedHashMap<>();
        Set<SubjectId> named = new LinkedHashSet<>();
        for (Ticket ticket : tickets) {
            Set<SubjectId> subjects = new LinkedHashSet<>(ticket.subjects);
            together.put(ticket, subjects);
            named.addAll(subjects);
        }
        snapshots.putAll(cache.load(named));
        Set<SubjectId> linked = new LinkedHashSet<>();
        together.forEach((ticket, subjects) -> holder(ticket).ifPresent(lead -> {
            subjects.add(lead);
            linked.add(lead);
        }));
        linked.removeAll(named);
        snapshots.putAll(cache.load(linked));
        together.forEach(this::place);
        return new ArrayList<>(units);
    }

    /** Of a session's links only the one that the event falls behind can matter; if others do, the decision asks for them. */
    private Optional<SubjectId> holder(Ticket ticket) {
        String sessionId = ticket.event.sessionId();
        SubjectSnapshot session = sessionId == null ? null : snapshots.get(SubjectId.session(sessionId));
        return session == null ? Optional.empty() : Decider.holderOf(ticket.event, session.links());
    }

    private void place(Ticket ticket, Set<SubjectId> subjects) {
        for (SubjectId subject : subjects) {
            if (!snapshots.containsKey(subject)) {
                answers.failed(ticket, new IllegalStateException("the stored subject is damaged, the log says how"));
                return;
            }
        }
        Unit unit = new Unit();
        units.add(unit);
        for (SubjectId subject : subjects) {
            unit = own(subject, unit);
        }
        unit.tickets.add(ticket);
    }

    /** Gives a subject to a unit; if it belongs to another already, the smaller of both joins the other. */
    private Unit own(SubjectId subject, Unit unit) {
        @Nullable Unit other = owner.get(subject);
        if (other == null) {
            unit.subjects.put(subject, Objects.requireNonNull(snapshots.get(subject)));
            owner.put(subject, unit);
            return unit;
        }
        if (other == unit) {
            return unit;
        }
        boolean keepOther = other.subjects.size() >= unit.subjects.size();
        Unit kept = keepOther ? other : unit;
        Unit gone = keepOther ? unit : other;
        gone.subjects.keySet().forEach(id -> owner.put(id, kept));
        kept.absorb(gone);
        units.remove(gone);
        return kept;
    }
}
