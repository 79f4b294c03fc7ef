package io.behavioranalytics.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.decision.Decider;
import io.behavioranalytics.decision.Decision;
import io.behavioranalytics.decision.DecisionSettings;
import io.behavioranalytics.decision.Plan;
import io.behavioranalytics.decision.SubjectSnapshot;
import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.Micros;
import io.behavioranalytics.event.Retention;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.Timeline;
import io.behavioranalytics.profile.ScoringModel;
import io.behavioranalytics.segment.Calculations;
import io.behavioranalytics.segment.Criteria;
import io.behavioranalytics.segment.MembershipChange;
import io.behavioranalytics.segment.Schedule;
import io.behavioranalytics.segment.Segment;
import io.behavioranalytics.segment.SegmentFilter;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Behavioral segments against their criteria, evaluated freshly and without a fold at the last instant of the schedule. */
class CalculatedMembershipTest {
    private static final SubjectId LEAD = SubjectId.lead("a");
    private static final List<String> ZONES =
            List.of("America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu");
    private int members;
    private int changes;

    @Test
    void members_are_those_of_the_last_calculation_whatever_comes_in_whatever_order() {
        Seeds.forEach("calculated", 1_500, seed -> {
            SplittableRandom random = new SplittableRandom(seed);
            RandomTimelines timelines = new RandomTimelines(random);
            Instant end = timelines.now();
            List<BehaviorEvent> rest = timelines.of("a", end, 25, Duration.ZERO);
            List<Segment> segments = segments(random, end);
            DecisionSettings settings = new DecisionSettings(
                    ScoringModel.defaults(), Retention.unlimited(), Duration.ofHours(1), Duration.ofHours(24));
            Decider decider = new Decider(Plan.compile(1, segments, List.of(), settings));
            SubjectSnapshot snapshot = SubjectSnapshot.absent(LEAD);
            List<BehaviorEvent> stored = new ArrayList<>();
            Map<UUID, Boolean> recorded = new TreeMap<>();
            Instant now = end.minus(Duration.ofDays(random.nextInt(20)));
            while (true) {
                boolean last = !now.isBefore(end);
                List<BehaviorEvent> arriving = new ArrayList<>();
                for (BehaviorEvent event : List.copyOf(rest)) {
                    if (!event.timestamp().isAfter(now) && (last || random.nextBoolean())) {
                        arriving.add(event);
                        rest.remove(event);
                    }
                }
                List<BehaviorEvent> before = List.copyOf(stored);
                stored.addAll(arriving);
                if (!arriving.isEmpty() || snapshot.state().isPresent()) {
                    Decision decision = decider.decide(Map.of(LEAD, snapshot), arriving, Set.of(LEAD), now);
                    if (decision instanceof Decision.NeedsHistory) {
                        SubjectSnapshot whole = snapshot.with(SubjectSnapshot.of(
                                LEAD,
                                snapshot.version(),
                                snapshot.state().orElse(null),
                                List.of(),
                                Timeline.of(before),
                                true));
                        decision = decider.decide(Map.of(LEAD, whole), arriving, Set.of(LEAD), now);
                    }
                    Decision.Decided decided = (Decision.Decided) decision;
                    for (MembershipChange change :
                            decided.unit().changes().get(0).memberships()) {
                        recorded.put(change.segmentId(), change.entered());
                        changes++;
                    }
                    snapshot = decided.next().get(LEAD);
                    if (random.nextBoolean()) {
                        snapshot = SubjectSnapshot.of(
                                LEAD,
                                snapshot.version(),
                                snapshot.state().orElse(null),
                                List.of(),
                                Timeline.of(stored),
                                true);
                    }
                    Instant decidedAt = snapshot.state().orElseThrow().asOf();
                    List<String> expected = segments.stream()
                            .filter(segment -> naive(segments, segment, stored, Micros.of(decidedAt)))
                            .map(Segment::key)
                            .sorted()
                            .toList();
                    assertThat(snapshot.profile().orElseThrow().segments())
                            .as("seed %s at %s of %s", seed, now, segments)
                            .isEqualTo(expected);
                    members += expected.size();
                    for (Segment segment : segments) {
                        assertThat(recorded.getOrDefault(segment.id(), false))
                                .isEqualTo(expected.contains(segment.key()));
                    }
                }
                if (last) {
                    break;
                }
                Instant next = now.plus(Duration.ofMinutes(random.nextInt(1, 4_000)));
                now = next.isAfter(end) ? end : next;
            }
        });
        System.out.println("members " + members + ", changes " + changes);
        assertThat(members).isGreaterThan(1_000);
        assertThat(changes).isGreaterThan(1_000);
    }

    /** Evaluates from nothing: the events up to an instant, and the other segments by themselves. */
    private static boolean naive(List<Segment> all, Segment segment, List<BehaviorEvent> events, long at) {
        long then = segment.isBehavioral() ? latest(segment.calculations(), at) : at;
        List<BehaviorEvent> seen =
                events.stream().filter(event -> event.micros() <= then).toList();
        if (then == Micros.ALWAYS || seen.isEmpty()) {
            return false;
        }
        for (SegmentFilter filter : segment.criteria().segmentFilters()) {
            Segment other = all.stream()
                    .filter(one -> one.key().equals(filter.segment()))
                    .findFirst()
                    .orElseThrow();
            return naive(all, other, events, then) == filter.in();
        }
        return new NaiveEvaluator(seen, event -> null, (field, i) -> null, (row, truth) -> {})
                .member(segment.criteria(), Micros.toInstant(then));
    }

    /** Found by trying every minute backwards. */
    private static long latest(Calculations calculations, long at) {
        long demanded = calculations.demanded().stream()
                .mapToLong(Micros::of)
                .filter(one -> one <= at)
                .max()
                .orElse(Micros.ALWAYS);
        if (calculations.schedule() == null) {
            return demanded;
        }
        long minute = 60_000_000L;
        for (long t = Math.floorDiv(at, minute) * minute; ; t -= minute) {
            boolean hit;
            if (calculations.schedule() instanceof Schedule.Every every) {
                hit = Math.floorMod(t, Micros.of(every.period())) == 0;
            } else {
                Schedule.Daily daily = (Schedule.Daily) calculations.schedule();
                var now = Micros.toInstant(t).atZone(daily.zone());
                var before = Micros.toInstant(t - minute).atZone(daily.zone());
                boolean reaches = !now.toLocalTime().isBefore(daily.at())
                        && (before.toLocalTime().isBefore(daily.at())
                                || !before.toLocalDate().equals(now.toLocalDate()));
                boolean first = now.toLocalDate()
                        .atStartOfDay(daily.zone())
                        .toInstant()
                        .plus(Duration.ofHours(30))
                        .isAfter(Micros.toInstant(t));
                boolean repeated = false;
                for (int m = 1; m <= 120 && reaches; m++) {
                    var earlier = Micros.toInstant(t - m * minute).atZone(daily.zone());
                    repeated |= earlier.toLocalDate().equals(now.toLocalDate())
                            && !earlier.toLocalTime().isBefore(daily.at());
                }
                hit = reaches
                        && first
                        && !repeated
                        && (daily.weekday() == null || now.getDayOfWeek() == daily.weekday());
            }
            if (hit) {
                return Math.max(t, demanded);
            }
        }
    }

    private static List<Segment> segments(SplittableRandom random, Instant end) {
        List<Segment> segments = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            Schedule schedule = switch (random.nextInt(4)) {
                case 0 -> new Schedule.Every(Duration.ofMinutes(random.nextInt(30, 3_000)), null);
                case 1, 2 ->
                    new Schedule.Daily(
                            LocalTime.of(random.nextInt(24), random.nextInt(2) * 30),
                            random.nextInt(3) == 0 ? DayOfWeek.of(random.nextInt(1, 8)) : null,
                            ZoneId.of(ZONES.get(random.nextInt(ZONES.size()))));
                default -> null;
            };
            List<Instant> demanded = new ArrayList<>();
            for (int j = random.nextInt(3); j > 0; j--) {
                demanded.add(end.minus(Duration.ofMinutes(random.nextInt(30_000))));
            }
            boolean behavioral = random.nextInt(4) > 0;
            Criteria criteria;
            if (i > 1 && random.nextBoolean()) {
                String other = "s" + random.nextInt(i);
                criteria = Criteria.all()
                        .segment(new SegmentFilter(other, random.nextBoolean(), false))
                        .build();
            } else {
                RandomCriteria generator = new RandomCriteria(random, end, (field, at) -> null);
                do {
                    criteria = generator.criteria(1);
                } while (!criteria.profileConditions().isEmpty()
                        || !criteria.references().isEmpty()
                        || criteria.groups().stream()
                                .anyMatch(group -> !group.profileConditions().isEmpty()));
            }
            segments.add(new Segment(
                    new UUID(1, i),
                    "s" + i,
                    1,
                    "S" + i,
                    null,
                    behavioral ? Segment.Type.BEHAVIORAL : Segment.Type.DYNAMIC,
                    Segment.Status.ACTIVE,
                    criteria,
                    behavioral ? new Calculations(schedule, demanded, 1) : Calculations.NONE,
                    false,
                    List.of(),
                    1,
                    Instant.EPOCH,
                    Instant.EPOCH));
        }
        return segments;
    }
}
