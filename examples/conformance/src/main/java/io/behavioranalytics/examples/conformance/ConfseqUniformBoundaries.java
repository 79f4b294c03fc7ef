package io.behavioranalytics.examples.conformance;

import static io.behavioranalytics.examples.conformance.Answers.found;

import io.behavioranalytics.statistics.BernoulliSequence;
import io.behavioranalytics.statistics.Mixture;
import io.behavioranalytics.statistics.QuantileTest;
import io.behavioranalytics.statistics.Stitching;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;

/** The functions of confseq, by the names they have there, with the defaults that they have there. */
final class ConfseqUniformBoundaries implements Kind {
    private static final Pattern INTEGERS = Pattern.compile("integers (-?\\d{1,9})\\.\\.(-?\\d{1,9})");

    @Override
    public String name() {
        return "confseq_uniform_boundaries";
    }

    @Override
    public Object answer(Fields outer) {
        Fields inputs = outer.object("inputs");
        String function = outer.text("function");
        if (function.endsWith("_log_mixture")) {
            return mixture(function.substring(0, function.length() - "_log_mixture".length()), inputs)
                    .log(inputs.number("s"), inputs.number("v"));
        }
        if (function.endsWith("_mixture_bound")) {
            return mixture(function.substring(0, function.length() - "_mixture_bound".length()), inputs)
                    .bound(inputs.number("v"), inputs.number("alpha"));
        }
        return switch (function) {
            case "best_rho_two_sided" ->
                Mixture.bestRhoTwoSided(inputs.number("v_opt"), inputs.number("alpha_opt", 0.05));
            case "best_rho_one_sided" ->
                Mixture.bestRhoOneSided(inputs.number("v_opt"), inputs.number("alpha_opt", 0.05));
            case "poly_stitching_bound" ->
                Stitching.polynomial(
                        inputs.number("v"),
                        inputs.number("alpha"),
                        inputs.number("v_min"),
                        inputs.number("c", 0),
                        epochs(inputs));
            case "double_stitching_bound" ->
                Stitching.ofQuantiles(
                        inputs.number("quantile_p"),
                        inputs.number("t"),
                        inputs.number("alpha"),
                        inputs.number("t_opt"),
                        inputs.number("delta", 0.5),
                        epochs(inputs));
            case "empirical_process_lil_bound" ->
                Stitching.ofEmpiricalDistribution(
                        inputs.number("t"),
                        inputs.number("alpha"),
                        inputs.number("t_min"),
                        inputs.number(inputs.has("A") ? "A" : "a", 0.85));
            case "bernoulli_confidence_interval" ->
                Answers.ends(new BernoulliSequence(
                                inputs.number("alpha"), inputs.number("t_opt"), inputs.number("alpha_opt", 0.05))
                        .interval(inputs.number("successes"), inputs.whole("trials")));
            case "quantile_ab_p_value" ->
                found(new QuantileTest(
                                inputs.number("quantile_p"), inputs.number("t_opt"), inputs.number("alpha_opt", 0.05))
                        .pValue(values(inputs, "arm_a"), values(inputs, "arm_b")));
            default -> throw new MissingMethodException("a function " + function);
        };
    }

    private static Stitching.Epochs epochs(Fields inputs) {
        return new Stitching.Epochs(inputs.number("s", 1.4), inputs.number("eta", 2));
    }

    private static Mixture mixture(String family, Fields inputs) {
        double vOpt = inputs.number("v_opt");
        double alphaOpt = inputs.number("alpha_opt", 0.05);
        boolean oneSided = inputs.truth("one_sided", true);
        return switch (family) {
            case "normal" -> Mixture.Normal.tuned(vOpt, alphaOpt, oneSided);
            case "gamma_exponential" -> Mixture.GammaExponential.tuned(vOpt, alphaOpt, inputs.number("c"));
            case "gamma_poisson" -> Mixture.GammaPoisson.tuned(vOpt, alphaOpt, inputs.number("c"));
            case "beta_binomial" ->
                Mixture.BetaBinomial.tuned(vOpt, alphaOpt, inputs.number("g"), inputs.number("h"), oneSided);
            default -> throw new MissingMethodException("a mixture " + family);
        };
    }

    /** A list of values, or a range of integers in words. */
    private static double[] values(Fields inputs, String arm) {
        if (inputs.value(arm) instanceof List<?>) {
            return inputs.numbers(arm).stream().mapToDouble(Double::doubleValue).toArray();
        }
        Matcher matcher = INTEGERS.matcher(inputs.text(arm));
        if (!matcher.matches()) {
            throw new MalformedException(
                    inputs.path(arm) + " must be a list, or \"integers FROM..TO\": " + inputs.text(arm));
        }
        return LongStream.rangeClosed(Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2)))
                .asDoubleStream()
                .toArray();
    }
}
