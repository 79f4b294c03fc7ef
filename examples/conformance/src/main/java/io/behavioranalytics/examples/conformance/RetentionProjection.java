package io.behavioranalytics.examples.conformance;

import io.behavioranalytics.report.ShiftedBetaGeometric;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Retention under contracts: shifted beta-geometric; the beta-discrete-Weibull model is not offered. */
final class RetentionProjection implements Kind {
    @Override
    public String name() {
        return "sbg_bdw_retention_projection";
    }

    @Override
    public Object answer(Fields inputs) {
        String function = inputs.text("function");
        Fields given = inputs.object("inputs");
        if (function.startsWith("bdw_")) {
            throw new NotApplicableException("the model beta-discrete-Weibull is not offered");
        }
        return switch (function) {
            case "sbg_log_likelihood_per_customer" ->
                Map.of("ll", model(given).logLikelihood(List.of(given.numbers("survival"))));
            case "sbg_fit" -> fitted(List.of(given.numbers("survival")));
            case "sbg_fit_multi_cohort" -> {
                List<List<Double>> cohorts = new ArrayList<>();
                for (Object cohort : given.list("cohorts_counts")) {
                    cohorts.add(Fields.numbers(cohort, "cohorts_counts"));
                }
                yield fitted(cohorts);
            }
            case "sbg_retention_rate" ->
                Map.of(
                        "r",
                        given.wholes("t").stream()
                                .map(t -> model(given).retention(t.intValue()))
                                .toList());
            default -> throw new MissingMethodException(function);
        };
    }

    private static ShiftedBetaGeometric model(Fields given) {
        return new ShiftedBetaGeometric(given.number("alpha"), given.number("beta"));
    }

    private static Object fitted(List<List<Double>> cohorts) {
        ShiftedBetaGeometric model = ShiftedBetaGeometric.fit(cohorts);
        return Map.of("alpha", model.alpha(), "beta", model.beta());
    }
}
