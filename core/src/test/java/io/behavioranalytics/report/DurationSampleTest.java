package io.behavioranalytics.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.Test;

/** Percentiles by selection are those of the durations in order. */
class DurationSampleTest {
    private static final double[] FRACTIONS = {0.5, 0.75, 0.9};

    private final Random random = new Random(20_261_129);

    @Test
    void percentiles_are_those_of_the_sorted_durations() {
        for (int run = 0; run < 2_000; run++) {
            int size = 1 + random.nextInt(run % 10 == 0 ? 3_000 : 200);
            int range = 1 + random.nextInt(run % 2 == 0 ? 10 : 1_000_000_000);
            assertThatPercentilesAgree(size, i -> random.nextInt(range));
        }
    }

    @Test
    void durations_in_an_order_of_their_own_are_selected_from_alike() {
        int size = 10_000;
        assertThatPercentilesAgree(size, i -> i);
        assertThatPercentilesAgree(size, i -> size - i);
        assertThatPercentilesAgree(size, i -> 7);
        assertThatPercentilesAgree(size, i -> Math.min(i, size - i));
        assertThatPercentilesAgree(size, i -> Math.max(i, size - i));
        assertThatPercentilesAgree(size, i -> i % 2 == 0 ? i : size);
    }

    @Test
    void no_durations_have_no_percentiles() {
        assertThat(new DurationSample().percentiles(FRACTIONS)).containsOnlyNulls();
    }

    private static void assertThatPercentilesAgree(int size, LongUnaryOperator duration) {
        DurationSample sample = new DurationSample();
        for (int i = 0; i < size; i++) {
            sample.add(duration.applyAsLong(i));
        }
        long[] sorted = sample.sorted();
        Double[] expected = Arrays.stream(FRACTIONS)
                .mapToObj(fraction -> percentile(sorted, fraction))
                .toArray(Double[]::new);
        assertThat(sample.percentiles(FRACTIONS)).containsExactly(expected);
    }

    private static Double percentile(long[] sorted, double fraction) {
        double at = fraction * (sorted.length - 1);
        int below = (int) at;
        int above = Math.min(below + 1, sorted.length - 1);
        return (sorted[below] + (at - below) * (sorted[above] - sorted[below])) / 1_000_000;
    }
}
