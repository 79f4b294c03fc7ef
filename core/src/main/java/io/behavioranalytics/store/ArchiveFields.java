package io.behavioranalytics.store;

import io.behavioranalytics.event.SubjectId;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The fields of a record of an archive, each asked for with its type; a problem names the field, never its value. */
record ArchiveFields(Map<?, ?> values) {
    boolean has(String name) {
        return values.get(name) != null;
    }

    private static IllegalArgumentException missing(String name) {
        return new IllegalArgumentException("the field " + name + " is missing or malformed");
    }

    String text(String name) {
        if (values.get(name) instanceof String text) {
            return text;
        }
        throw missing(name);
    }

    @Nullable
    String optionalText(String name) {
        return has(name) ? text(name) : null;
    }

    long number(String name) {
        if (values.get(name) instanceof Long number) {
            return number;
        }
        throw missing(name);
    }

    double decimal(String name) {
        if (values.get(name) instanceof Number number) {
            return number.doubleValue();
        }
        if ("-0.0".equals(values.get(name))) {
            return -0.0;
        }
        throw missing(name);
    }

    boolean flag(String name) {
        if (values.get(name) instanceof Boolean flag) {
            return flag;
        }
        throw missing(name);
    }

    UUID id(String name) {
        try {
            return UUID.fromString(text(name));
        } catch (IllegalArgumentException malformed) {
            throw missing(name);
        }
    }

    Instant instant(String name) {
        try {
            return Instant.parse(text(name));
        } catch (DateTimeParseException malformed) {
            throw missing(name);
        }
    }

    @Nullable
    Instant optionalInstant(String name) {
        return has(name) ? instant(name) : null;
    }

    <E extends Enum<E>> E constant(String name, Class<E> type) {
        try {
            return Enum.valueOf(type, text(name).toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException unknown) {
            throw missing(name);
        }
    }

    SubjectId subject() {
        return has("lead") ? SubjectId.lead(text("lead")) : SubjectId.session(text("session"));
    }

    ArchiveFields object(String name) {
        if (values.get(name) instanceof Map<?, ?> map) {
            return new ArchiveFields(map);
        }
        throw missing(name);
    }

    @SuppressWarnings("unchecked") // the parser makes no other maps
    Map<String, @Nullable Object> map(String name) {
        return has(name) ? (Map<String, @Nullable Object>) object(name).values : Map.of();
    }

    /** An object none of whose values is null; empty if there is none. */
    Map<String, Object> values(String name) {
        Map<String, Object> found = new TreeMap<>();
        map(name).forEach((key, value) -> {
            if (value == null) {
                throw missing(name);
            }
            found.put(key, value);
        });
        return found;
    }

    List<ArchiveFields> objects(String name) {
        List<ArchiveFields> objects = new ArrayList<>();
        if (values.get(name) instanceof List<?> list) {
            for (Object element : list) {
                if (!(element instanceof Map<?, ?> map)) {
                    throw missing(name);
                }
                objects.add(new ArchiveFields(map));
            }
        }
        return objects;
    }

    List<String> texts(String name) {
        List<String> texts = new ArrayList<>();
        if (values.get(name) instanceof List<?> list) {
            for (Object element : list) {
                if (!(element instanceof String text)) {
                    throw missing(name);
                }
                texts.add(text);
            }
        }
        return texts;
    }
}
