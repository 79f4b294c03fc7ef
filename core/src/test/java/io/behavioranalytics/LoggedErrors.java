package io.behavioranalytics;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Takes what is logged as an error while it is open, for tests that provoke one: it stays out of the build's output, where each
 * error is a finding.
 */
final class LoggedErrors implements AutoCloseable {
    private final PrintStream before = System.err;
    private final ByteArrayOutputStream taken = new ByteArrayOutputStream();

    LoggedErrors() {
        System.setErr(new PrintStream(taken, true, StandardCharsets.UTF_8));
    }

    /** The messages, without thread, logger and stack. */
    List<String> messages() {
        return taken.toString(StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.contains(" ERROR "))
                .map(line -> line.substring(line.indexOf(" - ") + 3))
                .toList();
    }

    @Override
    public void close() {
        System.setErr(before);
    }
}
