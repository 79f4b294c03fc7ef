package io.behavioranalytics.store;

import java.time.Duration;

/** What every table refuses in the same words. */
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
