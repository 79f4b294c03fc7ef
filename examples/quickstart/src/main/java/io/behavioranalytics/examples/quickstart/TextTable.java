package io.behavioranalytics.examples.quickstart;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A table of text with aligned columns; whole numbers get separators between thousands. */
final class TextTable {
    private static final String INDENT = "  ";

    private final List<String> titles = new ArrayList<>();
    private final List<Boolean> right = new ArrayList<>();
    private final List<List<String>> rows = new ArrayList<>();

    /** Names the columns; a title that starts with {@code >} is of a column aligned to the right. */
    TextTable(List<String> titles) {
        for (String title : titles) {
            boolean aligned = title.startsWith(">");
            right.add(aligned);
            this.titles.add(aligned ? title.substring(1) : title);
        }
    }

    TextTable(String... titles) {
        this(List.of(titles));
    }

    TextTable row(Object... cells) {
        return row(List.of(cells));
    }

    TextTable row(List<?> cells) {
        if (cells.size() != titles.size()) {
            throw new IllegalArgumentException(cells.size() + " cells in a table of " + titles.size() + " columns");
        }
        rows.add(cells.stream().map(TextTable::text).toList());
        return this;
    }

    boolean isEmpty() {
        return rows.isEmpty();
    }

    void print(PrintStream out) {
        print(titles, out);
        rows.forEach(row -> print(row, out));
    }

    /** A share in percent, with one digit after the point. */
    static String percent(long part, long whole) {
        return whole == 0 ? "-" : String.format(Locale.ROOT, "%.1f %%", 100.0 * part / whole);
    }

    static String decimal(double value) {
        return String.format(Locale.ROOT, "%,.2f", value);
    }

    private void print(List<String> cells, PrintStream out) {
        StringBuilder line = new StringBuilder(INDENT);
        for (int column = 0; column < cells.size(); column++) {
            String cell = cells.get(column);
            String gap = " ".repeat(width(column) - length(cell));
            line.append(right.get(column) ? gap + cell : cell + gap).append(INDENT);
        }
        out.println(line.toString().stripTrailing());
    }

    private int width(int column) {
        int width = length(titles.get(column));
        for (List<String> row : rows) {
            width = Math.max(width, length(row.get(column)));
        }
        return width;
    }

    private static int length(String text) {
        return text.codePointCount(0, text.length());
    }

    private static String text(Object cell) {
        return cell instanceof Number number ? String.format(Locale.ROOT, "%,d", number.longValue()) : cell.toString();
    }
}
