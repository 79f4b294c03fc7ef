package io.behavioranalytics.jdbc;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.sql.Statement;

/** A database that the store runs on, and what its connections need before an acknowledged event may be called durable. */
enum Dialect {
    /** PostgreSQL, 13 or later. */
    POSTGRESQL("PostgreSQL", 13, 0) {
        @Override
        void makeDurable(Connection connection) {
            // A committed transaction is durable unless the server's owner switched synchronous_commit off.
        }
    },
    /** H2, 2.4 or later. */
    H2("H2", 2, 4) {
        @Override
        void makeDurable(Connection connection) throws SQLException {
            // By default H2 writes a commit up to 500 ms later; a killed process then loses what it had acknowledged.
            try (Statement statement = connection.createStatement()) {
                statement.execute("SET WRITE_DELAY 0");
            }
        }
    };

    private final String product;
    private final int major;
    private final int minor;

    Dialect(String product, int major, int minor) {
        this.product = product;
        this.major = major;
        this.minor = minor;
    }

    /**
     * Finds out which database a connection leads to.
     *
     * @param connection an open connection
     * @return the dialect
     * @throws SQLException if the database does not answer
     * @throws IllegalArgumentException if the database, or its version, is not supported
     */
    static Dialect of(Connection connection) throws SQLException {
        DatabaseMetaData database = connection.getMetaData();
        for (Dialect dialect : values()) {
            if (dialect.product.equals(database.getDatabaseProductName())) {
                dialect.requireVersion(database.getDatabaseMajorVersion(), database.getDatabaseMinorVersion());
                return dialect;
            }
        }
        throw new IllegalArgumentException(
                "the store runs on PostgreSQL or H2, not on " + database.getDatabaseProductName());
    }

    /**
     * Refuses versions that are too old.
     *
     * @param actualMajor the server's major version
     * @param actualMinor the server's minor version
     * @throws IllegalArgumentException if it is older than the oldest supported
     */
    void requireVersion(int actualMajor, int actualMinor) {
        if (actualMajor < major || (actualMajor == major && actualMinor < minor)) {
            throw new IllegalArgumentException("the store needs " + product + " " + major + "." + minor
                    + " or later, this is " + actualMajor + "." + actualMinor);
        }
    }

    /**
     * Sees to it that what is committed survives a kill of the process.
     *
     * @param connection an open connection, on H2 with the right to change settings
     * @throws SQLException if the database refuses
     */
    abstract void makeDurable(Connection connection) throws SQLException;
}
