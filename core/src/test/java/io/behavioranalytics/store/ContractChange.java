package io.behavioranalytics.store;

import io.behavioranalytics.decision.Adoption;
import io.behavioranalytics.decision.Relink;
import io.behavioranalytics.decision.SessionLink;
import io.behavioranalytics.decision.SubjectChange;
import io.behavioranalytics.decision.SubjectState;
import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.profile.Profile;
import io.behavioranalytics.segment.MembershipChange;
import io.behavioranalytics.trigger.Cancellation;
import io.behavioranalytics.trigger.ScheduledAction;
import io.behavioranalytics.trigger.Skip;
import io.behavioranalytics.trigger.TriggerExecution;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A change of a subject, part by part. */
final class ContractChange {
    private final SubjectId subject;
    private long expectedVersion;
    private List<BehaviorEvent> events;
    private List<Relink> relinks;
    private @Nullable List<SessionLink> links;
    private @Nullable SubjectState state;
    private @Nullable Instant due;
    private boolean dueWasClaimed;
    private List<MembershipChange> memberships;
    private List<TriggerExecution> executions;
    private List<Skip> skips;
    private List<ScheduledAction> scheduled;
    private List<Cancellation> cancelled;
    private List<Adoption> adopted;

    /** Begins with what another change brings. */
    ContractChange(SubjectChange from) {
        subject = from.subject();
        expectedVersion = from.expectedVersion();
        events = from.events();
        relinks = from.relinks();
        links = from.links();
        state = from.state();
        due = from.due();
        dueWasClaimed = from.dueWasClaimed();
        memberships = from.memberships();
        executions = from.executions();
        skips = from.skips();
        scheduled = from.scheduled();
        cancelled = from.cancelled();
        adopted = from.adopted();
    }

    ContractChange expectedVersion(long version) {
        expectedVersion = version;
        return this;
    }

    ContractChange events(BehaviorEvent... added) {
        return events(List.of(added));
    }

    ContractChange events(List<BehaviorEvent> added) {
        events = added;
        return this;
    }

    ContractChange relinks(Relink... moves) {
        return relinks(List.of(moves));
    }

    ContractChange relinks(List<Relink> moves) {
        relinks = moves;
        return this;
    }

    ContractChange links(SessionLink... now) {
        links = List.of(now);
        return this;
    }

    private static SubjectState of(SubjectState decided, SubjectId subject) {
        Profile profile = decided.profile();
        return new SubjectState(
                decided.definitionsVersion(),
                decided.asOf(),
                new Profile(
                        subject,
                        profile.asOf(),
                        profile.totalEvents(),
                        profile.uniqueEventTypes(),
                        profile.visits(),
                        profile.totalTimeSpent(),
                        profile.averageSessionDuration(),
                        profile.engagementScore(),
                        profile.interestScore(),
                        profile.intentScore(),
                        profile.conversionProbability(),
                        profile.segments(),
                        profile.behaviorPattern(),
                        profile.firstSeen(),
                        profile.lastActivity(),
                        List.of("customer", "vip, since \u00e4ges"),
                        Map.of("plan", "gold \"plus\"", "seats", 5L, "score", new BigDecimal("0.1"), "trial", false)),
                decided.accumulators(),
                decided.memory());
    }

    ContractChange state(@Nullable SubjectState decided) {
        state = decided == null ? null : of(decided, subject);
        return this;
    }

    ContractChange due(@Nullable Instant at) {
        due = at;
        return this;
    }

    ContractChange dueWasClaimed(boolean claimed) {
        dueWasClaimed = claimed;
        return this;
    }

    ContractChange memberships(MembershipChange... changes) {
        return memberships(List.of(changes));
    }

    ContractChange memberships(List<MembershipChange> changes) {
        memberships = changes;
        return this;
    }

    ContractChange executions(TriggerExecution... fired) {
        executions = List.of(fired);
        return this;
    }

    ContractChange skips(Skip... skipped) {
        skips = List.of(skipped);
        return this;
    }

    ContractChange scheduled(ScheduledAction... actions) {
        return scheduled(List.of(actions));
    }

    ContractChange scheduled(List<ScheduledAction> actions) {
        scheduled = actions;
        return this;
    }

    ContractChange cancelled(Cancellation... actions) {
        return cancelled(List.of(actions));
    }

    ContractChange cancelled(List<Cancellation> actions) {
        cancelled = actions;
        return this;
    }

    ContractChange adopted(SubjectId... sources) {
        return adopted(Stream.of(sources).map(Adoption::ofTheRest).toList());
    }

    ContractChange adopted(List<Adoption> adoptions) {
        adopted = adoptions;
        return this;
    }

    SubjectChange build() {
        return new SubjectChange(
                subject,
                expectedVersion,
                events,
                relinks,
                links,
                state,
                due,
                dueWasClaimed,
                memberships,
                executions,
                skips,
                scheduled,
                cancelled,
                adopted);
    }
}
