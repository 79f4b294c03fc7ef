package io.behavioranalytics.examples.conformance;

import static io.behavioranalytics.examples.conformance.Answers.found;

import io.behavioranalytics.statistics.ConfidenceSequence;
import io.behavioranalytics.statistics.Effect;

/** GrowthBook's sequential tests, with one-sided p-values within the limits of its search. */
final class GbstatsSequential implements Kind {
    private static final double LEAST = 1e-5;
    private static final double GREATEST = 0.4999;

    @Override
    public String name() {
        return "gbstats_sequential";
    }

    @Override
    public Object answer(Fields outer) {
        Fields inputs = outer.object("inputs");
        Effect effect = found(Effect.of(
                GrowthBookArm.sample(inputs.object("a")),
                GrowthBookArm.sample(inputs.object("b")),
                Answers.scale(inputs)));
        return Answers.of(ConfidenceSequence.of(
                        Answers.alternative(inputs),
                        inputs.number("alpha", 0.05),
                        inputs.number("tuning", ConfidenceSequence.TUNING))
                .withOneSidedPValuesWithin(LEAST, GREATEST)
                .test(effect));
    }
}
