package io.behavioranalytics.examples.conformance;

import static io.behavioranalytics.examples.conformance.Answers.found;

import io.behavioranalytics.statistics.Alternative;
import io.behavioranalytics.statistics.ConfidenceSequence;
import io.behavioranalytics.statistics.Effect;
import io.behavioranalytics.statistics.Finding;
import io.behavioranalytics.statistics.InterimPower;
import io.behavioranalytics.statistics.LiftPower;
import io.behavioranalytics.statistics.LiftPower.Sequential;
import io.behavioranalytics.statistics.NormalPrior;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;
import org.jspecify.annotations.Nullable;

/** GrowthBook's planner, before an experiment and in its midst. */
final class GbstatsPower implements Kind {
    @Override
    public String name() {
        return "gbstats_power";
    }

    @Override
    public Object answer(Fields outer) {
        Fields inputs = outer.object("inputs");
        return inputs.has("a") ? interim(inputs, outer.object("expected")) : planned(inputs);
    }

    private static Object planned(Fields inputs) {
        double units = inputs.has("n_per_variation")
                ? inputs.number("n_per_variation")
                : inputs.number("n_total") / inputs.number("variations");
        LiftPower design = new LiftPower(inputs.number("mean"), inputs.number("variance"), units);
        double alpha = inputs.number("alpha", 0.05);
        Optional<NormalPrior> prior = GrowthBookArm.prior(inputs);
        Map<String, @Nullable Object> answer = new LinkedHashMap<>();
        if (inputs.has("relative_effect")) {
            double lift = inputs.number("relative_effect");
            answer.put("power", power(design, lift, alpha, prior, inputs));
            answer.put("se", design.standardError(lift));
        }
        if (inputs.has("target_power")) {
            answer.put("mde_relative", found(least(design, inputs.number("target_power"), alpha, prior, inputs)));
        }
        return answer;
    }

    private static double power(
            LiftPower design, double lift, double alpha, Optional<NormalPrior> prior, Fields inputs) {
        if (prior.isPresent()) {
            return design.power(lift, prior.get(), alpha);
        }
        return inputs.has("sequential_tuning")
                ? design.power(lift, sequence(alpha, inputs.number("sequential_tuning")), Sequential.INFLATED_ERROR)
                : design.power(lift, Answers.alternative(inputs), alpha);
    }

    private static Finding<Double> least(
            LiftPower design, double power, double alpha, Optional<NormalPrior> prior, Fields inputs) {
        if (prior.isPresent()) {
            return design.minimumLift(power, prior.get(), alpha);
        }
        return inputs.has("sequential_tuning")
                ? design.minimumLift(
                        power, sequence(alpha, inputs.number("sequential_tuning")), Sequential.INFLATED_ERROR)
                : design.minimumLift(power, Answers.alternative(inputs), alpha);
    }

    private static ConfidenceSequence sequence(double alpha, double tuning) {
        return ConfidenceSequence.of(Alternative.TWO_SIDED, alpha, tuning);
    }

    private static Object interim(Fields inputs, Fields expected) {
        Effect effect = found(Effect.of(
                GrowthBookArm.sample(inputs.object("a")),
                GrowthBookArm.sample(inputs.object("b")),
                Answers.scale(inputs)));
        InterimPower interim = new InterimPower(effect, inputs.number("relative_mde"));
        double alpha = inputs.number("alpha", 0.05) / inputs.number("num_tests", 1);
        Optional<NormalPrior> prior = GrowthBookArm.prior(inputs);
        DoubleUnaryOperator powerOf = more -> {
            if (prior.isPresent()) {
                return interim.bayesian(more, prior.get(), alpha);
            }
            return inputs.has("tuning")
                    ? interim.sequential(more, sequence(alpha, inputs.number("tuning")))
                    : interim.fixed(more, alpha);
        };
        Map<String, @Nullable Object> answer = new LinkedHashMap<>();
        answer.put("effect_variance", effect.standardError() * effect.standardError());
        if (inputs.has("scaling_factor")) {
            answer.put("power", powerOf.applyAsDouble(inputs.number("scaling_factor")));
        }
        if (expected.has("scaling_factor") || expected.has("additional_users")) {
            double factor = found(interim.furtherUnits(inputs.number("target_power", 0.8), powerOf));
            answer.put("scaling_factor", factor);
            answer.put("additional_users", factor * effect.n());
        }
        return answer;
    }
}
