package io.behavioranalytics.examples.conformance;

import static io.behavioranalytics.examples.conformance.Answers.found;

import io.behavioranalytics.statistics.Alternative;
import io.behavioranalytics.statistics.Moments;
import io.behavioranalytics.statistics.Power;
import io.behavioranalytics.statistics.Proportion;
import io.behavioranalytics.statistics.SampleSize;
import io.behavioranalytics.statistics.SampleSize.Comparisons;
import io.behavioranalytics.statistics.SampleSize.Goal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** Achieved power and sample sizes of Spotify's confidence, G*Power and textbooks: normal, with a pooled variance. */
final class ConfidencePowerSamplesize implements Kind {
    @Override
    public String name() {
        return "confidence_power_samplesize";
    }

    @Override
    public Object answer(Fields outer) {
        Fields inputs = outer.object("inputs");
        if (inputs.has("treatment_weights")) {
            return effective(inputs);
        }
        if (inputs.has("absolute_mde") && (inputs.has("power") || inputs.has("allocation"))) {
            return textbook(inputs);
        }
        double alpha = inputs.number("alpha", 0.05);
        double mde = inputs.number("mde");
        if (inputs.has("successes1")) {
            Proportion first = Answers.proportion(inputs, "successes1", "n1");
            Proportion second = Answers.proportion(inputs, "successes2", "n2");
            Proportion both = new Proportion(first.successes() + second.successes(), first.n() + second.n());
            return power(mde, both.variance(), (double) first.n(), (double) second.n(), alpha);
        }
        if (inputs.has("level_1")) {
            Moments first = moments(inputs, "level_1");
            Moments second = moments(inputs, "level_2");
            double pooled = ((first.n() - 1) * first.variance() + (second.n() - 1) * second.variance())
                    / (first.n() + second.n() - 2);
            return power(mde, pooled, (double) first.n(), (double) second.n(), alpha);
        }
        return power(mde, inputs.number("variance"), inputs.number("n1"), inputs.number("n2"), alpha);
    }

    private static Object power(double mde, double variance, double n1, double n2, double alpha) {
        double error = Math.sqrt(variance * (1 / n1 + 1 / n2));
        return Map.of("power", Power.z(mde, error, Alternative.TWO_SIDED, alpha));
    }

    private static Moments moments(Fields inputs, String level) {
        if (!inputs.text("order", "sum,sum_squares,n").replace(" ", "").equals("sum,sum_squares,n")) {
            throw new MissingMethodException("an order " + inputs.text("order"));
        }
        List<Double> sums = inputs.numbers(level);
        if (sums.size() != 3) {
            throw new MalformedException(inputs.path(level) + " must be three numbers");
        }
        return new Moments(sums.get(2).longValue(), sums.get(0), sums.get(1));
    }

    private static Object textbook(Fields inputs) {
        Comparisons comparisons = switch (inputs.text("comparisons", "control_vs_all")) {
            case "control_vs_all" -> Comparisons.CONTROL_VS_ALL;
            case "all_vs_all" -> Comparisons.ALL_VS_ALL;
            default -> throw new MissingMethodException("comparisons " + inputs.text("comparisons"));
        };
        double variance = inputs.number("variance");
        Goal goal = new Goal(
                inputs.number("absolute_mde"),
                variance,
                variance,
                Answers.alternative(inputs),
                inputs.number("alpha", 0.05) / inputs.number("bonferroni_m", 1),
                inputs.number("power"));
        return total(found(SampleSize.of(goal, allocation(inputs, comparisons), comparisons)));
    }

    /** As it is given, or half to the control, or equal parts. */
    private static List<Double> allocation(Fields inputs, Comparisons comparisons) {
        if (inputs.has("allocation")) {
            return inputs.numbers("allocation");
        }
        int arms = (int) inputs.whole("treatments");
        List<Double> weights = new ArrayList<>(Collections.nCopies(arms, 1.0));
        if (comparisons == Comparisons.CONTROL_VS_ALL) {
            weights.set(0, arms - 1.0);
        }
        return weights;
    }

    /**
     * Relative effects, with the level and the power that the source makes of the number of metrics and arms. A treatment's rate is the lifted
     * one, except where what is shown is that it is no worse.
     */
    private static Object effective(Fields inputs) {
        double mean = inputs.number("mean");
        double lifted = mean * (1 + inputs.number("relative_effect"));
        double variance = inputs.number("variance");
        boolean rate = inputs.truth("binary", false) && !inputs.truth("non_inferiority", false);
        Goal goal = new Goal(
                lifted - mean,
                variance,
                rate ? lifted * (1 - lifted) : variance,
                inputs.truth("effective_two_sided", false) ? Alternative.TWO_SIDED : Alternative.GREATER,
                inputs.number("alpha") / inputs.number("effective_bonferroni_m", 1),
                inputs.number("effective_power", inputs.number("power")));
        return total(found(SampleSize.of(goal, inputs.numbers("treatment_weights"), Comparisons.CONTROL_VS_ALL)));
    }

    private static Object total(SampleSize size) {
        return Map.of("n_total", size.total(), "n_per_arm", size.perArm());
    }
}
