package io.behavioranalytics.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A/A checks of splits that are sound, and of splits that are not. */
class AaCheckTest {
    private static final double[] VALUES =
            new Random(1).doubles(2_000).map(u -> -Math.log(u)).toArray();

    @Test
    void a_fair_split_is_sound() {
        Random random = new Random(2);
        AaCheck check = AaCheck.run(VALUES, 1_000, 0.05, (run, unit) -> random.nextInt(2))
                .orElseThrow();
        assertThat(check.runs()).isEqualTo(1_000);
        assertThat(check.interval().contains(0.05)).isTrue();
        assertThat(check.sound()).isTrue();
        // 99.9 % of binomials with 1,000 runs and 0.001 lie below 6.
        assertThat(check.mismatches()).isLessThan(6);
    }

    @Test
    void a_split_that_prefers_an_arm_is_found() {
        Random random = new Random(3);
        AaCheck check = AaCheck.run(VALUES, 200, 0.05, (run, unit) -> random.nextInt(100) < 52 ? 0 : 1)
                .orElseThrow();
        assertThat(check.arms().mismatch()).isTrue();
        assertThat(check.sound()).isFalse();
    }

    @Test
    void a_split_that_depends_on_the_value_is_found() {
        Random random = new Random(4);
        AaCheck check = AaCheck.run(
                        VALUES,
                        200,
                        0.05,
                        (run, unit) -> random.nextDouble() < (VALUES[unit] > 1 ? 0.55 : 0.45) ? 0 : 1)
                .orElseThrow();
        assertThat(check.rate()).isGreaterThan(0.3);
        assertThat(check.sound()).isFalse();
    }

    @Test
    void units_in_neither_arm_are_left_out() {
        Random random = new Random(5);
        AaCheck check =
                AaCheck.run(VALUES, 10, 0.05, (run, unit) -> random.nextInt(10)).orElseThrow();
        assertThat(check.runs()).isEqualTo(10);
        assertThat(check.sound()).isTrue();
    }

    @Test
    void p_values_of_others_are_judged_too() {
        List<Double> high = Collections.nCopies(1_000, 0.5);
        assertThat(AaCheck.of(high, 0.05, 500, 500).orElseThrow().sound()).isFalse();
        assertThat(AaCheck.of(List.of(0.2, 0.7), 0.05, 500, 500).orElseThrow().sound())
                .isTrue();
        assertThat(AaCheck.of(List.of(), 0.05, 500, 500).shortage()).contains(Shortage.TOO_FEW_OBSERVATIONS);
        assertThat(AaCheck.of(List.of(0.2), 0.05, 0, 0).shortage()).contains(Shortage.TOO_FEW_OBSERVATIONS);
        assertThat(AaCheck.run(new double[] {1, 1, 1}, 5, 0.05, (run, unit) -> unit % 2)
                        .shortage())
                .contains(Shortage.TOO_FEW_OBSERVATIONS);
        assertThatThrownBy(() -> AaCheck.of(List.of(1.5), 0.05, 1, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> AaCheck.run(VALUES, 0, 0.05, (run, unit) -> 0))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
