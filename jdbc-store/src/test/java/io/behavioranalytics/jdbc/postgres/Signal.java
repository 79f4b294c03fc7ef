package io.behavioranalytics.jdbc.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A signal of the operating system that {@link ProcessHandle} cannot send. */
enum Signal {
    INT,
    QUIT,
    KILL,
    STOP,
    CONT;

    private static final Duration SEND_LIMIT = Duration.ofSeconds(60);

    /**
     * Sends this signal to the processes. One that has ended meanwhile is passed over.
     *
     * @param processes who gets it
     * @throws IllegalStateException if the shell that sends it cannot run or does not end
     */
    void send(Collection<ProcessHandle> processes) {
        if (processes.isEmpty()) {
            return;
        }
        // The shell's own kill: a slim image has no other.
        StringBuilder script = new StringBuilder();
        for (ProcessHandle process : processes) {
            script.append("kill -")
                    .append(name())
                    .append(' ')
                    .append(process.pid())
                    .append(" 2>/dev/null;");
        }
        script.append("exit 0");
        run(List.of("sh", "-c", script.toString()));
    }

    /**
     * Stops a process and all that came from it, the root first so that nothing new comes from it, until the operating
     * system says that all stand still.
     *
     * @param root the process to begin at
     */
    static void freeze(ProcessHandle root) {
        List<ProcessHandle> frozen = new ArrayList<>();
        List<ProcessHandle> fresh = List.of(root);
        while (!fresh.isEmpty()) {
            STOP.send(fresh);
            frozen.addAll(fresh);
            List<ProcessHandle> standing = fresh;
            await(Duration.ofSeconds(30), () -> standing.stream().allMatch(process -> isIn(process, "TtZX")));
            fresh = root.descendants()
                    .filter(process -> !frozen.contains(process))
                    .toList();
        }
    }

    /**
     * Lets a process that was frozen and all that came from it go on.
     *
     * @param root the process to begin at
     */
    static void thaw(ProcessHandle root) {
        List<ProcessHandle> tree = new ArrayList<>(root.descendants().toList());
        tree.add(root);
        CONT.send(tree);
    }

    /**
     * Says whether a process is gone; one that nobody has buried yet counts as gone.
     *
     * @param process the process
     * @return whether it runs no more
     */
    static boolean isGone(ProcessHandle process) {
        return !process.isAlive() || (hasStates() && isIn(process, "ZX"));
    }

    /**
     * Polls until a condition about other processes holds; they tell nobody, so there is nothing to wait on.
     *
     * @param limit the longest wait
     * @param condition what is waited for
     * @return whether it came to hold in time
     */
    static boolean await(Duration limit, BooleanSupplier condition) {
        long deadline = System.nanoTime() + limit.toNanos();
        boolean interrupted = false;
        try {
            while (!condition.getAsBoolean()) {
                if (System.nanoTime() - deadline > 0) {
                    return false;
                }
                try {
                    TimeUnit.MILLISECONDS.sleep(5);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            return true;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static boolean hasStates() {
        return Files.exists(Path.of("/proc/self/stat"));
    }

    /** Whether /proc shows the process in one of the states; where there is no /proc, or no such process, yes. */
    private static boolean isIn(ProcessHandle process, String states) {
        if (!hasStates()) {
            return true;
        }
        try {
            String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
            // The name in brackets may hold anything; the state follows the last bracket.
            return states.indexOf(stat.charAt(stat.lastIndexOf(')') + 2)) >= 0;
        } catch (IOException e) {
            return true;
        }
    }

    private static void run(List<String> command) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!await(SEND_LIMIT, () -> !process.isAlive())) {
                process.destroyForcibly();
                throw new IllegalStateException(command + " did not end within " + SEND_LIMIT);
            }
        } catch (IOException e) {
            throw new IllegalStateException("cannot run " + command, e);
        }
    }
}
