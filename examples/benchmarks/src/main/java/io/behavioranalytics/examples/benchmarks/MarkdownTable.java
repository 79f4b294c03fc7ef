package io.behavioranalytics.examples.benchmarks;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** A table that reads well in a terminal and is Markdown; columns behind the first few are aligned to the right. */
final class MarkdownTable {
    private final int words;
    private final List<List<String>> rows = new ArrayList<>();

    /**
     * Names the columns.
     *
     * @param words how many columns at the left are words
     */
    MarkdownTable(int words, String... titles) {
        this.words = words;
        rows.add(List.of(titles));
    }

    void row(String... cells) {
        if (cells.length != rows.get(0).size()) {
            throw new IllegalArgumentException(cells.length + " cells for " + rows.get(0));
        }
        rows.add(List.of(cells));
    }

    void print(PrintStream out) {
        for (int i = 0; i < rows.size(); i++) {
            StringBuilder line = new StringBuilder("|");
            for (int column = 0; column < rows.get(i).size(); column++) {
                String cell = rows.get(i).get(column);
                String gap = " ".repeat(width(column) - cell.length());
                line.append(' ')
                        .append(column < words ? cell + gap : gap + cell)
                        .append(" |");
            }
            out.println(line);
            if (i == 0) {
                rule(out);
            }
        }
        out.println();
        out.flush();
    }

    private void rule(PrintStream out) {
        StringBuilder line = new StringBuilder("|");
        for (int column = 0; column < rows.get(0).size(); column++) {
            String dashes = "-".repeat(width(column));
            line.append(column < words ? " " + dashes + " |" : " " + dashes + ":|");
        }
        out.println(line);
    }

    private int width(int column) {
        return rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
    }
}
