package io.behavioranalytics.examples.conformance;

import static io.behavioranalytics.examples.conformance.Answers.found;

import io.behavioranalytics.statistics.Effect;
import io.behavioranalytics.statistics.EffectPosterior;
import io.behavioranalytics.statistics.NormalPrior;
import java.util.Optional;

/** GrowthBook's posteriors of the effect; some cases give the posterior itself. */
final class GbstatsBayesian implements Kind {
    @Override
    public String name() {
        return "gbstats_bayesian";
    }

    @Override
    public Object answer(Fields outer) {
        Fields inputs = outer.object("inputs");
        double alpha = inputs.number("alpha", 0.05);
        if (inputs.has("posterior_mean")) {
            return Answers.of(
                    new EffectPosterior(inputs.number("posterior_mean"), inputs.number("posterior_sd")), alpha);
        }
        Effect effect = found(Effect.of(
                GrowthBookArm.sample(inputs.object("a")),
                GrowthBookArm.sample(inputs.object("b")),
                Answers.scale(inputs)));
        Optional<NormalPrior> prior = GrowthBookArm.prior(inputs);
        return Answers.of(
                prior.isEmpty() ? EffectPosterior.flat(effect) : found(EffectPosterior.of(effect, prior.get())), alpha);
    }
}
