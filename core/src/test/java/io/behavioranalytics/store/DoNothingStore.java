package io.behavioranalytics.store;

import io.behavioranalytics.decision.Batch;
import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.Retention;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.Timeline;
import io.behavioranalytics.experiment.Exposure;
import io.behavioranalytics.segment.MembershipChange;
import io.behavioranalytics.trigger.Skip;
import io.behavioranalytics.trigger.TriggerExecution;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Says yes to everything and keeps nothing. */
final class DoNothingStore implements Store, Subjects, Queue, Definitions, Ledger, Upkeep, Hosts {
    @Override
    public List<UnitOutcome> commit(Batch batch) {
        return batch.units().stream()
                .<UnitOutcome>map(unit -> new UnitOutcome.Committed(unit.changes().stream()
                        .collect(Collectors.toMap(
                                change -> change.subject(),
                                change -> change.expectedVersion() + (change.isGuard() ? 0 : 1),
                                (first, second) -> first))))
                .toList();
    }

    @Override
    public Subjects subjects() {
        return this;
    }

    @Override
    public Queue queue() {
        return this;
    }

    @Override
    public Definitions definitions() {
        return this;
    }

    @Override
    public Ledger ledger() {
        return this;
    }

    @Override
    public Upkeep upkeep() {
        return this;
    }

    @Override
    public Progress purge(Retention retention, Instant now, @Nullable SubjectId after, int limit) {
        return new Progress(0, null, true);
    }

    @Override
    public Progress pack(@Nullable SubjectId after, int limit) {
        return new Progress(0, null, true);
    }

    @Override
    public long forget(Instant before, int limit) {
        return 0;
    }

    @Override
    public long trimSkips(long most, int limit) {
        return 0;
    }

    @Override
    public Holding held(SubjectId subject) {
        return new Holding(0, null, Set.of());
    }

    @Override
    public void read(Consumer<? super ArchiveRecord> visitor) {
        visitor.accept(new ArchiveRecord.Whole(0));
    }

    @Override
    public void restore(Iterator<? extends ArchiveRecord> records) {}

    @Override
    public void close() {}

    @Override
    public Map<SubjectId, SubjectRecord> load(Collection<SubjectId> ids, Projection projection) {
        return ids.stream()
                .collect(Collectors.toMap(
                        Function.identity(), id -> new SubjectRecord(id, 0, null, List.of(), Timeline.empty())));
    }

    @Override
    public Optional<SubjectRecord> load(SubjectId id, Instant from) {
        return Optional.empty();
    }

    @Override
    public void scan(Projection projection, Predicate<SubjectRecord> visitor) {}

    @Override
    public long count() {
        return 0;
    }

    @Override
    public Map<ActionStatus, Long> actionCounts() {
        return Map.of();
    }

    @Override
    public Map<String, Long> dueActions(Instant now) {
        return Map.of();
    }

    @Override
    public List<SubjectId> claimDue(Instant now, int limit, Duration lease) {
        return List.of();
    }

    @Override
    public Optional<Instant> firstDue() {
        return Optional.empty();
    }

    @Override
    public Optional<Instant> nextDue() {
        return Optional.empty();
    }

    @Override
    public Decided decidedSince(long definitionsVersion) {
        return new Decided(0, 0);
    }

    @Override
    public List<SubjectId> decidedBefore(long definitionsVersion, @Nullable SubjectId after, int limit) {
        return List.of();
    }

    @Override
    public List<Claim> claim(Collection<String> types, Instant now, int limit, Duration lease, int ratePerMinute) {
        return List.of();
    }

    @Override
    public boolean renew(Claim claim, Duration lease) {
        return true;
    }

    @Override
    public boolean settle(Claim claim, Settlement settlement) {
        return true;
    }

    @Override
    public boolean requeue(UUID actionId, Instant notBefore) {
        return true;
    }

    @Override
    public Map<UUID, ActionRecord> find(Collection<UUID> actionIds) {
        return Map.of();
    }

    @Override
    public List<ActionRecord> list(ActionStatus status, @Nullable UUID after, int limit) {
        return List.of();
    }

    @Override
    public Optional<Instant> nextDue(Collection<String> types) {
        return Optional.empty();
    }

    @Override
    public Map<UUID, BehaviorEvent> events(Collection<UUID> ids) {
        return Map.of();
    }

    @Override
    public Snapshot load() {
        return new Snapshot(0, 0, List.of());
    }

    @Override
    public List<DefinitionRecord> history(DefinitionRecord.Kind kind, UUID id) {
        return List.of();
    }

    @Override
    public long version() {
        return 0;
    }

    @Override
    public boolean saveAll(List<DefinitionRecord> records, long expectedVersion) {
        return true;
    }

    @Override
    public List<SubjectId> members(UUID segmentId, @Nullable SubjectId after, int limit) {
        return List.of();
    }

    @Override
    public long memberCount(UUID segmentId) {
        return 0;
    }

    @Override
    public List<MembershipChange> memberships(@Nullable UUID segmentId, @Nullable SubjectId subject, int limit) {
        return List.of();
    }

    @Override
    public void visitMemberships(UUID segmentId, Predicate<MembershipChange> visitor) {}

    @Override
    public void visitOutcomes(Instant from, Instant to, Predicate<ExecutionOutcome> visitor) {}

    @Override
    public List<Recorded> expose(List<Exposure> exposures) {
        return List.of();
    }

    @Override
    public Map<SubjectId, List<Exposure>> exposuresOf(Collection<SubjectId> subjects) {
        return Map.of();
    }

    @Override
    public boolean hasSessions(UUID experimentId, int bucketVersion) {
        return false;
    }

    @Override
    public void visitExposures(UUID experimentId, int bucketVersion, Predicate<Exposure> visitor) {}

    @Override
    public List<Exposure> crossovers(UUID experimentId, int bucketVersion) {
        return List.of();
    }

    @Override
    public List<TriggerExecution> executions(@Nullable UUID triggerId, @Nullable SubjectId subject, int limit) {
        return List.of();
    }

    @Override
    public Hosts hosts() {
        return this;
    }

    @Override
    public String enter(UUID instance, String name, Set<String> executors, Duration life) {
        return "";
    }

    @Override
    public void leave(UUID instance) {}

    @Override
    public List<HostRecord> living() {
        return List.of();
    }

    @Override
    public Optional<Instant> now() {
        return Optional.empty();
    }

    @Override
    public long executionCount(UUID triggerId) {
        return 0;
    }

    @Override
    public List<Skip> skips(@Nullable UUID triggerId, @Nullable SubjectId subject, int limit) {
        return List.of();
    }
}
