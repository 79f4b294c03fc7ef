package io.behavioranalytics.report;

/**
 * What the models of lifetime value know of a customer: how often, how lately, for how long.
 *
 * @param frequency repeat purchases: the periods with a purchase, the first one left out; a whole number of 0 or more
 * @param recency from the first to the last purchase, in units of time, 0 to {@code age}; 0 if there is no repeat purchase
 * @param age from the first purchase to the end of the observation, in units of time, 0 or more
 * @param value the mean of a repeat purchase, 0 or more; 0 if there is none
 */
public record PurchaseSummary(double frequency, double recency, double age, double value) {
    /**
     * Checks the figures.
     *
     * @throws IllegalArgumentException if one of them is out of its range
     */
    public PurchaseSummary {
        if (!(frequency >= 0) || frequency != Math.rint(frequency) || Double.isInfinite(frequency)) {
            throw new IllegalArgumentException("frequency must be a whole number of 0 or more: " + frequency);
        }
        if (!(age >= 0) || Double.isInfinite(age)) {
            throw new IllegalArgumentException("age must be 0 or more: " + age);
        }
        if (!(recency >= 0) || recency > age) {
            throw new IllegalArgumentException("recency must be 0 to the age of " + age + ": " + recency);
        }
        if (frequency == 0 && recency > 0) {
            throw new IllegalArgumentException("recency must be 0 without a repeat purchase: " + recency);
        }
        if (!(value >= 0) || Double.isInfinite(value)) {
            throw new IllegalArgumentException("value must be 0 or more: " + value);
        }
    }

    /**
     * A customer of whom no value is known.
     *
     * @param frequency repeat purchases
     * @param recency from the first to the last purchase
     * @param age from the first purchase to the end of the observation
     * @throws IllegalArgumentException if one of them is out of its range
     */
    public PurchaseSummary(double frequency, double recency, double age) {
        this(frequency, recency, age, 0);
    }
}
