package io.behavioranalytics.statistics;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.LUDecomposition;
import org.apache.commons.math3.linear.RealMatrix;

/**
 * Effects that are computed within strata and put together by the strata's shares of all units, so that what distinguishes the strata does not
 * add to the variance (Miratrix, Sekhon, Yu, Journal of the Royal Statistical Society B 2013). The strata must be known from before the
 * experiment. With shares ν, means α and covariances C of the strata, in the form of GrowthBook:
 * {@code Cov = α·(diag(ν) − ν·ν′)·α′/N + Σ ν·C/N}.
 *
 * <p>With covariates, each stratum's effect is that of a linear regression on treatment and covariates with one slope in both arms; the control's
 * mean is taken at the stratum's mean of the covariates, whose own variance counts.
 *
 * <p>The degrees of freedom of an effect are the units less two for each stratum; it is meant for {@link MeanTest#z}.
 */
public final class PostStratification {
    private PostStratification() {}

    /**
     * Control and treatment of one stratum.
     *
     * @param <T> what was observed
     * @param control the control's units of the stratum
     * @param treatment the treatment's
     */
    public record Stratum<T>(T control, T treatment) {}

    /** A stratum's control and effect, of a mean or of numerator and denominator, and n times their covariance. */
    private static final class Cell {
        private final double n;
        private final double[] mean;
        private final double[][] covariance;

        Cell(double n, double[] mean, double[][] covariance) {
            this.n = n;
            this.mean = mean;
            this.covariance = covariance;
        }
    }

    /**
     * The effect on a mean or a proportion.
     *
     * @param strata one or more
     * @param scale on which scale
     * @return the effect; a shortage if there is no stratum, or one has less than two units in an arm
     */
    public static Finding<Effect> ofMeans(List<Stratum<Observed>> strata, EffectScale scale) {
        return summary(
                strata,
                2,
                scale,
                Observed::n,
                stratum -> plain(
                        new Observed[] {stratum.control()},
                        new Observed[] {stratum.treatment()},
                        new double[] {0},
                        new double[] {0}));
    }

    /**
     * The effect on a ratio.
     *
     * @param strata one or more
     * @param scale on which scale
     * @return the effect; a shortage if there is no stratum, one has less than two units in an arm, or a denominator is 0
     */
    public static Finding<Effect> ofRatios(List<Stratum<RatioSample>> strata, EffectScale scale) {
        return summary(strata, 2, scale, RatioSample::n, stratum -> {
            RatioSample a = stratum.control();
            RatioSample b = stratum.treatment();
            return plain(
                    new Observed[] {a.numerator(), a.denominator()},
                    new Observed[] {b.numerator(), b.denominator()},
                    new double[] {a.covariance()},
                    new double[] {b.covariance()});
        });
    }

    /**
     * The effect on a mean, adjusted by a covariate.
     *
     * @param strata one or more
     * @param scale on which scale
     * @return the effect; a shortage if there is no stratum, or one has less than two units in an arm or four in both
     */
    public static Finding<Effect> ofCovariates(List<Stratum<CovariateSample>> strata, EffectScale scale) {
        return summary(strata, 4, scale, CovariateSample::n, stratum -> {
            CovariateSample a = stratum.control();
            CovariateSample b = stratum.treatment();
            Sums sums = new Sums(a.n(), b.n());
            sums.covariates = new double[][] {{a.pre().sum(), b.pre().sum()}};
            sums.covariateProducts =
                    new double[][] {{a.pre().sumOfSquares() + b.pre().sumOfSquares()}};
            sums.responses = new double[][] {{a.post().sum(), b.post().sum()}};
            sums.responseProducts =
                    new double[][] {{a.post().sumOfSquares() + b.post().sumOfSquares()}};
            sums.products = new double[][] {{a.sumOfProducts() + b.sumOfProducts()}};
            return sums.regression(3);
        });
    }

    /**
     * The effect on a ratio, adjusted by numerator and denominator from before.
     *
     * @param strata one or more
     * @param scale on which scale
     * @return the effect; a shortage if there is no stratum, one has less than two units in an arm or seven in both, or a denominator is 0
     */
    public static Finding<Effect> ofCovariateRatios(List<Stratum<CovariateRatioSample>> strata, EffectScale scale) {
        return summary(strata, 7, scale, CovariateRatioSample::n, stratum -> {
            CovariateRatioSample a = stratum.control();
            CovariateRatioSample b = stratum.treatment();
            Sums sums = new Sums(a.n(), b.n());
            sums.responses = sums(a, b, 0);
            sums.covariates = sums(a, b, 2);
            sums.responseProducts = products(a, b, 0, 0);
            sums.covariateProducts = products(a, b, 2, 2);
            sums.products = products(a, b, 2, 0);
            return sums.regression(6);
        });
    }

    private static double[][] sums(CovariateRatioSample a, CovariateRatioSample b, int from) {
        double[][] sums = new double[2][];
        for (int i = 0; i < 2; i++) {
            sums[i] = new double[] {a.parts()[from + i].sum(), b.parts()[from + i].sum()};
        }
        return sums;
    }

    private static double[][] products(CovariateRatioSample a, CovariateRatioSample b, int rows, int columns) {
        double[][] products = new double[2][2];
        for (int i = 0; i < 2; i++) {
            for (int j = 0; j < 2; j++) {
                products[i][j] = a.product(rows + i, columns + j) + b.product(rows + i, columns + j);
            }
        }
        return products;
    }

    /** Means of the arms; one covariance for each arm where there are two parts. */
    private static Cell plain(Observed[] control, Observed[] treatment, double[] covA, double[] covB) {
        int parts = control.length;
        double nA = control[0].n();
        double nB = treatment[0].n();
        double n = nA + nB;
        double[] mean = new double[2 * parts];
        double[][] covariance = new double[2 * parts][2 * parts];
        for (int i = 0; i < parts; i++) {
            mean[2 * i] = control[i].mean();
            mean[2 * i + 1] = treatment[i].mean() - control[i].mean();
            for (int j = 0; j < parts; j++) {
                double ofA = (i == j ? control[i].variance() : covA[0]) * n / nA;
                double ofB = (i == j ? treatment[i].variance() : covB[0]) * n / nB;
                covariance[2 * i][2 * j] = ofA;
                covariance[2 * i][2 * j + 1] = -ofA;
                covariance[2 * i + 1][2 * j] = -ofA;
                covariance[2 * i + 1][2 * j + 1] = ofA + ofB;
            }
        }
        return new Cell(n, mean, covariance);
    }

    /** Sums of a stratum that its regression needs; pairs are control and treatment, products are of both. */
    private static final class Sums {
        private final double n;
        private final double nB;
        private double[][] responses = {};
        private double[][] covariates = {};
        private double[][] responseProducts = {};
        private double[][] covariateProducts = {};
        private double[][] products = {};

        Sums(long nA, long nB) {
            this.n = (double) nA + nB;
            this.nB = nB;
        }

        /** Least squares on (1, treatment, covariates less their means), so that the constant is the control at these means. */
        Cell regression(int taken) {
            int p = covariates.length;
            double[] centre = new double[p];
            double[][] spread = new double[p][p];
            for (int i = 0; i < p; i++) {
                centre[i] = (covariates[i][0] + covariates[i][1]) / n;
            }
            RealMatrix normal = new Array2DRowRealMatrix(2 + p, 2 + p);
            normal.setEntry(0, 0, n);
            normal.setEntry(0, 1, nB);
            normal.setEntry(1, 0, nB);
            normal.setEntry(1, 1, nB);
            for (int i = 0; i < p; i++) {
                double inTreatment = covariates[i][1] - nB * centre[i];
                normal.setEntry(1, 2 + i, inTreatment);
                normal.setEntry(2 + i, 1, inTreatment);
                for (int j = 0; j < p; j++) {
                    spread[i][j] = covariateProducts[i][j] - n * centre[i] * centre[j];
                    normal.setEntry(2 + i, 2 + j, spread[i][j]);
                }
            }
            RealMatrix inverse = inverse(normal, spread);
            int parts = responses.length;
            double[][] right = new double[parts][2 + p];
            double[][] slopes = new double[parts][];
            for (int r = 0; r < parts; r++) {
                double sum = responses[r][0] + responses[r][1];
                right[r][0] = sum;
                right[r][1] = responses[r][1];
                for (int i = 0; i < p; i++) {
                    right[r][2 + i] = products[i][r] - centre[i] * sum;
                }
                slopes[r] = inverse.operate(right[r]);
            }
            return cell(taken, inverse, right, slopes, spread);
        }

        /** A covariate that does not vary, or is the other one, takes no part. */
        private static RealMatrix inverse(RealMatrix normal, double[][] spread) {
            for (int used = spread.length; used >= 0; used--) {
                RealMatrix part = normal.getSubMatrix(0, 1 + used, 0, 1 + used);
                LUDecomposition decomposition = new LUDecomposition(part, 0);
                double scale = 1;
                for (int i = 0; i < part.getRowDimension(); i++) {
                    scale *= part.getEntry(i, i);
                }
                if (used == 0 || Math.abs(decomposition.getDeterminant()) > 1e-12 * Math.abs(scale)) {
                    RealMatrix inverse =
                            new Array2DRowRealMatrix(normal.getRowDimension(), normal.getColumnDimension());
                    inverse.setSubMatrix(decomposition.getSolver().getInverse().getData(), 0, 0);
                    return inverse;
                }
            }
            throw new IllegalStateException("an arm without units");
        }

        private Cell cell(int taken, RealMatrix inverse, double[][] right, double[][] slopes, double[][] spread) {
            int parts = responses.length;
            double[] mean = new double[2 * parts];
            double[][] covariance = new double[2 * parts][2 * parts];
            for (int r = 0; r < parts; r++) {
                mean[2 * r] = slopes[r][0];
                mean[2 * r + 1] = slopes[r][1];
                for (int q = 0; q < parts; q++) {
                    double residual = responseProducts[r][q];
                    for (int i = 0; i < slopes[q].length; i++) {
                        residual -= right[r][i] * slopes[q][i];
                    }
                    double sigma = residual / (n - taken);
                    for (int k = 0; k < 2; k++) {
                        for (int l = 0; l < 2; l++) {
                            covariance[2 * r + k][2 * q + l] = n * sigma * inverse.getEntry(k, l);
                        }
                    }
                    for (int i = 0; i < spread.length; i++) {
                        for (int j = 0; j < spread.length; j++) {
                            covariance[2 * r][2 * q] += slopes[r][2 + i] * spread[i][j] * slopes[q][2 + j] / (n - 1);
                        }
                    }
                }
            }
            return new Cell(n, mean, covariance);
        }
    }

    private static <T> Finding<Effect> summary(
            List<Stratum<T>> strata,
            int least,
            EffectScale scale,
            Function<T, Long> units,
            Function<Stratum<T>, Cell> cellOf) {
        if (strata.isEmpty()) {
            return Finding.insufficientData(Shortage.TOO_FEW_OBSERVATIONS);
        }
        List<Cell> cells = new ArrayList<>();
        for (Stratum<T> stratum : strata) {
            long a = units.apply(stratum.control());
            long b = units.apply(stratum.treatment());
            if (a < 2 || b < 2 || a + b < least) {
                return Finding.insufficientData(Shortage.TOO_FEW_OBSERVATIONS);
            }
            cells.add(cellOf.apply(stratum));
        }
        double all = cells.stream().mapToDouble(cell -> cell.n).sum();
        int size = cells.get(0).mean.length;
        double[] mean = new double[size];
        double[][] covariance = new double[size][size];
        for (Cell cell : cells) {
            double share = cell.n / all;
            for (int i = 0; i < size; i++) {
                mean[i] += share * cell.mean[i];
                for (int j = 0; j < size; j++) {
                    covariance[i][j] += share * (cell.mean[i] * cell.mean[j] + cell.covariance[i][j]) / all;
                }
            }
        }
        for (int i = 0; i < size; i++) {
            for (int j = 0; j < size; j++) {
                covariance[i][j] -= mean[i] * mean[j] / all;
            }
        }
        return effect(mean, covariance, all, all - 2.0 * cells.size(), scale);
    }

    private static Finding<Effect> effect(
            double[] mean, double[][] covariance, double n, double degrees, EffectScale scale) {
        boolean ratio = mean.length == 4;
        double control = ratio ? mean[0] / mean[2] : mean[0];
        double treatment = ratio ? (mean[0] + mean[1]) / (mean[2] + mean[3]) : mean[0] + mean[1];
        if ((ratio && (mean[2] == 0 || mean[2] + mean[3] == 0)) || (scale != EffectScale.ABSOLUTE && control == 0)) {
            return Finding.insufficientData(Shortage.NO_BASELINE);
        }
        // The derivatives of control and treatment by the means, and of the effect by these two.
        double[] ofControl = ratio ? new double[] {1 / mean[2], 0, -control / mean[2], 0} : new double[] {1, 0};
        double both = ratio ? mean[2] + mean[3] : 1;
        double[] ofTreatment =
                ratio ? new double[] {1 / both, 1 / both, -treatment / both, -treatment / both} : new double[] {1, 1};
        double size = scale == EffectScale.ABSOLUTE ? 1 : Math.abs(control);
        double byTreatment = 1 / size;
        double byControl = scale == EffectScale.RELATIVE ? -treatment / control / size : -1 / size;
        double variance = 0;
        for (int i = 0; i < mean.length; i++) {
            for (int j = 0; j < mean.length; j++) {
                variance += (byControl * ofControl[i] + byTreatment * ofTreatment[i])
                        * covariance[i][j]
                        * (byControl * ofControl[j] + byTreatment * ofTreatment[j]);
            }
        }
        if (!(variance > 0)) {
            return Finding.insufficientData(Shortage.NO_VARIANCE);
        }
        return Effect.of((treatment - control) / size, Math.sqrt(variance), degrees, (long) n, scale, control);
    }
}
