package io.behavioranalytics.report;

import io.behavioranalytics.event.EventView;
import io.behavioranalytics.json.Json;
import io.behavioranalytics.json.Violation;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A field of an event whose value is read, not compared: {@code source}, {@code properties.plan}. Immutable. */
final class EventProperty {
    private static final String ACCEPTED =
            "eventType, category, source, sessionId, leadId, userId, properties.*, context.*, page.* and metadata.*";

    private final String root;
    private final List<String> path;

    private EventProperty(String root, List<String> path) {
        this.root = root;
        this.path = path;
    }

    static EventProperty of(String field, String where, List<Violation> faults) {
        String[] names = field.split("\\.", -1);
        boolean map = List.of("properties", "context", "page", "metadata").contains(names[0]);
        boolean plain = List.of("eventType", "category", "source", "sessionId", "leadId", "userId")
                .contains(names[0]);
        if ((!map && !plain)
                || (map == (names.length == 1))
                || Arrays.asList(names).contains("")) {
            faults.add(new Violation(
                    where,
                    "PATH",
                    "\"" + shortened(field) + "\" is no field whose values can be told apart; accepted are "
                            + ACCEPTED));
        }
        return new EventProperty(names[0], List.of(names).subList(1, names.length));
    }

    /** Whether an outline of an event tells a field. */
    static boolean isInOutline(String field) {
        return field.equals("eventType") || field.equals("category");
    }

    private static String shortened(String text) {
        return text.length() <= 64 ? text : text.substring(0, 64);
    }

    /** The value as text, or null if it is missing or is an object or a list. */
    @Nullable
    String of(EventView event) {
        return switch (root) {
            case "eventType" -> event.type().name();
            case "category" -> event.category().json();
            case "source" -> event.source();
            case "sessionId" -> event.sessionId();
            case "leadId" -> event.leadId();
            case "userId" -> event.userId();
            case "properties" -> in(event.properties());
            case "context" -> in(event.context());
            case "page" -> in(event.page());
            default -> in(event.metadata());
        };
    }

    private @Nullable String in(Map<String, @Nullable Object> map) {
        Object found = map;
        for (String name : path) {
            if (!(found instanceof Map<?, ?> inner)) {
                return null;
            }
            found = inner.get(name);
        }
        if (found instanceof String text) {
            return text;
        }
        return found instanceof Number || found instanceof Boolean ? Json.write(found) : null;
    }
}
