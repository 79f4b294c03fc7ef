package io.behavioranalytics.examples.conformance;

import static io.behavioranalytics.examples.conformance.Answers.found;

import io.behavioranalytics.statistics.MixtureSprt;
import io.behavioranalytics.statistics.Proportion;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The mixture sequential probability ratio test: decisions on values, and the closed forms. */
final class Msprt implements Kind {
    @Override
    public String name() {
        return "msprt";
    }

    @Override
    public Object answer(Fields outer) {
        Fields inputs = outer.object("inputs");
        String kind = outer.text("kind");
        if (kind.contains("tau2")) {
            return Map.of("tau_squared", tauSquared(inputs));
        }
        if (inputs.has("x_successes")) {
            long n = inputs.whole("n_per_arm");
            return lambda(found(test(inputs)
                    .logLambdaOfProportions(
                            new Proportion(inputs.whole("x_successes"), n),
                            new Proportion(inputs.whole("y_successes"), n))));
        }
        if (inputs.has("x")) {
            return run(inputs);
        }
        if (kind.contains("normal")) {
            long n = inputs.whole(inputs.has("n") ? "n" : "n_per_arm");
            double difference = difference(inputs);
            return lambda(test(inputs).logLambdaOfNormal(n, difference, inputs.number("sigma")));
        }
        throw new MissingMethodException("a case of kind " + kind);
    }

    /** Of the means, under one of the names for it, or from both. */
    private static double difference(Fields inputs) {
        for (String name : List.of("mean_difference", "mean_diff", "difference", "diff", "delta", "effect")) {
            if (inputs.has(name)) {
                return inputs.number(name);
            }
        }
        for (String[] names : new String[][] {{"x_mean", "y_mean"}, {"mean_x", "mean_y"}, {"xbar", "ybar"}}) {
            if (inputs.has(names[0])) {
                return inputs.number(names[1]) - inputs.number(names[0]);
            }
        }
        throw new MalformedException(inputs.path("mean_difference") + " is missing");
    }

    private static Object run(Fields inputs) {
        double[] x = values(inputs.numbers("x"));
        double[] y = values(inputs.numbers("y"));
        MixtureSprt.Run run = found(test(inputs).run(x, y, inputs.number("sigma"), inputs.number("alpha", 0.05)));
        Map<String, @Nullable Object> answer = new LinkedHashMap<>();
        answer.put("rejected", run.rejectedAt().isPresent());
        answer.put(
                "n_rejection", run.rejectedAt().isPresent() ? run.rejectedAt().getAsInt() : null);
        answer.put("p_value", run.pValue());
        return answer;
    }

    private static MixtureSprt test(Fields inputs) {
        return new MixtureSprt(
                inputs.has("tau_squared") ? inputs.number("tau_squared") : tauSquared(inputs),
                inputs.number("theta0", 0));
    }

    private static double tauSquared(Fields inputs) {
        return found(MixtureSprt.bestTauSquared(
                inputs.number("alpha"), inputs.number("sigma"), inputs.number("truncation")));
    }

    private static Object lambda(double log) {
        return Map.of("lambda", Math.exp(log), "log_lambda", log, "p_single_look", MixtureSprt.pValue(log));
    }

    private static double[] values(List<Double> list) {
        return list.stream().mapToDouble(Double::doubleValue).toArray();
    }
}
