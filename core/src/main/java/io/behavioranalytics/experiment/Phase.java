package io.behavioranalytics.experiment;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A stretch of an experiment in which variants had the same weights for the same users (S29).
 *
 * @param number 1 for the first
 * @param startedAt when it began
 * @param bucketVersion 0, and one more with each re-randomising; who was exposed under another one is bucketed anew
 * @param weights the weights of those in no band, in basis points by variant id
 * @param bands the weights of the others
 */
public record Phase(int number, Instant startedAt, int bucketVersion, Map<String, Integer> weights, List<Band> bands) {
    /** Copies what it is given, in its order. */
    public Phase {
        weights = Collections.unmodifiableMap(new LinkedHashMap<>(weights));
        bands = List.copyOf(bands);
    }

    /**
     * The weights of a band.
     *
     * @param band its place from 0 on, or -1 for those in no band
     * @return basis points by variant id
     */
    public Map<String, Integer> weights(int band) {
        return band < 0 ? weights : bands.get(band).weights();
    }
}
