package io.behavioranalytics.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.report.Funnel.Strictness;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The mode that column stores know as windowFunnel. */
class LatestStartTest {
    private static final Instant FROM = Instant.parse("2026-03-01T00:00:00Z");

    @Test
    void without_modes_the_level_is_the_longest_chain_within_the_window_of_its_start() {
        for (int seed = 1; seed <= 3_000; seed++) {
            Random random = new Random(seed);
            Strictness[] modes = switch (random.nextInt(3)) {
                case 0 -> new Strictness[] {Strictness.ONCE};
                case 1 -> new Strictness[] {Strictness.ONCE, Strictness.INCREASE};
                default -> new Strictness[0];
            };
            Funnel.Builder builder = Funnel.builder()
                    .within(Duration.ofMinutes(1 + random.nextInt(8)))
                    .latestStart(modes);
            for (int k = 2 + random.nextInt(3); k > 0; k--) {
                builder.step(
                        random.nextInt(5) == 0
                                ? EventChoice.of(Histories.TYPES.get(0), Histories.TYPES.get(1))
                                : EventChoice.of(Histories.TYPES.get(random.nextInt(3))));
            }
            Funnel funnel = builder.build();
            Histories histories = Histories.random(random, 1, 8, FROM, Duration.ofMinutes(1), 8);
            List<BehaviorEvent> events = histories.events.isEmpty()
                    ? List.of()
                    : histories.events.firstEntry().getValue();
            assertThat(level(histories, funnel))
                    .as("seed %s %s %s", seed, funnel, events)
                    .isEqualTo(longest(funnel, events));
        }
    }

    /** Chains of pairs of an event and a step, in the order of time and then step. */
    private static int longest(Funnel funnel, List<BehaviorEvent> events) {
        int longest = 0;
        for (BehaviorEvent start : events) {
            if (NaiveFunnel.fits(funnel.steps().get(0).event(), start)) {
                longest = Math.max(longest, longest(funnel, events, List.of(start)));
            }
        }
        return longest;
    }

    private static int longest(Funnel funnel, List<BehaviorEvent> events, List<BehaviorEvent> chain) {
        int longest = chain.size();
        if (chain.size() == funnel.steps().size()) {
            return longest;
        }
        Instant last = chain.get(chain.size() - 1).timestamp();
        for (BehaviorEvent next : events) {
            boolean later = funnel.strictness().contains(Strictness.INCREASE)
                    ? next.timestamp().isAfter(last)
                    : !next.timestamp().isBefore(last);
            boolean once = !funnel.strictness().contains(Strictness.ONCE) || !chain.contains(next);
            if (later
                    && once
                    && !next.timestamp().isAfter(chain.get(0).timestamp().plus(funnel.window()))
                    && NaiveFunnel.fits(funnel.steps().get(chain.size()).event(), next)) {
                List<BehaviorEvent> longer = new ArrayList<>(chain);
                longer.add(next);
                longest = Math.max(longest, longest(funnel, events, longer));
            }
        }
        return longest;
    }

    @Test
    void an_event_of_no_step_ends_a_chain_in_order() {
        assertThat(level("a x b c", Strictness.ORDER)).isEqualTo(1);
        assertThat(level("x a b c", Strictness.ORDER)).isEqualTo(3);
        assertThat(level("a x b c")).isEqualTo(3);
    }

    @Test
    void a_step_before_its_turn_ends_a_chain_in_order_unless_reentry_passes_over_it() {
        assertThat(level("a c b", Strictness.ORDER)).isEqualTo(1);
        assertThat(level("a c b", Strictness.ORDER, Strictness.REENTRY)).isEqualTo(2);
        assertThat(level("a b a c", Strictness.ORDER, Strictness.REENTRY)).isEqualTo(3);
    }

    @Test
    void a_step_that_comes_again_ends_the_search_with_deduplication() {
        assertThat(level("a b b c", Strictness.DEDUPLICATION)).isEqualTo(2);
        assertThat(level("a a b c", Strictness.DEDUPLICATION)).isEqualTo(3);
    }

    @Test
    void one_event_may_fill_several_steps_unless_they_must_be_later_or_of_other_events() {
        Funnel.Builder twice = Funnel.builder().step(type("a")).step(type("a"));
        Histories one = new Histories().add("lead", FROM.toString(), "a");
        assertThat(level(one, twice.latestStart().build())).isEqualTo(2);
        assertThat(level(one, twice.latestStart(Strictness.INCREASE).build())).isEqualTo(1);
        assertThat(level(
                        one,
                        Funnel.builder()
                                .step(type("a"))
                                .step(type("a"))
                                .latestStart(Strictness.ONCE)
                                .build()))
                .isEqualTo(1);
    }

    @Test
    void the_newest_start_is_the_one_that_times_are_told_of() {
        Histories histories = new Histories()
                .add("lead", "2026-03-01T00:00:00Z", "a")
                .add("lead", "2026-03-01T00:10:00Z", "a")
                .add("lead", "2026-03-01T00:11:00Z", "b");
        Funnel.Builder funnel = Funnel.builder().step(type("a")).step(type("b"));

        assertThat(histories
                        .run(funnel.build(), FROM.plusSeconds(9_999))
                        .conversion()
                        .time()
                        .mean())
                .isEqualTo(660);
        assertThat(histories
                        .run(funnel.latestStart().build(), FROM.plusSeconds(9_999))
                        .conversion()
                        .time()
                        .mean())
                .isEqualTo(60);
    }

    private static EventChoice type(String name) {
        return EventChoice.of(io.behavioranalytics.event.EventType.of(name));
    }

    private static int level(String types, Strictness... modes) {
        Histories histories = new Histories();
        int i = 0;
        for (String type : types.split(" ", -1)) {
            histories.add("lead", FROM.plusSeconds(i++), type, Map.of(), null);
        }
        return level(
                histories,
                Funnel.builder()
                        .step(type("a"))
                        .step(type("b"))
                        .step(type("c"))
                        .latestStart(modes)
                        .build());
    }

    private static int level(Histories histories, Funnel funnel) {
        FunnelReport report = histories.run(funnel, FROM.plus(Duration.ofDays(1)));
        return (int) report.steps().stream().filter(step -> step.reached() > 0).count();
    }
}
