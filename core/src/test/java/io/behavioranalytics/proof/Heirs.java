package io.behavioranalytics.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.store.ActionRecord;
import io.behavioranalytics.store.ActionStatus;
import io.behavioranalytics.store.Store;
import io.behavioranalytics.store.Subjects;
import io.behavioranalytics.trigger.TriggerCause;
import io.behavioranalytics.trigger.TriggerExecution;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;

/** Who took over what a session was sent (S11), looked up in the store: where a cause is, there is what follows from it. */
final class Heirs {
    /** A lead that a session's firing went to, from the instant of the link on. */
    private record Inherited(SubjectId lead, TriggerExecution firing, Instant linkedAt) {}

    private static final int ALL = 1_000_000;

    private final Store store;
    private final List<Inherited> inherited = new ArrayList<>();
    private SubjectId session = SubjectId.session("none");

    Heirs(Store store) {
        this.store = store;
    }

    /** Says whose the next link is. */
    void before(String sessionId) {
        session = SubjectId.session(sessionId);
    }

    /**
     * Looks where all that the session was sent has gone.
     *
     * @param linkedAt when it was linked
     * @return how many leads it went to
     */
    long after(Instant linkedAt) {
        Map<UUID, SubjectId> owners = owners();
        Map<UUID, TriggerExecution> firings = new HashMap<>();
        List<SubjectId> leads = new ArrayList<>();
        for (TriggerExecution firing : store.ledger().executions(null, null, ALL)) {
            firings.put(firing.id(), firing);
            UUID cause = causeOf(firing);
            if (firing.subject().equals(session) && cause != null) {
                leads.add(owners.get(cause));
                inherited.add(new Inherited(owners.get(cause), firing, linkedAt));
            }
        }
        assertThat(leads).as("who did what %s did", session).allMatch(SubjectId::isLead);
        for (ActionRecord record : store.queue().list(ActionStatus.PENDING, null, ALL)) {
            UUID cause = causeOf(firings.get(record.action().executionId()));
            assertThat(record.action().subject()).isNotEqualTo(session);
            if (cause != null) {
                assertThat(record.action().subject())
                        .as("I7: whose %s is", record)
                        .isEqualTo(owners.get(cause));
            }
        }
        return leads.stream().distinct().count();
    }

    /** The event that a firing was made for, or null if it was made for a membership. */
    private static UUID causeOf(TriggerExecution firing) {
        if (firing.cause() instanceof TriggerCause.Event event) {
            return event.eventId();
        }
        return firing.cause() instanceof TriggerCause.Absence absence ? absence.eventId() : null;
    }

    private Map<UUID, SubjectId> owners() {
        Map<UUID, SubjectId> owners = new HashMap<>();
        store.subjects().scan(Subjects.Projection.TIMELINE, record -> {
            for (int i = 0; i < record.timeline().size(); i++) {
                owners.put(record.timeline().event(i).id(), record.subject());
            }
            return true;
        });
        return owners;
    }

    /** Checks that nobody was sent something again within the cooldown of what was inherited. */
    void keepCooldowns(List<TriggerExecution> firings, Function<UUID, Duration> cooldownOf) {
        for (Inherited before : inherited) {
            Instant over = before.firing()
                    .executedAt()
                    .plus(cooldownOf.apply(before.firing().triggerId()));
            assertThat(firings)
                    .as("I2: firings for the heir within the cooldown of %s", before)
                    .noneMatch(firing -> firing.subject().equals(before.lead())
                            && firing.triggerId().equals(before.firing().triggerId())
                            && firing.executedAt().isAfter(before.linkedAt())
                            && firing.executedAt().isBefore(over));
        }
    }
}
