package io.behavioranalytics;

/**
 * An interrupt that a caller met on its way through, and shall find again at the end: it must not reach the store in the middle of a
 * commit, where some would close their files. Used by one thread.
 */
final class Interruption {
    private boolean seen;

    Interruption(boolean seen) {
        this.seen = seen;
    }

    void seen() {
        seen = true;
    }

    void restore() {
        if (seen) {
            Thread.currentThread().interrupt();
        }
    }
}
