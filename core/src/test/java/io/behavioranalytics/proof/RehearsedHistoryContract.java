package io.behavioranalytics.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.Segments;
import io.behavioranalytics.Simulation;
import io.behavioranalytics.SimulationQuery;
import io.behavioranalytics.action.Action;
import io.behavioranalytics.condition.Condition;
import io.behavioranalytics.condition.Operator;
import io.behavioranalytics.condition.ProfileField;
import io.behavioranalytics.condition.TimeWindow;
import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.EventBuilder;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.segment.AggregationFilter;
import io.behavioranalytics.segment.AggregationFilter.Aggregation;
import io.behavioranalytics.segment.Criteria;
import io.behavioranalytics.segment.EventFilter;
import io.behavioranalytics.segment.MembershipChange;
import io.behavioranalytics.segment.Schedule;
import io.behavioranalytics.segment.Segment;
import io.behavioranalytics.segment.SegmentDraft;
import io.behavioranalytics.segment.SegmentFilter;
import io.behavioranalytics.segment.SequenceFilter;
import io.behavioranalytics.segment.SequencePattern;
import io.behavioranalytics.segment.SequencePattern.Step;
import io.behavioranalytics.store.ActionStatus;
import io.behavioranalytics.store.Store;
import io.behavioranalytics.testkit.TestKit;
import io.behavioranalytics.trigger.Cap;
import io.behavioranalytics.trigger.QuietHours;
import io.behavioranalytics.trigger.Recheck;
import io.behavioranalytics.trigger.Skip;
import io.behavioranalytics.trigger.Trigger;
import io.behavioranalytics.trigger.TriggerDraft;
import io.behavioranalytics.trigger.TriggerEvent;
import io.behavioranalytics.trigger.TriggerExecution;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/**
 * A simulation of the live definitions over the stored history is what live did, event by event: every firing with its id, cause,
 * instants and actions, every skip with its reason, every entry and exit.
 *
 * <p>By design there are two differences, and both are stated here. An event that came late was decided when it came (S17, S18); the
 * simulation takes it at its own instant, so it is held against a life in which nothing is late. And a session's events belonged to the
 * session until its lead was known (S11); the simulation has them with the lead, so sessions here have their leads from the beginning.
 *
 * <p>For authors of stores too: {@code -Dproof.rehearsed.seeds=2000} lives more histories.
 */
public abstract class RehearsedHistoryContract {
    private static final SimulationQuery EVERYTHING = SimulationQuery.all().sample(SimulationQuery.MOST_SAMPLES);
    private static final Duration RATHER_LONG = Duration.ofDays(20);

    private long firings;
    private long skips;
    private long changes;
    private long cancelled;
    private int different;
    private int lived;
    private final Set<Skip.Reason> reasons = EnumSet.noneOf(Skip.Reason.class);

    /**
     * Makes an empty store.
     *
     * @param storeClock the clock of leases and rates
     * @return the store; it is closed after one life
     */
    protected abstract Store createStore(InstantSource storeClock);

    /**
     * How many histories are lived, of each kind.
     *
     * @return 4 or more
     */
    protected int lives() {
        return 60;
    }

    @Test
    void the_live_definitions_simulated_over_history_are_what_live_did() {
        Seeds.forEach("rehearsed", lives(), seed -> {
            try (TestKit kit = kit()) {
                History world = new History(seed, kit.now());
                List<Trigger> triggers = world.define(kit);
                for (BehaviorEvent event : world.inOrder()) {
                    kit.given(World.request(event));
                }
                kit.advance(RATHER_LONG);
                compare(kit, kit, triggers);
                lived++;
            }
        });
        System.out.println("rehearsed: " + firings + " firings, " + skips + " skips " + reasons + ", " + changes
                + " entries and exits, " + cancelled + " cancelled actions");
        assertThat(firings).isGreaterThan(10L * lived);
        assertThat(skips).isGreaterThan(3L * lived);
        assertThat(changes).isGreaterThan(10L * lived);
        assertThat(cancelled).isGreaterThan(lived);
    }

    @Test
    void of_a_history_with_late_events_the_simulation_is_what_live_would_have_done_had_none_been_late() {
        Seeds.forEach("rehearsed-late", lives(), seed -> {
            try (TestKit late = kit();
                    TestKit inOrder = kit()) {
                History world = new History(seed, late.now());
                List<Trigger> triggers = world.define(late);
                world.define(inOrder);
                for (BehaviorEvent event : world.inOrder()) {
                    inOrder.given(World.request(event));
                }
                inOrder.advance(Duration.between(inOrder.now(), world.end()));
                for (BehaviorEvent event : world.withDelays()) {
                    late.given(World.request(event));
                }
                late.advance(Duration.between(late.now(), world.end()));
                compare(late, inOrder, triggers);
                lived++;
                different += late.fired().equals(inOrder.fired()) ? 0 : 1;
            }
        });
        System.out.println("rehearsed-late: live differed in " + different + " lives");
        assertThat(different).isGreaterThan(lived / 4);
    }

    /** What is simulated over one kit's history is what another has lived. */
    private void compare(TestKit history, TestKit lived, List<Trigger> triggers) {
        for (Trigger trigger : triggers) {
            Simulation simulated = history.analytics().simulations().trigger(trigger.key(), EVERYTHING);
            List<TriggerExecution> fired =
                    lived.analytics().triggers().executions(trigger.key(), null, Integer.MAX_VALUE);
            List<Skip> skipped = lived.analytics().triggers().skips(trigger.key(), null, Integer.MAX_VALUE);
            assertThat(bySubject(simulated.triggered().firings(), TriggerExecution::subject))
                    .as("firings of %s", trigger)
                    .isEqualTo(bySubject(fired, TriggerExecution::subject));
            assertThat(bySubject(simulated.triggered().skips(), Skip::subject))
                    .as("skips of %s", trigger)
                    .isEqualTo(bySubject(skipped, Skip::subject));
            assertThat(simulated.triggered().fired()).isEqualTo(fired.size());
            assertThat(simulated.complete()).isTrue();
            Set<UUID> planned = new HashSet<>();
            fired.forEach(firing -> planned.addAll(firing.actions()));
            long called = lived.analytics().actions().list(ActionStatus.CANCELLED, null, Integer.MAX_VALUE).stream()
                    .filter(record -> planned.contains(record.action().id()))
                    .count();
            assertThat(simulated.triggered().cancelled())
                    .as("cancelled actions of %s", trigger)
                    .isEqualTo(called);
            cancelled += called;
            skipped.forEach(skip -> reasons.add(skip.reason()));
            firings += fired.size();
            skips += skipped.size();
        }
        for (Segment segment : history.analytics().segments().list()) {
            Simulation simulated = history.analytics().simulations().segment(segment.key(), EVERYTHING);
            List<MembershipChange> recorded =
                    lived.analytics().segments().history(segment.key(), null, Integer.MAX_VALUE);
            assertThat(bySubject(simulated.membership().changes(), MembershipChange::subject))
                    .as("entries and exits of %s", segment)
                    .isEqualTo(bySubject(recorded, MembershipChange::subject));
            assertThat(simulated.membership().members())
                    .isEqualTo(lived.analytics()
                            .segments()
                            .members(segment.key(), null, 1_000)
                            .size());
            changes += recorded.size();
        }
    }

    private static <T, S extends Comparable<S>> List<T> bySubject(List<T> all, Function<T, S> subject) {
        return all.stream().sorted(Comparator.comparing(subject)).toList();
    }

    /** Kits that are asked alike give their definitions the same ids, of which the ids of firings are made. */
    private TestKit kit() {
        return TestKit.of(
                Instant.parse("2026-01-05T09:00:00Z"),
                this::createStore,
                builder -> builder.random(new SplittableRandom(7)),
                "send_email",
                "create_task");
    }

    /** Events of a few leads over twenty days, with many ties, and definitions that all of them concern. */
    private static final class History {
        private final SplittableRandom random;
        private final RandomTimelines timelines;
        private final List<BehaviorEvent> events = new ArrayList<>();
        private final Instant start;

        History(long seed, Instant start) {
            this.random = new SplittableRandom(seed);
            this.timelines = new RandomTimelines(random);
            this.start = start;
            for (int i = 0; i < 60; i++) {
                String lead = "lead-" + random.nextInt(3);
                Instant at = start.plus(Duration.ofMinutes(random.nextInt(20 * 24 * 6) * 10L));
                events.add(moved(timelines.event("session-of-" + lead, lead, at)));
            }
        }

        /** One in four is sent from somewhere else in the world. */
        private BehaviorEvent moved(BehaviorEvent event) {
            if (random.nextInt(4) > 0) {
                return event;
            }
            Map<String, Object> context = new HashMap<>(event.context());
            context.put("timezone", timelines.pick(List.of("Asia/Tokyo", "America/New_York", "Asia/Kathmandu")));
            return EventBuilder.like(event).context(context).imported(false).build();
        }

        Instant end() {
            return start.plus(Duration.ofDays(60));
        }

        List<BehaviorEvent> inOrder() {
            return events.stream().sorted(NaiveIdentity.ORDER).toList();
        }

        /** In the order in which they come: one in four some minutes to days late. */
        List<BehaviorEvent> withDelays() {
            List<Instant> comes = new ArrayList<>();
            for (BehaviorEvent event : events) {
                long minutes = random.nextInt(4) > 0 ? 0 : random.nextInt(random.nextBoolean() ? 100 : 5_000);
                comes.add(event.timestamp().plus(Duration.ofMinutes(minutes)));
            }
            List<Integer> order = new ArrayList<>();
            for (int i = 0; i < events.size(); i++) {
                order.add(i);
            }
            order.sort(
                    Comparator.<Integer, Instant>comparing(comes::get).thenComparing(events::get, NaiveIdentity.ORDER));
            return order.stream().map(events::get).toList();
        }

        /** Segments of the kinds that a membership by counts alone does not live through. */
        private static void defineMore(Segments segments, List<EventType> types) {
            segments.create(SegmentDraft.of(
                    "Deep",
                    Criteria.all()
                            .segment(SegmentFilter.in("warm"))
                            .segment(SegmentFilter.notIn("engaged"))
                            .build()));
            segments.create(SegmentDraft.of(
                    "Left open",
                    Criteria.all()
                            .sequence(SequenceFilter.of(SequencePattern.of(
                                    Step.of(types.get(1)), Step.no(types.get(4)).within(Duration.ofHours(7)))))
                            .build()));
            segments.create(SegmentDraft.of(
                    "Spenders",
                    Criteria.all()
                            .aggregation(new AggregationFilter(
                                    Aggregation.SUM,
                                    "value",
                                    List.of(),
                                    List.of(),
                                    Operator.GREATER_THAN,
                                    2L,
                                    TimeWindow.last(Duration.ofDays(3)),
                                    false))
                            .build()));
            segments.create(SegmentDraft.behavioral(
                    "Regulars",
                    Criteria.any()
                            .segment(SegmentFilter.in("deep"))
                            .event(EventFilter.atLeast(types.get(3), 1).in(TimeWindow.last(Duration.ofDays(2))))
                            .build(),
                    new Schedule.Daily(LocalTime.of(2, 30), null, ZoneId.of("Europe/Berlin"))));
            segments.create(SegmentDraft.behavioral(
                    "Often",
                    Criteria.all().segment(SegmentFilter.notIn("regulars")).build(),
                    new Schedule.Every(Duration.ofHours(5), null)));
        }

        List<Trigger> define(TestKit kit) {
            List<EventType> types = RandomTimelines.TYPES.subList(0, 5);
            kit.analytics()
                    .segments()
                    .create(SegmentDraft.of(
                            "Warm",
                            Criteria.all()
                                    .event(EventFilter.atLeast(types.get(0), 1).in(TimeWindow.last(Duration.ofDays(2))))
                                    .build()));
            kit.analytics()
                    .segments()
                    .create(SegmentDraft.of(
                            "Engaged",
                            Criteria.any()
                                    .profile("engagementScore", Operator.GREATER_THAN, 15)
                                    .event(EventFilter.never(types.get(1)))
                                    .build()));
            defineMore(kit.analytics().segments(), types);
            List<TriggerDraft.Builder> drafts = List.of(
                    TriggerDraft.builder("On event", types.get(2))
                            .when(Condition.of("engagementScore", Operator.GREATER_THAN, 10))
                            .exclusiveGroup("one-of-two")
                            .cap(Cap.rolling(3, Duration.ofDays(2))),
                    TriggerDraft.builder("On entry", new TriggerEvent.SegmentEntered("warm"))
                            .quietHours(new QuietHours(LocalTime.of(22, 0), LocalTime.of(6, 0))),
                    TriggerDraft.builder("On exit", new TriggerEvent.SegmentExited("engaged"))
                            .targetSegment("warm")
                            .maxPerLead(1),
                    TriggerDraft.builder(
                                    "On silence",
                                    new TriggerEvent.Inactivity(
                                            types.get(3), List.of(), List.of(types.get(4)), Duration.ofHours(5)))
                            .cancelOn(types.get(0))
                            .cap(Cap.per(Cap.Calendar.WEEK, 4)),
                    TriggerDraft.builder(
                                    "On sequence",
                                    new TriggerEvent.Sequence(SequencePattern.of(
                                                    Step.of(types.get(0)), Step.no(types.get(4)), Step.of(types.get(2)))
                                            .within(Duration.ofDays(4))))
                            .exclusiveGroup("one-of-two"),
                    TriggerDraft.builder(
                            "On what does not follow",
                            new TriggerEvent.Sequence(SequencePattern.of(
                                    Step.of(types.get(1)),
                                    Step.of(types.get(3)),
                                    Step.no(types.get(0)).within(Duration.ofHours(9))))),
                    TriggerDraft.builder("Also on event", types.get(2))
                            .exclusiveGroup("one-of-two")
                            .priority(7)
                            .quietHours(new QuietHours(LocalTime.of(20, 0), LocalTime.of(8, 0)))
                            .expiresAfter(Duration.ofHours(9)),
                    TriggerDraft.builder(
                            "On rise",
                            new TriggerEvent.ScoreCrossed(
                                    ProfileField.ENGAGEMENT_SCORE, TriggerEvent.Direction.UP, 20, 12)),
                    TriggerDraft.builder(
                            "On fall",
                            new TriggerEvent.ScoreCrossed(
                                    ProfileField.INTENT_SCORE, TriggerEvent.Direction.DOWN, 15, 18)),
                    TriggerDraft.builder("On pattern", new TriggerEvent.PatternChanged(null, null)),
                    TriggerDraft.builder("On calculation", new TriggerEvent.SegmentEntered("regulars")),
                    TriggerDraft.builder("Asked again", types.get(1))
                            .targetSegment("warm")
                            .when(Condition.of("engagementScore", Operator.GREATER_THAN, 12))
                            .recheck(Recheck.BOTH)
                            .cancelOn(types.get(0))
                            .cap(Cap.rolling(2, Duration.ofDays(3)))
                            .quietHours(new QuietHours(LocalTime.of(20, 0), LocalTime.of(8, 0))),
                    TriggerDraft.builder("Asked late", types.get(2))
                            .targetSegment("deep")
                            .recheck(Recheck.AT_EXECUTION)
                            .cap(Cap.per(Cap.Calendar.DAY, 1)));
            List<Trigger> triggers = new ArrayList<>();
            for (int i = 0; i < drafts.size(); i++) {
                triggers.add(kit.analytics()
                        .triggers()
                        .create(drafts.get(i)
                                .cooldown(Duration.ofHours(6L * (i % 8)))
                                .action(new Action(null, "send_email", Map.of(), Duration.ofHours(3)))
                                .action(new Action(null, "create_task", Map.of(), Duration.ZERO))
                                .build()));
            }
            return triggers;
        }
    }
}
