package io.behavioranalytics.experiment;

import io.behavioranalytics.experiment.ExperimentFold.Stratum;
import io.behavioranalytics.statistics.CovariateRatioSample;
import io.behavioranalytics.statistics.CovariateSample;
import io.behavioranalytics.statistics.Cuped;
import io.behavioranalytics.statistics.Effect;
import io.behavioranalytics.statistics.EffectScale;
import io.behavioranalytics.statistics.Finding;
import io.behavioranalytics.statistics.Moments;
import io.behavioranalytics.statistics.Observed;
import io.behavioranalytics.statistics.Proportion;
import io.behavioranalytics.statistics.Shortage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Effects with less variance by the same metric before the exposure (CUPED: Deng, Xu, Kohavi, Walker, WSDM 2013; for ratios the covariate
 * is the ratio before, both by the delta method, as {@link Cuped} has it).
 *
 * <p>Several strata are put together by their users, as {@link ArmEstimate} does without a covariate: means with a slope for each stratum, ratios
 * with one slope for the ratios of the weighted means. Where nothing varied before there is no such effect, rather than the plain one
 * under another name.
 */
final class ReducedEffect {
    /** What sums of so many squares lose by rounding is no variance. */
    private static final double ROUNDING = 1e-14;

    /** What an arm of a stratum adds to the variance, with its users. */
    private record Part(double variance, long n) {}

    private final Metric metric;
    private final List<ArmSums[]> strata;
    private final int control;
    private final int treatment;
    private final EffectScale scale;
    private final double all;

    private ReducedEffect(Metric metric, List<ArmSums[]> strata, int control, int treatment, EffectScale scale) {
        this.metric = metric;
        this.strata = strata;
        this.control = control;
        this.treatment = treatment;
        this.scale = scale;
        all = strata.stream()
                .mapToDouble(arms -> arms[control].n + arms[treatment].n)
                .sum();
    }

    /** The effect over the strata that have users of both arms, or why there is none. */
    static Finding<Effect> of(
            Metric metric, Map<Stratum, ArmSums[]> strata, int control, int treatment, EffectScale scale) {
        List<ArmSums[]> both = ArmEstimate.both(strata, control, treatment);
        if (both.isEmpty()) {
            return Finding.insufficientData(Shortage.TOO_FEW_OBSERVATIONS);
        }
        for (ArmSums[] arms : both) {
            if (!arms[control].isSound() || !arms[treatment].isSound()) {
                return Finding.insufficientData(Shortage.NOT_REPRESENTABLE);
            }
        }
        ReducedEffect reduced = new ReducedEffect(metric, both, control, treatment, scale);
        if (!reduced.varied()) {
            return Finding.insufficientData(Shortage.NO_COVARIATE);
        }
        if (both.size() == 1) {
            ArmSums a = both.get(0)[control];
            ArmSums b = both.get(0)[treatment];
            return metric.kind().isRatio()
                    ? Cuped.effect(ratio(a), ratio(b), scale)
                    : Cuped.effect(mean(metric, a), mean(metric, b), scale);
        }
        return metric.kind().isRatio() ? reduced.ofRatios() : reduced.ofMeans();
    }

    private static CovariateSample mean(Metric metric, ArmSums sums) {
        Observed before = metric.kind().isBinary()
                ? new Proportion(Math.round(sums.p), sums.n)
                : new Moments(sums.n, sums.p, sums.pp);
        return new CovariateSample(ArmEstimate.observed(metric, sums), before, sums.xp);
    }

    private static CovariateRatioSample ratio(ArmSums sums) {
        return new CovariateRatioSample(
                new Moments(sums.n, sums.x, sums.xx),
                new Moments(sums.n, sums.y, sums.yy),
                new Moments(sums.n, sums.p, sums.pp),
                new Moments(sums.n, sums.q, sums.qq),
                new CovariateRatioSample.Products(sums.xy, sums.xp, sums.xq, sums.yp, sums.yq, sums.pq));
    }

    /** Whether what was before can explain anything: it varied, and of a ratio both arms had something to divide by. */
    private boolean varied() {
        if (!metric.kind().isRatio()) {
            return strata.stream().anyMatch(arms -> {
                ArmSums a = arms[control];
                ArmSums b = arms[treatment];
                return new Moments(a.n + b.n, a.p + b.p, a.pp + b.pp).variance() > 0;
            });
        }
        Line a = new Line(control);
        Line b = new Line(treatment);
        return a.denominatorBefore != 0
                && b.denominatorBefore != 0
                && strata.stream().anyMatch(arms -> a.of(arms[control]).before > 0 || b.of(arms[treatment]).before > 0);
    }

    private double weight(ArmSums[] arms) {
        return (arms[control].n + arms[treatment].n) / all;
    }

    private Finding<Effect> ofMeans() {
        double difference = 0;
        double ofControl = 0;
        double ofTreatment = 0;
        for (ArmSums[] arms : strata) {
            double weight = weight(arms);
            double theta = Cuped.theta(mean(metric, arms[control]), mean(metric, arms[treatment]));
            difference += weight * (adjusted(arms[treatment], theta) - adjusted(arms[control], theta));
            ofControl += weight * arms[control].x / arms[control].n;
            ofTreatment += weight * arms[treatment].x / arms[treatment].n;
        }
        // The control's share of the derivative, as Cuped has it on this scale.
        double factor = scale == EffectScale.RELATIVE ? ofTreatment / ofControl : 1;
        List<Part> parts = new ArrayList<>();
        for (ArmSums[] arms : strata) {
            double theta = Cuped.theta(mean(metric, arms[control]), mean(metric, arms[treatment]));
            double squared = weight(arms) * weight(arms);
            for (int arm : new int[] {control, treatment}) {
                CovariateSample sample = mean(metric, arms[arm]);
                double k = arm == control ? factor : 1;
                double variance = k * k * sample.post().variance()
                        + theta * theta * sample.pre().variance()
                        - 2 * k * theta * sample.covariance();
                parts.add(new Part(squared * variance / arms[arm].n, arms[arm].n));
            }
        }
        return effect(difference, ofControl, parts);
    }

    private static double adjusted(ArmSums sums, double theta) {
        return (sums.x - theta * sums.p) / sums.n;
    }

    /** One arm's ratios of weighted means, after and before. */
    private final class Line {
        private final double ratio;
        private final double denominator;
        private final double ratioBefore;
        private final double denominatorBefore;

        Line(int arm) {
            double x = 0;
            double y = 0;
            double p = 0;
            double q = 0;
            for (ArmSums[] arms : strata) {
                double each = weight(arms) / arms[arm].n;
                x += each * arms[arm].x;
                y += each * arms[arm].y;
                p += each * arms[arm].p;
                q += each * arms[arm].q;
            }
            denominator = y;
            ratio = y == 0 ? 0 : x / y;
            denominatorBefore = q;
            ratioBefore = q == 0 ? 0 : p / q;
        }

        /** The variances and the covariance of what one user adds to the ratios: (x − ratio·y) / denominator, and the same before. */
        Spread of(ArmSums s) {
            double after = cov(s, s.x, s.x, s.xx)
                    - 2 * ratio * cov(s, s.x, s.y, s.xy)
                    + ratio * ratio * cov(s, s.y, s.y, s.yy);
            double before = cov(s, s.p, s.p, s.pp)
                    - 2 * ratioBefore * cov(s, s.p, s.q, s.pq)
                    + ratioBefore * ratioBefore * cov(s, s.q, s.q, s.qq);
            double squares = s.pp + ratioBefore * ratioBefore * s.qq;
            before = before * (s.n - 1) <= ROUNDING * s.n * squares ? 0 : before;
            double both = cov(s, s.x, s.p, s.xp)
                    - ratioBefore * cov(s, s.x, s.q, s.xq)
                    - ratio * cov(s, s.y, s.p, s.yp)
                    + ratio * ratioBefore * cov(s, s.y, s.q, s.yq);
            return new Spread(
                    Math.max(0, after) / (denominator * denominator),
                    before / (denominatorBefore * denominatorBefore),
                    both / (denominator * denominatorBefore));
        }
    }

    private record Spread(double after, double before, double both) {}

    private Finding<Effect> ofRatios() {
        Line[] lines = {new Line(control), new Line(treatment)};
        if (lines[0].denominator == 0 || lines[1].denominator == 0) {
            return Finding.insufficientData(Shortage.NO_VARIANCE);
        }
        double both = 0;
        double before = 0;
        for (ArmSums[] arms : strata) {
            for (int i = 0; i < 2; i++) {
                Spread spread = lines[i].of(arms[i == 0 ? control : treatment]);
                both += weight(arms) * spread.both;
                before += weight(arms) * spread.before;
            }
        }
        double theta = both / before;
        double difference =
                (lines[1].ratio - theta * lines[1].ratioBefore) - (lines[0].ratio - theta * lines[0].ratioBefore);
        double factor = scale == EffectScale.RELATIVE ? 1 + difference / lines[0].ratio : 1;
        List<Part> parts = new ArrayList<>();
        for (ArmSums[] arms : strata) {
            double squared = weight(arms) * weight(arms);
            for (int i = 0; i < 2; i++) {
                ArmSums sums = arms[i == 0 ? control : treatment];
                Spread spread = lines[i].of(sums);
                double k = i == 0 ? factor : 1;
                double variance = k * k * spread.after + theta * theta * spread.before - 2 * k * theta * spread.both;
                parts.add(new Part(squared * variance / sums.n, sums.n));
            }
        }
        return effect(difference, lines[0].ratio, parts);
    }

    private Finding<Effect> effect(double difference, double baseline, List<Part> parts) {
        if (scale == EffectScale.RELATIVE && baseline == 0) {
            return Finding.insufficientData(Shortage.NO_BASELINE);
        }
        double variance = 0;
        double squares = 0;
        for (Part part : parts) {
            variance += part.variance;
            squares += part.variance * part.variance / (part.n - 1);
        }
        if (!(variance > 0)) {
            return Finding.insufficientData(Double.isNaN(variance) ? Shortage.NOT_REPRESENTABLE : Shortage.NO_VARIANCE);
        }
        double size = scale == EffectScale.RELATIVE ? Math.abs(baseline) : 1;
        double error = Math.sqrt(variance) / size;
        double degrees = variance * variance / squares;
        double estimate = difference / size;
        boolean sound = Double.isFinite(estimate)
                && Double.isFinite(error)
                && error > 0
                && Double.isFinite(degrees)
                && degrees > 0;
        return sound
                ? Finding.of(new Effect(estimate, error, degrees, (long) all, scale, baseline))
                : Finding.insufficientData(Shortage.NOT_REPRESENTABLE);
    }

    private static double cov(ArmSums sums, double a, double b, double ab) {
        return (ab - a * (b / sums.n)) / (sums.n - 1);
    }
}
