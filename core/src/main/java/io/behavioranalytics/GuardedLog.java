package io.behavioranalytics;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A logger whose failures stay its own: an appender of the host that throws must not undo, or answer wrongly, what was decided and
 * stored. What it could not write is lost, as there is nowhere else to write it.
 */
final class GuardedLog {
    private final Logger log;

    private GuardedLog(Logger log) {
        this.log = log;
    }

    static GuardedLog of(Class<?> type) {
        return new GuardedLog(LoggerFactory.getLogger(type));
    }

    void debug(String format, @Nullable Object... arguments) {
        guarded(() -> log.debug(format, arguments));
    }

    void warn(String format, @Nullable Object... arguments) {
        guarded(() -> log.warn(format, arguments));
    }

    void error(String format, @Nullable Object... arguments) {
        guarded(() -> log.error(format, arguments));
    }

    private static void guarded(Runnable line) {
        try {
            line.run();
        } catch (RuntimeException ofTheHost) {
            // The work goes on.
        }
    }
}
