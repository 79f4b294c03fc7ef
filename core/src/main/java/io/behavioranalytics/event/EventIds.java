package io.behavioranalytics.event;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.random.RandomGenerator;

/**
 * Makes ids of events: version 7 (RFC 9562) for live ones, which grow with time, and version 5 for imported ones, which are the
 * same whenever the same line is imported again.
 *
 * <p>Safe to use from any thread. Within one instance version 7 ids grow strictly, also within a millisecond and when the clock
 * steps back: the twelve bits after the milliseconds count, and carry into them when they are used up.
 */
public final class EventIds {
    private static final int COUNTER_BITS = 12;

    private final RandomGenerator random;
    private long last = -1; // milliseconds and counter; guarded by this

    /** Makes ids from a generator that was seeded by the operating system. */
    public EventIds() {
        // The ids must be unique, not secret, so a fast generator with a good seed will do.
        this(new SplittableRandom(new SecureRandom().nextLong()));
    }

    /**
     * Makes ids from a generator of the caller's, so that a simulation can repeat itself.
     *
     * @param random used by one thread at a time
     */
    public EventIds(RandomGenerator random) {
        this.random = random;
    }

    /**
     * The next id of version 7.
     *
     * @param now the clock; instants before 1970 count as 1970
     * @return an id greater than all before
     */
    public synchronized UUID next(Instant now) {
        long millis = Math.max(0, now.toEpochMilli());
        // Half of the counter is left free, so that hundreds of ids fit into a millisecond before it borrows from the
        // next.
        long fresh = (millis << COUNTER_BITS) | random.nextInt(1 << (COUNTER_BITS - 1));
        last = Math.max(fresh, last + 1);
        long high = ((last >>> COUNTER_BITS) << 16) | 0x7000L | (last & ((1L << COUNTER_BITS) - 1));
        long low = (random.nextLong() & 0x3fffffffffffffffL) | 0x8000000000000000L;
        return new UUID(high, low);
    }

    /**
     * The id of version 5 for a name: the same name in the same namespace is always the same id.
     *
     * @param namespace keeps names of different origins apart
     * @param name any text, taken as UTF-8
     * @return the id
     */
    public static UUID v5(UUID namespace, String name) {
        MessageDigest sha1;
        try {
            sha1 = MessageDigest.getInstance("SHA-1");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-1", e);
        }
        sha1.update(ByteBuffer.allocate(16)
                .putLong(namespace.getMostSignificantBits())
                .putLong(namespace.getLeastSignificantBits())
                .flip());
        ByteBuffer hash = ByteBuffer.wrap(sha1.digest(name.getBytes(StandardCharsets.UTF_8)));
        long high = (hash.getLong() & ~0xf000L) | 0x5000L;
        long low = (hash.getLong() & 0x3fffffffffffffffL) | 0x8000000000000000L;
        return new UUID(high, low);
    }
}
