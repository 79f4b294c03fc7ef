package io.behavioranalytics.examples.quickstart;

import java.io.PrintStream;
import java.time.Instant;
import java.util.Locale;

/** Says how far the work is: one line that is written over on a terminal, else a line now and then. */
final class Progress {
    private final PrintStream out;
    private final boolean terminal;
    private final long total;
    private final long step;
    private boolean open;

    /** Expects so many events. */
    Progress(PrintStream out, boolean terminal, long total) {
        this.out = out;
        this.terminal = terminal;
        this.total = total;
        step = terminal ? Math.max(1, total / 200) : Math.max(1_000, total / 10);
    }

    /** Is told of every event; prints seldom. */
    void at(long done, Instant clock) {
        if (done % step == 0 || done == total) {
            String line = String.format(
                    Locale.ROOT,
                    "replayed %,d of %,d events (%d %%), clock %s",
                    done,
                    total,
                    100 * done / total,
                    clock);
            if (terminal) {
                out.print("\r" + line + "   ");
                out.flush();
                open = true;
            } else {
                out.println(line);
            }
        }
    }

    /** Ends the line that was written over. */
    void end() {
        if (open) {
            out.println();
        }
    }
}
