package io.behavioranalytics.examples.conformance;

import static io.behavioranalytics.examples.conformance.Answers.found;

import io.behavioranalytics.statistics.Alternative;
import io.behavioranalytics.statistics.ChiSquaredTest;
import io.behavioranalytics.statistics.Correction;
import io.behavioranalytics.statistics.Effect;
import io.behavioranalytics.statistics.EffectScale;
import io.behavioranalytics.statistics.Finding;
import io.behavioranalytics.statistics.MeanTest;
import io.behavioranalytics.statistics.Moments;
import io.behavioranalytics.statistics.Observed;
import io.behavioranalytics.statistics.Proportion;
import io.behavioranalytics.statistics.ProportionInterval;
import io.behavioranalytics.statistics.TestResult;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The three tests of Spotify's confidence: the second level less the first, Bonferroni over the comparisons, and a relative effect over a
 * control that is taken for fixed.
 *
 * @param name the file
 * @param test which of the tests
 */
record ConfidenceTests(String name, Test test) implements Kind {
    enum Test {
        Z,
        T,
        CHI_SQUARED
    }

    @Override
    public Object answer(Fields outer) {
        Fields inputs = outer.object("inputs");
        double alpha = 1 - inputs.number("interval", 0.95);
        if (!inputs.has("level_1")) {
            Proportion sample = Answers.proportion(inputs, "successes", "n");
            Map<String, @Nullable Object> summary = new LinkedHashMap<>();
            summary.put("ci", Answers.ends(found(ProportionInterval.WALD.of(sample, alpha))));
            return summary;
        }
        Observed first = observed(inputs.object("level_1"));
        Observed second = observed(inputs.object("level_2"));
        Alternative alternative = alternative(inputs);
        EffectScale scale =
                inputs.truth("relative", false) ? EffectScale.RELATIVE_TO_FIXED_CONTROL : EffectScale.ABSOLUTE;
        Effect effect = found(Effect.of(first, second, scale));
        double comparisons = inputs.number("bonferroni_m", 1);
        double margin = nullEffect(inputs, scale == EffectScale.ABSOLUTE ? Math.abs(first.mean()) : 1);
        TestResult plain = run(effect, margin, alternative, alpha);
        TestResult strict = run(effect, margin, alternative, alpha / comparisons);
        double p = test == Test.CHI_SQUARED ? found(pooled(first, second)).pValue() : plain.pValue();
        Map<String, @Nullable Object> answer = Answers.of(plain);
        answer.put("p_value", p);
        answer.put(
                "adjusted_p",
                Correction.BONFERRONI
                        .adjust(Collections.nCopies((int) comparisons, p))
                        .get(0));
        answer.put("adjusted_ci", Answers.ends(strict.interval()));
        answer.put("dof", effect.degreesOfFreedom());
        return answer;
    }

    private TestResult run(Effect effect, double nullEffect, Alternative alternative, double alpha) {
        return test == Test.T
                ? MeanTest.welch(effect, nullEffect, alternative, alpha)
                : MeanTest.z(effect, nullEffect, alternative, alpha);
    }

    /** The side that is stated, or the one that is preferred. */
    private static Alternative alternative(Fields inputs) {
        return switch (inputs.text("preferred_direction", inputs.text("preference", ""))) {
            case "increase" -> Alternative.GREATER;
            case "decrease" -> Alternative.LESS;
            default -> Answers.alternative(inputs);
        };
    }

    /** A margin of non-inferiority is a part of the control's mean, on the side that is not preferred; or the null hypothesis is stated. */
    private static double nullEffect(Fields inputs, double control) {
        if (inputs.has("null_hypothesis")) {
            return inputs.number("null_hypothesis");
        }
        double margin = inputs.number("non_inferiority_margin", inputs.number("nim", 0)) * control;
        return alternative(inputs) == Alternative.LESS ? margin : -margin;
    }

    private static Finding<ChiSquaredTest> pooled(Observed first, Observed second) {
        return ChiSquaredTest.homogeneity(List.of(
                new Proportion((long) first.sum(), first.n()), new Proportion((long) second.sum(), second.n())));
    }

    /** A metric whose sum is its sum of squares is taken for a proportion. */
    static Observed observed(Fields level) {
        if (level.has("successes")) {
            return Answers.proportion(level, "successes", "n");
        }
        double sum = level.number("sum");
        double squares = level.number("sum_squares");
        return sum == squares && sum == Math.rint(sum) && sum >= 0 && sum <= level.whole("n")
                ? new Proportion((long) sum, level.whole("n"))
                : new Moments(level.whole("n"), sum, squares);
    }
}
