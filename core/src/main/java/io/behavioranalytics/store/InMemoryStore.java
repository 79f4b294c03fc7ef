package io.behavioranalytics.store;

import io.behavioranalytics.decision.Batch;
import io.behavioranalytics.decision.CommitUnit;
import io.behavioranalytics.decision.Relink;
import io.behavioranalytics.decision.SubjectChange;
import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.Timeline;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * The store in memory, for hosts that need no durability and for every test.
 *
 * <p>Thread-safe: one lock guards everything, and what it hands out is immutable, so a commit never waits for a reader that is at
 * work on what it loaded. Nothing survives the process. Timelines are kept as primitive columns and handed out without a copy.
 * Remembered are the newest 10,000 batches (fewer if they have more than 100,000 units together) and the newest 100,000 skips;
 * everything else stays until the store is dropped. A unit is never answered with {@link UnitOutcome.Busy}.
 */
public final class InMemoryStore implements Store {
    private static final int MOST_BATCHES = 10_000;
    private static final int MOST_UNITS = 100_000;

    /** A batch is its host's own: two hosts may come to one id. */
    private record Answered(UUID batchId, String host) {}

    private final Gate gate = new Gate();
    private final SubjectTable subjects;
    private final ActionTable actions;
    private final DefinitionTable definitions = new DefinitionTable(gate);
    private final FactTable facts;
    private final InMemoryUpkeep upkeep;
    private final HostTable hosts;
    private final Map<Answered, List<UnitOutcome>> answered = new LinkedHashMap<>();
    private int answeredUnits;

    /** Makes an empty store that measures leases and rates by the system's clock. */
    public InMemoryStore() {
        this(InstantSource.system());
    }

    /**
     * Makes an empty store.
     *
     * @param storeClock the clock of leases and rates (S6); nothing else is measured by it
     */
    public InMemoryStore(InstantSource storeClock) {
        subjects = new SubjectTable(gate, storeClock);
        actions = new ActionTable(gate, storeClock);
        facts = new FactTable(gate, actions);
        hosts = new HostTable(gate, storeClock);
        upkeep = new InMemoryUpkeep(gate, subjects, definitions, facts, actions);
    }

    @Override
    public List<UnitOutcome> commit(Batch batch) {
        return gate.inside(() -> {
            Answered asked = new Answered(batch.id(), batch.host());
            List<UnitOutcome> before = answered.get(asked);
            if (before != null) {
                return before;
            }
            List<UnitOutcome> outcomes = new BatchCheck(subjects, facts, actions).outcomes(batch);
            for (int i = 0; i < outcomes.size(); i++) {
                if (outcomes.get(i) instanceof UnitOutcome.Committed) {
                    apply(batch.units().get(i), batch.decidedAt());
                }
            }
            remember(asked, outcomes);
            return outcomes;
        });
    }

    private void remember(Answered asked, List<UnitOutcome> outcomes) {
        answered.put(asked, outcomes);
        answeredUnits += outcomes.size();
        Iterator<List<UnitOutcome>> oldest = answered.values().iterator();
        while (answered.size() > MOST_BATCHES || (answeredUnits > MOST_UNITS && answered.size() > 1)) {
            answeredUnits -= oldest.next().size();
            oldest.remove();
        }
    }

    private void apply(CommitUnit unit, Instant decidedAt) {
        Map<SubjectId, List<BehaviorEvent>> arrivals = move(unit);
        for (SubjectChange change : unit.changes()) {
            if (!change.isGuard()) {
                applyState(change, arrivals.getOrDefault(change.subject(), List.of()));
            }
        }
        // A session's action that the same unit schedules stays the session's: adopted is what was stored before.
        unit.adoptions(actions::adopt);
        for (SubjectChange change : unit.changes()) {
            change.memberships().forEach(facts::add);
            change.executions().forEach(facts::add);
            change.skips().forEach(facts::add);
            change.scheduled().forEach(actions::schedule);
        }
        for (SubjectChange change : unit.changes()) {
            change.cancelled().forEach(cancellation -> actions.cancel(cancellation, decidedAt));
        }
    }

    private void applyState(SubjectChange change, List<BehaviorEvent> arrivals) {
        SubjectTable.Row row = subjects.rowOf(change.subject());
        List<BehaviorEvent> added =
                new ArrayList<>(arrivals.size() + change.events().size());
        added.addAll(arrivals);
        added.addAll(change.events());
        added.sort(Comparator.comparing(BehaviorEvent::key));
        subjects.put(row, row.timeline.plus(added));
        change.events().forEach(event -> subjects.index().add(event.id(), row.handle));
        if (change.links() != null) {
            row.links = change.links();
        }
        if (change.state() != null) {
            row.state = change.state();
        }
        row.version++;
        if (change.dueWasClaimed()) {
            subjects.due().replace(change.subject(), change.due());
        } else {
            subjects.due().lower(change.subject(), change.due());
        }
    }

    /** Takes all events that move from where they were before the unit; returns them by the subject that they move to. */
    private Map<SubjectId, List<BehaviorEvent>> move(CommitUnit unit) {
        Map<SubjectId, List<BehaviorEvent>> arrivals = new HashMap<>();
        Map<SubjectId, Set<UUID>> departures = new HashMap<>();
        for (SubjectChange change : unit.changes()) {
            for (Relink relink : change.relinks()) {
                SubjectTable.Row source = subjects.rowOf(relink.source());
                SubjectTable.Row target = subjects.rowOf(change.subject());
                Set<UUID> gone = departures.computeIfAbsent(relink.source(), id -> new HashSet<>());
                for (BehaviorEvent event : chosen(relink, source.timeline)) {
                    if (gone.add(event.id())) {
                        subjects.index().move(event.id(), source.handle, target.handle);
                        arrivals.computeIfAbsent(change.subject(), id -> new ArrayList<>())
                                .add(event);
                    }
                }
            }
        }
        departures.forEach((subject, gone) -> {
            SubjectTable.Row row = subjects.rowOf(subject);
            subjects.put(row, row.timeline.minus(event -> gone.contains(event.id())));
        });
        return arrivals;
    }

    private static List<BehaviorEvent> chosen(Relink relink, Timeline timeline) {
        int start = relink.start() == null ? 0 : timeline.lowerBound(relink.start());
        int end = relink.end() == null ? timeline.size() : timeline.lowerBound(relink.end());
        List<BehaviorEvent> chosen = new ArrayList<>();
        for (int i = start; i < end; i++) {
            if (timeline.leadId(i) == null && relink.sessionId().equals(timeline.sessionId(i))) {
                chosen.add(timeline.event(i));
            }
        }
        return chosen;
    }

    @Override
    public Subjects subjects() {
        gate.check();
        return subjects;
    }

    @Override
    public Queue queue() {
        gate.check();
        return actions;
    }

    @Override
    public Definitions definitions() {
        gate.check();
        return definitions;
    }

    @Override
    public Ledger ledger() {
        gate.check();
        return facts;
    }

    @Override
    public Hosts hosts() {
        gate.check();
        return hosts;
    }

    @Override
    public Upkeep upkeep() {
        gate.check();
        return upkeep;
    }

    @Override
    public void close() {
        gate.close();
    }
}
