package io.behavioranalytics.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Long windows in any order, against all sets of steps that can be done. */
class AnyOrderSearchTest {
    private static final long SECOND = 1_000_000;

    @Test
    void each_start_finds_what_the_sets_of_steps_that_can_be_done_say() {
        int voided = 0;
        int deep = 0;
        for (int seed = 1; seed <= 3_000; seed++) {
            Random random = new Random(seed);
            int steps = 2 + random.nextInt(4);
            Funnel funnel = funnel(random, steps, Duration.ofSeconds(1 + random.nextInt(90)));
            FunnelEvents events = events(random, steps, funnel.exclusions().size(), 80);
            AnyOrderSearch search = new AnyOrderSearch(funnel);
            search.search(events);
            int[] best = null;
            for (int start = 0; start < events.size(); start++) {
                if (!search.isStart(start)) {
                    assertThat(events.steps(start)).isZero();
                    continue;
                }
                int[] voidedAt = {-1};
                int[] expected = places(funnel, events, start, voidedAt);
                Attempt attempt = search.attempt(start);
                String name = "seed " + seed + " " + funnel + ", start " + start;
                if (expected == null) {
                    assertThat(attempt).as(name).isNull();
                    assertThat(search.voidedAt).as(name).isEqualTo(voidedAt[0]);
                    voided++;
                } else {
                    assertThat(attempt).as(name).isNotNull();
                    for (int k = 0; k < steps; k++) {
                        int place = k < expected.length ? expected[k] : -1;
                        assertThat(attempt == null ? -2 : attempt.place(k))
                                .as(name)
                                .isEqualTo(place);
                    }
                    best = best == null || expected.length > best.length ? expected : best;
                    deep += expected.length == steps ? 1 : 0;
                }
            }
            Attempt found = search.best();
            assertThat(found == null ? -1 : found.start()).as("seed %s", seed).isEqualTo(best == null ? -1 : best[0]);
            assertThat(found == null ? 0 : found.depth()).as("seed %s", seed).isEqualTo(best == null ? 0 : best.length);
        }
        assertThat(voided).isGreaterThan(10_000);
        assertThat(deep).isGreaterThan(10_000);
    }

    /** The event that does the first step, the second and so on, or null if an exclusion voids. */
    private static int @Nullable [] places(Funnel funnel, FunnelEvents events, int start, int[] voidedAt) {
        int steps = funnel.steps().size();
        long end = events.micros(start) + funnel.window().toMillis() * 1_000;
        int[] places = new int[steps];
        int depth = 0;
        Set<Integer> done = new HashSet<>(Set.of(0));
        for (int i = start; i < events.size() && events.micros(i) <= end && depth < steps; i++) {
            Set<Integer> more = new HashSet<>(done);
            for (int step = 0; step < steps; step++) {
                if (events.isStep(i, step)) {
                    for (int set : done) {
                        more.add(set | 1 << step);
                    }
                }
            }
            done = more;
            int most = done.stream().mapToInt(Integer::bitCount).max().orElseThrow();
            boolean arrives = most > depth;
            if (arrives) {
                places[depth++] = i;
            }
            for (int k = 0; k < funnel.exclusions().size(); k++) {
                Funnel.Exclusion exclusion = funnel.exclusions().get(k);
                boolean behind = arrives ? depth > exclusion.fromStep() : depth >= exclusion.fromStep();
                if (i > start && (events.exclusions(i) >>> k & 1) != 0 && behind && depth < exclusion.toStep()) {
                    voidedAt[0] = i;
                    return null;
                }
            }
        }
        return Arrays.copyOf(places, depth);
    }

    /** Each start by itself would take some 5,000 looks, and there are about as many. */
    @Test
    void each_start_takes_a_few_looks_however_long_the_window() {
        for (int seed = 1; seed <= 12; seed++) {
            Random random = new Random(seed);
            int steps = 6;
            Funnel funnel = funnel(random, steps, Duration.ofDays(300));
            FunnelEvents events = new FunnelEvents();
            events.begin();
            int size = 10_000;
            for (int i = 0; i < size; i++) {
                // The first two steps want different events, and there is one only, so that no attempt ends the search.
                events.add(i * SECOND, i == size - 2 ? 3 : 1 << (2 + random.nextInt(4)), 0, i, i);
            }
            events.end(size - 1, Long.MAX_VALUE);
            AnyOrderSearch search = new AnyOrderSearch(funnel);
            search.search(events);

            Attempt best = search.best();

            assertThat(best == null ? 0 : best.depth()).isEqualTo(5);
            assertThat(search.looked()).isBetween(size - 100L, 2L * steps * size);
        }
    }

    private static Funnel funnel(Random random, int steps, Duration window) {
        Funnel.Builder funnel = Funnel.builder().order(Funnel.Order.ANY).within(window);
        for (int k = 0; k < steps; k++) {
            funnel.step(EventChoice.any());
        }
        for (int k = random.nextInt(3); k > 0; k--) {
            int from = 1 + random.nextInt(steps - 1);
            funnel.exclude(EventChoice.any(), from, from + 1 + random.nextInt(steps - from));
        }
        return funnel.build();
    }

    /** Long stretches of a few kinds of events, so that much is to be passed over, some of them at one instant. */
    private static FunnelEvents events(Random random, int steps, int exclusions, int most) {
        FunnelEvents events = new FunnelEvents();
        events.begin();
        int size = 1 + random.nextInt(most);
        int often = 1 + random.nextInt((1 << steps) - 1);
        long at = 0;
        for (int i = 0; i < size; i++) {
            at += random.nextInt(3) * SECOND;
            int mask = random.nextInt(10) > 0 ? often : random.nextInt(1 << steps);
            int excluded = exclusions > 0 && random.nextInt(15) == 0 ? random.nextInt(1 << exclusions) : 0;
            events.add(at, mask, excluded, i, i);
        }
        events.end(size - 1, Long.MAX_VALUE);
        return events;
    }
}
