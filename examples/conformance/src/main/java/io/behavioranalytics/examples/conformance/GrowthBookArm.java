package io.behavioranalytics.examples.conformance;

import io.behavioranalytics.statistics.CovariateRatioSample;
import io.behavioranalytics.statistics.CovariateRatioSample.Products;
import io.behavioranalytics.statistics.CovariateSample;
import io.behavioranalytics.statistics.EffectScale;
import io.behavioranalytics.statistics.Moments;
import io.behavioranalytics.statistics.NormalPrior;
import io.behavioranalytics.statistics.Observed;
import io.behavioranalytics.statistics.Proportion;
import io.behavioranalytics.statistics.QuantileSample;
import io.behavioranalytics.statistics.RatioSample;
import io.behavioranalytics.statistics.Sample;
import java.util.List;
import java.util.Optional;

/** One arm as the vectors of GrowthBook write it. */
final class GrowthBookArm {
    private GrowthBookArm() {}

    /** A mean, a proportion, a ratio or a quantile. */
    static Sample sample(Fields arm) {
        if (arm.has("q")) {
            return new QuantileSample(
                    arm.whole("n"),
                    arm.number("q"),
                    arm.number("lo"),
                    arm.number("hi"),
                    arm.number("confidence", 0.95));
        }
        return arm.has("num_sum") ? ratio(arm) : observed(arm, "");
    }

    /** A mean with its sum of squares, or a proportion; of the metric that the arm or its case names, if it does. */
    static Observed observed(Fields arm, String metric) {
        String type = arm.text("type", metric);
        boolean proportion = type.equals("proportion") || type.equals("binomial") || arm.has("successes");
        if (!proportion && !arm.has("sum_squares")) {
            proportion = true;
        }
        return proportion
                ? new Proportion(arm.whole(arm.has("successes") ? "successes" : "sum"), arm.whole("n"))
                : new Moments(arm.whole("n"), arm.number("sum"), arm.number("sum_squares"));
    }

    static RatioSample ratio(Fields arm) {
        long n = arm.whole("n");
        return new RatioSample(
                new Moments(n, arm.number("num_sum"), arm.number("num_ss")),
                new Moments(n, arm.number("den_sum"), arm.number("den_ss")),
                arm.number("sxy"));
    }

    /** A ratio before and after, with names such as {@code mp} and {@code mpdr}. */
    static CovariateRatioSample covariateRatio(Fields arm) {
        return new CovariateRatioSample(
                pair(arm, "mp"),
                pair(arm, "dp"),
                pair(arm, "mr"),
                pair(arm, "dr"),
                new Products(
                        arm.number("mpdp"),
                        arm.number("mpmr"),
                        arm.number("mpdr"),
                        arm.number(arm.has("mrdp") ? "mrdp" : "dpmr"),
                        arm.number("dpdr"),
                        arm.number("mrdr")));
    }

    private static Moments pair(Fields arm, String name) {
        List<Double> sums = arm.numbers(name);
        if (sums.size() != 2) {
            throw new MalformedException(arm.path(name) + " must be a sum and a sum of squares");
        }
        return new Moments(arm.whole("n"), sums.get(0), sums.get(1));
    }

    static CovariateSample covariate(Fields arm, String metric) {
        return new CovariateSample(
                observed(arm.object("post"), metric),
                observed(arm.object("pre"), metric),
                arm.number("post_pre_sum_of_products"));
    }

    /** A prior: an object, or nothing or a text for the flat improper one. */
    static Optional<NormalPrior> prior(Fields inputs) {
        if (!inputs.has("prior") || inputs.value("prior") instanceof String) {
            return Optional.empty();
        }
        Fields prior = inputs.object("prior");
        if (!prior.truth("proper", true)) {
            return Optional.empty();
        }
        EffectScale scale =
                prior.text("scale", "relative").equals("absolute") ? EffectScale.ABSOLUTE : EffectScale.RELATIVE;
        return Optional.of(new NormalPrior(prior.number("mean"), prior.number("variance"), scale));
    }
}
