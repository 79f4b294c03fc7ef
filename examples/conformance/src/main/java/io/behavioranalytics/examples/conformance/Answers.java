package io.behavioranalytics.examples.conformance;

import io.behavioranalytics.statistics.Alternative;
import io.behavioranalytics.statistics.EffectPosterior;
import io.behavioranalytics.statistics.EffectScale;
import io.behavioranalytics.statistics.Finding;
import io.behavioranalytics.statistics.Interval;
import io.behavioranalytics.statistics.Proportion;
import io.behavioranalytics.statistics.TestResult;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The words that vector files of statistics share, and how results are written in them. */
final class Answers {
    private Answers() {}

    static Alternative alternative(Fields inputs) {
        return switch (inputs.text("alternative", "two-sided")
                .toLowerCase(Locale.ROOT)
                .replace('_', '-')) {
            case "two-sided", "two.sided" -> Alternative.TWO_SIDED;
            case "larger", "greater" -> Alternative.GREATER;
            case "smaller", "less", "lesser" -> Alternative.LESS;
            default -> throw new MissingMethodException("an alternative " + inputs.text("alternative"));
        };
    }

    static EffectScale scale(Fields inputs) {
        return switch (inputs.text("difference", "relative")) {
            case "absolute" -> EffectScale.ABSOLUTE;
            case "relative" -> EffectScale.RELATIVE;
            default -> throw new MissingMethodException("a difference " + inputs.text("difference"));
        };
    }

    static Proportion proportion(Fields inputs, String successes, String n) {
        return new Proportion(inputs.whole(successes), inputs.whole(n));
    }

    /** The value, or a failure that says what the data lack. */
    static <T> T found(Finding<T> finding) {
        return finding.value()
                .orElseThrow(() -> new MissingMethodException("insufficient data: "
                        + finding.shortage().map(Enum::name).orElse("")));
    }

    static List<@Nullable Double> ends(Interval interval) {
        return Arrays.asList(
                interval.lower().isPresent() ? interval.lower().getAsDouble() : null,
                interval.upper().isPresent() ? interval.upper().getAsDouble() : null);
    }

    static Map<String, @Nullable Object> of(TestResult result) {
        Map<String, @Nullable Object> answer = new LinkedHashMap<>();
        answer.put("estimate", result.estimate());
        answer.put("difference", result.estimate());
        answer.put("se", result.standardError());
        answer.put("statistic", result.statistic());
        answer.put("p_value", result.pValue());
        List<@Nullable Double> ends = ends(result.interval());
        answer.put("ci", ends);
        answer.put("ci_lower", ends.get(0));
        answer.put("ci_upper", ends.get(1));
        return answer;
    }

    static Map<String, @Nullable Object> of(EffectPosterior posterior, double alpha) {
        Map<String, @Nullable Object> answer = new LinkedHashMap<>();
        answer.put("posterior_mean", posterior.mean());
        answer.put("posterior_sd", posterior.deviation());
        answer.put("chance_to_win", posterior.chanceToWin());
        answer.put("risk_control", posterior.lossOfKeepingControl());
        answer.put("risk_treatment", posterior.lossOfShippingTreatment());
        answer.put("ci", ends(posterior.credibleInterval(alpha)));
        return answer;
    }
}
