package io.behavioranalytics.jdbc;

/** The store's clock in statements: the database's own, unless a clock was given, whose instant is then bound. */
final class StoreTime {
    /** The instant; {@code :storeNow} is null for the database's own clock. */
    static final String SQL = "coalesce(cast(:storeNow as timestamp(6) with time zone), current_timestamp)";

    private StoreTime() {}

    /** The instant some microseconds later. */
    static String plus(Dialect dialect, String micros) {
        return dialect.choose(
                SQL + " + " + micros + " * interval '1 microsecond'",
                "dateadd(microsecond, " + micros + ", " + SQL + ")");
    }
}
