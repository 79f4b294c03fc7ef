package io.behavioranalytics.jdbc;

import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.json.Json;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An event on its way into its table.
 *
 * @param event the event
 * @param subject whose timeline it is in
 */
record EventRow(BehaviorEvent event, SubjectId subject) {
    /** The lead that owns the event, or null. */
    @Nullable
    String leadId() {
        return subject.isLead() ? subject.value() : null;
    }

    /** The sequence, null for 0, which takes no room. */
    @Nullable
    Long sequence() {
        return event.sequence() == 0 ? null : event.sequence();
    }

    /** A map as JSON, null if it is empty. */
    static @Nullable String json(Map<String, @Nullable Object> map) {
        return map.isEmpty() ? null : Json.write(map);
    }
}
