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

    private static final long LAST_SEVEN = 10_000_000;

    /** By what stands in front of the last seven digits of a number of 32 bits, what hashing of its digits comes to. */
    private static final int[] FRONTS = fronts((int) (0xFFFFFFFFL / LAST_SEVEN) + 1);

    private static final short[] DIGITS = digits();

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
     * Hashes the decimal digits of a number without sign, without writing them down. What the digits in front of the last seven come to
     * stands in a table, and the others are found three at once, so that only the steps of the hash itself wait for each other.
     */
    static int ofDecimal(int number) {
        long whole = Integer.toUnsignedLong(number);
        int front = (int) (whole / LAST_SEVEN);
        int rest = (int) (whole - front * LAST_SEVEN);
        if (front == 0) {
            return ofFewDigits(rest);
        }
        int first = rest / 1_000_000;
        int thousands = rest / 1_000;
        int hash = withDigit(FRONTS[front], first);
        hash = withThree(hash, DIGITS[thousands - first * 1_000]);
        return withThree(hash, DIGITS[rest - thousands * 1_000]);
    }

    private static int ofFewDigits(int number) {
        int place = 1;
        while (number / place >= 10) {
            place *= 10;
        }
        int hash = OFFSET_BASIS;
        for (; place > 0; place /= 10) {
            hash = withDigit(hash, number / place % 10);
        }
        return hash;
    }

    private static int withDigit(int state, int digit) {
        return (state ^ ('0' + digit)) * PRIME;
    }

    private static int withThree(int state, int digits) {
        return withDigit(withDigit(withDigit(state, digits >>> 8), digits >>> 4 & 15), digits & 15);
    }

    private static int[] fronts(int size) {
        int[] states = new int[size];
        for (int number = 0; number < size; number++) {
            states[number] = ofFewDigits(number);
        }
        return states;
    }

    /** The digits of 0 to 999, four bits each. */
    private static short[] digits() {
        short[] digits = new short[1_000];
        for (int number = 0; number < digits.length; number++) {
            digits[number] = (short) (((number / 100) << 8) | (((number / 10) % 10) << 4) | (number % 10));
        }
        return digits;
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
