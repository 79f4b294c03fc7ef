package io.behavioranalytics.event;

import io.behavioranalytics.json.IsoTime;
import io.behavioranalytics.json.Json;
import io.behavioranalytics.json.JsonException;
import io.behavioranalytics.json.JsonLimits;
import io.behavioranalytics.json.JsonPath;
import io.behavioranalytics.json.Violation;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The JSON form of events. */
public final class EventJson {
    private static final Set<String> FIELDS = Set.of(
            "id",
            "sessionId",
            "leadId",
            "userId",
            "sequence",
            "eventType",
            "category",
            "timestamp",
            "source",
            "page",
            "properties",
            "context",
            "value",
            "metadata");

    private static final Set<String> PAGE_FIELDS = Set.of("url", "title", "referrer");

    private EventJson() {}

    /**
     * Writes an event as compact JSON with the fields of {@link TrackRequest}; what is null or empty is left out.
     *
     * @param event any event
     * @return one line of JSON
     */
    public static String write(EventView event) {
        return Json.write(fields(event));
    }

    /**
     * The fields of {@link #write(EventView)}.
     *
     * @param event any event
     * @return by name, in order
     */
    public static Map<String, @Nullable Object> fields(EventView event) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("id", event.id().toString());
        putUnlessNull(fields, "sessionId", event.sessionId());
        putUnlessNull(fields, "leadId", event.leadId());
        putUnlessNull(fields, "userId", event.userId());
        if (event.sequence() != 0) {
            fields.put("sequence", event.sequence());
        }
        fields.put("eventType", event.type().name());
        fields.put("category", event.category().json());
        fields.put("timestamp", Micros.toInstant(event.micros()).toString());
        fields.put("source", event.source());
        putUnlessEmpty(fields, "page", event.page());
        putUnlessEmpty(fields, "properties", event.properties());
        putUnlessEmpty(fields, "context", event.context());
        putUnlessNull(fields, "value", event.value());
        putUnlessEmpty(fields, "metadata", event.metadata());
        return fields;
    }

    private static void putUnlessNull(Map<String, @Nullable Object> fields, String name, @Nullable Object value) {
        if (value != null) {
            fields.put(name, value);
        }
    }

    private static void putUnlessEmpty(Map<String, @Nullable Object> fields, String name, Map<String, ?> map) {
        if (!map.isEmpty()) {
            fields.put(name, map);
        }
    }

    static TrackRequest request(String json, EventLimits limits) {
        try {
            return new Reading(Json.parseObject(json, limits.json())).request();
        } catch (JsonException e) {
            throw new InvalidEventException(List.of(e.violation()));
        }
    }

    static TrackRequest request(byte[] json, EventLimits limits) {
        try {
            return new Reading(Json.parseObject(json, limits.json())).request();
        } catch (JsonException e) {
            throw new InvalidEventException(List.of(e.violation()));
        }
    }

    static List<TrackRequest> requests(byte[] json, EventLimits limits) {
        JsonLimits one = limits.json();
        // The batch's length bounds its tokens; each event's own are counted when it is normalized.
        JsonLimits batch = new JsonLimits(
                limits.batchBytes(),
                one.depth() + 1,
                Integer.MAX_VALUE,
                one.stringLength(),
                one.nameLength(),
                one.numberDigits());
        Object document;
        try {
            document = Json.parse(json, batch);
        } catch (JsonException e) {
            throw new InvalidEventException(List.of(e.violation()));
        }
        if (!(document instanceof List<?> list)) {
            throw new InvalidEventException(List.of(
                    new Violation("", "NOT_ARRAY", "a JSON array of events is expected, not " + Json.kind(document))));
        }
        if (list.size() > limits.batchEvents()) {
            throw new InvalidEventException(List.of(new Violation(
                    "", "SIZE", "a batch must have at most " + limits.batchEvents() + " events: " + list.size())));
        }
        List<TrackRequest> requests = new ArrayList<>(list.size());
        for (Object element : list) {
            if (element instanceof Map<?, ?> map) {
                requests.add(new Reading(map).request());
            } else {
                Violation fault =
                        new Violation("", "NOT_OBJECT", "an event must be a JSON object, not " + Json.kind(element));
                requests.add(TrackRequest.Builder.read(null, List.of(fault)).build());
            }
        }
        return requests;
    }

    /** Reads the fields of one object; what is of a wrong kind is left out of the request and noted. */
    private static final class Reading {
        private final Map<?, ?> fields;
        private final List<Violation> faults = new ArrayList<>();

        Reading(Map<?, ?> fields) {
            this.fields = fields;
        }

        TrackRequest request() {
            for (Object name : fields.keySet()) {
                if (!FIELDS.contains(name)) {
                    faults.add(new Violation(
                            JsonPath.child("", String.valueOf(name)), "UNKNOWN_FIELD", "an event has no such field"));
                }
            }
            TrackRequest.Builder builder = TrackRequest.Builder.read(eventType(), faults)
                    .sessionId(subject("sessionId"))
                    .leadId(subject("leadId"))
                    .userId(text("userId"))
                    .category(category())
                    .timestamp(timestamp())
                    .source(text("source"))
                    .page(page())
                    .properties(object("properties"))
                    .context(object("context"))
                    .metadata(object("metadata"));
            UUID id = id();
            if (id != null) {
                builder.id(id);
            }
            Long sequence = sequence();
            if (sequence != null) {
                builder.sequence(sequence);
            }
            Double value = value();
            if (value != null) {
                builder.value(value);
            }
            return builder.build();
        }

        private void fault(String path, String code, String message) {
            faults.add(new Violation(path, code, message));
        }

        private void wrongKind(String path, String expected, @Nullable Object value) {
            fault(path, "TYPE", "must be " + expected + ", not " + Json.kind(value));
        }

        private @Nullable String text(String name) {
            Object value = fields.get(name);
            if (value != null && !(value instanceof String)) {
                wrongKind(name, "text", value);
                return null;
            }
            return (String) value;
        }

        private @Nullable String eventType() {
            if (fields.containsKey("eventType") && fields.get("eventType") == null) {
                wrongKind("eventType", "text", null);
            }
            return text("eventType");
        }

        /** A null here is as a rule a fault of the caller, who meant to name somebody. */
        private @Nullable String subject(String name) {
            if (fields.containsKey(name) && fields.get(name) == null) {
                fault(name, "ILLEGAL_ID", "must not be null; leave the field out if there is none");
            }
            return text(name);
        }

        private @Nullable UUID id() {
            if (!fields.containsKey("id")) {
                return null;
            }
            UUID id = fields.get("id") instanceof String text ? uuid(text) : null;
            if (id == null) {
                fault("id", "ID", "must be the text of a UUID, such as 018f3c5e-7b1a-7c3d-9e2f-0123456789ab");
            }
            return id;
        }

        private @Nullable Long sequence() {
            Object value = fields.get("sequence");
            if (value == null || value instanceof Long) {
                return (Long) value;
            }
            if (value instanceof BigDecimal decimal && decimal.scale() <= 0) {
                fault("sequence", "NUMBER_RANGE", "must fit a 64-bit integer");
            } else {
                wrongKind("sequence", "a whole number", value);
            }
            return null;
        }

        private @Nullable Category category() {
            String name = text("category");
            if (name == null) {
                return null;
            }
            Optional<Category> category = Category.parse(name);
            if (category.isEmpty()) {
                fault(
                        "category",
                        "CATEGORY",
                        JsonPath.quote(name) + " is not one of engagement, content, intent, conversion, communication");
            }
            return category.orElse(null);
        }

        private @Nullable Instant timestamp() {
            Object value = fields.get("timestamp");
            if (value == null) {
                return null;
            }
            Instant timestamp = value instanceof String text ? IsoTime.parse(text) : null;
            if (timestamp == null) {
                fault("timestamp", "TIME", "must be " + IsoTime.FORM);
            }
            return timestamp;
        }

        private @Nullable Double value() {
            Object value = fields.get("value");
            if (value == null) {
                return null;
            }
            if (!(value instanceof Number number)) {
                wrongKind("value", "a number", value);
                return null;
            }
            double nearest = number.doubleValue();
            if (!Double.isFinite(nearest)) {
                fault("value", "NOT_FINITE", "must be a finite 64-bit floating point number");
                return null;
            }
            if (nearest == 0 && !number.equals(0L)) {
                fault("value", "NUMBER_RANGE", "is too small for a 64-bit floating point number");
                return null;
            }
            return nearest;
        }

        private Map<String, @Nullable Object> page() {
            Map<String, @Nullable Object> page = new LinkedHashMap<>(object("page"));
            page.values().removeIf(value -> value == null);
            for (Map.Entry<String, @Nullable Object> entry : page.entrySet()) {
                String at = JsonPath.child("page", entry.getKey());
                if (!PAGE_FIELDS.contains(entry.getKey())) {
                    fault(at, "UNKNOWN_FIELD", "a page has url, title and referrer");
                } else if (!(entry.getValue() instanceof String)) {
                    wrongKind(at, "text", entry.getValue());
                }
            }
            return page;
        }

        @SuppressWarnings("unchecked") // the parser makes no other maps
        private Map<String, @Nullable Object> object(String name) {
            Object value = fields.get(name);
            if (value instanceof Map) {
                return (Map<String, @Nullable Object>) value;
            }
            if (value != null) {
                wrongKind(name, "an object", value);
            }
            return Map.of();
        }
    }

    /** The UUID of a text in its usual form of 36 characters; {@link UUID#fromString} takes others, too. */
    private static @Nullable UUID uuid(String text) {
        if (text.length() != 36) {
            return null;
        }
        for (int i = 0; i < 36; i++) {
            boolean dash = i == 8 || i == 13 || i == 18 || i == 23;
            char c = text.charAt(i);
            boolean hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
            if (dash ? c != '-' : !hex) {
                return null;
            }
        }
        return UUID.fromString(text);
    }
}
