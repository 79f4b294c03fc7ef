package io.behavioranalytics;

import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.json.SafeText;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one way in which the library writes log lines.
 *
 * <p>What is logged says nothing of a person: a subject appears under its {@linkplain SubjectId#pseudonym() pseudonym}, a failure
 * without its messages, any other text escaped on one line and cut. An appender of the host that throws must not undo, or answer
 * wrongly, what was decided and stored; what it could not write is lost, as there is nowhere else to write it.
 */
final class GuardedLog {
    private static final int LONGEST = 1_024;

    private final Logger log;

    private GuardedLog(Logger log) {
        this.log = log;
    }

    static GuardedLog of(Class<?> type) {
        return new GuardedLog(LoggerFactory.getLogger(type));
    }

    void debug(String format, @Nullable Object... arguments) {
        guarded(() -> log.debug(format, shown(arguments)));
    }

    void warn(String format, @Nullable Object... arguments) {
        guarded(() -> log.warn(format, shown(arguments)));
    }

    void error(String format, @Nullable Object... arguments) {
        guarded(() -> log.error(format, shown(arguments)));
    }

    private static @Nullable Object[] shown(@Nullable Object[] arguments) {
        return Arrays.stream(arguments).map(GuardedLog::shown).toArray();
    }

    private static @Nullable Object shown(@Nullable Object argument) {
        if (argument instanceof SubjectId subject) {
            return subject.pseudonym();
        }
        if (argument instanceof Collection<?> several) {
            return several.stream().map(GuardedLog::shown).toList();
        }
        if (argument instanceof Throwable failure) {
            return ShownFailure.of(failure);
        }
        boolean plain = argument == null
                || argument instanceof Number
                || argument instanceof Boolean
                || argument instanceof UUID
                || argument instanceof Instant
                || argument instanceof Duration;
        return plain ? argument : SafeText.escape(String.valueOf(argument), LONGEST);
    }

    private static void guarded(Runnable line) {
        try {
            line.run();
        } catch (RuntimeException ofTheHost) {
            // The work goes on.
        }
    }
}
