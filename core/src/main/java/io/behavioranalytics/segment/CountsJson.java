package io.behavioranalytics.segment;

import io.behavioranalytics.json.JsonObject;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A least and a greatest number of events or days as JSON.
 *
 * @param min the least
 * @param max the greatest, or null for any
 */
record CountsJson(int min, @Nullable Integer max) {
    /** Reads them; the least is 1 unless a greatest is given alone, which would be unable to mean "never" otherwise. */
    static CountsJson read(JsonObject object, String minName, String maxName) {
        Long max = object.optionalInteger(maxName, 0, EventFilter.MAX_COUNT);
        long min = object.integer(minName, 0, EventFilter.MAX_COUNT, max == null ? 1 : 0);
        if (max != null && max < min) {
            object.violate(maxName, "RANGE", "must not be below " + minName + ", which is " + min);
            return new CountsJson((int) min, null);
        }
        return new CountsJson((int) min, max == null ? null : max.intValue());
    }

    static void write(
            Map<String, @Nullable Object> object, String minName, int min, String maxName, @Nullable Integer max) {
        object.put(minName, (long) min);
        if (max != null) {
            object.put(maxName, max.longValue());
        }
    }
}
