package io.behavioranalytics.profile;

import io.behavioranalytics.json.Json;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Something about a subject that is worth a person's attention, as of an instant, with what it rests on.
 *
 * @param kind pattern, risk, opportunity or anomaly
 * @param rule the rule that found it
 * @param severity how soon somebody should look
 * @param text one sentence for people
 * @param suggestedAction the type of action that fits, such as {@code assign_agent}
 * @param evidence what it rests on
 */
public record Insight(Kind kind, Rule rule, Severity severity, String text, String suggestedAction, Evidence evidence) {
    /** The kinds of insight. */
    public enum Kind {
        /** How the subject behaves. */
        PATTERN,
        /** It may be lost. */
        RISK,
        /** It may be won. */
        OPPORTUNITY,
        /** It does not behave as before, or as people do. */
        ANOMALY;

        /**
         * The name used in JSON.
         *
         * @return lower case
         */
        public String json() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** How soon somebody should look, least first. */
    public enum Severity {
        /** Good to know. */
        LOW,
        /** Worth a look. */
        MEDIUM,
        /** To be acted on. */
        HIGH;

        /**
         * The name used in JSON.
         *
         * @return lower case
         */
        public String json() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** The rules, in the order in which their insights are told. */
    public enum Rule {
        /** Events of at least 3 sources, or on at least 5 local days, within 14 days. */
        CONSISTENT_ENGAGEMENT(Kind.PATTERN, "User shows consistent engagement across multiple touchpoints", "tag_lead"),
        /** A form was abandoned within 7 days and none submitted since. */
        FORM_ABANDONED(Kind.RISK, "Form abandonment detected - trigger recovery campaign", "send_email"),
        /** No event within 14 days. */
        SILENT(Kind.RISK, "No activity for 14 days - trigger recovery campaign", "send_email"),
        /** The conversion probability is at least 70. */
        HIGH_PROBABILITY(Kind.OPPORTUNITY, "High conversion probability - assign to top agent", "assign_agent"),
        /** The behavior pattern is high_intent. */
        HIGH_INTENT(Kind.OPPORTUNITY, "High intent shown - assign to top agent", "assign_agent"),
        /** Today has so many events as days like those before have in fewer than one of 1,000. */
        UNUSUAL_DAY(Kind.ANOMALY, "Unusual behavior pattern detected", "create_task"),
        /** More events within one minute of the last 24 hours than a person brings about. */
        BOT_LIKE_RATE(Kind.ANOMALY, "Unusual behavior pattern detected", "create_task"),
        /** An application was completed within the last 28 local days or today, and none started before. */
        IMPOSSIBLE_ORDER(Kind.ANOMALY, "Unusual behavior pattern detected", "create_task");

        private final Kind kind;
        private final String text;
        private final String suggestedAction;

        Rule(Kind kind, String text, String suggestedAction) {
            this.kind = kind;
            this.text = text;
            this.suggestedAction = suggestedAction;
        }

        Insight insight(Severity severity, Evidence evidence) {
            return new Insight(kind, this, severity, text, suggestedAction, evidence);
        }

        /**
         * The name used in JSON.
         *
         * @return lower case
         */
        public String json() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * What an insight rests on.
     *
     * @param events the ids of the newest events that count, at most 20, in their order
     * @param first when the first event that counts happened, or null without one
     * @param last when the last one did, or null without one
     * @param numbers what was measured, by name
     */
    public record Evidence(
            List<UUID> events,
            @Nullable Instant first,
            @Nullable Instant last,
            Map<String, Number> numbers) {
        /** Copies the list and the map, whose order stays. */
        public Evidence {
            events = List.copyOf(events);
            numbers = Collections.unmodifiableMap(new LinkedHashMap<>(numbers));
        }
    }

    /**
     * Writes the insight as compact JSON: {@code type}, {@code rule}, {@code severity}, {@code text}, {@code suggestedAction} and
     * {@code evidence} with {@code events}, {@code first}, {@code last} and {@code numbers}. What is null is left out.
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
        Map<String, Object> proof = new LinkedHashMap<>();
        proof.put("events", evidence.events.stream().map(UUID::toString).toList());
        if (evidence.first != null) {
            proof.put("first", evidence.first.toString());
        }
        if (evidence.last != null) {
            proof.put("last", evidence.last.toString());
        }
        proof.put("numbers", evidence.numbers);
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("type", kind.json());
        fields.put("rule", rule.json());
        fields.put("severity", severity.json());
        fields.put("text", text);
        fields.put("suggestedAction", suggestedAction);
        fields.put("evidence", proof);
        return fields;
    }
}
