package io.behavioranalytics.examples.conformance;

import static io.behavioranalytics.examples.conformance.Answers.found;

import io.behavioranalytics.statistics.Proportion;
import io.behavioranalytics.statistics.ProportionComparison;
import io.behavioranalytics.statistics.ProportionInterval;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Intervals of one proportion and of two, under the names that statsmodels, R and Fagerland et al. give them. */
final class StatsmodelsProportionCi implements Kind {
    @Override
    public String name() {
        return "statsmodels_proportion_ci";
    }

    @Override
    public Object answer(Fields outer) {
        Fields inputs = outer.object("inputs");
        double alpha = inputs.number("alpha", 0.05);
        String method =
                inputs.text("method").toLowerCase(Locale.ROOT).replace('_', '-').replace(' ', '-');
        Map<String, @Nullable Object> answer = new LinkedHashMap<>();
        answer.put(
                "ci",
                Answers.ends(
                        inputs.has("count1")
                                ? found(two(inputs.text("compare", "diff"), method)
                                        .of(
                                                Answers.proportion(inputs, "count1", "nobs1"),
                                                Answers.proportion(inputs, "count2", "nobs2"),
                                                alpha))
                                : found(one(method)
                                        .of(new Proportion(inputs.whole("count"), inputs.whole("nobs")), alpha))));
        return answer;
    }

    private static ProportionInterval one(String method) {
        return switch (method) {
            case "wald", "normal", "asymptotic" -> ProportionInterval.WALD;
            case "wilson", "score" -> ProportionInterval.WILSON;
            case "agresti-coull" -> ProportionInterval.AGRESTI_COULL;
            case "jeffreys", "jeffrey", "bayes" -> ProportionInterval.JEFFREYS;
            case "clopper-pearson", "beta", "exact" -> ProportionInterval.CLOPPER_PEARSON;
            default -> throw new MissingMethodException("an interval of one proportion " + method);
        };
    }

    /** By the words in a name: one source says "newcomb", another "newcombe-hybrid-score". */
    private static ProportionComparison two(String compare, String method) {
        return switch (compare.toLowerCase(Locale.ROOT).replace('_', '-').replace(' ', '-')) {
            case "diff", "difference" ->
                first(
                        method,
                        Map.of(
                                "newcomb", ProportionComparison.DIFFERENCE_NEWCOMBE,
                                "caffo", ProportionComparison.DIFFERENCE_AGRESTI_CAFFO,
                                "wald", ProportionComparison.DIFFERENCE_WALD,
                                "mee", ProportionComparison.DIFFERENCE_MEE,
                                "miettinen", ProportionComparison.DIFFERENCE_MIETTINEN_NURMINEN),
                        Map.of("score", ProportionComparison.DIFFERENCE_MIETTINEN_NURMINEN));
            case "ratio", "relative-risk", "rr" ->
                first(
                        method,
                        Map.of(
                                "koopman", ProportionComparison.RATIO_KOOPMAN,
                                "katz", ProportionComparison.RATIO_KATZ_LOG,
                                "adjusted", ProportionComparison.RATIO_ADJUSTED_LOG,
                                "sinh", ProportionComparison.RATIO_INVERSE_SINH,
                                "miettinen", ProportionComparison.RATIO_MIETTINEN_NURMINEN),
                        Map.of(
                                "score", ProportionComparison.RATIO_MIETTINEN_NURMINEN,
                                "log", ProportionComparison.RATIO_KATZ_LOG));
            case "odds-ratio", "oddsratio", "or" ->
                first(
                        method,
                        Map.of(
                                "woolf", ProportionComparison.ODDS_RATIO_WOOLF_LOGIT,
                                "gart", ProportionComparison.ODDS_RATIO_GART_LOGIT,
                                "smoothed", ProportionComparison.ODDS_RATIO_INDEPENDENCE_SMOOTHED_LOGIT,
                                "adjusted", ProportionComparison.ODDS_RATIO_GART_LOGIT,
                                "sinh", ProportionComparison.ODDS_RATIO_INVERSE_SINH,
                                "cornfield", ProportionComparison.ODDS_RATIO_SCORE,
                                "miettinen", ProportionComparison.ODDS_RATIO_MIETTINEN_NURMINEN),
                        Map.of(
                                "score", ProportionComparison.ODDS_RATIO_MIETTINEN_NURMINEN,
                                "logit", ProportionComparison.ODDS_RATIO_WOOLF_LOGIT));
            default -> throw new MissingMethodException("a comparison " + compare);
        };
    }

    /** The method whose word the name holds; a word of the second kind says something only where none of the first does. */
    private static ProportionComparison first(
            String method, Map<String, ProportionComparison> words, Map<String, ProportionComparison> general) {
        for (Map<String, ProportionComparison> known : List.of(words, general)) {
            for (Map.Entry<String, ProportionComparison> word : known.entrySet()) {
                if (method.contains(word.getKey())) {
                    return word.getValue();
                }
            }
        }
        throw new MissingMethodException("an interval of two proportions " + method);
    }
}
