package io.behavioranalytics.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.BehaviorAnalytics;
import io.behavioranalytics.Settings;
import io.behavioranalytics.TrackResult;
import io.behavioranalytics.decision.Decider;
import io.behavioranalytics.decision.Decision;
import io.behavioranalytics.decision.DecisionSettings;
import io.behavioranalytics.decision.Plan;
import io.behavioranalytics.decision.SessionLink;
import io.behavioranalytics.decision.SubjectChange;
import io.behavioranalytics.decision.SubjectSnapshot;
import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.Micros;
import io.behavioranalytics.event.Retention;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.TrackRequest;
import io.behavioranalytics.json.InvalidDefinitionException;
import io.behavioranalytics.profile.NaiveProfile;
import io.behavioranalytics.profile.Profile;
import io.behavioranalytics.profile.ScoringModel;
import io.behavioranalytics.segment.Criteria;
import io.behavioranalytics.segment.Segment;
import io.behavioranalytics.segment.SegmentDraft;
import io.behavioranalytics.store.SubjectRecord;
import io.behavioranalytics.store.Subjects;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The final state does not depend on how the events came (S8): same accumulators to the byte, same profiles, same members, same next
 * instant at which the clock alone changes something.
 */
class ArrivalOrderTest {
    private static final Duration AHEAD = Duration.ofMinutes(5);
    private static final Comparator<World.Call> IN_TIME = Comparator.comparing(World.Call::at);

    @Test
    void any_permutation_duplication_and_interleaving_ends_in_the_state_of_the_sorted_run() {
        AtomicInteger waiting = new AtomicInteger();
        Seeds.forEach("arrival", 150, seed -> {
            SplittableRandom random = new SplittableRandom(seed);
            Instant now = new RandomTimelines(random).now();
            // Half of the worlds cluster about the end of what may be ahead of the clock.
            boolean ahead = seed % 2 == 0;
            List<World.Call> calls = World.calls(
                    random, ahead ? now.plus(AHEAD) : now, 5 + random.nextInt(45), ahead ? Duration.ZERO : AHEAD);
            List<Criteria> criteria = criteria(random, now);
            Instant later = now.plusSeconds(random.nextInt(1, 240));
            Instant last = now.plus(AHEAD);
            Map<SubjectId, String> expected;
            List<Map<SubjectId, String>> afterwards = new ArrayList<>();
            try (Host sorted = host(now, criteria)) {
                calls.stream().sorted(IN_TIME).forEach(call -> call.on(sorted.analytics));
                expected = state(sorted);
                List<BehaviorEvent> stored = stored(sorted);
                assertThat(stored).hasSize(calls.size());
                stored.stream()
                        .filter(event -> event.timestamp().isAfter(now))
                        .forEach(event -> waiting.incrementAndGet());
                agreesWithTheNaiveSide(expected, stored, now);
                for (Instant instant : List.of(later, last)) {
                    sorted.advanceTo(instant);
                    afterwards.add(now(sorted));
                    agreesWithTheNaiveSide(now(sorted), stored, instant);
                }
            }

            List<World.Call> again = new ArrayList<>(calls);
            calls.forEach(call -> {
                for (int i = random.nextInt(3); i > 0; i--) {
                    again.add(call);
                }
            });
            shuffle(again, random);
            try (Host host = host(now, criteria)) {
                inThreads(again, 1 + random.nextInt(8), host, random);
                assertThat(state(host)).as("%s calls at %s", calls.size(), now).isEqualTo(expected);
                host.sleepUntil(later);
                // Only the timer of a session tells all its earlier leads of an unlink that waited.
                boolean unlinks = calls.stream()
                        .anyMatch(call ->
                                call instanceof World.Unlink && call.at().isAfter(now));
                afterwards.get(0).forEach((subject, text) -> {
                    if (subject.isLead() && !unlinks) {
                        assertThat(host.profile(subject))
                                .as("%s before the timer", subject)
                                .hasToString(text.substring(0, text.indexOf('\n')));
                    }
                });
                if (random.nextBoolean()) {
                    host.advanceTo(later);
                    assertThat(now(host)).as("at %s", later).isEqualTo(afterwards.get(0));
                }
                host.advanceTo(last);
                assertThat(now(host)).as("at %s", last).isEqualTo(afterwards.get(1));
            }
        });
        if (Long.getLong("proof.arrival.seed") == null) {
            assertThat(waiting.get()).as("events that were ahead of the clock").isGreaterThan(100);
        }
    }

    @Test
    void state_equals_recomputation_at_any_instant_however_late_the_events_come() {
        Seeds.forEach("recomputation", 100, seed -> {
            SplittableRandom random = new SplittableRandom(seed);
            Instant end = new RandomTimelines(random).now();
            List<World.Call> calls = World.calls(random, end.minus(AHEAD), 5 + random.nextInt(30), AHEAD);
            List<Criteria> criteria = criteria(random, end);
            Instant now = end.minus(Duration.ofDays(30));
            try (Host live = host(now, criteria)) {
                List<World.Call> rest = new ArrayList<>(calls);
                List<World.Call> done = new ArrayList<>();
                while (!rest.isEmpty()) {
                    Instant step = now.plus(Duration.ofMinutes(random.nextInt(1, 10_000)));
                    now = step.isAfter(end) ? end : step;
                    live.advanceTo(now);
                    for (World.Call call : List.copyOf(rest)) {
                        if (!call.at().isAfter(now.plus(AHEAD)) && (now.equals(end) || random.nextInt(3) > 0)) {
                            call.on(live.analytics);
                            done.add(call);
                            rest.remove(call);
                        }
                    }
                    try (Host fresh = host(now, criteria)) {
                        done.stream().sorted(IN_TIME).forEach(call -> call.on(fresh.analytics));
                        assertThat(profiles(live))
                                .as("%s calls at %s", done.size(), now)
                                .isEqualTo(profiles(fresh));
                    }
                }
            }
        });
    }

    private static void inThreads(List<World.Call> calls, int threads, Host host, SplittableRandom random) {
        ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
        CyclicBarrier barrier = new CyclicBarrier(threads);
        List<Thread> running = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            List<World.Call> own = new ArrayList<>();
            for (int i = t; i < calls.size(); i += threads) {
                own.add(calls.get(i));
            }
            SplittableRandom ways = random.split();
            Thread thread = new Thread(() -> {
                try {
                    barrier.await(120, TimeUnit.SECONDS);
                    inEveryWay(own, ways, host.analytics);
                } catch (Exception | AssertionError failure) {
                    failures.add(failure);
                }
            });
            running.add(thread);
            thread.start();
        }
        for (Thread thread : running) {
            try {
                thread.join(120_000);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            assertThat(thread.isAlive()).as("a caller hangs").isFalse();
        }
        assertThat(failures).isEmpty();
    }

    /** Hands in some calls at a time, in any of the three ways there are for events; what was not acknowledged comes again. */
    private static void inEveryWay(List<World.Call> calls, SplittableRandom random, BehaviorAnalytics analytics)
            throws Exception {
        for (int from = 0; from < calls.size(); ) {
            List<World.Call> some = calls.subList(from, Math.min(calls.size(), from + 1 + random.nextInt(6)));
            from += some.size();
            List<World.Call> events =
                    some.stream().filter(World.Track.class::isInstance).toList();
            List<TrackRequest> requests =
                    events.stream().map(call -> ((World.Track) call).request()).toList();
            List<TrackResult> results = switch (random.nextInt(3)) {
                case 0 -> analytics.trackAll(requests);
                case 1 -> async(requests, analytics);
                default -> requests.stream().map(analytics::track).toList();
            };
            for (int i = 0; i < results.size(); i++) {
                untilDurable(events.get(i), results.get(i), analytics);
            }
            for (World.Call call : some) {
                if (!(call instanceof World.Track)) {
                    untilDurable(call, call.on(analytics), analytics);
                }
            }
        }
    }

    private static List<TrackResult> async(List<TrackRequest> requests, BehaviorAnalytics analytics) throws Exception {
        List<CompletableFuture<TrackResult>> futures =
                requests.stream().map(analytics::trackAsync).toList();
        List<TrackResult> results = new ArrayList<>();
        for (CompletableFuture<TrackResult> future : futures) {
            results.add(future.get(120, TimeUnit.SECONDS));
        }
        return results;
    }

    private static void untilDurable(World.Call call, TrackResult first, BehaviorAnalytics analytics) {
        TrackResult result = first;
        while (result.outcome() == TrackResult.Outcome.RETRY_LATER) {
            result = call.on(analytics);
        }
        assertThat(result.isDurable()).as("%s", result).isTrue();
    }

    private static void shuffle(List<World.Call> calls, SplittableRandom random) {
        for (int i = calls.size() - 1; i > 0; i--) {
            java.util.Collections.swap(calls, i, random.nextInt(i + 1));
        }
    }

    private static List<Criteria> criteria(SplittableRandom random, Instant now) {
        RandomCriteria generator = new RandomCriteria(random, now, (field, at) -> null);
        List<Criteria> criteria = new ArrayList<>();
        while (criteria.size() < 4) {
            Criteria candidate = generator.criteria(1);
            if (accepted(candidate)) {
                criteria.add(candidate);
            }
        }
        return criteria;
    }

    private static boolean accepted(Criteria criteria) {
        try (Host host = new Host()) {
            host.analytics.segments().create(draft(0, criteria));
            return true;
        } catch (InvalidDefinitionException refused) {
            return false;
        }
    }

    private static SegmentDraft draft(int number, Criteria criteria) {
        return new SegmentDraft(
                "s" + number,
                "S" + number,
                null,
                Segment.Type.DYNAMIC,
                Segment.Status.ACTIVE,
                criteria,
                null,
                false,
                List.of());
    }

    /** A host with the segments, and with an inactivity trigger whose waiting starts are state too. */
    private static Host host(Instant now, List<Criteria> criteria) {
        Host host = new Host();
        host.clock.set(Instant.parse("2025-01-01T00:00:00Z"));
        for (int i = 0; i < criteria.size(); i++) {
            host.analytics.segments().create(draft(i, criteria.get(i)));
        }
        host.trigger(
                "Abandoned",
                "{\"type\": \"inactivity\", \"after\": \"form_start\", \"unless\": [\"form_submit\"], \"within\": \"P3D\"}",
                "PT0S",
                "\"cooldown\": 0");
        host.clock.set(now);
        return host;
    }

    /**
     * Accumulators to the byte, the profile, memberships, the order of events, the next due instant and the links, of everybody who
     * has events; as of now.
     */
    private static Map<SubjectId, String> state(Host host) {
        Map<SubjectId, String> state = new TreeMap<>();
        Map<SubjectId, List<String>> members = members(host);
        Decider decider = decider(host);
        host.store.subjects().scan(Subjects.Projection.TIMELINE, record -> {
            List<String> events = new ArrayList<>();
            for (int i = 0; i < record.timeline().size(); i++) {
                events.add(record.timeline().event(i).id().toString());
            }
            if (!events.isEmpty()) {
                state.put(
                        record.subject(),
                        record.state().profile() + "\n"
                                + HexFormat.of().formatHex(record.state().accumulators()) + "\n"
                                + members.remove(record.subject()) + "\n" + events + "\nnext due "
                                + nextDue(decider, record, host));
            }
            return true;
        });
        assertThat(members).as("members without events").isEmpty();
        for (String session : List.of("session-0", "session-1", "session-2")) {
            SubjectId id = SubjectId.session(session);
            List<SessionLink> links = host.store
                    .subjects()
                    .load(List.of(id), Subjects.Projection.STATE)
                    .get(id)
                    .links();
            state.merge(id, "\n" + links, String::concat);
        }
        return state;
    }

    /**
     * When the clock alone changes something next: what a decision would store now that nothing happened. A stored due instant may
     * come early, by which ways differ, but not late.
     */
    private static @Nullable Instant nextDue(Decider decider, SubjectRecord record, Host host) {
        SubjectSnapshot snapshot = SubjectSnapshot.of(
                record.subject(), record.version(), record.state(), record.links(), record.timeline(), true);
        Decision decision = decider.decide(
                Map.of(record.subject(), snapshot), List.of(), Set.of(record.subject()), host.clock.instant());
        SubjectChange change = ((Decision.Decided) decision)
                .unit().changes().stream()
                        .filter(one -> one.subject().equals(record.subject()))
                        .findFirst()
                        .orElseThrow();
        assertThat(change.memberships()).as("what was overdue").isEmpty();
        assertThat(change.executions()).as("what was overdue").isEmpty();
        if (change.due() != null) {
            assertThat(host.store.subjects().nextDue())
                    .as("the first of the stored due instants")
                    .hasValueSatisfying(first -> assertThat(first).isBeforeOrEqualTo(change.due()));
        }
        return change.due();
    }

    private static Decider decider(Host host) {
        Settings settings = Settings.defaults();
        return new Decider(Plan.compile(
                host.store.definitions().version(),
                host.analytics.segments().list(),
                host.analytics.triggers().list(),
                new DecisionSettings(
                        ScoringModel.defaults(),
                        Retention.unlimited(),
                        settings.triggerMaxEventAge(),
                        settings.triggerMaxLateness())));
    }

    /** The same as of now, in the place of accumulators and profiles as of the last decision. */
    private static Map<SubjectId, String> now(Host host) {
        Map<SubjectId, String> now = new TreeMap<>();
        state(host).forEach((subject, text) -> {
            int behindProfile = text.indexOf('\n');
            String rest = behindProfile == 0 ? text : text.substring(text.indexOf('\n', behindProfile + 1));
            now.put(subject, behindProfile == 0 ? text : host.profile(subject) + "\n" + rest);
        });
        return now;
    }

    private static Map<SubjectId, List<String>> members(Host host) {
        Map<SubjectId, List<String>> members = new TreeMap<>();
        for (Segment segment : host.analytics.segments().list()) {
            for (SubjectId subject : host.store.ledger().members(segment.id(), null, 1_000)) {
                members.computeIfAbsent(subject, id -> new ArrayList<>()).add(segment.key());
            }
        }
        return members;
    }

    /** Profiles as of now and members, of everybody who has events. */
    private static Map<SubjectId, String> profiles(Host host) {
        Map<SubjectId, String> profiles = new TreeMap<>();
        Map<SubjectId, List<String>> members = members(host);
        host.store.subjects().scan(Subjects.Projection.STATE, record -> {
            profiles.put(record.subject(), "");
            return true;
        });
        profiles.replaceAll((subject, nothing) ->
                host.analytics.profiles().get(subject) + " " + members.getOrDefault(subject, List.of()));
        profiles.values().removeIf(text -> text.contains("totalEvents=0") && text.endsWith("[]"));
        return profiles;
    }

    private static List<BehaviorEvent> stored(Host host) {
        List<BehaviorEvent> events = new ArrayList<>();
        host.store.subjects().scan(Subjects.Projection.TIMELINE, record -> {
            for (int i = 0; i < record.timeline().size(); i++) {
                events.add(record.timeline().event(i));
            }
            return true;
        });
        return events;
    }

    private static void agreesWithTheNaiveSide(Map<SubjectId, String> state, List<BehaviorEvent> stored, Instant now) {
        Map<SubjectId, List<BehaviorEvent>> timelines = NaiveIdentity.timelines(stored, now);
        timelines.forEach((subject, events) -> {
            String[] lines = state.get(subject).split("\n", -1);
            assertThat(lines[3])
                    .as("events of %s", subject)
                    .isEqualTo(Arrays.toString(
                            events.stream().map(BehaviorEvent::id).toArray()));
            Profile naive = new NaiveProfile(events, Micros.of(now)).profile(subject);
            String shown = naive.toString();
            assertThat(lines[0])
                    .startsWith(shown.substring(0, shown.indexOf("segments=")))
                    .endsWith(shown.substring(shown.indexOf(" behaviorPattern=")));
        });
        assertThat(state.values().stream()
                        .filter(text -> !text.startsWith("\n"))
                        .count())
                .isEqualTo(timelines.size());
    }
}
