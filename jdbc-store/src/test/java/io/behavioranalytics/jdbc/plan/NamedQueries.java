package io.behavioranalytics.jdbc.plan;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.behavioranalytics.BehaviorAnalytics;
import io.behavioranalytics.decision.Batch;
import io.behavioranalytics.decision.CommitUnit;
import io.behavioranalytics.decision.SubjectChange;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.Retention;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.TrackRequest;
import io.behavioranalytics.experiment.Exposure;
import io.behavioranalytics.store.ActionRecord;
import io.behavioranalytics.store.ActionStatus;
import io.behavioranalytics.store.Claim;
import io.behavioranalytics.store.DefinitionRecord;
import io.behavioranalytics.store.Exposures;
import io.behavioranalytics.store.Histories.Extent;
import io.behavioranalytics.store.Settlement;
import io.behavioranalytics.store.Store;
import io.behavioranalytics.store.SubjectRecord;
import io.behavioranalytics.store.Subjects.Projection;
import io.behavioranalytics.store.Upkeep;
import io.behavioranalytics.trigger.ScheduledAction;
import io.behavioranalytics.trigger.TriggerExecution;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;

/** Everything that is asked of a store, each thing once and under its name. */
final class NamedQueries {
    /** Those that are meant to read a whole table: an export, and numbers that are kept nowhere. */
    static final Set<String> WHOLE = Set.of("Upkeep.read", "Subjects.count", "Subjects.decidedSince");

    private static final Duration LEASE = Duration.ofSeconds(30);
    private static final Set<String> TYPES = Set.of("send_email");
    private static final int PAGE = 100;

    private final PlanRecorder recorder;
    private final Store store;
    private final SampleDatabase sample;
    private final Instant now;
    private final Instant later;
    private final UUID segment;
    private final UUID trigger;

    NamedQueries(PlanRecorder recorder, Store store, SampleDatabase sample) {
        this.recorder = recorder;
        this.store = store;
        this.sample = sample;
        now = sample.clock.instant();
        later = now.plus(Duration.ofDays(60));
        segment =
                sample.analytics.segments().get("rare").orElseThrow().segment().id();
        trigger = sample.analytics.triggers().get("rarely").orElseThrow().id();
    }

    void run() throws Exception {
        subjects();
        queue();
        ledger();
        exposures();
        definitions();
        shown();
        hosts();
        upkeep();
        commits();
    }

    private List<SubjectId> some(int number) {
        return IntStream.range(0, number).mapToObj(sample::lead).toList();
    }

    private void subjects() throws Exception {
        SubjectId heavy = SubjectId.lead(SampleDatabase.HEAVY + 0);
        recorder.during("Subjects.load, states", () -> store.subjects().load(some(PAGE), Projection.STATE));
        store.subjects().load(List.of(heavy), Projection.TIMELINE);
        recorder.during("Subjects.load, timelines", () -> {
            store.subjects().load(some(10), Projection.TIMELINE);
            store.subjects().load(List.of(SubjectId.session("session-10")), Projection.TIMELINE);
        });
        store.upkeep().pack(null, 200);
        recorder.during("Subjects.visit, whole", () -> store.subjects().visit(Extent.WHOLE, history -> true));
        recorder.during("Subjects.visit, outlines", () -> store.subjects().visit(Extent.OUTLINE, history -> true));
        recorder.during(
                "Subjects.load, a packed timeline", () -> store.subjects().load(List.of(heavy), Projection.TIMELINE));
        recorder.during("Subjects.load, the newest events", () -> {
            store.subjects().load(heavy, now.minus(Duration.ofDays(31)));
            store.subjects().load(SubjectId.session("session-10"), now.minus(Duration.ofDays(31)));
        });
        recorder.during("Subjects.scan, a page", () -> store.subjects().scan(Projection.STATE, record -> false));
        recorder.during("Subjects.count", () -> store.subjects().count());
        recorder.during("Subjects.nextDue", () -> store.subjects().nextDue());
        recorder.during("Subjects.firstDue", () -> store.subjects().firstDue());
        recorder.during("Subjects.claimDue", () -> store.subjects().claimDue(later, PAGE, LEASE));
        recorder.during("Subjects.decidedSince", () -> store.subjects().decidedSince(1));
        recorder.during(
                "Subjects.decidedBefore", () -> store.subjects().decidedBefore(Long.MAX_VALUE, sample.lead(1), PAGE));
    }

    private void queue() throws Exception {
        recorder.during("Queue.nextDue", () -> store.queue().nextDue(TYPES));
        recorder.during("Queue.claim", () -> store.queue().claim(TYPES, later, PAGE, LEASE, 100_000_000));
        List<Claim> claims = store.queue().claim(TYPES, later, 5, LEASE, 100_000_000);
        recorder.during("Queue.renew", () -> store.queue().renew(claims.get(0), LEASE));
        recorder.during("Queue.settle", () -> {
            store.queue().settle(claims.get(0), new Settlement.Done(now));
            store.queue().settle(claims.get(1), new Settlement.Dead(now, "no"));
            store.queue().settle(claims.get(2), new Settlement.Retry(now, now, "later"));
        });
        recorder.during(
                "Queue.requeue",
                () -> store.queue().requeue(claims.get(1).action().id(), now));
        recorder.during(
                "Queue.find",
                () -> store.queue().find(List.of(claims.get(0).action().id())));
        List<ActionRecord> dead = store.queue().list(ActionStatus.DEAD, null, 1);
        recorder.during("Queue.list", () -> {
            store.queue().list(ActionStatus.DEAD, null, PAGE);
            store.queue().list(ActionStatus.DEAD, dead.get(0).action().id(), PAGE);
        });
    }

    private void exposures() throws Exception {
        Exposures exposures = store.ledger();
        List<Exposure> again = some(PAGE).stream()
                .map(lead -> new Exposure(SampleDatabase.EXPERIMENT, 1, 0, lead, "control", 1, -1, now))
                .toList();
        recorder.during("Exposures.expose", () -> exposures.expose(again));
        recorder.during("Exposures.of", () -> exposures.exposuresOf(some(PAGE)));
        recorder.during(
                "Exposures.visitExposures",
                () -> exposures.visitExposures(SampleDatabase.EXPERIMENT, 0, exposure -> false));
        recorder.during("Exposures.crossovers", () -> exposures.crossovers(SampleDatabase.EXPERIMENT, 0));
    }

    private void ledger() throws Exception {
        SubjectId lead = sample.lead(3);
        recorder.during("Ledger.members", () -> {
            store.ledger().members(segment, null, PAGE);
            store.ledger().members(segment, lead, PAGE);
        });
        recorder.during("Ledger.memberCount", () -> store.ledger().memberCount(segment));
        recorder.during("Ledger.memberships, all", () -> store.ledger().memberships(null, null, PAGE));
        recorder.during("Ledger.memberships, of a segment", () -> store.ledger().memberships(segment, null, PAGE));
        recorder.during("Ledger.memberships, of a subject", () -> {
            store.ledger().memberships(null, lead, PAGE);
            store.ledger().memberships(segment, lead, PAGE);
        });
        recorder.during("Ledger.visitMemberships", () -> store.ledger().visitMemberships(segment, change -> true));
        recorder.during("Ledger.executions, all", () -> store.ledger().executions(null, null, PAGE));
        recorder.during("Ledger.executions, of a trigger", () -> store.ledger().executions(trigger, null, PAGE));
        recorder.during("Ledger.executions, of a subject", () -> {
            store.ledger().executions(null, lead, PAGE);
            store.ledger().executions(trigger, lead, PAGE);
        });
        recorder.during(
                "Ledger.visitOutcomes",
                () -> store.ledger().visitOutcomes(now.minus(Duration.ofDays(30)), later, outcome -> true));
        recorder.during("Ledger.executionCount", () -> store.ledger().executionCount(trigger));
        recorder.during("Ledger.skips, all", () -> store.ledger().skips(null, null, PAGE));
        recorder.during("Ledger.skips, of a trigger", () -> store.ledger().skips(trigger, null, PAGE));
        recorder.during("Ledger.skips, of a subject", () -> {
            store.ledger().skips(null, lead, PAGE);
            store.ledger().skips(trigger, lead, PAGE);
        });
        recorder.during("Ledger.actionCounts", () -> store.ledger().actionCounts());
        recorder.during("Ledger.dueActions", () -> store.ledger().dueActions(now));
    }

    private void definitions() throws Exception {
        recorder.during("Definitions.version", () -> store.definitions().version());
        recorder.during("Definitions.load", () -> store.definitions().load());
        recorder.during(
                "Definitions.history",
                () -> store.definitions()
                        .history(
                                DefinitionRecord.Kind.SEGMENT,
                                store.definitions().load().records().get(0).id()));
        recorder.during("Definitions.save", () -> {
            DefinitionRecord askers = store.definitions().load().records().stream()
                    .filter(record -> record.key().equals("askers"))
                    .findFirst()
                    .orElseThrow();
            DefinitionRecord record = new DefinitionRecord(
                    askers.kind(), askers.id(), askers.key(), askers.version() + 1, false, askers.json());
            store.definitions().save(record, store.definitions().version());
        });
    }

    private void shown() throws Exception {
        recorder.during("Definitions.refresh", () -> {
            store.definitions().refresh(DefinitionRecord.Kind.SEGMENT, segment, 1, now);
            store.definitions().refresh(DefinitionRecord.Kind.TRIGGER, trigger, 1, now);
        });
    }

    private void hosts() throws Exception {
        recorder.during("Hosts.enter", () -> {
            store.hosts().enter(new UUID(3, 4), "host", TYPES, LEASE);
            store.hosts().enter(new UUID(3, 4), "host", TYPES, LEASE);
        });
        recorder.during("Hosts.living", () -> store.hosts().living());
        recorder.during("Hosts.leave", () -> store.hosts().leave(new UUID(3, 4)));
    }

    private void upkeep() throws Exception {
        recorder.during("Upkeep.held", () -> store.upkeep().held(sample.lead(2)));
        recorder.during("Upkeep.pack", () -> {
            Upkeep.Progress packed = store.upkeep().pack(null, 1);
            while (packed.events() == 0 && !packed.complete()) {
                packed = store.upkeep().pack(packed.reached(), 1);
            }
        });
        recorder.during(
                "Upkeep.purge", () -> store.upkeep().purge(Retention.of(Duration.ofHours(2)), now, null, 1_000));
        recorder.during("Upkeep.forget", () -> store.upkeep().forget(now.minus(Duration.ofHours(1)), PAGE));
        recorder.during("Upkeep.trimSkips", () -> store.upkeep().trimSkips(100, PAGE));
        recorder.during("Upkeep.read", () -> store.upkeep().read(record -> {}));
    }

    private void commits() throws Exception {
        try (BehaviorAnalytics host = BehaviorAnalytics.builder()
                .store(store)
                .clock(sample.clock)
                .random(new Random(2))
                .executor(Runnable::run)
                .inlineActions()
                .build()) {
            TrackRequest known = event("lead-5", EventType.QUOTE_REQUEST, now);
            recorder.during("Store.commit", () -> {
                host.track(known);
                host.track(event("nobody-yet", EventType.PAGE_VIEW, now));
            });
            recorder.during("Store.commit, of an event that is there", () -> host.track(known));
            recorder.during(
                    "Store.commit, late into a packed history",
                    () -> host.track(
                            event(SampleDatabase.HEAVY + 0, EventType.DOWNLOAD, now.minus(Duration.ofHours(3)))));
            recorder.during("Store.commit, that links a session", () -> host.identify("session-10", "lead-known-late"));
            SubjectId waiting = store.queue().list(ActionStatus.PENDING, null, 10_000).stream()
                    .filter(record -> record.action().triggerKey().equals("quote"))
                    .map(record -> record.action().subject())
                    .filter(SubjectId::isLead)
                    .findFirst()
                    .orElseThrow();
            recorder.during(
                    "Store.commit, that cancels actions",
                    () -> host.track(event(waiting.value(), EventType.PHONE_CALL, now)));
            recorder.during("Store.commit, of a firing and an action that are there", () -> {
                TriggerExecution fired =
                        store.ledger().executions(null, null, 1).get(0);
                ScheduledAction action = store.queue()
                        .find(fired.actions())
                        .values()
                        .iterator()
                        .next()
                        .action();
                repeat(fired.subject(), List.of(fired), List.of());
                repeat(fired.subject(), List.of(), List.of(action));
            });
            Instant due = host.nextDue().orElseThrow();
            sample.clock.set((due.isAfter(now) ? due : now).plusSeconds(60));
            recorder.during("Store.commit, of what is due", host::runDue);
        }
    }

    private void repeat(SubjectId subject, List<TriggerExecution> fired, List<ScheduledAction> scheduled) {
        SubjectRecord record =
                store.subjects().load(List.of(subject), Projection.STATE).get(subject);
        SubjectChange change = new SubjectChange(
                subject,
                Objects.requireNonNull(record).version(),
                List.of(),
                List.of(),
                null,
                record.state(),
                null,
                false,
                List.of(),
                fired,
                List.of(),
                scheduled,
                List.of(),
                List.of());
        Batch batch = new Batch(UUID.randomUUID(), "host", now, List.of(new CommitUnit(List.of(change))));
        assertThatThrownBy(() -> store.commit(batch)).isInstanceOf(IllegalStateException.class);
    }

    private static TrackRequest event(String lead, EventType type, Instant at) {
        return TrackRequest.builder(type)
                .id(UUID.nameUUIDFromBytes((lead + type + at).getBytes(java.nio.charset.StandardCharsets.UTF_8)))
                .leadId(lead)
                .timestamp(at)
                .build();
    }
}
