package io.behavioranalytics.jdbc.fault;

import java.util.Random;

/** How much is done: little in every build, much by {@code -Dbehavior.faults=long}. */
final class FaultSize {
    /** The system property: {@code fast} or {@code long}. */
    static final String PROPERTY = "behavior.faults";

    /** The system property that gives a run's seed, to see it again. */
    static final String SEED_PROPERTY = "behavior.faults.seed";

    private static final boolean LONG = isLong(System.getProperty(PROPERTY, "fast"));

    private FaultSize() {}

    static boolean isLong() {
        return LONG;
    }

    static <T> T of(T fast, T whenLong) {
        return LONG ? whenLong : fast;
    }

    /** The source of chance of one test; what it was is printed. */
    static Random random(String test) {
        long seed = Long.getLong(SEED_PROPERTY, System.nanoTime() & 0xFFFFFFFL);
        report(test + ": -D" + SEED_PROPERTY + "=" + seed);
        return new Random(seed);
    }

    /** Prints what was seen: the figures of a run. */
    static void report(String line) {
        System.out.println("[faults] " + line);
    }

    private static boolean isLong(String size) {
        return switch (size) {
            case "fast" -> false;
            case "long" -> true;
            default -> throw new IllegalArgumentException(PROPERTY + " must be fast or long: " + size);
        };
    }
}
