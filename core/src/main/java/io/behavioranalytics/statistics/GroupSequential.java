package io.behavioranalytics.statistics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Group-sequential boundaries by alpha spending: as much of the level as a function of time allows is spent at each look, whenever the
 * looks are (Lan and DeMets, Biometrika 1983). The statistic is a Brownian motion looked at at the information fractions; its density
 * within the boundaries so far is carried from look to look by numerical integration (Armitage, McPherson, Rowe 1969).
 *
 * @param spending how the level is spent
 * @param alpha the level over all looks, between 0 and 1
 * @param sides 1 for the upper side alone, 2 for both, of which each spends half
 * @param truncation the largest boundary, in standard errors; 8 is customary
 */
public record GroupSequential(Spending spending, double alpha, int sides, double truncation) {
    /** The largest boundary that Spotify's confidence and R's ldbounds take. */
    public static final double TRUNCATION = 8;

    /** Information of a look that is nearer to the one before is none. */
    private static final double LEAST_STEP = 1e-6;

    /** Beyond so many deviations of a step, nothing of the density arrives. */
    private static final double REACH = 9;

    /** How the level is spent over time. */
    public sealed interface Spending {
        /**
         * What is spent up to a time.
         *
         * @param alpha all there is to spend
         * @param fraction the information so far, more than 0 and at most 1
         * @return 0 to alpha, rising
         */
        double spent(double alpha, double fraction);
    }

    /**
     * The power family: {@code alpha·t^ρ} (Kim and DeMets, Biometrika 1987).
     *
     * @param rho more than 0
     */
    public record PowerFamily(double rho) implements Spending {
        /**
         * Checks ρ.
         *
         * @throws IllegalArgumentException if it is not more than 0
         */
        public PowerFamily {
            Domain.positive("rho", rho);
        }

        @Override
        public double spent(double alpha, double fraction) {
            return alpha * Math.pow(fraction, rho);
        }
    }

    /** Spending like O'Brien and Fleming's boundaries: {@code 2·(1 − Φ(z(alpha/2)/√t))} (Lan and DeMets 1983). */
    public record OBrienFleming() implements Spending {
        @Override
        public double spent(double alpha, double fraction) {
            return 2 * StandardNormal.above(StandardNormal.upperQuantile(alpha / 2) / Math.sqrt(fraction));
        }
    }

    /** Spending like Pocock's boundaries: {@code alpha·ln(1 + (e − 1)·t)} (Lan and DeMets 1983). */
    public record Pocock() implements Spending {
        @Override
        public double spent(double alpha, double fraction) {
            return alpha * Math.log1p((Math.E - 1) * fraction);
        }
    }

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if one is out of its range
     */
    public GroupSequential {
        Domain.alpha(alpha);
        Domain.positive("truncation", truncation);
        if (sides != 1 && sides != 2) {
            throw new IllegalArgumentException("sides must be 1 or 2: " + sides);
        }
    }

    /**
     * The information fractions of looks: units over those planned, or over those of the last look if that is beyond the plan.
     *
     * @param units at each look, not falling
     * @param planned more than 0
     * @return each more than 0 and at most 1
     * @throws IllegalArgumentException if there is no look, or the units fall or are not above 0
     */
    public static List<Double> fractions(List<Long> units, double planned) {
        if (units.isEmpty()) {
            throw new IllegalArgumentException("there must be a look");
        }
        double all = Math.max(Domain.positive("planned", planned), units.get(units.size() - 1));
        List<Double> fractions = new ArrayList<>();
        for (long at : units) {
            fractions.add(at / all);
        }
        checkFractions(fractions);
        return List.copyOf(fractions);
    }

    /**
     * The boundaries of the standardised statistic: the upper ones; for two sides the lower ones are the same below 0.
     *
     * <p>A look that comes with less than a millionth of the information more than the one before may not reject: it has the truncation, and
     * what it could have spent is left to the next.
     *
     * @param fractions information at each look, not falling, more than 0 and at most 1; times in the future do not change the
     *     boundaries of those before
     * @return one for each look, at most the truncation
     * @throws IllegalArgumentException if the fractions are out of range
     */
    public List<Double> bounds(List<Double> fractions) {
        checkFractions(fractions);
        List<Double> bounds = new ArrayList<>();
        @Nullable Density density = null;
        double spent = 0;
        double before = 0;
        for (int look = 0; look < fractions.size(); look++) {
            double time = fractions.get(look);
            if (time - before < LEAST_STEP) {
                bounds.add(truncation);
                continue;
            }
            double all = spending.spent(alpha / sides, time);
            double toSpend = Math.max(0, all - spent);
            spent = all;
            double step = Math.sqrt(time - before);
            double bound = density == null ? firstBound(toSpend) : density.bound(toSpend, time, step, truncation);
            bounds.add(bound);
            double next = nextTime(fractions, look);
            if (next > time) {
                double lower = sides == 2 ? -bound : -truncation;
                density = Density.of(density, lower, bound, time, step, Math.sqrt(next - time));
            }
            before = time;
        }
        return List.copyOf(bounds);
    }

    /** When information comes next; the same time if it does not. */
    private static double nextTime(List<Double> fractions, int look) {
        double time = fractions.get(look);
        for (double later : fractions.subList(look + 1, fractions.size())) {
            if (later - time >= LEAST_STEP) {
                return later;
            }
        }
        return time;
    }

    private double firstBound(double toSpend) {
        return toSpend <= 0 ? truncation : Math.min(truncation, StandardNormal.upperQuantile(toSpend));
    }

    /**
     * The level at which a fixed test would have this boundary: what the intervals of a look are computed with.
     *
     * @param bound a boundary
     * @return the p-value of a statistic that lies on it
     * @throws IllegalArgumentException if it is not finite
     */
    public double adjustedAlpha(double bound) {
        return Math.min(1, sides * StandardNormal.above(Domain.finite("bound", bound)));
    }

    private static void checkFractions(List<Double> fractions) {
        double before = 0;
        for (double fraction : fractions) {
            if (!(fraction > 0 && fraction >= before && fraction <= 1)) {
                throw new IllegalArgumentException(
                        "fractions must not fall, from above 0 to 1: " + fraction + " after " + before);
            }
            before = fraction;
        }
    }

    /** The density of the motion at a look, for those that crossed no boundary, at the points of a quadrature. */
    private static final class Density {
        private final double[] at;
        private final double[] mass;

        Density(double[] at, double[] mass) {
            this.at = at;
            this.mass = mass;
        }

        static Density of(@Nullable Density before, double lower, double upper, double time, double step, double next) {
            Quadrature rule = new Quadrature();
            double root = Math.sqrt(time);
            double low = lower * root;
            double width = (upper - lower) * root;
            // A panel no wider than what either step smooths over is integrated to the last digits.
            int panels = (int) Math.max(4, Math.ceil(width / (2 * Math.min(step, next))));
            double half = width / panels / 2;
            double[] at = new double[panels * rule.points()];
            double[] mass = new double[at.length];
            for (int i = 0; i < at.length; i++) {
                int point = i % rule.points();
                at[i] = low + (2 * (i / rule.points()) + 1) * half + half * rule.point(point);
                double density =
                        before == null ? StandardNormal.density(at[i] / root) / root : before.arriving(at[i], step);
                mass[i] = density * rule.weight(point) * half;
            }
            return new Density(at, mass);
        }

        private double arriving(double x, double step) {
            double sum = 0;
            for (int i = from(x - REACH * step); i < at.length && at[i] <= x + REACH * step; i++) {
                sum += mass[i] * StandardNormal.density((x - at[i]) / step);
            }
            return sum / step;
        }

        private int from(double x) {
            int found = Arrays.binarySearch(at, x);
            return found >= 0 ? found : -found - 1;
        }

        /** How likely the motion is above a boundary one step later. */
        private double above(double x, double step) {
            double sum = 0;
            int i = from(x - REACH * step);
            for (; i < at.length && at[i] <= x + REACH * step; i++) {
                sum += mass[i] * StandardNormal.above((x - at[i]) / step);
            }
            for (; i < at.length; i++) {
                sum += mass[i];
            }
            return sum;
        }

        double bound(double toSpend, double time, double step, double truncation) {
            double root = Math.sqrt(time);
            double most = truncation * root;
            if (above(most, step) >= toSpend) {
                return truncation;
            }
            // Newton's method on the logarithm, kept within what is known to hold the root.
            double low = -most;
            double high = most;
            double x = at[at.length - 1];
            for (int i = 0; i < 100; i++) {
                double above = above(x, step);
                if (above > toSpend) {
                    low = x;
                } else {
                    high = x;
                }
                double move = above > 0 ? Math.log(above / toSpend) * above / arriving(x, step) : Double.NaN;
                double next = x + move;
                if (!(next > low && next < high)) {
                    next = (low + high) / 2;
                }
                boolean done = Math.abs(next - x) < 1e-13 * Math.max(1, Math.abs(x));
                x = next;
                if (done) {
                    break;
                }
            }
            return x / root;
        }
    }
}
