package io.behavioranalytics.report;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.commons.math3.special.Gamma;

/**
 * The gamma-gamma model of what a purchase is worth: each customer's purchases vary about a mean of their own, which does not
 * depend on how often they buy.
 *
 * <p>Fader, Hardie: The Gamma-Gamma Model of Monetary Value (2013); equations 1a, 4, 5. Immutable.
 *
 * @param p shape of the values of a customer, positive
 * @param q shape of their scales over customers, positive
 * @param v scale of their scales over customers, positive
 */
public record GammaGamma(double p, double q, double v) {
    /**
     * Checks the parameters.
     *
     * @throws IllegalArgumentException if one of them is not positive
     */
    public GammaGamma {
        if (!(p > 0 && q > 0 && v > 0)) {
            throw new IllegalArgumentException("parameters must be positive: " + p + ", " + q + ", " + v);
        }
    }

    /**
     * The model of the greatest likelihood, by those who bought again for more than nothing.
     *
     * @param customers what is known of each
     * @return the model
     * @throws IllegalArgumentException if they are fewer than two, or the likelihood has no maximum that can be found
     */
    public static GammaGamma fit(Collection<PurchaseSummary> customers) {
        List<PurchaseSummary> buyers = buyers(customers);
        if (buyers.size() < 2) {
            throw new IllegalArgumentException(
                    "the model needs at least two customers who bought again for more than nothing");
        }
        double mean =
                buyers.stream().mapToDouble(PurchaseSummary::value).average().orElseThrow();
        double[] found =
                Likelihood.maximum("values of purchases", at -> logLikelihood(buyers, at[0], at[1], at[2]), 2, 3, mean);
        return new GammaGamma(found[0], found[1], found[2]);
    }

    /**
     * The logarithm of the likelihood of customers (equation 1a), summed up over those who bought again for more than nothing.
     *
     * @param customers what is known of each
     * @return the sum
     */
    public double logLikelihood(Collection<PurchaseSummary> customers) {
        return logLikelihood(buyers(customers), p, q, v);
    }

    private static List<PurchaseSummary> buyers(Collection<PurchaseSummary> customers) {
        List<PurchaseSummary> buyers = new ArrayList<>();
        for (PurchaseSummary customer : customers) {
            if (customer.frequency() > 0 && customer.value() > 0) {
                buyers.add(customer);
            }
        }
        return buyers;
    }

    private static double logLikelihood(List<PurchaseSummary> buyers, double p, double q, double v) {
        double sum = 0;
        double logGammaQ = Gamma.logGamma(q);
        double logV = Math.log(v);
        for (PurchaseSummary buyer : buyers) {
            double x = buyer.frequency();
            double z = buyer.value();
            sum += Gamma.logGamma(p * x + q)
                    - Gamma.logGamma(p * x)
                    - logGammaQ
                    + q * logV
                    + (p * x - 1) * Math.log(z)
                    + p * x * Math.log(x)
                    - (p * x + q) * Math.log(x * z + v);
        }
        return sum;
    }

    /**
     * What a purchase of a customer is worth on average (equation 5): between what they paid and what all pay.
     *
     * @param customer what is known of them
     * @return the expected value, not finite if the model has none: {@code q} of at most 1 and no purchase
     */
    public double expectedValue(PurchaseSummary customer) {
        double x = customer.frequency();
        double below = p * x + q - 1;
        return below <= 0 ? Double.POSITIVE_INFINITY : p * (v + x * customer.value()) / below;
    }

    /**
     * What a purchase is worth on average over all customers (equation 4).
     *
     * @return the expected value, not finite if {@code q} is at most 1
     */
    public double expectedValue() {
        return q <= 1 ? Double.POSITIVE_INFINITY : p * v / (q - 1);
    }
}
