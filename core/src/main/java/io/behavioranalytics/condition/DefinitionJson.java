package io.behavioranalytics.condition;

import io.behavioranalytics.event.EventType;
import io.behavioranalytics.json.InvalidDefinitionException;
import io.behavioranalytics.json.Json;
import io.behavioranalytics.json.JsonException;
import io.behavioranalytics.json.JsonLimits;
import io.behavioranalytics.json.JsonObject;
import io.behavioranalytics.json.JsonPath;
import io.behavioranalytics.json.Violation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What definitions of all kinds share as JSON: the document, the identity, key, name and description, event types. */
public final class DefinitionJson {
    /** The longest name, in code points. */
    public static final int NAME_LENGTH = 200;

    /** The longest description, in code points. */
    public static final int DESCRIPTION_LENGTH = 2_000;

    /** The most event types that one list names. */
    public static final int MAX_TYPES = 100;

    private DefinitionJson() {}

    /**
     * Parses the document of a definition.
     *
     * @param json the whole document, at most 500,000 bytes
     * @param out where faults will be noted
     * @return its object
     * @throws InvalidDefinitionException if it is no JSON object
     */
    public static JsonObject parse(String json, List<Violation> out) {
        try {
            return JsonObject.of(Json.parseObject(json, JsonLimits.DEFINITION), "", out);
        } catch (JsonException e) {
            throw new InvalidDefinitionException(List.of(e.violation()));
        }
    }

    /**
     * Refuses a definition with faults.
     *
     * @param violations what was found
     * @throws InvalidDefinitionException if there is any
     */
    public static void refuseIfAny(List<Violation> violations) {
        if (!violations.isEmpty()) {
            throw new InvalidDefinitionException(violations);
        }
    }

    /**
     * Checks what every definition begins with.
     *
     * @param key the key, or null for the slug of the name
     * @param name the name
     * @param description the description, or null
     * @param out receives what is wrong
     */
    public static void checkHeader(
            @Nullable String key, String name, @Nullable String description, List<Violation> out) {
        if (name.isBlank() || name.codePointCount(0, name.length()) > NAME_LENGTH) {
            out.add(new Violation("name", "SIZE", "must have 1 to " + NAME_LENGTH + " characters, not only blanks"));
        } else if (key == null && DefinitionKey.slug(name) == null) {
            out.add(noKey());
        }
        if (key != null && !DefinitionKey.isKey(key)) {
            out.add(new Violation("key", "NAME", "must be " + DefinitionKey.FORM));
        }
        if (description != null && description.codePointCount(0, description.length()) > DESCRIPTION_LENGTH) {
            out.add(new Violation("description", "SIZE", "must have at most " + DESCRIPTION_LENGTH + " characters"));
        }
    }

    /**
     * Writes what every definition begins with.
     *
     * @param key the key, or null: nothing is written then
     * @param name the name
     * @param description the description, or null: nothing is written then
     * @return the object, to go on with
     */
    public static Map<String, @Nullable Object> header(
            @Nullable String key, String name, @Nullable String description) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        if (key != null) {
            object.put("key", key);
        }
        object.put("name", name);
        if (description != null) {
            object.put("description", description);
        }
        return object;
    }

    /**
     * The key that a definition will have.
     *
     * @param key the key given, or null
     * @param name the name
     * @return the key given, else the slug of the name
     * @throws InvalidDefinitionException if none was given and none can be made of the name
     */
    public static String resolveKey(@Nullable String key, String name) {
        String resolved = key == null ? DefinitionKey.slug(name) : key;
        if (resolved == null) {
            throw new InvalidDefinitionException(List.of(noKey()));
        }
        return resolved;
    }

    private static Violation noKey() {
        return new Violation("key", "REQUIRED", "no key can be made of this name; give one: " + DefinitionKey.FORM);
    }

    /**
     * Reads the identity of a saved definition.
     *
     * @param object the definition; faults are noted in its list
     * @return the identity, a stand-in after a fault
     */
    public static UUID id(JsonObject object) {
        String text = object.text("id", 36);
        if (!text.isEmpty()) {
            try {
                UUID id = UUID.fromString(text);
                if (id.toString().equals(text)) {
                    return id;
                }
            } catch (IllegalArgumentException e) {
                // Said below, as for those that Java reads leniently.
            }
            object.violate("id", "ID", "must be a UUID in lower case");
        }
        return new UUID(0, 0);
    }

    /**
     * Reads an event type, which must be given.
     *
     * @param object the object with the field; faults are noted in its list
     * @param name the field
     * @return the type, or null after a fault
     */
    public static @Nullable EventType eventType(JsonObject object, String name) {
        Object value = object.value(name);
        if (value == null) {
            object.violate(name, "REQUIRED", "must be given: an event type");
            return null;
        }
        return eventType(object, object.path(name), value);
    }

    /**
     * Reads a list of event types, which may be left out.
     *
     * @param object the object with the field; faults are noted in its list
     * @param name the field
     * @return the types without the faulty ones
     */
    public static List<EventType> eventTypes(JsonObject object, String name) {
        List<EventType> types = new ArrayList<>();
        List<@Nullable Object> given = object.list(name);
        if (given.size() > MAX_TYPES) {
            object.violate(name, "TOO_MANY", "must name at most " + MAX_TYPES + " event types");
            return types;
        }
        for (int i = 0; i < given.size(); i++) {
            EventType type = eventType(object, JsonPath.element(object.path(name), i), given.get(i));
            if (type != null) {
                types.add(type);
            }
        }
        return types;
    }

    private static @Nullable EventType eventType(JsonObject object, String path, @Nullable Object value) {
        if (value instanceof String text && EventType.isName(text)) {
            return EventType.of(text);
        }
        String found = value instanceof String text ? JsonPath.quote(text) : Json.kind(value);
        object.violations()
                .add(
                        new Violation(
                                path,
                                "TYPE",
                                found
                                        + " cannot be an event type: lower case letters, digits and _, a letter first, at most 64"));
        return null;
    }
}
