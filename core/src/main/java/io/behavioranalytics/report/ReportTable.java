package io.behavioranalytics.report;

import io.behavioranalytics.json.Json;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A part of a report as rows and columns. Immutable.
 *
 * @param name what it is a table of, in camel case
 * @param columns the names of the columns
 * @param rows the cells of each row, as many as there are columns: {@code String}, {@code Long}, {@code Double}, {@code BigDecimal},
 *     {@code Boolean}, or null where there is nothing to say
 */
public record ReportTable(String name, List<String> columns, List<List<@Nullable Object>> rows) {
    /** What spreadsheets take for the beginning of a formula, some of them in full width too, or skip before one. */
    private static final String FORMULA = "=+-@\uff1d\uff0b\uff0d\uff20\t\r\n\0";

    /**
     * Copies the cells.
     *
     * @throws IllegalArgumentException if a row has more or fewer cells than there are columns
     */
    public ReportTable {
        columns = List.copyOf(columns);
        List<List<@Nullable Object>> copy = new ArrayList<>(rows.size());
        for (List<@Nullable Object> row : rows) {
            if (row.size() != columns.size()) {
                throw new IllegalArgumentException(
                        "a row of " + row.size() + " cells in a table of " + columns.size() + " columns");
            }
            copy.add(Collections.unmodifiableList(new ArrayList<>(row)));
        }
        rows = Collections.unmodifiableList(copy);
    }

    /**
     * The rows as the fields of JSON objects.
     *
     * @return a map of each row by the names of the columns
     */
    public List<Map<String, @Nullable Object>> toMaps() {
        List<Map<String, @Nullable Object>> maps = new ArrayList<>(rows.size());
        for (List<@Nullable Object> row : rows) {
            Map<String, @Nullable Object> map = new LinkedHashMap<>();
            for (int i = 0; i < columns.size(); i++) {
                map.put(columns.get(i), row.get(i));
            }
            maps.add(map);
        }
        return maps;
    }

    /**
     * The table as CSV (RFC 4180), with a line of names first and CR LF after each line. A text that a spreadsheet would take for a
     * formula, also behind blanks, gets an apostrophe before it; numbers stay as they are, negative ones too. Half a surrogate pair, which
     * no file can hold, becomes U+FFFD.
     *
     * @return the lines
     */
    public String toCsv() {
        StringBuilder out = new StringBuilder();
        line(columns, out);
        rows.forEach(row -> line(row, out));
        return out.toString();
    }

    private static void line(List<? extends @Nullable Object> cells, StringBuilder out) {
        for (int i = 0; i < cells.size(); i++) {
            if (i > 0) {
                out.append(',');
            }
            Object cell = cells.get(i);
            out.append(cell instanceof String text ? quoted(text) : plain(cell));
        }
        out.append("\r\n");
    }

    private static String quoted(String text) {
        String safe = isFormula(text) ? "'" + whole(text) : whole(text);
        boolean quotes = false;
        for (int i = 0; i < safe.length() && !quotes; i++) {
            char c = safe.charAt(i);
            quotes = c == '"' || c == ',' || c < ' ';
        }
        return quotes ? '"' + safe.replace("\"", "\"\"") + '"' : safe;
    }

    private static boolean isFormula(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (FORMULA.indexOf(c) >= 0) {
                return true;
            }
            boolean blank =
                    Character.isSpaceChar(c) || Character.isWhitespace(c) || Character.getType(c) == Character.FORMAT;
            if (!blank) {
                return false;
            }
        }
        return false;
    }

    private static String whole(String text) {
        if (text.chars().noneMatch(c -> Character.isSurrogate((char) c))) {
            return text;
        }
        StringBuilder whole = new StringBuilder(text.length());
        text.codePoints()
                .map(point -> point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE ? 0xfffd : point)
                .forEach(whole::appendCodePoint);
        return whole.toString();
    }

    private static String plain(@Nullable Object cell) {
        if (cell == null) {
            return "";
        }
        Object shown = cell instanceof Double number ? Json.fromDouble(number) : cell;
        return shown instanceof BigDecimal decimal ? decimal.toPlainString() : shown.toString();
    }

    /**
     * The table for people to read: columns side by side, numbers to at most four decimals, a dash for nothing.
     *
     * @return lines of text
     */
    public String toText() {
        List<List<String>> cells = new ArrayList<>();
        cells.add(columns);
        for (List<@Nullable Object> row : rows) {
            cells.add(row.stream().map(ReportTable::shown).toList());
        }
        int[] widths = new int[columns.size()];
        boolean[] numeric = new boolean[widths.length];
        for (int i = 0; i < widths.length; i++) {
            numeric[i] = isNumeric(i);
        }
        for (List<String> row : cells) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        StringBuilder out = new StringBuilder(name).append('\n');
        for (List<String> row : cells) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                String pad = " ".repeat(widths[i] - row.get(i).length());
                line.append("  ").append(numeric[i] ? pad + row.get(i) : row.get(i) + pad);
            }
            out.append(line.toString().stripTrailing()).append('\n');
        }
        return out.toString();
    }

    private boolean isNumeric(int column) {
        return rows.stream().map(row -> row.get(column)).allMatch(cell -> cell == null || cell instanceof Number);
    }

    private static String shown(@Nullable Object cell) {
        if (cell == null) {
            return "-";
        }
        if (cell instanceof Double number) {
            BigDecimal rounded = BigDecimal.valueOf(number).setScale(4, java.math.RoundingMode.HALF_EVEN);
            return (rounded.signum() == 0 ? BigDecimal.ZERO : rounded.stripTrailingZeros()).toPlainString();
        }
        if (cell instanceof String text) {
            // A line stays a line, whatever an event holds.
            StringBuilder line = new StringBuilder(whole(text));
            for (int i = 0; i < line.length(); i++) {
                if (Character.isISOControl(line.charAt(i))) {
                    line.setCharAt(i, '?');
                }
            }
            return line.toString();
        }
        return plain(cell);
    }
}
