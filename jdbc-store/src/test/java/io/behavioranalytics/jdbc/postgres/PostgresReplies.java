package io.behavioranalytics.jdbc.postgres;

import java.util.function.IntSupplier;

/** Reads along what PostgreSQL sends and counts the answers that are complete. Confined to one thread. */
final class PostgresReplies {
    private static final int HEAD_BYTES = 5;

    private final IntSupplier negotiations;
    private final byte[] head = new byte[HEAD_BYTES];
    private int headCount;
    private long bodyLeft;
    private int negotiated;
    private int answers;

    /**
     * Begins with a connection.
     *
     * @param negotiations how many of the first replies are single bytes
     */
    PostgresReplies(IntSupplier negotiations) {
        this.negotiations = negotiations;
    }

    /**
     * Reads up to the end of one message or of the bytes.
     *
     * @param bytes what was sent
     * @param from where to begin
     * @param end where the bytes end
     * @return where it stopped
     */
    int read(byte[] bytes, int from, int end) {
        int at = from;
        if (negotiated < negotiations.getAsInt()) {
            negotiated++;
            return at + 1;
        }
        while (headCount < HEAD_BYTES && at < end) {
            head[headCount++] = bytes[at++];
            if (headCount == HEAD_BYTES) {
                int length = (head[1] & 0xff) << 24 | (head[2] & 0xff) << 16 | (head[3] & 0xff) << 8 | (head[4] & 0xff);
                bodyLeft = Math.max(0, length - 4L);
            }
        }
        if (headCount < HEAD_BYTES) {
            return at;
        }
        int count = (int) Math.min(bodyLeft, end - at);
        at += count;
        bodyLeft -= count;
        if (bodyLeft == 0) {
            headCount = 0;
            if (head[0] == 'Z') {
                answers++;
            }
        }
        return at;
    }

    /** How many times the server has said that it is ready for more, the login included. */
    int answers() {
        return answers;
    }
}
