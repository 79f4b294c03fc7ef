package io.behavioranalytics.examples.quickstart;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Runs the example in this virtual machine and keeps what it prints. */
final class Terminal {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    /** Runs it, away from a terminal, and tells its exit code. */
    int run(String... args) {
        return Main.run(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                false,
                args);
    }

    String out() {
        return text(out);
    }

    String err() {
        return text(err);
    }

    /** Forgets what was printed to standard output. */
    void clear() {
        out.reset();
    }

    /** The lines under a heading. */
    String section(String heading) {
        return Arrays.stream(out().split("\n\n"))
                .filter(section -> section.startsWith(heading + "\n"))
                .map(section -> section.substring(heading.length() + 1))
                .map(section -> section.endsWith("\n") ? section : section + "\n")
                .findFirst()
                .orElseThrow(() -> new AssertionError("no section '" + heading + "' in\n" + out()));
    }

    private static String text(ByteArrayOutputStream bytes) {
        return bytes.toString(StandardCharsets.UTF_8).replace(System.lineSeparator(), "\n");
    }
}
