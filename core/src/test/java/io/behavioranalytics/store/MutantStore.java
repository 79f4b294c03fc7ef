package io.behavioranalytics.store;

import io.behavioranalytics.decision.Batch;
import io.behavioranalytics.decision.CommitUnit;
import io.behavioranalytics.decision.SubjectChange;
import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.Retention;
import io.behavioranalytics.event.SubjectId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A store that passes everything on to a sound one; its subclasses each do one thing wrong. */
class MutantStore implements Store, Subjects, Queue, Upkeep {
    final Store sound;

    MutantStore(Store sound) {
        this.sound = sound;
    }

    /** Commits every unit by itself, after a change of it. */
    final List<UnitOutcome> commitSingly(Batch batch, UnaryOperator<CommitUnit> mutation) {
        List<UnitOutcome> outcomes = new ArrayList<>();
        for (int i = 0; i < batch.units().size(); i++) {
            UUID id = new UUID(
                    batch.id().getMostSignificantBits() ^ (i + 1L), batch.id().getLeastSignificantBits());
            outcomes.add(commitOne(batch, id, mutation.apply(batch.units().get(i))));
        }
        return outcomes;
    }

    final UnitOutcome commitOne(Batch batch, UUID id, CommitUnit unit) {
        return sound.commit(new Batch(id, batch.host(), batch.decidedAt(), List.of(unit)))
                .get(0);
    }

    static CommitUnit each(CommitUnit unit, UnaryOperator<SubjectChange> mutation) {
        return new CommitUnit(unit.changes().stream().map(mutation).toList());
    }

    @Override
    public List<UnitOutcome> commit(Batch batch) {
        return sound.commit(batch);
    }

    @Override
    public Hosts hosts() {
        return sound.hosts();
    }

    @Override
    public Subjects subjects() {
        sound.subjects();
        return this;
    }

    @Override
    public Queue queue() {
        sound.queue();
        return this;
    }

    @Override
    public Definitions definitions() {
        return sound.definitions();
    }

    @Override
    public Upkeep upkeep() {
        sound.upkeep();
        return this;
    }

    @Override
    public Ledger ledger() {
        return sound.ledger();
    }

    @Override
    public void close() {
        sound.close();
    }

    @Override
    public Map<SubjectId, SubjectRecord> load(Collection<SubjectId> ids, Projection projection) {
        return sound.subjects().load(ids, projection);
    }

    @Override
    public Map<UUID, BehaviorEvent> events(Collection<UUID> ids) {
        return sound.subjects().events(ids);
    }

    @Override
    public Optional<SubjectRecord> load(SubjectId id, Instant from) {
        return sound.subjects().load(id, from);
    }

    @Override
    public void scan(Projection projection, Predicate<SubjectRecord> visitor) {
        sound.subjects().scan(projection, visitor);
    }

    @Override
    public long count() {
        return sound.subjects().count();
    }

    @Override
    public List<SubjectId> claimDue(Instant now, int limit, Duration lease) {
        return sound.subjects().claimDue(now, limit, lease);
    }

    @Override
    public Optional<Instant> firstDue() {
        return sound.subjects().firstDue();
    }

    @Override
    public Optional<Instant> nextDue() {
        return sound.subjects().nextDue();
    }

    @Override
    public Decided decidedSince(long definitionsVersion) {
        return sound.subjects().decidedSince(definitionsVersion);
    }

    @Override
    public List<SubjectId> decidedBefore(long definitionsVersion, @Nullable SubjectId after, int limit) {
        return sound.subjects().decidedBefore(definitionsVersion, after, limit);
    }

    @Override
    public List<Claim> claim(Collection<String> types, Instant now, int limit, Duration lease, int ratePerMinute) {
        return sound.queue().claim(types, now, limit, lease, ratePerMinute);
    }

    @Override
    public boolean renew(Claim claim, Duration lease) {
        return sound.queue().renew(claim, lease);
    }

    @Override
    public boolean settle(Claim claim, Settlement settlement) {
        return sound.queue().settle(claim, settlement);
    }

    @Override
    public boolean requeue(UUID actionId, Instant notBefore) {
        return sound.queue().requeue(actionId, notBefore);
    }

    @Override
    public Map<UUID, ActionRecord> find(Collection<UUID> actionIds) {
        return sound.queue().find(actionIds);
    }

    @Override
    public List<ActionRecord> list(ActionStatus status, @Nullable UUID after, int limit) {
        return sound.queue().list(status, after, limit);
    }

    @Override
    public Optional<Instant> nextDue(Collection<String> types) {
        return sound.queue().nextDue(types);
    }

    @Override
    public Progress purge(Retention retention, Instant now, @Nullable SubjectId after, int limit) {
        return sound.upkeep().purge(retention, now, after, limit);
    }

    @Override
    public Progress pack(@Nullable SubjectId after, int limit) {
        return sound.upkeep().pack(after, limit);
    }

    @Override
    public long forget(Instant before, int limit) {
        return sound.upkeep().forget(before, limit);
    }

    @Override
    public long trimSkips(long most, int limit) {
        return sound.upkeep().trimSkips(most, limit);
    }

    @Override
    public Holding held(SubjectId subject) {
        return sound.upkeep().held(subject);
    }

    @Override
    public void read(Consumer<? super ArchiveRecord> visitor) {
        sound.upkeep().read(visitor);
    }

    @Override
    public void restore(Iterator<? extends ArchiveRecord> records) {
        sound.upkeep().restore(records);
    }
}
