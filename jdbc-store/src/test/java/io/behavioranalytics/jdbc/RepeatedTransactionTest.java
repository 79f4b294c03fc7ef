package io.behavioranalytics.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.behavioranalytics.decision.Batch;
import io.behavioranalytics.jdbc.postgres.CrashPoints;
import io.behavioranalytics.jdbc.postgres.CrashPoints.Kind;
import io.behavioranalytics.jdbc.postgres.CrashPoints.Moment;
import io.behavioranalytics.jdbc.postgres.CrashPoints.Point;
import io.behavioranalytics.jdbc.postgres.PostgresServer;
import io.behavioranalytics.jdbc.postgres.TestDatabase;
import io.behavioranalytics.store.ActionStatus;
import io.behavioranalytics.store.ArchiveRecord;
import io.behavioranalytics.store.StoreException;
import io.behavioranalytics.store.StoreRefusalException;
import io.behavioranalytics.store.UnitOutcome;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.postgresql.ds.PGSimpleDataSource;

/** What may succeed when it is done again is done again, and tried five times in all; what cannot is tried once. */
@Timeout(300)
class RepeatedTransactionTest {
    private static final int TRIES = 5;

    /** A deadlock, a serialization failure, and a connection that is lost. */
    private static final List<String> PASSING = List.of("40P01", "40001", "08006");

    /** A value or a row that the database does not take. */
    private static final List<String> FINAL = List.of("22001", "22P02", "23502", "23514");

    private static boolean isStoring(Point point) {
        return point.kind() != Kind.COMMIT
                && text(point).contains("behavior_event")
                && (text(point).contains("insert") || text(point).contains("copy"));
    }

    private static boolean isReading(Point point) {
        return text(point).contains("scheduled_action");
    }

    private static String text(Point point) {
        return point.sql().toLowerCase(Locale.ROOT);
    }

    /** A store, and the points at which it can be made to fail. */
    private record Planted(CrashPoints points, JdbcStore store) implements AutoCloseable {
        static Planted on(DataSource source) {
            CrashPoints points = CrashPoints.around(source);
            // A try must not be cut short by the time that all of them have.
            JdbcStore store = JdbcStore.builder()
                    .dataSource(points.dataSource())
                    .timeout(Duration.ofMinutes(1))
                    .build();
            return new Planted(points, store);
        }

        static Planted onH2() {
            JdbcDataSource source = new JdbcDataSource();
            source.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
            return on(source);
        }

        static Planted on(TestDatabase database) {
            PGSimpleDataSource source = new PGSimpleDataSource();
            source.setUrl(database.url());
            return on((DataSource) source);
        }

        @Override
        public void close() {
            store.close();
        }

        /** Lets the next points of a kind fail, and counts how often such a point is reached from now on. */
        AtomicInteger fail(Predicate<Point> where, int times, Moment moment, String state) {
            AtomicInteger reached = new AtomicInteger();
            Predicate<Point> counts = point -> {
                if (where.test(point)) {
                    reached.incrementAndGet();
                }
                return false;
            };
            points.fail(counts, moment, () -> new AssertionError("it only counts"));
            for (int i = 0; i < times; i++) {
                points.fail(where, moment, () -> new SQLException("planted", state));
            }
            return reached;
        }

        void stores(Batch batch, String as) {
            assertThat(store.commit(batch)).as(as).singleElement().isInstanceOf(UnitOutcome.Committed.class);
        }

        void refuses(Batch batch, String state, Class<? extends RuntimeException> kind) {
            assertThatThrownBy(() -> store.commit(batch)).isInstanceOf(kind).hasMessageContaining("SQLSTATE " + state);
        }

        /** The ids of all events, each as often as it is stored. */
        List<UUID> events() {
            List<UUID> ids = new ArrayList<>();
            store.upkeep().read(record -> {
                if (record instanceof ArchiveRecord.Event event) {
                    ids.add(event.event().id());
                }
            });
            return ids;
        }
    }

    private static UUID event(Batch batch) {
        return batch.units().get(0).changes().get(0).events().get(0).id();
    }

    private static void succeedsByTheFifth(Planted planted) {
        List<UUID> stored = new ArrayList<>();
        for (String state : PASSING) {
            Batch batch = LentConnectionsTest.batch(stored.size());
            AtomicInteger tries = planted.fail(RepeatedTransactionTest::isStoring, TRIES - 1, Moment.BEFORE, state);
            planted.stores(batch, state);
            stored.add(event(batch));
            assertThat(tries).as(state).hasValue(TRIES);
            assertThat(planted.events()).as(state).containsExactlyInAnyOrderElementsOf(stored);

            AtomicInteger reads = planted.fail(RepeatedTransactionTest::isReading, TRIES - 1, Moment.BEFORE, state);
            assertThat(planted.store().queue().list(ActionStatus.DONE, null, 1)).isEmpty();
            assertThat(reads).as(state).hasValue(TRIES);
        }
        assertThat(planted.points().faultsThrown()).isEqualTo(2 * PASSING.size() * (TRIES - 1));
    }

    @Test
    void what_fails_four_times_by_a_deadlock_a_conflict_or_a_lost_line_succeeds_by_the_fifth_on_H2() {
        try (Planted planted = Planted.onH2()) {
            succeedsByTheFifth(planted);
        }
    }

    @Test
    void what_fails_four_times_by_a_deadlock_a_conflict_or_a_lost_line_succeeds_by_the_fifth_on_PostgreSQL() {
        try (TestDatabase database = PostgresServer.shared().freshDatabase();
                Planted planted = Planted.on(database)) {
            succeedsByTheFifth(planted);
        }
    }

    private static void isGivenUpAfterTheFifth(Planted planted) {
        List<UUID> stored = new ArrayList<>();
        for (String state : PASSING) {
            Batch batch = LentConnectionsTest.batch(stored.size());
            AtomicInteger tries = planted.fail(RepeatedTransactionTest::isStoring, TRIES, Moment.BEFORE, state);
            planted.refuses(batch, state, StoreException.class);
            assertThat(tries).as(state).hasValue(TRIES);
            assertThat(planted.events()).as(state).containsExactlyInAnyOrderElementsOf(stored);

            AtomicInteger reads = planted.fail(RepeatedTransactionTest::isReading, TRIES, Moment.BEFORE, state);
            assertThatThrownBy(() -> planted.store().queue().list(ActionStatus.DONE, null, 1))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("SQLSTATE " + state);
            assertThat(reads).as(state).hasValue(TRIES);

            planted.stores(batch, "once the database takes it again");
            stored.add(event(batch));
            assertThat(planted.events()).as(state).containsExactlyInAnyOrderElementsOf(stored);
        }
    }

    @Test
    void what_fails_five_times_is_given_up_and_leaves_nothing_on_H2() {
        try (Planted planted = Planted.onH2()) {
            isGivenUpAfterTheFifth(planted);
        }
    }

    @Test
    void what_fails_five_times_is_given_up_and_leaves_nothing_on_PostgreSQL() {
        try (TestDatabase database = PostgresServer.shared().freshDatabase();
                Planted planted = Planted.on(database)) {
            isGivenUpAfterTheFifth(planted);
        }
    }

    private static void isFoundOut(Planted planted) {
        Batch batch = LentConnectionsTest.batch(1);
        AtomicInteger storing = planted.fail(RepeatedTransactionTest::isStoring, 0, Moment.BEFORE, "08006");
        planted.points()
                .fail(
                        point -> point.kind() == Kind.COMMIT && storing.get() > 0,
                        Moment.AFTER,
                        () -> new SQLException("planted", "08006"));
        planted.stores(batch, "the answer of the commit that got through");
        assertThat(planted.points().faultsThrown()).isEqualTo(1);
        assertThat(planted.events()).containsExactly(event(batch));
    }

    @Test
    void a_line_lost_after_the_commit_is_told_from_one_lost_before_and_nothing_is_stored_twice_on_H2() {
        try (Planted planted = Planted.onH2()) {
            isFoundOut(planted);
        }
    }

    @Test
    void a_line_lost_after_the_commit_is_told_from_one_lost_before_and_nothing_is_stored_twice_on_PostgreSQL() {
        try (TestDatabase database = PostgresServer.shared().freshDatabase();
                Planted planted = Planted.on(database)) {
            isFoundOut(planted);
        }
    }

    private static void isTriedOnce(Planted planted) {
        Batch batch = LentConnectionsTest.batch(1);
        for (String state : FINAL) {
            AtomicInteger tries = planted.fail(RepeatedTransactionTest::isStoring, 1, Moment.BEFORE, state);
            planted.refuses(batch, state, StoreRefusalException.class);
            assertThat(tries).as(state).hasValue(1);

            AtomicInteger reads = planted.fail(RepeatedTransactionTest::isReading, 1, Moment.BEFORE, state);
            assertThatThrownBy(() -> planted.store().queue().list(ActionStatus.DONE, null, 1))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("SQLSTATE " + state);
            assertThat(reads).as(state).hasValue(1);
        }
        assertThat(planted.points().faultsThrown()).isEqualTo(2 * FINAL.size());
        assertThat(planted.events()).isEmpty();
    }

    @Test
    void what_the_database_refuses_for_good_is_tried_once_on_H2() {
        try (Planted planted = Planted.onH2()) {
            isTriedOnce(planted);
        }
    }

    @Test
    void what_the_database_refuses_for_good_is_tried_once_on_PostgreSQL() {
        try (TestDatabase database = PostgresServer.shared().freshDatabase();
                Planted planted = Planted.on(database)) {
            isTriedOnce(planted);
        }
    }
}
