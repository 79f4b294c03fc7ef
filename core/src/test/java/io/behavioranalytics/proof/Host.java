package io.behavioranalytics.proof;

import io.behavioranalytics.BehaviorAnalytics;
import io.behavioranalytics.Settings;
import io.behavioranalytics.TrackResult;
import io.behavioranalytics.VirtualClock;
import io.behavioranalytics.action.ActionExecutor;
import io.behavioranalytics.action.ActionRequest;
import io.behavioranalytics.action.ActionResult;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.TrackRequest;
import io.behavioranalytics.profile.Profile;
import io.behavioranalytics.segment.MembershipChange;
import io.behavioranalytics.segment.Segment;
import io.behavioranalytics.segment.SegmentDraft;
import io.behavioranalytics.store.ActionRecord;
import io.behavioranalytics.store.ActionStatus;
import io.behavioranalytics.store.InMemoryStore;
import io.behavioranalytics.store.Store;
import io.behavioranalytics.trigger.Skip;
import io.behavioranalytics.trigger.Trigger;
import io.behavioranalytics.trigger.TriggerDraft;
import io.behavioranalytics.trigger.TriggerExecution;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Function;

/** A host application in miniature: one facade on a store, a clock that the test moves, an executor that notes. */
final class Host implements AutoCloseable {
    static final Instant START = Instant.parse("2025-06-02T12:00:00Z");
    private static final int ALL = 1_000_000;

    final VirtualClock clock = VirtualClock.at(START);
    final Store store;
    final List<ActionRequest> executed = new ArrayList<>();
    final BehaviorAnalytics analytics;

    Host() {
        this(Settings.defaults());
    }

    Host(Settings settings) {
        this(settings, InMemoryStore::new);
    }

    Host(Settings settings, Function<InstantSource, Store> createStore) {
        store = createStore.apply(clock);
        analytics = BehaviorAnalytics.builder()
                .store(store)
                .clock(clock)
                .settings(settings)
                // Definitions get the same ids in every host of a test, and so the same order.
                .random(new SplittableRandom(7))
                .executor(Runnable::run)
                .inlineActions()
                .action(new Noting())
                .build();
    }

    private final class Noting implements ActionExecutor {
        @Override
        public String type() {
            return "note";
        }

        @Override
        public ActionResult execute(ActionRequest request) {
            executed.add(request);
            return ActionResult.success();
        }
    }

    // ---- definitions

    Segment segment(String name, String criteria) {
        return analytics
                .segments()
                .create(SegmentDraft.fromJson("{\"name\": \"" + name
                        + "\", \"type\": \"dynamic\", \"status\": \"active\", \"criteria\": " + criteria + "}"));
    }

    /** A segment of those who did something at least once in a window. */
    Segment segmentOf(String name, EventType type, String timeRange) {
        return segment(
                name,
                "{\"logicOperator\": \"AND\", \"eventFilters\": [{\"eventType\": \"" + type + "\", \"minFrequency\": 1"
                        + (timeRange.isEmpty() ? "" : ", \"timeRange\": " + timeRange) + "}]}");
    }

    /** A trigger with one action of type note; the rest is JSON members. */
    Trigger trigger(String name, String event, String delay, String more) {
        return analytics
                .triggers()
                .create(TriggerDraft.fromJson("{\"name\": \"" + name + "\", \"status\": \"active\", \"event\": "
                        + event + ", \"actions\": [{\"action\": \"note\", \"parameters\": {}, \"delay\": \"" + delay
                        + "\"}]"
                        + (more.isEmpty() ? "" : ", " + more) + "}"));
    }

    // ---- what happens

    static TrackRequest.Builder event(EventType type) {
        return TrackRequest.builder(type);
    }

    TrackResult lead(String leadId, EventType type, Instant at) {
        return analytics.track(event(type).leadId(leadId).timestamp(at).build());
    }

    TrackResult session(String sessionId, EventType type, Instant at) {
        return analytics.track(event(type).sessionId(sessionId).timestamp(at).build());
    }

    TrackResult identified(String sessionId, String leadId, EventType type, Instant at) {
        return analytics.track(
                event(type).sessionId(sessionId).leadId(leadId).timestamp(at).build());
    }

    /** Runs all that falls due, each at its own instant, and then stands at the instant. */
    void advanceTo(Instant target) {
        while (true) {
            Optional<Instant> next = nextDue();
            if (next.isEmpty() || next.get().isAfter(target)) {
                break;
            }
            if (next.get().isAfter(clock.instant())) {
                clock.set(next.get());
            }
            analytics.runDue();
            if (nextDue().equals(next)) {
                throw new AssertionError("what is due at " + next.get() + " stays due");
            }
        }
        clock.set(target);
        analytics.runDue();
    }

    void advance(Duration by) {
        advanceTo(clock.instant().plus(by));
    }

    /** Moves the clock while no host runs. */
    void sleepUntil(Instant target) {
        clock.set(target);
    }

    private Optional<Instant> nextDue() {
        Optional<Instant> subject = store.subjects().nextDue();
        Optional<Instant> action = store.queue().nextDue(Set.of("note"));
        if (subject.isEmpty() || action.isEmpty()) {
            return subject.or(() -> action);
        }
        return subject.get().isBefore(action.get()) ? subject : action;
    }

    // ---- what became of it

    Profile profile(SubjectId subject) {
        return analytics.profiles().get(subject).orElseThrow();
    }

    Profile profile(String leadId) {
        return profile(SubjectId.lead(leadId));
    }

    boolean in(String leadId, Segment segment) {
        return store.ledger().members(segment.id(), null, ALL).contains(SubjectId.lead(leadId));
    }

    List<String> memberships(Segment segment) {
        List<String> lines = new ArrayList<>();
        for (MembershipChange change : store.ledger().memberships(segment.id(), null, ALL)) {
            lines.add((change.entered() ? "in " : "out ") + change.effectiveAt());
        }
        return lines;
    }

    List<TriggerExecution> firings(Trigger trigger) {
        return store.ledger().executions(trigger.id(), null, ALL);
    }

    List<Instant> fired(Trigger trigger) {
        return firings(trigger).stream().map(TriggerExecution::executedAt).toList();
    }

    List<Skip.Reason> skips(Trigger trigger) {
        return store.ledger().skips(trigger.id(), null, ALL).stream()
                .map(Skip::reason)
                .toList();
    }

    List<ActionRecord> actions(ActionStatus status) {
        return store.queue().list(status, null, ALL);
    }

    static Instant after(Instant instant, Duration by) {
        return instant.plus(by);
    }

    static Instant justBefore(Instant instant) {
        return instant.minus(1, ChronoUnit.MICROS);
    }

    static Instant justAfter(Instant instant) {
        return instant.plus(1, ChronoUnit.MICROS);
    }

    @Override
    public void close() {
        analytics.close();
        store.close();
    }
}
