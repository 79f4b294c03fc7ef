package io.behavioranalytics.examples.conformance;

import io.behavioranalytics.report.BgNbd;
import io.behavioranalytics.report.GammaGamma;
import io.behavioranalytics.report.PurchaseSummary;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;

/** Models of purchases: BG/NBD and gamma-gamma; the others are not offered. */
final class BuyTillYouDie implements Kind {
    @Override
    public String name() {
        return "btyd_bgnbd_paretonbd_gammagamma";
    }

    @Override
    public Object answer(Fields inputs) {
        throw new MalformedException("the data lie beside the file");
    }

    @Override
    public Object answer(Fields inputs, VectorFile file) {
        String model = inputs.text("model");
        String function = inputs.text("function");
        Fields given = inputs.object("inputs");
        return switch (model) {
            case "BG/NBD" -> bgNbd(function, given, file);
            case "Gamma-Gamma" -> gammaGamma(function, given, file);
            default -> throw new NotApplicableException("the model " + model + " is not offered");
        };
    }

    private static Object bgNbd(String function, Fields given, VectorFile file) {
        return switch (function) {
            case "fit_mle", "rfm_then_fit_mle" -> {
                List<PurchaseSummary> customers = Purchases.of(given, file);
                BgNbd fitted = BgNbd.fit(customers);
                yield Map.of(
                        "r",
                        fitted.r(),
                        "alpha",
                        fitted.alpha(),
                        "a",
                        fitted.a(),
                        "b",
                        fitted.b(),
                        "ll",
                        fitted.logLikelihood(customers));
            }
            case "log_likelihood", "max_log_likelihood" -> {
                List<PurchaseSummary> customers = customers(given, file);
                yield (given.has("params") ? model(given) : BgNbd.fit(customers)).logLikelihood(customers);
            }
            case "expected_purchases" -> each(given, "t", t -> model(given).expectedPurchases(t));
            case "conditional_expected_purchases" ->
                each(given, "t", t -> model(given).expectedPurchases(t, customer(given)));
            case "p_alive" -> model(given).probabilityAlive(customer(given));
            case "pmf" -> each(given, "n", n -> model(given).probability((int) n, given.number("t")));
            default -> throw new MissingMethodException("BG/NBD " + function);
        };
    }

    /** The answer to a number, or to each of a list of numbers. */
    private static Object each(Fields given, String name, DoubleUnaryOperator answer) {
        if (given.value(name) instanceof List<?>) {
            return given.numbers(name).stream().map(answer::applyAsDouble).toList();
        }
        return answer.applyAsDouble(given.number(name));
    }

    private static BgNbd model(Fields given) {
        Fields params = given.object("params");
        return new BgNbd(params.number("r"), params.number("alpha"), params.number("a"), params.number("b"));
    }

    private static PurchaseSummary customer(Fields given) {
        return new PurchaseSummary(given.number("x"), given.number("t_x"), given.number("T"));
    }

    private static List<PurchaseSummary> customers(Fields given, VectorFile file) {
        return given.has("dataset") ? Purchases.of(given, file) : List.of(customer(given));
    }

    private static Object gammaGamma(String function, Fields given, VectorFile file) {
        if (function.equals("fit_mle")) {
            List<PurchaseSummary> customers = Purchases.of(given, file);
            GammaGamma fitted = GammaGamma.fit(customers);
            return Map.of("p", fitted.p(), "q", fitted.q(), "v", fitted.v(), "ll", fitted.logLikelihood(customers));
        }
        Fields params = given.object("params");
        GammaGamma model = new GammaGamma(params.number("p"), params.number("q"), params.number("v"));
        return switch (function) {
            case "conditional_expected_average_value" ->
                model.expectedValue(new PurchaseSummary(
                        given.number("x"), 0, given.number("x") == 0 ? 0 : 1, given.number("mean_value")));
            case "expected_average_value" -> model.expectedValue();
            default -> throw new MissingMethodException("Gamma-Gamma " + function);
        };
    }
}
