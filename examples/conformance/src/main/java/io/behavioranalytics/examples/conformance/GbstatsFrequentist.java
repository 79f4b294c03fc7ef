package io.behavioranalytics.examples.conformance;

import static io.behavioranalytics.examples.conformance.Answers.found;

import io.behavioranalytics.statistics.AdjustedSample;
import io.behavioranalytics.statistics.CovariateSample;
import io.behavioranalytics.statistics.Effect;
import io.behavioranalytics.statistics.EffectScale;
import io.behavioranalytics.statistics.MeanTest;
import io.behavioranalytics.statistics.Moments;
import io.behavioranalytics.statistics.Sample;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** GrowthBook's t-tests. Some cases give means and variances in place of sums, or the two means alone. */
final class GbstatsFrequentist implements Kind {
    @Override
    public String name() {
        return "gbstats_frequentist";
    }

    @Override
    public Object answer(Fields outer) {
        Fields inputs = outer.object("inputs");
        if (inputs.has("mean_a")) {
            return relativeDifference(inputs);
        }
        if (inputs.has("varA")) {
            Effect effect = found(Effect.of(moments(inputs, "A"), moments(inputs, "B"), Answers.scale(inputs)));
            return Map.of("variance", effect.standardError() * effect.standardError(), "estimate", effect.estimate());
        }
        Effect effect = found(Effect.of(
                GrowthBookArm.sample(inputs.object("a")),
                GrowthBookArm.sample(inputs.object("b")),
                Answers.scale(inputs)));
        Map<String, @Nullable Object> answer = Answers.of(MeanTest.welch(
                effect, inputs.number("test_value", 0), Answers.alternative(inputs), inputs.number("alpha", 0.05)));
        answer.put("dof", effect.degreesOfFreedom());
        return answer;
    }

    /**
     * Any arms of these means have this effect; two units that lie one apart are the smallest. What the control is scaled by is its mean before
     * an adjustment, and the adjustment is what the two means differ by.
     */
    private static Object relativeDifference(Fields inputs) {
        double mean = inputs.number("mean_a");
        double baseline = inputs.number("baseline_mean_for_scaling", mean);
        Sample control = new AdjustedSample(about(baseline, baseline - mean), 1);
        Sample treatment = new AdjustedSample(about(inputs.number("mean_b"), 0), 1);
        return Map.of(
                "relative_difference",
                found(Effect.of(control, treatment, EffectScale.RELATIVE)).estimate());
    }

    private static CovariateSample about(double post, double pre) {
        return new CovariateSample(Moments.of(post - 0.5, post + 0.5), Moments.of(pre, pre), 2 * post * pre);
    }

    /** The sums that have this n, mean and variance. */
    private static Moments moments(Fields inputs, String arm) {
        long n = inputs.whole("n" + arm);
        double mean = inputs.number("mean" + arm);
        return new Moments(n, n * mean, inputs.number("var" + arm) * (n - 1) + n * mean * mean);
    }
}
