package io.behavioranalytics.examples.conformance;

import static io.behavioranalytics.examples.conformance.Answers.found;

import io.behavioranalytics.statistics.Correction;
import io.behavioranalytics.statistics.Correction.FirstStage;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Corrections for many hypotheses; names such as {@code tsbh_0.05} carry the level of the first stage. */
final class MultipleComparisons implements Kind {
    private static final String TWO_STAGE = "tsbh";

    @Override
    public String name() {
        return "multiple_comparisons";
    }

    @Override
    public Object answer(Fields inputs) {
        String method =
                inputs.text("method").toLowerCase(Locale.ROOT).replace('-', '_').replace(' ', '_');
        if (inputs.has("expected_ci") || method.startsWith("ci_from")) {
            Fields values = inputs.optionalObject("inputs").orElse(inputs);
            return interval(values.number("effect"), values.number("adjusted_p"), values.number("alpha", 0.05));
        }
        List<Double> p = inputs.numbers("p_values");
        double alpha = inputs.number("alpha", 0.05);
        List<Double> adjusted;
        boolean paper = method.contains("bky") || method.contains("two_stage");
        if (method.contains("iterated")) {
            adjusted = Correction.iteratedTwoStage(p, alpha, FirstStage.ALPHA_OVER_ONE_PLUS_ALPHA);
        } else if (paper) {
            adjusted = Correction.twoStage(p, alpha, FirstStage.ALPHA_OVER_ONE_PLUS_ALPHA);
        } else if (method.startsWith(TWO_STAGE) || method.equals("fdr_tsbh")) {
            adjusted = Correction.twoStage(p, level(method, alpha), FirstStage.ALPHA);
        } else {
            adjusted = correction(method).adjust(p);
        }
        Map<String, @Nullable Object> answer = new LinkedHashMap<>();
        answer.put("expected_adjusted_in_input_order", adjusted);
        answer.put(
                "expected_rejections",
                adjusted.stream().filter(value -> value <= alpha).count());
        answer.put(
                "expected_reject",
                adjusted.stream().map(value -> value <= alpha).toList());
        return answer;
    }

    /** A p-value of 1 implies no deviation that is a number: the interval has no ends. */
    private static Object interval(double effect, double p, double alpha) {
        Map<String, @Nullable Object> answer = new LinkedHashMap<>();
        answer.put(
                "expected_ci",
                p == 1 && effect != 0
                        ? Arrays.asList(null, null)
                        : Answers.ends(found(Correction.interval(effect, p, alpha))));
        return answer;
    }

    private static double level(String method, double otherwise) {
        int at = method.indexOf('_');
        try {
            return at < 0 || method.equals("fdr_tsbh") ? otherwise : Double.parseDouble(method.substring(at + 1));
        } catch (NumberFormatException e) {
            throw new MissingMethodException("a correction " + method);
        }
    }

    private static Correction correction(String method) {
        return switch (method) {
            case "none" -> Correction.NONE;
            case "bonferroni" -> Correction.BONFERRONI;
            case "sidak", "sidak_single_step", "sidakss" -> Correction.SIDAK;
            case "holm", "holm_bonferroni" -> Correction.HOLM;
            case "holm_sidak", "sidak_step_down", "sidaksd" -> Correction.HOLM_SIDAK;
            case "hochberg", "simes_hochberg" -> Correction.HOCHBERG;
            case "hommel" -> Correction.HOMMEL;
            case "bh", "fdr_bh", "benjamini_hochberg" -> Correction.BENJAMINI_HOCHBERG;
            case "by", "fdr_by", "benjamini_yekutieli" -> Correction.BENJAMINI_YEKUTIELI;
            default -> throw new MissingMethodException("a correction " + method);
        };
    }
}
