package io.behavioranalytics;

import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.EventJson;
import io.behavioranalytics.json.Json;
import io.behavioranalytics.profile.Profile;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The answer to a {@link ProfileQuery}.
 *
 * @param profile the profile of the range
 * @param events the range's events in order, system events included; empty unless they were asked for
 */
public record ProfileDetail(Profile profile, List<BehaviorEvent> events) {
    /** Copies the events. */
    public ProfileDetail {
        events = List.copyOf(events);
    }

    /**
     * Writes the profile's fields as compact JSON, and {@code events} behind them if there are any.
     *
     * @return one line of JSON
     */
    public String toJson() {
        Map<String, Object> fields = new LinkedHashMap<>(profile.fields());
        if (!events.isEmpty()) {
            fields.put("events", events.stream().map(EventJson::fields).toList());
        }
        return Json.write(fields);
    }
}
