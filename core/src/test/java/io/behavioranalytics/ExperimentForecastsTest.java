package io.behavioranalytics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.behavioranalytics.condition.Condition;
import io.behavioranalytics.condition.Operator;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.TrackRequest;
import io.behavioranalytics.experiment.Allocation;
import io.behavioranalytics.experiment.Band;
import io.behavioranalytics.experiment.ExclusionGroup;
import io.behavioranalytics.experiment.Experiment;
import io.behavioranalytics.experiment.ExperimentDraft;
import io.behavioranalytics.experiment.ExperimentDraftBuilder;
import io.behavioranalytics.experiment.ExperimentPlan;
import io.behavioranalytics.experiment.PlanQuery;
import io.behavioranalytics.json.InvalidDefinitionException;
import io.behavioranalytics.proof.AnExperiment;
import io.behavioranalytics.segment.Criteria;
import io.behavioranalytics.segment.EventFilter;
import io.behavioranalytics.segment.SegmentDraft;
import io.behavioranalytics.statistics.AaCheck;
import io.behavioranalytics.statistics.Alternative;
import io.behavioranalytics.statistics.Effect;
import io.behavioranalytics.statistics.EffectScale;
import io.behavioranalytics.statistics.MeanTest;
import io.behavioranalytics.statistics.Proportion;
import io.behavioranalytics.statistics.Shortage;
import io.behavioranalytics.store.InMemoryStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Plans by the host's own history, the check of its own ids, and weights that follow results. */
class ExperimentForecastsTest {
    private static final Instant START = Instant.parse("2026-03-01T00:00:00Z");

    private final AtomicReference<Instant> now = new AtomicReference<>(START);
    private final InMemoryStore store = new InMemoryStore(now::get);
    private final BehaviorAnalytics analytics =
            BehaviorAnalytics.builder().store(store).clock(now::get).build();

    @AfterEach
    void close() {
        analytics.close();
        store.close();
    }

    private static TrackRequest event(EventType type, int lead, Instant at) {
        return TrackRequest.builder(type)
                .leadId("lead-" + lead)
                .sessionId("s-" + lead)
                .timestamp(at)
                .build();
    }

    /** Leads who come over ten days, of whom every fifth converts. */
    private void history(int leads) {
        List<TrackRequest> requests = new ArrayList<>();
        for (int i = 0; i < leads; i++) {
            Instant at = START.plus(Duration.ofDays(10).multipliedBy(i).dividedBy(leads));
            requests.add(event(EventType.PAGE_VIEW, i, at));
            if (i % 5 == 0) {
                requests.add(event(EventType.APPLICATION_COMPLETE, i, at.plusSeconds(30)));
            }
        }
        now.set(START.plus(Duration.ofDays(10)));
        analytics.trackAll(requests);
    }

    @Test
    void a_plan_follows_from_the_hosts_own_traffic_and_rate() {
        history(2_000);
        PlanQuery query = new PlanQuery(0.1, 0.8, 0.05, Duration.ofDays(10));
        ExperimentPlan plan = analytics
                .experimentReports()
                .plan(
                        AnExperiment.named("Test")
                                .allocation(Allocation.random(5_000))
                                .build(),
                        query);
        assertThat(plan.users()).isEqualTo(2_000);
        assertThat(plan.usersPerDay()).isCloseTo(100, within(1e-9)); // half of 200 a day
        assertThat(plan.mean()).isCloseTo(0.2, within(1e-12));
        // The textbook's formula with the error of the lift by the delta method: (z₀.₉₇₅ + z₀.₈)²·v·(1 + 1.1²) /
        // (0.2·0.1)².
        double perArm = Math.pow(1.959964 + 0.841621, 2) * 0.16 * (1 + 1.1 * 1.1) / (0.02 * 0.02);
        assertThat(users(plan, "control")).isCloseTo((long) perArm, within(2L));
        assertThat(users(plan, "b")).isCloseTo((long) perArm, within(2L));
        assertThat(plan.usersNeeded().orElseThrow()).isCloseTo((long) (2 * perArm), within(4L));
        assertThat(plan.daysNeeded().orElseThrow()).isCloseTo((long) (2 * perArm / 100), within(1L));
        assertThat(plan.powerAtEnd().orElseThrow()).isBetween(0.05, 0.5); // 1,400 users in 14 days are few
        assertThat(plan.minimumLift().orElseThrow()).isGreaterThan(0.2);
    }

    @Test
    void unequal_arms_need_more_users_and_only_the_targeted_are_counted() throws InterruptedException {
        history(1_000);
        analytics
                .segments()
                .create(SegmentDraft.of(
                        "Buyers",
                        Criteria.all()
                                .event(EventFilter.atLeast(EventType.APPLICATION_COMPLETE, 1))
                                .build()));
        assertThat(analytics.segments().recalculation().await(Duration.ofSeconds(60)))
                .isTrue();
        PlanQuery query = new PlanQuery(0.1, 0.8, 0.05, Duration.ofDays(10));
        ExperimentPlan even =
                analytics.experimentReports().plan(AnExperiment.named("A").build(), query);
        ExperimentPlan uneven = analytics
                .experimentReports()
                .plan(
                        ExperimentDraft.builder("B", Experiment.Type.OFFER)
                                .hypothesis("h")
                                .successMetric("conversion_rate")
                                .control("Control", 9_000)
                                .variant("B", 1_000)
                                .build(),
                        query);
        // 1.1²/0.9 + 1/0.1 beside 1.1²/0.5 + 1/0.5.
        double more = (1.21 / 0.9 + 10) / (1.21 / 0.5 + 2);
        assertThat((double) uneven.usersNeeded().orElseThrow())
                .isCloseTo(more * even.usersNeeded().orElseThrow(), within(20.0));
        assertThat((double) users(uneven, "control")).isCloseTo(9.0 * users(uneven, "b"), within(9.0));
        ExperimentPlan buyers = analytics
                .experimentReports()
                .plan(AnExperiment.named("C").targetSegment("buyers").build(), query);
        assertThat(buyers.users()).isEqualTo(200);
        assertThat(buyers.usersNeeded().shortage()).contains(Shortage.NO_VARIANCE); // all of them convert
    }

    @Test
    void only_who_meets_the_conditions_is_counted_and_those_of_attributes_by_what_was_set_before() {
        history(1_000);
        for (int i = 0; i < 300; i++) {
            analytics.leads().setAttribute(SubjectId.lead("lead-" + i), "plan", i < 100 ? "gold" : "silver");
        }
        PlanQuery query = new PlanQuery(0.1, 0.8, 0.05, Duration.ofDays(10));
        ExperimentPlan gold = analytics
                .experimentReports()
                .plan(
                        AnExperiment.named("Gold")
                                .when(Condition.of("attributes.plan", Operator.EQUALS, "gold"))
                                .build(),
                        query);
        assertThat(gold.users()).isEqualTo(100);
        assertThat(gold.usersPerDay()).isCloseTo(10, within(1e-9));
        assertThat(gold.mean()).isCloseTo(0.2, within(1e-12));
        // Who converted has two events.
        ExperimentPlan converted = analytics
                .experimentReports()
                .plan(
                        AnExperiment.named("Two")
                                .when(Condition.of("totalEvents", Operator.GREATER_THAN, 1))
                                .when(Condition.of("attributes.plan", Operator.EQUALS, "silver"))
                                .build(),
                        query);
        assertThat(converted.users()).isEqualTo(40);
        assertThat(converted.mean()).isEqualTo(1);
    }

    @Test
    void a_day_brings_no_more_users_than_the_traffic_the_group_and_the_holdout_let_in() {
        history(1_000);
        try (BehaviorAnalytics held = BehaviorAnalytics.builder()
                .store(store)
                .clock(now::get)
                .settings(Settings.builder().experimentHoldout(1_000).build())
                .build()) {
            ExperimentPlan plan = held.experimentReports()
                    .plan(
                            AnExperiment.named("A")
                                    .allocation(Allocation.random(5_000))
                                    .exclusionGroup(new ExclusionGroup("g", 2_000, 4_500))
                                    .force("lead-0", "b")
                                    .build(),
                            new PlanQuery(0.1, 0.8, 0.05, Duration.ofDays(10)));
            assertThat(plan.users()).isEqualTo(999);
            assertThat(plan.usersPerDay()).isCloseTo(99.9 * 0.5 * 0.25 * 0.9, within(1e-9));
            assertThat((double) plan.daysNeeded().orElseThrow())
                    .isEqualTo(Math.ceil(plan.usersNeeded().orElseThrow() / plan.usersPerDay()));
        }
    }

    @Test
    void bands_count_with_the_weights_that_they_have() {
        history(1_000);
        // Every fifth converts, and has two events.
        ExperimentDraftBuilder draft = AnExperiment.named("Bands")
                .allocation(new Allocation(
                        10_000,
                        Allocation.Method.BEHAVIOR_BASED,
                        List.of(new Band(
                                null,
                                List.of(Condition.of("totalEvents", Operator.GREATER_THAN, 1)),
                                Map.of("control", 9_000, "b", 1_000))),
                        Allocation.everybody().adaptive()));
        ExperimentPlan plan =
                analytics.experimentReports().plan(draft.build(), new PlanQuery(0.1, 0.8, 0.05, Duration.ofDays(10)));
        double inverseOfControl = 0.2 / 0.9 + 0.8 / 0.5;
        double inverseOfTreatment = 0.2 / 0.1 + 0.8 / 0.5;
        double users = Math.pow(1.959964 + 0.841621, 2)
                * 0.16
                / (0.2 * 0.2 * 0.01)
                * (1.21 * inverseOfControl + inverseOfTreatment);
        assertThat((double) plan.usersNeeded().orElseThrow()).isCloseTo(users, within(5.0));
        assertThat((double) users(plan, "b")).isCloseTo(0.42 * users, within(5.0));
    }

    @Test
    void an_experiment_of_the_planned_size_finds_the_lift_as_often_as_it_was_planned() {
        history(1_000);
        ExperimentDraft draft = ExperimentDraft.builder("C", Experiment.Type.OFFER)
                .hypothesis("h")
                .successMetric("conversion_rate")
                .control("Control", 7_000)
                .variant("B", 3_000)
                .build();
        ExperimentPlan plan =
                analytics.experimentReports().plan(draft, new PlanQuery(0.3, 0.8, 0.05, Duration.ofDays(10)));
        int a = Math.toIntExact(users(plan, "control"));
        int b = Math.toIntExact(users(plan, "b"));
        SplittableRandom random = new SplittableRandom(17);
        int runs = 4_000;
        int found = 0;
        for (int run = 0; run < runs; run++) {
            Effect lift = Effect.of(
                            new Proportion(converted(random, a, 0.2), a),
                            new Proportion(converted(random, b, 0.26), b),
                            EffectScale.RELATIVE)
                    .orElseThrow();
            found += MeanTest.z(lift, Alternative.TWO_SIDED, 0.05).significant() ? 1 : 0;
        }
        // The plan takes the control's variance for both; a treatment of 26 % varies more, and finds a little less.
        assertThat(found / (double) runs).isBetween(0.74, 0.82);
    }

    private static int converted(SplittableRandom random, int users, double rate) {
        int converted = 0;
        for (int i = 0; i < users; i++) {
            converted += random.nextDouble() < rate ? 1 : 0;
        }
        return converted;
    }

    @Test
    void what_cannot_be_planned_is_said() {
        ExperimentPlan nobody =
                analytics.experimentReports().plan(AnExperiment.named("A").build(), PlanQuery.of(0.1));
        assertThat(nobody.usersNeeded().shortage()).contains(Shortage.TOO_FEW_OBSERVATIONS);
        assertThat(nobody.daysNeeded().shortage()).isPresent();
        assertThatThrownBy(() -> PlanQuery.of(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new PlanQuery(0.1, 1, 0.05, Duration.ofDays(1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new PlanQuery(0.1, 0.8, 0.6, Duration.ofDays(1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new PlanQuery(0.1, 0.8, 0.05, Duration.ofHours(1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> analytics
                        .experimentReports()
                        .plan(AnExperiment.named("A").targetSegment("none").build(), PlanQuery.of(0.1)))
                .isInstanceOf(InvalidDefinitionException.class);
    }

    @Test
    void a_check_of_the_hosts_own_ids_finds_the_error_rate_that_was_asked_for() {
        history(1_000);
        AaCheck check = analytics
                .experimentReports()
                .aaCheck(AnExperiment.named("A").build(), 1_000, Duration.ofDays(10))
                .orElseThrow();
        assertThat(check.runs()).isEqualTo(1_000);
        assertThat(check.interval().contains(0.05)).isTrue();
        assertThat(check.arms().mismatch()).isFalse();
        assertThat(check.mismatches()).isLessThan(8);
        assertThatThrownBy(() -> analytics
                        .experimentReports()
                        .aaCheck(AnExperiment.named("A").build(), 0, Duration.ofDays(10)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static long users(ExperimentPlan plan, String variant) {
        return Objects.requireNonNull(plan.usersByVariant().orElseThrow().get(variant));
    }
}
