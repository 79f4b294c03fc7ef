package io.behavioranalytics.statistics;

import java.util.ArrayList;
import java.util.List;

/**
 * How many units an experiment needs, each arm by its weight: for every comparison
 * {@code N = (z(1 − alpha or alpha/2) + z(power))²·(v₁/w₁ + v₂/w₂) / effect²}, of which the largest counts. After Spotify's confidence; G*Power
 * and textbooks agree within the exactness of the normal approximation.
 *
 * @param perArm units of each arm, rounded up
 * @param total of all arms
 */
public record SampleSize(List<Long> perArm, long total) {
    private static final double MOST = 1e15;

    /** Copies the list. */
    public SampleSize {
        perArm = List.copyOf(perArm);
    }

    /** Which arms are compared. */
    public enum Comparisons {
        /** Every treatment with the control. */
        CONTROL_VS_ALL,
        /** Every arm with every other. */
        ALL_VS_ALL
    }

    /**
     * What is looked for.
     *
     * @param effect the difference of two means that is to be found, not 0; or the margin of non-inferiority
     * @param controlVariance per unit, more than 0
     * @param treatmentVariance per unit, more than 0; the same, or of a proportion that of the lifted rate
     * @param alternative on which side
     * @param alpha the level of one comparison, between 0 and 1; Bonferroni divides it beforehand
     * @param power between 0 and 1
     */
    public record Goal(
            double effect,
            double controlVariance,
            double treatmentVariance,
            Alternative alternative,
            double alpha,
            double power) {
        /**
         * Checks the numbers.
         *
         * @throws IllegalArgumentException if one is out of its range
         */
        public Goal {
            if (!(Math.abs(effect) > 0) || Double.isInfinite(effect)) {
                throw new IllegalArgumentException("effect must be finite and not 0: " + effect);
            }
            Domain.positive("controlVariance", controlVariance);
            Domain.positive("treatmentVariance", treatmentVariance);
            Domain.alpha(alpha);
            Domain.between("power", power);
        }
    }

    /**
     * Plans.
     *
     * @param goal what is looked for
     * @param weights of the arms, the control's first, each more than 0, in any unit
     * @param comparisons which arms are compared
     * @return the units; a shortage if more than 10^15 are needed
     * @throws IllegalArgumentException if there are less than two arms, or a weight is not more than 0
     */
    public static Finding<SampleSize> of(Goal goal, List<Double> weights, Comparisons comparisons) {
        if (weights.size() < 2) {
            throw new IllegalArgumentException("weights must be at least 2: " + weights.size());
        }
        double sum = 0;
        for (double weight : weights) {
            sum += Domain.positive("weight", weight);
        }
        double errors = Math.max(0, Power.quantiles(goal.alternative, goal.alpha, goal.power)) / goal.effect;
        double largest = 0;
        for (int i = 0; i < (comparisons == Comparisons.CONTROL_VS_ALL ? 1 : weights.size()); i++) {
            for (int j = i + 1; j < weights.size(); j++) {
                double first = i == 0 ? goal.controlVariance : goal.treatmentVariance;
                double spread = first / weights.get(i) + goal.treatmentVariance / weights.get(j);
                largest = Math.max(largest, errors * errors * spread * sum);
            }
        }
        if (!(largest < MOST)) {
            return Finding.insufficientData(Shortage.OUT_OF_REACH);
        }
        List<Long> perArm = new ArrayList<>();
        long total = 0;
        for (double weight : weights) {
            long units = (long) Math.ceil(largest * weight / sum);
            perArm.add(units);
            total += units;
        }
        return Finding.of(new SampleSize(perArm, total));
    }
}
