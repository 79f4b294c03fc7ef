package io.behavioranalytics.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ShiftedBetaGeometricTest {
    /** Who was left of the customers called High End and Regular, per thousand (Fader, Hardie 2007, table 1). */
    private static final List<Double> HIGH_END = List.of(1_000.0, 869.0, 743.0, 653.0, 593.0, 551.0, 517.0, 491.0);

    private static final List<Double> REGULAR = List.of(1_000.0, 631.0, 468.0, 382.0, 326.0, 289.0, 262.0, 241.0);

    @Test
    void the_fit_is_the_published_one() {
        ShiftedBetaGeometric high = ShiftedBetaGeometric.fit(List.of(HIGH_END));
        assertThat(high.alpha()).isCloseTo(0.668, within(5e-4));
        assertThat(high.beta()).isCloseTo(3.806, within(5e-4));
        ShiftedBetaGeometric regular = ShiftedBetaGeometric.fit(List.of(REGULAR));
        assertThat(regular.alpha()).isCloseTo(0.704, within(5e-4));
        assertThat(regular.beta()).isCloseTo(1.182, within(5e-4));
        assertThat(new ShiftedBetaGeometric(1, 1).logLikelihood(List.of(HIGH_END)))
                .isCloseTo(-2_115.5, within(0.1));
    }

    @Test
    void several_cohorts_of_different_ages_are_fitted_together() {
        // As the project shifted_beta_geometric_py tests it.
        ShiftedBetaGeometric found = ShiftedBetaGeometric.fit(List.of(
                List.of(10_000.0, 8_000.0, 6_480.0, 5_307.0, 4_391.0),
                List.of(10_000.0, 8_000.0, 6_480.0, 5_307.0),
                List.of(10_000.0, 8_000.0, 6_480.0),
                List.of(10_000.0, 8_000.0)));
        assertThat(found.alpha()).isCloseTo(3.80, within(0.02));
        assertThat(found.beta()).isCloseTo(15.19, within(0.08));
    }

    @Test
    void survival_retention_and_likelihood_follow_from_the_recursion() {
        Random random = new Random(3);
        for (int i = 0; i < 500; i++) {
            ShiftedBetaGeometric model =
                    new ShiftedBetaGeometric(0.1 + 5 * random.nextDouble(), 0.1 + 9 * random.nextDouble());
            List<Double> left = new ArrayList<>(List.of(100.0));
            double leaves = model.alpha() / (model.alpha() + model.beta());
            double survives = 1;
            double likelihood = 0;
            for (int t = 1; t <= 12; t++) {
                // Equation 7: who leaves in a period, from who left in the one before.
                leaves *= t == 1 ? 1 : (model.beta() + t - 2) / (model.alpha() + model.beta() + t - 1);
                assertThat(model.retention(t)).isCloseTo((survives - leaves) / survives, within(1e-9));
                survives -= leaves;
                assertThat(model.survival(t)).isCloseTo(survives, within(1e-9));
                double before = left.get(t - 1);
                double now = Math.rint(before * random.nextDouble());
                left.add(now);
                likelihood += (before - now) * Math.log(leaves);
            }
            likelihood += left.get(12) * Math.log(survives);
            assertThat(model.logLikelihood(List.of(left))).isCloseTo(likelihood, within(1e-6));
        }
        assertThat(new ShiftedBetaGeometric(1, 2).survival(0)).isOne();
    }

    @Test
    void what_cannot_be_is_refused() {
        assertThatThrownBy(() -> new ShiftedBetaGeometric(0, 1)).hasMessageContaining("positive: 0.0, 1.0");
        assertThatThrownBy(() -> ShiftedBetaGeometric.fit(List.of(List.of(5.0))))
                .hasMessageContaining("[5.0]");
        assertThatThrownBy(() -> ShiftedBetaGeometric.fit(List.of(List.of(5.0, 6.0))))
                .hasMessageContaining("must not rise: [5.0, 6.0]");
        assertThatThrownBy(() -> ShiftedBetaGeometric.fit(List.of(List.of(5.0, Double.NaN))))
                .hasMessageContaining("finite");
        for (List<Double> left : List.of(List.of(5.0, 0.0), List.of(5.0, 5.0, 5.0))) {
            assertThatThrownBy(() -> ShiftedBetaGeometric.fit(List.of(left)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("somebody who left and somebody who stayed");
        }
        // One of so many left at first, and then nobody: nearly all never leave, which no parameters are.
        assertThatThrownBy(() -> ShiftedBetaGeometric.fit(List.of(List.of(1e12, 1e12 - 1, 1e12 - 1))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the model cannot be fitted to these cohorts: its likelihood grows without end");
        assertThatThrownBy(() -> new ShiftedBetaGeometric(1, 1).survival(-1)).hasMessageContaining("-1");
        assertThatThrownBy(() -> new ShiftedBetaGeometric(1, 1).retention(0)).hasMessageContaining("from 1 on");
    }
}
