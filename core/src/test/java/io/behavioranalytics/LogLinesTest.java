package io.behavioranalytics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.behavioranalytics.action.ActionExecutor;
import io.behavioranalytics.action.ActionRequest;
import io.behavioranalytics.action.ActionResult;
import io.behavioranalytics.action.LogExecutor;
import io.behavioranalytics.decision.Batch;
import io.behavioranalytics.decision.SubjectState;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.TrackRequest;
import io.behavioranalytics.store.Claim;
import io.behavioranalytics.store.InMemoryStore;
import io.behavioranalytics.store.Queue;
import io.behavioranalytics.store.Settlement;
import io.behavioranalytics.store.StoreException;
import io.behavioranalytics.store.StoreRefusalException;
import io.behavioranalytics.store.SubjectRecord;
import io.behavioranalytics.store.Subjects;
import io.behavioranalytics.store.UnitOutcome;
import io.behavioranalytics.trigger.TriggerDraft;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;
import org.slf4j.simple.SimpleLogger;
import org.slf4j.spi.LocationAwareLogger;

/** Whatever fails, log lines say nothing of a person: no id, no property, no message that quotes them. */
class LogLinesTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final String CANARY = "canary";
    private static final String LEAD = "ada.canary@example.com";
    private static final String SESSION = "session-canary-1";
    private static final String MESSAGE = "Key (subject)=(lead:" + LEAD + ") exists\nforged canary line";

    private final VirtualClock clock = VirtualClock.at(NOW);
    private final InMemoryStore memory = new InMemoryStore(clock);
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private PrintStream before;

    private static final List<Class<?>> WHO_LOG = List.of(
            DefinitionsCache.class,
            LogExecutor.class,
            Loop.class,
            MaintenanceRounds.class,
            Pipeline.class,
            Recalculation.class,
            SubjectCache.class,
            Unhandled.class,
            Verifier.class,
            Workers.class);

    /** The other tests are quiet about warnings; here every line from INFO on is read. */
    private static void level(int level) throws ReflectiveOperationException {
        for (Class<?> type : WHO_LOG) {
            Field field = SimpleLogger.class.getDeclaredField("currentLogLevel");
            field.setAccessible(true);
            field.setInt(LoggerFactory.getLogger(type), level);
        }
    }

    @BeforeEach
    void capture() throws ReflectiveOperationException {
        level(LocationAwareLogger.INFO_INT);
        before = System.err;
        System.setErr(new PrintStream(written, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void release() throws ReflectiveOperationException {
        level(LocationAwareLogger.ERROR_INT);
        System.setErr(before);
        memory.close();
    }

    private String log() {
        return written.toString(StandardCharsets.UTF_8);
    }

    private BehaviorAnalytics host(ForwardingStore store, ActionExecutor... executors) {
        BehaviorAnalytics.Builder builder = BehaviorAnalytics.builder()
                .store(store)
                .clock(clock)
                .executor(Runnable::run)
                .inlineActions();
        for (ActionExecutor executor : executors) {
            builder.action(executor);
        }
        return builder.build();
    }

    private static TrackRequest event(EventType type) {
        return TrackRequest.builder(type)
                .sessionId(SESSION)
                .leadId(LEAD)
                .userId("user-canary")
                .property("email", LEAD)
                .page("https://example.com/?q=canary", CANARY, null)
                .build();
    }

    private static void onView(BehaviorAnalytics analytics, String action) {
        analytics
                .triggers()
                .create(TriggerDraft.fromJson("{\"name\": \"View\", \"status\": \"active\", \"event\": \"page_view\","
                        + " \"cooldown\": 0, \"actions\": [{\"action\": \"" + action
                        + "\", \"parameters\": {\"to\": \"" + LEAD + "\"}}]}"));
    }

    @Test
    void a_commit_that_fails_names_the_subjects_by_pseudonyms_and_the_event_by_its_id() {
        ForwardingStore failing = new ForwardingStore(memory) {
            @Override
            public List<UnitOutcome> commit(Batch batch) {
                throw new IllegalStateException(MESSAGE, new RuntimeException(MESSAGE));
            }
        };
        try (BehaviorAnalytics analytics = host(failing)) {
            TrackRequest request = event(EventType.PAGE_VIEW);
            assertThatThrownBy(() -> analytics.track(request)).isInstanceOf(DecisionFailedException.class);
        }

        assertThat(log())
                .contains("the decision on [", SubjectId.lead(LEAD).pseudonym(), "IllegalStateException", "at io.")
                .doesNotContain(CANARY, "forged");
    }

    @Test
    void an_event_that_the_store_refuses_for_good_is_one_warning_and_no_stack() {
        ForwardingStore refusing = new ForwardingStore(memory) {
            @Override
            public List<UnitOutcome> commit(Batch batch) {
                throw new StoreRefusalException("the database refuses it (23503)", new RuntimeException(MESSAGE));
            }
        };
        TrackRequest request = event(EventType.PAGE_VIEW);
        try (BehaviorAnalytics analytics = host(refusing)) {
            assertThat(analytics.track(request).outcome()).isEqualTo(TrackResult.Outcome.INVALID);
        }

        assertThat(log().lines())
                .singleElement()
                .asString()
                .contains(
                        "WARN",
                        "the store refuses events [",
                        SubjectId.lead(LEAD).pseudonym(),
                        "(23503)")
                .doesNotContain(CANARY, "forged");
    }

    @Test
    void a_store_that_throws_wherever_it_is_asked_is_logged_without_what_it_says() {
        for (Class<?> failing : List.of(Subjects.class, Queue.class)) {
            ForwardingStore store = new ForwardingStore(memory) {
                @Override
                public Subjects subjects() {
                    return failing == Subjects.class ? throwing(Subjects.class) : super.subjects();
                }

                @Override
                public Queue queue() {
                    return failing == Queue.class ? throwing(Queue.class) : super.queue();
                }
            };
            try (BehaviorAnalytics analytics = host(store)) {
                analytics.trackAll(List.of(event(EventType.PAGE_VIEW)));
                assertThatThrownBy(analytics::runDue).isInstanceOf(RuntimeException.class);
            }
        }

        assertThat(log()).doesNotContain(CANARY, "forged");
    }

    private static <T> T throwing(Class<T> type) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, args) -> {
            throw new IllegalStateException(MESSAGE);
        }));
    }

    @Test
    void a_stored_subject_that_is_damaged_or_wrong_appears_under_its_pseudonym() {
        try (BehaviorAnalytics analytics = host(new ForwardingStore(memory))) {
            analytics.track(event(EventType.PAGE_VIEW));
        }
        ForwardingStore damaging = new ForwardingStore(memory) {
            @Override
            public Subjects subjects() {
                return damaged(super.subjects());
            }
        };
        try (BehaviorAnalytics analytics = host(damaging)) {
            analytics.trackAll(List.of(event(EventType.PAGE_VIEW)));
        }

        assertThat(log())
                .contains(SubjectId.lead(LEAD).pseudonym() + " of version 1 cannot be read")
                .doesNotContain(CANARY);
    }

    private static Subjects damaged(Subjects sound) {
        return (Subjects) Proxy.newProxyInstance(
                Subjects.class.getClassLoader(), new Class<?>[] {Subjects.class}, (proxy, method, args) -> {
                    if (method.getName().equals("load")) {
                        @SuppressWarnings("unchecked")
                        Collection<SubjectId> ids = (Collection<SubjectId>) args[0];
                        Map<SubjectId, SubjectRecord> damaged = new LinkedHashMap<>();
                        sound.load(ids, (Subjects.Projection) args[1])
                                .forEach((id, record) -> damaged.put(id, cut(record)));
                        return damaged;
                    }
                    try {
                        return method.invoke(sound, args);
                    } catch (InvocationTargetException thrown) {
                        throw thrown.getCause();
                    }
                });
    }

    private static SubjectRecord cut(SubjectRecord record) {
        SubjectState state = record.state();
        return state == null
                ? record
                : new SubjectRecord(
                        record.subject(),
                        record.version(),
                        new SubjectState(
                                state.definitionsVersion(),
                                state.asOf(),
                                state.profile(),
                                state.accumulators(),
                                new byte[] {1, 2}),
                        record.links(),
                        record.timeline());
    }

    @Test
    void an_executor_that_throws_what_it_was_given_is_logged_without_it() {
        ActionExecutor loose = new ActionExecutor() {
            @Override
            public String type() {
                return "mail";
            }

            @Override
            public ActionResult execute(ActionRequest request) {
                throw new IllegalArgumentException(request.parameters() + MESSAGE);
            }
        };
        ForwardingStore forgetful = new ForwardingStore(memory) {
            @Override
            public Queue queue() {
                Queue sound = super.queue();
                return (Queue) Proxy.newProxyInstance(
                        Queue.class.getClassLoader(), new Class<?>[] {Queue.class}, (proxy, method, args) -> {
                            if (method.getName().equals("settle")) {
                                assertThat(args[0]).isInstanceOf(Claim.class);
                                assertThat(args[1]).isInstanceOf(Settlement.class);
                                throw new StoreException("the end could not be recorded");
                            }
                            return method.invoke(sound, args);
                        });
            }
        };
        try (BehaviorAnalytics analytics = host(forgetful, loose)) {
            onView(analytics, "mail");
            analytics.track(event(EventType.PAGE_VIEW));
            clock.advance(Duration.ofSeconds(1));
            analytics.runDue();
        }

        assertThat(log()).contains("the end of action").doesNotContain(CANARY, "forged");
    }

    @Test
    void the_built_in_log_action_names_the_subject_by_its_pseudonym_and_no_parameter() {
        try (BehaviorAnalytics analytics = host(new ForwardingStore(memory))) {
            onView(analytics, LogExecutor.TYPE);
            analytics.track(event(EventType.PAGE_VIEW));
            clock.advance(Duration.ofSeconds(1));
            analytics.runDue();
        }

        assertThat(log())
                .contains("trigger view fired for " + SubjectId.lead(LEAD).pseudonym())
                .doesNotContain(CANARY);
    }

    @Test
    void a_storage_exceptions_message_is_written_on_one_line() {
        ForwardingStore failing = new ForwardingStore(memory) {
            @Override
            public List<UnitOutcome> commit(Batch batch) {
                throw new StoreException("the disk\nforged is full\u2028\u202e");
            }
        };
        try (BehaviorAnalytics analytics = host(failing)) {
            analytics.track(event(EventType.PAGE_VIEW));
        }

        assertThat(log()).contains("the disk\\nforged is full\\u2028\\u202e").doesNotContain(CANARY);
        assertThat(log().lines()).noneMatch(line -> line.startsWith("forged"));
    }

    static Stream<Arguments> hostileTexts() {
        return Stream.of(
                arguments("x\r\n2026-11-22 ERROR fake", "x\\r\\n2026-11-22 ERROR fake"),
                arguments("x\u001b[2J", "x\\u001b[2J"),
                arguments("x${jndi:ldap://127.0.0.1:9/x}", "x${jndi:ldap://127.0.0.1:9/x}"),
                arguments("x{} %n {0} %s", "x{} %n {0} %s"));
    }

    @ParameterizedTest
    @MethodSource("hostileTexts")
    void C32_a_text_that_looks_like_a_log_line_or_a_lookup_stands_in_one_line_as_it_is(String text, String shown) {
        ForwardingStore quoting = new ForwardingStore(memory) {
            @Override
            public List<UnitOutcome> commit(Batch batch) {
                throw new StoreException("no room for " + text);
            }
        };
        try (BehaviorAnalytics analytics = host(quoting)) {
            analytics.trackAll(List.of(
                    event(EventType.PAGE_VIEW),
                    TrackRequest.builder(EventType.PAGE_VIEW)
                            .leadId(LEAD)
                            .context(Map.of("userAgent", text))
                            .build()));
        }

        assertThat(log()).contains("no room for " + shown).doesNotContain(CANARY);
        assertThat(log().lines()).allMatch(line -> !line.startsWith("2026") && !line.contains("\u001b"));
    }

    @Test
    void a_pseudonym_is_the_same_each_time_and_another_for_each_subject() {
        assertThat(SubjectId.lead("a").pseudonym())
                .matches("lead#[0-9a-f]{8}")
                .isEqualTo(SubjectId.lead("a").pseudonym())
                .isNotEqualTo(SubjectId.lead("b").pseudonym());
        assertThat(SubjectId.session("a").pseudonym()).matches("session#[0-9a-f]{8}");
        assertThat(SubjectId.session("a").pseudonym().substring(8))
                .isNotEqualTo(SubjectId.lead("a").pseudonym().substring(5));
    }
}
