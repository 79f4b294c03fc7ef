package io.behavioranalytics.jdbc;

import java.sql.SQLException;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rows that cannot be read, since somebody edited them, a disk failed, or a newer version of the code wrote them: each is left out,
 * counted and logged, so that it stops nobody but itself; what was packed is read from its events instead. Thread-safe.
 */
final class Damage {
    private static final Logger LOG = LoggerFactory.getLogger(Damage.class);

    private final LongAdder found = new LongAdder();

    /** Reads something of a row. */
    @FunctionalInterface
    interface Reading<T> {
        /**
         * Reads.
         *
         * @return what was read
         * @throws SQLException if the database fails, or a value is not of its type
         */
        T take() throws SQLException;
    }

    /**
     * Reads, or finds that it cannot be.
     *
     * @param what what is read, for the log, without whose it is
     * @return what was read, or null if it is damaged
     * @throws SQLException if it is not the row but the database that failed
     */
    <T> @Nullable T read(Supplier<String> what, Reading<T> reading) throws SQLException {
        try {
            return reading.take();
        } catch (SQLException | RuntimeException failed) {
            if (Failures.sql(failed) != null && Failures.isTransient(failed)) {
                throw failed;
            }
            found.increment();
            LOG.error(
                    "{} cannot be read and is left out: {}",
                    what.get(),
                    failed.getClass().getSimpleName());
            LOG.debug("the row that cannot be read", failed);
            return null;
        }
    }

    /** Notes what cannot be read and is made anew. */
    void mended(String what) {
        found.increment();
        LOG.error("{} cannot be read and is made anew from its events", what);
    }

    /** How many cannot be read. */
    long found() {
        return found.sum();
    }
}
