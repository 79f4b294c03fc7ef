package io.behavioranalytics.jdbc.postgres;

import java.io.ByteArrayOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A second JVM on this one's class path, to be killed or frozen at any instant.
 *
 * <p>What it prints by {@link #acknowledge(String)} is read as it comes; each whole line is one thing that the child has
 * told the world, and whatever is in the pipe when it dies still counts. It ends when this JVM does, however that comes
 * about. It has this JVM's system properties that begin with {@code behavior.}, so that it does as much as this one expects. All
 * methods may be called by any thread, and all waits are bounded.
 */
public final class ChildJvm implements AutoCloseable {
    private static final Duration END_LIMIT = Duration.ofMinutes(2);
    private static final int ERRORS_TAIL = 8_000;
    private static final String PROPERTIES = "behavior.";
    private static final String FOLDER_PROPERTY = "behavior.child.folder";

    private final Process process;
    private final Path folder;
    private final List<String> lines = new ArrayList<>();
    private final Thread reader;

    private ChildJvm(Builder builder) {
        try {
            folder = Files.createTempDirectory("behavior-analytics-child-");
            Path classPath = folder.resolve("classpath.args");
            Files.writeString(classPath, "-cp\n\"" + classPath().replace("\\", "\\\\") + "\"\n");
            List<String> command = new ArrayList<>();
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            // A child lives for seconds: what matters is that it starts soon and leaves the cores to the others.
            command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto"));
            System.getProperties().stringPropertyNames().stream()
                    .filter(name -> name.startsWith(PROPERTIES))
                    .forEach(name -> command.add("-D" + name + "=" + System.getProperty(name)));
            // Its own, behind that of a parent that is a child itself: the last one counts.
            command.add("-D" + FOLDER_PROPERTY + "=" + folder);
            command.addAll(builder.options);
            command.add("@" + classPath);
            command.add(Launcher.class.getName());
            command.add(builder.main.getName());
            command.addAll(builder.arguments);
            process = new ProcessBuilder(command)
                    .redirectError(folder.resolve("errors.log").toFile())
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start a second JVM", e);
        }
        reader = new Thread(this::readLines, "child-jvm-" + process.pid());
        reader.setDaemon(true);
        reader.start();
    }

    /**
     * Describes a child.
     *
     * @param main a class with a main method on this JVM's class path
     * @param arguments what it is given
     * @return a builder
     */
    public static Builder of(Class<?> main, String... arguments) {
        return new Builder(main, List.of(arguments));
    }

    /**
     * Prints a line to the parent, in one piece and at once. For the child's side.
     *
     * @param line what has happened, without a line break
     */
    public static void acknowledge(String line) {
        if (line.indexOf('\n') >= 0) {
            throw new IllegalArgumentException("line must be one line: " + line);
        }
        byte[] bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
        synchronized (ChildJvm.class) {
            try {
                Launcher.OUT.write(bytes);
            } catch (IOException e) {
                throw new UncheckedIOException("the parent does not listen any more", e);
            }
        }
    }

    /**
     * Returns what was printed so far.
     *
     * @return the whole lines, in order
     */
    public List<String> lines() {
        synchronized (lines) {
            return List.copyOf(lines);
        }
    }

    /**
     * Waits until the child has printed a number of lines.
     *
     * @param count how many, from its start
     * @param limit the longest wait
     * @return all lines so far
     * @throws IllegalStateException if the child ends before, or the limit is reached; with what it wrote to stderr
     */
    public List<String> awaitLines(int count, Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        synchronized (lines) {
            while (lines.size() < count) {
                long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                if (left <= 0 || !reader.isAlive()) {
                    throw new IllegalStateException("the child printed " + lines.size() + " lines of " + count
                            + (left <= 0 ? " within " + limit : " and ended") + "; " + errors());
                }
                try {
                    // At the end of its output the reader wakes us, but it is alive still at that instant.
                    lines.wait(Math.min(left, 50));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new IllegalStateException("interrupted", e);
                }
            }
            return List.copyOf(lines);
        }
    }

    /**
     * Kills the child now, by SIGKILL.
     *
     * @return all that it had acknowledged
     */
    public List<String> kill() {
        // By its handle: the process itself would close the pipe, with what the child has told and nobody has read yet.
        process.toHandle().destroyForcibly();
        awaitEnd(END_LIMIT);
        return lines();
    }

    /**
     * Kills the child once it has printed some lines and some more time has passed.
     *
     * @param count the lines to wait for
     * @param limit the longest wait for them
     * @param longer how long to let it run after that; it may end before by itself
     * @return all that it had acknowledged, at least so many lines
     */
    public List<String> killAfter(int count, Duration limit, Duration longer) {
        awaitLines(count, limit);
        long deadline = System.nanoTime() + longer.toNanos();
        try {
            process.waitFor(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return kill();
    }

    /**
     * Kills the child at a random instant.
     *
     * @param random where the instant comes from; seeded, so that a run can be told by its seed
     * @param count the lines to wait for before
     * @param limit the longest wait for them
     * @param longest the longest time to let it run after that
     * @return all that it had acknowledged
     */
    public List<String> killAtRandom(Random random, int count, Duration limit, Duration longest) {
        long nanos = (long) (random.nextDouble() * longest.toNanos());
        return killAfter(count, limit, Duration.ofNanos(nanos));
    }

    /** Freezes the child where it stands, as a long pause of its machine would. */
    public void freeze() {
        Signal.freeze(process.toHandle());
    }

    /** Lets a frozen child go on. */
    public void thaw() {
        Signal.thaw(process.toHandle());
    }

    /**
     * Waits until the child has ended and all that it printed is read.
     *
     * @param limit the longest wait
     * @return its exit code
     * @throws IllegalStateException if it does not end in time
     */
    public int awaitEnd(Duration limit) {
        try {
            if (!process.waitFor(limit.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new IllegalStateException("the child did not end within " + limit + "; " + errors());
            }
            reader.join(Math.max(1, limit.toMillis()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
        return process.exitValue();
    }

    /**
     * Says whether the child runs, frozen or not.
     *
     * @return whether it runs
     */
    public boolean isAlive() {
        return process.isAlive();
    }

    /**
     * Returns the end of what the child wrote to its standard error.
     *
     * @return at most some 8,000 characters
     */
    public String errors() {
        try {
            byte[] whole = Files.readAllBytes(folder.resolve("errors.log"));
            int from = Math.max(0, whole.length - ERRORS_TAIL);
            return "its errors:\n" + new String(whole, from, whole.length - from, StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "(its errors cannot be read: " + e.getMessage() + ")";
        }
    }

    /** Kills the child if it still runs and deletes what this class kept for it. */
    @Override
    public void close() {
        if (process.isAlive()) {
            kill();
        }
        try {
            PostgresBinaries.delete(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + folder, e);
        }
    }

    /** Reads whole lines: what stands behind the last line break was cut by the end and was told to nobody. */
    private void readLines() {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        byte[] buffer = new byte[8192];
        try (InputStream in = process.getInputStream()) {
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                for (int i = 0; i < count; i++) {
                    if (buffer[i] == '\n') {
                        String whole = line.toString(StandardCharsets.UTF_8);
                        line.reset();
                        synchronized (lines) {
                            lines.add(whole);
                            lines.notifyAll();
                        }
                    } else {
                        line.write(buffer[i]);
                    }
                }
            }
        } catch (IOException e) {
            // It ended; what was read is all there is.
        } finally {
            synchronized (lines) {
                lines.notifyAll();
            }
        }
    }

    private static String classPath() {
        // Surefire may start this JVM with a jar that only names the others.
        @Nullable String surefire = System.getProperty("surefire.test.class.path");
        return surefire != null ? surefire : System.getProperty("java.class.path");
    }

    /** Describes a child before it starts. */
    public static final class Builder {
        private final Class<?> main;
        private final List<String> arguments;
        private final List<String> options = new ArrayList<>();

        private Builder(Class<?> main, List<String> arguments) {
            this.main = main;
            this.arguments = arguments;
        }

        /**
         * Adds options of the JVM.
         *
         * @param more such as {@code -Xmx128m} or {@code -Dname=value}
         * @return this builder
         */
        public Builder jvmOptions(String... more) {
            options.addAll(List.of(more));
            return this;
        }

        /**
         * Starts the child.
         *
         * @return the child, which may not have reached its main method yet
         */
        public ChildJvm start() {
            return new ChildJvm(this);
        }
    }

    /** The child's first main class: it ends the child when the parent is gone, and calls the real one. */
    static final class Launcher {
        static final FileOutputStream OUT = new FileOutputStream(FileDescriptor.out);
        private static final int ORPHANED = 97;

        private Launcher() {}

        /**
         * Calls a main method.
         *
         * @param args the class and its arguments
         * @throws Exception what the main method throws
         */
        public static void main(String[] args) throws Exception {
            Thread orphanWatch = new Thread(Launcher::endWithParent, "orphan-watch");
            orphanWatch.setDaemon(true);
            orphanWatch.start();
            String[] rest = new String[args.length - 1];
            System.arraycopy(args, 1, rest, 0, rest.length);
            var main = Class.forName(args[0]).getDeclaredMethod("main", String[].class);
            main.setAccessible(true);
            try {
                main.invoke(null, (Object) rest);
            } catch (InvocationTargetException e) {
                if (e.getCause() instanceof Exception cause) {
                    throw cause;
                }
                throw e;
            }
        }

        private static void endWithParent() {
            try {
                while (System.in.read() >= 0) {
                    // The parent sends nothing; its end is the end of this stream.
                }
            } catch (IOException e) {
                // As good as the end.
            }
            try {
                // The parent can no longer do it.
                PostgresBinaries.delete(Path.of(System.getProperty(FOLDER_PROPERTY)));
            } catch (IOException | RuntimeException e) {
                // Then it stays in the temporary folder.
            } finally {
                Runtime.getRuntime().halt(ORPHANED);
            }
        }
    }
}
