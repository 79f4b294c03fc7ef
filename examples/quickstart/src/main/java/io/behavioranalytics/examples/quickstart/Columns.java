package io.behavioranalytics.examples.quickstart;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which column of the input holds which part of an event. */
final class Columns {
    /** Instead of a column: there is none. */
    private static final String NONE = "none";

    private static final Map<Option, String> DEFAULTS = Map.of(
            Option.LEAD, "leadId",
            Option.SESSION, "sessionId",
            Option.USER, "userId",
            Option.TYPE, "eventType",
            Option.TIME, "timestamp",
            Option.VALUE, "value",
            Option.SOURCE, "source",
            Option.ID, "id");

    private final Map<Option, String> names = new EnumMap<>(Option.class);
    private final Set<String> given = new HashSet<>();
    /** Where columns go that are kept as properties; null for all the rest, under their own names. */
    private final @Nullable Map<String, String> properties;

    Columns(Arguments arguments) {
        for (Option option : DEFAULTS.keySet()) {
            arguments.first(option).filter(column -> !column.equals(NONE)).ifPresent(given::add);
        }
        DEFAULTS.forEach((option, name) -> {
            String column = arguments.first(option).orElse(given.contains(name) ? NONE : name);
            if (!column.equals(NONE)) {
                names.put(option, column);
            }
        });
        Optional<List<String>> kept = arguments.list(Option.PROPERTIES);
        properties = kept.isPresent() ? properties(kept.get()) : null;
        if (properties != null) {
            given.addAll(properties.keySet());
        }
    }

    /** The text of a part of the event, or null if the row has none. */
    @Nullable
    String text(Row row, Option part) {
        String column = names.get(part);
        Object value = column == null ? null : row.fields().get(column);
        return value == null ? null : value.toString();
    }

    /** The name of the column that holds a part of the event, or {@code none}. */
    String name(Option part) {
        return names.getOrDefault(part, NONE);
    }

    /** The columns of a row that are kept as properties, by the name that each gets. */
    Map<String, @Nullable Object> rest(Row row) {
        Map<String, @Nullable Object> rest = new LinkedHashMap<>();
        if (properties == null) {
            rest.putAll(row.fields());
            names.values().forEach(rest::remove);
        } else {
            properties.forEach((column, target) -> {
                if (row.fields().containsKey(column)) {
                    rest.put(target, row.fields().get(column));
                }
            });
        }
        return rest;
    }

    /**
     * Checks that every column which the command line names is there.
     *
     * @param columns the file's, or an empty list if each record brings its own
     * @throws UsageException if one is missing
     */
    void check(List<String> columns) {
        List<String> missing = new ArrayList<>(given);
        missing.removeAll(columns);
        if (!columns.isEmpty() && !missing.isEmpty()) {
            throw new UsageException("the file has no column %s; it has %s"
                    .formatted(String.join(", ", missing), String.join(", ", columns)));
        }
    }

    private static Map<String, String> properties(List<String> kept) {
        Map<String, String> targets = new LinkedHashMap<>();
        for (String entry : kept.equals(List.of(NONE)) ? List.<String>of() : kept) {
            String[] parts = entry.split("=", -1);
            String target = parts[parts.length - 1];
            if (parts.length > 2 || parts[0].isEmpty() || target.isEmpty()) {
                throw new UsageException("--properties takes A,B=C, not " + UnreadableException.quote(entry));
            }
            targets.put(parts[0], target);
        }
        return targets;
    }
}
