package io.behavioranalytics.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.commons.math3.distribution.GammaDistribution;
import org.apache.commons.math3.random.Well19937c;
import org.junit.jupiter.api.Test;

class GammaGammaTest {
    @Test
    void a_customer_without_purchases_is_worth_what_all_are() {
        // Hardie's spreadsheet on the CDNOW sample, as the lifetimes package tests it (4f2833f).
        GammaGamma model = new GammaGamma(6.248804, 3.744588, 15.447741);
        assertThat(model.expectedValue(new PurchaseSummary(0, 0, 0))).isCloseTo(35.171, within(1e-3));
        assertThat(model.expectedValue()).isCloseTo(35.171, within(1e-3));
        assertThat(new GammaGamma(1, 1, 1).expectedValue()).isInfinite();
    }

    @Test
    void the_fit_is_a_maximum_near_what_the_customers_were_made_with() {
        GammaGamma truth = new GammaGamma(5, 4, 20);
        Well19937c generator = new Well19937c(3);
        Random random = new Random(3);
        List<PurchaseSummary> customers = new ArrayList<>();
        for (int i = 0; i < 8_000; i++) {
            int x = random.nextInt(6);
            double scale = new GammaDistribution(generator, truth.q(), 1 / truth.v()).sample();
            double sum = 0;
            for (int k = 0; k < x; k++) {
                sum += new GammaDistribution(generator, truth.p(), 1 / scale).sample();
            }
            customers.add(new PurchaseSummary(x, x, 10, x == 0 ? 0 : sum / x));
        }

        GammaGamma fitted = GammaGamma.fit(customers);

        double best = fitted.logLikelihood(customers);
        assertThat(best).isGreaterThanOrEqualTo(truth.logLikelihood(customers));
        assertThat(fitted.p()).isCloseTo(truth.p(), within(0.5));
        assertThat(fitted.q()).isCloseTo(truth.q(), within(0.4));
        assertThat(fitted.expectedValue()).isCloseTo(truth.expectedValue(), within(1.0));
        for (double nudge : new double[] {0.999, 1.001}) {
            assertThat(new GammaGamma(fitted.p() * nudge, fitted.q(), fitted.v()).logLikelihood(customers))
                    .isLessThan(best);
            assertThat(new GammaGamma(fitted.p(), fitted.q() * nudge, fitted.v()).logLikelihood(customers))
                    .isLessThan(best);
            assertThat(new GammaGamma(fitted.p(), fitted.q(), fitted.v() * nudge).logLikelihood(customers))
                    .isLessThan(best);
        }
    }

    @Test
    void what_cannot_be_fitted_is_refused() {
        assertThatThrownBy(() -> GammaGamma.fit(List.of(new PurchaseSummary(1, 1, 1, 5))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least two customers");
        assertThatThrownBy(() -> new GammaGamma(1, 0, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(
                        () -> GammaGamma.fit(List.of(new PurchaseSummary(1, 1, 1, 5), new PurchaseSummary(2, 1, 1, 5))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "the model cannot be fitted to these values of purchases: its likelihood grows without end");
    }
}
