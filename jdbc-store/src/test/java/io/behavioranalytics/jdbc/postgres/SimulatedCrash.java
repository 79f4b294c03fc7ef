package io.behavioranalytics.jdbc.postgres;

/** Stands for the death of the process: thrown by {@link CrashPoints}, and caught by nobody but the test. */
public final class SimulatedCrash extends Error {
    private static final long serialVersionUID = 1;

    /**
     * Creates a crash.
     *
     * @param where at which point it came
     */
    public SimulatedCrash(String where) {
        super(where);
    }
}
