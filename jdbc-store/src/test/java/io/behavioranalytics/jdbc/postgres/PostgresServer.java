package io.behavioranalytics.jdbc.postgres;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * A PostgreSQL server of its own as a child process, durable as in production, that can be crashed, frozen and restarted.
 *
 * <p>Nothing is preinstalled: the programs come from the class path. It listens on 127.0.0.1 only, trusts whoever
 * connects, keeps its data in the temporary folder, and dies with this JVM, also when the JVM is killed. It works as root
 * and as any other user, on systems with signals and a shell. All methods may be called by any thread; each is bounded in
 * time, and one that cannot do its work throws {@link IllegalStateException} with the end of the server's log.
 */
public final class PostgresServer implements AutoCloseable {
    /** The system property whose JDBC URL, user and password included, replaces the shared server. */
    public static final String URL_PROPERTY = "behavior.postgres.url";

    private static final Duration INITDB_LIMIT = Duration.ofMinutes(2);
    private static final Duration START_LIMIT = Duration.ofMinutes(2);
    private static final Duration STOP_LIMIT = Duration.ofMinutes(1);
    private static final int LOG_TAIL = 8_000;
    private static final int PORT_TRIES = 5;
    /** Below the ports that systems hand out to connecting clients, so that no client takes ours during a crash. */
    private static final int LOWEST_PORT = 10_000;

    private static final int HIGHEST_PORT = 32_000;

    private final Path programs = PostgresBinaries.folder();
    private final Path folder;
    private final Path data;
    private final Path log;
    private final RunAs runAs;
    private final Thread exitHook = new Thread(this::end, "postgres-exit");
    private @Nullable Process watchdog;
    private @Nullable Process process;
    private @Nullable ProcessHandle postmaster;
    private @Nullable Databases databases;
    private int port;
    private boolean frozen;
    private boolean closed;

    private PostgresServer(Builder builder) {
        try {
            folder = Files.createTempDirectory("behavior-analytics-pgdata-").toAbsolutePath();
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
            data = folder.resolve("data");
            log = Files.createFile(folder.resolve("server.log"));
            Path program = programs.resolve("bin/postgres");
            runAs = builder.runAs != null ? builder.runAs : RunAs.firstThatWorks(program, folder);
            if (runAs.needsOwnFiles()) {
                Files.setOwner(
                        folder,
                        folder.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("nobody"));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make a folder for the data", e);
        }
        Runtime.getRuntime().addShutdownHook(exitHook);
        try {
            watchdog = watch();
            initialize(builder.initdbOptions);
            configure(builder.settings);
            launchOnFreePort();
        } catch (IOException e) {
            close();
            throw new UncheckedIOException("cannot start PostgreSQL", e);
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    /**
     * Starts a server with the usual settings.
     *
     * @return the server, ready for connections
     * @throws IllegalStateException if it cannot start
     */
    public static PostgresServer start() {
        return builder().start();
    }

    /**
     * Starts the description of a server.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Returns the one server that all tests of this JVM share; none may crash or freeze it, and so it need not wait for the
     * disk ({@code fsync} is off). It starts at the first call and ends with the JVM. The system property
     * {@value #URL_PROPERTY} replaces it.
     *
     * @return where to get databases and schemas of one's own
     * @throws IllegalStateException if it cannot start, at this and at each later call
     */
    public static Databases shared() {
        return Shared.DATABASES.get();
    }

    /**
     * Returns where to get empty databases and schemas on this server.
     *
     * @return the databases
     */
    public synchronized Databases databases() {
        requireOpen();
        if (databases == null) {
            databases = Databases.onOwnServer(url());
        }
        return databases;
    }

    /**
     * Returns the address of the database {@code postgres}, for work on the whole server.
     *
     * @return a JDBC URL with the superuser
     */
    public String url() {
        return "jdbc:postgresql://127.0.0.1:" + port + "/postgres?user=postgres";
    }

    /**
     * Returns the port, the same for the server's whole life.
     *
     * @return the port on 127.0.0.1
     */
    public int port() {
        return port;
    }

    /**
     * Returns the folder of the server's data.
     *
     * @return the folder, which {@link #close()} deletes unless it is to be kept
     */
    public Path dataFolder() {
        return data;
    }

    /**
     * Returns the end of what the server logged.
     *
     * @return at most some 8,000 characters
     */
    public String log() {
        try {
            byte[] whole = Files.readAllBytes(log);
            int from = Math.max(0, whole.length - LOG_TAIL);
            return new String(whole, from, whole.length - from, StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "(no log: " + e.getMessage() + ")";
        }
    }

    /** Ends the server at once without a word to its clients or a checkpoint, by SIGQUIT; {@link #restart()} recovers. */
    public synchronized void crash() {
        ProcessHandle server = requireRunning();
        if (frozen) {
            thaw(server);
        }
        stop(server, Signal.QUIT);
    }

    /** Kills all of the server's processes by SIGKILL; {@link #restart()} recovers. */
    public synchronized void kill() {
        stop(requireRunning(), Signal.KILL);
    }

    /** Stops all of the server's processes where they stand: connections stay open and nobody answers. */
    public synchronized void pause() {
        Signal.freeze(requireRunning());
        frozen = true;
    }

    /** Lets a paused server go on. */
    public synchronized void resume() {
        thaw(requireRunning());
    }

    /**
     * Starts the server again on the same port and data, recovering what a crash left; one that still runs is shut down
     * before, with its clients told (57P01).
     */
    public synchronized void restart() {
        requireOpen();
        ProcessHandle server = postmaster;
        if (server != null && !Signal.isGone(server)) {
            if (frozen) {
                thaw(server);
            }
            stop(server, Signal.INT);
        }
        try {
            launch();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot restart PostgreSQL", e);
        }
    }

    /**
     * Says whether the server runs, paused or not.
     *
     * @return whether it runs
     */
    public synchronized boolean isRunning() {
        ProcessHandle server = postmaster;
        return server != null && !Signal.isGone(server);
    }

    /** Ends the server and deletes its data unless they are to be kept; a second call does nothing. */
    @Override
    public void close() {
        end();
        try {
            Runtime.getRuntime().removeShutdownHook(exitHook);
        } catch (IllegalStateException e) {
            // The JVM is ending already.
        }
    }

    private synchronized void end() {
        if (closed) {
            return;
        }
        closed = true;
        if (watchdog != null) {
            watchdog.destroyForcibly();
        }
        ProcessHandle server = postmaster;
        if (server != null && !Signal.isGone(server)) {
            if (frozen) {
                thaw(server);
            }
            stop(server, Signal.QUIT);
        }
        if (process != null) {
            process.destroyForcibly();
        }
        try {
            PostgresBinaries.delete(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + folder, e);
        }
    }

    /** A process that waits for this JVM to end, in whatever way, and then ends the server: its input ends with us. */
    private Process watch() throws IOException {
        String script = "while read -r line; do :; done; "
                + "if [ -s \"$1/data/postmaster.pid\" ]; then pid=$(head -n 1 \"$1/data/postmaster.pid\"); "
                + "kill -CONT \"$pid\"; kill -QUIT \"$pid\"; fi; "
                + "n=0; while [ $n -lt 50 ] && kill -0 \"$pid\"; do sleep 0.1; n=$((n+1)); done; rm -rf \"$1\"";
        return new ProcessBuilder("sh", "-c", script, "postgres-watchdog", folder.toString())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private void initialize(List<String> options) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                programs.resolve("bin/initdb").toString(), "-D", data.toString(), "-A", "trust", "-U", "postgres"));
        command.addAll(List.of("-E", "UTF-8", "--no-sync"));
        command.addAll(options);
        Process initdb = spawn(command);
        if (!Signal.await(INITDB_LIMIT, () -> !initdb.isAlive())) {
            initdb.destroyForcibly();
            throw failure("initdb did not end within " + INITDB_LIMIT);
        }
        if (initdb.exitValue() != 0) {
            throw failure("initdb failed with exit code " + initdb.exitValue());
        }
    }

    private void configure(Map<String, String> extra) throws IOException {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("listen_addresses", "127.0.0.1");
        settings.put("unix_socket_directories", "");
        settings.put("fsync", "on");
        settings.put("synchronous_commit", "on");
        settings.put("timezone", Databases.foreignZone());
        settings.putAll(extra);
        StringBuilder lines = new StringBuilder("\n");
        settings.forEach((name, value) -> lines.append(name)
                .append(" = '")
                .append(value.replace("\\", "\\\\").replace("'", "''"))
                .append("'\n"));
        Files.writeString(data.resolve("postgresql.conf"), lines, StandardOpenOption.APPEND);
    }

    private void launchOnFreePort() throws IOException {
        for (int attempt = 1; ; attempt++) {
            port = freePort();
            try {
                launch();
                return;
            } catch (IllegalStateException e) {
                if (attempt == PORT_TRIES || !log().contains("could not bind")) {
                    throw e;
                }
            }
        }
    }

    private void launch() throws IOException {
        frozen = false;
        // Nothing of ours runs any more, and a number in it may by now belong to somebody else, which PostgreSQL would
        // take for a server on these data.
        Path announcement = data.resolve("postmaster.pid");
        Files.deleteIfExists(announcement);
        Process launched = spawn(List.of(
                programs.resolve("bin/postgres").toString(), "-D", data.toString(), "-p", String.valueOf(port)));
        process = launched;
        boolean up = Signal.await(START_LIMIT, () -> !launched.isAlive() || isReady(announcement));
        if (!launched.isAlive()) {
            throw failure("PostgreSQL ended with exit code " + launched.exitValue());
        }
        if (!up) {
            launched.destroyForcibly();
            throw failure("PostgreSQL was not ready within " + START_LIMIT);
        }
        long pid = Long.parseLong(
                Files.readAllLines(announcement, StandardCharsets.UTF_8).get(0).trim());
        postmaster = ProcessHandle.of(pid).orElseThrow(() -> failure("PostgreSQL ended as soon as it was ready"));
        requireThatItIsOurs();
    }

    /** Another server may have the port when ours is announced; it would trust us all the same. */
    private void requireThatItIsOurs() {
        DriverManager.setLoginTimeout((int) START_LIMIT.toSeconds());
        try (Connection connection = DriverManager.getConnection(url() + "&connectTimeout=60&socketTimeout=60");
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SHOW data_directory")) {
            rows.next();
            Path served = Path.of(rows.getString(1));
            if (!served.toRealPath().equals(data.toRealPath())) {
                throw failure("could not bind port " + port + ": another server answers there");
            }
        } catch (SQLException | IOException e) {
            IllegalStateException failure = failure("PostgreSQL is ready but lets nobody in");
            failure.initCause(e);
            throw failure;
        }
    }

    private static boolean isReady(Path announcement) {
        try {
            // The eighth line is the state; pg_ctl waits for it, too.
            List<String> lines = Files.readAllLines(announcement, StandardCharsets.UTF_8);
            return lines.size() >= 8 && lines.get(7).trim().equals("ready");
        } catch (NoSuchFileException e) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void stop(ProcessHandle server, Signal signal) {
        List<ProcessHandle> tree = new ArrayList<>();
        tree.add(server);
        if (signal == Signal.KILL) {
            // Frozen first, so that none is born behind the count.
            Signal.freeze(server);
        }
        tree.addAll(server.descendants().toList());
        if (signal == Signal.KILL) {
            Signal.KILL.send(tree);
        } else {
            signal.send(List.of(server));
            if (!gone(tree)) {
                Signal.KILL.send(tree);
            }
        }
        if (!gone(tree)) {
            throw failure("PostgreSQL did not end within " + STOP_LIMIT);
        }
        Process launched = process;
        if (launched != null) {
            // This is the server itself, or su, which may stand still since its child once did.
            launched.destroyForcibly();
            Signal.await(STOP_LIMIT, () -> !launched.isAlive());
        }
        postmaster = null;
        frozen = false;
    }

    private void thaw(ProcessHandle server) {
        Process launched = process;
        if (launched != null && launched.pid() != server.pid()) {
            // su stops itself when its child is stopped.
            Signal.CONT.send(List.of(launched.toHandle()));
        }
        Signal.thaw(server);
        frozen = false;
    }

    private static boolean gone(List<ProcessHandle> processes) {
        return Signal.await(STOP_LIMIT, () -> processes.stream().allMatch(Signal::isGone));
    }

    private Process spawn(List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(runAs.command(command))
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        // What the user set for clients and locales elsewhere must not reach this server.
        builder.environment().keySet().removeIf(name -> name.startsWith("PG") || name.startsWith("LC_"));
        builder.environment().put("LC_ALL", "C");
        return builder.start();
    }

    private ProcessHandle requireRunning() {
        requireOpen();
        ProcessHandle server = postmaster;
        if (server == null || Signal.isGone(server)) {
            throw failure("the server does not run");
        }
        return server;
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the server was closed");
        }
    }

    private IllegalStateException failure(String what) {
        return new IllegalStateException(what + "; folder " + folder + "; end of its log:\n" + log());
    }

    private static int freePort() throws IOException {
        SplittableRandom random = new SplittableRandom(ProcessHandle.current().pid() ^ System.nanoTime());
        for (int attempt = 0; attempt < 200; attempt++) {
            int candidate = random.nextInt(LOWEST_PORT, HIGHEST_PORT);
            try (ServerSocket socket = new ServerSocket()) {
                socket.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), candidate));
                return candidate;
            } catch (IOException e) {
                // Taken; the next one.
            }
        }
        throw new IOException("no free port between " + LOWEST_PORT + " and " + HIGHEST_PORT);
    }

    /** Describes a server before it starts; each option has a sensible value without a call. */
    public static final class Builder {
        private final Map<String, String> settings = new LinkedHashMap<>();
        private List<String> initdbOptions = List.of("--no-locale");
        private @Nullable RunAs runAs;

        private Builder() {}

        /**
         * Adds a line to postgresql.conf, stronger than what is set by itself.
         *
         * @param name the setting, such as {@code shared_buffers}
         * @param value its value without quotes, such as {@code 256MB}
         * @return this builder
         */
        public Builder setting(String name, String value) {
            if (!name.toLowerCase(Locale.ROOT).matches("[a-z_][a-z0-9_.]*")) {
                throw new IllegalArgumentException("name must be a setting's name: " + name);
            }
            settings.put(name, value);
            return this;
        }

        /**
         * Replaces the locale options of initdb, {@code --no-locale} by default.
         *
         * @param options such as {@code --locale-provider=icu} and {@code --icu-locale=en-US}
         * @return this builder
         */
        public Builder initdbOptions(String... options) {
            initdbOptions = List.of(options);
            return this;
        }

        Builder runAs(RunAs form) {
            runAs = form;
            return this;
        }

        /**
         * Starts the server.
         *
         * @return the server, ready for connections
         * @throws IllegalStateException if it cannot start
         */
        public PostgresServer start() {
            return new PostgresServer(this);
        }
    }

    private static final class Shared {
        static final Shared DATABASES = new Shared();
        private @Nullable Databases databases;
        private @Nullable IllegalStateException failure;

        private Shared() {}

        synchronized Databases get() {
            if (failure != null) {
                // Asked a hundred times, it would otherwise try a hundred times.
                throw new IllegalStateException("the shared server did not start before", failure);
            }
            if (databases == null) {
                String url = System.getProperty(URL_PROPERTY, "");
                try {
                    databases = url.isEmpty()
                            ? builder()
                                    .setting("max_connections", "200")
                                    // What it loses with the power is never asked for: it is never crashed, and goes
                                    // with the JVM. On a slow disk, thousands of waits for it would be most of the
                                    // time.
                                    .setting("fsync", "off")
                                    .start()
                                    .databases()
                            : Databases.at(url);
                } catch (IllegalStateException e) {
                    failure = e;
                    throw e;
                }
            }
            return databases;
        }
    }
}
