package io.behavioranalytics.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.BehaviorAnalytics;
import io.behavioranalytics.jdbc.postgres.PostgresServer;
import io.behavioranalytics.jdbc.postgres.TestDatabase;
import io.behavioranalytics.segment.SegmentDraft;
import io.behavioranalytics.store.DefinitionRecord;
import io.behavioranalytics.store.Definitions;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

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

            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
            while (!keys(other).contains("visitors") && System.nanoTime() < end) {
                Thread.onSpinWait();
            }
            assertThat(keys(other)).contains("visitors");
        }
    }

    private static List<String> keys(BehaviorAnalytics analytics) {
        return analytics.segments().list().stream()
                .map(segment -> segment.key())
                .toList();
    }
}
