package io.behavioranalytics.json;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads one object of a definition field by field, and notes every fault with its path instead of throwing at the first.
 *
 * <p>A getter that meets a fault notes it and returns a stand-in of its type, so that reading goes on; whoever built the list
 * of violations refuses the definition in the end if the list is not empty. A field that is null counts as left out. After
 * all fields were asked for, {@link #refuseUnknown()} notes those nobody knows. Not safe for several threads.
 */
public final class JsonObject {
    /** Most code points of a text when the caller names no limit. */
    public static final int TEXT_LENGTH = 8_192;

    private final Map<?, ?> fields;
    private final String path;
    private final List<Violation> out;
    private final Set<String> known = new HashSet<>();

    private JsonObject(Map<?, ?> fields, String path, List<Violation> out) {
        this.fields = fields;
        this.path = path;
        this.out = out;
    }

    /**
     * Starts reading an object.
     *
     * @param fields as parsed by {@link Json}
     * @param path where the object stands, empty for the document
     * @param out where faults are noted
     * @return the reader
     */
    public static JsonObject of(Map<String, @Nullable Object> fields, String path, List<Violation> out) {
        return new JsonObject(fields, path, out);
    }

    /**
     * Where this object stands.
     *
     * @return its path, empty for the document
     */
    public String path() {
        return path;
    }

    /**
     * Where a field of this object stands.
     *
     * @param name the field
     * @return its path
     */
    public String path(String name) {
        return JsonPath.child(path, name);
    }

    /**
     * The list that faults are noted in.
     *
     * @return the caller's own list
     */
    public List<Violation> violations() {
        return out;
    }

    /**
     * Notes a fault of a field.
     *
     * @param name the field
     * @param code the kind of fault
     * @param message a sentence for a person
     */
    public void violate(String name, String code, String message) {
        out.add(new Violation(path(name), code, message));
    }

    /**
     * Tells whether a field is there and not null; asking makes it known.
     *
     * @param name the field
     * @return true if it has a value
     */
    public boolean has(String name) {
        return value(name) != null;
    }

    /**
     * A field's value as parsed, whatever it is.
     *
     * @param name the field
     * @return the value, or null if there is none
     */
    public @Nullable Object value(String name) {
        known.add(name);
        return fields.get(name);
    }

    /**
     * A text that must be there and not blank.
     *
     * @param name the field
     * @return the text, or an empty text after a fault
     */
    public String text(String name) {
        return text(name, TEXT_LENGTH);
    }

    /**
     * A text that must be there and not blank.
     *
     * @param name the field
     * @param most code points at most
     * @return the text, or an empty text after a fault
     */
    public String text(String name, int most) {
        if (!has(name)) {
            required(name, "a text");
            return "";
        }
        String text = optionalText(name, most);
        return text == null ? "" : text;
    }

    /**
     * A text that may be left out, but not be blank.
     *
     * @param name the field
     * @return the text, or null if it was left out or is faulty
     */
    public @Nullable String optionalText(String name) {
        return optionalText(name, TEXT_LENGTH);
    }

    /**
     * A text that may be left out, but not be blank.
     *
     * @param name the field
     * @param most code points at most
     * @return the text, or null if it was left out or is faulty
     */
    public @Nullable String optionalText(String name, int most) {
        Object value = value(name);
        if (value == null) {
            return null;
        }
        if (value instanceof String text) {
            return checked(path(name), text, most);
        }
        wrong(path(name), "a text", value);
        return null;
    }

    private @Nullable String checked(String at, String text, int most) {
        if (text.isBlank()) {
            out.add(new Violation(at, "REQUIRED", "must not be blank"));
            return null;
        }
        if (text.codePointCount(0, text.length()) > most) {
            out.add(new Violation(at, "SIZE", "must have at most " + most + " characters"));
            return null;
        }
        return text;
    }

    /**
     * A whole number that must be there.
     *
     * @param name the field
     * @param min the least accepted
     * @param max the most accepted
     * @return the number, or {@code min} after a fault
     */
    public long integer(String name, long min, long max) {
        if (!has(name)) {
            required(name, "a whole number");
            return min;
        }
        Long number = optionalInteger(name, min, max);
        return number == null ? min : number;
    }

    /**
     * A whole number that may be left out.
     *
     * @param name the field
     * @param min the least accepted
     * @param max the most accepted
     * @param fallback what stands in if it was left out or is faulty
     * @return the number
     */
    public long integer(String name, long min, long max, long fallback) {
        Long number = optionalInteger(name, min, max);
        return number == null ? fallback : number;
    }

    /**
     * A whole number that may be left out.
     *
     * @param name the field
     * @param min the least accepted
     * @param max the most accepted
     * @return the number, or null if it was left out or is faulty
     */
    public @Nullable Long optionalInteger(String name, long min, long max) {
        Object value = value(name);
        if (value == null) {
            return null;
        }
        if (value instanceof Long number) {
            if (number >= min && number <= max) {
                return number;
            }
        } else if (!(value instanceof BigDecimal decimal) || decimal.scale() > 0) {
            wrong(path(name), "a whole number", value);
            return null;
        }
        violate(name, "RANGE", "must be " + min + " to " + max);
        return null;
    }

    /**
     * A number that may be left out.
     *
     * @param name the field
     * @return the number, or null if it was left out or is faulty
     */
    public @Nullable BigDecimal optionalDecimal(String name) {
        Object value = value(name);
        if (value == null || value instanceof BigDecimal) {
            return (BigDecimal) value;
        }
        if (value instanceof Long number) {
            return BigDecimal.valueOf(number);
        }
        wrong(path(name), "a number", value);
        return null;
    }

    /**
     * True or false, which may be left out.
     *
     * @param name the field
     * @param fallback what stands in if it was left out or is faulty
     * @return the answer
     */
    public boolean bool(String name, boolean fallback) {
        Object value = value(name);
        if (value instanceof Boolean answer) {
            return answer;
        }
        if (value != null) {
            wrong(path(name), "true or false", value);
        }
        return fallback;
    }

    /**
     * One of a closed set of names, which may be left out.
     *
     * @param name the field
     * @param parse finds the constant for a name
     * @param accepted the accepted names, for the message
     * @param <E> the set
     * @return the constant, or null if it was left out or is faulty
     */
    public <E> @Nullable E optionalChoice(String name, Function<String, Optional<E>> parse, String accepted) {
        Object value = value(name);
        if (value == null) {
            return null;
        }
        if (!(value instanceof String text)) {
            wrong(path(name), "a text", value);
            return null;
        }
        Optional<E> constant = parse.apply(text);
        if (constant.isPresent()) {
            return constant.get();
        }
        violate(name, "UNKNOWN", JsonPath.quote(text) + " is not one of " + accepted);
        return null;
    }

    /**
     * An array, which may be left out.
     *
     * @param name the field
     * @return its elements as parsed, empty if it was left out or is faulty
     */
    public List<@Nullable Object> list(String name) {
        Object value = value(name);
        if (value instanceof List<?> list) {
            return new ArrayList<>(list);
        }
        if (value != null) {
            wrong(path(name), "an array", value);
        }
        return List.of();
    }

    /**
     * An array of texts that are not blank, which may be left out.
     *
     * @param name the field
     * @return the texts without the faulty ones, empty if it was left out
     */
    public List<String> texts(String name) {
        List<String> texts = new ArrayList<>();
        List<@Nullable Object> list = list(name);
        for (int i = 0; i < list.size(); i++) {
            String at = JsonPath.element(path(name), i);
            Object element = list.get(i);
            if (element instanceof String given) {
                String text = checked(at, given, TEXT_LENGTH);
                if (text != null) {
                    texts.add(text);
                }
            } else {
                wrong(at, "a text", element);
            }
        }
        return texts;
    }

    /**
     * An array of objects, which may be left out.
     *
     * @param name the field
     * @return readers of the objects without the faulty ones, empty if it was left out
     */
    public List<JsonObject> objects(String name) {
        List<JsonObject> objects = new ArrayList<>();
        List<@Nullable Object> list = list(name);
        for (int i = 0; i < list.size(); i++) {
            String at = JsonPath.element(path(name), i);
            Object element = list.get(i);
            if (element instanceof Map<?, ?> map) {
                objects.add(new JsonObject(map, at, out));
            } else {
                wrong(at, "an object", element);
            }
        }
        return objects;
    }

    /**
     * An object that must be there.
     *
     * @param name the field
     * @return its reader; that of an empty object after a fault
     */
    public JsonObject object(String name) {
        if (!has(name)) {
            required(name, "an object");
        }
        JsonObject object = optionalObject(name);
        return object == null ? new JsonObject(Map.of(), path(name), new ArrayList<>()) : object;
    }

    /**
     * An object that may be left out.
     *
     * @param name the field
     * @return its reader, or null if it was left out or is faulty
     */
    public @Nullable JsonObject optionalObject(String name) {
        Object value = value(name);
        if (value instanceof Map<?, ?> map) {
            return new JsonObject(map, path(name), out);
        }
        if (value != null) {
            wrong(path(name), "an object", value);
        }
        return null;
    }

    /**
     * An instant that may be left out.
     *
     * @param name the field
     * @return the instant as written, or null if it was left out or is faulty
     */
    public @Nullable Instant optionalInstant(String name) {
        Object value = value(name);
        if (value == null) {
            return null;
        }
        Instant instant = value instanceof String text ? IsoTime.parse(text) : null;
        if (instant == null) {
            violate(name, "TIME", "must be " + IsoTime.FORM);
        }
        return instant;
    }

    /**
     * An instant that must be there.
     *
     * @param name the field
     * @return the instant as written, or 1970 after a fault
     */
    public Instant instant(String name) {
        if (!has(name)) {
            required(name, IsoTime.FORM);
        }
        Instant instant = optionalInstant(name);
        return instant == null ? Instant.EPOCH : instant;
    }

    /**
     * A span of time that may be left out: an ISO-8601 duration of days, hours, minutes and seconds, or of weeks alone.
     *
     * @param name the field
     * @param min the shortest accepted
     * @param max the longest accepted
     * @return the duration, or null if it was left out or is faulty
     */
    public @Nullable Duration optionalDuration(String name, Duration min, Duration max) {
        Object value = value(name);
        if (value == null) {
            return null;
        }
        Duration duration = value instanceof String text ? IsoTime.duration(text) : null;
        if (duration == null) {
            violate(name, "TIME", "must be an ISO-8601 duration such as P7D or PT30M");
        } else if (duration.compareTo(min) < 0 || duration.compareTo(max) > 0) {
            violate(name, "RANGE", "must be " + min + " to " + max);
            return null;
        }
        return duration;
    }

    /** Notes every field that nobody asked for. */
    public void refuseUnknown() {
        for (Object name : fields.keySet()) {
            if (name instanceof String field && !known.contains(field)) {
                violate(field, "UNKNOWN_FIELD", "there is no such field here");
            }
        }
    }

    private void required(String name, String expected) {
        violate(name, "REQUIRED", "must be given: " + expected);
    }

    private void wrong(String at, String expected, @Nullable Object value) {
        out.add(new Violation(at, "TYPE", "must be " + expected + ", not " + Json.kind(value)));
    }
}
