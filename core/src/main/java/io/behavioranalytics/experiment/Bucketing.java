package io.behavioranalytics.experiment;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * The published bucketing of the GrowthBook SDKs (specification 0.8.0): a host's other SDKs put the same user into the same variant.
 *
 * <p>The hash is FNV-1a of 32 bits (Fowler, Noll, Vo; RFC 9923) over the UTF-16 units of the text, as the published reference takes
 * them. These functions answer as published, also where a definition would be refused: weights that do not sum become an equal split,
 * coverage is clamped. Pure; nothing is allocated by {@link #bucket}. Thread-safe.
 */
public final class Bucketing {
    /** How many buckets version 2 of the hash tells apart. */
    public static final int BUCKETS = 10_000;

    private static final int OFFSET_BASIS = 0x811c9dc5;
    private static final int PRIME = 0x01000193;
    private static final int BUCKETS_OF_VERSION_1 = 1_000;
    private static final double LEAST_SUM = 0.99;
    private static final double GREATEST_SUM = 1.01;

    /** A tenth of any number of 32 bits is its product by this without the last 35 bits (Granlund and Montgomery, PLDI 1994). */
    private static final long TENTH = 0xCCCCCCCDL;

    private static final int TENTH_SHIFT = 35;

    private Bucketing() {}

    /**
     * Hashes a value to a part of 1.
     *
     * @param seed what tells experiments apart
     * @param value what is hashed, such as a user's id
     * @param version 2, or 1 for experiments that began with it
     * @return the bucket, in [0, 1); empty for any other version
     */
    public static OptionalDouble hash(String seed, String value, int version) {
        Objects.requireNonNull(seed, "seed");
        Objects.requireNonNull(value, "value");
        return switch (version) {
            case 1 -> OptionalDouble.of(bucketOfVersion1(seed, value) / (double) BUCKETS_OF_VERSION_1);
            case 2 -> OptionalDouble.of(bucket(seed, value) / (double) BUCKETS);
            default -> OptionalDouble.empty();
        };
    }

    /**
     * Hashes a value by version 2.
     *
     * @param seed what tells experiments apart
     * @param value what is hashed, such as a user's id
     * @return the bucket, 0 to 9,999
     */
    public static int bucket(String seed, String value) {
        return bucket(continued(OFFSET_BASIS, seed), value);
    }

    /** What hashing of a seed comes to, to be continued by {@link #bucket(int, String)}. */
    static int seedState(String seed) {
        return continued(OFFSET_BASIS, seed);
    }

    /** Continues a hashed seed by a value: the bucket of version 2. */
    static int bucket(int seedState, String value) {
        return Integer.remainderUnsigned(ofDecimal(continued(seedState, value)), BUCKETS);
    }

    /** The bucket of version 1, 0 to 999. */
    static int bucketOfVersion1(String seed, String value) {
        return Integer.remainderUnsigned(continued(continued(OFFSET_BASIS, value), seed), BUCKETS_OF_VERSION_1);
    }

    private static int continued(int state, String text) {
        int hash = state;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * PRIME;
        }
        return hash;
    }

    /**
     * Hashes the decimal digits of a number without sign, without writing them down: they are found from the last one on, four bits for each,
     * since divisions by 10 are multiplications to the machine and divisions by powers of it are not.
     */
    private static int ofDecimal(int number) {
        long rest = Integer.toUnsignedLong(number);
        long digits = 0;
        int bits = 0;
        do {
            long tenth = (rest * TENTH) >>> TENTH_SHIFT;
            digits |= (rest - 10 * tenth) << bits;
            bits += 4;
            rest = tenth;
        } while (rest != 0);
        int hash = OFFSET_BASIS;
        do {
            bits -= 4;
            hash = (hash ^ (int) ('0' + ((digits >>> bits) & 15))) * PRIME;
        } while (bits > 0);
        return hash;
    }

    /**
     * Splits 1 equally.
     *
     * @param variations into how many parts
     * @return the parts; none if there are to be none or fewer
     */
    public static List<Double> equalWeights(int variations) {
        return variations <= 0 ? List.of() : Collections.nCopies(variations, 1.0 / variations);
    }

    /**
     * Lays the variations side by side and takes the first part of each, so that more coverage moves nobody who was in.
     *
     * @param variations how many there are
     * @param coverage the part of each that takes part; below 0 means 0, above 1 means 1
     * @param weights what each takes of 1; null, another number of them, or a sum outside of 0.99 to 1.01 means an equal split
     * @return a range for each variation
     * @throws IllegalArgumentException if the coverage is not a number
     */
    public static List<BucketRange> ranges(int variations, double coverage, @Nullable List<Double> weights) {
        if (Double.isNaN(coverage)) {
            throw new IllegalArgumentException("the coverage must be a number");
        }
        double covered = Math.min(1, Math.max(0, coverage));
        List<Double> taken = weights != null && weights.size() == Math.max(0, variations) && sumsToOne(weights)
                ? weights
                : equalWeights(variations);
        List<BucketRange> ranges = new ArrayList<>();
        double start = 0;
        for (double weight : taken) {
            ranges.add(new BucketRange(start, start + covered * weight));
            start += weight;
        }
        return List.copyOf(ranges);
    }

    private static boolean sumsToOne(List<Double> weights) {
        double sum = 0;
        for (double weight : weights) {
            sum += weight;
        }
        return sum >= LEAST_SUM && sum <= GREATEST_SUM;
    }

    /**
     * Finds the variation of a bucket.
     *
     * @param bucket a part of 1
     * @param ranges one for each variation
     * @return the first variation whose range has the bucket, or -1 if none has it
     */
    public static int chooseVariation(double bucket, List<BucketRange> ranges) {
        for (int i = 0; i < ranges.size(); i++) {
            if (ranges.get(i).contains(bucket)) {
                return i;
            }
        }
        return -1;
    }

    /**
     * Tells whether a value is in a part of a namespace, by version 1 of the hash.
     *
     * @param value what is hashed, such as a user's id
     * @param namespace the name of the group of experiments of which a user is in one at most
     * @param start where the part begins, included
     * @param end where it ends, excluded
     * @return true if it is in it
     */
    public static boolean inNamespace(String value, String namespace, double start, double end) {
        double place = bucketOfVersion1("__" + namespace, value) / (double) BUCKETS_OF_VERSION_1;
        return place >= start && place < end;
    }
}
