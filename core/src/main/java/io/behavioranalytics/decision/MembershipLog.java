package io.behavioranalytics.decision;

import io.behavioranalytics.event.EventKey;
import io.behavioranalytics.event.EventView;
import io.behavioranalytics.event.Micros;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.segment.Cause;
import io.behavioranalytics.segment.MembershipChange;
import io.behavioranalytics.segment.Segment;
import io.behavioranalytics.trigger.TriggerCause;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The entries and exits of one subject in one decision: each is recorded, remembered, and wakes the triggers that wait for it. */
final class MembershipLog {
    private final Plan plan;
    private final SubjectId subject;
    private final SubjectMemory memory;
    private final Walk.News news;
    private final Firings firings;
    private final long now;
    private final List<MembershipChange> changes = new ArrayList<>();

    MembershipLog(Plan plan, SubjectId subject, SubjectMemory memory, Walk.News news, Firings firings, long now) {
        this.plan = plan;
        this.subject = subject;
        this.memory = memory;
        this.news = news;
        this.firings = firings;
        this.now = now;
    }

    List<MembershipChange> changes() {
        return changes;
    }

    /**
     * Records that a membership is other than it was decided, and wakes the triggers that wait for it.
     *
     * @param place the segment's place in the plan
     * @param entered whether the subject is a member now
     * @param effective when it became so
     * @param event the event that led to it, or null
     * @param oldest what came true before this instant is too old to fire
     */
    void record(int place, boolean entered, long effective, Cause cause, @Nullable EventView event, long oldest) {
        Segment segment = plan.segments().get(place);
        changes.add(new MembershipChange(
                segment.id(),
                segment.key(),
                segment.version(),
                subject,
                entered,
                Micros.toInstant(effective),
                Micros.toInstant(now),
                cause));
        if (entered) {
            memory.members().put(segment.id(), new SubjectMemory.Member(segment.key(), segment.version(), effective));
        } else {
            memory.members().remove(segment.id());
        }
        boolean silent = plan.versions().isApart(place)
                || (event != null && event.imported())
                || (entered && news.inherited().contains(segment.id()));
        if (silent) {
            return;
        }
        EventKey key = event == null ? Firings.behindAll(effective) : event.key();
        for (CompiledTrigger trigger : plan.onMembership(place, entered)) {
            if (!(cause instanceof Cause.Definition) || trigger.trigger().onDefinitionChange()) {
                firings.wake(new Firings.Wake(
                        trigger,
                        new TriggerCause.Membership(segment.key(), entered, cause),
                        entered ? SubjectMemory.CauseKind.ENTERED : SubjectMemory.CauseKind.EXITED,
                        key,
                        segment.id(),
                        event,
                        effective,
                        oldest));
            }
        }
    }

    /** Ends memberships of segments that were deleted or switched off. */
    void leaveVanished() {
        Set<UUID> live = new HashSet<>();
        plan.segments().forEach(segment -> live.add(segment.id()));
        memory.members().entrySet().removeIf(entry -> {
            if (live.contains(entry.getKey())) {
                return false;
            }
            changes.add(left(entry.getKey(), entry.getValue(), new Cause.Definition(plan.version())));
            return true;
        });
    }

    /** Ends every membership of a subject whose events all went over to another; nobody left, so nothing fires. */
    void dissolve(@Nullable UUID eventId) {
        Cause cause = eventId == null ? new Cause.Clock() : new Cause.Event(eventId);
        memory.members().forEach((id, member) -> changes.add(left(id, member, cause)));
        memory.members().clear();
    }

    private MembershipChange left(UUID segmentId, SubjectMemory.Member member, Cause cause) {
        return new MembershipChange(
                segmentId,
                member.key(),
                member.version(),
                subject,
                false,
                Micros.toInstant(now),
                Micros.toInstant(now),
                cause);
    }
}
