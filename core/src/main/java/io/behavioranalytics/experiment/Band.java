package io.behavioranalytics.experiment;

import io.behavioranalytics.condition.Condition;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Users who have weights of their own: the members of a segment, or those of whom conditions hold.
 *
 * @param segment key or id of a segment, or null for a band of conditions
 * @param conditions on the profile, all of which must hold: {@code pattern equals high_intent}, {@code intentScore between [40, 80]};
 *     empty for a band of a segment
 * @param weights the part of the traffic of each variant in basis points, by variant id; a variant that is not named has none
 */
public record Band(@Nullable String segment, List<Condition> conditions, Map<String, Integer> weights) {
    /** Copies what it is given, in its order. */
    public Band {
        conditions = List.copyOf(conditions);
        weights = Collections.unmodifiableMap(new LinkedHashMap<>(weights));
    }

    /**
     * The members of a segment.
     *
     * @param segment key or id
     * @param weights basis points by variant id
     * @return the band
     */
    public static Band of(String segment, Map<String, Integer> weights) {
        return new Band(segment, List.of(), weights);
    }

    /**
     * Those of whom a condition holds.
     *
     * @param condition on the profile
     * @param weights basis points by variant id
     * @return the band
     */
    public static Band of(Condition condition, Map<String, Integer> weights) {
        return new Band(null, List.of(condition), weights);
    }
}
