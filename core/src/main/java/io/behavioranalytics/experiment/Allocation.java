package io.behavioranalytics.experiment;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How traffic is given to the variants.
 *
 * @param total the part of the targeted users that takes part, in basis points, 1 to 10,000
 * @param method how weights come about
 * @param bands the weights of some users, of which the first that holds counts; only for {@link Method#SEGMENT_BASED} and {@link
 *     Method#BEHAVIOR_BASED}; who is in none has the variants' own weights
 * @param adaptive how weights follow the results; used by {@link Method#ADAPTIVE} alone
 */
public record Allocation(int total, Method method, List<Band> bands, Adaptive adaptive) {
    /** What a whole is, in basis points. */
    public static final int WHOLE = 10_000;

    /** How weights come about. */
    public enum Method {
        /** By the hash alone. */
        RANDOM,
        /** By the hash, with weights by segment. */
        SEGMENT_BASED,
        /** By the hash, with weights by pattern, score or anything else of the profile. */
        BEHAVIOR_BASED,
        /** By the hash, with weights that follow the results from phase to phase. */
        ADAPTIVE;

        private final String json = name().toLowerCase(Locale.ROOT);

        /**
         * The name used in JSON.
         *
         * @return lower case
         */
        public String json() {
            return json;
        }

        static Optional<Method> parse(String text) {
            for (Method method : values()) {
                if (method.json.equals(text) || method.name().equals(text)) {
                    return Optional.of(method);
                }
            }
            return Optional.empty();
        }
    }

    /** Copies the bands. */
    public Allocation {
        bands = List.copyOf(bands);
    }

    /**
     * All targeted users, by the hash alone.
     *
     * @return the allocation
     */
    public static Allocation everybody() {
        return random(WHOLE);
    }

    /**
     * A part of the targeted users, by the hash alone.
     *
     * @param total the part in basis points
     * @return the allocation
     */
    public static Allocation random(int total) {
        return new Allocation(total, Method.RANDOM, List.of(), Adaptive.DEFAULTS);
    }
}
