package io.behavioranalytics.examples.conformance;

import static io.behavioranalytics.examples.conformance.Answers.found;

import io.behavioranalytics.statistics.BetaPosterior;
import io.behavioranalytics.statistics.EffectPosterior;
import io.behavioranalytics.statistics.EffectScale;
import io.behavioranalytics.statistics.LogRatioPosterior;
import io.behavioranalytics.statistics.Moments;
import io.behavioranalytics.statistics.NormalPrior;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** GrowthBook's posteriors until 2024: of two rates or two means, by the logarithm of their ratio; losses in the metric's own unit. */
final class GbstatsLegacyBetaBinomial implements Kind {
    @Override
    public String name() {
        return "gbstats_legacy_beta_binomial";
    }

    @Override
    public Object answer(Fields outer) {
        Fields inputs = outer.object("inputs");
        if (!inputs.has("a")) {
            return moments(inputs);
        }
        double alpha = inputs.number("alpha", 0.05);
        Fields a = inputs.object("a");
        Fields b = inputs.object("b");
        if (a.has("successes")) {
            BetaPosterior control = rate(a, inputs, "prior_a");
            BetaPosterior treatment = rate(b, inputs, "prior_b");
            Map<String, @Nullable Object> answer = legacy(LogRatioPosterior.of(control, treatment), alpha);
            answer.put("risk_a", treatment.expectedExcessOver(control));
            answer.put("risk_b", control.expectedExcessOver(treatment));
            answer.put("exact_p_b_gt_a", treatment.probabilityGreaterThan(control));
            return answer;
        }
        EffectPosterior control = mean(a, inputs);
        EffectPosterior treatment = mean(b, inputs);
        EffectPosterior difference = new EffectPosterior(
                treatment.mean() - control.mean(), Math.hypot(treatment.deviation(), control.deviation()));
        Map<String, @Nullable Object> answer = legacy(found(LogRatioPosterior.of(control, treatment)), alpha);
        answer.put("risk_a", difference.lossOfKeepingControl());
        answer.put("risk_b", difference.lossOfShippingTreatment());
        answer.put("exact_p_b_gt_a", difference.chanceToWin());
        return answer;
    }

    private static Map<String, @Nullable Object> legacy(LogRatioPosterior posterior, double alpha) {
        Map<String, @Nullable Object> answer = new LinkedHashMap<>();
        answer.put("estimate", posterior.estimate());
        answer.put("ci", Answers.ends(posterior.credibleInterval(alpha)));
        answer.put("log_ratio_mean", posterior.mean());
        answer.put("log_ratio_sd", posterior.deviation());
        answer.put("chance_to_win", posterior.chanceToWin());
        return answer;
    }

    private static BetaPosterior rate(Fields arm, Fields inputs, String priorName) {
        List<Double> prior = inputs.has(priorName)
                ? inputs.numbers(priorName)
                : inputs.has("prior") ? inputs.numbers("prior") : List.of(1.0, 1.0);
        return BetaPosterior.of(
                new BetaPosterior(prior.get(0), prior.get(1)), Answers.proportion(arm, "successes", "n"));
    }

    /** The mean's posterior: its estimate, or that with a normal prior. */
    private static EffectPosterior mean(Fields arm, Fields inputs) {
        Moments moments = new Moments(arm.whole("n"), arm.number("sum"), arm.number("sum_squares"));
        double error = moments.variance() / moments.n();
        if (!inputs.has("prior") || inputs.value("prior") instanceof String) {
            return new EffectPosterior(moments.mean(), Math.sqrt(error));
        }
        Fields prior = inputs.object("prior");
        NormalPrior normal = new NormalPrior(prior.number("mean"), prior.number("variance"), EffectScale.ABSOLUTE);
        return EffectPosterior.of(moments.mean(), Math.sqrt(error), normal);
    }

    private static Object moments(Fields inputs) {
        BetaPosterior beta = new BetaPosterior(inputs.number("alpha"), inputs.number("beta"));
        return Map.of(
                "mean", beta.mean(),
                "variance", beta.variance(),
                "log_mean", beta.logMean(),
                "log_variance", beta.logVariance());
    }
}
