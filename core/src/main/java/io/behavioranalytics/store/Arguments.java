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

    static void most(long most) {
        if (most < 0) {
            throw new IllegalArgumentException("most must not be negative: " + most);
        }
    }

    static void life(Duration life) {
        if (life.isNegative() || life.isZero()) {
            throw new IllegalArgumentException("life must be positive: " + life);
        }
    }

    static void lease(Duration lease) {
        if (lease.isNegative() || lease.isZero()) {
            throw new IllegalArgumentException("lease must be positive: " + lease);
        }
    }
}
