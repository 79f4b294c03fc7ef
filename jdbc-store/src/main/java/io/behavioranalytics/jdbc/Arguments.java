package io.behavioranalytics.jdbc;

import java.time.Duration;

/** What a caller may ask for. */
final class Arguments {
    private Arguments() {}

    static void limit(int limit) {
        if (limit < 0) {
            throw new IllegalArgumentException("limit must not be negative: " + limit);
        }
    }

    static void lease(Duration lease) {
        if (lease.isNegative() || lease.isZero()) {
            throw new IllegalArgumentException("lease must be positive: " + lease);
        }
    }
}
