package io.behavioranalytics.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.decision.Decider;
import io.behavioranalytics.decision.Decision;
import io.behavioranalytics.decision.DecisionSettings;
import io.behavioranalytics.decision.Plan;
import io.behavioranalytics.decision.Recomputation;
import io.behavioranalytics.decision.SubjectChange;
import io.behavioranalytics.decision.SubjectSnapshot;
import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.Category;
import io.behavioranalytics.event.Micros;
import io.behavioranalytics.event.Retention;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.Timeline;
import io.behavioranalytics.profile.NaiveProfile;
import io.behavioranalytics.profile.Profile;
import io.behavioranalytics.profile.ScoringModel;
import io.behavioranalytics.segment.Calculations;
import io.behavioranalytics.segment.Cause;
import io.behavioranalytics.segment.Criteria;
import io.behavioranalytics.segment.MembershipChange;
import io.behavioranalytics.segment.NaiveSchedule;
import io.behavioranalytics.segment.Schedule;
import io.behavioranalytics.segment.Segment;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Behavioral segments among dynamic ones, to which they refer and which refer to them, over random timelines that arrive in any order:
 * whoever is a member is the one whom the criteria name when they are asked freshly as of the last calculation.
 */
class CalculationAgreementTest {
    private static final SubjectId LEAD = SubjectId.lead("a");
    private static final List<ZoneId> ZONES = List.of(
            ZoneId.of("America/New_York"),
            ZoneId.of("Europe/Berlin"),
            ZoneId.of("Australia/Lord_Howe"),
            ZoneId.of("Asia/Kathmandu"));

    private int asked;
    private int members;
    private int moved;
    private int calculated;

    @Test
    void members_are_those_whom_the_criteria_name_as_of_the_last_calculation() {
        Seeds.forEach("calculations", 700, seed -> {
            Case random = new Case(seed);
            Decider decider = new Decider(Plan.compile(1, random.segments, List.of(), random.settings()));
            SubjectSnapshot snapshot = SubjectSnapshot.absent(LEAD);
            Arrivals arrivals = new Arrivals(random.events, random.random, random.now);
            while (true) {
                snapshot = decide(random, decider, snapshot, arrivals.next(), arrivals.stored(), arrivals.now());
                check(random, snapshot, arrivals.stored(), arrivals.now());
                if (arrivals.isOver()) {
                    break;
                }
                arrivals.advance();
            }
        });
        System.out.printf(
                "calculations: asked %d, members %d, not as the criteria say now %d, changes by a calculation %d%n",
                asked, members, moved, calculated);

        assertThat(asked).isGreaterThan(5_000);
        assertThat(members).isBetween(asked / 20, asked - asked / 20);
        assertThat(moved).isGreaterThan(300);
        assertThat(calculated).isGreaterThan(300);
    }

    private SubjectSnapshot decide(
            Case random,
            Decider decider,
            SubjectSnapshot snapshot,
            List<BehaviorEvent> arriving,
            List<BehaviorEvent> stored,
            Instant now) {
        if (arriving.isEmpty() && snapshot.state().isEmpty()) {
            return snapshot;
        }
        Set<SubjectId> due = arriving.isEmpty() ? Set.of(LEAD) : Set.of();
        Decision decision = decider.decide(Map.of(LEAD, snapshot), arriving, due, now);
        if (decision instanceof Decision.NeedsHistory) {
            List<BehaviorEvent> before = new ArrayList<>(stored);
            before.removeAll(arriving);
            decision = decider.decide(Map.of(LEAD, snapshot.with(read(snapshot, before))), arriving, due, now);
        }
        Decision.Decided decided = (Decision.Decided) decision;
        for (SubjectChange change : decided.unit().changes()) {
            for (MembershipChange each : change.memberships()) {
                checkCause(random, each);
                random.recorded.put(each.segmentKey(), each.entered());
            }
        }
        SubjectSnapshot next = decided.next().get(LEAD);
        // Now and then the state is written, and read again.
        return random.random.nextInt(3) == 0 ? read(next, stored) : next;
    }

    private static SubjectSnapshot read(SubjectSnapshot snapshot, List<BehaviorEvent> stored) {
        return SubjectSnapshot.of(
                LEAD, snapshot.version(), snapshot.state().orElse(null), List.of(), Timeline.of(stored), true);
    }

    /** What a calculation changed it changed as of one of its instants; nothing else changes a behavioral segment without an event. */
    private void checkCause(Case random, MembershipChange change) {
        Calculations calculations = random.calculations(change.segmentKey());
        if (change.cause() instanceof Cause.Calculation cause) {
            calculated++;
            Instant at = change.effectiveAt();
            assertThat(random.last(calculations, at)).as("%s", change).isEqualTo(at);
            assertThat(calculations.demanded().contains(at)).as("%s", change).isEqualTo(cause.demanded());
        }
    }

    private void check(Case random, SubjectSnapshot snapshot, List<BehaviorEvent> stored, Instant now) {
        NaiveEvaluator all = random.naive(stored);
        if (stored.stream().noneMatch(event -> !event.timestamp().isAfter(now))) {
            return;
        }
        NaiveEvaluator naive = random.naive(all.visible(now));
        Set<String> expected = new HashSet<>();
        boolean anything = !all.visible(now).isEmpty();
        for (Segment segment : random.segments) {
            boolean member = anything && naive.member(segment.key(), now);
            if (member) {
                expected.add(segment.key());
            }
            if (segment.isBehavioral()) {
                asked++;
                members += member ? 1 : 0;
                moved += anything && member != naive.member(segment.criteria(), now) ? 1 : 0;
            }
        }
        assertThat(snapshot.profile().orElseThrow().segments())
                .as("members at %s of %s by %s", now, stored, random.segments)
                .containsExactlyInAnyOrderElementsOf(expected);
        Plan plan = Plan.compile(1, random.segments, List.of(), random.settings());
        for (Segment segment : random.segments) {
            assertThat(random.recorded.getOrDefault(segment.key(), false))
                    .as("recorded of %s", segment)
                    .isEqualTo(expected.contains(segment.key()));
            assertThat(Recomputation.isMember(plan, segment.id(), Timeline.of(stored), now))
                    .as("recomputed at %s of %s by %s", now, stored, segment)
                    .isEqualTo(expected.contains(segment.key()));
        }
    }

    /** One random subject with random segments. */
    private static final class Case {
        final SplittableRandom random;
        final Instant now;
        final List<BehaviorEvent> events;
        final List<Segment> segments = new ArrayList<>();
        final Retention retention;
        /** Whether the subject is in a segment by the entries and exits that were recorded. */
        final Map<String, Boolean> recorded = new HashMap<>();

        Case(long seed) {
            random = new SplittableRandom(seed);
            RandomTimelines timelines = new RandomTimelines(random);
            now = timelines.now();
            events = timelines.of("a", now, 30, Duration.ofMinutes(random.nextInt(2) * 5L));
            retention = random.nextInt(4) == 0 ? Retention.of(Duration.ofDays(20)) : Retention.unlimited();
            RandomCriteria generator = new RandomCriteria(random, now, facts(events));
            for (int i = 0; i < 6; i++) {
                add(generator.criteria(2));
                generator.made();
            }
        }

        private void add(Criteria criteria) {
            int i = segments.size();
            boolean behavioral = random.nextInt(3) > 0;
            segments.add(new Segment(
                    new UUID(1, i),
                    "s" + i,
                    1,
                    "S" + i,
                    null,
                    behavioral ? Segment.Type.BEHAVIORAL : Segment.Type.DYNAMIC,
                    Segment.Status.ACTIVE,
                    criteria,
                    behavioral ? calculations() : Calculations.NONE,
                    false,
                    List.of(),
                    1,
                    Instant.EPOCH,
                    Instant.EPOCH));
        }

        private Calculations calculations() {
            List<Instant> demanded = new ArrayList<>();
            for (int i = random.nextInt(3); i > 0; i--) {
                // Some of them at the very instant of an event.
                demanded.add(
                        !events.isEmpty() && random.nextBoolean()
                                ? events.get(random.nextInt(events.size())).timestamp()
                                : now.minus(Duration.ofMinutes(random.nextInt(60 * 24 * 40))));
            }
            return new Calculations(schedule(), demanded, 1);
        }

        private @Nullable Schedule schedule() {
            return switch (random.nextInt(4)) {
                case 0 -> null;
                case 1 ->
                    new Schedule.Every(
                            Duration.ofHours(random.nextInt(1, 200)),
                            now.minus(Duration.ofMinutes(random.nextInt(60 * 24 * 60))));
                case 2 -> new Schedule.Every(Duration.ofDays(random.nextInt(1, 8)), null);
                default ->
                    new Schedule.Daily(
                            LocalTime.of(random.nextInt(24), random.nextInt(60)),
                            random.nextBoolean() ? null : DayOfWeek.of(random.nextInt(1, 8)),
                            ZONES.get(random.nextInt(ZONES.size())));
            };
        }

        Calculations calculations(String key) {
            return segments.stream()
                    .filter(segment -> segment.key().equals(key))
                    .findFirst()
                    .orElseThrow()
                    .calculations();
        }

        /** The last calculation at or before an instant, looked for the slow way. */
        @Nullable
        Instant last(Calculations calculations, Instant at) {
            Instant last = calculations.schedule() == null ? null : NaiveSchedule.last(calculations.schedule(), at);
            for (Instant demanded : calculations.demanded()) {
                if (!demanded.isAfter(at) && (last == null || demanded.isAfter(last))) {
                    last = demanded;
                }
            }
            return last;
        }

        DecisionSettings settings() {
            return new DecisionSettings(ScoringModel.defaults(), retention, Duration.ofHours(1), Duration.ofHours(24));
        }

        private @Nullable Instant expiresAt(BehaviorEvent event) {
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

        NaiveEvaluator naive(List<BehaviorEvent> of) {
            Map<String, UnaryOperator<Instant>> last = new HashMap<>();
            for (Segment segment : segments) {
                if (segment.isBehavioral()) {
                    last.put(segment.key(), at -> last(segment.calculations(), at));
                }
            }
            return new NaiveEvaluator(of, this::expiresAt, facts(of), (row, truth) -> {})
                    .among(segments.stream().collect(Collectors.toMap(Segment::key, Segment::criteria)))
                    .calculating(last);
        }
    }
}
