package io.behavioranalytics;

import io.behavioranalytics.decision.Decider;
import io.behavioranalytics.decision.Decision;
import io.behavioranalytics.decision.SubjectSnapshot;
import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.Category;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.store.Store;
import io.behavioranalytics.store.StoreException;
import io.behavioranalytics.store.Subjects.Projection;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;

/** Decides one unit: reads as much history as that takes, and refuses the events that would make a subject too large. Thread-safe. */
final class UnitDecider {
    private static final int LOADS = 16;
    private static final int MANY_PENDING = 32;

    private final Store store;
    private final InstantSource clock;
    private final SubjectCache cache;
    private final DefinitionsCache definitions;
    private final Answers answers;
    private final long maxEvents;

    UnitDecider(
            Store store,
            InstantSource clock,
            SubjectCache cache,
            DefinitionsCache definitions,
            Answers answers,
            long maxEvents) {
        this.store = store;
        this.clock = clock;
        this.cache = cache;
        this.definitions = definitions;
        this.answers = answers;
        this.maxEvents = maxEvents;
    }

    /**
     * Decides a unit; it has no decision afterwards if all of its events were refused.
     *
     * @param unit the unit; units whose subjects it turns out to need are joined to it
     * @param owner which unit each subject is in
     * @throws StoreException if history could not be read
     */
    void decide(Unit unit, Map<SubjectId, Unit> owner) {
        Decider decider = definitions.current().decider();
        unit.subjects.replaceAll((id, snapshot) -> forgetSettled(snapshot));
        for (int loads = 0; loads < LOADS + 2 * unit.subjects.size(); loads++) {
            if (unit.newestDecision() > decider.plan().version()) {
                // Another host knows definitions that this one has not heard of, or decided while history was read
                // here;
                // deciding without them would undo what they brought.
                decider = definitions.newest().decider();
            }
            unit.definitionsVersion = decider.plan().version();
            Decision decision = unit.asked == null
                    ? decider.decide(unit.subjects, unit.events(), unit.claimed, clock.instant())
                    : decider.release(unit.subjects, unit.asked, clock.instant());
            if (decision instanceof Decision.Decided decided) {
                if (refuseTooMany(unit, decided)) {
                    if (unit.tickets.isEmpty()) {
                        unit.decided = null;
                        return;
                    }
                    continue;
                }
                unit.decided = decided;
                return;
            }
            load(unit, ((Decision.NeedsHistory) decision).subjects(), owner);
        }
        throw new IllegalStateException("a decision asked for more history than there is");
    }

    /**
     * A subject that remembers many actions as pending is told which of them are settled, so that its memory stays small. The more
     * there are, the more rarely: a decision then costs a look at about {@value #MANY_PENDING} of them, however many wait.
     */
    private SubjectSnapshot forgetSettled(SubjectSnapshot snapshot) {
        List<UUID> pending = snapshot.pendingActions();
        if (pending.size() <= MANY_PENDING || snapshot.version() % (pending.size() / MANY_PENDING) != 0) {
            return snapshot;
        }
        Set<UUID> settled = new LinkedHashSet<>(pending);
        store.queue().find(pending).forEach((id, action) -> {
            if (action.settledAt() == null) {
                settled.remove(id);
            }
        });
        return settled.isEmpty() ? snapshot : snapshot.without(settled);
    }

    private void load(Unit unit, Map<SubjectId, Boolean> wanted, Map<SubjectId, Unit> owner) {
        Set<SubjectId> whole = new LinkedHashSet<>();
        Set<SubjectId> state = new LinkedHashSet<>();
        wanted.forEach((id, all) -> {
            Unit other = owner.get(id);
            if (other != null && other != unit) {
                other.subjects.keySet().forEach(subject -> owner.put(subject, unit));
                unit.absorb(other);
            }
            if (all) {
                whole.add(id);
            } else if (!unit.subjects.containsKey(id)) {
                state.add(id);
            }
            owner.put(id, unit);
        });
        unit.subjects.putAll(cache.load(state));
        cache.read(whole, Projection.TIMELINE).forEach((id, loaded) -> {
            SubjectSnapshot known = unit.subjects.get(id);
            unit.subjects.put(id, known == null ? loaded : known.with(loaded));
        });
    }

    /** Refuses the events of a unit that would make a subject too large (S12); true if there were any. */
    private boolean refuseTooMany(Unit unit, Decision.Decided decided) {
        Map<SubjectId, Long> over = new HashMap<>();
        decided.next().forEach((id, snapshot) -> {
            if (snapshot.events() > maxEvents) {
                over.put(id, snapshot.events() - maxEvents);
            }
        });
        if (!over.isEmpty() && answerRepeats(unit)) {
            return true;
        }
        boolean refused = false;
        for (int i = unit.tickets.size() - 1; i >= 0 && !over.isEmpty(); i--) {
            Ticket ticket = unit.tickets.get(i);
            SubjectId subject = Objects.requireNonNull(decided.placed().get(ticket.id()));
            // What links a session must go through: it is the session's events that are too many, not this one.
            if (over.containsKey(subject) && ticket.event.category() != Category.SYSTEM) {
                answers.tooMany(ticket, maxEvents);
                unit.tickets.remove(i);
                over.computeIfPresent(subject, (id, left) -> left > 1 ? left - 1 : null);
                refused = true;
            }
        }
        return refused;
    }

    /** Answers the events of a unit that are stored already and take no room; true if there were any. */
    private boolean answerRepeats(Unit unit) {
        Map<UUID, BehaviorEvent> stored =
                store.subjects().events(unit.tickets.stream().map(Ticket::id).toList());
        return unit.tickets.removeIf(ticket -> {
            BehaviorEvent original = stored.get(ticket.id());
            if (original != null) {
                answers.repeated(ticket, original);
            }
            return original != null;
        });
    }
}
