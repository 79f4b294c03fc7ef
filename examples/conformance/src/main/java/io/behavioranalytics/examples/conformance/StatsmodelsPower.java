package io.behavioranalytics.examples.conformance;

import static io.behavioranalytics.examples.conformance.Answers.found;

import io.behavioranalytics.statistics.Alternative;
import io.behavioranalytics.statistics.Power;
import io.behavioranalytics.statistics.ProportionTest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import org.jspecify.annotations.Nullable;

/** Power and sample sizes as in statsmodels and R's pwr. A case without a number of units asks for that number. */
final class StatsmodelsPower implements Kind {
    private static final List<String> SIZES = List.of(
            "effect_size_d", "effect_size", "effect_size_w", "effect_size_f", "effect_size_h", "d", "w", "f", "h");

    @Override
    public String name() {
        return "statsmodels_power";
    }

    @Override
    public Object answer(Fields outer) {
        Fields inputs = outer.object("inputs");
        String test = inputs.text("test").toLowerCase(Locale.ROOT);
        double alpha = inputs.number("alpha", 0.05);
        double size = size(inputs);
        Alternative alternative = Answers.alternative(inputs);
        Map<String, @Nullable Object> answer = new LinkedHashMap<>();
        if (test.startsWith("t one") || test.startsWith("t paired")) {
            put(answer, inputs, "nobs", 1.5, n -> Power.tOfOneSample(size, n, alternative, alpha));
        } else if (test.startsWith("t ")) {
            put(answer, inputs, "nobs1", 1.5, n -> Power.tOfTwoSamples(size, n, second(inputs, n), alternative, alpha));
        } else if (test.startsWith("z") || test.startsWith("normal") || test.contains("proportion")) {
            double ratio = inputs.has("nobs2") && inputs.has("nobs1")
                    ? inputs.number("nobs2") / inputs.number("nobs1")
                    : inputs.number("ratio", 1);
            String units = inputs.has("nobs") ? "nobs" : "nobs1";
            put(answer, inputs, units, 1e-3, n -> Power.zOfEffectSize(size, n, ratio, alternative, alpha));
        } else if (test.startsWith("chi")) {
            double degrees = inputs.has("df") ? inputs.number("df") : inputs.number("n_bins") - 1;
            put(answer, inputs, "nobs", 1e-3, n -> Power.chiSquared(size, n, degrees, alpha));
        } else if (test.startsWith("f") || test.contains("anova")) {
            long groups = inputs.whole(inputs.has("k_groups") ? "k_groups" : "groups");
            put(answer, inputs, "nobs", groups + 0.5, n -> Power.anova(size, n, groups, alpha));
        } else {
            throw new MissingMethodException("a test " + test);
        }
        return answer;
    }

    private static double second(Fields inputs, double first) {
        return inputs.has("nobs2") ? inputs.number("nobs2") : first * inputs.number("ratio", 1);
    }

    private static double size(Fields inputs) {
        if (inputs.has("prop1") && inputs.has("prop2")) {
            return ProportionTest.cohensH(inputs.number("prop1"), inputs.number("prop2"));
        }
        return SIZES.stream()
                .filter(inputs::has)
                .findFirst()
                .map(inputs::number)
                .orElseThrow(() -> new MalformedException(inputs.path("effect_size") + " is missing"));
    }

    private static void put(
            Map<String, @Nullable Object> answer,
            Fields inputs,
            String units,
            double least,
            DoubleUnaryOperator powerOf) {
        if (inputs.has(units)) {
            answer.put("power", powerOf.applyAsDouble(inputs.number(units)));
        } else {
            double found = found(Power.unitsFor(inputs.number("power"), least, powerOf));
            answer.put("nobs", found);
            answer.put("nobs1", found);
        }
    }
}
