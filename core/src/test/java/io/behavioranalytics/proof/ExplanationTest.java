package io.behavioranalytics.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.condition.Change;
import io.behavioranalytics.condition.Operator;
import io.behavioranalytics.condition.SeenCount;
import io.behavioranalytics.condition.SeenStep;
import io.behavioranalytics.condition.TimeWindow;
import io.behavioranalytics.condition.Truth;
import io.behavioranalytics.decision.Decider;
import io.behavioranalytics.decision.Decision;
import io.behavioranalytics.decision.DecisionSettings;
import io.behavioranalytics.decision.Explainer;
import io.behavioranalytics.decision.Plan;
import io.behavioranalytics.decision.SegmentExplanation;
import io.behavioranalytics.decision.SubjectSnapshot;
import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.Category;
import io.behavioranalytics.event.EventBuilder;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.Micros;
import io.behavioranalytics.event.Retention;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.Timeline;
import io.behavioranalytics.json.Json;
import io.behavioranalytics.json.JsonLimits;
import io.behavioranalytics.profile.NaiveProfile;
import io.behavioranalytics.profile.Profile;
import io.behavioranalytics.profile.ProfileFold;
import io.behavioranalytics.profile.ScoringModel;
import io.behavioranalytics.segment.Criteria;
import io.behavioranalytics.segment.EventFilter;
import io.behavioranalytics.segment.Segment;
import io.behavioranalytics.segment.SegmentDraft;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Explanations of random criteria, held against the decision, the naive evaluator and every other change there is. */
class ExplanationTest {
    private static final SubjectId LEAD = SubjectId.lead("a");

    private final Map<SeenStep.Outcome, Integer> outcomes = new EnumMap<>(SeenStep.Outcome.class);
    private int told;
    private int explained;
    private int changes;
    private int unchangeable;
    private int foundSmallest;
    private int flips;
    private int decided;

    @Test
    void the_outcome_is_the_decisions_and_the_values_seen_bear_it_out() {
        Seeds.forEach("explanation", 3_000, seed -> {
            Case random = new Case(seed, 3);
            if (random.visible().isEmpty()) {
                return;
            }
            List<String> members = random.decided();
            for (Segment segment : random.segments) {
                SegmentExplanation explanation = random.explain(segment);
                assertThat(explanation.member())
                        .as("%s\nof %s", explanation.text(), segment.criteria())
                        .isEqualTo(members.contains(segment.key()))
                        .isEqualTo(random.naive().member(segment.key(), random.now));
                if (!random.byCriteria().contains(segment)) {
                    assertThat(explanation.text()).contains(explanation.member() ? "true: added" : "by the host");
                    assertThat(explanation.smallestChange().orElseThrow().edits())
                            .singleElement()
                            .satisfies(edit -> assertThat(edit.needed()).isEqualTo(!explanation.member()));
                    told++;
                }
            }
            for (Segment segment : random.byCriteria()) {
                SegmentExplanation explanation = random.explain(segment);
                String what = explanation.text();
                ExplainedAnswer walk = new ExplainedAnswer(explanation.why());
                Truth bySeen = walk.answer(segment.criteria(), random.now, Map.of());
                assertThat(explanation.why().verdict().truth())
                        .as("what was seen by %s\nof %s", what, segment.criteria())
                        .isEqualTo(bySeen)
                        .isEqualTo(random.naive().test(segment.criteria(), random.now));
                assertThat(explanation.why().failed().isEmpty()).isEqualTo(explanation.member());
                assertThat(explanation.toJson())
                        .isEqualTo(random.explain(segment).toJson());
                assertThat(Json.parse(explanation.toJson(), JsonLimits.DEFINITION))
                        .isNotNull();
                walk.sequences()
                        .forEach((leaf, filter) -> SequenceStepsCheck.check(
                                leaf, filter, random.naive().visible(random.now), random.now, outcomes));
                explained++;
                decided += explanation.member() ? 1 : 0;
            }
        });
        System.out.println("explained: " + explained + ", members: " + decided + ", said by the host: " + told
                + ", steps of sequences: " + outcomes);
        assertThat(told).isGreaterThan(4_000);
        assertThat(outcomes.keySet()).containsExactly(SeenStep.Outcome.values());
        assertThat(outcomes.values()).allMatch(count -> count > 50);
        assertThat(explained).isGreaterThan(7_000);
        assertThat(decided).isBetween(1_000, explained - 1_000);
    }

    @Test
    void the_smallest_change_turns_the_answer_round() {
        Seeds.forEach("change", 3_000, seed -> {
            Case random = new Case(seed, 3);
            if (random.visible().isEmpty()) {
                return;
            }
            for (Segment segment : random.byCriteria()) {
                SegmentExplanation explanation = random.explain(segment);
                Change change = explanation.smallestChange().orElse(null);
                if (change == null) {
                    unchangeable++;
                    continue;
                }
                Map<String, Object> needed = new HashMap<>();
                change.edits().forEach(edit -> needed.put(edit.input(), edit.needed()));
                Truth after = new ExplainedAnswer(explanation.why()).answer(segment.criteria(), random.now, needed);
                assertThat(after)
                        .as("%s\nof %s", explanation.text(), segment.criteria())
                        .isEqualTo(Truth.of(!explanation.member()));
                assertThat(change.steps()).isPositive();
                changes++;
                foundSmallest += change.smallest() ? 1 : 0;
            }
        });
        System.out.println(
                "changes: " + changes + ", of these the smallest: " + foundSmallest + ", none found: " + unchangeable);
        assertThat(changes).isGreaterThan(6_000);
        assertThat(foundSmallest).isGreaterThan(changes * 9 / 10);
    }

    @Test
    void no_change_that_is_smaller_turns_the_answer_round() {
        int[] compared = new int[2];
        Seeds.forEach("smaller", 6_000, seed -> {
            Case random = new Case(seed, 2);
            if (random.visible().isEmpty()) {
                return;
            }
            for (Segment segment : random.byCriteria()) {
                SegmentExplanation explanation = random.explain(segment);
                ExplainedAnswer walk = new ExplainedAnswer(explanation.why());
                if (!walk.isSmall(3)) {
                    continue;
                }
                long[] best = walk.bruteForce(segment.criteria(), random.now, Truth.of(!explanation.member()));
                Change change = explanation.smallestChange().orElse(null);
                if (best == null) {
                    assertThat(change)
                            .as("%s\nof %s", explanation.text(), segment.criteria())
                            .isNull();
                    compared[1]++;
                } else {
                    assertThat(change)
                            .as("%s\nof %s", explanation.text(), segment.criteria())
                            .isNotNull();
                    assertThat(List.of((long) change.edits().size(), change.steps()))
                            .as("%s\nof %s", explanation.text(), segment.criteria())
                            .isEqualTo(List.of(best[0], best[1]));
                    assertThat(change.smallest()).isTrue();
                    compared[0]++;
                }
            }
        });
        System.out.println("smaller: compared " + compared[0] + ", proven impossible " + compared[1]);
        assertThat(compared[0]).isGreaterThan(1_000);
    }

    @Test
    void time_alone_turns_the_answer_at_the_microsecond_that_is_told() {
        Seeds.forEach("outlook", 300, seed -> {
            Case random = new Case(seed, 3);
            if (random.visible().isEmpty()) {
                return;
            }
            Instant end = random.now.plus(Duration.ofDays(45));
            for (Segment segment : random.segments) {
                SegmentExplanation explanation = random.explain(segment);
                Instant at = explanation.outlook().changesAt();
                NaiveEvaluator naive = random.naive();
                boolean now = naive.member(segment.key(), random.now);
                String what = explanation.text() + " of " + segment.criteria();
                if (at != null) {
                    flips++;
                    assertThat(naive.member(segment.key(), at))
                            .as("at %s: %s", at, what)
                            .isNotEqualTo(now);
                    assertThat(naive.member(segment.key(), at.minus(1, ChronoUnit.MICROS)))
                            .as("before %s: %s", at, what)
                            .isEqualTo(now);
                    assertThat(random.explain(segment, at).member()).isNotEqualTo(now);
                    assertThat(random.explain(segment, at.minus(1, ChronoUnit.MICROS))
                                    .member())
                            .isEqualTo(now);
                }
                for (Instant instant : naive.candidates(segment.criteria(), random.now, end)) {
                    if (at == null || instant.isBefore(at)) {
                        assertThat(naive.member(segment.key(), instant))
                                .as("at %s: %s", instant, what)
                                .isEqualTo(now);
                    }
                }
            }
        });
        System.out.println("outlook: " + flips + " flips by time alone");
        assertThat(flips).isGreaterThan(150);
    }

    @Test
    void the_events_that_are_told_to_be_missing_bring_the_membership_when_they_come() {
        int[] brought = new int[1];
        Seeds.forEach("brought", 1_500, seed -> {
            SplittableRandom random = new SplittableRandom(seed);
            RandomTimelines timelines = new RandomTimelines(random);
            Instant now = timelines.now();
            List<BehaviorEvent> events = new ArrayList<>(timelines.of("a", now, 30, Duration.ZERO));
            // No type stands in two clauses, and nothing else is read, so that an event moves one count alone.
            List<EventType> types = new ArrayList<>(new LinkedHashSet<>(RandomTimelines.TYPES));
            Criteria criteria = counts(random, types, 2);
            Segment segment = segment(0, criteria);
            Plan plan = Plan.compile(
                    1,
                    List.of(segment),
                    List.of(),
                    new DecisionSettings(
                            ScoringModel.defaults(), Retention.unlimited(), Duration.ofHours(1), Duration.ofHours(24)));
            Explainer explainer = new Explainer(plan);
            SegmentExplanation before =
                    explainer.segment(segment.id(), LEAD, Timeline.of(events), now, null, List.of());
            Change change = before.smallestChange().orElse(null);
            if (change == null || events.isEmpty()) {
                return;
            }
            for (Change.Edit edit : change.edits()) {
                long more = ((SeenCount) edit.needed()).certain() - ((SeenCount) edit.seen()).certain();
                EventType type = EventType.of(edit.input().split(" ", 2)[0]);
                if (more < 0) {
                    return;
                }
                for (long i = 0; i < more; i++) {
                    events.add(EventBuilder.event(timelines.id(), now)
                            .lead("a")
                            .type(type)
                            .build());
                }
            }
            assertThat(explainer
                            .segment(segment.id(), LEAD, Timeline.of(events), now, null, List.of())
                            .member())
                    .as("%s\nof %s", before.text(), criteria)
                    .isNotEqualTo(before.member());
            brought[0]++;
        });
        System.out.println("brought: " + brought[0]);
        assertThat(brought[0]).isGreaterThan(300);
    }

    private static Segment segment(int number, Criteria criteria) {
        return SegmentDraft.of("S" + number, criteria)
                .toSegment(new UUID(1, number), 1, 1, Instant.EPOCH, Instant.EPOCH);
    }

    private static Criteria counts(SplittableRandom random, List<EventType> types, int depth) {
        Criteria.Builder builder = random.nextBoolean() ? Criteria.all() : Criteria.any();
        int clauses = 1 + random.nextInt(3);
        for (int i = 0; i < clauses; i++) {
            if (depth > 0 && random.nextInt(3) == 0) {
                builder.group(counts(random, types, depth - 1));
            } else if (!types.isEmpty()) {
                EventType type = types.remove(random.nextInt(types.size()));
                EventFilter filter = EventFilter.atLeast(type, random.nextInt(5));
                filter = random.nextBoolean() ? filter : filter.in(TimeWindow.last(Duration.ofDays(3)));
                builder.event(random.nextInt(4) == 0 ? filter.negated() : filter);
            } else {
                builder.profile("totalEvents", Operator.EXISTS, null);
            }
        }
        return random.nextInt(5) == 0 ? builder.negate().build() : builder.build();
    }

    /** One random subject with random segments. */
    private static final class Case {
        final Instant now;
        final List<BehaviorEvent> events;
        final List<Segment> segments = new ArrayList<>();
        final Retention retention;
        final Plan plan;

        Case(long seed, int criteria) {
            SplittableRandom random = new SplittableRandom(seed);
            RandomTimelines timelines = new RandomTimelines(random);
            now = timelines.now();
            events = new ArrayList<>(timelines.of("a", now, 30, Duration.ofMinutes(random.nextInt(2) * 5L)));
            Retention some = random.nextInt(3) == 0 ? Retention.of(Duration.ofDays(20)) : Retention.unlimited();
            retention = some;
            RandomCriteria generator = new RandomCriteria(random, now, facts());
            // A segment of members comes first, so that the criteria behind it may ask for them.
            segments.add(SegmentDraft.ofMembers("S0").toSegment(new UUID(1, 0), 1, 1, Instant.EPOCH, Instant.EPOCH));
            generator.made();
            for (int i = 1; i <= criteria; i++) {
                segments.add(segment(i, generator.criteria(2)));
                generator.made();
            }
            for (Segment segment : segments) {
                for (int words = random.nextInt(4) == 0 ? 1 + random.nextInt(2) : 0; words > 0; words--) {
                    events.add(word(timelines, segment, timelines.instant(now, Duration.ofMinutes(4))));
                }
            }
            plan = Plan.compile(
                    1,
                    segments,
                    List.of(),
                    new DecisionSettings(
                            ScoringModel.defaults(), retention, Duration.ofHours(1), Duration.ofHours(24)));
        }

        private static BehaviorEvent word(RandomTimelines timelines, Segment segment, Instant at) {
            EventType type = timelines.pick(
                    List.of(EventType.SEGMENT_JOINED, EventType.SEGMENT_LEFT, EventType.SEGMENT_RELEASED));
            return EventBuilder.event(timelines.id(), at)
                    .lead("a")
                    .type(type)
                    .category(Category.SYSTEM)
                    .property("segment", segment.id().toString())
                    .build();
        }

        /** The segments whose criteria decide about the subject. */
        List<Segment> byCriteria() {
            return segments.subList(1, segments.size()).stream()
                    .filter(segment -> naive().said(segment.key(), now) == null)
                    .toList();
        }

        List<BehaviorEvent> visible() {
            return events.stream()
                    .filter(event -> !event.timestamp().isAfter(now))
                    .filter(event -> retention.expiresAt(event) > Micros.of(now))
                    .toList();
        }

        SegmentExplanation explain(Segment segment) {
            return explain(segment, now);
        }

        SegmentExplanation explain(Segment segment, Instant at) {
            return new Explainer(plan).segment(segment.id(), LEAD, Timeline.of(events), at, null, List.of());
        }

        List<String> decided() {
            Decision decision =
                    new Decider(plan).decide(Map.of(LEAD, SubjectSnapshot.absent(LEAD)), events, Set.of(), now);
            return ((Decision.Decided) decision)
                    .next()
                    .get(LEAD)
                    .profile()
                    .orElseThrow()
                    .segments();
        }

        NaiveEvaluator naive() {
            return new NaiveEvaluator(
                            events,
                            event -> retention.byDefault() == null || event.category() == Category.SYSTEM
                                    ? null
                                    : event.timestamp().plus(retention.byDefault()),
                            facts(),
                            (row, truth) -> {})
                    .among(segments.stream()
                            .collect(Collectors.toMap(
                                    Segment::key,
                                    segment -> segment.type() == Segment.Type.STATIC
                                            ? Criteria.any().build()
                                            : segment.criteria())))
                    .hearing(segments.stream().collect(Collectors.toMap(Segment::key, Segment::id)));
        }

        /** A profile by the fold, whose own proof is elsewhere. */
        private NaiveEvaluator.NaiveFacts facts() {
            return (field, at) -> {
                ProfileFold fold = new ProfileFold(ScoringModel.defaults());
                events.stream()
                        .filter(event -> !event.timestamp().isAfter(at))
                        .filter(event -> retention.expiresAt(event) > Micros.of(at))
                        .sorted(NaiveIdentity.ORDER)
                        .forEach(fold::apply);
                Profile profile = fold.profile(LEAD, Micros.of(at), List.of());
                return NaiveProfile.field(profile, field);
            };
        }
    }
}
