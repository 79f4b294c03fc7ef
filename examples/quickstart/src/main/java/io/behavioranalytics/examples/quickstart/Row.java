package io.behavioranalytics.examples.quickstart;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One record of the input, before it becomes an event.
 *
 * @param line the number of its first line
 * @param text the record as it stands in the file
 * @param fields its columns by name; an empty field is left out
 * @param untyped whether every field is text because the format knows nothing else
 * @param problem why it cannot be read, or null
 */
record Row(
        long line,
        String text,
        Map<String, @Nullable Object> fields,
        boolean untyped,
        @Nullable String problem) {
    static Row of(long line, String text, Map<String, @Nullable Object> fields, boolean untyped) {
        return new Row(line, text, fields, untyped, null);
    }

    static Row unreadable(long line, String text, String problem) {
        return new Row(line, text, Map.of(), false, problem);
    }
}
