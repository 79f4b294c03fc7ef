package io.behavioranalytics.condition;

import io.behavioranalytics.event.EventView;
import io.behavioranalytics.json.Json;
import io.behavioranalytics.json.JsonPath;
import io.behavioranalytics.json.Violation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A field of events made ready to be read: the same fields that conditions on events compare. Immutable and thread-safe. */
public final class EventValue {
    private final EventField root;
    private final String[] names;

    private EventValue(EventField root, String[] names) {
        this.root = root;
        this.names = names;
    }

    /**
     * Checks a field and makes it ready.
     *
     * @param field such as {@code value} or {@code properties.amount}
     * @param path where it is named in the definition
     * @param out receives what is wrong with it
     * @return the field, or null if a violation was added
     */
    public static @Nullable EventValue compile(String field, String path, List<Violation> out) {
        List<Violation> faults = new ArrayList<>();
        CompiledCondition.compile(Condition.of(field, Operator.EXISTS, null), Scope.EVENT, "", faults);
        faults.forEach(fault -> out.add(new Violation(path, fault.code(), fault.message())));
        if (!faults.isEmpty()) {
            return null;
        }
        String[] names = field.split("\\.", -1);
        EventField root = EventField.parse(names[0]).orElseThrow();
        if (root == EventField.TIMESTAMP) {
            out.add(new Violation(
                    path, "TYPE", JsonPath.quote(field) + " is an instant, which is neither added up nor told apart"));
            return null;
        }
        return new EventValue(root, Arrays.copyOfRange(names, 1, names.length));
    }

    /**
     * Whether it can hold a number.
     *
     * @return false for a field that is always text
     */
    public boolean mayBeNumber() {
        return root.kind() != EventField.Kind.TEXT;
    }

    /**
     * Reads the field of an event.
     *
     * @param event any event
     * @return a {@code String}, {@code Long}, {@code BigDecimal}, {@code Boolean}, {@code List} or {@code Map}; null if it is missing.
     *     An event's value is the shortest decimal that its double stands for, so that 19.99 is 19.99
     */
    public @Nullable Object of(EventView event) {
        return switch (root.kind()) {
            case TEXT -> root.text(event);
            case NUMBER -> root == EventField.SEQUENCE ? (Object) event.sequence() : number(event.value());
            case INSTANT -> event.micros();
            case JSON -> inside(event);
        };
    }

    private static @Nullable Object number(@Nullable Double value) {
        return value == null ? null : Json.fromDouble(value);
    }

    private @Nullable Object inside(EventView event) {
        Object found = root.map(event);
        for (String name : names) {
            if (!(found instanceof Map<?, ?> map)) {
                return null;
            }
            found = map.get(name);
        }
        return found;
    }
}
