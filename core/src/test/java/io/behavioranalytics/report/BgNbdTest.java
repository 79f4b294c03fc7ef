package io.behavioranalytics.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.commons.math3.distribution.BetaDistribution;
import org.apache.commons.math3.distribution.GammaDistribution;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;

class BgNbdTest {
    /** The maximum on the CDNOW sample (Fader, Hardie, Lee 2005, table 2), to more digits. */
    private static final BgNbd CDNOW = new BgNbd(0.242593, 4.413531, 0.792886, 2.425753);

    @Test
    void expectations_are_those_of_the_authors_spreadsheet() {
        // bgnbd_2004-04-20.xls by Bruce Hardie, as the lifetimes package tests it (4f2833f).
        assertThat(CDNOW.expectedPurchases(0.1429)).isCloseTo(0.0078, within(1e-4));
        assertThat(CDNOW.expectedPurchases(31.8571)).isCloseTo(1.0405, within(1e-4));
        assertThat(CDNOW.expectedPurchases(78)).isCloseTo(1.8576, within(5e-4));
        assertThat(CDNOW.expectedPurchases(0)).isZero();
    }

    @Test
    void probabilities_are_those_of_the_manual() {
        // The manual of the R package BTYD, as the lifetimes package tests it.
        BgNbd model = new BgNbd(0.243, 4.414, 0.793, 2.426);
        assertThat(model.probability(0, 39)).isCloseTo(0.5737864, within(1e-7));
        assertThat(model.probability(13, 30)).isCloseTo(0.001163315, within(1e-9));
        assertThat(model.probability(20, 30)).isCloseTo(0.000222226, within(1e-9));
        assertThat(model.probabilityAlive(new PurchaseSummary(1_000, 10, 100))).isZero();
        assertThat(model.probabilityAlive(new PurchaseSummary(0, 0, 100))).isOne();
    }

    @Test
    void expectations_of_customers_are_those_of_the_lifetimes_package() {
        BgNbd model = new BgNbd(0.16385091, 1.86428048, 1.85034328, 3.181059);
        assertThat(model.expectedPurchases(30, new PurchaseSummary(0, 0, 224))).isCloseTo(0.021171, within(1e-6));
        assertThat(model.expectedPurchases(30, new PurchaseSummary(2, 9, 183))).isCloseTo(0.001607, within(1e-6));
    }

    @Test
    void the_likelihood_is_the_integral_over_rates_and_losses() {
        Random random = new Random(7);
        for (int i = 0; i < 60; i++) {
            BgNbd model = new BgNbd(
                    1.8 + random.nextDouble(),
                    1 + 5 * random.nextDouble(),
                    1.2 + random.nextDouble(),
                    1.5 + random.nextDouble());
            int x = random.nextInt(5);
            double age = 5 + 30 * random.nextDouble();
            double recency = x == 0 ? 0 : age * random.nextDouble();
            PurchaseSummary customer = new PurchaseSummary(x, recency, age);
            assertThat(model.logLikelihood(List.of(customer)))
                    .as("%s %s", model, customer)
                    .isCloseTo(Math.log(integral(model, x, recency, age)), within(2e-3));
        }
    }

    /** Equation 3, mixed over a grid of both distributions. */
    private static double integral(BgNbd model, int x, double recency, double age) {
        GammaDistribution rates = new GammaDistribution(model.r(), 1 / model.alpha());
        BetaDistribution losses = new BetaDistribution(model.a(), model.b());
        int grid = 4_000;
        double sum = 0;
        double topRate = rates.inverseCumulativeProbability(1 - 1e-9);
        double alive = 0;
        double lost = 0;
        for (int j = 0; j < grid; j++) {
            double p = (j + 0.5) / grid;
            double weight = losses.density(p) / grid;
            alive += weight * Math.pow(1 - p, x);
            lost += x == 0 ? 0 : weight * p * Math.pow(1 - p, x - 1);
        }
        for (int i = 0; i < grid; i++) {
            double rate = (i + 0.5) / grid * topRate;
            double weight = rates.density(rate) * topRate / grid;
            sum += weight * Math.pow(rate, x) * (alive * Math.exp(-rate * age) + lost * Math.exp(-rate * recency));
        }
        return sum;
    }

    @Test
    void expectations_are_the_means_of_simulated_lives() {
        Well19937c generator = new Well19937c(5);
        Random random = new Random(5);
        for (BgNbd model : List.of(new BgNbd(1.5, 4, 1.3, 2.5), new BgNbd(0.7, 3, 0.6, 2), new BgNbd(1.2, 5, 1, 3))) {
            GammaDistribution rates = new GammaDistribution(generator, model.r(), 1 / model.alpha());
            BetaDistribution losses = new BetaDistribution(generator, model.a(), model.b());
            double sum = 0;
            int lives = 60_000;
            for (int i = 0; i < lives; i++) {
                sum += purchases(rates.sample(), losses.sample(), 40, random).size();
            }
            assertThat(model.expectedPurchases(40)).as("%s", model).isCloseTo(sum / lives, within(0.08));
        }
    }

    @Test
    void the_fit_is_a_maximum_near_what_the_customers_were_made_with() {
        BgNbd truth = new BgNbd(0.9, 6, 0.9, 2.6);
        List<PurchaseSummary> customers = customers(truth, 20_000, 3);

        BgNbd fitted = BgNbd.fit(customers);

        double best = fitted.logLikelihood(customers);
        assertThat(best).isGreaterThanOrEqualTo(truth.logLikelihood(customers));
        assertThat(fitted.r()).isCloseTo(truth.r(), within(0.1));
        assertThat(fitted.alpha()).isCloseTo(truth.alpha(), within(0.7));
        assertThat(fitted.a() / (fitted.a() + fitted.b())).isCloseTo(truth.a() / (truth.a() + truth.b()), within(0.02));
        for (double nudge : new double[] {0.999, 1.001}) {
            assertThat(new BgNbd(fitted.r() * nudge, fitted.alpha(), fitted.a(), fitted.b()).logLikelihood(customers))
                    .isLessThan(best);
            assertThat(new BgNbd(fitted.r(), fitted.alpha() * nudge, fitted.a(), fitted.b()).logLikelihood(customers))
                    .isLessThan(best);
            assertThat(new BgNbd(fitted.r(), fitted.alpha(), fitted.a() * nudge, fitted.b()).logLikelihood(customers))
                    .isLessThan(best);
            assertThat(new BgNbd(fitted.r(), fitted.alpha(), fitted.a(), fitted.b() * nudge).logLikelihood(customers))
                    .isLessThan(best);
        }
    }

    static List<PurchaseSummary> customers(BgNbd model, int count, int seed) {
        Well19937c generator = new Well19937c(seed);
        Random random = new Random(seed);
        GammaDistribution rates = new GammaDistribution(generator, model.r(), 1 / model.alpha());
        BetaDistribution losses = new BetaDistribution(generator, model.a(), model.b());
        List<PurchaseSummary> customers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            double age = 27 + Math.floor(random.nextDouble() * 85) / 7;
            List<Double> bought = purchases(rates.sample(), losses.sample(), age, random);
            customers.add(
                    new PurchaseSummary(bought.size(), bought.isEmpty() ? 0 : bought.get(bought.size() - 1), age));
        }
        return customers;
    }

    private static List<Double> purchases(double rate, double loss, double until, Random random) {
        List<Double> at = new ArrayList<>();
        double time = 0;
        while (true) {
            time += -Math.log(1 - random.nextDouble()) / rate;
            if (time > until) {
                return at;
            }
            at.add(time);
            if (random.nextDouble() < loss) {
                return at;
            }
        }
    }

    @Test
    void what_cannot_be_fitted_is_refused() {
        assertThatThrownBy(() -> BgNbd.fit(List.of(new PurchaseSummary(0, 0, 3))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the model needs at least one customer who bought again");
        // One pace alone, to the end: neither paces nor ways to leave differ.
        assertThatThrownBy(() -> BgNbd.fit(List.of(new PurchaseSummary(1_000, 10, 10))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the model cannot be fitted to these purchases: its likelihood grows without end");
        assertThatThrownBy(() -> new BgNbd(1, 0, 1, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("parameters must be positive: 1.0, 0.0, 1.0, 1.0");
    }

    @Test
    void what_no_customer_can_be_is_refused() {
        refused(() -> new PurchaseSummary(1, 7, 6), "recency must be 0 to the age of 6.0: 7.0");
        refused(() -> new PurchaseSummary(0.5, 1, 6), "frequency must be a whole number of 0 or more: 0.5");
        refused(() -> new PurchaseSummary(-1, 1, 6), "frequency must be a whole number of 0 or more: -1.0");
        refused(() -> new PurchaseSummary(0, 1, 6), "recency must be 0 without a repeat purchase: 1.0");
        refused(() -> new PurchaseSummary(1, 1, Double.NaN), "age must be 0 or more: NaN");
        refused(() -> new PurchaseSummary(1, 1, 2, -1), "value must be 0 or more: -1.0");
    }

    private static void refused(Runnable call, String message) {
        assertThatThrownBy(call::run)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }
}
