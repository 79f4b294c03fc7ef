package io.behavioranalytics.jdbc.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Under which user the server's programs run; PostgreSQL refuses to be root. */
enum RunAs {
    /** As the user of this JVM. */
    SELF,
    /** In a user namespace where root is nobody; the files stay root's. */
    UNSHARE,
    /** As the user nobody, by setpriv. */
    SETPRIV,
    /** As the user nobody, by su. */
    SU;

    private static final Duration TRIAL_LIMIT = Duration.ofMinutes(1);

    /** Whether the files must be given to nobody before a program may use them. */
    boolean needsOwnFiles() {
        return this == SETPRIV || this == SU;
    }

    /**
     * Puts the change of user in front of a command. Each form replaces itself by the command, except su.
     *
     * @param command the program and its arguments
     * @return the command to start
     */
    List<String> command(List<String> command) {
        List<String> whole = new ArrayList<>();
        switch (this) {
            case SELF -> {}
            case UNSHARE -> whole.addAll(List.of("unshare", "-U"));
            case SETPRIV -> whole.addAll(List.of("setpriv", "--reuid=nobody", "--regid=65534", "--clear-groups"));
            case SU -> {
                StringBuilder line = new StringBuilder("exec");
                for (String word : command) {
                    line.append(" '").append(word.replace("'", "'\\''")).append('\'');
                }
                return List.of("su", "-s", "/bin/sh", "nobody", "-c", line.toString());
            }
        }
        whole.addAll(command);
        return whole;
    }

    /**
     * Finds the first form that works here.
     *
     * @param program a program to try it on, which must be reachable for that user
     * @param scratch a folder of this JVM
     * @return the form
     * @throws IllegalStateException if none works
     */
    static RunAs firstThatWorks(Path program, Path scratch) {
        if (!isRoot(scratch)) {
            return SELF;
        }
        StringBuilder tried = new StringBuilder();
        for (RunAs form : List.of(UNSHARE, SETPRIV, SU)) {
            List<String> command = form.command(List.of(program.toString(), "--version"));
            String refusal = refusal(command);
            if (refusal == null) {
                return form;
            }
            tried.append("\n  ").append(String.join(" ", command)).append(": ").append(refusal);
        }
        throw new IllegalStateException("PostgreSQL refuses to run as root, and no change of user works:" + tried);
    }

    /** All forms that work here, at least one. */
    static List<RunAs> thatWork(Path program, Path scratch) {
        if (!isRoot(scratch)) {
            return List.of(SELF);
        }
        return Stream.of(UNSHARE, SETPRIV, SU)
                .filter(form -> refusal(form.command(List.of(program.toString(), "--version"))) == null)
                .toList();
    }

    private static boolean isRoot(Path scratch) {
        try {
            return Integer.valueOf(0).equals(Files.getAttribute(scratch, "unix:uid"));
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    private static @Nullable String refusal(List<String> command) {
        Process process;
        try {
            process = new ProcessBuilder(command)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
        if (!Signal.await(TRIAL_LIMIT, () -> !process.isAlive())) {
            process.destroyForcibly();
            return "no end within " + TRIAL_LIMIT;
        }
        return process.exitValue() == 0 ? null : "exit code " + process.exitValue();
    }
}
