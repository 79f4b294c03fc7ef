package io.behavioranalytics.examples.quickstart;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Counts the lines that could not become events, tells each with its reason as it comes, and keeps the first few for the report.
 */
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
    private final long most;
    private final PrintStream told;
    private final List<UnreadableLine> first = new ArrayList<>();
    private long count;

    /**
     * Makes a collection.
     *
     * @param fatal whether the first line is fatal
     * @param most how many are told as they come; the others are counted only
     * @param told where
     */
    UnreadableLines(boolean fatal, long most, PrintStream told) {
        this.fatal = fatal;
        this.most = most;
        this.told = told;
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
        if (count <= most) {
            told.println("line " + line + ": " + reason);
        } else if (count == most + 1) {
            told.println("more than " + most + " unreadable lines: the others are only counted");
        }
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
        out.println("Unreadable lines: " + count + (count > KEPT ? ", the first " + KEPT + " of them:" : ""));
        if (!first.isEmpty()) {
            TextTable table = new TextTable(">line", "reason");
            first.forEach(line -> table.row(line.line(), line.reason()));
            table.print(out);
        }
    }
}
