package io.behavioranalytics.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.condition.Condition;
import io.behavioranalytics.condition.Operator;
import io.behavioranalytics.event.Micros;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.experiment.Experiment.Status;
import io.behavioranalytics.profile.BehaviorPattern;
import io.behavioranalytics.profile.Profile;
import io.behavioranalytics.statistics.Finding;
import io.behavioranalytics.statistics.SampleRatioTest;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Who gets which variant, and why: a function of definition, subject and instant. */
class AssignmentTest {
    private static final Instant START = Instant.parse("2026-03-01T10:00:00Z");
    private static final long NOW = Micros.of(START.plusSeconds(3_600));
    private static final ExperimentLife LIFE = new ExperimentLife(Duration.ofDays(14));

    private static ExperimentDraftBuilder draft(String name) {
        return ExperimentDraft.builder(name, Experiment.Type.CONTENT)
                .hypothesis("h")
                .successMetric("conversion_rate")
                .status(Status.RUNNING)
                .control("Control", 5_000)
                .variant("Variant A", 3_000)
                .variant("Variant B", 2_000);
    }

    private static Experiment running(ExperimentDraftBuilder draft) {
        return LIFE.first(new UUID(7, 7), draft.build(), START);
    }

    private static AssignmentPlan plan(int holdout, Experiment... experiments) {
        return AssignmentPlan.compile(List.of(experiments), holdout, UnaryOperator.identity());
    }

    private static Assignment assign(Experiment experiment, String id, KnownSubject known) {
        return plan(0, experiment)
                .assign(experiment.key(), SubjectId.lead(id), NOW, known)
                .orElseThrow();
    }

    /** What is known of a subject, told to whoever asks. */
    private record Known(List<Exposure> exposures, @Nullable Profile profile, Map<String, @Nullable Object> attributes)
            implements KnownSubject {
        @Override
        public List<Exposure> exposures(SubjectId subject) {
            return exposures;
        }

        @Override
        public @Nullable Profile profile(SubjectId subject) {
            return profile;
        }
    }

    private static final KnownSubject STRANGER = new Known(List.of(), null, Map.of());
    /** Fails if it is asked: the hash alone decides. */
    private static final KnownSubject UNASKED = new KnownSubject() {
        @Override
        public List<Exposure> exposures(SubjectId subject) {
            throw new AssertionError("nobody needs exposures here");
        }

        @Override
        public @Nullable Profile profile(SubjectId subject) {
            throw new AssertionError("nobody needs the profile here");
        }

        @Override
        public Map<String, @Nullable Object> attributes() {
            throw new AssertionError("nobody needs attributes here");
        }
    };

    private static Profile profile(double intent, BehaviorPattern pattern, String... segments) {
        return new Profile(
                SubjectId.lead("x"),
                START,
                3,
                1,
                1,
                0,
                0,
                10,
                10,
                intent,
                10,
                List.of(segments),
                pattern,
                START,
                START,
                List.of("vip"),
                Map.of("plan", "gold"));
    }

    @Test
    void the_golden_ids_get_their_golden_variants() throws IOException {
        Experiment experiment = running(draft("Quote page CTA test"));
        for (String line : BucketingTest.golden()) {
            List<String> fields = List.of(line.split("\t", -1));
            Assignment assignment = assign(experiment, fields.get(0), UNASKED);
            assertThat(assignment.bucket()).isEqualTo(Integer.parseInt(fields.get(1)));
            assertThat(assignment.variant().id()).isEqualTo(fields.get(2));
            assertThat(assignment.reason()).isEqualTo(AssignmentReason.BUCKETED);
        }
    }

    @Test
    void compiled_ranges_agree_with_the_published_ones_for_every_bucket() {
        int[][] weights = {{1_000, 2_000, 7_000}, {3_334, 3_333, 3_333}, {1, 9_999}, {0, 10_000}, {2_500, 2_500, 5_000}
        };
        for (int buckets : new int[] {1_000, 10_000}) {
            for (int[] some : weights) {
                for (int coverage : new int[] {1, 77, 1_000, 3_333, 9_999, 10_000}) {
                    List<Integer> points = Arrays.stream(some).boxed().toList();
                    VariantTable table = new VariantTable(buckets, coverage, points);
                    List<BucketRange> ranges = Bucketing.ranges(
                            some.length,
                            coverage / 10_000.0,
                            points.stream().map(weight -> weight / 10_000.0).toList());
                    for (int bucket = 0; bucket < buckets; bucket++) {
                        assertThat(table.variantOf(bucket))
                                .isEqualTo(Bucketing.chooseVariation(bucket / (double) buckets, ranges));
                    }
                }
            }
        }
    }

    @Test
    void a_million_ids_are_uniform_and_independent_between_experiments() {
        Experiment one = running(draft("One"));
        Experiment two = running(draft("Two"));
        AssignmentPlan plan = plan(0, one);
        AssignmentPlan other = plan(0, two);
        long[] counts = new long[3];
        long[][] both = new long[3][3];
        List<String> places = List.of("control", "variant-a", "variant-b");
        for (int i = 0; i < 1_000_000; i++) {
            SubjectId subject = SubjectId.lead("lead-%06d".formatted(i));
            int first = places.indexOf(plan.assign("one", subject, NOW, UNASKED)
                    .orElseThrow()
                    .variant()
                    .id());
            int second = places.indexOf(other.assign("two", subject, NOW, UNASKED)
                    .orElseThrow()
                    .variant()
                    .id());
            counts[first]++;
            both[first][second]++;
        }
        assertThat(chiSquared(counts, new double[] {0.5, 0.3, 0.2}, 1_000_000)).isLessThan(13.82); // p 0.001, 2 df
        double independence = 0;
        for (int i = 0; i < 3; i++) {
            for (int j = 0; j < 3; j++) {
                double row = both[i][0] + both[i][1] + both[i][2];
                double column = both[0][j] + both[1][j] + both[2][j];
                double expected = row * column / 1_000_000;
                independence += (both[i][j] - expected) * (both[i][j] - expected) / expected;
            }
        }
        assertThat(independence).isLessThan(18.47); // p 0.001, 4 df
    }

    private static double chiSquared(long[] counts, double[] parts, long total) {
        double sum = 0;
        for (int i = 0; i < counts.length; i++) {
            double expected = parts[i] * total;
            sum += (counts[i] - expected) * (counts[i] - expected) / expected;
        }
        return sum;
    }

    @Test
    void raising_traffic_from_a_tenth_to_a_half_moves_nobody_who_was_in() {
        Experiment narrow = running(draft("Test").allocation(Allocation.random(1_000)));
        Experiment wide = LIFE.next(
                narrow,
                narrow.definition().toBuilder()
                        .allocation(Allocation.random(5_000))
                        .build(),
                START);
        assertThat(wide.phases()).hasSize(1);
        int in = 0;
        int more = 0;
        for (int i = 0; i < 100_000; i++) {
            Assignment before = assign(narrow, "lead-" + i, UNASKED);
            Assignment after = assign(wide, "lead-" + i, UNASKED);
            if (before.isIn()) {
                in++;
                assertThat(after.isIn()).isTrue();
                assertThat(after.variant()).isEqualTo(before.variant());
            } else {
                assertThat(before.reason()).isEqualTo(AssignmentReason.TRAFFIC);
                assertThat(before.variant().isControl()).isTrue();
            }
            more += after.isIn() ? 1 : 0;
        }
        assertThat(in).isBetween(9_500, 10_500);
        assertThat(more).isBetween(49_000, 51_000);
    }

    @Test
    void a_change_of_weights_moves_none_of_those_who_were_exposed() {
        Experiment before = running(draft("Test"));
        Experiment after = LIFE.next(
                before,
                before.definition().toBuilder()
                        .variants(List.of(
                                Variant.of("Control", true, 1_000, Map.of()),
                                Variant.of("Variant A", false, 0, Map.of()),
                                Variant.of("Variant B", false, 9_000, Map.of())))
                        .build(),
                START.plusSeconds(60));
        int moved = 0;
        for (int i = 0; i < 10_000; i++) {
            Assignment first = assign(before, "lead-" + i, UNASKED);
            Exposure exposure = new Exposure(
                    before.id(), 1, 0, first.subject(), first.variant().id(), first.phase(), first.band(), START);
            Assignment kept = assign(after, "lead-" + i, new Known(List.of(exposure), null, Map.of()));
            assertThat(kept.reason()).isEqualTo(AssignmentReason.STICKY);
            assertThat(kept.phase()).isEqualTo(1);
            assertThat(kept.variant().id()).isEqualTo(first.variant().id());
            moved += assign(after, "lead-" + i, STRANGER)
                            .variant()
                            .id()
                            .equals(first.variant().id())
                    ? 0
                    : 1;
        }
        assertThat(moved).as("those who were not exposed go by the new weights").isGreaterThan(5_000);
    }

    @Test
    void re_randomising_buckets_the_exposed_anew_or_takes_them_out() {
        Experiment before = running(draft("Test"));
        Experiment anew = LIFE.reseeded(before, false, START.plusSeconds(60));
        Experiment without = LIFE.reseeded(before, true, START.plusSeconds(60));
        int changed = 0;
        for (int i = 0; i < 1_000; i++) {
            Assignment first = assign(before, "lead-" + i, UNASKED);
            Known exposed = new Known(
                    List.of(new Exposure(
                            before.id(), 1, 0, first.subject(), first.variant().id(), 1, -1, START)),
                    null,
                    Map.of());
            Assignment again = assign(anew, "lead-" + i, exposed);
            assertThat(again.reason()).isEqualTo(AssignmentReason.BUCKETED);
            assertThat(again.bucketVersion()).isEqualTo(1);
            changed += again.variant().id().equals(first.variant().id()) ? 0 : 1;
            assertThat(assign(without, "lead-" + i, exposed).reason()).isEqualTo(AssignmentReason.OLD_BUCKET_VERSION);
            assertThat(assign(without, "lead-" + i, STRANGER).isIn()).isTrue();
        }
        assertThat(changed).isBetween(550, 690); // 1 - (0.5² + 0.3² + 0.2²) = 0.62
    }

    @Test
    void exclusion_groups_share_users_out_and_leave_each_in_one_at_most() {
        Experiment one = running(draft("One").exclusionGroup(new ExclusionGroup("page", 0, 4_000)));
        Experiment two = running(draft("Two").exclusionGroup(new ExclusionGroup("page", 4_000, 10_000)));
        int[] in = new int[2];
        for (int i = 0; i < 20_000; i++) {
            Assignment first = assign(one, "lead-" + i, UNASKED);
            Assignment second = assign(two, "lead-" + i, UNASKED);
            assertThat(first.isIn() ^ second.isIn()).isTrue();
            in[first.isIn() ? 0 : 1]++;
            Assignment out = first.isIn() ? second : first;
            assertThat(out.reason()).isEqualTo(AssignmentReason.EXCLUSION_GROUP);
            assertThat(out.detail()).isEqualTo("page");
        }
        assertThat(in[0]).isBetween(7_500, 8_500);
    }

    @Test
    void a_holdout_is_the_same_users_everywhere_and_never_a_false_mismatch_of_samples() {
        Experiment one = running(draft("One"));
        Experiment two = running(draft("Two"));
        AssignmentPlan plan = plan(1_000, one, withId(two));
        long[] counts = new long[3];
        List<String> ids = List.of("control", "variant-a", "variant-b");
        int held = 0;
        for (int i = 0; i < 100_000; i++) {
            SubjectId subject = SubjectId.lead("lead-" + i);
            Assignment first = plan.assign("one", subject, NOW, UNASKED).orElseThrow();
            Assignment second = plan.assign("two", subject, NOW, UNASKED).orElseThrow();
            assertThat(first.reason() == AssignmentReason.HOLDOUT)
                    .isEqualTo(second.reason() == AssignmentReason.HOLDOUT);
            if (first.isIn()) {
                counts[ids.indexOf(first.variant().id())]++;
            } else {
                held++;
            }
        }
        assertThat(held).isBetween(9_500, 10_500);
        Finding<SampleRatioTest> ratio =
                SampleRatioTest.of(List.of(counts[0], counts[1], counts[2]), List.of(0.5, 0.3, 0.2));
        assertThat(((Finding.Found<SampleRatioTest>) ratio).get().mismatch()).isFalse();
    }

    private static Experiment withId(Experiment experiment) {
        return new Experiment(
                new UUID(8, 8),
                experiment.key(),
                experiment.version(),
                experiment.definition(),
                experiment.phases(),
                experiment.minBucketVersion(),
                experiment.startsAt(),
                experiment.endsAt(),
                experiment.winner(),
                experiment.createdAt(),
                experiment.updatedAt());
    }

    @Test
    void targeting_comes_before_the_hash_and_says_what_failed() {
        Experiment experiment = running(draft("Test")
                .targetSegment("buyers")
                .when(Condition.of("attributes.plan", Operator.EQUALS, "gold"))
                .when(Condition.of("attributes.seats", Operator.GREATER_THAN, 5))
                .when(Condition.of("tags", Operator.CONTAINS, "vip")));
        Profile buyer = profile(50, BehaviorPattern.EXPLORING, "buyers", "viewers");
        Profile viewer = profile(50, BehaviorPattern.EXPLORING, "viewers");

        Assignment in = assign(experiment, "x", new Known(List.of(), buyer, Map.of("seats", 9L)));
        assertThat(in.isIn()).isTrue();
        Assignment stranger = assign(experiment, "x", STRANGER);
        assertThat(stranger.reason()).isEqualTo(AssignmentReason.TARGET_SEGMENT);
        assertThat(stranger.detail()).isEqualTo("buyers");
        assertThat(stranger.bucket()).isEqualTo(-1);
        assertThat(assign(experiment, "x", new Known(List.of(), viewer, Map.of("seats", 9L)))
                        .reason())
                .isEqualTo(AssignmentReason.TARGET_SEGMENT);
        Assignment few = assign(experiment, "x", new Known(List.of(), buyer, Map.of("seats", 2L)));
        assertThat(few.reason()).isEqualTo(AssignmentReason.CONDITION);
        assertThat(few.detail()).isEqualTo("attributes.seats greater_than 5");
        assertThat(assign(experiment, "x", new Known(List.of(), buyer, Map.of("seats", "many")))
                        .reason())
                .isEqualTo(AssignmentReason.CONDITION_UNKNOWN);
        assertThat(assign(experiment, "x", new Known(List.of(), buyer, Map.of("seats", 9L, "plan", "silver")))
                        .reason())
                .as("what the host says now stands over what it had set")
                .isEqualTo(AssignmentReason.CONDITION);
        assertThat(assign(running(draft("All").targetSegment("all-visitors")), "x", UNASKED)
                        .isIn())
                .isTrue();
    }

    @Test
    void who_was_exposed_stays_in_when_the_targeting_holds_no_more() {
        Experiment experiment = running(draft("Test").targetSegment("buyers"));
        Exposure exposure = new Exposure(experiment.id(), 1, 0, SubjectId.lead("x"), "variant-b", 1, -1, START);
        Assignment kept = assign(experiment, "x", new Known(List.of(exposure), null, Map.of()));
        assertThat(kept.reason()).isEqualTo(AssignmentReason.STICKY);
        assertThat(kept.variant().id()).isEqualTo("variant-b");
    }

    @Test
    void bands_give_weights_by_segment_by_pattern_and_by_score() {
        Map<String, Integer> onlyA = Map.of("variant-a", 10_000);
        Map<String, Integer> onlyB = Map.of("variant-b", 10_000);
        Experiment bySegment = running(draft("One")
                .allocation(new Allocation(
                        10_000,
                        Allocation.Method.SEGMENT_BASED,
                        List.of(Band.of("buyers", onlyA), Band.of("viewers", onlyB)),
                        Adaptive.DEFAULTS)));
        Experiment byBehavior = running(draft("Two")
                .allocation(new Allocation(
                        10_000,
                        Allocation.Method.BEHAVIOR_BASED,
                        List.of(
                                Band.of(Condition.of("pattern", Operator.EQUALS, "high_intent"), onlyA),
                                Band.of(Condition.of("intentScore", Operator.BETWEEN, List.of(40, 80)), onlyB)),
                        Adaptive.DEFAULTS)));
        Map<String, Integer> seen = new HashMap<>();
        for (int i = 0; i < 300; i++) {
            String id = "lead-" + i;
            Assignment both = assign(bySegment, id, known(profile(1, BehaviorPattern.EXPLORING, "viewers", "buyers")));
            assertThat(both.variant().id()).isEqualTo("variant-a");
            assertThat(both.band()).isZero();
            Assignment second = assign(bySegment, id, known(profile(1, BehaviorPattern.EXPLORING, "viewers")));
            assertThat(second.variant().id()).isEqualTo("variant-b");
            assertThat(second.band()).isEqualTo(1);
            assertThat(assign(byBehavior, id, known(profile(50, BehaviorPattern.HIGH_INTENT)))
                            .variant()
                            .id())
                    .isEqualTo("variant-a");
            assertThat(assign(byBehavior, id, known(profile(80, BehaviorPattern.EXPLORING)))
                            .variant()
                            .id())
                    .isEqualTo("variant-b");
            Assignment none = assign(byBehavior, id, known(profile(81, BehaviorPattern.EXPLORING)));
            assertThat(none.band()).isEqualTo(-1);
            seen.merge(none.variant().id(), 1, Integer::sum);
        }
        assertThat(seen).hasSize(3);
        assertThat(assign(byBehavior, "x", STRANGER).band()).isEqualTo(-1);
    }

    private static KnownSubject known(Profile profile) {
        return new Known(List.of(), profile, Map.of());
    }

    @Test
    void a_lead_keeps_what_its_sessions_saw_unless_it_was_exposed_itself() {
        Experiment experiment = running(draft("Test"));
        SubjectId lead = SubjectId.lead("lead-1");
        Exposure first = seenBySession(experiment, "s-1", "variant-b", START.plusSeconds(1));
        Exposure second = seenBySession(experiment, "s-2", "variant-a", START.plusSeconds(2));
        Exposure own = new Exposure(experiment.id(), 1, 0, lead, "control", 1, -1, START.plusSeconds(3));

        Assignment inherited = assign(experiment, "lead-1", new Visitor(List.of(), List.of(first, second)));
        assertThat(inherited.reason()).isEqualTo(AssignmentReason.STICKY);
        assertThat(inherited.variant().id()).isEqualTo("variant-b");
        assertThat(inherited.subject()).isEqualTo(lead);
        assertThat(assign(experiment, "lead-1", new Visitor(List.of(own), List.of(first)))
                        .variant()
                        .id())
                .isEqualTo("control");
        assertThat(assign(experiment, "lead-1", new Visitor(List.of(), List.of()))
                        .reason())
                .isEqualTo(AssignmentReason.BUCKETED);
        // A session has no sessions, and its own exposure is what the hash says anyway.
        assertThat(plan(0, experiment)
                        .assign("test", SubjectId.session("s-1"), NOW, UNASKED)
                        .orElseThrow()
                        .reason())
                .isEqualTo(AssignmentReason.BUCKETED);
    }

    private static Exposure seenBySession(Experiment experiment, String session, String variant, Instant at) {
        return new Exposure(experiment.id(), 1, 0, SubjectId.session(session), variant, 1, -1, at);
    }

    /** Somebody who was a session before. */
    private record Visitor(List<Exposure> own, List<Exposure> ofSessions) implements KnownSubject {
        @Override
        public List<Exposure> exposures(SubjectId subject) {
            return own;
        }

        @Override
        public boolean mayHaveSessions(UUID experimentId) {
            return true;
        }

        @Override
        public List<Exposure> sessionExposures(SubjectId lead, Instant since) {
            assertThat(since).isEqualTo(START);
            return ofSessions;
        }

        @Override
        public @Nullable Profile profile(SubjectId subject) {
            return null;
        }

        @Override
        public Map<String, @Nullable Object> attributes() {
            return Map.of();
        }
    }

    @Test
    void forced_variants_are_shown_and_counted_nowhere() {
        Experiment experiment = running(draft("Test").force("qa-1", "variant-b").allocation(Allocation.random(1)));
        Assignment forced = assign(experiment, "qa-1", UNASKED);
        assertThat(forced.variant().id()).isEqualTo("variant-b");
        assertThat(forced.reason()).isEqualTo(AssignmentReason.FORCED);
        assertThat(forced.isIn()).isFalse();
    }

    @Test
    void a_life_that_does_not_run_shows_the_control_or_the_winner() {
        Experiment running =
                running(draft("Test").startDate(START.plusSeconds(10)).endDate(START.plusSeconds(20)));
        Experiment draft =
                LIFE.first(new UUID(1, 1), draft("Test").status(Status.DRAFT).build(), START);
        Experiment paused = LIFE.next(
                running, running.definition().toBuilder().status(Status.PAUSED).build(), START.plusSeconds(11));
        Experiment won = LIFE.completed(running, "variant-b", START.plusSeconds(15));

        assertThat(at(draft, 15)).extracting(Assignment::reason).isEqualTo(AssignmentReason.DRAFT);
        assertThat(at(running, 9)).extracting(Assignment::reason).isEqualTo(AssignmentReason.NOT_STARTED);
        assertThat(at(running, 10)).extracting(Assignment::reason).isEqualTo(AssignmentReason.BUCKETED);
        assertThat(at(running, 20)).extracting(Assignment::reason).isEqualTo(AssignmentReason.COMPLETED);
        assertThat(at(paused, 12)).extracting(Assignment::reason).isEqualTo(AssignmentReason.PAUSED);
        assertThat(at(paused, 20)).extracting(Assignment::reason).isEqualTo(AssignmentReason.COMPLETED);
        assertThat(at(won, 16)).extracting(Assignment::reason).isEqualTo(AssignmentReason.COMPLETED);
        assertThat(at(won, 16).variant().id()).isEqualTo("variant-b");
        for (Experiment experiment : List.of(draft, running, paused)) {
            assertThat(at(experiment, 30).variant().isControl()).isTrue();
            assertThat(at(experiment, 30).isIn()).isFalse();
        }
        assertThat(plan(0, running).assign("nothing", SubjectId.lead("x"), NOW, UNASKED))
                .isEmpty();
    }

    private static Assignment at(Experiment experiment, long second) {
        return plan(0, experiment)
                .assign(experiment.id().toString(), SubjectId.lead("x"), Micros.of(START.plusSeconds(second)), UNASKED)
                .orElseThrow();
    }

    @Test
    void version_1_of_the_hash_buckets_as_older_systems_did() {
        Experiment experiment = running(draft("Test").hash("old", 1));
        List<Integer> wrong = new ArrayList<>();
        List<BucketRange> ranges = Bucketing.ranges(3, 1, List.of(0.5, 0.3, 0.2));
        List<String> ids = List.of("control", "variant-a", "variant-b");
        for (int i = 0; i < 1_000; i++) {
            double bucket = Bucketing.hash("old", "lead-" + i, 1).orElseThrow();
            String expected = ids.get(Bucketing.chooseVariation(bucket, ranges));
            if (!assign(experiment, "lead-" + i, UNASKED).variant().id().equals(expected)) {
                wrong.add(i);
            }
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void an_answer_is_written_with_its_reason_and_its_evidence() {
        Experiment experiment = running(draft("Quote page CTA test"));
        assertThat(assign(experiment, "lead-456", UNASKED).toJson())
                .contains("\"experiment\":\"quote-page-cta-test\"")
                .contains("\"leadId\":\"lead-456\"")
                .contains("\"reason\":\"bucketed\"")
                .contains("\"bucket\":");
        assertThat(assign(experiment, "lead-456", UNASKED).toString()).doesNotContain("456");
    }
}
