package io.behavioranalytics.examples.quickstart;

import io.behavioranalytics.examples.quickstart.Lines.Line;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Records of fields between separators: CSV by RFC 4180 (a quoted field may hold separators, doubled quotes and ends of
 * line), or columns between runs of blanks, without quotes.
 *
 * <p>Strict: a quote out of place and a wrong number of fields make the record unreadable, never a guess. Empty lines are
 * passed over.
 */
final class DelimitedRows implements Rows {
    /** Stands for runs of blanks. */
    static final char BLANKS = ' ';

    /** A quote that is still open after so many lines was a stray one: only its own line is given up. */
    private static final int MAX_LINES = 100;

    private final Lines lines;
    private final char separator;
    private final List<String> columns;

    /** Takes the names of the columns, or reads them from the first line that is not empty. */
    DelimitedRows(Lines lines, char separator, @Nullable List<String> columns) throws IOException {
        this.lines = lines;
        this.separator = separator;
        this.columns = columns != null ? List.copyOf(columns) : header();
        if (new HashSet<>(this.columns).size() < this.columns.size()) {
            throw new UsageException("a column is named twice: " + String.join(", ", this.columns));
        }
    }

    /** The separator that a line seems to use: the most frequent of comma, semicolon and tab, else blanks. */
    static char separator(String line) {
        char best = BLANKS;
        long most = 0;
        for (char candidate : new char[] {',', ';', '\t'}) {
            long count = line.chars().filter(c -> c == candidate).count();
            if (count > most) {
                most = count;
                best = candidate;
            }
        }
        return best;
    }

    @Override
    public List<String> columns() {
        return columns;
    }

    @Override
    public @Nullable Row next() throws IOException {
        Line line = nextFilled();
        if (line == null) {
            return null;
        }
        if (line.problem() != null) {
            return Row.unreadable(line.number(), "", line.problem());
        }
        String text = line.text();
        try {
            text = separator == BLANKS ? text : withContinuation(line);
            List<String> fields = split(text);
            if (fields.size() != columns.size()) {
                throw new UnreadableException("%d fields where %d are expected: %s"
                        .formatted(fields.size(), columns.size(), UnreadableException.quote(text)));
            }
            Map<String, @Nullable Object> named = new LinkedHashMap<>();
            for (int i = 0; i < fields.size(); i++) {
                if (!fields.get(i).isEmpty()) {
                    named.put(columns.get(i), fields.get(i));
                }
            }
            return Row.of(line.number(), text, named, true);
        } catch (UnreadableException e) {
            return Row.unreadable(line.number(), text, e.reason());
        }
    }

    private List<String> header() throws IOException {
        Line line = nextFilled();
        if (line == null) {
            return List.of();
        }
        try {
            if (line.problem() != null) {
                throw new UnreadableException(line.problem());
            }
            return split(line.text()).stream().map(String::strip).toList();
        } catch (UnreadableException e) {
            throw new UsageException("the header line cannot be read: " + e.reason());
        }
    }

    private @Nullable Line nextFilled() throws IOException {
        Line line = lines.next();
        while (line != null && line.problem() == null && line.text().isBlank()) {
            line = lines.next();
        }
        return line;
    }

    /** A record goes on while its number of quotes is odd. */
    private String withContinuation(Line first) throws IOException, UnreadableException {
        if (!oddQuotes(first.text())) {
            return first.text();
        }
        StringBuilder record = new StringBuilder(first.text());
        List<Line> taken = new ArrayList<>();
        boolean closed = false;
        while (!closed && taken.size() < MAX_LINES && record.length() < Lines.MAX_BYTES) {
            Line more = lines.next();
            if (more == null) {
                break;
            }
            taken.add(more);
            record.append('\n').append(more.text());
            closed = more.problem() == null && oddQuotes(more.text());
        }
        if (!closed) {
            lines.pushBack(taken);
            throw new UnreadableException("a quote is never closed: " + UnreadableException.quote(first.text()));
        }
        return record.toString();
    }

    private static boolean oddQuotes(String text) {
        return text.chars().filter(c -> c == '"').count() % 2 == 1;
    }

    private List<String> split(String text) throws UnreadableException {
        return separator == BLANKS ? List.of(text.strip().split("[ \\t]+")) : splitQuoted(text);
    }

    private List<String> splitQuoted(String text) throws UnreadableException {
        List<String> fields = new ArrayList<>();
        int start = 0;
        while (start <= text.length()) {
            int end;
            if (start < text.length() && text.charAt(start) == '"') {
                end = closingQuote(text, start) + 1;
                if (end < text.length() && text.charAt(end) != separator) {
                    throw new UnreadableException("text after the closing quote of field " + (fields.size() + 1));
                }
                fields.add(text.substring(start + 1, end - 1).replace("\"\"", "\""));
            } else {
                int next = text.indexOf(separator, start);
                end = next < 0 ? text.length() : next;
                String field = text.substring(start, end);
                if (field.indexOf('"') >= 0) {
                    throw new UnreadableException(
                            "a quote inside field " + (fields.size() + 1) + ", which is not quoted");
                }
                fields.add(field);
            }
            start = end + 1;
        }
        return fields;
    }

    private static int closingQuote(String text, int opening) throws UnreadableException {
        int quote = text.indexOf('"', opening + 1);
        while (quote >= 0 && quote + 1 < text.length() && text.charAt(quote + 1) == '"') {
            quote = text.indexOf('"', quote + 2);
        }
        if (quote < 0) {
            throw new UnreadableException("a quote is never closed: " + UnreadableException.quote(text));
        }
        return quote;
    }
}
