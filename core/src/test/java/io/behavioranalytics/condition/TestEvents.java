package io.behavioranalytics.condition;

import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.Category;
import io.behavioranalytics.event.EventType;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Events for tests of conditions. */
final class TestEvents {
    static final Instant AT = Instant.parse("2026-03-10T12:00:00Z");

    private TestEvents() {}

    static BehaviorEvent anEvent(Map<String, ? extends @Nullable Object> properties) {
        return anEvent(properties, null);
    }

    static BehaviorEvent anEvent(Map<String, ? extends @Nullable Object> properties, @Nullable Double value) {
        return new BehaviorEvent(
                new UUID(0, 7),
                "session-1",
                null,
                "user-1",
                42,
                EventType.FORM_ABANDON,
                Category.INTENT,
                AT,
                "web",
                Map.of("url", "/quote/auto", "title", "Quote"),
                new LinkedHashMap<>(properties),
                Map.of("country", "DE"),
                value,
                Map.of("batch", 3L),
                false);
    }

    static BehaviorEvent withField(@Nullable Object value) {
        Map<String, @Nullable Object> properties = new LinkedHashMap<>();
        properties.put("x", value);
        return anEvent(properties);
    }
}
