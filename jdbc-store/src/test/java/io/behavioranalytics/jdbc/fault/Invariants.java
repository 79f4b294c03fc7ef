package io.behavioranalytics.jdbc.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.BehaviorAnalytics;
import io.behavioranalytics.Verification;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.store.ActionStatus;
import io.behavioranalytics.store.ArchiveRecord;
import io.behavioranalytics.store.Store;
import io.behavioranalytics.trigger.Trigger;
import io.behavioranalytics.trigger.TriggerExecution;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** What a store holds once everything has settled, and what must be true of it whatever failed before (I1 to I6). */
final class Invariants {
    private static final Set<ActionStatus> ENDED = Set.of(ActionStatus.DONE, ActionStatus.DEAD, ActionStatus.CANCELLED);

    /** What waits for longer than that is begun by nobody while it is looked at. */
    private static final Duration FAR = Duration.ofMinutes(1);

    private final Map<UUID, String> events = new HashMap<>();
    private final List<UUID> ids = new ArrayList<>();
    private final List<TriggerExecution> executions = new ArrayList<>();
    private final Map<UUID, ArchiveRecord.Scheduled> actions = new HashMap<>();
    private final Set<SubjectId> subjects = new HashSet<>();
    private final Store store;

    Invariants(Store store) {
        this.store = store;
        store.upkeep().read(record -> {
            if (record instanceof ArchiveRecord.Event event) {
                ids.add(event.event().id());
                events.put(event.event().id(), event.event().type().name());
            } else if (record instanceof ArchiveRecord.Execution execution) {
                executions.add(execution.execution());
            } else if (record instanceof ArchiveRecord.Scheduled scheduled) {
                actions.put(scheduled.id(), scheduled);
            } else if (record instanceof ArchiveRecord.Subject subject) {
                subjects.add(subject.subject());
            }
        });
    }

    /**
     * Lets a host run what is due until every action has ended or waits for an instant that is far away: also what a dead host
     * held, once its lease is over. All of that is read as of one instant, because a host's own loop may begin an action between
     * two questions.
     *
     * @return what was read then
     */
    static Invariants settled(BehaviorAnalytics analytics, Store store) {
        AtomicReference<@Nullable Invariants> last = new AtomicReference<>();
        Waiting.until("every action has ended or waits", () -> {
            analytics.runDue();
            Map<ActionStatus, Long> counts = analytics.actions().counts();
            // Cheap, and most often enough to know that it is not yet so.
            if (counts.getOrDefault(ActionStatus.CLAIMED, 0L) + counts.getOrDefault(ActionStatus.RUNNING, 0L) > 0) {
                return false;
            }
            Invariants read = new Invariants(store);
            last.set(read);
            return read.actions.values().stream().allMatch(read::hasEndedOrWaits);
        });
        return Objects.requireNonNull(last.get());
    }

    private boolean hasEndedOrWaits(ArchiveRecord.Scheduled action) {
        return ENDED.contains(action.status())
                || (action.status() == ActionStatus.PENDING
                        && action.notBefore().isAfter(Instant.now().plus(FAR)));
    }

    List<TriggerExecution> executions() {
        return List.copyOf(executions);
    }

    Set<UUID> eventIds() {
        return Set.copyOf(events.keySet());
    }

    Map<UUID, ArchiveRecord.Scheduled> actions() {
        return Map.copyOf(actions);
    }

    Set<SubjectId> subjects() {
        return Set.copyOf(subjects);
    }

    /** I1: what was acknowledged is stored, once, and nothing is stored that was not sent. */
    Invariants everythingAcknowledgedIsStoredOnce(Set<Long> acknowledged, long sentBelow) {
        assertThat(ids).as("I1: no event is stored twice").doesNotHaveDuplicates();
        assertThat(acknowledged.stream()
                        .filter(number -> !events.containsKey(Campaign.id(number)))
                        .toList())
                .as("I1: the numbers of events that were acknowledged and are not stored")
                .isEmpty();
        Set<UUID> sent = new HashSet<>();
        LongStream.range(0, sentBelow).forEach(number -> sent.add(Campaign.id(number)));
        assertThat(sent).as("I1: nothing is stored that was not sent").containsAll(events.keySet());
        return this;
    }

    /** I2: firings of a trigger for a subject are its cooldown apart, by decision instants. */
    Invariants firingsKeepTheirCooldown(BehaviorAnalytics analytics) {
        Map<UUID, Trigger> triggers = new HashMap<>();
        analytics.triggers().list().forEach(trigger -> triggers.put(trigger.id(), trigger));
        Map<String, Instant> last = new HashMap<>();
        Set<UUID> seen = new HashSet<>();
        executions.stream()
                .sorted(Comparator.comparing(TriggerExecution::executedAt))
                .forEach(execution -> {
                    assertThat(seen.add(execution.id()))
                            .as("one firing, one row")
                            .isTrue();
                    Instant before =
                            last.put(execution.triggerKey() + " " + execution.subject(), execution.executedAt());
                    Trigger trigger = triggers.get(execution.triggerId());
                    if (before != null && trigger != null) {
                        assertThat(Duration.between(before, execution.executedAt()))
                                .as("I2: two firings of %s", execution.triggerKey())
                                .isGreaterThanOrEqualTo(trigger.cooldown());
                    }
                });
        return this;
    }

    /** I2, and I6: firings of a campaign's triggers without a cooldown are as many as its events say. */
    Invariants firingsKeepTheirCooldownAndEqualARecount(BehaviorAnalytics analytics) {
        firingsKeepTheirCooldown(analytics);
        Map<String, Long> fired = new HashMap<>();
        executions.forEach(execution -> fired.merge(execution.triggerKey(), 1L, Long::sum));
        for (Map.Entry<String, String> counted :
                Map.of("share", "social_share", "recovery", "form_abandon").entrySet()) {
            assertThat(fired.getOrDefault(counted.getKey(), 0L))
                    .as("I6: firings of %s", counted.getKey())
                    .isEqualTo(events.values().stream()
                            .filter(counted.getValue()::equals)
                            .count());
        }
        return this;
    }

    /**
     * I3 to I5: the actions are those of the firings; each has ended or waits for its instant; each attempt was made by one owner
     * under the action's one key, and there were no more attempts than owners could die, or lose their results.
     *
     * @param crashes how often an owner may have died, or an attempt gone unrecorded
     */
    Invariants actionsEndOnceAndUnderOneKey(Calls calls, int crashes) {
        Set<UUID> scheduled = new HashSet<>();
        executions.forEach(execution -> scheduled.addAll(execution.actions()));
        assertThat(actions.keySet())
                .as("I3: the actions of the firings, and no others")
                .isEqualTo(scheduled);
        Map<UUID, List<Integer>> attempts = calls.attempts();
        actions.forEach((id, action) -> {
            List<Integer> called = attempts.getOrDefault(id, List.of());
            if (action.status() == ActionStatus.PENDING) {
                assertThat(action.action().dueAt())
                        .as("I3: %s waits for its instant", id)
                        .isAfter(Instant.now());
                assertThat(called).as("I3: %s waits", id).isEmpty();
            } else {
                assertThat(action.status()).as("I3: the end of %s", id).isIn(ENDED);
            }
            assertThat(called).as("I4: one owner for each attempt at %s", id).doesNotHaveDuplicates();
            assertThat(called.size())
                    .as("I5: attempts at %s, of which owners died in %s at most", id, crashes)
                    .isLessThanOrEqualTo(1 + crashes);
            if (action.status() == ActionStatus.DONE) {
                assertThat(called).as("I5: what is done was called: %s", id).isNotEmpty();
            }
        });
        assertThat(actions.keySet()).as("I5: nothing else was called").containsAll(attempts.keySet());
        return this;
    }

    /** I6: the state, the memberships and the counters of everybody equal a recomputation from the events. */
    Invariants statesEqualARecomputation(BehaviorAnalytics analytics) {
        Map<SubjectId, Verification.Outcome> wrong = new HashMap<>();
        for (SubjectId subject : subjects) {
            Verification verification = analytics.maintenance().verify(subject);
            if (verification.outcome() != Verification.Outcome.OK
                    && verification.outcome() != Verification.Outcome.UNDECIDED) {
                wrong.put(subject, verification.outcome());
            }
        }
        assertThat(wrong).as("I6: states that do not equal their events").isEmpty();
        assertThat(store.subjects().count()).isPositive();
        return this;
    }

    /** All of them, of what was read once everything had settled. */
    Invariants check(BehaviorAnalytics analytics, Set<Long> acknowledged, long sentBelow, Calls calls, int crashes) {
        return everythingAcknowledgedIsStoredOnce(acknowledged, sentBelow)
                .firingsKeepTheirCooldownAndEqualARecount(analytics)
                .actionsEndOnceAndUnderOneKey(calls, crashes)
                .statesEqualARecomputation(analytics);
    }
}
