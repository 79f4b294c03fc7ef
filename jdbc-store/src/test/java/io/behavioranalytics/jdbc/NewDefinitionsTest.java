package io.behavioranalytics.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.BehaviorAnalytics;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.TrackRequest;
import io.behavioranalytics.jdbc.postgres.PostgresServer;
import io.behavioranalytics.jdbc.postgres.TestDatabase;
import io.behavioranalytics.segment.SegmentDraft;
import io.behavioranalytics.store.DefinitionRecord;
import io.behavioranalytics.store.Definitions;
import io.behavioranalytics.trigger.TriggerDraft;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.postgresql.ds.PGSimpleDataSource;

/** How hosts learn of each other's definitions. */
@Timeout(300)
class NewDefinitionsTest {
    private static DefinitionRecord segment(String key) {
        return new DefinitionRecord(
                DefinitionRecord.Kind.SEGMENT, UUID.randomUUID(), key, 1, false, "{\"name\":\"" + key + "\"}");
    }

    @Test
    void on_postgresql_a_host_hears_of_a_save_on_another_and_no_more_once_it_stopped() throws Exception {
        try (TestDatabase database = PostgresServer.shared().freshDatabase();
                JdbcStore writer = JdbcStore.builder().url(database.url()).build();
                JdbcStore reader = JdbcStore.builder().url(database.url()).build()) {
            Semaphore heard = new Semaphore(0);
            Definitions.Watch watch = reader.definitions().watch(heard::release);
            assertThat(heard.tryAcquire(120, TimeUnit.SECONDS)).as("it listens").isTrue();
            heard.drainPermits();

            assertThat(writer.definitions().save(segment("one"), 0)).isTrue();

            assertThat(heard.tryAcquire(120, TimeUnit.SECONDS)).as("it heard").isTrue();
            assertThat(reader.definitions().version()).isEqualTo(1);
            watch.close();
            heard.drainPermits();
            assertThat(writer.definitions().save(segment("two"), 1)).isTrue();
            assertThat(heard.availablePermits()).isZero();
        }
    }

    @Test
    void a_watch_that_was_not_ended_ends_with_the_store() {
        try (TestDatabase database = PostgresServer.shared().freshDatabase()) {
            JdbcStore store = JdbcStore.builder().url(database.url()).build();
            store.definitions().watch(() -> {});
            store.close();

            assertThat(Thread.getAllStackTraces().keySet())
                    .extracting(Thread::getName)
                    .doesNotContain("behavior-definitions");
        }
    }

    @Test
    void a_segment_of_another_host_is_there_within_the_time_that_a_definition_is_trusted() throws Exception {
        String url = "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";
        try (BehaviorAnalytics one = BehaviorAnalytics.builder()
                        .store(JdbcStore.builder().url(url).build())
                        .build();
                BehaviorAnalytics other = BehaviorAnalytics.builder()
                        .store(JdbcStore.builder().url(url).build())
                        .build()) {
            assertThat(keys(other)).doesNotContain("visitors");
            one.segments()
                    .create(SegmentDraft.fromJson(
                            "{\"name\":\"Visitors\",\"criteria\":{\"eventFilters\":[{\"eventType\":\"page_view\"}]}}"));

            awaitWithinFiveSeconds(() -> keys(other).contains("visitors"));
        }
    }

    static Stream<Arguments> ways() {
        return Stream.of(
                Arguments.of("h2", false),
                Arguments.of("h2", true),
                Arguments.of("postgresql", false),
                Arguments.of("postgresql", true));
    }

    /** With connections of the host's own, and on H2, nobody is told: then the version is asked for. */
    @ParameterizedTest
    @MethodSource("ways")
    void a_trigger_that_one_host_switches_on_or_off_is_on_or_off_on_another_within_five_seconds(
            String product, boolean hostsOwn) throws Exception {
        try (TestDatabase database = PostgresServer.shared().freshDatabase()) {
            String url =
                    product.equals("h2") ? "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1" : database.url();
            try (JdbcStore first = store(url, hostsOwn);
                    JdbcStore second = store(url, hostsOwn);
                    BehaviorAnalytics one =
                            BehaviorAnalytics.builder().store(first).build();
                    BehaviorAnalytics other =
                            BehaviorAnalytics.builder().store(second).build().start()) {
                assertThat(fires(other, 0)).isFalse();
                TriggerDraft greeting = TriggerDraft.fromJson(trigger("active"));
                one.triggers().create(greeting);
                awaitFiring(other, true);
                one.triggers().update("greeting", TriggerDraft.fromJson(trigger("inactive")));
                awaitFiring(other, false);
                one.triggers().update("greeting", greeting);
                awaitFiring(other, true);
            }
        }
    }

    private static String trigger(String status) {
        return "{\"name\":\"Greeting\",\"event\":\"page_view\",\"status\":\"" + status
                + "\",\"actions\":[{\"action\":\"log\",\"parameters\":{}}]}";
    }

    private static JdbcStore store(String url, boolean hostsOwn) {
        if (!hostsOwn) {
            return JdbcStore.builder().url(url).connections(3).build();
        }
        if (url.startsWith("jdbc:h2:")) {
            JdbcDataSource h2 = new JdbcDataSource();
            h2.setURL(url);
            return JdbcStore.builder().dataSource(h2).build();
        }
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(url);
        return JdbcStore.builder().dataSource(source).build();
    }

    private static void awaitFiring(BehaviorAnalytics host, boolean expected) {
        AtomicInteger attempts = new AtomicInteger();
        awaitWithinFiveSeconds(() -> fires(host, attempts.incrementAndGet()) == expected);
    }

    /** Asks until the answer is yes, which it must be of whatever is asked five seconds later, however long the answer takes. */
    private static void awaitWithinFiveSeconds(BooleanSupplier question) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
        long asked = System.nanoTime();
        while (!question.getAsBoolean()) {
            assertThat(asked).as("when it was asked in vain").isLessThan(end);
            asked = System.nanoTime();
        }
    }

    /** Whether a new lead's page view fires. */
    private static boolean fires(BehaviorAnalytics host, int attempt) {
        String lead = "lead-" + attempt + "-" + UUID.randomUUID();
        host.track(TrackRequest.builder(EventType.PAGE_VIEW).leadId(lead).build());
        return !host.triggers().executions(null, SubjectId.lead(lead), 1).isEmpty();
    }

    private static List<String> keys(BehaviorAnalytics analytics) {
        return analytics.segments().list().stream()
                .map(segment -> segment.key())
                .toList();
    }
}
