package io.behavioranalytics.examples.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class PercentilesTest {
    @Test
    void a_percentile_is_the_least_that_so_many_do_not_exceed() {
        Percentiles hundred =
                new Percentiles(LongStream.rangeClosed(1, 100).map(i -> 101 - i).toArray());

        assertThat(hundred.at(0.5)).isEqualTo(50);
        assertThat(hundred.at(0.99)).isEqualTo(99);
        assertThat(hundred.at(0.999)).isEqualTo(100);
        assertThat(hundred.at(1)).isEqualTo(100);
    }

    @Test
    void one_duration_is_every_percentile() {
        assertThat(new Percentiles(new long[] {7}).at(0.001)).isEqualTo(7);
    }

    @Test
    void nothing_has_no_percentile() {
        assertThatThrownBy(() -> new Percentiles(new long[0])).hasMessage("nothing was measured");
    }
}
