package io.behavioranalytics.jdbc;

import java.time.InstantSource;
import org.jdbi.v3.core.statement.SqlStatement;
import org.jspecify.annotations.Nullable;

/** The store's clock in statements: the database's own, unless a clock was given, whose instant is then bound. */
final class StoreTime {
    /** The instant; {@code :storeNow} is null for the database's own clock. */
    static final String SQL = "coalesce(cast(:storeNow as timestamp(6) with time zone), current_timestamp)";

    private StoreTime() {}

    /** Binds the instant of a clock that was given, or none. */
    static <S extends SqlStatement<S>> S bind(@Nullable InstantSource clock, S statement) {
        return statement.bind("storeNow", clock == null ? null : Columns.time(clock.instant()));
    }

    /** The instant some microseconds later. */
    static String plus(Dialect dialect, String micros) {
        return dialect.choose(
                SQL + " + " + micros + " * interval '1 microsecond'",
                "dateadd(microsecond, " + micros + ", " + SQL + ")");
    }
}
