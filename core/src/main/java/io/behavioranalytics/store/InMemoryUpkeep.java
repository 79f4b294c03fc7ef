package io.behavioranalytics.store;

import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.Micros;
import io.behavioranalytics.event.Retention;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.Timeline;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The upkeep of a store in memory. Reading everything copies references under the lock, and visits afterwards. */
final class InMemoryUpkeep implements Upkeep {
    private final Gate gate;
    private final SubjectTable subjects;
    private final DefinitionTable definitions;
    private final FactTable facts;
    private final ActionTable actions;

    InMemoryUpkeep(
            Gate gate, SubjectTable subjects, DefinitionTable definitions, FactTable facts, ActionTable actions) {
        this.gate = gate;
        this.subjects = subjects;
        this.definitions = definitions;
        this.facts = facts;
        this.actions = actions;
    }

    @Override
    public Progress purge(Retention retention, Instant now, @Nullable SubjectId after, int limit) {
        Arguments.limit(limit);
        Duration shortest = retention.shortest();
        if (shortest == null) {
            gate.check();
            return new Progress(0, null, true);
        }
        long span = Micros.of(shortest);
        long until = Micros.of(now);
        int[] deleted = {0};
        SubjectId reached = subjects.visit(after, row -> {
            deleted[0] += purge(row, retention, span, until, limit - deleted[0]);
            return deleted[0] < limit;
        });
        return new Progress(deleted[0], reached, reached == null && deleted[0] < limit);
    }

    /** Deletes the oldest events of one subject that are past their retention. */
    private int purge(SubjectTable.Row row, Retention retention, long shortest, long now, int limit) {
        Timeline timeline = row.timeline;
        long horizon = row.state == null ? now : Math.min(now, Micros.of(row.state.asOf()));
        Set<UUID> expired = new HashSet<>();
        for (int i = 0; i < timeline.size() && expired.size() < limit; i++) {
            long micros = timeline.micros(i);
            if (Micros.plus(micros, shortest) > horizon) {
                break;
            }
            if (retention.expiresAt(micros, timeline.type(i), timeline.category(i)) <= horizon) {
                expired.add(timeline.id(i));
            }
        }
        if (!expired.isEmpty()) {
            subjects.put(row, timeline.minus(event -> expired.contains(event.id())));
            expired.forEach(id -> subjects.index().remove(id, row.handle));
        }
        return expired.size();
    }

    @Override
    public Progress pack(@Nullable SubjectId after, int limit) {
        Arguments.limit(limit);
        gate.check();
        return new Progress(0, null, true);
    }

    @Override
    public long forget(Instant before, int limit) {
        Arguments.limit(limit);
        return gate.inside(() -> (long) facts.forgetSkips(before, limit) + actions.forget(before, limit));
    }

    @Override
    public long trimSkips(long most, int limit) {
        Arguments.limit(limit);
        Arguments.most(most);
        return gate.inside(() -> (long) facts.trimSkips(most, limit));
    }

    @Override
    public Holding held(SubjectId subject) {
        return gate.inside(
                () -> new Holding(subjects.version(subject), subjects.due().of(subject), facts.segmentsOf(subject)));
    }

    // ---- everything

    /** A subject as it was, and its events. */
    private record Copy(ArchiveRecord.Subject head, Timeline timeline) {}

    @Override
    public void read(Consumer<? super ArchiveRecord> visitor) {
        List<ArchiveRecord> head = new ArrayList<>();
        List<Copy> copies = new ArrayList<>();
        List<ArchiveRecord> tail = new ArrayList<>();
        gate.inside(() -> {
            head.addAll(definitions.archived());
            for (SubjectTable.Row row : subjects.copies()) {
                copies.add(new Copy(
                        new ArchiveRecord.Subject(
                                row.subject,
                                row.version,
                                row.state,
                                row.links,
                                subjects.due().of(row.subject)),
                        row.timeline));
            }
            tail.addAll(facts.archived());
            tail.addAll(actions.archived());
            return true;
        });
        head.forEach(visitor);
        for (Copy copy : copies) {
            visitor.accept(copy.head);
            for (int i = 0; i < copy.timeline.size(); i++) {
                visitor.accept(new ArchiveRecord.Event(copy.head.subject(), copy.timeline.event(i)));
            }
        }
        tail.forEach(visitor);
    }

    @Override
    public void restore(Iterator<? extends ArchiveRecord> records) {
        gate.inside(() -> {
            if (!definitions.isEmpty() || !subjects.copies().isEmpty() || !facts.isEmpty() || !actions.isEmpty()) {
                throw new IllegalStateException("only an empty store can be restored into");
            }
            boolean through = false;
            try {
                put(records);
                through = true;
            } finally {
                if (!through) {
                    definitions.clear();
                    subjects.clear();
                    facts.clear();
                    actions.clear();
                }
            }
            return true;
        });
    }

    private void put(Iterator<? extends ArchiveRecord> records) {
        ArchiveOrder order = new ArchiveOrder();
        SubjectTable.Row row = null;
        List<BehaviorEvent> events = new ArrayList<>();
        while (records.hasNext()) {
            ArchiveRecord record = records.next();
            order.check(record);
            if (record instanceof ArchiveRecord.Event event) {
                events.add(event.event());
                continue;
            }
            finish(row, events);
            row = null;
            if (record instanceof ArchiveRecord.Whole whole) {
                definitions.restoreVersion(whole.definitionsVersion());
            } else if (record instanceof ArchiveRecord.Defined defined) {
                definitions.restore(defined.definition());
            } else if (record instanceof ArchiveRecord.Subject subject) {
                if (subjects.version(subject.subject()) > 0) {
                    throw new IllegalArgumentException("a subject of an archive stands there twice");
                }
                row = subjects.rowOf(subject.subject());
                row.version = subject.version();
                row.state = subject.state();
                row.links = subject.links();
                subjects.due().replace(subject.subject(), subject.due());
            } else if (record instanceof ArchiveRecord.Membership membership) {
                facts.add(membership.change());
            } else if (record instanceof ArchiveRecord.Execution execution) {
                if (facts.hasExecution(execution.execution().id())) {
                    throw new IllegalArgumentException(
                            "execution " + execution.execution().id() + " stands there twice");
                }
                facts.add(execution.execution());
            } else if (record instanceof ArchiveRecord.Skipped skipped) {
                facts.add(skipped.skip());
            } else if (record instanceof ArchiveRecord.Exposed exposed) {
                facts.exposures().restore(exposed.exposure());
            } else if (record instanceof ArchiveRecord.Crossed crossed) {
                facts.exposures().restoreCrossed(crossed.exposure());
            } else if (record instanceof ArchiveRecord.Scheduled scheduled) {
                actions.restore(scheduled);
            }
        }
        finish(row, events);
        order.end();
    }

    /** Gives a subject the events that came behind it. */
    private void finish(SubjectTable.@Nullable Row row, List<BehaviorEvent> events) {
        if (row == null || events.isEmpty()) {
            return;
        }
        for (BehaviorEvent event : events) {
            if (subjects.event(event.id()) != null) {
                throw new IllegalArgumentException("event " + event.id() + " stands there twice");
            }
            subjects.index().add(event.id(), row.handle);
        }
        subjects.put(row, Timeline.of(events));
        events.clear();
    }
}
