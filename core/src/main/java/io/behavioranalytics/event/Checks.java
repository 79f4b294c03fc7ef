package io.behavioranalytics.event;

import io.behavioranalytics.event.TextScan.Fault;
import io.behavioranalytics.json.FrozenMap;
import io.behavioranalytics.json.Json;
import io.behavioranalytics.json.JsonPath;
import io.behavioranalytics.json.Violation;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The checks of one request: normalizes its values in a single pass, measures its canonical JSON on the way, and collects what
 * is wrong. Paths are put together only when there is something to report.
 */
final class Checks {
    /** Beyond this decimal exponent a number has no counterpart among doubles. */
    private static final int MAX_EXPONENT = 308;

    private final EventLimits limits;
    private final List<Violation> violations;
    private final Object[] path; // names and indexes down to the current value
    private final TextScan scan = new TextScan();

    private int depth = 1; // the event itself
    private int keys;
    private long tokens = 2;
    private long bytes = 2;
    private int topFields;
    private boolean tooLarge;

    Checks(EventLimits limits, List<Violation> faults) {
        this.limits = limits;
        this.violations = new ArrayList<>(faults);
        this.path = new Object[limits.json().depth() + 2];
    }

    boolean isClean() {
        return violations.isEmpty();
    }

    boolean isFaulty(String field) {
        for (int i = 0; i < violations.size(); i++) {
            if (violations.get(i).path().equals(field)) {
                return true;
            }
        }
        return false;
    }

    InvalidEventException refusal() {
        return new InvalidEventException(violations);
    }

    void violate(String at, String code, String message) {
        violations.add(new Violation(at, code, message));
    }

    void wrongProperty(String name, PropertyType declared, @Nullable Object value) {
        String type = declared.name().toLowerCase(Locale.ROOT);
        violate(
                JsonPath.child("properties", name),
                "TYPE",
                "is declared as " + type + " in the catalog, but is " + Json.kind(value));
    }

    private void violateHere(String code, String message) {
        String at = "";
        for (int i = 1; i < depth; i++) {
            Object step = path[i];
            at = step instanceof Integer index ? JsonPath.element(at, index) : JsonPath.child(at, String.valueOf(step));
        }
        violate(at, code, message);
    }

    /** Reports what can only be told of the event as a whole. */
    void finish() {
        int separators = Math.max(0, topFields - 1);
        if (!tooLarge && bytes + separators > limits.json().documentBytes()) {
            violateSize();
        }
        if (!tooLarge && tokens > limits.json().tokens()) {
            violate(
                    "",
                    "TOO_MANY",
                    "an event must have at most " + limits.json().tokens() + " tokens as JSON");
        }
    }

    private void violateSize() {
        tooLarge = true;
        violate("", "SIZE", "an event must have at most " + limits.json().documentBytes() + " bytes as JSON");
    }

    private void field(String name) {
        topFields++;
        tokens++;
        bytes += name.length() + 3L;
    }

    /** Counts a field whose value is known to be fine. */
    void fixedField(String name, int valueBytes) {
        field(name);
        tokens++;
        bytes += valueBytes;
    }

    void numberField(String name, long value) {
        fixedField(name, decimalLength(value));
    }

    void doubleField(String name, double value) {
        fixedField(name, length(Json.fromDouble(value)));
    }

    /** A session or lead: an id that does not stand for a mistake. */
    @Nullable
    String subject(String name, @Nullable String value) {
        if (value == null || !id(name, value)) {
            return value;
        }
        if (limits.isIllegal(value)) {
            violate(name, "ILLEGAL_ID", JsonPath.quote(value) + " names nobody; give a real id or leave the field out");
        }
        return value;
    }

    /** An id or the source, which may be left out. */
    boolean id(String name, @Nullable String value) {
        if (value == null || !name(name, value)) {
            return false;
        }
        fixedField(name, scan.bytes());
        if (value.isBlank()) {
            violate(name, "ILLEGAL_ID", "must not be blank");
            return false;
        }
        if (scan.points() > limits.idLength()) {
            violate(name, "SIZE", "must have at most " + limits.idLength() + " characters: " + scan.points());
            return false;
        }
        return true;
    }

    /** Checks the characters of a text in which no control character is accepted; {@code name} is its path. */
    boolean name(String name, String value) {
        Fault fault = scan.of(value);
        if (fault != Fault.NONE) {
            violations.add(new Violation(name, fault.code(), fault.reason(true)));
        }
        return fault == Fault.NONE;
    }

    /** Normalizes one of the event's four maps; an empty one is as good as none. */
    Map<String, @Nullable Object> map(String field, Map<String, @Nullable Object> map) {
        if (map.isEmpty()) {
            return FrozenMap.empty();
        }
        field(field);
        path[depth] = field;
        depth++;
        FrozenMap normal = object(map);
        depth--;
        return normal;
    }

    private FrozenMap object(Map<?, ?> map) {
        keys += map.size();
        if (keys > limits.keys()) {
            tooLarge = true;
            violateHere("TOO_MANY", "an event must have at most " + limits.keys() + " names in all its maps");
            return FrozenMap.empty();
        }
        tokens += 2;
        bytes += 2 + Math.max(0, map.size() - 1);
        @Nullable Object[] entries = new Object[map.size() * 2];
        int at = 0;
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            if (tooLarge || at == entries.length) {
                break;
            }
            String name = entry.getKey() instanceof String text ? text : null;
            path[depth] = String.valueOf(name);
            depth++;
            if (name == null) {
                violateHere("TYPE", "a name must be text");
            } else {
                key(name);
                entries[at] = name;
                entries[at + 1] = value(entry.getValue());
                at += 2;
            }
            depth--;
        }
        return FrozenMap.ofEntries(at == entries.length ? entries : Arrays.copyOf(entries, at));
    }

    private void key(String name) {
        Fault fault = scan.of(name);
        tokens++;
        bytes += scan.bytes() + 1L;
        if (fault != Fault.NONE) {
            violateHere(fault.code(), "in the name: " + fault.reason(true));
        } else if (name.isEmpty()) {
            violateHere("NAME", "a name must not be empty");
        } else if (scan.points() > limits.json().nameLength()) {
            violateHere("NAME", "a name must have at most " + limits.json().nameLength() + " characters");
        }
    }

    private @Nullable Object value(@Nullable Object value) {
        tokens++;
        if (bytes > limits.json().documentBytes()) {
            if (!tooLarge) {
                violateSize();
            }
            return null;
        }
        if (value instanceof String text) {
            return text(text);
        } else if (value == null) {
            bytes += 4;
            return null;
        } else if (value instanceof Boolean truth) {
            bytes += truth ? 4 : 5;
            return truth;
        } else if (value instanceof Number number) {
            return number(number);
        } else if (value instanceof Map<?, ?> map) {
            tokens--;
            return isTooDeep() ? null : object(map);
        } else if (value instanceof List<?> list) {
            return list(list);
        } else if (value instanceof Object[] array) {
            return list(Arrays.asList(array));
        } else if (value instanceof int[] array) {
            return list(Arrays.stream(array).boxed().toList());
        } else if (value instanceof long[] array) {
            return list(Arrays.stream(array).boxed().toList());
        } else if (value instanceof double[] array) {
            return list(Arrays.stream(array).boxed().toList());
        } else if (value instanceof Instant instant) {
            return instant(instant);
        } else if (value instanceof UUID id) {
            return text(id.toString());
        }
        String hint = value instanceof Enum ? "; give its name" : value instanceof Iterable ? "; give a list" : "";
        violateHere(
                "TYPE",
                "must be text, a number, a boolean, an instant, a UUID, a list, a map or null, not "
                        + value.getClass().getName() + hint);
        return null;
    }

    private String text(String text) {
        Fault fault = scan.of(text);
        bytes += scan.bytes();
        if (fault != Fault.NONE && fault != Fault.STRICT_CONTROL) {
            violateHere(fault.code(), fault.reason(false));
        }
        if (scan.points() > limits.json().stringLength()) {
            violateHere(
                    "SIZE",
                    "a text must have at most " + limits.json().stringLength() + " characters: " + scan.points());
        }
        return text;
    }

    private @Nullable Object instant(Instant instant) {
        if (instant.isBefore(EventNormalizer.EARLIEST) || instant.isAfter(EventNormalizer.LATEST)) {
            violateHere("TIME", "an instant must lie in the years 0001 to 9999");
            return null;
        }
        return text(instant.truncatedTo(ChronoUnit.MICROS).toString());
    }

    private @Nullable Number number(Number number) {
        Number normal;
        if (number instanceof Long || number instanceof Integer || number instanceof Short || number instanceof Byte) {
            normal = number.longValue();
        } else if (number instanceof Double || number instanceof Float) {
            if (!Double.isFinite(number.doubleValue())) {
                violateHere("NOT_FINITE", "must be a finite number");
                return null;
            }
            // A float of 0.1 is meant as 0.1, not as the double next to it.
            normal = number instanceof Float
                    ? decimal(Json.fromFloat(number.floatValue()))
                    : decimal(Json.fromDouble(number.doubleValue()));
        } else if (number instanceof BigDecimal decimal) {
            normal = decimal(decimal);
        } else if (number instanceof BigInteger integer) {
            normal = decimal(new BigDecimal(integer));
        } else {
            violateHere(
                    "TYPE",
                    "must be a number of a usual kind, not " + number.getClass().getName());
            return null;
        }
        bytes += normal == null ? 0 : length(normal);
        return normal;
    }

    private @Nullable Number decimal(Number number) {
        if (!(number instanceof BigDecimal decimal)) {
            return number;
        }
        // Measured before anything is expanded: neither a huge exponent nor a million digits shall cost more than a
        // look.
        if (decimal.unscaledValue().bitLength() > 8_192) {
            return tooLong();
        }
        if (decimal.signum() == 0) {
            return 0L;
        }
        long exponent = (long) decimal.precision() - decimal.scale() - 1;
        if (Math.abs(exponent) > MAX_EXPONENT || Double.isInfinite(decimal.doubleValue())) {
            violateHere("NUMBER_RANGE", "a number must lie within the range of a 64-bit floating point number");
            return null;
        }
        Number normal = Json.number(decimal);
        if (normal instanceof BigDecimal shortest
                && shortest.precision() > limits.json().numberDigits()) {
            return tooLong();
        }
        return normal;
    }

    private @Nullable Number tooLong() {
        violateHere(
                "NUMBER_RANGE", "a number must have at most " + limits.json().numberDigits() + " digits");
        return null;
    }

    private static int length(Number number) {
        return number instanceof Long whole
                ? decimalLength(whole)
                : number.toString().length();
    }

    private static int decimalLength(long value) {
        if (value == Long.MIN_VALUE) {
            return 20;
        }
        int length = value < 0 ? 2 : 1;
        for (long rest = Math.abs(value); rest >= 10; rest /= 10) {
            length++;
        }
        return length;
    }

    private @Nullable Object list(List<?> list) {
        if (isTooDeep()) {
            return null;
        }
        tokens++; // the value was counted once; a list has two brackets
        bytes += 2 + Math.max(0, list.size() - 1);
        if (tokens + list.size() > limits.json().tokens()) {
            tooLarge = true;
            violateHere(
                    "TOO_MANY", "an event must have at most " + limits.json().tokens() + " tokens as JSON");
            return null;
        }
        @Nullable Object[] elements = new Object[list.size()];
        int at = 0;
        for (Object element : list) {
            if (tooLarge || at == elements.length) {
                break;
            }
            path[depth] = at;
            depth++;
            elements[at++] = value(element);
            depth--;
        }
        return Collections.unmodifiableList(Arrays.asList(elements));
    }

    /** The value here is an object or array; it stands {@code depth} deep in the document. */
    private boolean isTooDeep() {
        if (depth > limits.json().depth()) {
            violateHere(
                    "DEPTH",
                    "an event must not be nested more than " + limits.json().depth() + " deep");
            return true;
        }
        return false;
    }
}
