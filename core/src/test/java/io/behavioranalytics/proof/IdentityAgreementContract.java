package io.behavioranalytics.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.Settings;
import io.behavioranalytics.action.Action;
import io.behavioranalytics.condition.TimeWindow;
import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.Category;
import io.behavioranalytics.event.EventBuilder;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.Micros;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.json.InvalidDefinitionException;
import io.behavioranalytics.profile.NaiveProfile;
import io.behavioranalytics.segment.Criteria;
import io.behavioranalytics.segment.Segment;
import io.behavioranalytics.segment.SegmentDraft;
import io.behavioranalytics.segment.SequenceFilter;
import io.behavioranalytics.store.ActionRecord;
import io.behavioranalytics.store.ActionStatus;
import io.behavioranalytics.store.Store;
import io.behavioranalytics.store.Subjects;
import io.behavioranalytics.trigger.Skip;
import io.behavioranalytics.trigger.TriggerCause;
import io.behavioranalytics.trigger.TriggerDraft;
import io.behavioranalytics.trigger.TriggerEvent;
import io.behavioranalytics.trigger.TriggerExecution;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Random lives of leads that share sessions, which are linked and unlinked on time, late and ahead of the clock. After each call, whose
 * every event is, what each profile says, who is in which segment (sequences with negated steps among them), and in the end which action
 * was whose and what became of it, is what looking at all events anew says.
 *
 * <p>{@code -Dproof.identity.seeds=2000} lives more of them, {@code -Dproof.identity.seed=17} only that one.
 */
public abstract class IdentityAgreementContract {
    private final Map<String, Integer> seen = new TreeMap<>();
    private final int lives;

    /**
     * Prepares the suite.
     *
     * @param lives how many lives are lived unless the system property says otherwise
     */
    protected IdentityAgreementContract(int lives) {
        this.lives = lives;
    }

    /**
     * Makes an empty store.
     *
     * @param storeClock the clock of leases and rates
     * @return the store; it is closed after one life
     */
    protected abstract Store createStore(InstantSource storeClock);

    @Test
    void events_memberships_and_what_is_pending_go_where_looking_at_all_events_anew_puts_them() {
        Seeds.forEach("identity", lives, seed -> new Life(seed).live());

        System.out.println("identity: " + seen);
        if (Long.getLong("proof.identity.seed") != null) {
            return; // one life need not contain everything
        }
        sawAtLeast("fired", lives);
        sawAtLeast("gone to a lead while pending", lives / 6);
        sawAtLeast("UNLINKED", lives / 6);
        sawAtLeast("SUPERSEDED", lives / 20);
        sawAtLeast("in a segment of sequences", lives);
        sawAtLeast("not in a segment of sequences", lives);
    }

    private void sawAtLeast(String what, int least) {
        assertThat(seen.getOrDefault(what, 0)).as(what).isGreaterThan(least);
    }

    private final class Life {
        private final SplittableRandom random;
        private final RandomTimelines timelines;
        private final NaivePending naive;
        private final List<NaivePending.Rule> rules = new ArrayList<>();
        private final List<SegmentDraft> drafts = new ArrayList<>();
        private final Map<String, Segment> segments = new TreeMap<>();
        private Instant now;

        Life(long seed) {
            random = new SplittableRandom(seed);
            timelines = new RandomTimelines(random);
            now = timelines.now();
            for (int i = 0; i < 2; i++) {
                rules.add(new NaivePending.Rule("each-" + i, type(), null, null, delay()));
                List<EventType> unless = random.nextInt(4) == 0 ? List.of() : List.of(type());
                EventType after = random.nextInt(4) == 0 ? null : type();
                rules.add(new NaivePending.Rule(
                        "silence-" + i, after, unless, Duration.ofMinutes(random.nextInt(1, 60)), delay()));
            }
            naive = new NaivePending(rules);
            RandomCriteria generator = new RandomCriteria(random, now, (field, at) -> null);
            for (int i = 0; i < 2; i++) {
                add("any-" + i, () -> generator.criteria(1));
                add("sequence-" + i, this::sequence);
            }
        }

        private EventType type() {
            return timelines.pick(RandomSequences.TYPES);
        }

        private Duration delay() {
            return Duration.ofSeconds(random.nextInt(4) == 0 ? 0 : random.nextInt(1, 20_000));
        }

        private Criteria sequence() {
            TimeWindow window = random.nextBoolean()
                    ? TimeWindow.allTime()
                    : new TimeWindow.Rolling(Duration.ofMinutes(random.nextInt(1, 300)));
            return Criteria.all()
                    .sequence(new SequenceFilter(RandomSequences.valid(random), window, random.nextInt(4) == 0))
                    .build();
        }

        /** Adds a segment that is not refused. */
        private void add(String key, Supplier<Criteria> criteria) {
            while (true) {
                SegmentDraft draft = new SegmentDraft(
                        key,
                        key,
                        null,
                        Segment.Type.DYNAMIC,
                        Segment.Status.ACTIVE,
                        criteria.get(),
                        null,
                        false,
                        List.of());
                try (Host host = new Host()) {
                    host.analytics.segments().create(draft);
                    drafts.add(draft);
                    return;
                } catch (InvalidDefinitionException refused) {
                    assertThat(refused.violations()).isNotEmpty();
                }
            }
        }

        void live() {
            try (Host host = new Host(Settings.defaults(), IdentityAgreementContract.this::createStore)) {
                host.clock.set(now);
                drafts.forEach(draft ->
                        segments.put(draft.key(), host.analytics.segments().create(draft)));
                rules.forEach(rule -> host.analytics
                        .triggers()
                        .create(TriggerDraft.builder(rule.key(), event(rule))
                                .action(new Action(null, "note", Map.of(), rule.delay()))
                                .cooldown(Duration.ZERO)
                                .build()));
                // What came true before a trigger was there does not fire it.
                advance(host, now.plus(Duration.ofDays(1)));
                for (int i = random.nextInt(8, 30); i > 0; i--) {
                    int minutes = random.nextInt(random.nextInt(6) == 0 ? 3_000 : 40);
                    advance(host, now.plus(Duration.ofMinutes(minutes)).plusMillis(random.nextInt(60_000)));
                    happen(host);
                    compareState(host);
                }
                advance(host, now.plus(Duration.ofDays(2)));
                compareState(host);
                compareActions(host);
            }
        }

        private TriggerEvent event(NaivePending.Rule rule) {
            return rule.isOfSilence()
                    ? new TriggerEvent.Inactivity(rule.type(), List.of(), rule.unless(), rule.within())
                    : new TriggerEvent.Happened(rule.type());
        }

        private void advance(Host host, Instant to) {
            for (Instant mark : new TreeSet<>(naive.marks(now))) {
                if (!mark.isAfter(to)) {
                    host.advanceTo(mark);
                    naive.decide(mark);
                }
            }
            host.advanceTo(to);
            naive.decide(to);
            now = to;
        }

        private void happen(Host host) {
            String session = "s" + random.nextInt(2);
            String lead = "lead-" + random.nextInt(3);
            Instant at = switch (random.nextInt(8)) {
                case 0 -> now.minusSeconds(random.nextInt(14_400));
                case 1, 2 -> now.minusSeconds(random.nextInt(3_000));
                case 3 -> now.plusSeconds(random.nextInt(1, 300));
                default -> now;
            };
            int kind = random.nextInt(12);
            BehaviorEvent event;
            if (kind < 2) {
                boolean unlinks = random.nextInt(3) > 0;
                event = said(session, unlinks ? null : lead, at);
                if (unlinks) {
                    host.analytics.unlink(session, at, event.id());
                } else {
                    host.analytics.identify(session, lead, at, event.id());
                }
            } else {
                boolean anonymous = kind < 9;
                event = event(kind == 11 ? null : session, anonymous ? null : lead, at);
                host.analytics.track(World.request(event));
            }
            naive.arrives(event, now);
        }

        private BehaviorEvent event(String sessionId, String leadId, Instant at) {
            BehaviorEvent some = timelines.event(sessionId, leadId, at);
            EventType type = random.nextInt(4) == 0 ? some.type() : type();
            Map<String, Object> properties = new HashMap<>(some.properties());
            properties.put("n", random.nextInt(4) == 0 ? "text" : (Object) (long) random.nextInt(3));
            return EventBuilder.like(some)
                    .session(sessionId)
                    .lead(leadId)
                    .type(type)
                    .category(RandomTimelines.category(type))
                    .at(at)
                    .properties(properties)
                    .imported(false)
                    .build();
        }

        /** A link, or an unlink if no lead is named. */
        private BehaviorEvent said(String sessionId, String leadId, Instant at) {
            return EventBuilder.event(timelines.id(), at)
                    .session(sessionId)
                    .lead(leadId)
                    .type(leadId == null ? EventType.UNLINK : EventType.IDENTIFY)
                    .category(Category.SYSTEM)
                    .build();
        }

        private void compareState(Host host) {
            Map<SubjectId, List<BehaviorEvent>> expected = NaiveIdentity.timelines(naive.known(), now);
            Map<SubjectId, List<UUID>> found = new TreeMap<>();
            host.store.subjects().scan(Subjects.Projection.TIMELINE, record -> {
                List<UUID> ids = new ArrayList<>();
                for (int i = 0; i < record.timeline().size(); i++) {
                    ids.add(record.timeline().id(i));
                }
                if (!ids.isEmpty()) {
                    found.put(record.subject(), ids);
                }
                return true;
            });
            Map<SubjectId, List<UUID>> ids = new TreeMap<>();
            expected.forEach((subject, events) ->
                    ids.put(subject, events.stream().map(BehaviorEvent::id).toList()));
            assertThat(found).as("whose the events are at %s", now).isEqualTo(ids);
            Map<String, List<SubjectId>> members = new TreeMap<>();
            segments.forEach((key, segment) -> members.put(
                    key,
                    host.store.ledger().members(segment.id(), null, 1_000).stream()
                            .sorted()
                            .toList()));
            Map<String, List<SubjectId>> expectedMembers = new TreeMap<>();
            segments.keySet().forEach(key -> expectedMembers.put(key, new ArrayList<>()));
            expected.forEach((subject, events) -> {
                assertThat(host.profile(subject).toString().replaceFirst("segments=\\[[^\\]]*\\]", "segments=[]"))
                        .as("the profile of %s at %s", subject, now)
                        .isEqualTo(new NaiveProfile(events, Micros.of(now))
                                .profile(subject)
                                .toString());
                NaiveEvaluator evaluator = evaluator(subject, events);
                segments.forEach((key, segment) -> {
                    boolean member = evaluator.member(segment.criteria(), now);
                    if (member) {
                        expectedMembers.get(key).add(subject);
                    }
                    if (key.startsWith("sequence")) {
                        count(member ? "in a segment of sequences" : "not in a segment of sequences");
                    }
                });
            });
            assertThat(members)
                    .as("members at %s of %s over %s", now, segments.values(), expected)
                    .isEqualTo(expectedMembers);
        }

        private NaiveEvaluator evaluator(SubjectId subject, List<BehaviorEvent> events) {
            NaiveEvaluator.NaiveFacts facts = (field, at) -> {
                List<BehaviorEvent> until = events.stream()
                        .filter(event -> !event.timestamp().isAfter(at))
                        .toList();
                return NaiveProfile.field(new NaiveProfile(until, Micros.of(at)).profile(subject), field);
            };
            return new NaiveEvaluator(events, event -> null, facts, (row, truth) -> {})
                    .among(segments.values().stream().collect(Collectors.toMap(Segment::key, Segment::criteria)));
        }

        private void compareActions(Host host) {
            Map<UUID, ActionRecord> actions = new HashMap<>();
            for (ActionStatus status : ActionStatus.values()) {
                host.actions(status)
                        .forEach(record -> actions.put(record.action().id(), record));
            }
            List<String> fired = new ArrayList<>();
            for (TriggerExecution firing : host.store.ledger().executions(null, null, 1_000_000)) {
                UUID cause = firing.cause() instanceof TriggerCause.Absence absence
                        ? absence.eventId()
                        : ((TriggerCause.Event) firing.cause()).eventId();
                if (naive.possible.contains(firing.triggerKey() + " " + cause)) {
                    count("what a departure alone let come true");
                    continue;
                }
                ActionRecord action = actions.get(firing.actions().get(0));
                String end = action.status() == ActionStatus.CANCELLED
                        ? action.cancellation().name()
                        : action.status().name();
                fired.add(firing.triggerKey() + " " + cause + " at " + firing.executedAt() + " for " + firing.subject()
                        + ": " + end + " of " + action.action().subject());
                count("fired");
                count(end);
            }
            assertThat(fired).as("%s over %s", rules, naive.known()).containsExactlyInAnyOrderElementsOf(naive.told());
            List<String> skipped = new ArrayList<>();
            for (Skip skip : host.store.ledger().skips(null, null, 1_000_000)) {
                assertThat(skip.reason()).isEqualTo(Skip.Reason.TOO_OLD);
                String line = skip.triggerKey() + " " + skip.cameTrueAt();
                if (!naive.possible.contains(line)) {
                    skipped.add(line);
                    count("TOO_OLD");
                }
            }
            List<String> tooOld = new ArrayList<>(naive.tooOld);
            tooOld.removeAll(naive.possible);
            assertThat(skipped).containsExactlyInAnyOrderElementsOf(tooOld);
            seen.merge("gone to a lead while pending", (int) naive.adopted(), Integer::sum);
        }

        private void count(String what) {
            seen.merge(what, 1, Integer::sum);
        }
    }
}
