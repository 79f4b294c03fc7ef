package io.behavioranalytics.store;

import io.behavioranalytics.event.EventKey;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.experiment.Exposure;
import io.behavioranalytics.segment.MembershipChange;
import io.behavioranalytics.trigger.Skip;
import io.behavioranalytics.trigger.TriggerExecution;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The facts of a store in memory, and the members that follow from them. */
final class FactTable implements Ledger {
    /** Skips say why nothing happened; there may be many, and only the newest are of use. */
    static final int MOST_SKIPS = 100_000;

    private static final int PAGE = 1_000;

    /** As databases compare ids. */
    private static final Comparator<UUID> BY_ID = (one, other) -> EventKey.compare(0, 0, one, 0, 0, other);

    private final Gate gate;
    private final ActionTable actions;
    private final Map<UUID, NavigableSet<SubjectId>> members = new HashMap<>();
    /** The members of versions that do not answer, and since when they are. */
    private final Map<UUID, NavigableMap<SubjectId, Instant>> apart = new TreeMap<>(BY_ID);

    private final Set<UUID> executionIds = new HashSet<>();
    private final ExecutionOrder executionOrder = new ExecutionOrder();
    private final FactLog<MembershipChange> memberships =
            new FactLog<>(MembershipChange::segmentId, MembershipChange::subject, Integer.MAX_VALUE);
    private final FactLog<TriggerExecution> executions =
            new FactLog<>(TriggerExecution::triggerId, TriggerExecution::subject, Integer.MAX_VALUE);
    private final ExposureTable exposures = new ExposureTable();
    private final FactLog<Skip> skips = new FactLog<>(Skip::triggerId, Skip::subject, MOST_SKIPS);

    FactTable(Gate gate, ActionTable actions) {
        this.gate = gate;
        this.actions = actions;
    }

    void add(MembershipChange change) {
        if (change.isApart()) {
            addApart(change);
            return;
        }
        memberships.add(change);
        NavigableSet<SubjectId> segment = members.computeIfAbsent(change.segmentId(), id -> new TreeSet<>());
        if (change.entered()) {
            segment.add(change.subject());
        } else {
            segment.remove(change.subject());
        }
    }

    private void addApart(MembershipChange change) {
        if (change.entered()) {
            apart.computeIfAbsent(change.segmentId(), id -> new TreeMap<>())
                    .putIfAbsent(change.subject(), change.effectiveAt());
            return;
        }
        NavigableMap<SubjectId, Instant> kept = apart.get(change.segmentId());
        if (kept != null && kept.remove(change.subject()) != null && kept.isEmpty()) {
            apart.remove(change.segmentId());
        }
    }

    private NavigableSet<SubjectId> membersOf(UUID segmentId) {
        NavigableMap<SubjectId, Instant> kept = apart.get(segmentId);
        return kept != null ? kept.navigableKeySet() : members.getOrDefault(segmentId, new TreeSet<>());
    }

    void add(TriggerExecution execution) {
        executions.add(execution);
        executionOrder.add(execution);
        executionIds.add(execution.id());
    }

    void add(Skip skip) {
        skips.add(skip);
    }

    /** Everything, in the order of an archive. */
    List<ArchiveRecord> archived() {
        List<ArchiveRecord> records = new ArrayList<>();
        memberships.all().forEach(change -> records.add(new ArchiveRecord.Membership(change)));
        apart.forEach((segment, all) -> all.forEach((subject, since) ->
                records.add(new ArchiveRecord.Membership(MembershipChange.apart(segment, subject, since)))));
        executions.all().forEach(execution -> records.add(new ArchiveRecord.Execution(execution)));
        skips.all().forEach(skip -> records.add(new ArchiveRecord.Skipped(skip)));
        records.addAll(exposures.archived());
        return records;
    }

    int forgetSkips(Instant before, int limit) {
        return skips.forgetOldest(skip -> skip.decidedAt().isBefore(before), limit);
    }

    int trimSkips(long most, int limit) {
        return skips.trim(most, limit);
    }

    /** The segments that a subject is in. */
    Set<UUID> segmentsOf(SubjectId subject) {
        Set<UUID> segments = new HashSet<>();
        members.forEach((segment, all) -> {
            if (all.contains(subject)) {
                segments.add(segment);
            }
        });
        return segments;
    }

    boolean isEmpty() {
        return memberships.isEmpty()
                && apart.isEmpty()
                && executions.isEmpty()
                && skips.isEmpty()
                && exposures.isEmpty();
    }

    void clear() {
        members.clear();
        apart.clear();
        executionIds.clear();
        executionOrder.clear();
        memberships.clear();
        executions.clear();
        skips.clear();
        exposures.clear();
    }

    ExposureTable exposures() {
        return exposures;
    }

    @Override
    public List<Recorded> expose(List<Exposure> shown) {
        return gate.inside(() -> exposures.expose(shown));
    }

    @Override
    public Map<SubjectId, List<Exposure>> exposuresOf(Collection<SubjectId> whose) {
        return gate.inside(() -> exposures.of(whose));
    }

    @Override
    public boolean hasSessions(UUID experimentId, int bucketVersion) {
        return gate.inside(() -> exposures.hasSessions(experimentId, bucketVersion));
    }

    @Override
    public void visitExposures(UUID experimentId, int bucketVersion, Predicate<Exposure> visitor) {
        for (Exposure exposure : gate.inside(() -> exposures.of(experimentId, bucketVersion))) {
            if (!visitor.test(exposure)) {
                return;
            }
        }
    }

    @Override
    public List<Exposure> crossovers(UUID experimentId, int bucketVersion) {
        return gate.inside(() -> exposures.crossovers(experimentId, bucketVersion));
    }

    boolean hasExecution(UUID id) {
        return executionIds.contains(id);
    }

    @Override
    public Map<ActionStatus, Long> actionCounts() {
        return gate.inside(actions::counts);
    }

    @Override
    public Map<String, Long> dueActions(Instant now) {
        return gate.inside(() -> actions.due(now));
    }

    @Override
    public List<SubjectId> members(UUID segmentId, @Nullable SubjectId after, int limit) {
        Arguments.limit(limit);
        return gate.inside(() -> {
            NavigableSet<SubjectId> segment = membersOf(segmentId);
            return (after == null ? segment : segment.tailSet(after, false))
                    .stream().limit(limit).toList();
        });
    }

    @Override
    public long memberCount(UUID segmentId) {
        return gate.inside(() -> (long) membersOf(segmentId).size());
    }

    @Override
    public List<MembershipChange> memberships(@Nullable UUID segmentId, @Nullable SubjectId subject, int limit) {
        Arguments.limit(limit);
        return gate.inside(() -> memberships.newest(segmentId, subject, limit));
    }

    @Override
    public void visitMemberships(UUID segmentId, Predicate<MembershipChange> visitor) {
        long end = gate.inside(() -> memberships.end(segmentId));
        for (long next = 0; next < end; ) {
            long from = next;
            FactLog.Page<MembershipChange> page = gate.inside(() -> memberships.page(segmentId, from, end, PAGE));
            for (MembershipChange change : page.facts()) {
                if (!visitor.test(change)) {
                    return;
                }
            }
            if (page.facts().isEmpty()) {
                return;
            }
            next = page.next();
        }
    }

    @Override
    public List<TriggerExecution> executions(@Nullable UUID triggerId, @Nullable SubjectId subject, int limit) {
        Arguments.limit(limit);
        return gate.inside(() -> executions.newest(triggerId, subject, limit));
    }

    @Override
    public void visitOutcomes(Instant from, Instant to, Predicate<ExecutionOutcome> visitor) {
        int known = gate.inside(executionOrder::size);
        ExecutionOrder.Place after = null;
        do {
            ExecutionOrder.Place start = after;
            List<ExecutionOutcome> outcomes = new ArrayList<>();
            after = gate.inside(() -> {
                ExecutionOrder.Page page = executionOrder.page(from, to, start, known, PAGE);
                page.executions().forEach(execution -> outcomes.add(actions.outcome(execution)));
                return page.last();
            });
            for (ExecutionOutcome outcome : outcomes) {
                if (!visitor.test(outcome)) {
                    return;
                }
            }
        } while (after != null);
    }

    @Override
    public long executionCount(UUID triggerId) {
        return gate.inside(() -> executions.count(triggerId));
    }

    @Override
    public List<Skip> skips(@Nullable UUID triggerId, @Nullable SubjectId subject, int limit) {
        Arguments.limit(limit);
        return gate.inside(() -> skips.newest(triggerId, subject, limit));
    }
}
