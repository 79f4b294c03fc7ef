package io.behavioranalytics.profile;

import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.json.Json;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The analytics record of a subject as of an instant: the founding document's {@code BehaviorAnalytics} row.
 *
 * <p>System events are in none of the numbers. Scores are not rounded.
 *
 * @param subject whose
 * @param asOf the instant that every number is for
 * @param totalEvents visible events, system events aside
 * @param uniqueEventTypes different types among them
 * @param visits visits: a gap of more than the session timeout begins a new one
 * @param totalTimeSpent seconds from the first to the last event of each visit, summed and then rounded down
 * @param averageSessionDuration that sum divided by the number of visits, in seconds, rounded down; 0 without visits
 * @param engagementScore 0 to 100
 * @param interestScore 0 to 100
 * @param intentScore 0 to 100
 * @param conversionProbability 0 to 100, as of the last event or the last whole hour (UTC), the later of the two
 * @param segments keys of the segments it is in, sorted
 * @param behaviorPattern the first pattern that holds
 * @param firstSeen the first event, or null without events
 * @param lastActivity the last event, or null without events
 * @param tags the tags that the host or a trigger has put on the subject, sorted
 * @param attributes what the host has set of the subject, by name, sorted: texts, numbers and booleans
 */
public record Profile(
        SubjectId subject,
        Instant asOf,
        long totalEvents,
        int uniqueEventTypes,
        long visits,
        long totalTimeSpent,
        long averageSessionDuration,
        double engagementScore,
        double interestScore,
        double intentScore,
        double conversionProbability,
        List<String> segments,
        BehaviorPattern behaviorPattern,
        @Nullable Instant firstSeen,
        @Nullable Instant lastActivity,
        List<String> tags,
        Map<String, Object> attributes) {
    /** Copies keys, tags and attributes. */
    public Profile {
        segments = List.copyOf(segments);
        tags = List.copyOf(tags);
        attributes = attributes.isEmpty() ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(attributes));
    }

    /**
     * Writes the record as compact JSON, with the field names of the founding document's {@code BehaviorAnalytics}: {@code leadId}
     * or {@code sessionId}, then the fields of this record in their order. What is null is left out.
     *
     * @return one line of JSON
     */
    public String toJson() {
        return Json.write(fields());
    }

    /**
     * The fields of {@link #toJson()}.
     *
     * @return by name, in order
     */
    public Map<String, Object> fields() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put(subject.isLead() ? "leadId" : "sessionId", subject.value());
        fields.put("asOf", asOf.toString());
        fields.put("totalEvents", totalEvents);
        fields.put("uniqueEventTypes", uniqueEventTypes);
        fields.put("visits", visits);
        fields.put("totalTimeSpent", totalTimeSpent);
        fields.put("averageSessionDuration", averageSessionDuration);
        fields.put("engagementScore", engagementScore);
        fields.put("interestScore", interestScore);
        fields.put("intentScore", intentScore);
        fields.put("conversionProbability", conversionProbability);
        fields.put("segments", segments);
        fields.put("behaviorPattern", behaviorPattern.json());
        if (firstSeen != null) {
            fields.put("firstSeen", firstSeen.toString());
        }
        if (lastActivity != null) {
            fields.put("lastActivity", lastActivity.toString());
        }
        fields.put("tags", tags);
        fields.put("attributes", attributes);
        return fields;
    }
}
