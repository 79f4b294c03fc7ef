package io.behavioranalytics.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/** What the tests of this package share: samples of published test suites, and how a figure is compared. */
final class Figures {
    /** growthbook/growthbook at 8f1db4456915, packages/stats/tests/frequentist/test_tests.py. */
    static final Moments GROWTHBOOK_A = new Moments(3407, 1396.87, 52377.9767);

    static final Moments GROWTHBOOK_B = new Moments(3461, 2422.7, 134698.29);
    static final Moments GROWTHBOOK_A_3000 = new Moments(3000, 1396.87, 52377.9767);

    private Figures() {}

    static Effect relative(Sample control, Sample treatment) {
        return Effect.of(control, treatment, EffectScale.RELATIVE).orElseThrow();
    }

    static Effect absolute(Sample control, Sample treatment) {
        return Effect.of(control, treatment, EffectScale.ABSOLUTE).orElseThrow();
    }

    static void ends(Interval interval, double lower, double upper, double tolerance) {
        assertThat(interval.lower().orElseThrow()).isCloseTo(lower, within(tolerance));
        assertThat(interval.upper().orElseThrow()).isCloseTo(upper, within(tolerance));
    }

    static void close(double actual, double expected, double tolerance) {
        assertThat(actual).isCloseTo(expected, within(tolerance));
    }

    /** To four significant digits, or better. */
    static void digits(double actual, double expected) {
        assertThat(actual).isCloseTo(expected, within(Math.abs(expected) * 5e-5));
    }
}
