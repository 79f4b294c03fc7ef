package io.behavioranalytics.segment;

import io.behavioranalytics.event.Category;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.EventView;
import io.behavioranalytics.event.Micros;
import io.behavioranalytics.profile.ProfileFold;
import io.behavioranalytics.profile.Score;
import io.behavioranalytics.profile.ScoringModel;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Computes a {@link SegmentPerformance}, subject by subject. Sums are exact, so parts that were computed apart, on any number of threads
 * or machines and of any subjects, merge to the same result. Not thread-safe; one for each thread.
 */
public final class SegmentPerformanceFold {
    private final Question question;
    private final Sums members = new Sums();
    private final Sums others = new Sums();

    /**
     * What is asked.
     *
     * @param start the first instant of conversions
     * @param end the first instant that is left out
     * @param conversions the types of event that are conversions, at least one
     * @param now the instant of the scores
     * @param scoring how they are computed
     */
    public record Question(Instant start, Instant end, Set<EventType> conversions, Instant now, ScoringModel scoring) {
        /**
         * Copies the types.
         *
         * @throws IllegalArgumentException if the end is not behind the start, or no type is named
         */
        public Question {
            conversions = Set.copyOf(conversions);
            if (!start.isBefore(end)) {
                throw new IllegalArgumentException("the end must be behind the start: " + start + ", " + end);
            }
            if (conversions.isEmpty()) {
                throw new IllegalArgumentException("conversions must name at least one event type");
            }
        }
    }

    private static final class Sums {
        private long subjects;
        private long converted;
        private BigDecimal revenue = BigDecimal.ZERO;
        private final Map<Score, BigDecimal> scores = new EnumMap<>(Score.class);

        void add(Sums other) {
            subjects += other.subjects;
            converted += other.converted;
            revenue = revenue.add(other.revenue);
            other.scores.forEach((score, sum) -> scores.merge(score, sum, BigDecimal::add));
        }

        SegmentPerformance.Group group() {
            Map<Score, Double> means = new EnumMap<>(Score.class);
            if (subjects > 0) {
                scores.forEach((score, sum) -> means.put(
                        score,
                        sum.divide(BigDecimal.valueOf(subjects), MathContext.DECIMAL128)
                                .doubleValue()));
            }
            BigDecimal plain = revenue.signum() == 0 ? BigDecimal.ZERO : revenue.stripTrailingZeros();
            return new SegmentPerformance.Group(
                    subjects, converted, plain.scale() < 0 ? plain.setScale(0) : plain, means);
        }
    }

    /**
     * Starts without subjects.
     *
     * @param question what is asked
     */
    public SegmentPerformanceFold(Question question) {
        this.question = question;
    }

    /**
     * Takes in a subject; one without a visible event but those of the system counts too.
     *
     * @param visible its events that are visible now, in order (S1)
     * @param member whether it is in the segment
     */
    public void accumulate(List<? extends EventView> visible, boolean member) {
        Sums sums = member ? members : others;
        ProfileFold fold = new ProfileFold(question.scoring());
        long start = Micros.ofAny(question.start());
        long end = Micros.ofAny(question.end());
        boolean converted = false;
        for (EventView event : visible) {
            fold.apply(event);
            if (event.category() != Category.SYSTEM
                    && event.micros() >= start
                    && event.micros() < end
                    && question.conversions().contains(event.type())) {
                converted = true;
                Double value = event.value();
                if (value != null) {
                    // As it was written: 19.99 is 19.99, not the double next to it.
                    sums.revenue = sums.revenue.add(BigDecimal.valueOf(value));
                }
            }
        }
        sums.subjects++;
        sums.converted += converted ? 1 : 0;
        long now = Micros.of(question.now());
        for (Score score : Score.values()) {
            sums.scores.merge(score, new BigDecimal(fold.score(score, now)), BigDecimal::add);
        }
    }

    /**
     * Takes in what another fold of the same question took in, of other subjects.
     *
     * @param other the other fold, which stays as it is
     */
    public void merge(SegmentPerformanceFold other) {
        members.add(other.members);
        others.add(other.others);
    }

    /**
     * What came of it so far.
     *
     * @return the result
     */
    public SegmentPerformance result() {
        return new SegmentPerformance(members.group(), others.group());
    }
}
