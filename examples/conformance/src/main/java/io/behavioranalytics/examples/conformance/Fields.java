package io.behavioranalytics.examples.conformance;

import io.behavioranalytics.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** Reads a JSON object of a vector file by names; what lacks, or is of another type, is a {@link MalformedException} with its path. */
final class Fields {
    private final Map<?, ?> values;
    private final String path;

    private Fields(Map<?, ?> values, String path) {
        this.values = values;
        this.path = path;
    }

    static Fields of(@Nullable Object value, String path) {
        if (value instanceof Map<?, ?> map) {
            return new Fields(map, path);
        }
        throw new MalformedException((path.isEmpty() ? "the document" : path) + " must be an object: " + text(value));
    }

    /** Whether the field is there and not null. */
    boolean has(String name) {
        return values.get(name) != null;
    }

    /** Whether the field is there, be it null. */
    boolean names(String name) {
        return values.containsKey(name);
    }

    @Nullable
    Object value(String name) {
        return values.get(name);
    }

    /** The names of all fields, in order. */
    List<String> keys() {
        return values.keySet().stream().map(String::valueOf).toList();
    }

    /** All fields whose names begin so. */
    Map<String, @Nullable Object> beginningWith(String prefix) {
        Map<String, @Nullable Object> found = new LinkedHashMap<>();
        values.forEach((name, value) -> {
            if (String.valueOf(name).startsWith(prefix)) {
                found.put(String.valueOf(name), value);
            }
        });
        if (found.isEmpty()) {
            throw new MalformedException(path(prefix + "…") + " is missing");
        }
        return found;
    }

    Fields object(String name) {
        return of(required(name), path(name));
    }

    List<?> list(String name) {
        return list(required(name), path(name));
    }

    List<Fields> objects(String name) {
        List<Fields> objects = new ArrayList<>();
        for (Object element : list(name)) {
            objects.add(of(element, path(name) + "[" + objects.size() + "]"));
        }
        return objects;
    }

    double number(String name) {
        return number(required(name), path(name));
    }

    double number(String name, double otherwise) {
        return has(name) ? number(name) : otherwise;
    }

    OptionalDouble optionalNumber(String name) {
        return has(name) ? OptionalDouble.of(number(name)) : OptionalDouble.empty();
    }

    /** A whole number; counts are written as 73.0, too. */
    long whole(String name) {
        return whole(required(name), path(name));
    }

    long whole(String name, long otherwise) {
        return has(name) ? whole(name) : otherwise;
    }

    List<Double> numbers(String name) {
        return numbers(required(name), path(name));
    }

    List<Long> wholes(String name) {
        List<Long> wholes = new ArrayList<>();
        for (Object element : list(name)) {
            wholes.add(whole(element, path(name)));
        }
        return wholes;
    }

    String text(String name) {
        Object value = required(name);
        if (value instanceof String string) {
            return string;
        }
        throw new MalformedException(path(name) + " must be a text: " + text(value));
    }

    String text(String name, String otherwise) {
        return has(name) ? text(name) : otherwise;
    }

    boolean truth(String name, boolean otherwise) {
        if (!has(name)) {
            return otherwise;
        }
        if (values.get(name) instanceof Boolean truth) {
            return truth;
        }
        throw new MalformedException(path(name) + " must be true or false: " + text(values.get(name)));
    }

    Optional<Fields> optionalObject(String name) {
        return has(name) ? Optional.of(object(name)) : Optional.empty();
    }

    private Object required(String name) {
        Object value = values.get(name);
        if (value == null) {
            throw new MalformedException(path(name) + " is missing");
        }
        return value;
    }

    String path(String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    static List<?> list(@Nullable Object value, String path) {
        if (value instanceof List<?> list) {
            return list;
        }
        throw new MalformedException(path + " must be a list: " + text(value));
    }

    static double number(@Nullable Object value, String path) {
        if (value instanceof Number number) {
            return number.doubleValue();
        }
        throw new MalformedException(path + " must be a number: " + text(value));
    }

    static long whole(@Nullable Object value, String path) {
        double number = number(value, path);
        if (number != Math.rint(number) || Math.abs(number) > 1e15) {
            throw new MalformedException(path + " must be a whole number: " + text(value));
        }
        return (long) number;
    }

    static List<Double> numbers(@Nullable Object value, String path) {
        List<Double> numbers = new ArrayList<>();
        for (Object element : list(value, path)) {
            numbers.add(number(element, path + "[" + numbers.size() + "]"));
        }
        return numbers;
    }

    /** A value as it is written, shortened. */
    static String text(@Nullable Object value) {
        String text = value instanceof Map || value instanceof List || value == null
                ? Json.write(value)
                : String.valueOf(value);
        return text.length() <= 400 ? text : text.substring(0, 400) + "…";
    }
}
