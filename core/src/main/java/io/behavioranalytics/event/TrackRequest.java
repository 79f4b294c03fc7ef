package io.behavioranalytics.event;

import io.behavioranalytics.json.Violation;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An event as its caller gives it, not yet checked: the {@link EventNormalizer} makes an event of it or says all that is wrong.
 *
 * <p>What was left out stays null, so that a default can be told from what the caller said. Nothing of its contents is shown by
 * {@link #toString()}. Immutable as far as the values that the caller put into its maps are.
 *
 * <p>As JSON it is an object with the fields {@code id, sessionId, leadId, userId, sequence, eventType, category, timestamp,
 * source, page, properties, context, value, metadata}, and no others. The timestamp is ISO-8601 text with an offset.
 */
public final class TrackRequest {
    private final @Nullable UUID id;
    private final @Nullable String sessionId;
    private final @Nullable String leadId;
    private final @Nullable String userId;
    private final @Nullable Long sequence;
    private final @Nullable String eventType;
    private final @Nullable Category category;
    private final @Nullable Instant timestamp;
    private final @Nullable String source;
    private final Map<String, @Nullable Object> page;
    private final Map<String, @Nullable Object> properties;
    private final Map<String, @Nullable Object> context;
    private final @Nullable Double value;
    private final Map<String, @Nullable Object> metadata;
    private final List<Violation> faults;

    private TrackRequest(Builder builder) {
        id = builder.id;
        sessionId = builder.sessionId;
        leadId = builder.leadId;
        userId = builder.userId;
        sequence = builder.sequence;
        eventType = builder.eventType;
        category = builder.category;
        timestamp = builder.timestamp;
        source = builder.source;
        page = copy(builder.page);
        properties = copy(builder.properties);
        context = copy(builder.context);
        value = builder.value;
        metadata = copy(builder.metadata);
        faults = List.copyOf(builder.faults);
    }

    private static Map<String, @Nullable Object> copy(@Nullable Map<String, @Nullable Object> map) {
        return map == null || map.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(map));
    }

    /**
     * Starts a request.
     *
     * @param eventType the name of what happened
     * @return a builder
     */
    public static Builder builder(String eventType) {
        return new Builder(eventType);
    }

    /**
     * Starts a request.
     *
     * @param eventType what happened
     * @return a builder
     */
    public static Builder builder(EventType eventType) {
        return new Builder(eventType.name());
    }

    /**
     * Reads one event under the default limits.
     *
     * @param json one JSON object
     * @return the request; fields of a wrong kind are reported by the normalizer, together with all else that is wrong
     * @throws InvalidEventException if the text is not JSON, not an object, or beyond a limit
     */
    public static TrackRequest fromJson(String json) {
        return fromJson(json, EventLimits.defaults());
    }

    /**
     * Reads one event.
     *
     * @param json one JSON object
     * @param limits how large it may be
     * @return the request; fields of a wrong kind are reported by the normalizer, together with all else that is wrong
     * @throws InvalidEventException if the text is not JSON, not an object, or beyond a limit
     */
    public static TrackRequest fromJson(String json, EventLimits limits) {
        return EventJson.request(json, limits);
    }

    /**
     * Reads one event under the default limits.
     *
     * @param json one JSON object in UTF-8
     * @return the request; fields of a wrong kind are reported by the normalizer, together with all else that is wrong
     * @throws InvalidEventException if the bytes are not JSON in UTF-8, not an object, or beyond a limit
     */
    public static TrackRequest fromJson(byte[] json) {
        return fromJson(json, EventLimits.defaults());
    }

    /**
     * Reads one event.
     *
     * @param json one JSON object in UTF-8
     * @param limits how large it may be
     * @return the request; fields of a wrong kind are reported by the normalizer, together with all else that is wrong
     * @throws InvalidEventException if the bytes are not JSON in UTF-8, not an object, or beyond a limit
     */
    public static TrackRequest fromJson(byte[] json, EventLimits limits) {
        return EventJson.request(json, limits);
    }

    /**
     * Reads a batch of events under the default limits.
     *
     * @param json one JSON array of at most 500 objects and 500,000 bytes in UTF-8
     * @return a request for each element in its order; one that is no object, or has fields of a wrong kind, is reported when it
     *     is normalized, and does not sink the others
     * @throws InvalidEventException if the bytes are not JSON in UTF-8, not an array, or beyond a limit
     */
    public static List<TrackRequest> listFromJson(byte[] json) {
        return listFromJson(json, EventLimits.defaults());
    }

    /**
     * Reads a batch of events.
     *
     * @param json one JSON array of objects in UTF-8
     * @param limits how large it may be
     * @return a request for each element in its order; one that is no object, or has fields of a wrong kind, is reported when it
     *     is normalized, and does not sink the others
     * @throws InvalidEventException if the bytes are not JSON in UTF-8, not an array, or beyond a limit
     */
    public static List<TrackRequest> listFromJson(byte[] json, EventLimits limits) {
        return EventJson.requests(json, limits);
    }

    /**
     * The idempotency key.
     *
     * @return the id, or null if one shall be made
     */
    public @Nullable UUID id() {
        return id;
    }

    /**
     * The session.
     *
     * @return its id, or null
     */
    public @Nullable String sessionId() {
        return sessionId;
    }

    /**
     * The lead.
     *
     * @return its id, or null
     */
    public @Nullable String leadId() {
        return leadId;
    }

    /**
     * The host's user.
     *
     * @return the user's id, or null
     */
    public @Nullable String userId() {
        return userId;
    }

    /**
     * The tie-breaker among events of one instant.
     *
     * @return any number, or null for 0
     */
    public @Nullable Long sequence() {
        return sequence;
    }

    /**
     * What happened.
     *
     * @return the name as given, or null if JSON had none
     */
    public @Nullable String eventType() {
        return eventType;
    }

    /**
     * The kind of interaction.
     *
     * @return the category, or null for the catalog's
     */
    public @Nullable Category category() {
        return category;
    }

    /**
     * When it happened.
     *
     * @return the instant, or null for now
     */
    public @Nullable Instant timestamp() {
        return timestamp;
    }

    /**
     * Where it came from.
     *
     * @return the source, or null for {@value EventNormalizer#DEFAULT_SOURCE}
     */
    public @Nullable String source() {
        return source;
    }

    /**
     * The page.
     *
     * @return its url, title and referrer, as far as given
     */
    public Map<String, @Nullable Object> page() {
        return page;
    }

    /**
     * What is special to this event.
     *
     * @return the properties as given
     */
    public Map<String, @Nullable Object> properties() {
        return properties;
    }

    /**
     * The circumstances.
     *
     * @return the context as given
     */
    public Map<String, @Nullable Object> context() {
        return context;
    }

    /**
     * The numeric value.
     *
     * @return any double, or null
     */
    public @Nullable Double value() {
        return value;
    }

    /**
     * The host's remarks.
     *
     * @return the metadata as given
     */
    public Map<String, @Nullable Object> metadata() {
        return metadata;
    }

    /** What was wrong already when the request was read from JSON. */
    List<Violation> faults() {
        return faults;
    }

    /** Tells which event this is about, and nothing that a person said. */
    @Override
    public String toString() {
        String name = eventType == null || !EventType.isName(eventType) ? "?" : eventType;
        return "TrackRequest[" + name + (id == null ? "" : " " + id) + "]";
    }

    /**
     * Collects a request; each single field is set once. Not safe for several threads.
     *
     * <p>Values may be texts, numbers, booleans, instants (kept as ISO-8601 text), UUIDs (kept as text), null, lists, arrays and
     * maps with text keys of such. What else they may be is settled when the event is normalized.
     */
    public static final class Builder {
        private @Nullable UUID id;
        private @Nullable String sessionId;
        private @Nullable String leadId;
        private @Nullable String userId;
        private @Nullable Long sequence;
        private @Nullable String eventType;
        private @Nullable Category category;
        private @Nullable Instant timestamp;
        private @Nullable String source;
        private @Nullable Map<String, @Nullable Object> page;
        private @Nullable Map<String, @Nullable Object> properties;
        private @Nullable Map<String, @Nullable Object> context;
        private @Nullable Double value;
        private @Nullable Map<String, @Nullable Object> metadata;
        private List<Violation> faults = List.of();

        private Builder(@Nullable String eventType) {
            this.eventType = eventType;
        }

        /** A request read from JSON, whose type may be missing. */
        static Builder read(@Nullable String eventType, List<Violation> faults) {
            Builder builder = new Builder(eventType);
            builder.faults = faults;
            return builder;
        }

        private static void once(String name, @Nullable Object before) {
            if (before != null) {
                throw new IllegalStateException(name + " was set already");
            }
        }

        /**
         * Gives the event an id, which is its idempotency key: sent again, it changes nothing.
         *
         * @param id the id
         * @return this builder
         */
        public Builder id(UUID id) {
            once("id", this.id);
            this.id = id;
            return this;
        }

        /**
         * Names the session; at least one of session and lead must be named.
         *
         * @param sessionId 1 to 128 code points, or null if there is none
         * @return this builder
         */
        public Builder sessionId(@Nullable String sessionId) {
            once("sessionId", this.sessionId);
            this.sessionId = sessionId;
            return this;
        }

        /**
         * Names the lead; at least one of session and lead must be named.
         *
         * @param leadId 1 to 128 code points, or null if there is none
         * @return this builder
         */
        public Builder leadId(@Nullable String leadId) {
            once("leadId", this.leadId);
            this.leadId = leadId;
            return this;
        }

        /**
         * Names the host's user.
         *
         * @param userId 1 to 128 code points, or null if there is none
         * @return this builder
         */
        public Builder userId(@Nullable String userId) {
            once("userId", this.userId);
            this.userId = userId;
            return this;
        }

        /**
         * Orders events of one instant, such as by the line of a file.
         *
         * @param sequence any number; 0 unless given
         * @return this builder
         */
        public Builder sequence(long sequence) {
            once("sequence", this.sequence);
            this.sequence = sequence;
            return this;
        }

        /**
         * Sets the kind of interaction; it wins over the catalog's.
         *
         * @param category any but {@link Category#SYSTEM}; null for the catalog's
         * @return this builder
         */
        public Builder category(@Nullable Category category) {
            once("category", this.category);
            this.category = category;
            return this;
        }

        /**
         * Sets when it happened.
         *
         * @param timestamp the instant, which is truncated to microseconds; null for now
         * @return this builder
         */
        public Builder timestamp(@Nullable Instant timestamp) {
            once("timestamp", this.timestamp);
            this.timestamp = timestamp;
            return this;
        }

        /**
         * Says where it came from.
         *
         * @param source such as web, email, sms, phone, offline, server or the host's own; null for web
         * @return this builder
         */
        public Builder source(@Nullable String source) {
            once("source", this.source);
            this.source = source;
            return this;
        }

        /**
         * Sets the page.
         *
         * @param url its address, or null
         * @param title its title, or null
         * @param referrer where the visitor came from, or null
         * @return this builder
         */
        public Builder page(@Nullable String url, @Nullable String title, @Nullable String referrer) {
            once("page", page);
            Map<String, @Nullable Object> fields = new LinkedHashMap<>();
            putUnlessNull(fields, "url", url);
            putUnlessNull(fields, "title", title);
            putUnlessNull(fields, "referrer", referrer);
            page = fields;
            return this;
        }

        private static void putUnlessNull(Map<String, @Nullable Object> map, String name, @Nullable String text) {
            if (text != null) {
                map.put(name, text);
            }
        }

        /**
         * Adds one property.
         *
         * @param name the property's name, 1 to 128 code points
         * @param value see {@link Builder}
         * @return this builder
         */
        public Builder property(String name, @Nullable Object value) {
            properties = added(properties, name, value);
            return this;
        }

        /**
         * Adds properties.
         *
         * @param properties by name
         * @return this builder
         */
        public Builder properties(Map<String, ? extends @Nullable Object> properties) {
            this.properties = added(this.properties, properties);
            return this;
        }

        /**
         * Adds one circumstance.
         *
         * @param name such as {@code userAgent} or {@code country}
         * @param value see {@link Builder}
         * @return this builder
         */
        public Builder context(String name, @Nullable Object value) {
            context = added(context, name, value);
            return this;
        }

        /**
         * Adds circumstances.
         *
         * @param context by name
         * @return this builder
         */
        public Builder context(Map<String, ? extends @Nullable Object> context) {
            this.context = added(this.context, context);
            return this;
        }

        /**
         * Sets the numeric value.
         *
         * @param value finite
         * @return this builder
         */
        public Builder value(double value) {
            once("value", this.value);
            this.value = value;
            return this;
        }

        /**
         * Adds one remark.
         *
         * @param name the remark's name, 1 to 128 code points
         * @param value see {@link Builder}
         * @return this builder
         */
        public Builder metadata(String name, @Nullable Object value) {
            metadata = added(metadata, name, value);
            return this;
        }

        /**
         * Adds remarks.
         *
         * @param metadata by name
         * @return this builder
         */
        public Builder metadata(Map<String, ? extends @Nullable Object> metadata) {
            this.metadata = added(this.metadata, metadata);
            return this;
        }

        private static Map<String, @Nullable Object> added(
                @Nullable Map<String, @Nullable Object> map, String name, @Nullable Object value) {
            Map<String, @Nullable Object> sum = map == null ? new LinkedHashMap<>() : map;
            sum.put(name, value);
            return sum;
        }

        private static Map<String, @Nullable Object> added(
                @Nullable Map<String, @Nullable Object> map, Map<String, ? extends @Nullable Object> more) {
            Map<String, @Nullable Object> sum = map == null ? new LinkedHashMap<>() : map;
            sum.putAll(more);
            return sum;
        }

        Builder page(Map<String, @Nullable Object> fields) {
            page = fields;
            return this;
        }

        /**
         * Makes the request; the builder stays as it is.
         *
         * @return the request, not yet checked
         */
        public TrackRequest build() {
            return new TrackRequest(this);
        }
    }
}
