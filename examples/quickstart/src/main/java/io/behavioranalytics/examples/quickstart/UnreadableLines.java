package io.behavioranalytics.examples.quickstart;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** Counts the lines that could not become events, and keeps the first few with their reasons. */
final class UnreadableLines {
    private static final int KEPT = 10;

    /**
     * One such line.
     *
     * @param line its number
     * @param reason why, for people
     */
    record UnreadableLine(long line, String reason) {}

    private final boolean fatal;
    private final List<UnreadableLine> first = new ArrayList<>();
    private long count;

    /** Makes a collection to which the first line is fatal, or none is. */
    UnreadableLines(boolean fatal) {
        this.fatal = fatal;
    }

    /**
     * Takes note of a line.
     *
     * @throws UsageException if lines must be readable
     */
    void add(long line, String reason) {
        if (fatal) {
            throw new UsageException("line " + line + ": " + reason);
        }
        count++;
        if (first.size() < KEPT) {
            first.add(new UnreadableLine(line, reason));
        }
    }

    long count() {
        return count;
    }

    List<UnreadableLine> first() {
        return List.copyOf(first);
    }

    /** Prints how many there are, and the first few with their reasons. */
    void print(PrintStream out) {
        out.println("Unreadable lines: " + count);
        if (!first.isEmpty()) {
            TextTable table = new TextTable(">line", "reason");
            first.forEach(line -> table.row(line.line(), line.reason()));
            table.print(out);
        }
    }
}
