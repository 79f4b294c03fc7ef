package io.behavioranalytics.store;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.function.IntPredicate;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Whose timeline holds the event of an id: open addressing over one {@code long} for each event.
 *
 * <p>A slot keeps 32 bits of the id's hash and the subject's handle, not the id: the timeline has the id anyway and is asked when
 * the hashes agree. An id that is not stored almost never meets an equal hash, so a new event costs one probe and about 14 bytes
 * instead of 36. Ids are chosen by callers, so the hash is keyed: nobody can prepare ids that collide. Split into shards, each of
 * which grows alone, so that growing never stops the store for long. Not thread-safe.
 */
final class EventIndex {
    private static final int SHARDS = 64;
    private static final int SMALLEST = 16;

    private final ToLongFunction<UUID> hash;
    private final long[] @Nullable [] shards = new long[SHARDS][];
    private final int[] sizes = new int[SHARDS];

    EventIndex() {
        this(keyedHash(new SplittableRandom()));
    }

    EventIndex(ToLongFunction<UUID> hash) {
        this.hash = hash;
    }

    private static ToLongFunction<UUID> keyedHash(SplittableRandom random) {
        long key1 = random.nextLong();
        long key2 = random.nextLong();
        return id -> mix(mix(id.getMostSignificantBits() ^ key1) + (id.getLeastSignificantBits() ^ key2));
    }

    /** The finaliser of MurmurHash3 (public domain, A. Appleby): every bit of the result depends on every bit. */
    private static long mix(long bits) {
        long mixed = (bits ^ (bits >>> 33)) * 0xff51afd7ed558ccdL;
        mixed = (mixed ^ (mixed >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return mixed ^ (mixed >>> 33);
    }

    /**
     * Looks an id up.
     *
     * @param id the event's id
     * @param holds tells whether the subject of a handle really holds it
     * @return the subject's handle, or -1
     */
    int find(UUID id, IntPredicate holds) {
        long bits = hash.applyAsLong(id);
        long[] slots = shards[shard(bits)];
        if (slots == null) {
            return -1;
        }
        int mask = slots.length - 1;
        for (int slot = (int) bits & mask; slots[slot] != 0; slot = (slot + 1) & mask) {
            if ((int) (slots[slot] >>> 32) == (int) bits && holds.test(handle(slots[slot]))) {
                return handle(slots[slot]);
            }
        }
        return -1;
    }

    /**
     * Adds an id that is not there yet.
     *
     * @param id the event's id
     * @param handle the subject's handle, 0 or more
     */
    void add(UUID id, int handle) {
        long bits = hash.applyAsLong(id);
        int shard = shard(bits);
        long[] slots = shards[shard];
        if (slots == null) {
            slots = new long[SMALLEST];
            shards[shard] = slots;
        } else if (sizes[shard] >= slots.length - slots.length / 4) {
            slots = grow(slots);
            shards[shard] = slots;
        }
        put(slots, slot((int) bits, handle));
        sizes[shard]++;
    }

    /**
     * Gives an id to another subject.
     *
     * @param id the event's id, there
     * @param from the handle of the subject that held it
     * @param to the handle of the subject that holds it now
     */
    void move(UUID id, int from, int to) {
        long bits = hash.applyAsLong(id);
        long[] slots = shards[shard(bits)];
        if (slots == null) {
            throw new IllegalStateException("no event " + id);
        }
        // Two ids of one subject with equal hashes have equal slots: which of them is changed makes no difference.
        long wanted = slot((int) bits, from);
        int mask = slots.length - 1;
        int slot = (int) bits & mask;
        while (slots[slot] != wanted) {
            if (slots[slot] == 0) {
                throw new IllegalStateException("no event " + id);
            }
            slot = (slot + 1) & mask;
        }
        slots[slot] = slot((int) bits, to);
    }

    /**
     * Forgets an id; what lies behind it moves up, so that no gap ends a search too early.
     *
     * @param id the event's id, there
     * @param handle the handle of the subject that held it
     */
    void remove(UUID id, int handle) {
        long bits = hash.applyAsLong(id);
        int shard = shard(bits);
        long[] slots = shards[shard];
        if (slots == null) {
            throw new IllegalStateException("no event " + id);
        }
        long wanted = slot((int) bits, handle);
        int mask = slots.length - 1;
        int gap = (int) bits & mask;
        while (slots[gap] != wanted) {
            if (slots[gap] == 0) {
                throw new IllegalStateException("no event " + id);
            }
            gap = (gap + 1) & mask;
        }
        for (int slot = (gap + 1) & mask; slots[slot] != 0; slot = (slot + 1) & mask) {
            int home = (int) (slots[slot] >>> 32) & mask;
            // It may move up unless its own place lies between the gap and itself.
            if (((slot - home) & mask) >= ((slot - gap) & mask)) {
                slots[gap] = slots[slot];
                gap = slot;
            }
        }
        slots[gap] = 0;
        sizes[shard]--;
    }

    /** The memory taken by the slots, in bytes. */
    long bytes() {
        return Arrays.stream(shards)
                .mapToLong(slots -> slots == null ? 0 : 16 + 8L * slots.length)
                .sum();
    }

    private static int shard(long bits) {
        return (int) (bits >>> 58);
    }

    private static long slot(int hash, int handle) {
        return ((long) hash << 32) | (handle + 1L);
    }

    private static int handle(long slot) {
        return (int) (slot - 1);
    }

    private static long[] grow(long[] slots) {
        long[] larger = new long[Math.multiplyExact(slots.length, 2)];
        for (long slot : slots) {
            if (slot != 0) {
                put(larger, slot);
            }
        }
        return larger;
    }

    private static void put(long[] slots, long value) {
        int mask = slots.length - 1;
        int slot = (int) (value >>> 32) & mask;
        while (slots[slot] != 0) {
            slot = (slot + 1) & mask;
        }
        slots[slot] = value;
    }
}
