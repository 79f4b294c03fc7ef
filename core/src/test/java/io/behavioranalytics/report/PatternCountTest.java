package io.behavioranalytics.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.Micros;
import io.behavioranalytics.json.InvalidDefinitionException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PatternCountTest {
    private static final Instant FROM = Instant.parse("2026-03-01T00:00:00Z");
    private static final List<EventChoice> CONDITIONS =
            List.of(EventChoice.of(EventType.of("a")), EventChoice.of(EventType.of("b"), EventType.of("c")));

    @Test
    void it_finds_what_trying_every_way_finds() {
        long found = 0;
        for (int seed = 1; seed <= 4_000; seed++) {
            Random random = new Random(seed);
            Histories histories = Histories.random(random, 2, 8, FROM, Duration.ofSeconds(1), 8);
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(5); i >= 0; i--) {
                text.append(
                        switch (random.nextInt(7)) {
                            case 0, 1 -> "(?1)";
                            case 2, 3 -> "(?2)";
                            case 4 -> ".";
                            case 5 -> ".*";
                            default ->
                                "(?t"
                                        + List.of("<", "<=", ">", ">=", "==", "!=")
                                                .get(random.nextInt(6)) + random.nextInt(4) + ")";
                        });
            }
            EventPattern pattern = EventPattern.parse(text.toString());

            PatternCountReport report = histories.scattered(
                    new PatternCount(CONDITIONS, pattern, 5, ReportFilter.everything()),
                    ReportTerms.at(FROM.plusSeconds(99)),
                    random);

            long matches = 0;
            long subjects = 0;
            for (List<BehaviorEvent> events : histories.events.values()) {
                List<BehaviorEvent> kept = events.stream()
                        .filter(event -> CONDITIONS.stream().anyMatch(condition -> NaiveFunnel.fits(condition, event)))
                        .toList();
                long of = 0;
                int start = 0;
                while (start < kept.size()) {
                    int end = first(pattern, kept, start);
                    if (end < 0) {
                        break;
                    }
                    of++;
                    start = Math.max(end, start + 1);
                }
                matches += of;
                subjects += of > 0 ? 1 : 0;
            }
            assertThat(report.matches())
                    .as("seed %s, %s, %s", seed, text, histories.events)
                    .isEqualTo(matches);
            assertThat(report.subjects()).as("seed %s", seed).isEqualTo(subjects);
            found += matches;
        }
        assertThat(found).isGreaterThan(2_000);
    }

    /** Where the earliest match ends, from a place on; of matches that begin alike the one that ends first. */
    private static int first(EventPattern pattern, List<BehaviorEvent> events, int start) {
        for (int begin = start; begin < events.size(); begin++) {
            int end = match(pattern, 0, events, begin, -1);
            if (end >= 0) {
                return end;
            }
        }
        return -1;
    }

    private static int match(EventPattern pattern, int part, List<BehaviorEvent> events, int next, int last) {
        if (part == pattern.parts().size()) {
            return next;
        }
        EventPattern.Part wanted = pattern.parts().get(part);
        int best = -1;
        for (int place = next; place <= events.size(); place++) {
            int end = -1;
            if (wanted instanceof EventPattern.AnyMany) {
                end = match(pattern, part + 1, events, place, place == next ? last : place - 1);
            } else if (wanted instanceof EventPattern.Gap gap) {
                long since = place == events.size() || last < 0
                        ? 0
                        : events.get(place).micros() - events.get(last).micros();
                if (place < events.size() && gap.operator().holds(since, Micros.of(gap.span()))) {
                    end = match(pattern, part + 1, events, place, last);
                }
            } else if (place == next && place < events.size() && fits(wanted, events.get(place))) {
                end = match(pattern, part + 1, events, place + 1, place);
            }
            best = best < 0 || (end >= 0 && end < best) ? end : best;
        }
        return best;
    }

    private static boolean fits(EventPattern.Part part, BehaviorEvent event) {
        return part instanceof EventPattern.AnyOne
                || (part instanceof EventPattern.Meets meets
                        && NaiveFunnel.fits(CONDITIONS.get(meets.condition() - 1), event));
    }

    @Test
    void what_is_no_pattern_is_refused() {
        for (String text : List.of("(?", "(?0)", "(?x)", "(?t5)", "(?t>x)", "a", "(?t>1e-20)")) {
            assertThatThrownBy(() -> EventPattern.parse(text))
                    .as(text)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("a pattern is made of");
        }
        assertThatThrownBy(() -> EventPattern.parse(".".repeat(201))).hasMessageContaining("more than 200 parts");
        assertThatThrownBy(() -> new PatternCount(CONDITIONS, EventPattern.parse("(?3)"), 0, ReportFilter.everything()))
                .isInstanceOf(InvalidDefinitionException.class)
                .hasMessageContaining("pattern: names condition 3 of 2");
    }

    @Test
    void a_long_history_without_a_match_ends_soon() {
        Histories histories = new Histories();
        for (int i = 0; i < 1_500; i++) {
            histories.add("lead", FROM.plusSeconds(i), "a", java.util.Map.of(), null);
        }
        PatternCountReport report = histories.run(
                new PatternCount(
                        CONDITIONS, EventPattern.parse("(?1).*(?1).*(?1).*(?2)"), 1, ReportFilter.everything()),
                FROM.plus(Duration.ofDays(1)));
        assertThat(report.matches()).isZero();
        assertThat(report.examples().get(0).whole()).isFalse();
    }
}
