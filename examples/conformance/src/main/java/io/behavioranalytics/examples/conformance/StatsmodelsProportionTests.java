package io.behavioranalytics.examples.conformance;

import static io.behavioranalytics.examples.conformance.Answers.found;

import io.behavioranalytics.statistics.ChiSquaredTest;
import io.behavioranalytics.statistics.Correction;
import io.behavioranalytics.statistics.Proportion;
import io.behavioranalytics.statistics.ProportionTest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** Tests of proportions as in statsmodels; what is asked of the same counts is told by what the case expects. */
final class StatsmodelsProportionTests implements Kind {
    @Override
    public String name() {
        return "statsmodels_proportion_tests";
    }

    @Override
    public Object answer(Fields outer) {
        Fields inputs = outer.object("inputs");
        Fields expected = outer.object("expected");
        if (!inputs.has("count")) {
            return effectSize(inputs);
        }
        boolean several = inputs.value("count") instanceof List<?>;
        List<Proportion> arms = several ? arms(inputs) : List.of(Answers.proportion(inputs, "count", "nobs"));
        if (expected.has("p_raw") || inputs.has("pairs")) {
            return pairwise(arms, inputs);
        }
        if (expected.has("chi2") || inputs.has("df")) {
            return chiSquared(arms, inputs);
        }
        Map<String, @Nullable Object> answer = new LinkedHashMap<>();
        if (several) {
            if (arms.size() != 2) {
                throw new MalformedException(inputs.path("count") + " must be two counts for a z-test");
            }
            put(
                    answer,
                    found(ProportionTest.pooled(
                            arms.get(0), arms.get(1), inputs.number("value", 0), Answers.alternative(inputs))));
        } else if (expected.has("z") || inputs.has("value")) {
            OptionalDouble variance = inputs.optionalNumber("prop_var");
            put(
                    answer,
                    found(ProportionTest.oneSample(
                            arms.get(0), inputs.number("value"), variance, Answers.alternative(inputs))));
        } else {
            put(answer, found(ProportionTest.exact(arms.get(0), inputs.number("prop"), Answers.alternative(inputs))));
        }
        return answer;
    }

    private static Object effectSize(Fields inputs) {
        List<Double> proportions = inputs.has("props")
                ? inputs.numbers("props")
                : List.of(
                        inputs.number(inputs.has("prop1") ? "prop1" : "p1"),
                        inputs.number(inputs.has("prop2") ? "prop2" : "p2"));
        if (proportions.size() != 2) {
            throw new MalformedException(inputs.path("props") + " must be two proportions");
        }
        double h = ProportionTest.cohensH(proportions.get(0), proportions.get(1));
        return Map.of("h", h, "effect_size", h, "effectsize", h, "effect_size_h", h, "cohens_h", h);
    }

    private static void put(Map<String, @Nullable Object> answer, ProportionTest test) {
        answer.put("z", test.statistic().isPresent() ? test.statistic().getAsDouble() : null);
        answer.put("statistic", answer.get("z"));
        answer.put("p_value", test.pValue());
    }

    private static Object chiSquared(List<Proportion> arms, Fields inputs) {
        ChiSquaredTest test = found(
                inputs.has("value")
                        ? ChiSquaredTest.againstProportion(arms, value(inputs))
                        : ChiSquaredTest.homogeneity(arms));
        return Map.of(
                "chi2", test.statistic(),
                "statistic", test.statistic(),
                "p_value", test.pValue(),
                "df", test.degreesOfFreedom());
    }

    /** The value under the null hypothesis, which may be written once for each arm. */
    private static double value(Fields inputs) {
        return inputs.value("value") instanceof List<?>
                ? inputs.numbers("value").get(0)
                : inputs.number("value");
    }

    private static Object pairwise(List<Proportion> arms, Fields inputs) {
        List<Double> raw = new ArrayList<>();
        if (inputs.has("pairs")) {
            for (Object pair : inputs.list("pairs")) {
                List<Double> ends = Fields.numbers(pair, inputs.path("pairs"));
                raw.add(p(arms, ends.get(0).intValue(), ends.get(1).intValue()));
            }
        } else {
            for (int i = 0; i < arms.size(); i++) {
                for (int j = i + 1; j < arms.size(); j++) {
                    raw.add(p(arms, i, j));
                }
            }
        }
        return Map.of(
                "p_raw", raw,
                "p_holm", Correction.HOLM.adjust(raw),
                "p_hommel", Correction.HOMMEL.adjust(raw),
                "p_bonferroni", Correction.BONFERRONI.adjust(raw),
                "p_hochberg", Correction.HOCHBERG.adjust(raw),
                "p_bh", Correction.BENJAMINI_HOCHBERG.adjust(raw));
    }

    private static double p(List<Proportion> arms, int i, int j) {
        return found(ChiSquaredTest.homogeneity(List.of(arms.get(i), arms.get(j))))
                .pValue();
    }

    private static List<Proportion> arms(Fields inputs) {
        List<Long> counts = inputs.wholes("count");
        List<Long> units = inputs.wholes("nobs");
        if (counts.size() != units.size()) {
            throw new MalformedException(inputs.path("nobs") + " must have as many numbers as count");
        }
        List<Proportion> arms = new ArrayList<>();
        for (int i = 0; i < counts.size(); i++) {
            arms.add(new Proportion(counts.get(i), units.get(i)));
        }
        return arms;
    }
}
