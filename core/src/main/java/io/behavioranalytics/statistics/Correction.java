package io.behavioranalytics.statistics;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Corrections for looking at several hypotheses at once. Each adjusts p-values so that those at or below alpha may be called
 * significant together.
 */
public enum Correction {
    /** None. */
    NONE {
        @Override
        double[] ofSorted(double[] p) {
            return p.clone();
        }
    },
    /** Family-wise error, any dependence: every p times their number (Bonferroni 1936). */
    BONFERRONI {
        @Override
        double[] ofSorted(double[] p) {
            return IntStream.range(0, p.length)
                    .mapToDouble(i -> p.length * p[i])
                    .toArray();
        }
    },
    /** Family-wise error, independent or positively dependent: {@code 1 − (1 − p)^m} in one step (Šidák 1967). */
    SIDAK {
        @Override
        double[] ofSorted(double[] p) {
            return IntStream.range(0, p.length)
                    .mapToDouble(i -> sidak(p[i], p.length))
                    .toArray();
        }
    },
    /** Family-wise error as {@link #SIDAK}, stepping down (Holland and Copenhaver 1987). */
    HOLM_SIDAK {
        @Override
        double[] ofSorted(double[] p) {
            return rising(IntStream.range(0, p.length)
                    .mapToDouble(i -> sidak(p[i], p.length - i))
                    .toArray());
        }
    },
    /** Family-wise error, any dependence, stepping down; never less powerful than {@link #BONFERRONI} (Holm 1979). */
    HOLM {
        @Override
        double[] ofSorted(double[] p) {
            return rising(IntStream.range(0, p.length)
                    .mapToDouble(i -> (p.length - i) * p[i])
                    .toArray());
        }
    },
    /** Family-wise error, independent or positively dependent, stepping up (Hochberg 1988). */
    HOCHBERG {
        @Override
        double[] ofSorted(double[] p) {
            return falling(IntStream.range(0, p.length)
                    .mapToDouble(i -> (p.length - i) * p[i])
                    .toArray());
        }
    },
    /** Family-wise error as {@link #HOCHBERG} and more powerful: the closure of Simes' test (Hommel 1988). */
    HOMMEL {
        @Override
        double[] ofSorted(double[] p) {
            return hommel(p);
        }
    },
    /** False discovery rate, independent or positively dependent (Benjamini and Hochberg 1995). */
    BENJAMINI_HOCHBERG {
        @Override
        double[] ofSorted(double[] p) {
            return stepUp(p, p.length);
        }
    },
    /** False discovery rate, any dependence (Benjamini and Yekutieli 2001). */
    BENJAMINI_YEKUTIELI {
        @Override
        double[] ofSorted(double[] p) {
            double harmonic = 0;
            for (int i = 1; i <= p.length; i++) {
                harmonic += 1.0 / i;
            }
            return stepUp(p, p.length * harmonic);
        }
    };

    /**
     * The adjusted p-values.
     *
     * @param pValues of the hypotheses, 0 to 1; may be empty
     * @return as many, in the same order, at most 1
     * @throws IllegalArgumentException if a p-value is out of range
     */
    public List<Double> adjust(List<Double> pValues) {
        return adjusted(pValues, this::ofSorted);
    }

    /**
     * The two-stage procedure for the false discovery rate (Benjamini, Krieger, Yekutieli, Biometrika 2006, definition 6): a first stage
     * estimates how many hypotheses are true, and the p-values of {@link #BENJAMINI_HOCHBERG} are multiplied by their share. If the
     * first stage rejects all, no true one is left, and every p-value becomes 0; so p-values adjusted for one alpha say nothing of another.
     *
     * @param pValues of the hypotheses, 0 to 1; may be empty
     * @param alpha the level, between 0 and 1; the adjusted p-values are to be compared with it
     * @param firstStage the first stage's level
     * @return as many, in the same order, at most 1
     * @throws IllegalArgumentException if a p-value or alpha is out of range
     */
    public static List<Double> twoStage(List<Double> pValues, double alpha, FirstStage firstStage) {
        return stages(pValues, alpha, firstStage, false);
    }

    /**
     * The two-stage procedure repeated: what a stage rejected is the next one's estimate, until no stage rejects more.
     *
     * @param pValues of the hypotheses, 0 to 1; may be empty
     * @param alpha the level, between 0 and 1; the adjusted p-values are to be compared with it
     * @param firstStage the first stage's level
     * @return as many, in the same order, at most 1
     * @throws IllegalArgumentException if a p-value or alpha is out of range
     */
    public static List<Double> iteratedTwoStage(List<Double> pValues, double alpha, FirstStage firstStage) {
        return stages(pValues, alpha, firstStage, true);
    }

    private static List<Double> stages(List<Double> pValues, double alpha, FirstStage first, boolean iterated) {
        double factor = first == FirstStage.ALPHA ? 1 : 1 + Domain.alpha(alpha);
        double level = Domain.alpha(alpha) / factor;
        return adjusted(pValues, p -> {
            double[] once = stepUp(p, p.length);
            double share = shareLeft(once, level, 1);
            while (iterated && share > 0 && shareLeft(once, level, share) < share) {
                share = shareLeft(once, level, share);
            }
            double times = share * factor;
            return IntStream.range(0, p.length)
                    .mapToDouble(i -> times * once[i])
                    .toArray();
        });
    }

    /** The share of hypotheses that are not rejected when so large a share is taken for true. */
    private static double shareLeft(double[] adjusted, double level, double share) {
        return (double) IntStream.range(0, adjusted.length)
                        .filter(i -> share * adjusted[i] > level)
                        .count()
                / adjusted.length;
    }

    /** At which level the first stage of the two-stage procedure tests. */
    public enum FirstStage {
        /** At alpha, as R's multtest. */
        ALPHA,
        /** At {@code alpha / (1 + alpha)}, as the paper; then the false discovery rate is at most alpha for independent hypotheses. */
        ALPHA_OVER_ONE_PLUS_ALPHA
    }

    /**
     * The interval that an adjusted p-value implies: normal, with the deviation that makes the effect's two-sided p-value the adjusted
     * one. GrowthBook shows intervals of corrected results so.
     *
     * @param effect the estimate
     * @param adjustedP the adjusted p-value, 0 to 1
     * @param alpha the level, between 0 and 1
     * @return the interval; a shortage if the effect is 0, or the p-value 0 or 1, which imply no deviation
     * @throws IllegalArgumentException if a number is out of range
     */
    public static Finding<Interval> interval(double effect, double adjustedP, double alpha) {
        Domain.finite("effect", effect);
        Domain.probability("adjustedP", adjustedP);
        Domain.alpha(alpha);
        if (effect == 0 || adjustedP == 0 || adjustedP == 1) {
            return Finding.insufficientData(Shortage.OUT_OF_REACH);
        }
        double deviation = Math.abs(effect) / StandardNormal.upperQuantile(adjustedP / 2);
        double halfWidth = StandardNormal.upperQuantile(alpha / 2) * deviation;
        return Double.isFinite(halfWidth)
                ? Finding.of(Interval.of(effect - halfWidth, effect + halfWidth))
                : Finding.insufficientData(Shortage.NOT_REPRESENTABLE);
    }

    /** The adjusted values of p-values in rising order; what exceeds 1 is cut by the caller. */
    abstract double[] ofSorted(double[] p);

    private interface OfSorted {
        double[] adjust(double[] p);
    }

    private static List<Double> adjusted(List<Double> pValues, OfSorted method) {
        pValues.forEach(p -> Domain.probability("pValue", p));
        List<Integer> order = IntStream.range(0, pValues.size())
                .boxed()
                .sorted(Comparator.comparing(pValues::get))
                .toList();
        double[] sorted = order.stream().mapToDouble(pValues::get).toArray();
        double[] adjusted = sorted.length == 0 ? sorted : method.adjust(sorted);
        List<Double> result = new ArrayList<>(pValues);
        for (int i = 0; i < adjusted.length; i++) {
            result.set(order.get(i), Math.min(1, adjusted[i]));
        }
        return List.copyOf(result);
    }

    private static double sidak(double p, int m) {
        return p == 1 ? 1 : -Math.expm1(m * Math.log1p(-p));
    }

    private static double[] stepUp(double[] p, double m) {
        return falling(IntStream.range(0, p.length)
                .mapToDouble(i -> m * p[i] / (i + 1))
                .toArray());
    }

    private static double[] rising(double[] values) {
        for (int i = 1; i < values.length; i++) {
            values[i] = Math.max(values[i], values[i - 1]);
        }
        return values;
    }

    private static double[] falling(double[] values) {
        for (int i = values.length - 2; i >= 0; i--) {
            values[i] = Math.min(values[i], values[i + 1]);
        }
        return values;
    }

    /**
     * An intersection of any m hypotheses is rejected by Simes' test at min over j of {@code m·p(j)/j}; the adjusted p-value of a
     * hypothesis is the greatest over all intersections that hold it. For every m the worst one holds the m − 1 largest p-values beside
     * it (Wright, Biometrics 1992).
     */
    private static double[] hommel(double[] p) {
        int n = p.length;
        double[] adjusted = p.clone();
        for (int m = n; m >= 2; m--) {
            double least = Double.POSITIVE_INFINITY;
            for (int j = 2; j <= m; j++) {
                least = Math.min(least, m * p[n - m + j - 1] / j);
            }
            for (int i = 0; i < n; i++) {
                // One of the m - 1 largest is in the intersection of the m largest; any other one leads it.
                adjusted[i] = Math.max(adjusted[i], Math.min(least, m * p[Math.min(i, n - m)]));
            }
        }
        return adjusted;
    }
}
