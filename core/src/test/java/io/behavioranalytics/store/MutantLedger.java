package io.behavioranalytics.store;

import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.experiment.Exposure;
import io.behavioranalytics.segment.MembershipChange;
import io.behavioranalytics.trigger.Skip;
import io.behavioranalytics.trigger.TriggerExecution;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A ledger that passes everything on to a sound one; its subclasses each do one thing wrong. */
class MutantLedger implements Ledger {
    final Ledger sound;

    MutantLedger(Ledger sound) {
        this.sound = sound;
    }

    @Override
    public Map<ActionStatus, Long> actionCounts() {
        return sound.actionCounts();
    }

    @Override
    public Map<String, Long> dueActions(Instant now) {
        return sound.dueActions(now);
    }

    @Override
    public List<SubjectId> members(UUID segmentId, @Nullable SubjectId after, int limit) {
        return sound.members(segmentId, after, limit);
    }

    @Override
    public long memberCount(UUID segmentId) {
        return sound.memberCount(segmentId);
    }

    @Override
    public List<MembershipChange> memberships(@Nullable UUID segmentId, @Nullable SubjectId subject, int limit) {
        return sound.memberships(segmentId, subject, limit);
    }

    @Override
    public void visitMemberships(UUID segmentId, Predicate<MembershipChange> visitor) {
        sound.visitMemberships(segmentId, visitor);
    }

    @Override
    public List<TriggerExecution> executions(@Nullable UUID triggerId, @Nullable SubjectId subject, int limit) {
        return sound.executions(triggerId, subject, limit);
    }

    @Override
    public void visitOutcomes(Instant from, Instant to, Predicate<ExecutionOutcome> visitor) {
        sound.visitOutcomes(from, to, visitor);
    }

    @Override
    public long executionCount(UUID triggerId) {
        return sound.executionCount(triggerId);
    }

    @Override
    public List<Skip> skips(@Nullable UUID triggerId, @Nullable SubjectId subject, int limit) {
        return sound.skips(triggerId, subject, limit);
    }

    @Override
    public List<Recorded> expose(List<Exposure> exposures) {
        return sound.expose(exposures);
    }

    @Override
    public Map<SubjectId, List<Exposure>> exposuresOf(Collection<SubjectId> subjects) {
        return sound.exposuresOf(subjects);
    }

    @Override
    public boolean hasSessions(UUID experimentId, int bucketVersion) {
        return sound.hasSessions(experimentId, bucketVersion);
    }

    @Override
    public void visitExposures(UUID experimentId, int bucketVersion, Predicate<Exposure> visitor) {
        sound.visitExposures(experimentId, bucketVersion, visitor);
    }

    @Override
    public List<Exposure> crossovers(UUID experimentId, int bucketVersion) {
        return sound.crossovers(experimentId, bucketVersion);
    }
}
