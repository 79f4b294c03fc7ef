package io.behavioranalytics.examples.quickstart;

import io.behavioranalytics.examples.quickstart.Lines.Line;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The records of a file, whatever their format. */
interface Rows {
    /** The formats; AUTO looks at the first line. */
    enum Format {
        AUTO,
        CSV,
        WHITESPACE,
        JSON
    }

    /** The next record, or null at the end. */
    @Nullable
    Row next() throws IOException;

    /** The names of the columns, or an empty list if every record brings its own. */
    List<String> columns();

    /**
     * Reads records of a format.
     *
     * @param separator what stands between the fields of CSV, or null to find out
     * @param columns the names of the columns of a file without a header line, or null if the first line names them
     */
    static Rows of(Lines lines, Format format, @Nullable Character separator, @Nullable List<String> columns)
            throws IOException {
        Line first = lines.peek();
        String sample = first == null ? "" : first.text();
        Format chosen = format;
        if (chosen == Format.AUTO) {
            boolean json = sample.stripLeading().startsWith("{");
            boolean separated = separator != null || DelimitedRows.separator(sample) != DelimitedRows.BLANKS;
            chosen = json ? Format.JSON : separated ? Format.CSV : Format.WHITESPACE;
        }
        return switch (chosen) {
            case JSON -> new JsonRows(lines);
            case WHITESPACE -> new DelimitedRows(lines, DelimitedRows.BLANKS, columns);
            default ->
                new DelimitedRows(lines, separator != null ? separator : DelimitedRows.separator(sample), columns);
        };
    }
}
