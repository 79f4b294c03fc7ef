package io.behavioranalytics.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.condition.CompiledCondition;
import io.behavioranalytics.condition.Condition;
import io.behavioranalytics.condition.Operator;
import io.behavioranalytics.condition.Scope;
import io.behavioranalytics.condition.Truth;
import io.behavioranalytics.condition.Verdict;
import io.behavioranalytics.decision.Decider;
import io.behavioranalytics.decision.Decision;
import io.behavioranalytics.decision.DecisionSettings;
import io.behavioranalytics.decision.Plan;
import io.behavioranalytics.decision.SubjectSnapshot;
import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.Category;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.Micros;
import io.behavioranalytics.event.Retention;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.Timeline;
import io.behavioranalytics.profile.NaiveProfile;
import io.behavioranalytics.profile.Profile;
import io.behavioranalytics.profile.ProfileFold;
import io.behavioranalytics.profile.ScoringModel;
import io.behavioranalytics.segment.Accumulators;
import io.behavioranalytics.segment.AggregationFilter.Aggregation;
import io.behavioranalytics.segment.Calculations;
import io.behavioranalytics.segment.Criteria;
import io.behavioranalytics.segment.MembershipChange;
import io.behavioranalytics.segment.Segment;
import io.behavioranalytics.segment.SegmentEvaluator;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The library's evaluator against {@link NaiveEvaluator}: same criteria, same events, same instants, same answers. */
class AgreementTest {
    private static final SubjectId LEAD = SubjectId.lead("a");
    private static final int TIMELINES = 5_800;
    private static final int CRITERIA_EACH = 4;

    private final Coverage coverage = new Coverage();
    private int compared;
    private int flips;

    @Test
    void ten_thousand_random_criteria_are_answered_as_the_naive_evaluator_answers_them() {
        Seeds.forEach("agreement", TIMELINES, this::agree);
        System.out.println(coverage.table());
        System.out.println("compared: " + compared + " answers");

        assertThat(compared).isGreaterThanOrEqualTo(10_000);
        coverage.check();
    }

    private void agree(long seed) {
        Case random = new Case(seed, CRITERIA_EACH);
        for (int i = 0; i < random.segments.size(); i++) {
            Criteria criteria = random.segments.get(i).criteria();
            // Who has no event is in no segment, which a walk knows, not the evaluator.
            if (!criteria.references().isEmpty()
                    && random.naive(null).visible(random.now).isEmpty()) {
                continue;
            }
            Verdict verdict = random.verdict(i, random.now);
            Truth expected = random.naive(coverage).test(criteria, random.now);
            coverage.saw("criteria", expected);
            compared++;
            assertThat(verdict.truth())
                    .as("%s at %s over %s", criteria, random.now, random.events)
                    .isEqualTo(expected);
        }
    }

    @Test
    void every_aggregation_agrees_for_every_operator_with_every_outcome() {
        Coverage aggregations = Coverage.ofAggregations();
        Seeds.forEach("aggregations", 2_500, seed -> {
            Case random = new Case(seed, 0);
            List<BehaviorEvent> visible = random.naive(null).visible(random.now);
            RandomCriteria generator = new RandomCriteria(random.random, random.now, (field, at) -> null);
            for (Aggregation aggregation : Aggregation.values()) {
                for (Operator operator : RandomCriteria.AGGREGATION_OPERATORS) {
                    random.add(Criteria.all()
                            .aggregation(generator.aggregationFilter(aggregation, operator, visible))
                            .build());
                }
            }
            NaiveEvaluator naive = random.naive(aggregations);
            List<Verdict> verdicts = random.verdicts(random.now);
            for (int i = 0; i < verdicts.size(); i++) {
                Criteria criteria = random.segments.get(i).criteria();
                assertThat(verdicts.get(i).truth())
                        .as("%s at %s over %s", criteria, random.now, random.events)
                        .isEqualTo(naive.test(criteria, random.now));
            }
        });
        System.out.println(aggregations.table());
        aggregations.check();
    }

    @Test
    void single_conditions_agree_for_every_operator_and_every_event() {
        Seeds.forEach("conditions", 1_000, seed -> {
            SplittableRandom random = new SplittableRandom(seed);
            RandomTimelines timelines = new RandomTimelines(random);
            Instant now = timelines.now();
            List<BehaviorEvent> events = timelines.of("a", now, 12, Duration.ZERO);
            RandomCriteria criteria = new RandomCriteria(random, now, (field, at) -> null);
            for (Operator operator : Operator.values()) {
                Condition condition = criteria.eventCondition(operator);
                CompiledCondition compiled = CompiledCondition.compile(condition, Scope.EVENT, "", new ArrayList<>());
                for (BehaviorEvent event : events) {
                    assertThat(compiled.test(event, null))
                            .as("%s on %s", condition, event)
                            .isEqualTo(NaiveConditions.ofEvent(condition, event));
                }
            }
        });
    }

    @Test
    void profiles_and_memberships_that_are_decided_agree_at_every_instant_on_the_way() {
        Seeds.forEach("decided", 700, seed -> {
            Case random = new Case(seed, 6);
            Decider decider = new Decider(Plan.compile(1, random.segments, List.of(), random.settings()));
            SubjectSnapshot snapshot = SubjectSnapshot.absent(LEAD);
            Arrivals arrivals = new Arrivals(random.events, random.random, random.now);
            while (true) {
                snapshot = decide(decider, snapshot, arrivals.next(), arrivals.stored(), arrivals.now());
                check(random, snapshot, arrivals.stored(), arrivals.now());
                if (arrivals.isOver()) {
                    break;
                }
                arrivals.advance();
            }
        });
    }

    private static SubjectSnapshot decide(
            Decider decider,
            SubjectSnapshot snapshot,
            List<BehaviorEvent> arriving,
            List<BehaviorEvent> stored,
            Instant now) {
        if (arriving.isEmpty() && snapshot.state().isEmpty()) {
            return snapshot;
        }
        Decision decision = decider.decide(Map.of(LEAD, snapshot), arriving, Set.of(), now);
        if (decision instanceof Decision.NeedsHistory) {
            List<BehaviorEvent> before = new ArrayList<>(stored);
            before.removeAll(arriving);
            decision = decider.decide(Map.of(LEAD, whole(snapshot, before)), arriving, Set.of(), now);
        }
        return ((Decision.Decided) decision).next().get(LEAD);
    }

    private static SubjectSnapshot whole(SubjectSnapshot snapshot, List<BehaviorEvent> stored) {
        return snapshot.with(SubjectSnapshot.of(
                LEAD, snapshot.version(), snapshot.state().orElse(null), List.of(), Timeline.of(stored), true));
    }

    private static void check(Case random, SubjectSnapshot snapshot, List<BehaviorEvent> stored, Instant now) {
        if (stored.stream().noneMatch(event -> !event.timestamp().isAfter(now))) {
            return;
        }
        NaiveEvaluator naive = random.naive(stored, null);
        Profile profile = snapshot.profile().orElseThrow();
        List<String> members = random.segments.stream()
                .filter(segment -> naive.member(segment.criteria(), now))
                .map(Segment::key)
                .sorted()
                .toList();
        assertThat(profile.segments()).as("members at %s of %s", now, stored).isEqualTo(members);
        Profile expected = new NaiveProfile(naive.existing(now), Micros.of(now)).profile(LEAD);
        assertThat(profile).as("profile at %s of %s", now, stored).isEqualTo(withSegments(expected, members));
    }

    private static Profile withSegments(Profile profile, List<String> segments) {
        return new Profile(
                profile.subject(),
                profile.asOf(),
                profile.totalEvents(),
                profile.uniqueEventTypes(),
                profile.visits(),
                profile.totalTimeSpent(),
                profile.averageSessionDuration(),
                profile.engagementScore(),
                profile.interestScore(),
                profile.intentScore(),
                profile.conversionProbability(),
                segments,
                profile.behaviorPattern(),
                profile.firstSeen(),
                profile.lastActivity(),
                profile.tags(),
                profile.attributes());
    }

    @Test
    void no_answer_changes_before_its_validUntil() {
        Seeds.forEach("validUntil", 300, seed -> {
            Case random = new Case(seed, 3);
            for (int i = 0; i < random.segments.size(); i++) {
                Criteria criteria = random.segments.get(i).criteria();
                NaiveEvaluator naive = random.naive(random.visibleEvents(), null);
                Verdict verdict = random.verdict(i, random.now);
                // The verdict is about time alone; an event that passes its retention is a change of its own (S7).
                long promised = Math.min(verdict.validUntil(), random.firstExpiry());
                Instant until =
                        promised == Micros.NEVER ? random.now.plus(Duration.ofDays(120)) : Micros.toInstant(promised);
                assertThat(until).isAfter(random.now);
                Truth now = naive.test(criteria, random.now);
                for (Instant instant : naive.candidates(criteria, random.now, until.plus(Duration.ofDays(1)))) {
                    if (promised == Micros.NEVER || instant.isBefore(until)) {
                        assertThat(naive.test(criteria, instant))
                                .as(
                                        "%s at %s, promised at %s until %s over %s",
                                        criteria, instant, random.now, until, random.events)
                                .isEqualTo(now);
                    }
                }
            }
        });
    }

    @Test
    void memberships_flip_at_exactly_the_instants_at_which_the_naive_answer_flips() {
        Seeds.forEach("flips", 150, seed -> {
            Case random = new Case(seed, 3);
            List<BehaviorEvent> events = random.visibleEvents();
            if (events.isEmpty()) {
                return;
            }
            Decider decider = new Decider(Plan.compile(1, random.segments, List.of(), random.settings()));
            SubjectSnapshot snapshot = SubjectSnapshot.absent(LEAD);
            Instant end = random.now.plus(Duration.ofDays(45));
            NaiveEvaluator naive = random.naive(events, null);
            snapshot = decide(decider, snapshot, events, events, random.now);
            Decision decision = decider.decide(Map.of(LEAD, snapshot), List.of(), Set.of(LEAD), end);
            if (decision instanceof Decision.NeedsHistory) {
                snapshot = whole(snapshot, events);
                decision = decider.decide(Map.of(LEAD, snapshot), List.of(), Set.of(LEAD), end);
            }
            List<MembershipChange> recorded =
                    ((Decision.Decided) decision).unit().changes().get(0).memberships();
            for (Segment segment : random.segments) {
                List<MembershipChange> changes = recorded.stream()
                        .filter(change -> change.segmentKey().equals(segment.key()))
                        .toList();
                String what = segment.criteria() + " from " + random.now + " over " + events + ": " + changes;
                TreeMap<Instant, Boolean> member = new TreeMap<>();
                member.put(random.now, naive.member(segment.criteria(), random.now));
                for (MembershipChange change : changes) {
                    Instant at = change.effectiveAt();
                    member.put(at, change.entered());
                    flips++;
                    assertThat(naive.member(segment.criteria(), at))
                            .as("at %s %s", at, what)
                            .isEqualTo(change.entered());
                    assertThat(naive.member(segment.criteria(), at.minus(1, ChronoUnit.MICROS)))
                            .as("before %s %s", at, what)
                            .isNotEqualTo(change.entered());
                }
                for (Instant instant : naive.candidates(segment.criteria(), random.now, end)) {
                    assertThat(member.floorEntry(instant).getValue())
                            .as("at %s %s", instant, what)
                            .isEqualTo(naive.member(segment.criteria(), instant));
                }
            }
        });
        assertThat(flips).isGreaterThan(40);
    }

    /** One random subject with random segments. */
    private static final class Case {
        final SplittableRandom random;
        final Instant now;
        final List<BehaviorEvent> events;
        final List<Segment> segments = new ArrayList<>();
        final Retention retention;

        Case(long seed, int criteria) {
            random = new SplittableRandom(seed);
            RandomTimelines timelines = new RandomTimelines(random);
            now = timelines.now();
            events = timelines.of("a", now, 30, Duration.ofMinutes(random.nextInt(2) * 5L));
            for (int i = random.nextInt(6); i > 0; i--) {
                events.add(timelines.said("a", timelines.instant(now, Duration.ZERO)));
            }
            Retention some = random.nextInt(3) == 0 ? Retention.of(Duration.ofDays(20)) : Retention.unlimited();
            retention = random.nextInt(4) == 0 ? some.withType(EventType.PAGE_VIEW, Duration.ofDays(5)) : some;
            NaiveEvaluator.NaiveFacts facts = facts(events);
            RandomCriteria generator = new RandomCriteria(random, now, facts);
            for (int i = 0; i < criteria; i++) {
                add(generator.criteria(2));
                generator.made();
            }
        }

        void add(Criteria criteria) {
            int i = segments.size();
            segments.add(new Segment(
                    new UUID(1, i),
                    "s" + i,
                    1,
                    "S" + i,
                    null,
                    Segment.Type.DYNAMIC,
                    Segment.Status.ACTIVE,
                    criteria,
                    Calculations.NONE,
                    false,
                    List.of(),
                    1,
                    Instant.EPOCH,
                    Instant.EPOCH));
        }

        DecisionSettings settings() {
            return new DecisionSettings(ScoringModel.defaults(), retention, Duration.ofHours(1), Duration.ofHours(24));
        }

        List<BehaviorEvent> visibleEvents() {
            return events.stream()
                    .filter(event -> !event.timestamp().isAfter(now))
                    .toList();
        }

        long firstExpiry() {
            return visibleEvents().stream()
                    .map(this::expiresAt)
                    .filter(at -> at != null && at.isAfter(now))
                    .mapToLong(Micros::of)
                    .min()
                    .orElse(Micros.NEVER);
        }

        private Instant expiresAt(BehaviorEvent event) {
            // Written down a second time: the rule of the type goes before the rule for all.
            if (retention.byType().containsKey(event.type())) {
                return event.timestamp().plus(retention.byType().get(event.type()));
            }
            // What the host said is kept.
            return retention.byDefault() == null || event.category() == Category.SYSTEM
                    ? null
                    : event.timestamp().plus(retention.byDefault());
        }

        private NaiveEvaluator.NaiveFacts facts(List<BehaviorEvent> of) {
            return (field, at) -> {
                NaiveEvaluator evaluator = new NaiveEvaluator(of, this::expiresAt, (f, i) -> null, (row, truth) -> {});
                Profile profile = new NaiveProfile(evaluator.visible(at), Micros.of(at)).profile(LEAD);
                return NaiveProfile.field(profile, field);
            };
        }

        NaiveEvaluator naive(Coverage coverage) {
            return naive(events, coverage);
        }

        NaiveEvaluator naive(List<BehaviorEvent> of, Coverage coverage) {
            return new NaiveEvaluator(
                            of, this::expiresAt, facts(of), coverage == null ? (row, truth) -> {} : coverage::saw)
                    .among(segments.stream().collect(Collectors.toMap(Segment::key, Segment::criteria)));
        }

        /** The library's answer over the visible events, without the walk of a decision. */
        Verdict verdict(int segment, Instant at) {
            return verdicts(at).get(segment);
        }

        List<Verdict> verdicts(Instant at) {
            SegmentEvaluator evaluator = SegmentEvaluator.compile(segments);
            Accumulators counters = evaluator.newAccumulators();
            ProfileFold fold = new ProfileFold(ScoringModel.defaults());
            long micros = Micros.of(at);
            List<BehaviorEvent> ordered = new ArrayList<>(events);
            ordered.sort(NaiveIdentity.ORDER);
            for (BehaviorEvent event : ordered) {
                if (event.micros() <= micros && retention.expiresAt(event) > micros) {
                    evaluator.apply(event, counters, new BitSet());
                    fold.apply(event);
                }
            }
            List<Verdict> verdicts = new ArrayList<>();
            for (int i = 0; i < segments.size(); i++) {
                verdicts.add(evaluator.evaluate(i, counters, fold.at(micros, Set.of())));
            }
            return verdicts;
        }
    }
}
