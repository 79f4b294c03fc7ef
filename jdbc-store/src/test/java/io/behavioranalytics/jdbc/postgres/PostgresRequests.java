package io.behavioranalytics.jdbc.postgres;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Reads along what a client sends to PostgreSQL: which SQL each message runs and how many answers are owed for it.
 * Confined to one thread but for what is said otherwise.
 */
final class PostgresRequests {
    private static final int NEGOTIATION_BYTES = 8;
    /** Longer messages are data, not SQL that a test would look for. */
    private static final int KEPT_BYTES = 256 * 1024;

    private final Map<String, String> statements = new HashMap<>();
    private final ByteArrayOutputStream head = new ByteArrayOutputStream();
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private boolean started;
    private long bodyLeft = -1;
    private boolean complete;
    private @Nullable String sql;
    /** The login is answered by the first; each Sync and each simple query owes one more. */
    private int owed = 1;

    private int answersWhenDone = 1;
    private final AtomicInteger negotiations = new AtomicInteger();

    /**
     * Reads up to the end of one message or of the bytes.
     *
     * @param bytes what was sent
     * @param from where to begin
     * @param end where the bytes end
     * @return where it stopped
     */
    int read(byte[] bytes, int from, int end) {
        complete = false;
        sql = null;
        int at = from;
        int headBytes = started ? 5 : 4;
        while (head.size() < headBytes && at < end) {
            head.write(bytes[at++]);
        }
        if (head.size() < headBytes) {
            return at;
        }
        byte[] lead = head.toByteArray();
        if (bodyLeft < 0) {
            bodyLeft = Math.max(0, length(lead, started ? 1 : 0) - 4L);
        }
        int count = (int) Math.min(bodyLeft, end - at);
        if (body.size() < KEPT_BYTES) {
            body.write(bytes, at, Math.min(count, KEPT_BYTES - body.size()));
        }
        at += count;
        bodyLeft -= count;
        if (bodyLeft == 0) {
            finish(lead);
        }
        return at;
    }

    /** Whether the last read ended a message. */
    boolean isComplete() {
        return complete;
    }

    /** The SQL that the last read's message runs, or null if it runs none. */
    @Nullable
    String sql() {
        return sql;
    }

    /** How many answers the server will have given, since the login, when it has done all of the last read's request. */
    int answersWhenDone() {
        return answersWhenDone;
    }

    /** How many questions about encryption were asked before the login. Any thread may ask. */
    int negotiations() {
        return negotiations.get();
    }

    private void finish(byte[] lead) {
        byte[] content = body.toByteArray();
        head.reset();
        body.reset();
        bodyLeft = -1;
        if (!started) {
            // Asking for TLS or GSS comes before the login itself, has eight bytes, and is answered by one.
            if (length(lead, 0) == NEGOTIATION_BYTES) {
                negotiations.incrementAndGet();
            } else {
                started = true;
                complete = true;
                answersWhenDone = owed;
            }
            return;
        }
        complete = lead[0] != 'X';
        answersWhenDone = owed;
        switch (lead[0]) {
            case 'Q' -> {
                sql = text(content, 0);
                answersWhenDone = ++owed;
            }
            case 'S' -> answersWhenDone = ++owed;
            case 'P' -> {
                String name = text(content, 0);
                statements.put(name, text(content, bytesOf(name)));
                answersWhenDone = owed + 1;
            }
            case 'B' -> {
                String portal = text(content, 0);
                // Runs with the Execute and is answered with the Sync, both of which follow.
                sql = statements.get(text(content, bytesOf(portal)));
                answersWhenDone = owed + 1;
            }
            case 'C', 'D', 'E', 'F', 'H' -> answersWhenDone = owed + 1;
            default -> {}
        }
    }

    private static int length(byte[] bytes, int at) {
        return (bytes[at] & 0xff) << 24
                | (bytes[at + 1] & 0xff) << 16
                | (bytes[at + 2] & 0xff) << 8
                | (bytes[at + 3] & 0xff);
    }

    private static int bytesOf(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length + 1;
    }

    private static String text(byte[] bytes, int from) {
        int end = from;
        while (end < bytes.length && bytes[end] != 0) {
            end++;
        }
        return from >= bytes.length ? "" : new String(bytes, from, end - from, StandardCharsets.UTF_8);
    }
}
