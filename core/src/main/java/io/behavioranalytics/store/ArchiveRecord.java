package io.behavioranalytics.store;

import io.behavioranalytics.decision.SessionLink;
import io.behavioranalytics.decision.SubjectState;
import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.experiment.Exposure;
import io.behavioranalytics.segment.MembershipChange;
import io.behavioranalytics.trigger.Cancellation;
import io.behavioranalytics.trigger.ScheduledAction;
import io.behavioranalytics.trigger.Skip;
import io.behavioranalytics.trigger.TriggerExecution;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One of the things that a store keeps, as it is read out and put in.
 *
 * <p>The order of an archive is that of the members: the version of the whole, every version of every definition by kind, id and
 * version, the subjects in their order, each followed by its events in theirs, then the facts as they were committed, exposures
 * and crossovers by experiment, bucket version and subject, and the actions by their ids. A {@link Damaged} stands where what it names would.
 */
public sealed interface ArchiveRecord {
    /**
     * The first record.
     *
     * @param definitionsVersion the version of the definitions as a whole
     */
    record Whole(long definitionsVersion) implements ArchiveRecord {}

    /**
     * One version of a definition.
     *
     * @param definition the version, deleted ones included
     */
    record Defined(DefinitionRecord definition) implements ArchiveRecord {}

    /**
     * A subject without its events.
     *
     * @param subject who
     * @param version its version, 1 or more
     * @param state what was decided last, or null if nothing was
     * @param links a session's links, empty for a lead
     * @param due when it is to be decided again without an event, or null for never
     */
    record Subject(
            SubjectId subject,
            long version,
            @Nullable SubjectState state,
            List<SessionLink> links,
            @Nullable Instant due)
            implements ArchiveRecord {
        /** Copies the links. */
        public Subject {
            links = List.copyOf(links);
        }
    }

    /**
     * An event.
     *
     * @param owner the subject whose timeline it is in: that of the last {@link Subject}
     * @param event the event
     */
    record Event(SubjectId owner, BehaviorEvent event) implements ArchiveRecord {}

    /**
     * An entry or exit; who is in a segment now follows from the last one of each subject.
     *
     * @param change the change
     */
    record Membership(MembershipChange change) implements ArchiveRecord {}

    /**
     * A firing.
     *
     * @param execution the firing
     */
    record Execution(TriggerExecution execution) implements ArchiveRecord {}

    /**
     * A trigger that woke and did not fire.
     *
     * @param skip why
     */
    record Skipped(Skip skip) implements ArchiveRecord {}

    /**
     * A first exposure.
     *
     * @param exposure the exposure
     */
    record Exposed(Exposure exposure) implements ArchiveRecord {}

    /**
     * That a subject was shown another variant than that of its first exposure.
     *
     * @param exposure the exposure
     */
    record Crossed(Exposure exposure) implements ArchiveRecord {}

    /**
     * A scheduled action. One that is claimed or running may be claimed anew at once after it was restored: its lease is over.
     *
     * @param action the action
     * @param status where it stands
     * @param attempts claims since it was scheduled or requeued
     * @param token the fence of its last claim, 0 before the first
     * @param notBefore when it may be claimed next
     * @param settledAt when it was done, dead or cancelled, else null
     * @param lastError the error of the last attempt that failed, or null
     * @param cancellation why it was cancelled, or is to be when its attempt ends, else null
     * @param cancelledAt when a running one was cancelled, else null
     */
    record Scheduled(
            ScheduledAction action,
            ActionStatus status,
            int attempts,
            long token,
            Instant notBefore,
            @Nullable Instant settledAt,
            @Nullable String lastError,
            Cancellation.@Nullable Reason cancellation,
            @Nullable Instant cancelledAt)
            implements ArchiveRecord {
        /** Drops what no longer counts once an action has ended: that its attempt was to be the last. */
        // Written out: of a compact constructor the compiler forgets that a nested type may be null.
        public Scheduled(
                ScheduledAction action,
                ActionStatus status,
                int attempts,
                long token,
                Instant notBefore,
                @Nullable Instant settledAt,
                @Nullable String lastError,
                Cancellation.@Nullable Reason cancellation,
                @Nullable Instant cancelledAt) {
            boolean underWay = status == ActionStatus.CLAIMED || status == ActionStatus.RUNNING;
            this.action = action;
            this.status = status;
            this.attempts = attempts;
            this.token = token;
            this.notBefore = notBefore;
            this.settledAt = settledAt;
            this.lastError = lastError;
            this.cancelledAt = underWay ? cancelledAt : null;
            this.cancellation = status == ActionStatus.CANCELLED || this.cancelledAt != null ? cancellation : null;
        }

        /**
         * Its identity.
         *
         * @return the action's id
         */
        public UUID id() {
            return action.id();
        }
    }

    /**
     * Something that is kept and cannot be read: all there is to say of it. A subject stands for its events too. It is listed, so
     * that nothing is missing without a word, and never restored.
     *
     * @param what the kind of record that it would have been, such as {@code subject}
     * @param id which: a subject's kind and id, an event's or action's id, a fact's number in its table
     */
    record Damaged(String what, String id) implements ArchiveRecord {}
}
