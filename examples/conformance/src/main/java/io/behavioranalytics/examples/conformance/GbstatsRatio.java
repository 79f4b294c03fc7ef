package io.behavioranalytics.examples.conformance;

import static io.behavioranalytics.examples.conformance.Answers.found;

import io.behavioranalytics.statistics.Cuped;
import io.behavioranalytics.statistics.Effect;
import io.behavioranalytics.statistics.EffectPosterior;
import io.behavioranalytics.statistics.MeanTest;
import io.behavioranalytics.statistics.RatioSample;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** GrowthBook's ratio metrics, plain and with CUPED. */
final class GbstatsRatio implements Kind {
    @Override
    public String name() {
        return "gbstats_ratio";
    }

    @Override
    public Object answer(Fields outer) {
        Fields inputs = outer.object("inputs");
        Fields a = inputs.object("a");
        Fields b = inputs.object("b");
        double alpha = inputs.number("alpha", 0.05);
        Map<String, @Nullable Object> more = new LinkedHashMap<>();
        Effect effect;
        if (a.has("mp")) {
            var before = GrowthBookArm.covariateRatio(a);
            var after = GrowthBookArm.covariateRatio(b);
            effect = found(Cuped.effect(before, after, Answers.scale(inputs)));
            more.put("theta", Cuped.theta(before, after));
            more.put("ratio_a", before.numerator().sum() / before.denominator().sum());
            more.put("ratio_b", after.numerator().sum() / after.denominator().sum());
        } else {
            RatioSample control = GrowthBookArm.ratio(a);
            RatioSample treatment = GrowthBookArm.ratio(b);
            effect = found(Effect.of(control, treatment, Answers.scale(inputs)));
            more.put("ratio_a", control.mean());
            more.put("ratio_b", treatment.mean());
        }
        more.putAll(Answers.of(EffectPosterior.flat(effect), alpha));
        more.putAll(Answers.of(MeanTest.welch(effect, Answers.alternative(inputs), alpha)));
        return more;
    }
}
