package io.behavioranalytics.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.action.Action;
import io.behavioranalytics.decision.Batch;
import io.behavioranalytics.decision.CommitUnit;
import io.behavioranalytics.decision.SubjectChange;
import io.behavioranalytics.decision.SubjectState;
import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.Category;
import io.behavioranalytics.event.EventBuilder;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.Timeline;
import io.behavioranalytics.profile.BehaviorPattern;
import io.behavioranalytics.profile.Profile;
import io.behavioranalytics.segment.Cause;
import io.behavioranalytics.segment.MembershipChange;
import io.behavioranalytics.trigger.ScheduledAction;
import io.behavioranalytics.trigger.Skip;
import io.behavioranalytics.trigger.TriggerCause;
import io.behavioranalytics.trigger.TriggerExecution;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** A new store for each test, and the words that the suites are written in. */
@Timeout(300)
abstract class ContractFixture {
    /** The decision clock's instant; the store's clock stands years away, so that nobody takes one for the other. */
    static final Instant NOW = Instant.parse("2026-03-01T10:00:00.000001Z");

    static final SubjectId ADA = SubjectId.lead("lead-ada");
    static final SubjectId BOB = SubjectId.lead("lead-bob");
    static final SubjectId SESSION = SubjectId.session("session-1");
    static final UUID SEGMENT = new UUID(0x5e6, 1);
    static final UUID TRIGGER = new UUID(0x761, 1);
    static final Duration LEASE = Duration.ofSeconds(30);
    static final int NO_RATE = Integer.MAX_VALUE;
    static final int ALL = 1_000;

    /** A clock that stands until it is moved. */
    static final class MovableClock implements InstantSource {
        private volatile Instant now = Instant.parse("2031-07-01T00:00:00Z");

        @Override
        public Instant instant() {
            return now;
        }

        void move(Duration by) {
            now = now.plus(by);
        }
    }

    final MovableClock storeClock = new MovableClock();
    Store store;
    private long batches;

    abstract Store createStore(InstantSource clock);

    @BeforeEach
    void open() {
        store = createStore(storeClock);
    }

    @AfterEach
    void shut() {
        store.close();
    }

    // Committing

    static ContractChange change(SubjectId subject, long version) {
        return new ContractChange(SubjectChange.guard(subject, version));
    }

    static SubjectChange guard(SubjectId subject, long version) {
        return SubjectChange.guard(subject, version);
    }

    static CommitUnit unit(SubjectChange... changes) {
        return new CommitUnit(List.of(changes));
    }

    static Batch batch(UUID id, CommitUnit... units) {
        return new Batch(id, "host-1", NOW, List.of(units));
    }

    synchronized UUID newBatchId() {
        return new UUID(0xba7c4, ++batches);
    }

    List<UnitOutcome> commit(CommitUnit... units) {
        return store.commit(batch(newBatchId(), units));
    }

    /** Commits one unit. */
    UnitOutcome commit(SubjectChange... changes) {
        List<UnitOutcome> outcomes = commit(unit(changes));
        assertThat(outcomes).hasSize(1);
        return outcomes.get(0);
    }

    /** Commits one unit and expects no race. */
    void store(SubjectChange... changes) {
        assertThat(commit(changes)).isInstanceOf(UnitOutcome.Committed.class);
    }

    static UnitOutcome committed(SubjectId subject, long version) {
        return new UnitOutcome.Committed(Map.of(subject, version));
    }

    // Reading

    SubjectRecord load(SubjectId subject) {
        return load(subject, Subjects.Projection.TIMELINE);
    }

    SubjectRecord load(SubjectId subject, Subjects.Projection projection) {
        Map<SubjectId, SubjectRecord> records = store.subjects().load(List.of(subject), projection);
        assertThat(records).containsOnlyKeys(subject);
        return records.values().iterator().next();
    }

    List<BehaviorEvent> eventsOf(SubjectId subject) {
        return events(load(subject).timeline());
    }

    static List<BehaviorEvent> events(Timeline timeline) {
        return IntStream.range(0, timeline.size()).mapToObj(timeline::event).toList();
    }

    List<SubjectId> scanned() {
        List<SubjectId> seen = new ArrayList<>();
        store.subjects().scan(Subjects.Projection.STATE, record -> {
            seen.add(record.subject());
            return true;
        });
        return seen;
    }

    // Values

    static UUID id(long number) {
        return new UUID(0x0190_0000_0000_7000L, number);
    }

    /** An anonymous event of a session, {@code second} seconds after {@link #NOW}. */
    static BehaviorEvent event(long number, long second) {
        return event(number, second, "session-1", null);
    }

    static BehaviorEvent event(long number, long second, @Nullable String session, @Nullable String lead) {
        return EventBuilder.event(id(number), NOW.plusSeconds(second))
                .session(session)
                .lead(lead)
                .page(Map.of("url", "/page/" + number))
                .properties(Map.of("number", number))
                .build();
    }

    /** An event that uses every field, and every kind of value. */
    static BehaviorEvent fullEvent(long number) {
        Map<String, @Nullable Object> properties = new LinkedHashMap<>();
        properties.put("z", "Grüße, 世界 😀");
        properties.put("a", -7L);
        properties.put("decimal", new BigDecimal("0.1"));
        properties.put("flag", false);
        properties.put("nothing", null);
        properties.put("list", Arrays.asList(1L, null, Map.of("deep", "x")));
        return new BehaviorEvent(
                new UUID(-1L, number),
                "session-1",
                "lead-ada",
                "user-1",
                -3,
                EventType.of("own_type"),
                Category.CONVERSION,
                NOW,
                "own_source",
                Map.of("url", "https://example.com/?q='%22", "title", "T"),
                properties,
                Map.of("ip", "192.0.2.1"),
                -12.5,
                Map.of("k", List.of()),
                true);
    }

    /** A state of Ada's, which a change of another subject makes that subject's. */
    static SubjectState state(long definitionsVersion, Instant asOf) {
        return state(ADA, definitionsVersion, asOf);
    }

    static SubjectState state(SubjectId subject, long definitionsVersion, Instant asOf) {
        Profile profile = new Profile(
                subject,
                asOf,
                3,
                2,
                1,
                60,
                30,
                0.1 + 0.2,
                100.0,
                Double.MIN_VALUE,
                33.3,
                List.of("a", "b"),
                BehaviorPattern.EXPLORING,
                NOW,
                null,
                List.of("customer", "vip, since \u00e4ges"),
                Map.of("plan", "gold \"plus\"", "seats", 5L, "score", new BigDecimal("0.1"), "trial", false));
        return new SubjectState(
                definitionsVersion, asOf, profile, new byte[] {1, 0, -1, (byte) definitionsVersion}, new byte[0]);
    }

    static MembershipChange entry(SubjectId subject, UUID segment) {
        return new MembershipChange(segment, "segment", 1, subject, true, NOW, NOW, new Cause.Event(id(1)));
    }

    static MembershipChange exit(SubjectId subject, UUID segment) {
        return new MembershipChange(
                segment, "segment", 1, subject, false, NOW, NOW.plusSeconds(1), new Cause.Definition(2));
    }

    static TriggerExecution execution(long number, UUID trigger, SubjectId subject) {
        return new TriggerExecution(
                new UUID(0xe8ec, number),
                trigger,
                "trigger",
                4,
                subject,
                subject.isLead() ? subject.value() : null,
                NOW,
                NOW.plusSeconds(1),
                new TriggerCause.Membership("segment", true, new Cause.Clock()),
                List.of(new UUID(0xac7, number)));
    }

    static Skip skip(UUID trigger, SubjectId subject, long second) {
        return new Skip(trigger, "trigger", 1, subject, NOW.plusSeconds(second), NOW, Skip.Reason.COOLDOWN);
    }

    static ScheduledAction action(long number, SubjectId subject) {
        return action(number, subject, "send_email", 0, NOW);
    }

    static ScheduledAction action(long number, SubjectId subject, String type, int priority, Instant dueAt) {
        Map<String, @Nullable Object> parameters = new LinkedHashMap<>();
        parameters.put("template", "welcome");
        parameters.put("nothing", null);
        parameters.put("list", List.of(1L, new BigDecimal("2.5")));
        return new ScheduledAction(
                actionId(number),
                new UUID(0xe8ec, number),
                TRIGGER,
                "trigger",
                subject,
                new Action("first", type, parameters, Duration.ofMinutes(90)),
                "form_abandon at 10:00",
                priority,
                dueAt);
    }

    static UUID actionId(long number) {
        return new UUID(0xac7, number);
    }

    /** Claims all e-mails that are due. */
    List<Claim> claims() {
        return store.queue().claim(List.of("send_email"), NOW, ALL, LEASE, NO_RATE);
    }

    /** Claims the one e-mail that is due. */
    Claim claim() {
        List<Claim> claims = claims();
        assertThat(claims).hasSize(1);
        return claims.get(0);
    }

    /** What the queue has of an action. */
    ActionRecord record(long number) {
        Map<UUID, ActionRecord> found = store.queue().find(List.of(actionId(number)));
        assertThat(found).containsOnlyKeys(actionId(number));
        return found.values().iterator().next();
    }

    // Threads

    /** Does work on several threads that start at once, and waits for all of it, not for ever. */
    static <T> List<T> together(int threads, IntFunction<Callable<T>> work) throws Exception {
        CyclicBarrier barrier = new CyclicBarrier(threads);
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Future<T>> futures = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                Callable<T> mine = work.apply(i);
                futures.add(pool.submit(() -> {
                    barrier.await(120, TimeUnit.SECONDS);
                    return mine.call();
                }));
            }
            List<T> results = new ArrayList<>();
            for (Future<T> future : futures) {
                results.add(future.get(120, TimeUnit.SECONDS));
            }
            return results;
        } finally {
            pool.shutdownNow();
        }
    }
}
