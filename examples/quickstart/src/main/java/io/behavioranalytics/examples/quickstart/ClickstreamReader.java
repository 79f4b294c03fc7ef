package io.behavioranalytics.examples.quickstart;

import io.behavioranalytics.examples.quickstart.Rows.Format;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads a clickstream: CSV, columns between blanks, or JSON lines; plain or gzip. The options say what is where. */
final class ClickstreamReader {
    private static final long MOST = 999_999_999_999L;

    private final Format format;
    private final @Nullable Character separator;
    private final @Nullable List<String> header;
    private final Columns columns;
    private final TypeMapping types;
    private final TimeFormat times;
    private final boolean failOnError;
    private final long limit;
    private final long mostErrors;
    private final PrintStream err;

    /**
     * Takes what it needs from the command line.
     *
     * @throws UsageException if an option makes no sense
     */
    ClickstreamReader(Arguments arguments, PrintStream err) {
        this.err = err;
        format = choice(arguments, Option.FORMAT, Format.AUTO, Format.class);
        separator = arguments
                .first(Option.SEPARATOR)
                .map(ClickstreamReader::separator)
                .orElse(null);
        header = arguments.list(Option.COLUMNS).orElse(null);
        columns = new Columns(arguments);
        types = TypeMapping.of(arguments);
        times = TimeFormat.of(arguments.first(Option.TIME_FORMAT).orElse("iso"), arguments.zone());
        failOnError = choice(arguments, Option.ON_ERROR, OnError.SKIP, OnError.class) == OnError.FAIL;
        limit = arguments.number(Option.LIMIT, MOST, MOST);
        mostErrors = arguments.number(Option.MOST_ERRORS, MOST, MOST);
    }

    private enum OnError {
        SKIP,
        FAIL
    }

    /**
     * Reads to the end and sorts by time; lines of one instant keep their order.
     *
     * @param source the file's name
     * @throws IOException if the file breaks off, such as a cut gzip
     * @throws UsageException if a column is missing, or a line is unreadable and that is fatal
     */
    Clickstream read(String source, InputStream in) throws IOException {
        UnreadableLines unreadable = new UnreadableLines(failOnError, mostErrors, err);
        List<InputEvent> events = new ArrayList<>();
        try (Lines lines = Lines.open(in)) {
            Rows rows = Rows.of(lines, format, separator, header);
            columns.check(rows.columns());
            EventReader reader = new EventReader(columns, types, times);
            for (long count = 0; count < limit; count++) {
                Row row = rows.next();
                if (row == null) {
                    break;
                }
                try {
                    events.add(reader.read(row));
                } catch (UnreadableException e) {
                    unreadable.add(row.line(), e.reason());
                }
            }
        }
        events.sort(Comparator.comparing(InputEvent::timestamp)); // stable
        return new Clickstream(source, List.copyOf(events), unreadable, types.catalog());
    }

    private static char separator(String text) {
        return switch (text) {
            case "comma", "," -> ',';
            case "semicolon", ";" -> ';';
            case "tab", "\t", "\\t" -> '\t';
            default ->
                throw new UsageException(
                        "--separator takes comma, semicolon or tab, not " + UnreadableException.quote(text));
        };
    }

    private static <E extends Enum<E>> E choice(Arguments arguments, Option option, E otherwise, Class<E> type) {
        String text = arguments.first(option).orElse(otherwise.name().toLowerCase(Locale.ROOT));
        for (E choice : type.getEnumConstants()) {
            if (choice.name().toLowerCase(Locale.ROOT).equals(text)) {
                return choice;
            }
        }
        throw new UsageException(
                option.flag() + " takes " + option.argument() + ", not " + UnreadableException.quote(text));
    }
}
