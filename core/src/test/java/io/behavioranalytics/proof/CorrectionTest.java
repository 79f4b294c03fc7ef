package io.behavioranalytics.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.action.Action;
import io.behavioranalytics.condition.Condition;
import io.behavioranalytics.condition.Operator;
import io.behavioranalytics.decision.Batch;
import io.behavioranalytics.decision.Decider;
import io.behavioranalytics.decision.Decision;
import io.behavioranalytics.decision.DecisionSettings;
import io.behavioranalytics.decision.EveryInstant;
import io.behavioranalytics.decision.Plan;
import io.behavioranalytics.decision.SubjectChange;
import io.behavioranalytics.decision.SubjectSnapshot;
import io.behavioranalytics.decision.SubjectState;
import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.Retention;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.profile.ScoringModel;
import io.behavioranalytics.segment.Calculations;
import io.behavioranalytics.segment.Segment;
import io.behavioranalytics.segment.SequencePattern;
import io.behavioranalytics.segment.SequencePattern.Step;
import io.behavioranalytics.store.InMemoryStore;
import io.behavioranalytics.store.SubjectRecord;
import io.behavioranalytics.store.Subjects.Projection;
import io.behavioranalytics.store.UnitOutcome;
import io.behavioranalytics.trigger.Trigger;
import io.behavioranalytics.trigger.TriggerEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/**
 * A correction goes over most of the past without looking; here it decides beside one that looks at every instant. Both run the
 * same random histories of several leads with late events, links, changed definitions and firings, each on its own state from the beginning to
 * the end, and have to decide the same at every step: memberships with their instants and causes, firings, skips, cancelled
 * actions, due instants and accumulators.
 */
class CorrectionTest {
    private static final int HISTORIES = 600;

    private int steps;
    private int shortcuts;
    private int memberships;
    private int executions;
    private int skips;
    private int cancelled;

    @Test
    void going_over_the_past_decides_what_looking_at_every_instant_decides() {
        Seeds.forEach("correction", HISTORIES, this::compare);
        System.out.printf(
                "%d decisions, %d with a shortcut: %d memberships, %d firings, %d skips, %d cancellations%n",
                steps, shortcuts, memberships, executions, skips, cancelled);

        assertThat(shortcuts).isGreaterThan(HISTORIES);
        assertThat(List.of(memberships, executions, skips, cancelled)).allMatch(count -> count > HISTORIES / 2);
    }

    private void compare(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        RandomTimelines timelines = new RandomTimelines(random);
        Instant end = timelines.now();
        Plan plan = plan(1, Instant.EPOCH, random, timelines, end);
        List<BehaviorEvent> rest = events(random, timelines, end);
        Side quick = new Side(new Decider(plan));
        Side slow = new Side(EveryInstant.decider(plan));
        boolean redefines = random.nextInt(3) == 0;
        Instant now = end.minus(Duration.ofDays(random.nextInt(12)));
        while (!rest.isEmpty() || now.isBefore(end)) {
            Instant step = now.plus(Duration.ofMinutes(random.nextInt(random.nextBoolean() ? 40 : 4_000)));
            now = step.isAfter(end) ? end : step;
            if (redefines && random.nextInt(8) == 0) {
                redefines = false;
                Plan changed = plan(2, now, random, timelines, end);
                quick.decider = new Decider(changed);
                slow.decider = EveryInstant.decider(changed);
            }
            List<BehaviorEvent> arriving = new ArrayList<>();
            boolean many = random.nextInt(3) == 0;
            for (BehaviorEvent event : List.copyOf(rest)) {
                boolean known = !event.timestamp().isAfter(now.plus(Duration.ofMinutes(5)));
                if (known && (many ? random.nextInt(3) > 0 : random.nextInt(20) == 0) && arriving.size() < 200) {
                    arriving.add(event);
                    rest.remove(event);
                }
            }
            boolean keepsCheckpoints = random.nextInt(3) > 0;
            List<SubjectChange> changes = quick.decide(arriving, now, keepsCheckpoints);
            List<SubjectChange> expected = slow.decide(arriving, now, keepsCheckpoints);
            assertSame(changes, expected, arriving.size() + " events at " + now);
        }
    }

    private void assertSame(List<SubjectChange> changes, List<SubjectChange> expected, String when) {
        assertThat(changes).hasSameSizeAs(expected);
        for (int i = 0; i < changes.size(); i++) {
            SubjectChange one = changes.get(i);
            SubjectChange other = expected.get(i);
            assertThat(withoutState(one)).as(when).isEqualTo(withoutState(other));
            steps++;
            memberships += one.memberships().size();
            executions += one.executions().size();
            skips += one.skips().size();
            cancelled += one.cancelled().size();
            SubjectState state = one.state();
            if (state != null) {
                assertThat(state.profile()).as(when).isEqualTo(other.state().profile());
                assertThat(state.accumulators())
                        .as(when)
                        .isEqualTo(other.state().accumulators());
                assertThat(facts(state)).as(when).isEqualTo(facts(other.state()));
                shortcuts += Arrays.equals(state.memory(), other.state().memory()) ? 0 : 1;
            }
        }
    }

    /**
     * The memory behind its first number: until when an event counts as late. Who did not look when the clock changed something
     * takes the latest instant at which it may have.
     */
    private static byte[] facts(SubjectState state) {
        return Arrays.copyOfRange(state.memory(), 1 + Long.BYTES, state.memory().length);
    }

    private static List<Object> withoutState(SubjectChange change) {
        return Arrays.asList(
                change.subject(),
                change.expectedVersion(),
                change.events(),
                change.relinks(),
                change.links(),
                change.due(),
                change.memberships(),
                change.executions(),
                change.skips(),
                change.scheduled(),
                change.cancelled(),
                change.adopted());
    }

    // ---- what is decided

    /** Two leads and their sessions, many events at one instant, many without a lead; some long enough for checkpoints. */
    private static List<BehaviorEvent> events(SplittableRandom random, RandomTimelines timelines, Instant end) {
        List<BehaviorEvent> events = new ArrayList<>();
        int size = random.nextInt(4) == 0 ? random.nextInt(200, 500) : random.nextInt(20, 120);
        Instant previous = end;
        for (int i = 0; i < size; i++) {
            Instant at = random.nextInt(6) == 0 ? previous : timelines.instant(end, Duration.ZERO);
            previous = at;
            String session = random.nextInt(3) == 0 ? null : "s" + random.nextInt(3);
            String lead = session == null || random.nextInt(4) == 0 ? "lead" + random.nextInt(2) : null;
            events.add(timelines.event(session, lead, at));
        }
        return events;
    }

    private static Plan plan(
            long version, Instant updatedAt, SplittableRandom random, RandomTimelines timelines, Instant end) {
        RandomCriteria generator = new RandomCriteria(random, end, (field, at) -> null);
        List<Segment> segments = new ArrayList<>();
        for (int i = random.nextInt(1, 7); i > 0; i--) {
            segments.add(new Segment(
                    new UUID(1, i),
                    "s" + i,
                    version,
                    "S" + i,
                    null,
                    Segment.Type.DYNAMIC,
                    Segment.Status.ACTIVE,
                    generator.criteria(2),
                    Calculations.NONE,
                    false,
                    List.of(),
                    version,
                    Instant.EPOCH,
                    updatedAt));
        }
        List<Trigger> triggers = new ArrayList<>();
        for (int i = random.nextInt(8); i > 0; i--) {
            triggers.add(trigger(
                    i,
                    version,
                    random,
                    timelines,
                    segments,
                    new RandomModeration(new SplittableRandom(end.hashCode() + i), end.minus(Duration.ofDays(12)))));
        }
        Retention retention = random.nextInt(5) == 0
                ? Retention.of(Duration.ofDays(20)).withType(EventType.DOWNLOAD, Duration.ofDays(3))
                : Retention.unlimited();
        return Plan.compile(
                version,
                segments,
                triggers,
                new DecisionSettings(
                        ScoringModel.defaults(),
                        retention,
                        Duration.ofHours(random.nextInt(3) == 0 ? 72 : 1),
                        Duration.ofHours(24)));
    }

    private static Trigger trigger(
            int number,
            long version,
            SplittableRandom random,
            RandomTimelines timelines,
            List<Segment> all,
            RandomModeration moderation) {
        String segment = random.nextInt(3) == 0 ? null : timelines.pick(all).key();
        TriggerEvent event = switch (random.nextInt(7)) {
            case 5, 6 -> sequence(random, timelines);
            case 0 -> new TriggerEvent.SegmentEntered(segment);
            case 1 -> new TriggerEvent.SegmentExited(segment);
            case 2, 3 ->
                new TriggerEvent.Inactivity(
                        random.nextBoolean() ? null : timelines.pick(RandomTimelines.TYPES),
                        List.of(),
                        random.nextInt(3) == 0 ? List.of() : List.of(timelines.pick(RandomTimelines.TYPES)),
                        timelines.pick(RandomTimelines.SPANS));
            default -> moderation.orWatch(new TriggerEvent.Happened(timelines.pick(RandomTimelines.TYPES)));
        };
        List<Condition> conditions = switch (random.nextInt(5)) {
            case 0 -> List.of(Condition.of("totalEvents", Operator.GREATER_THAN, (long) random.nextInt(60)));
            case 1 -> List.of(Condition.of("engagementScore", Operator.LESS_THAN, (long) random.nextInt(90)));
            case 2 ->
                List.of(Condition.of(
                        "segments", Operator.CONTAINS, timelines.pick(all).key()));
            default -> List.of();
        };
        return new Trigger(
                new UUID(2, number),
                "t" + number,
                version,
                "T" + number,
                null,
                event,
                Trigger.Status.ACTIVE,
                conditions,
                List.of(new Action(null, "send_email", Map.of(), Duration.ofHours(random.nextInt(100)))),
                random.nextInt(3) == 0 ? List.of(timelines.pick(all).key()) : List.of(),
                Duration.ofHours(random.nextBoolean() ? 0 : random.nextInt(100)),
                random.nextInt(3),
                random.nextInt(3) == 0 ? List.of(timelines.pick(RandomTimelines.TYPES)) : List.of(),
                false,
                moderation.rules(),
                Instant.EPOCH,
                Instant.EPOCH,
                Instant.EPOCH);
    }

    private static TriggerEvent sequence(SplittableRandom random, RandomTimelines timelines) {
        List<Step> steps = new ArrayList<>(List.of(Step.of(timelines.pick(RandomTimelines.TYPES))));
        if (random.nextBoolean()) {
            steps.add(Step.no(timelines.pick(RandomTimelines.TYPES)));
        }
        steps.add(Step.of(timelines.pick(RandomTimelines.TYPES)));
        if (random.nextBoolean()) {
            steps.add(Step.no(timelines.pick(RandomTimelines.TYPES)).within(timelines.pick(RandomTimelines.SPANS)));
        }
        SequencePattern pattern = SequencePattern.of(steps.toArray(Step[]::new));
        return new TriggerEvent.Sequence(
                random.nextBoolean() ? pattern : pattern.within(timelines.pick(RandomTimelines.SPANS)));
    }

    /** A decider with a store of its own. */
    private static final class Side {
        private Decider decider;
        private final InMemoryStore store = new InMemoryStore(() -> Instant.EPOCH);
        private final Map<SubjectId, SubjectSnapshot> known = new HashMap<>();
        private long batches;

        Side(Decider decider) {
            this.decider = decider;
        }

        List<SubjectChange> decide(List<BehaviorEvent> events, Instant now, boolean keeps) {
            if (!keeps) {
                known.clear();
            }
            Map<SubjectId, SubjectSnapshot> subjects = new LinkedHashMap<>();
            for (BehaviorEvent event : events) {
                Decider.subjectsOf(event).forEach(id -> subjects.put(id, load(id, false)));
            }
            if (events.isEmpty()) {
                for (int lead = 0; lead < 2; lead++) {
                    SubjectId id = SubjectId.lead("lead" + lead);
                    subjects.put(id, load(id, false));
                }
            }
            Decision decision = decider.decide(subjects, events, Set.of(), now);
            for (int i = 0; decision instanceof Decision.NeedsHistory needs && i < 16; i++) {
                needs.subjects().forEach((id, whole) -> subjects.put(id, load(id, whole)));
                decision = decider.decide(subjects, events, Set.of(), now);
            }
            Decision.Decided decided = (Decision.Decided) decision;
            List<UnitOutcome> outcomes =
                    store.commit(new Batch(new UUID(3, batches++), "host", now, List.of(decided.unit())));
            assertThat(outcomes).singleElement().isInstanceOf(UnitOutcome.Committed.class);
            known.putAll(decided.next());
            return decided.unit().changes();
        }

        private SubjectSnapshot load(SubjectId id, boolean whole) {
            SubjectSnapshot hot = known.get(id);
            if (hot != null && !whole) {
                return hot;
            }
            SubjectRecord read = store.subjects()
                    .load(List.of(id), whole ? Projection.TIMELINE : Projection.STATE)
                    .get(id);
            SubjectSnapshot cold = SubjectSnapshot.of(
                    id, read.version(), read.state(), read.links(), read.timeline(), whole || read.state() == null);
            return hot == null ? cold : hot.with(cold);
        }
    }
}
