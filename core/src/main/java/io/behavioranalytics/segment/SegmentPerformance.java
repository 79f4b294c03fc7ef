package io.behavioranalytics.segment;

import io.behavioranalytics.profile.Score;
import java.math.BigDecimal;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How the members of a segment do, held against all other subjects.
 *
 * @param members who is in the segment
 * @param others who has events and is not
 */
public record SegmentPerformance(Group members, Group others) {
    /**
     * One of the two groups.
     *
     * @param subjects how many there are
     * @param converted how many of them have at least one conversion event in the range
     * @param revenue the sum of the {@code value}s of their conversion events in the range, exact
     * @param meanScores the mean of each score now, rounded once; empty for a group of nobody
     */
    public record Group(long subjects, long converted, BigDecimal revenue, Map<Score, Double> meanScores) {
        /** Copies the means. */
        public Group {
            Map<Score, Double> copy = new EnumMap<>(Score.class);
            copy.putAll(meanScores);
            meanScores = Collections.unmodifiableMap(copy);
        }

        /**
         * The share of the subjects that converted.
         *
         * @return 0 to 1, or null for a group of nobody
         */
        public @Nullable Double conversionRate() {
            return subjects == 0 ? null : (double) converted / (double) subjects;
        }
    }
}
