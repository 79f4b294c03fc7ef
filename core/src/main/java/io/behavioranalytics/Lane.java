package io.behavioranalytics;

import io.behavioranalytics.action.ActionExecutor;

/**
 * One executor and how many attempts it may make at a time, so that a slow or hanging one holds up nobody else. Guarded by the
 * dispatcher's lock.
 */
final class Lane {
    /** The most threads that ignore their interrupt; then the lane is closed until one comes back. */
    static final int MOST_STUCK = 8;

    final ActionExecutor executor;
    private final String type;
    private final int width;
    private int running;
    private int stuck;

    Lane(ActionExecutor executor, String type, int width) {
        this.executor = executor;
        this.type = type;
        this.width = width;
    }

    /** The type as it was when the facade was built; an executor that changes its mind is not asked again. */
    String type() {
        return type;
    }

    int free() {
        // While threads hang, those that run may come to hang too: together they stay within the limit.
        int most = stuck == 0 ? width : Math.min(width, MOST_STUCK - stuck);
        return Math.max(0, most - running);
    }

    void begin() {
        running++;
    }

    void end() {
        running--;
    }

    /** A thread was given up: its place is free for another. */
    void lose() {
        running--;
        stuck++;
    }

    /** A thread that was given up came back. */
    void regain() {
        stuck--;
    }

    boolean isOpenCircuit() {
        return stuck >= MOST_STUCK;
    }
}
