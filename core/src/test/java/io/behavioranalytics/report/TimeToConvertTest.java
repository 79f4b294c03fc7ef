package io.behavioranalytics.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.json.InvalidDefinitionException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TimeToConvertTest {
    private static final Instant FROM = Instant.parse("2026-03-01T00:00:00Z");
    private static final Funnel FUNNEL = Funnel.builder()
            .step(EventChoice.of(EventType.of("a")))
            .step(EventChoice.of(EventType.of("b")))
            .step(EventChoice.of(EventType.of("c")))
            .within(Duration.ofMinutes(9))
            .count(Funnel.Counting.TOTALS)
            .build();

    @Test
    void bins_hold_the_times_of_the_attempts_that_count() {
        for (int seed = 1; seed <= 2_000; seed++) {
            Random random = new Random(seed);
            Histories histories = Histories.random(random, 4, 9, FROM, Duration.ofMillis(30_100), 30);
            Instant asOf = FROM.plus(Duration.ofDays(1));
            int from = 1 + random.nextInt(2);
            Integer wanted = random.nextBoolean() ? (Integer) (1 + random.nextInt(5)) : null;

            TimeToConvertReport report =
                    histories.scattered(new TimeToConvert(FUNNEL, from, 3, wanted), ReportTerms.at(asOf), random);

            List<Double> times = new ArrayList<>();
            NaiveFunnel naive = new NaiveFunnel(FUNNEL, asOf);
            histories
                    .events
                    .values()
                    .forEach(events -> naive.counted(events).forEach(way -> {
                        BehaviorEvent first = way.at()[from - 1];
                        BehaviorEvent last = way.at()[2];
                        if (first != null && last != null) {
                            times.add(Duration.between(first.timestamp(), last.timestamp())
                                            .toMillis()
                                    / 1_000.0);
                        }
                    }));
            assertThat(report.attempts()).as("seed %s", seed).isEqualTo(times.size());
            if (times.isEmpty()) {
                assertThat(report.bins()).isEmpty();
                assertThat(report.time()).isEqualTo(new FunnelReport.Times(null, null, null, null));
                continue;
            }
            FunnelAgreementTest.checkTimes("seed " + seed, report.time(), times);
            double shortest =
                    times.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
            double longest =
                    times.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
            int count = wanted == null ? (int) Math.ceil(Math.cbrt(times.size())) : wanted;
            double width = longest == shortest ? 60 : Math.ceil((longest - shortest) / count - 1e-9);
            assertThat(report.bins()).hasSize(count + 1);
            for (int bin = 0; bin <= count; bin++) {
                double begin = shortest + bin * width;
                double end = begin + width;
                assertThat(report.bins().get(bin).from()).as("seed %s", seed).isCloseTo(begin, within(1e-6));
                assertThat(report.bins().get(bin).attempts())
                        .as("seed %s, bin %s of %s", seed, bin, times)
                        .isEqualTo(times.stream()
                                .filter(time -> time > begin - 1e-6 && time < end - 1e-6)
                                .count());
            }
        }
    }

    @Test
    void steps_that_are_none_are_refused() {
        assertThatThrownBy(() -> new TimeToConvert(FUNNEL, 2, 2, 0))
                .isInstanceOf(InvalidDefinitionException.class)
                .hasMessageContainingAll(
                        "toStep: must be a step of 2 to 3 behind the first one: from 2 to 2",
                        "bins: must be 1 to 1000: 0");
    }
}
