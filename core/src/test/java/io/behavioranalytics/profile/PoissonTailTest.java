package io.behavioranalytics.profile;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The tail against sums of exact fractions, of which only e is rounded, at 120 digits. */
class PoissonTailTest {
    private static final MathContext DIGITS = new MathContext(120);

    @ParameterizedTest
    @CsvSource({
        "1, 1, 1",
        "6, 1, 1",
        "20, 1, 1",
        "60, 1, 1",
        "150, 1, 1",
        "1, 1, 28",
        "5, 25, 7",
        "11, 25, 7",
        "40, 25, 7",
        "9, 9, 1",
        "10, 9, 1",
        "30, 9, 1",
        "100, 100, 1",
        "101, 100, 1",
        "140, 100, 1",
        "200, 100, 1",
        "400, 100, 1",
        "52, 1053, 28",
        "1000, 1000, 1",
        "1200, 1000, 1"
    })
    void it_is_what_exact_fractions_sum_to(int count, long over, long under) {
        BigDecimal exact = exactly(count, over, under);

        double found = PoissonTail.atLeast(count, (double) over / (double) under);
        assertThat(relative(found, exact)).isLessThan(1e-10);
    }

    @Test
    void no_events_and_more_are_certain() {
        assertThat(PoissonTail.atLeast(0, 1)).isEqualTo(1);
    }

    @Test
    void a_million_events_are_answered_too() {
        assertThat(PoissonTail.atLeast(1_000_000, 1)).isEqualTo(0);
        assertThat(PoissonTail.atLeast(1_000_000, 1_000_000)).isBetween(0.5, 0.501);
        assertThat(PoissonTail.atLeast(990_000, 1_000_000)).isGreaterThan(0.999_999);
    }

    @Test
    void the_least_counts_that_are_unusual_are_those_that_the_page_says() {
        assertThat(least(1)).isEqualTo(6);
        assertThat(least(3)).isEqualTo(11);
        assertThat(least(10)).isEqualTo(22);
        assertThat(least(100)).isEqualTo(133);
    }

    private static int least(long mean) {
        int count = 1;
        while (exactly(count, mean, 1).compareTo(new BigDecimal("0.001")) >= 0) {
            count++;
        }
        assertThat(PoissonTail.atLeast(count, (double) mean)).isLessThan(1e-3);
        assertThat(PoissonTail.atLeast(count - 1, (double) mean)).isGreaterThanOrEqualTo(1e-3);
        return count;
    }

    /** P(X >= count) as e^−m times the sum of m^i / i! from count on, over one denominator, until the rest is below 10^−110 of it. */
    private static BigDecimal exactly(int count, long over, long under) {
        // Term by term as exact fractions: term(i) = over^i / (under^i · i!).
        BigInteger numerator = BigInteger.valueOf(over).pow(count);
        BigInteger denominator = BigInteger.valueOf(under).pow(count).multiply(factorial(count));
        BigDecimal sum = BigDecimal.ZERO;
        BigDecimal term = new BigDecimal(numerator).divide(new BigDecimal(denominator), DIGITS);
        for (int i = count + 1; sum.signum() == 0 || term.compareTo(sum.movePointLeft(110)) > 0; i++) {
            sum = sum.add(term, DIGITS);
            term = term.multiply(BigDecimal.valueOf(over), DIGITS)
                    .divide(BigDecimal.valueOf(under).multiply(BigDecimal.valueOf(i)), DIGITS);
        }
        return sum.divide(exponential(over, under), DIGITS);
    }

    private static BigDecimal exponential(long over, long under) {
        BigDecimal sum = BigDecimal.ONE;
        BigDecimal term = BigDecimal.ONE;
        for (int i = 1; term.compareTo(sum.movePointLeft(119)) > 0; i++) {
            term = term.multiply(BigDecimal.valueOf(over), DIGITS)
                    .divide(BigDecimal.valueOf(under).multiply(BigDecimal.valueOf(i)), DIGITS);
            sum = sum.add(term, DIGITS);
        }
        return sum;
    }

    private static BigInteger factorial(int n) {
        BigInteger product = BigInteger.ONE;
        for (int i = 2; i <= n; i++) {
            product = product.multiply(BigInteger.valueOf(i));
        }
        return product;
    }

    private static double relative(double found, BigDecimal exact) {
        return new BigDecimal(found).subtract(exact).abs().divide(exact, DIGITS).doubleValue();
    }
}
