package io.behavioranalytics.event;

import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** An event as a store gets it, a page view on the web unless something else is said. */
public final class EventBuilder {
    private UUID id;
    private Instant timestamp;
    private @Nullable String session;
    private @Nullable String lead;
    private @Nullable String user;
    private long sequence;
    private EventType type = EventType.PAGE_VIEW;
    private Category category = Category.ENGAGEMENT;
    private String source = "web";
    private Map<String, @Nullable Object> page = Map.of();
    private Map<String, @Nullable Object> properties = Map.of();
    private Map<String, @Nullable Object> context = Map.of();
    private @Nullable Double value;
    private Map<String, @Nullable Object> metadata = Map.of();
    private boolean imported;

    private EventBuilder(UUID id, Instant timestamp) {
        this.id = id;
        this.timestamp = timestamp;
    }

    public static EventBuilder event(UUID id, Instant timestamp) {
        return new EventBuilder(id, timestamp);
    }

    /** Begins with all that another event has. */
    public static EventBuilder like(BehaviorEvent event) {
        EventBuilder like = new EventBuilder(event.id(), event.timestamp());
        like.session = event.sessionId();
        like.lead = event.leadId();
        like.user = event.userId();
        like.sequence = event.sequence();
        like.type = event.type();
        like.category = event.category();
        like.source = event.source();
        like.page = event.page();
        like.properties = event.properties();
        like.context = event.context();
        like.value = event.value();
        like.metadata = event.metadata();
        like.imported = event.imported();
        return like;
    }

    public EventBuilder id(UUID other) {
        id = other;
        return this;
    }

    public EventBuilder at(Instant instant) {
        timestamp = instant;
        return this;
    }

    public EventBuilder session(@Nullable String sessionId) {
        session = sessionId;
        return this;
    }

    public EventBuilder lead(@Nullable String leadId) {
        lead = leadId;
        return this;
    }

    public EventBuilder user(@Nullable String userId) {
        user = userId;
        return this;
    }

    public EventBuilder sequence(long number) {
        sequence = number;
        return this;
    }

    public EventBuilder type(EventType eventType) {
        type = eventType;
        return this;
    }

    public EventBuilder category(Category eventCategory) {
        category = eventCategory;
        return this;
    }

    public EventBuilder source(String name) {
        source = name;
        return this;
    }

    public EventBuilder page(Map<String, @Nullable Object> content) {
        page = content;
        return this;
    }

    public EventBuilder page(String name, Object content) {
        return page(Map.of(name, content));
    }

    public EventBuilder properties(Map<String, @Nullable Object> content) {
        properties = content;
        return this;
    }

    public EventBuilder property(String name, Object content) {
        return properties(Map.of(name, content));
    }

    public EventBuilder context(Map<String, @Nullable Object> content) {
        context = content;
        return this;
    }

    public EventBuilder value(@Nullable Double number) {
        value = number;
        return this;
    }

    public EventBuilder metadata(Map<String, @Nullable Object> content) {
        metadata = content;
        return this;
    }

    public EventBuilder imported(boolean history) {
        imported = history;
        return this;
    }

    public BehaviorEvent build() {
        return new BehaviorEvent(
                id,
                session,
                lead,
                user,
                sequence,
                type,
                category,
                timestamp,
                source,
                page,
                properties,
                context,
                value,
                metadata,
                imported);
    }
}
