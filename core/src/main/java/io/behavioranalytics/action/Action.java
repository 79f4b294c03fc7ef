package io.behavioranalytics.action;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a trigger wants done: the type of an executor, its parameters and a delay.
 *
 * @param id the author's name for it, or null
 * @param type the executor's type, such as {@code send_email}; JSON {@code action}
 * @param parameters what the executor is told, plain JSON values, at most 16 KiB as JSON
 * @param delay how long after the firing, 0 to 400 days
 */
public record Action(@Nullable String id, String type, Map<String, @Nullable Object> parameters, Duration delay) {
    /** Copies the parameters. */
    public Action {
        parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
    }
}
