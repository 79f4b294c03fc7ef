package io.behavioranalytics.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.BehaviorAnalytics;
import io.behavioranalytics.Settings;
import io.behavioranalytics.TrackResult;
import io.behavioranalytics.VirtualClock;
import io.behavioranalytics.action.ActionExecutor;
import io.behavioranalytics.action.ActionRequest;
import io.behavioranalytics.action.ActionResult;
import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.Micros;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.TrackRequest;
import io.behavioranalytics.profile.NaiveProfile;
import io.behavioranalytics.profile.Profile;
import io.behavioranalytics.segment.Segment;
import io.behavioranalytics.segment.SegmentDraft;
import io.behavioranalytics.store.ActionRecord;
import io.behavioranalytics.store.ActionStatus;
import io.behavioranalytics.store.InMemoryStore;
import io.behavioranalytics.store.Store;
import io.behavioranalytics.store.StoreException;
import io.behavioranalytics.store.Subjects;
import io.behavioranalytics.trigger.Trigger;
import io.behavioranalytics.trigger.TriggerDraft;
import io.behavioranalytics.trigger.TriggerExecution;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Several hosts on one store, one thread, virtual time, and everything that can fail failing now and then: a whole life from
 * one seed, written down line by line, and checked at its end (RELIABILITY.md A8 and its invariants).
 */
final class Simulation {
    private static final Instant START = Instant.parse("2025-03-08T00:00:00Z");
    private static final String ACTION = "note";
    private static final int MOST_ATTEMPTS = 4;
    private static final int ALL = 1_000_000;
    private static final Duration QUOTE_COOLDOWN = Duration.ofHours(1);

    private final SplittableRandom random;
    private final VirtualClock clock = VirtualClock.at(START);
    private final Store store;
    private final List<BehaviorAnalytics> hosts = new ArrayList<>();
    private final List<FaultyStore> faults = new ArrayList<>();
    private final Map<UUID, World.Call> sent = new LinkedHashMap<>();
    private final Set<UUID> durable = new HashSet<>();
    private final Map<UUID, List<Integer>> attempts = new HashMap<>();
    private final RandomTimelines timelines;
    private final Heirs heirs;
    private int shared;
    private boolean calm;

    final Journal journal = new Journal();

    Simulation(long seed) {
        this(seed, InMemoryStore::new);
    }

    /**
     * Prepares a life.
     *
     * @param seed decides everything
     * @param stores makes an empty store that measures leases by a clock; the caller closes it
     */
    Simulation(long seed, Function<InstantSource, Store> stores) {
        random = new SplittableRandom(seed);
        store = stores.apply(clock);
        timelines = new RandomTimelines(random.split());
        heirs = new Heirs(store);
        int count = 2 + random.nextInt(2);
        for (int i = 0; i < count; i++) {
            FaultyStore faulty = new FaultyStore(store, random.split(), journal, 0);
            faults.add(faulty);
            hosts.add(BehaviorAnalytics.builder()
                    .store(faulty)
                    .clock(clock)
                    .settings(Settings.builder()
                            .actionMaxAttempts(MOST_ATTEMPTS)
                            .actionBackoff(Duration.ofSeconds(10))
                            .build())
                    .random(random.split())
                    .host("host-" + i)
                    .executor(Runnable::run)
                    .inlineActions()
                    .action(new Scripted())
                    .build());
        }
        define();
        for (int i = 0; i < count; i++) {
            faults.get(i).fail(1 + random.nextInt(6));
            int other = (i + 1) % count;
            faults.get(i).interloper(() -> send(call(), other));
        }
    }

    private void define() {
        BehaviorAnalytics first = hosts.get(0);
        first.segments()
                .create(
                        SegmentDraft.fromJson(
                                "{\"name\": \"Busy week\", \"type\": \"dynamic\", \"status\": \"active\", \"criteria\": {\"logicOperator\": \"AND\","
                                        + "\"eventFilters\": [{\"eventType\": \"page_view\", \"minFrequency\": 2, \"timeRange\": {\"last\": \"P7D\"}}]}}"));
        first.segments()
                .create(SegmentDraft.fromJson(
                        "{\"name\": \"Warm\", \"type\": \"dynamic\", \"status\": \"active\", \"criteria\": {\"logicOperator\": \"OR\","
                                + "\"profileConditions\": [{\"field\": \"engagementScore\", \"operator\": \"greater_than\", \"value\": 20}],"
                                + "\"timeFilters\": [{\"type\": \"inactive_for\", \"duration\": \"P2D\"}]}}"));
        for (String definition : List.of("""
                {"name": "Hesitant", "criteria": {"sequenceFilters": [{"timeRange": {"last": "PT3H"}, "steps": [
                  {"eventType": "form_start"},
                  {"eventType": "form_submit", "negate": true, "within": "PT20M"}]}]}}
                """, """
                {"name": "Curious", "criteria": {"sequenceFilters": [{"within": "PT3H", "steps": [
                  {"eventType": "page_view", "conditions": [
                    {"field": "properties.mixed", "operator": "not_equals", "value": "a"}]},
                  {"eventType": "form_abandon", "negate": true},
                  {"eventType": "form_start", "minGap": "PT1S", "maxGap": "PT2H"}]}]}}
                """, """
                {"name": "Spending", "criteria": {"logicOperator": "OR", "aggregationFilters": [
                  {"aggregation": "sum", "field": "value", "operator": "greater_than", "value": 1.1,
                   "timeRange": {"last": "PT2H"}},
                  {"aggregation": "distinct", "field": "page.url", "operator": "greater_or_equal", "value": 3,
                   "timeRange": {"last": "PT4H"}},
                  {"aggregation": "max", "field": "properties.number", "operator": "between", "value": [1, 5],
                   "eventTypes": ["download", "search_query"]}]}}
                """, """
                {"name": "Calm", "criteria": {"segmentFilters": [
                  {"segment": "hesitant", "operator": "not_in"}, {"segment": "busy-week"}]}}
                """, """
                {"name": "Tagged", "criteria": {"logicOperator": "OR", "profileConditions": [
                  {"field": "tags", "operator": "contains", "value": "ab"},
                  {"field": "tags", "operator": "not_contains", "value": "a"}]}}
                """, """
                {"name": "Calm spender", "criteria": {"segmentFilters": [{"segment": "calm"}, {"segment": "spending"}]}}
                """)) {
            first.segments().create(SegmentDraft.fromJson(definition));
        }
        trigger("Quote", "\"quote_request\"", QUOTE_COOLDOWN.toMinutes(), "PT0S");
        trigger("Viewed", "\"page_view\"", 0, "PT2M");
        trigger("Entered", "{\"type\": \"segment_entered\", \"segment\": \"busy-week\"}", 0, "PT10M");
        trigger("Left", "{\"type\": \"segment_exited\"}", 30, "PT5M");
        trigger(
                "Compared",
                "{\"type\": \"sequence\", \"within\": \"PT2H\", \"steps\": [{\"eventType\": \"page_view\"},"
                        + " {\"eventType\": \"form_start\", \"negate\": true}, {\"eventType\": \"download\"}]}",
                30,
                "PT4M");
        trigger(
                "Hesitated",
                "{\"type\": \"sequence\", \"steps\": [{\"eventType\": \"page_view\"}, {\"eventType\": \"form_start\"},"
                        + " {\"eventType\": \"form_submit\", \"negate\": true, \"within\": \"PT25M\"}]}",
                0,
                "PT40M");
        trigger(
                "Abandoned",
                "{\"type\": \"inactivity\", \"after\": \"form_start\", \"unless\": [\"form_submit\"], \"within\": \"PT30M\"}",
                120,
                "PT1H");
    }

    private void trigger(String name, String event, long cooldownMinutes, String delay) {
        hosts.get(0)
                .triggers()
                .create(TriggerDraft.fromJson("{\"name\": \"" + name + "\", \"status\": \"active\", \"event\": " + event
                        + ", \"cooldown\": " + cooldownMinutes
                        + ", \"cancelOn\": [\"application_complete\"], \"actions\": [{\"action\": \""
                        + ACTION + "\", \"parameters\": {}, \"delay\": \"" + delay + "\"}]}"));
    }

    /** How an attempt ends. */
    private enum End {
        RETRY,
        RETRY_IN_THREE_MINUTES,
        FAILURE,
        EXCEPTION,
        ERROR,
        SUCCESS
    }

    private static final List<End> FAULTS =
            List.of(End.RETRY, End.RETRY_IN_THREE_MINUTES, End.FAILURE, End.EXCEPTION, End.ERROR);

    /** Succeeds half of the time; else asks for a retry, gives up, throws, or throws an Error. */
    private final class Scripted implements ActionExecutor {
        @Override
        public String type() {
            return ACTION;
        }

        @Override
        public ActionResult execute(ActionRequest request) throws IOException {
            UUID key = request.idempotencyKey();
            attempts.computeIfAbsent(key, any -> new ArrayList<>()).add(request.attempt());
            assertThat(store.queue().find(List.of(key)).get(key).status())
                    .as("an action that runs")
                    .isEqualTo(ActionStatus.RUNNING);
            int drawn = calm ? FAULTS.size() : random.nextInt(2 * FAULTS.size());
            End end = drawn < FAULTS.size() ? FAULTS.get(drawn) : End.SUCCESS;
            journal.add(
                    "attempt", request.triggerKey(), request.subject(), key, request.attempt(), end, clock.instant());
            return switch (end) {
                case RETRY -> ActionResult.retry("later");
                case RETRY_IN_THREE_MINUTES -> ActionResult.retry(Duration.ofMinutes(3), "in three minutes");
                case FAILURE -> ActionResult.failure("never");
                case EXCEPTION -> throw new IOException("no line");
                case ERROR -> throw new AssertionError("broken");
                case SUCCESS -> ActionResult.success();
            };
        }
    }

    // ---- a life

    /**
     * Runs everything and checks what came of it.
     *
     * @return this
     */
    Simulation run() {
        int steps = 30 + random.nextInt(40);
        for (int i = 0; i < steps; i++) {
            int host = random.nextInt(hosts.size());
            switch (random.nextInt(11)) {
                case 0, 1, 2, 3 -> send(call(), host);
                case 4 -> again().ifPresent(call -> send(call, host));
                case 5 -> conflict(host);
                case 6, 7 -> sendTogether(host);
                case 8 -> share(host);
                case 9 -> clock.advance(Duration.ofSeconds(random.nextLong(1, 7_200)));
                default -> runDue(host);
            }
        }
        settle();
        if (Boolean.getBoolean("proof.trace")) {
            journal.lines().forEach(System.out::println);
            stored().forEach(event -> System.out.println(event + " " + event.sessionId() + " " + event.leadId()));
        }
        check();
        return this;
    }

    private World.Call call() {
        String session = "session-" + random.nextInt(3);
        String lead = "lead-" + random.nextInt(3);
        Instant now = clock.instant();
        Instant at = switch (random.nextInt(4)) {
            case 0 -> now.plusSeconds(random.nextInt(300));
            case 1 -> now.minusSeconds(random.nextInt(7_200));
            default -> now;
        };
        int kind = random.nextInt(12);
        World.Call call;
        if (kind == 0) {
            call = random.nextInt(4) == 0
                    ? new World.Unlink(session, timelines.id(), at)
                    : new World.Identify(session, lead, timelines.id(), at);
        } else if (kind == 1) {
            call = World.said(timelines, random.nextBoolean() ? SubjectId.lead(lead) : SubjectId.session(session), at);
        } else {
            call = tracked(kind < 10 ? session : null, kind < 6 ? null : lead, at);
        }
        return call;
    }

    private Optional<World.Call> again() {
        return sent.isEmpty()
                ? Optional.empty()
                : sent.values().stream().skip(random.nextInt(sent.size())).findFirst();
    }

    private void send(World.Call call, int host) {
        sent.putIfAbsent(call.id(), call);
        answered(call, host, call.on(hosts.get(host)));
    }

    /** Somebody unknown does something, and then one batch says that it was two or three. */
    private void share(int host) {
        String session = "shared-" + shared++;
        Instant begin = clock.instant();
        for (int i = random.nextInt(2, 6); i > 0; i--) {
            Instant at = clock.instant().minusSeconds(random.nextInt(-60, 600));
            send(tracked(session, null, at), random.nextInt(hosts.size()));
            clock.advance(Duration.ofSeconds(random.nextInt(900)));
        }
        if (random.nextBoolean()) {
            runDue(random.nextInt(hosts.size()));
        }
        List<World.Track> calls = new ArrayList<>();
        for (int i = random.nextInt(2, 4); i > 0; i--) {
            long past = random.nextLong(Duration.between(begin, clock.instant()).toSeconds() + 1);
            calls.add(tracked(
                    session, "lead-" + random.nextInt(3), clock.instant().minusSeconds(past)));
        }
        calls.forEach(call -> sent.putIfAbsent(call.id(), call));
        heirs.before(session);
        List<TrackResult> results = hosts.get(host)
                .trackAll(calls.stream().map(World.Track::request).toList());
        for (int i = 0; i < calls.size(); i++) {
            answered(calls.get(i), host, results.get(i));
        }
        if (results.stream().allMatch(TrackResult::isDurable)) {
            journal.add("shared", session, heirs.after(clock.instant()));
        }
    }

    private World.Track tracked(String session, String lead, Instant at) {
        BehaviorEvent event = timelines.event(session, lead, at);
        return new World.Track(World.request(event), event.id(), at);
    }

    /** New events, some that were sent before, by this host or another, and some with a known id and another content. */
    private void sendTogether(int host) {
        List<World.Call> calls = new ArrayList<>();
        List<TrackRequest> requests = new ArrayList<>();
        for (int i = random.nextInt(2, 7); i > 0; i--) {
            Optional<World.Call> before = again();
            World.Call call = random.nextInt(3) > 0 && before.isPresent() ? before.get() : call();
            if (!(call instanceof World.Track track) || calls.contains(call)) {
                continue;
            }
            boolean conflicts = durable.contains(call.id()) && random.nextInt(4) == 0;
            calls.add(call);
            requests.add(conflicts ? moved(track.request()) : track.request());
            if (!conflicts) {
                sent.putIfAbsent(call.id(), call);
            }
        }
        List<TrackResult> results = hosts.get(host).trackAll(requests);
        for (int i = 0; i < calls.size(); i++) {
            if (requests.get(i).equals(((World.Track) calls.get(i)).request())) {
                answered(calls.get(i), host, results.get(i));
            } else {
                journal.add("conflict", host, calls.get(i).id(), results.get(i).outcome());
                assertThat(results.get(i).outcome())
                        .isIn(TrackResult.Outcome.CONFLICT, TrackResult.Outcome.RETRY_LATER);
            }
        }
    }

    /** The same event at another instant. */
    private TrackRequest moved(TrackRequest original) {
        TrackRequest.Builder builder = TrackRequest.builder(EventType.PAGE_VIEW)
                .id(original.id())
                .timestamp(clock.instant().minusSeconds(random.nextInt(1, 7_200)));
        if (original.sessionId() != null) {
            builder.sessionId(original.sessionId());
        }
        if (original.leadId() != null) {
            builder.leadId(original.leadId());
        }
        return builder.build();
    }

    private void answered(World.Call call, int host, TrackResult result) {
        journal.add("track", host, call.id(), call.at(), result.outcome(), result.subject());
        if (durable.contains(call.id())) {
            assertThat(result.outcome())
                    .as("an event that was acknowledged")
                    .isIn(TrackResult.Outcome.DUPLICATE, TrackResult.Outcome.RETRY_LATER);
        }
        if (result.isDurable()) {
            durable.add(call.id());
        } else {
            assertThat(result.outcome()).isEqualTo(TrackResult.Outcome.RETRY_LATER);
        }
    }

    /** The same id with another content: the first one stays. */
    private void conflict(int host) {
        List<UUID> ids = durable.stream().sorted().toList();
        if (ids.isEmpty()) {
            return;
        }
        World.Call original = sent.get(ids.get(random.nextInt(ids.size())));
        TrackResult result = hosts.get(host)
                .track(TrackRequest.builder(EventType.SOCIAL_SHARE)
                        .id(original.id())
                        .leadId("somebody-else")
                        .timestamp(original.at())
                        .build());
        journal.add("conflict", host, original.id(), result.outcome());
        assertThat(result.outcome()).isIn(TrackResult.Outcome.CONFLICT, TrackResult.Outcome.RETRY_LATER);
    }

    private void runDue(int host) {
        try {
            journal.add("due", host, hosts.get(host).runDue());
        } catch (StoreException failed) {
            journal.add("due", host, "failed", failed.getMessage());
        }
    }

    /** Faults end; what was not acknowledged is sent again; time passes until nothing is due any more. */
    private void settle() {
        faults.forEach(FaultyStore::heal);
        calm = true;
        for (World.Call call : List.copyOf(sent.values())) {
            if (!durable.contains(call.id())) {
                send(call, random.nextInt(hosts.size()));
            }
        }
        assertThat(durable).isEqualTo(sent.keySet());
        // Longer than every span, delay, back-off and lease, in steps in which a retry falls due again.
        for (int i = 0; i < 24; i++) {
            clock.advance(Duration.ofMinutes(i < 12 ? 5 : 60));
            runDue(random.nextInt(hosts.size()));
        }
    }

    // ---- what must be true

    private void check() {
        for (BehaviorAnalytics host : hosts) {
            assertThat(host.statistics().failed())
                    .as("events that could not be decided or stored, whatever came before")
                    .isZero();
        }
        List<BehaviorEvent> stored = stored();
        assertThat(stored.stream().map(BehaviorEvent::id).toList())
                .as("I1: every acknowledged event is stored exactly once")
                .doesNotHaveDuplicates()
                .containsExactlyInAnyOrderElementsOf(sent.keySet());
        List<TriggerExecution> executions = store.ledger().executions(null, null, ALL);
        executions.forEach(execution -> journal.add(
                "fired",
                execution.id(),
                execution.triggerKey(),
                execution.subject(),
                execution.cameTrueAt(),
                execution.executedAt()));
        cooldowns(executions);
        heirs.keepCooldowns(
                executions,
                id -> hosts.get(0).triggers().get(id.toString()).orElseThrow().cooldown());
        actions(executions);
        recount(stored);
    }

    private void cooldowns(List<TriggerExecution> executions) {
        Map<String, Instant> last = new HashMap<>();
        Map<UUID, Trigger> triggers = new HashMap<>();
        hosts.get(0).triggers().list().forEach(trigger -> triggers.put(trigger.id(), trigger));
        Set<UUID> ids = new HashSet<>();
        for (TriggerExecution execution : executions) {
            assertThat(ids.add(execution.id())).as("one firing, one row").isTrue();
            Instant before = last.put(execution.triggerKey() + " " + execution.subject(), execution.executedAt());
            Duration cooldown = triggers.get(execution.triggerId()).cooldown();
            if (before != null) {
                assertThat(Duration.between(before, execution.executedAt()))
                        .as("I2: two firings of %s for %s", execution.triggerKey(), execution.subject())
                        .isGreaterThanOrEqualTo(cooldown);
            }
        }
    }

    private void actions(List<TriggerExecution> executions) {
        Set<UUID> scheduled = new HashSet<>();
        executions.forEach(execution -> scheduled.addAll(execution.actions()));
        Map<UUID, ActionRecord> records = new TreeMap<>();
        for (ActionStatus status : ActionStatus.values()) {
            store.queue()
                    .list(status, null, ALL)
                    .forEach(record -> assertThat(records.put(record.action().id(), record))
                            .isNull());
        }
        assertThat(records.keySet()).as("I3: a firing's actions and no others").isEqualTo(scheduled);
        records.forEach((id, record) -> {
            journal.add("action", id, record.status(), record.attempts());
            assertThat(record.status())
                    .as("I3: the end of %s", record)
                    .isIn(ActionStatus.DONE, ActionStatus.DEAD, ActionStatus.CANCELLED);
            List<Integer> calls = attempts.getOrDefault(id, List.of());
            assertThat(calls)
                    .as("I5: the attempts of %s", record)
                    .isSorted()
                    .doesNotHaveDuplicates()
                    .allMatch(attempt -> attempt <= MOST_ATTEMPTS);
            if (record.status() == ActionStatus.DONE) {
                assertThat(calls).as("what is done was called: %s", record).isNotEmpty();
            }
        });
        assertThat(records.keySet()).as("I5: nothing else was called").containsAll(attempts.keySet());
    }

    private void recount(List<BehaviorEvent> stored) {
        Instant now = clock.instant();
        Map<SubjectId, List<BehaviorEvent>> timelinesOf = NaiveIdentity.timelines(stored, now);
        List<Segment> segments = hosts.get(0).segments().list();
        timelinesOf.forEach((subject, events) -> {
            assertThat(idsOf(subject))
                    .as("I6: the events of %s", subject)
                    .isEqualTo(events.stream().map(BehaviorEvent::id).toList());
            Profile naive = new NaiveProfile(events, Micros.of(now)).profile(subject);
            Profile profile = hosts.get(0).profiles().get(subject).orElseThrow();
            assertThat(profile.toString().replaceFirst("segments=\\[[^\\]]*\\]", "segments=[]"))
                    .as("I6: the profile of %s", subject)
                    .isEqualTo(naive.toString());
            NaiveEvaluator evaluator = new NaiveEvaluator(
                            events,
                            event -> null,
                            (field, at) -> new NaiveProfile(events, Micros.of(at))
                                    .profile(subject)
                                    .engagementScore(),
                            (row, truth) -> {})
                    .among(segments.stream().collect(Collectors.toMap(Segment::key, Segment::criteria)));
            for (Segment segment : segments) {
                if (segment.key().equals(Segment.ALL_VISITORS)) {
                    continue;
                }
                assertThat(store.ledger().members(segment.id(), null, ALL).contains(subject))
                        .as("I6: %s in %s at %s", subject, segment.key(), now)
                        .isEqualTo(evaluator.member(segment.criteria(), now));
            }
        });
        for (Segment segment : segments) {
            assertThat(timelinesOf.keySet())
                    .as("I6: members of %s have events", segment.key())
                    .containsAll(store.ledger().members(segment.id(), null, ALL));
        }
    }

    private List<UUID> idsOf(SubjectId subject) {
        var timeline = store.subjects()
                .load(List.of(subject), Subjects.Projection.TIMELINE)
                .get(subject)
                .timeline();
        List<UUID> ids = new ArrayList<>();
        for (int i = 0; i < timeline.size(); i++) {
            ids.add(timeline.event(i).id());
        }
        return ids;
    }

    private List<BehaviorEvent> stored() {
        List<BehaviorEvent> events = new ArrayList<>();
        store.subjects().scan(Subjects.Projection.TIMELINE, record -> {
            for (int i = 0; i < record.timeline().size(); i++) {
                events.add(record.timeline().event(i));
            }
            return true;
        });
        return events;
    }
}
