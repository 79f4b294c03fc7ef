package io.behavioranalytics.jdbc;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A statement that takes many rows at once: PostgreSQL gets each column as an array, or plain insertions of many rows as a COPY, H2
 * the rows one after another.
 *
 * @param postgres the statement for PostgreSQL, with one array parameter for each column
 * @param copy the same as a COPY in binary format, null if it is more than an insertion
 * @param h2 the statement for H2, with one parameter for each column
 * @param types the columns' types, in the order of the parameters
 */
record Bulk(String postgres, @Nullable String copy, String h2, List<ColumnType> types) {
    /** Copies the types. */
    Bulk {
        types = List.copyOf(types);
    }

    /**
     * The rows of a statement on their way to PostgreSQL, as a table to select from.
     *
     * @param columns the columns
     * @return {@code unnest(...) as u(...)}
     */
    static String rows(Column... columns) {
        return "unnest(" + join(columns, column -> "?") + ") as u(" + join(columns, Column::name) + ")";
    }

    /**
     * A plain insertion.
     *
     * @param table the table with its schema
     * @param columns the columns
     * @return the statement
     */
    static Bulk insert(String table, Column... columns) {
        String target = table + " (" + join(columns, Column::name) + ") ";
        return new Bulk(
                "insert into " + target + "select " + join(columns, Column::fromPostgresRow) + " from " + rows(columns),
                "copy " + target + "from stdin with (format binary)",
                "insert into " + target + "values (" + join(columns, Column::h2Parameter) + ")",
                types(columns));
    }

    /**
     * A statement in both dialects.
     *
     * @param postgres for PostgreSQL
     * @param h2 for H2
     * @param columns the columns
     * @return the statement
     */
    static Bulk of(String postgres, String h2, Column... columns) {
        return new Bulk(postgres, null, h2, types(columns));
    }

    private static List<ColumnType> types(Column... columns) {
        List<ColumnType> types = new ArrayList<>();
        for (Column column : columns) {
            types.add(column.type());
        }
        return types;
    }

    private static String join(Column[] columns, java.util.function.Function<Column, String> part) {
        return List.of(columns).stream().map(part).collect(Collectors.joining(", "));
    }

    /**
     * A column that rows are written to.
     *
     * @param name its name
     * @param type its type
     */
    record Column(String name, ColumnType type) {
        /** The column's value in {@link Bulk#rows}, as its own type. */
        String fromPostgresRow() {
            return switch (type) {
                case JSONB -> "cast(u." + name + " as jsonb)";
                case JSON -> "cast(u." + name + " as json)";
                case TEXTS -> "string_to_array(u." + name + ", U&'\\001f')";
                default -> "u." + name;
            };
        }

        /** The column's parameter in H2. */
        String h2Parameter() {
            return type == ColumnType.JSON || type == ColumnType.JSONB ? "? format json" : "?";
        }
    }
}
