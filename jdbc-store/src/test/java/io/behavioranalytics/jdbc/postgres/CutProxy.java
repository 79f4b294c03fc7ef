package io.behavioranalytics.jdbc.postgres;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A bad line in front of a PostgreSQL server: it listens on 127.0.0.1, passes everything on, and on demand drops, refuses,
 * delays, holds, or loses exactly the reply to one request.
 *
 * <p>It reads along in PostgreSQL's protocol, without TLS, so that "the reply to COMMIT" is found also where the driver
 * sends no more than the name of a prepared statement. A cut drops the connection hard (RST) on both sides. All methods
 * may be called by any thread; those that change something return at once and act on bytes that come later.
 */
public final class CutProxy implements AutoCloseable {
    private static final int CONNECT_LIMIT_MILLIS = 10_000;
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);
    private static final int BUFFER_BYTES = 64 * 1024;

    private enum Mode {
        PASS,
        HOLD,
        CUT_ALL_REPLIES,
        CUT_REPLY,
        CUT_REQUEST
    }

    private final InetSocketAddress server;
    private final ServerSocket listener;
    private final Set<Line> lines = ConcurrentHashMap.newKeySet();
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
    private final AtomicInteger cuts = new AtomicInteger();

    /** Guards the three fields below; who is delayed or held waits for a change. */
    private final ReentrantLock lock = new ReentrantLock();

    private final Condition changed = lock.newCondition();
    private Mode mode = Mode.PASS;
    private String pattern = "";
    private Duration delay = Duration.ZERO;

    private volatile boolean refusing;
    private volatile boolean closed;

    private CutProxy(InetSocketAddress server) {
        this.server = server;
        try {
            listener = new ServerSocket();
            listener.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0));
        } catch (IOException e) {
            throw new IllegalStateException("the proxy cannot listen", e);
        }
        startThread("accept", this::accept);
    }

    /**
     * Puts a proxy in front of a server.
     *
     * @param server where the server listens; it need not run yet
     * @return the proxy, listening
     */
    public static CutProxy to(InetSocketAddress server) {
        return new CutProxy(server);
    }

    /**
     * Puts a proxy in front of a database's server; connect by {@link TestDatabase#urlThrough(int)}.
     *
     * @param database the database
     * @return the proxy, listening
     */
    public static CutProxy to(TestDatabase database) {
        return to(database.address());
    }

    /**
     * Returns where the proxy listens.
     *
     * @return a port on 127.0.0.1
     */
    public int port() {
        return listener.getLocalPort();
    }

    /**
     * Drops all connections that are open now.
     *
     * @return how many there were
     */
    public int dropAll() {
        int dropped = 0;
        for (Line line : lines) {
            if (line.drop()) {
                dropped++;
            }
        }
        return dropped;
    }

    /**
     * Refuses new connections, or accepts them again; those that are open stay.
     *
     * @param refuse whether to refuse
     */
    public void refuse(boolean refuse) {
        refusing = refuse;
    }

    /**
     * Delays whatever a client sends, piece by piece as it arrives.
     *
     * @param duration how long; zero ends it
     */
    public void delay(Duration duration) {
        change(() -> delay = duration);
    }

    /** Holds all bytes in both directions, as when the network is parted: nobody hears anything until {@link #pass()}. */
    public void hold() {
        change(() -> mode = Mode.HOLD);
    }

    /**
     * Lets each request through, keeps its reply back and drops its connection once the server has answered in full, until
     * {@link #pass()}; new connections do not come about.
     */
    public void cutReplies() {
        change(() -> mode = Mode.CUT_ALL_REPLIES);
    }

    /**
     * Does as {@link #cutReplies()} once, for the next request whose SQL holds a text, then passes: the unknown outcome.
     *
     * @param sql part of the SQL, such as {@code COMMIT}, in whatever case
     */
    public void cutReplyAfter(String sql) {
        change(() -> {
            pattern = sql.toUpperCase(Locale.ROOT);
            mode = Mode.CUT_REPLY;
        });
    }

    /**
     * Drops the connection once instead of letting the next request whose SQL holds a text through, then passes.
     *
     * @param sql part of the SQL, such as {@code COMMIT}, in whatever case
     */
    public void cutBefore(String sql) {
        change(() -> {
            pattern = sql.toUpperCase(Locale.ROOT);
            mode = Mode.CUT_REQUEST;
        });
    }

    /** Passes everything on again, without delay, and accepts connections. */
    public void pass() {
        refusing = false;
        change(() -> {
            mode = Mode.PASS;
            delay = Duration.ZERO;
        });
    }

    /**
     * Returns how many connections were cut at a request or a reply; {@link #dropAll()} does not count.
     *
     * @return the number since the start
     */
    public int cuts() {
        return cuts.get();
    }

    /**
     * Returns how many connections are open.
     *
     * @return the number now
     */
    public int connections() {
        return lines.size();
    }

    /** Drops all connections and stops listening; returns within seconds. */
    @Override
    public void close() {
        closed = true;
        quietly(listener::close);
        dropAll();
        change(() -> mode = Mode.PASS);
        long deadline = System.nanoTime() + CLOSE_LIMIT.toNanos();
        for (Thread thread : threads) {
            long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            try {
                thread.join(Math.max(1, left));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private void accept() {
        while (!closed) {
            Socket client;
            try {
                client = listener.accept();
            } catch (IOException e) {
                return;
            }
            if (refusing || closed) {
                reset(client);
                continue;
            }
            startThread("requests", () -> serve(client));
        }
    }

    private void serve(Socket client) {
        Socket upstream = new Socket();
        try {
            upstream.connect(server, CONNECT_LIMIT_MILLIS);
            upstream.setTcpNoDelay(true);
            client.setTcpNoDelay(true);
        } catch (IOException e) {
            reset(upstream);
            reset(client);
            return;
        }
        Line line = new Line(client, upstream);
        lines.add(line);
        if (closed) {
            line.drop();
        }
        startThread("replies", line::passReplies);
        line.passRequests();
    }

    private void startThread(String name, Runnable work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } finally {
                        threads.remove(Thread.currentThread());
                    }
                },
                "cut-proxy-" + name);
        thread.setDaemon(true);
        threads.add(thread);
        thread.start();
    }

    private void change(Runnable change) {
        lock.lock();
        try {
            change.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits while bytes are held, and for the delay if asked to. */
    private void linger(Line line, boolean delayed) {
        lock.lock();
        try {
            long nanos = delay.toNanos();
            while (delayed && nanos > 0 && !delay.isZero() && line.isOpen()) {
                nanos = changed.awaitNanos(nanos);
            }
            while (mode == Mode.HOLD && line.isOpen()) {
                changed.await();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    /** What to do with a request, decided at most once per cut. */
    private Mode decide(@Nullable String sql) {
        lock.lock();
        try {
            if (mode == Mode.CUT_ALL_REPLIES) {
                return mode;
            }
            boolean hit = (mode == Mode.CUT_REPLY || mode == Mode.CUT_REQUEST)
                    && sql != null
                    && sql.toUpperCase(Locale.ROOT).contains(pattern);
            if (!hit) {
                return Mode.PASS;
            }
            Mode decided = mode;
            mode = Mode.PASS;
            return decided;
        } finally {
            lock.unlock();
        }
    }

    private static void reset(Socket socket) {
        quietly(() -> socket.setSoLinger(true, 0));
        quietly(socket::close);
    }

    private static void quietly(Closing closing) {
        try {
            closing.run();
        } catch (IOException e) {
            // It is closed, one way or another.
        }
    }

    private interface Closing {
        void run() throws IOException;
    }

    /** One client's connection and its own to the server. */
    private final class Line {
        private final Socket client;
        private final Socket upstream;
        private final PostgresRequests requests = new PostgresRequests();
        private final PostgresReplies replies = new PostgresReplies(requests::negotiations);
        /** The answer after which to drop, counted from the connection's first; until then all replies are kept back. */
        private volatile int fatalAnswer = Integer.MAX_VALUE;

        private volatile boolean swallowing;
        private volatile boolean dropped;

        Line(Socket client, Socket upstream) {
            this.client = client;
            this.upstream = upstream;
        }

        boolean isOpen() {
            return !dropped;
        }

        boolean drop() {
            boolean first;
            synchronized (this) {
                first = !dropped;
                dropped = true;
            }
            lines.remove(this);
            reset(client);
            reset(upstream);
            change(() -> {});
            return first;
        }

        private void cut() {
            if (drop()) {
                cuts.incrementAndGet();
            }
        }

        void passRequests() {
            byte[] buffer = new byte[BUFFER_BYTES];
            try {
                InputStream in = client.getInputStream();
                OutputStream out = upstream.getOutputStream();
                for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                    linger(this, true);
                    int done = 0;
                    while (done < count) {
                        int end = requests.read(buffer, done, count);
                        Mode decision = requests.isComplete() ? decide(requests.sql()) : Mode.PASS;
                        if (decision == Mode.CUT_REQUEST) {
                            cut();
                            return;
                        }
                        if (decision != Mode.PASS && !swallowing) {
                            fatalAnswer = requests.answersWhenDone();
                            swallowing = true;
                        }
                        out.write(buffer, done, end - done);
                        done = end;
                    }
                }
                hangUp();
            } catch (IOException e) {
                drop();
            }
        }

        void passReplies() {
            byte[] buffer = new byte[BUFFER_BYTES];
            try {
                InputStream in = upstream.getInputStream();
                OutputStream out = client.getOutputStream();
                for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                    linger(this, false);
                    int done = 0;
                    while (done < count) {
                        int end = replies.read(buffer, done, count);
                        if (!swallowing) {
                            out.write(buffer, done, end - done);
                        } else if (replies.answers() >= fatalAnswer) {
                            cut();
                            return;
                        }
                        done = end;
                    }
                }
                if (swallowing) {
                    cut();
                } else {
                    hangUp();
                }
            } catch (IOException e) {
                drop();
            }
        }

        /** Closes without a reset, so that what was passed last still arrives. */
        private void hangUp() {
            synchronized (this) {
                dropped = true;
            }
            lines.remove(this);
            quietly(client::close);
            quietly(upstream::close);
        }
    }
}
