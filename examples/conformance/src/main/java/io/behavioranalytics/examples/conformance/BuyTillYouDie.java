package io.behavioranalytics.examples.conformance;

import io.behavioranalytics.report.BgNbd;
import io.behavioranalytics.report.GammaGamma;
import io.behavioranalytics.report.PurchaseSummary;
import java.util.List;
import java.util.Map;

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
            case "fit_mle", "rfm_then_fit_mle" -> told(BgNbd.fit(Purchases.of(given, file)));
            case "log_likelihood" -> model(given).logLikelihood(customers(given, file));
            case "expected_purchases" -> model(given).expectedPurchases(given.number("t"));
            case "conditional_expected_purchases" -> model(given).expectedPurchases(given.number("t"), customer(given));
            case "p_alive" -> model(given).probabilityAlive(customer(given));
            case "pmf" -> model(given).probability((int) given.whole("n"), given.number("t"));
            default -> throw new MissingMethodException("BG/NBD " + function);
        };
    }

    private static Object told(BgNbd model) {
        return Map.of("r", model.r(), "alpha", model.alpha(), "a", model.a(), "b", model.b());
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
            GammaGamma fitted = GammaGamma.fit(Purchases.of(given, file));
            return Map.of("p", fitted.p(), "q", fitted.q(), "v", fitted.v());
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
