package io.behavioranalytics.experiment;

import io.behavioranalytics.experiment.ExperimentFold.Stratum;
import io.behavioranalytics.statistics.Effect;
import io.behavioranalytics.statistics.EffectScale;
import io.behavioranalytics.statistics.Finding;
import io.behavioranalytics.statistics.MeanEstimate;
import io.behavioranalytics.statistics.Moments;
import io.behavioranalytics.statistics.Observed;
import io.behavioranalytics.statistics.Proportion;
import io.behavioranalytics.statistics.RatioSample;
import io.behavioranalytics.statistics.Sample;
import io.behavioranalytics.statistics.Shortage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The value of a metric in one arm over several strata, each with the weight of its users among those of both arms: where weights differ
 * from phase to phase or band to band, the arms' plain means would differ by whom they hold (post-stratification; Miratrix, Sekhon, Yu,
 * Journal of the Royal Statistical Society B 2013).
 *
 * @param n users
 * @param mean the weighted mean, of a ratio the ratio of weighted means
 * @param variance of that mean
 * @param parts what each stratum adds to the variance, with its users
 */
record ArmEstimate(long n, double mean, double variance, List<Part> parts) {
    /** What a stratum adds. */
    record Part(double variance, long n) {}

    /** The sums of one arm as a sample. */
    static Sample sample(Metric metric, ArmSums sums) {
        if (metric.kind().isRatio()) {
            return new RatioSample(new Moments(sums.n, sums.x, sums.xx), new Moments(sums.n, sums.y, sums.yy), sums.xy);
        }
        return observed(metric, sums);
    }

    static Observed observed(Metric metric, ArmSums sums) {
        return metric.kind().isBinary()
                ? new Proportion(Math.round(sums.x), sums.n)
                : new Moments(sums.n, sums.x, sums.xx);
    }

    /** The arms' estimates over the strata that have users of both, or why there are none. */
    static Finding<Effect> effect(
            Metric metric, Map<Stratum, ArmSums[]> strata, int control, int treatment, EffectScale scale) {
        List<ArmSums[]> both = both(strata, control, treatment);
        if (both.isEmpty()) {
            return Finding.insufficientData(Shortage.TOO_FEW_OBSERVATIONS);
        }
        for (ArmSums[] arms : both) {
            if (!arms[control].isSound() || !arms[treatment].isSound()) {
                return Finding.insufficientData(Shortage.NOT_REPRESENTABLE);
            }
        }
        if (both.size() == 1) {
            return Effect.of(sample(metric, both.get(0)[control]), sample(metric, both.get(0)[treatment]), scale);
        }
        double all = both.stream()
                .mapToDouble(arms -> arms[control].n + arms[treatment].n)
                .sum();
        List<Double> weights = both.stream()
                .map(arms -> (arms[control].n + arms[treatment].n) / all)
                .toList();
        return effect(of(metric, both, weights, control), of(metric, both, weights, treatment), scale);
    }

    /** Both arms' values with the variances of these. */
    record Means(MeanEstimate control, MeanEstimate treatment) {}

    /** The arms' values over the strata that have users of both, or why there are none. */
    static Finding<Means> means(Metric metric, Map<Stratum, ArmSums[]> strata, int control, int treatment) {
        List<ArmSums[]> both = both(strata, control, treatment);
        if (both.isEmpty()) {
            return Finding.insufficientData(Shortage.TOO_FEW_OBSERVATIONS);
        }
        double all = both.stream()
                .mapToDouble(arms -> arms[control].n + arms[treatment].n)
                .sum();
        List<Double> weights = both.stream()
                .map(arms -> (arms[control].n + arms[treatment].n) / all)
                .toList();
        List<MeanEstimate> found = new ArrayList<>();
        for (int arm : new int[] {control, treatment}) {
            if (both.stream().anyMatch(arms -> !arms[arm].isSound())) {
                return Finding.insufficientData(Shortage.NOT_REPRESENTABLE);
            }
            ArmEstimate estimate = of(metric, both, weights, arm);
            if (!Double.isFinite(estimate.mean) || !Double.isFinite(estimate.variance)) {
                return Finding.insufficientData(Shortage.NOT_REPRESENTABLE);
            }
            if (!(estimate.variance > 0)) {
                return Finding.insufficientData(Shortage.NO_VARIANCE);
            }
            found.add(new MeanEstimate(estimate.mean, estimate.variance, estimate.n));
        }
        return Finding.of(new Means(found.get(0), found.get(1)));
    }

    /** The strata with at least two users of each arm. */
    static List<ArmSums[]> both(Map<Stratum, ArmSums[]> strata, int control, int treatment) {
        return strata.values().stream()
                .filter(arms -> arms[control].n >= 2 && arms[treatment].n >= 2)
                .toList();
    }

    /** One arm over some strata, each with its weight. */
    static ArmEstimate of(Metric metric, List<ArmSums[]> strata, List<Double> weights, int arm) {
        double numerator = 0;
        double denominator = 0;
        long n = 0;
        for (int s = 0; s < strata.size(); s++) {
            ArmSums sums = strata.get(s)[arm];
            n += sums.n;
            numerator += weights.get(s) * sums.x / sums.n;
            denominator += weights.get(s) * (metric.kind().isRatio() ? sums.y / sums.n : 1);
        }
        double mean = denominator == 0 ? 0 : numerator / denominator;
        List<Part> parts = new ArrayList<>();
        double variance = 0;
        for (int s = 0; s < strata.size(); s++) {
            ArmSums sums = strata.get(s)[arm];
            double weight = weights.get(s);
            double ofMean = metric.kind().isRatio()
                    ? linearized(sums, mean, denominator)
                    : sample(metric, sums).variance() / sums.n;
            parts.add(new Part(weight * weight * ofMean, sums.n));
            variance += weight * weight * ofMean;
        }
        return new ArmEstimate(n, mean, variance, List.copyOf(parts));
    }

    /** The variance of the mean of {@code (x − r·y) / d}: the delta method, linear in the users. */
    private static double linearized(ArmSums sums, double ratio, double denominator) {
        if (denominator == 0 || sums.n < 2) {
            return 0;
        }
        double meanX = sums.x / sums.n;
        double meanY = sums.y / sums.n;
        double xx = (sums.xx - sums.x * meanX) / (sums.n - 1);
        double yy = (sums.yy - sums.y * meanY) / (sums.n - 1);
        double xy = (sums.xy - sums.x * meanY) / (sums.n - 1);
        double variance = xx - 2 * ratio * xy + ratio * ratio * yy;
        return Math.max(0, variance) / (denominator * denominator) / sums.n;
    }

    private static Finding<Effect> effect(ArmEstimate control, ArmEstimate treatment, EffectScale scale) {
        if (!(control.variance > 0) || !(treatment.variance > 0)) {
            return Finding.insufficientData(Shortage.NO_VARIANCE);
        }
        double difference = treatment.mean - control.mean;
        double error = Math.sqrt(control.variance + treatment.variance);
        if (scale == EffectScale.RELATIVE) {
            if (control.mean == 0) {
                return Finding.insufficientData(Shortage.NO_BASELINE);
            }
            double ratio = treatment.mean / control.mean;
            error = Math.sqrt(treatment.variance + ratio * ratio * control.variance) / Math.abs(control.mean);
            difference /= Math.abs(control.mean);
        }
        double sum = 0;
        double squares = 0;
        for (ArmEstimate arm : List.of(control, treatment)) {
            for (Part part : arm.parts) {
                sum += part.variance;
                squares += part.variance * part.variance / (part.n - 1);
            }
        }
        double degrees = sum * sum / squares;
        boolean sound = Double.isFinite(difference)
                && Double.isFinite(error)
                && error > 0
                && degrees > 0
                && Double.isFinite(degrees);
        return sound
                ? Finding.of(new Effect(difference, error, degrees, control.n + treatment.n, scale, control.mean))
                : Finding.insufficientData(Shortage.NOT_REPRESENTABLE);
    }
}
