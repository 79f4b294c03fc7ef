package io.behavioranalytics.examples.conformance;

import static io.behavioranalytics.examples.conformance.Answers.found;

import io.behavioranalytics.statistics.AdjustedSample;
import io.behavioranalytics.statistics.CovariateSample;
import io.behavioranalytics.statistics.Cuped;
import io.behavioranalytics.statistics.Effect;
import io.behavioranalytics.statistics.EffectPosterior;
import io.behavioranalytics.statistics.MeanTest;
import io.behavioranalytics.statistics.Moments;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** GrowthBook's CUPED; one case gives the values of each unit, the same in both arms. */
final class GbstatsCuped implements Kind {
    @Override
    public String name() {
        return "gbstats_cuped";
    }

    @Override
    public Object answer(Fields outer) {
        Fields inputs = outer.object("inputs");
        boolean listed = inputs.has("pre_values_each_arm");
        String metric = inputs.text("metric", "");
        CovariateSample a = listed ? listed(inputs) : GrowthBookArm.covariate(inputs.object("a"), metric);
        CovariateSample b = listed ? a : GrowthBookArm.covariate(inputs.object("b"), metric);
        double theta = Cuped.theta(a, b);
        double alpha = inputs.number("alpha", 0.05);
        Effect effect = found(Cuped.effect(a, b, Answers.scale(inputs)));
        Map<String, @Nullable Object> answer = new LinkedHashMap<>(Answers.of(EffectPosterior.flat(effect), alpha));
        answer.putAll(Answers.of(MeanTest.welch(effect, Answers.alternative(inputs), alpha)));
        answer.put("theta", theta);
        answer.put("dof", effect.degreesOfFreedom());
        answer.put("unadjusted_mean_a", a.post().mean());
        answer.put("unadjusted_mean_b", b.post().mean());
        answer.put("adjusted_mean_a", new AdjustedSample(a, theta).mean());
        answer.put("adjusted_mean_b", new AdjustedSample(b, theta).mean());
        answer.put("adjusted_stddev_a", Math.sqrt(new AdjustedSample(a, theta).variance()));
        answer.put("adjusted_stddev_b", Math.sqrt(new AdjustedSample(b, theta).variance()));
        return answer;
    }

    private static CovariateSample listed(Fields inputs) {
        double[] pre = values(inputs.numbers("pre_values_each_arm"));
        double[] post = values(inputs.numbers("post_values_each_arm"));
        double products = 0;
        for (int i = 0; i < Math.min(pre.length, post.length); i++) {
            products += pre[i] * post[i];
        }
        return new CovariateSample(Moments.of(post), Moments.of(pre), products);
    }

    private static double[] values(List<Double> list) {
        return list.stream().mapToDouble(Double::doubleValue).toArray();
    }
}
