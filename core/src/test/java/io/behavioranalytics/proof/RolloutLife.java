package io.behavioranalytics.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.BehaviorAnalytics;
import io.behavioranalytics.SegmentView;
import io.behavioranalytics.Settings;
import io.behavioranalytics.VirtualClock;
import io.behavioranalytics.decision.Batch;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.TrackRequest;
import io.behavioranalytics.json.InvalidDefinitionException;
import io.behavioranalytics.segment.MembershipChange;
import io.behavioranalytics.segment.Segment;
import io.behavioranalytics.segment.SegmentDraft;
import io.behavioranalytics.store.ArchiveRecord;
import io.behavioranalytics.store.Definitions;
import io.behavioranalytics.store.Hosts;
import io.behavioranalytics.store.Ledger;
import io.behavioranalytics.store.Queue;
import io.behavioranalytics.store.Store;
import io.behavioranalytics.store.StoreException;
import io.behavioranalytics.store.Subjects;
import io.behavioranalytics.store.UnitOutcome;
import io.behavioranalytics.store.Upkeep;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Segments that are defined, changed, withdrawn and deleted again and again under live traffic, on several hosts of which any may fail
 * at each commit of its recalculation (S16). Before each of those commits the others go on, and whoever asks must be answered by one
 * version of each segment: the one that answers, as counted from the events anew.
 */
final class RolloutLife {
    private static final Instant START = Instant.parse("2026-03-01T00:00:00Z");
    private static final int ALL = 1_000;
    private static final int LEADS = 8;
    /** The later ones may refer to those before them. */
    private static final List<String> KEYS = List.of("s0", "s1", "d0", "d1");

    /**
     * What a version asks for: so many views within so many hours, or ever, and to be in another segment or not to be; nobody is in one
     * that is switched off.
     */
    private record Rule(int times, int hours, boolean active, String other, boolean in) {}

    private final SplittableRandom random;
    private final VirtualClock clock = VirtualClock.at(START);
    private final Store store;
    private final List<BehaviorAnalytics> hosts = new ArrayList<>();
    private final List<Deque<Runnable>> tasks = new ArrayList<>();
    private final Map<String, List<Instant>> seen = new TreeMap<>();
    private final Map<String, Map<Long, Rule>> rules = new HashMap<>();
    /** The hosts whose recalculations are at work, the innermost last. */
    private final Deque<Integer> working = new ArrayDeque<>();

    private boolean healed;
    /** Whether somebody looks or interferes, which is not interfered with again. */
    private boolean watching;

    /** How many answers were looked at. */
    int answers;
    /** How many of them a mixture of both versions would have got wrong. */
    int mixtures;
    /** How many answers were looked at of segments that follow another which is being calculated. */
    int followed;
    /** How many recalculations failed in their middle. */
    int deaths;

    RolloutLife(long seed, Function<InstantSource, Store> stores) {
        random = new SplittableRandom(seed);
        store = stores.apply(clock);
        int count = 2 + random.nextInt(3);
        for (int i = 0; i < count; i++) {
            Deque<Runnable> own = new ArrayDeque<>();
            int number = i;
            tasks.add(own);
            hosts.add(BehaviorAnalytics.builder()
                    .store(new Watched(number))
                    .clock(clock)
                    .settings(Settings.builder()
                            .cacheTtl(Duration.ZERO)
                            .batchSize(1 + random.nextInt(3))
                            .build())
                    .random(random.split())
                    .host("host-" + i)
                    .executor(own::add)
                    .build());
        }
    }

    /**
     * Lives.
     *
     * @return this
     */
    RolloutLife run() {
        for (int i = 0; i < LEADS; i++) {
            track(host());
        }
        for (int step = 0; step < 25; step++) {
            switch (random.nextInt(8)) {
                case 0, 1 -> define(host());
                case 2 -> withdraw(host());
                case 3 -> pass();
                case 4, 5 -> work(random.nextInt(hosts.size()));
                default -> track(host());
            }
            check();
        }
        end();
        hosts.forEach(BehaviorAnalytics::close);
        return this;
    }

    private BehaviorAnalytics host() {
        return hosts.get(random.nextInt(hosts.size()));
    }

    private void track(BehaviorAnalytics on) {
        String lead = "lead-" + random.nextInt(LEADS);
        Instant at = clock.instant().minusSeconds(random.nextInt(3) == 0 ? random.nextInt(10_000) : 0);
        EventType type = random.nextInt(4) == 0 ? EventType.SOCIAL_SHARE : EventType.PAGE_VIEW;
        on.track(TrackRequest.builder(type).leadId(lead).timestamp(at).build());
        seen.computeIfAbsent(lead, id -> new ArrayList<>());
        if (type.equals(EventType.PAGE_VIEW)) {
            seen.get(lead).add(at);
        }
    }

    private void define(BehaviorAnalytics on) {
        String key = KEYS.get(random.nextInt(KEYS.size()));
        List<String> before = KEYS.subList(0, KEYS.indexOf(key)).stream()
                .filter(other -> key.startsWith("d") && rules.containsKey(other))
                .toList();
        Rule rule = new Rule(
                1 + random.nextInt(3),
                random.nextBoolean() ? 0 : 1 + random.nextInt(5),
                random.nextInt(8) > 0,
                before.isEmpty() ? null : before.get(random.nextInt(before.size())),
                random.nextBoolean());
        String other = rule.other() == null
                ? ""
                : ", \"segmentFilters\": [{\"segment\": \"" + rule.other() + "\", \"operator\": \""
                        + (rule.in() ? "in" : "not_in") + "\"}]";
        String range = rule.hours() == 0 ? "" : ", \"timeRange\": {\"last\": \"PT" + rule.hours() + "H\"}";
        SegmentDraft draft = SegmentDraft.fromJson(
                """
                {"name": "%s", "status": "%s", "criteria": {"logicOperator": "AND",
                 "eventFilters": [{"eventType": "page_view", "minFrequency": %d%s}]%s}}""".formatted(key, rule.active() ? "active" : "inactive", rule.times(), range, other));
        Optional<SegmentView> view = on.segments().get(key);
        if (view.isPresent() && random.nextInt(6) == 0) {
            try {
                on.segments().delete(key);
                rules.remove(key);
            } catch (InvalidDefinitionException used) {
                assertThat(used).hasMessageContaining("is used by segment");
            }
            return;
        }
        Segment saved = view.isPresent()
                ? on.segments().update(key, draft)
                : on.segments().create(draft);
        rules.computeIfAbsent(key, any -> new HashMap<>()).put(saved.version(), rule);
    }

    private void withdraw(BehaviorAnalytics on) {
        for (String key : KEYS) {
            Optional<SegmentView> view = on.segments().get(key);
            Segment next = view.map(SegmentView::next).orElse(null);
            if (next != null && random.nextBoolean()) {
                Optional<Segment> again;
                try {
                    again = on.segments().withdraw(key);
                } catch (InvalidDefinitionException used) {
                    assertThat(used).hasMessageContaining("is used by segment");
                    return;
                }
                if (again.isPresent()) {
                    Map<Long, Rule> versions = rules.get(key);
                    versions.put(
                            again.get().version(),
                            versions.get(view.get().segment().version()));
                } else {
                    rules.remove(key);
                }
                return;
            }
        }
    }

    /** Time passes, and what it changes is decided before anybody looks. */
    private void pass() {
        clock.advance(Duration.ofSeconds(random.nextInt(1, 10_000)));
        host().runDue();
    }

    /** Runs what a host has to do in the background, until it is through or fails. */
    private void work(int number) {
        if (working.contains(number)) {
            return;
        }
        hosts.get(number).runDue();
        Runnable task = tasks.get(number).poll();
        if (task != null) {
            working.addLast(number);
            try {
                task.run();
            } finally {
                working.removeLast();
            }
        }
    }

    /** Comes before each write of a recalculation: others go on, somebody looks, and the host may fail. */
    private void before(int number, boolean mayFail) {
        if (watching || working.isEmpty() || working.peekLast() != number) {
            return;
        }
        watching = true;
        try {
            check();
            if (!healed && random.nextInt(3) == 0) {
                interfere(number);
                check();
            }
        } finally {
            watching = false;
        }
        if (mayFail && !healed && random.nextInt(12) == 0) {
            deaths++;
            throw new StoreException("the host is gone");
        }
    }

    private void interfere(int number) {
        int other = (number + 1 + random.nextInt(hosts.size() - 1)) % hosts.size();
        switch (random.nextInt(8)) {
            case 0, 1, 2, 3, 4 -> track(hosts.get(other));
            case 5 -> define(hosts.get(other));
            default -> {
                watching = false;
                work(other);
                watching = true;
            }
        }
    }

    // ---- what must be true

    private void check() {
        int asked = random.nextInt(hosts.size());
        Map<String, SegmentView> views = new HashMap<>();
        for (String key : KEYS) {
            hosts.get(asked).segments().get(key).ifPresent(view -> views.put(key, view));
        }
        for (String key : KEYS) {
            Optional<SegmentView> found = Optional.ofNullable(views.get(key));
            assertThat(found.isPresent()).isEqualTo(rules.containsKey(key));
            if (found.isEmpty()) {
                continue;
            }
            SegmentView view = found.get();
            boolean first = view.calculating() && view.segment().equals(view.next());
            Set<String> expected = new TreeSet<>();
            Rule rule = rules.get(key).get(view.segment().version());
            if (!first) {
                seen.keySet().stream().filter(lead -> holds(views, rule, lead)).forEach(expected::add);
            }
            assertThat(members(asked, key))
                    .as("members of version %s of %s at %s", view.segment().version(), key, clock.instant())
                    .isEqualTo(expected);
            assertThat(view.memberCount()).isEqualTo(expected.size());
            answers++;
            Segment next = view.next();
            followed += view.calculating() && next == null ? 1 : 0;
            if (next != null && !mixture(views, expected, key, next).equals(expected)) {
                mixtures++;
            }
        }
    }

    /** What would be answered if whoever was decided on the next version were judged by it. */
    private Set<String> mixture(Map<String, SegmentView> answering, Set<String> answered, String key, Segment next) {
        Set<String> mixture = new TreeSet<>(answered);
        Set<SubjectId> behind = new HashSet<>(store.subjects().decidedBefore(next.definedIn(), null, ALL));
        Rule rule = rules.get(key).get(next.version());
        for (String lead : seen.keySet()) {
            if (!behind.contains(SubjectId.lead(lead))) {
                if (holds(answering, rule, lead)) {
                    mixture.add(lead);
                } else {
                    mixture.remove(lead);
                }
            }
        }
        return mixture;
    }

    /** By the versions that answer. */
    private boolean holds(Map<String, SegmentView> answering, Rule rule, String lead) {
        Instant now = clock.instant();
        if (!rule.active()) {
            return false;
        }
        if (rule.other() != null && isIn(answering, rule.other(), lead) != rule.in()) {
            return false;
        }
        return seen.get(lead).stream()
                        .filter(at -> rule.hours() == 0 || at.isAfter(now.minus(Duration.ofHours(rule.hours()))))
                        .count()
                >= rule.times();
    }

    private boolean isIn(Map<String, SegmentView> answering, String key, String lead) {
        SegmentView view = answering.get(key);
        boolean first = view.calculating() && view.segment().equals(view.next());
        return !first && holds(answering, rules.get(key).get(view.segment().version()), lead);
    }

    private Set<String> members(int host, String key) {
        Set<String> members = new TreeSet<>();
        hosts.get(host).segments().members(key, null, ALL).forEach(subject -> members.add(subject.value()));
        return members;
    }

    private void end() {
        healed = true;
        boolean more = true;
        while (more) {
            more = false;
            for (int i = 0; i < hosts.size(); i++) {
                hosts.get(i).runDue();
                more |= !tasks.get(i).isEmpty();
                work(i);
            }
        }
        check();
        Map<List<Object>, Boolean> state = new HashMap<>();
        for (MembershipChange change : store.ledger().memberships(null, null, 100_000)) {
            Boolean before = state.put(List.of(change.segmentId(), change.subject()), change.entered());
            assertThat(change.entered())
                    .as("an entry is followed by an exit, and an exit by an entry: %s", change)
                    .isNotEqualTo(before == null ? Boolean.FALSE : before);
        }
        for (String key : KEYS) {
            hosts.get(0).segments().get(key).ifPresent(view -> {
                assertThat(view.calculating()).isFalse();
                for (String lead : seen.keySet()) {
                    assertThat(state.getOrDefault(List.of(view.segment().id(), SubjectId.lead(lead)), false))
                            .as("the last that is recorded of %s in %s", lead, key)
                            .isEqualTo(members(0, key).contains(lead));
                }
            });
        }
        for (String lead : seen.keySet()) {
            assertThat(hosts.get(0).maintenance().verify(SubjectId.lead(lead)).differences())
                    .isEmpty();
        }
        store.upkeep().read(record -> {
            if (record instanceof ArchiveRecord.Membership membership) {
                assertThat(membership.change().isApart())
                        .as("what was kept apart is gone")
                        .isFalse();
            }
        });
    }

    /** The store as one host sees it. */
    private final class Watched implements Store {
        private final int number;

        Watched(int number) {
            this.number = number;
        }

        @Override
        public List<UnitOutcome> commit(Batch batch) {
            before(number, true);
            return store.commit(batch);
        }

        @Override
        public Definitions definitions() {
            before(number, false);
            return store.definitions();
        }

        @Override
        public Subjects subjects() {
            return store.subjects();
        }

        @Override
        public Queue queue() {
            return store.queue();
        }

        @Override
        public Ledger ledger() {
            return store.ledger();
        }

        @Override
        public Hosts hosts() {
            return store.hosts();
        }

        @Override
        public Upkeep upkeep() {
            return store.upkeep();
        }

        @Override
        public void close() {
            store.close();
        }
    }
}
