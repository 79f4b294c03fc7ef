package io.behavioranalytics.report;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.commons.math3.special.Beta;
import org.apache.commons.math3.special.Gamma;

/**
 * The beta-geometric/NBD model of repeat purchases: who buys, buys at a rate of their own, and after each purchase may be lost for ever.
 *
 * <p>Fader, Hardie, Lee: "Counting Your Customers" the Easy Way, Marketing Science 24 (2005); equations 6 to 10. Purchase rates
 * are gamma distributed over customers with shape {@code r} and rate {@code alpha}, the probabilities to be lost beta distributed with
 * {@code a} and {@code b}. Times are in the unit that it was fitted in. Immutable.
 *
 * @param r shape of the purchase rates, positive
 * @param alpha rate of the purchase rates, positive
 * @param a first parameter of the probability to be lost, positive
 * @param b second parameter of the probability to be lost, positive
 */
public record BgNbd(double r, double alpha, double a, double b) {
    private static final int MOST_TERMS = 10_000_000;

    /**
     * Checks the parameters.
     *
     * @throws IllegalArgumentException if one of them is not positive
     */
    public BgNbd {
        if (!(r > 0 && alpha > 0 && a > 0 && b > 0)) {
            throw new IllegalArgumentException(
                    "parameters must be positive: " + r + ", " + alpha + ", " + a + ", " + b);
        }
    }

    /**
     * The model of the greatest likelihood.
     *
     * @param customers what is known of each
     * @return the model
     * @throws IllegalArgumentException if nobody bought again, or the likelihood has no maximum that can be found
     */
    public static BgNbd fit(Collection<PurchaseSummary> customers) {
        Observed observed = new Observed(customers);
        if (observed.repeats == 0) {
            throw new IllegalArgumentException("the model needs at least one customer who bought again");
        }
        double[] found = Likelihood.maximum(
                "purchases",
                p -> observed.logLikelihood(p[0], p[1], p[2], p[3]),
                1,
                Math.max(observed.meanAge(), 1e-6),
                1,
                2);
        return new BgNbd(found[0], found[1], found[2], found[3]);
    }

    /**
     * The logarithm of the likelihood of customers (equation 6), summed up.
     *
     * @param customers what is known of each
     * @return the sum
     */
    public double logLikelihood(Collection<PurchaseSummary> customers) {
        return new Observed(customers).logLikelihood(r, alpha, a, b);
    }

    /** Customers, those who are alike together. */
    private static final class Observed {
        private final double[] frequency;
        private final double[] recency;
        private final double[] age;
        private final double[] count;
        private final int most;
        private double repeats;
        private double ages;
        private double customers;

        Observed(Collection<PurchaseSummary> all) {
            Map<PurchaseSummary, Integer> alike = new LinkedHashMap<>();
            for (PurchaseSummary one : all) {
                alike.merge(new PurchaseSummary(one.frequency(), one.recency(), one.age()), 1, Integer::sum);
            }
            int size = alike.size();
            frequency = new double[size];
            recency = new double[size];
            age = new double[size];
            count = new double[size];
            int i = 0;
            int greatest = 0;
            for (Map.Entry<PurchaseSummary, Integer> entry : alike.entrySet()) {
                PurchaseSummary one = entry.getKey();
                frequency[i] = one.frequency();
                recency[i] = one.recency();
                age[i] = one.age();
                count[i] = entry.getValue();
                repeats += one.frequency() * entry.getValue();
                ages += one.age() * entry.getValue();
                customers += entry.getValue();
                greatest = (int) Math.max(greatest, Math.min(one.frequency(), 100_000));
                i++;
            }
            most = greatest;
        }

        double meanAge() {
            return ages / customers;
        }

        double logLikelihood(double r, double alpha, double a, double b) {
            // What depends on the number of purchases alone is computed once for each number.
            double[] ofFrequency = new double[most + 1];
            double logGammaR = Gamma.logGamma(r);
            double logAlpha = Math.log(alpha);
            double logBeta = Gamma.logGamma(a + b) - Gamma.logGamma(b);
            for (int x = 0; x <= most; x++) {
                ofFrequency[x] = ofFrequency(x, r, a, b) - logGammaR + r * logAlpha + logBeta;
            }
            double sum = 0;
            double logA = Math.log(a);
            for (int i = 0; i < frequency.length; i++) {
                double x = frequency[i];
                double one =
                        x <= most ? ofFrequency[(int) x] : ofFrequency(x, r, a, b) - logGammaR + r * logAlpha + logBeta;
                double logAge = Math.log(alpha + age[i]);
                one -= (r + x) * logAge;
                if (x > 0) {
                    one += log1pExp(logA - Math.log(b + x - 1) + (r + x) * (logAge - Math.log(alpha + recency[i])));
                }
                sum += count[i] * one;
            }
            return sum;
        }

        private static double ofFrequency(double x, double r, double a, double b) {
            return Gamma.logGamma(r + x) + Gamma.logGamma(b + x) - Gamma.logGamma(a + b + x);
        }
    }

    private static double log1pExp(double x) {
        return x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x));
    }

    /**
     * How many purchases a customer makes in a time, nothing known of them (equation 9).
     *
     * @param t the time, 0 or more
     * @return the expected number
     */
    public double expectedPurchases(double t) {
        return bought(0, t, alpha);
    }

    /**
     * How many purchases a customer will make in a time to come (equation 10).
     *
     * @param t the time, 0 or more
     * @param customer what is known of them
     * @return the expected number
     */
    public double expectedPurchases(double t, PurchaseSummary customer) {
        return bought(customer.frequency(), t, alpha + customer.age()) * probabilityAlive(customer);
    }

    /**
     * (a+b+x-1)/(a-1) [1 - (s/(s+t))^(r+x) F(r+x, b+x; a+b+x-1; t/(s+t))], or the same by Euler's
     * transformation of the hypergeometric function.
     */
    private double bought(double x, double t, double since) {
        if (t == 0) {
            return 0;
        }
        if (Math.abs(a - 1) < 1e-6) {
            // The limit at a = 1, where numerator and denominator vanish.
            return (new BgNbd(r, alpha, 1 + 2e-5, b).bought(x, t, since)
                            + new BgNbd(r, alpha, 1 - 2e-5, b).bought(x, t, since))
                    / 2;
        }
        double z = t / (since + t);
        double c = a + b + x - 1;
        double here = Math.log1p(-z);
        // Both are the same; the one whose terms grow less is computed.
        double power = Math.abs((a + b - 1 - r) * (a - 1)) < (r + x) * (b + x)
                ? hypergeometric(a + b - 1 - r, a - 1, c, z, (a - 1) * here)
                : hypergeometric(r + x, b + x, c, z, (r + x) * here);
        return c / (a - 1) * (1 - power);
    }

    /** The series of Gauss, for 0 to 1, times the exponential of a number. */
    private static double hypergeometric(double p, double q, double c, double z, double logFactor) {
        double term = 1;
        double sum = 1;
        double log = logFactor;
        for (int n = 0; n < MOST_TERMS; n++) {
            double ratio = (p + n) * (q + n) / ((c + n) * (n + 1)) * z;
            term *= ratio;
            sum += term;
            if (Math.abs(term) <= Math.abs(sum) * 1e-17 && Math.abs(ratio) < 1) {
                break;
            }
            if (Math.abs(term) > 1e200) {
                term *= 1e-200;
                sum *= 1e-200;
                log += 200 * Math.log(10);
            }
        }
        return sum * Math.exp(log);
    }

    /**
     * How likely it is that a customer may still buy.
     *
     * @param customer what is known of them
     * @return 0 to 1; 1 if they have not bought again, by the model's assumption
     */
    public double probabilityAlive(PurchaseSummary customer) {
        double x = customer.frequency();
        if (x == 0) {
            return 1;
        }
        double odds = Math.log(a)
                - Math.log(b + x - 1)
                + (r + x) * (Math.log(alpha + customer.age()) - Math.log(alpha + customer.recency()));
        return 1 / (1 + Math.exp(odds));
    }

    /**
     * How likely a number of purchases in a time is, nothing known of the customer (equation 8).
     *
     * @param n the number, 0 or more
     * @param t the time, 0 or more
     * @return 0 to 1
     */
    public double probability(int n, double t) {
        double logStay = r * (Math.log(alpha) - Math.log(alpha + t));
        double logGo = Math.log(t) - Math.log(alpha + t);
        double logBeta = Beta.logBeta(a, b);
        double alive = Math.exp(Beta.logBeta(a, b + n) - logBeta + logTerm(n) + logStay + (n == 0 ? 0 : n * logGo));
        if (n == 0) {
            return alive;
        }
        double before = 0;
        for (int j = 0; j < n; j++) {
            before += Math.exp(logTerm(j) + logStay + (j == 0 ? 0 : j * logGo));
        }
        return alive + Math.exp(Beta.logBeta(a + 1, b + n - 1) - logBeta) * Math.max(0, 1 - before);
    }

    private double logTerm(int j) {
        return Gamma.logGamma(r + j) - Gamma.logGamma(r) - Gamma.logGamma(j + 1.0);
    }
}
