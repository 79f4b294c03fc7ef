package io.behavioranalytics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.behavioranalytics.Verification.Outcome;
import io.behavioranalytics.decision.SubjectState;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.TrackRequest;
import io.behavioranalytics.profile.Profile;
import io.behavioranalytics.segment.SegmentDraft;
import io.behavioranalytics.store.ContractLife;
import io.behavioranalytics.store.InMemoryStore;
import io.behavioranalytics.store.Store;
import io.behavioranalytics.store.SubjectRecord;
import io.behavioranalytics.store.Subjects;
import io.behavioranalytics.store.Upkeep;
import io.behavioranalytics.trigger.TriggerDraft;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MaintenanceTest {
    private static final Instant START = Instant.parse("2026-03-01T10:00:00Z");
    private static final SubjectId ADA = SubjectId.lead("ada");

    private final VirtualClock clock = VirtualClock.at(START);
    private final InMemoryStore memory = new InMemoryStore(clock);

    private BehaviorAnalytics host(Store store, Settings settings) {
        return BehaviorAnalytics.builder()
                .store(store)
                .clock(clock)
                .settings(settings)
                .random(new SplittableRandom(1))
                .executor(Runnable::run)
                .build();
    }

    private static Settings days(long days) {
        return Settings.builder().retention(Duration.ofDays(days)).build();
    }

    private static void viewers(BehaviorAnalytics analytics) {
        analytics
                .segments()
                .create(SegmentDraft.fromJson("{\"name\": \"Viewers\", \"type\": \"dynamic\", \"status\": \"active\","
                        + " \"criteria\": {\"logicOperator\": \"AND\", \"eventFilters\": [{\"eventType\": \"page_view\","
                        + " \"minFrequency\": 1, \"timeRange\": {\"last\": \"P7D\"}}]}}"));
    }

    private void view(BehaviorAnalytics analytics, SubjectId lead) {
        assertThat(analytics
                        .track(TrackRequest.builder(EventType.PAGE_VIEW)
                                .leadId(lead.value())
                                .build())
                        .outcome())
                .isEqualTo(TrackResult.Outcome.ACCEPTED);
    }

    @Test
    void a_purge_deletes_what_a_late_event_cannot_ask_for_any_more_and_changes_no_profile() {
        try (BehaviorAnalytics analytics = host(memory, days(1))) {
            view(analytics, ADA);
            clock.advance(Duration.ofHours(24));
            analytics.runDue();
            assertThat(analytics.profiles().get(ADA).orElseThrow().totalEvents())
                    .isZero();
            assertThat(analytics.maintenance().purge()).isEqualTo(new Purge(0, 0));

            view(analytics, ADA);
            clock.advance(Duration.ofHours(1));
            view(analytics, ADA);
            Profile before = analytics.profiles().get(ADA).orElseThrow();
            assertThat(analytics.maintenance().purge()).isEqualTo(new Purge(1, 0));

            assertThat(analytics.profiles().get(ADA)).contains(before);
            assertThat(before.totalEvents()).isEqualTo(2);
            assertThat(analytics.statistics().purged()).isEqualTo(1);
            assertThat(analytics.maintenance().verify(ADA).outcome()).isEqualTo(Outcome.OK);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void whatever_happens_every_subject_verifies_between_purges(long seed) {
        Map<Outcome, Integer> outcomes = new TreeMap<>();
        try (ContractLife life = new ContractLife(memory, START, seed)) {
            Maintenance maintenance = life.analytics().maintenance();
            long purged = 0;
            for (int round = 0; round < 25; round++) {
                life.go(40);
                if (round % 3 == 0) {
                    purged += maintenance.purge().events();
                }
                for (SubjectId subject : ContractLife.subjects()) {
                    Verification verification = maintenance.verify(subject);
                    assertThat(verification.isWrong())
                            .as(verification.toString())
                            .isFalse();
                    outcomes.merge(verification.outcome(), 1, Integer::sum);
                }
            }
            assertThat(purged).isPositive();
            assertThat(maintenance.selfCheck(1_000, new SplittableRandom(seed)).wrong())
                    .isEmpty();
            assertThat(life.analytics().statistics().differences()).isZero();
        }
        assertThat(outcomes.get(Outcome.OK)).isGreaterThan(200);
    }

    /** A store whose answers are other than what was stored. */
    private static final class DamagedStore extends ForwardingStore {
        UnaryOperator<SubjectRecord> record = UnaryOperator.identity();
        UnaryOperator<Upkeep.Holding> holding = UnaryOperator.identity();

        DamagedStore(Store to) {
            super(to);
        }

        @Override
        public Subjects subjects() {
            return (Subjects) Proxy.newProxyInstance(
                    Subjects.class.getClassLoader(), new Class<?>[] {Subjects.class}, (self, method, arguments) -> {
                        Object answer = method.invoke(to.subjects(), arguments);
                        if (method.getName().equals("load")) {
                            Map<Object, Object> damaged = new TreeMap<>();
                            ((Map<?, ?>) answer)
                                    .forEach((id, loaded) -> damaged.put(id, record.apply((SubjectRecord) loaded)));
                            return damaged;
                        }
                        return answer;
                    });
        }

        @Override
        public Upkeep upkeep() {
            return (Upkeep) Proxy.newProxyInstance(
                    Upkeep.class.getClassLoader(), new Class<?>[] {Upkeep.class}, (self, method, arguments) -> {
                        Object answer = method.invoke(to.upkeep(), arguments);
                        return method.getName().equals("held") ? holding.apply((Upkeep.Holding) answer) : answer;
                    });
        }

        void state(UnaryOperator<SubjectState> damage) {
            record = loaded -> new SubjectRecord(
                    loaded.subject(),
                    loaded.version(),
                    damage.apply(Objects.requireNonNull(loaded.state())),
                    loaded.links(),
                    loaded.timeline());
        }
    }

    private static Profile withVisits(Profile profile, long visits, double intent) {
        return new Profile(
                profile.subject(),
                profile.asOf(),
                profile.totalEvents(),
                profile.uniqueEventTypes(),
                visits,
                profile.totalTimeSpent(),
                profile.averageSessionDuration(),
                profile.engagementScore(),
                profile.interestScore(),
                intent,
                profile.conversionProbability(),
                profile.segments(),
                profile.behaviorPattern(),
                profile.firstSeen(),
                profile.lastActivity(),
                List.of(),
                Map.of());
    }

    private static byte[] damaged(byte[] bytes, int place) {
        byte[] copy = bytes.clone();
        copy[place] ^= 1;
        return copy;
    }

    @Test
    void a_damaged_state_is_found_and_what_differs_is_named() {
        DamagedStore store = new DamagedStore(memory);
        try (BehaviorAnalytics analytics = host(store, Settings.defaults())) {
            viewers(analytics);
            view(analytics, ADA);
            Maintenance maintenance = analytics.maintenance();
            assertThat(maintenance.verify(ADA)).isEqualTo(new Verification(ADA, Outcome.OK, List.of()));
            assertThat(maintenance.verify(SubjectId.lead("nobody")).outcome()).isEqualTo(Outcome.UNDECIDED);

            store.state(s -> new SubjectState(
                    s.definitionsVersion(),
                    s.asOf(),
                    withVisits(s.profile(), 2, Math.nextUp(s.profile().intentScore())),
                    s.accumulators(),
                    s.memory()));
            assertDifferent(maintenance, "profile.visits", "profile.intentScore");
            store.state(s -> new SubjectState(
                    s.definitionsVersion(),
                    s.asOf(),
                    s.profile(),
                    damaged(s.accumulators(), s.accumulators().length - 1),
                    s.memory()));
            assertDifferent(maintenance, "accumulators");
            store.state(s -> new SubjectState(s.definitionsVersion(), s.asOf(), s.profile(), new byte[0], s.memory()));
            assertDifferent(maintenance, "accumulators");
            store.state(s -> new SubjectState(
                    s.definitionsVersion(), s.asOf(), s.profile(), s.accumulators(), damaged(s.memory(), 0)));
            assertDifferent(maintenance, "memory");

            store.record = UnaryOperator.identity();
            store.holding = held -> new Upkeep.Holding(held.version(), held.due(), Set.of());
            assertDifferent(maintenance, "memberships");
            store.holding = held -> new Upkeep.Holding(held.version(), held.due(), Set.of(new UUID(1, 2)));
            assertDifferent(maintenance, "memberships");
            store.holding = held -> new Upkeep.Holding(held.version(), null, held.segments());
            assertDifferent(maintenance, "due");
            store.holding = held -> new Upkeep.Holding(
                    held.version(), Objects.requireNonNull(held.due()).plusNanos(1_000), held.segments());
            assertDifferent(maintenance, "due");
            store.holding = held -> new Upkeep.Holding(
                    held.version(), Objects.requireNonNull(held.due()).minusSeconds(1), held.segments());
            assertThat(maintenance.verify(ADA).outcome()).isEqualTo(Outcome.OK);
            store.holding = held -> new Upkeep.Holding(held.version() + 1, held.due(), held.segments());
            assertThat(maintenance.verify(ADA).outcome()).isEqualTo(Outcome.CHANGING);
            assertThat(analytics.statistics().differences()).isEqualTo(8);
        }
    }

    private static void assertDifferent(Maintenance maintenance, String... names) {
        Verification verification = maintenance.verify(ADA);
        assertThat(verification.outcome()).isEqualTo(Outcome.DIFFERENT);
        assertThat(verification.differences()).containsExactlyInAnyOrder(names);
        assertThat(verification.isWrong()).isTrue();
    }

    @Test
    void a_state_of_other_definitions_is_outdated_until_the_recalculation_came_by() {
        try (BehaviorAnalytics analytics = host(memory, Settings.defaults())) {
            view(analytics, ADA);
            try (BehaviorAnalytics other = BehaviorAnalytics.builder()
                    .store(memory)
                    .clock(clock)
                    .executor(task -> {})
                    .build()) {
                viewers(other);
                assertThat(other.maintenance().verify(ADA).outcome()).isEqualTo(Outcome.OUTDATED);
            }
            analytics.runDue();
            viewers2(analytics);
            assertThat(analytics.maintenance().verify(ADA).outcome()).isEqualTo(Outcome.OK);
        }
    }

    private static void viewers2(BehaviorAnalytics analytics) {
        analytics
                .segments()
                .create(SegmentDraft.fromJson("{\"name\": \"Others\", \"type\": \"dynamic\", \"status\": \"active\","
                        + " \"criteria\": {\"logicOperator\": \"AND\", \"eventFilters\": [{\"eventType\": \"form_start\","
                        + " \"minFrequency\": 1}]}}"));
    }

    @Test
    void a_self_check_verifies_as_many_as_asked_and_finds_the_damaged_ones() {
        DamagedStore store = new DamagedStore(memory);
        try (BehaviorAnalytics analytics = host(store, Settings.defaults())) {
            for (int i = 0; i < 2_500; i++) {
                view(analytics, SubjectId.lead("lead-" + i));
            }
            Maintenance maintenance = analytics.maintenance();
            assertThat(maintenance.selfCheck(0, new SplittableRandom(1))).isEqualTo(new SelfCheck(0, List.of()));
            assertThat(maintenance.selfCheck(30, new SplittableRandom(1))).isEqualTo(new SelfCheck(30, List.of()));
            assertThat(maintenance.selfCheck(9_999, new SplittableRandom(1)).verified())
                    .isEqualTo(2_500);
            assertThatThrownBy(() -> maintenance.selfCheck(-1, new SplittableRandom(1)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("-1");

            store.state(s -> s.profile().subject().value().endsWith("7")
                    ? new SubjectState(
                            s.definitionsVersion(),
                            s.asOf(),
                            withVisits(s.profile(), 9, 0),
                            s.accumulators(),
                            s.memory())
                    : s);
            SelfCheck found = maintenance.selfCheck(500, new SplittableRandom(2));
            assertThat(found.verified()).isEqualTo(500);
            assertThat(found.wrong())
                    .hasSizeBetween(20, 90)
                    .allSatisfy(wrong -> assertThat(wrong.subject().value()).endsWith("7"));
            assertThat(maintenance.selfCheck(500, new SplittableRandom(2))).isEqualTo(found);
        }
    }

    @Test
    void the_loops_rounds_purge_and_verify_everybody_in_turn_in_small_steps() {
        Settings settings = Settings.builder()
                .retention(Duration.ofDays(1))
                .maintenanceInterval(Duration.ofHours(2))
                .selfCheckSample(3)
                .build();
        try (BehaviorAnalytics analytics = host(memory, settings)) {
            for (int i = 0; i < 7; i++) {
                view(analytics, SubjectId.lead("lead-" + i));
            }
            clock.advance(Duration.ofHours(26));
            analytics.runDue();
            MaintenanceRounds rounds =
                    new MaintenanceRounds(analytics.maintenance(), clock, settings, new SplittableRandom(1));

            assertThat(rounds.step()).isFalse(); // the first round begins a minute later
            assertThat(analytics.statistics().purged()).isZero();
            clock.advance(Duration.ofMinutes(1));
            assertThat(round(rounds)).isPositive();
            assertThat(analytics.statistics().purged()).isEqualTo(7);
            assertThat(analytics.statistics().verified()).isLessThanOrEqualTo(3);
            assertThat(rounds.step()).isFalse();

            for (int i = 0; i < 4; i++) {
                clock.advance(Duration.ofHours(2));
                round(rounds);
            }
            assertThat(analytics.statistics().verified()).isGreaterThanOrEqualTo(7);
            assertThat(analytics.statistics().differences()).isZero();
        }
    }

    @Test
    void the_log_of_skips_is_cut_to_the_newest_also_where_all_facts_are_kept() {
        Settings settings =
                Settings.builder().skipLimit(1_500).keepingAllFacts().build();
        try (BehaviorAnalytics analytics = host(memory, settings)) {
            analytics
                    .triggers()
                    .create(TriggerDraft.fromJson("{\"name\": \"Greeting\", \"event\": \"page_view\","
                            + " \"actions\": [{\"action\": \"log\", \"parameters\": {}}], \"cooldown\": 1440}"));
            for (int i = 0; i <= 4_000; i++) {
                view(analytics, ADA);
            }
            assertThat(analytics.triggers().skips(null, null, 10_000)).hasSize(4_000);

            assertThat(analytics.maintenance().purge()).isEqualTo(new Purge(0, 2_500));
            assertThat(analytics.triggers().skips("greeting", ADA, 10_000)).hasSize(1_500);
            assertThat(analytics.maintenance().purge()).isEqualTo(new Purge(0, 0));
        }
    }

    private static int round(MaintenanceRounds rounds) {
        int steps = 1;
        while (rounds.step()) {
            assertThat(++steps).isLessThan(100);
        }
        return steps;
    }

    @Test
    void without_an_interval_the_loop_leaves_maintenance_to_the_host() {
        Settings settings = Settings.builder()
                .retention(Duration.ofDays(1))
                .withoutMaintenance()
                .keepingAllFacts()
                .build();
        try (BehaviorAnalytics analytics = host(memory, settings)) {
            view(analytics, ADA);
            MaintenanceRounds rounds =
                    new MaintenanceRounds(analytics.maintenance(), clock, settings, new SplittableRandom(1));
            for (int day = 0; day < 5; day++) {
                clock.advance(Duration.ofDays(1));
                assertThat(rounds.step()).isFalse();
            }
            assertThat(analytics.maintenance().purge()).isEqualTo(new Purge(0, 0)); // the last decision still saw it
            analytics.runDue();
            assertThat(analytics.maintenance().purge()).isEqualTo(new Purge(1, 0));
        }
    }
}
