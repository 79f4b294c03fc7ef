package io.behavioranalytics.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** How much is looked at to find the best of many attempts that exclusions void. */
class FunnelExclusionsTest {
    private static final int STEPS = 6;
    private static final long SECOND = 1_000_000;

    /** Each attempt by itself would take some 5,000 looks, and there are about as many. */
    @Test
    void each_event_takes_a_few_looks_however_many_attempts_are_under_way_and_void() {
        for (int seed = 1; seed <= 12; seed++) {
            for (Funnel.Counting counting : List.of(Funnel.Counting.UNIQUES, Funnel.Counting.TOTALS)) {
                assertThat(looked(counting, seed, 10_000))
                        .as("%s, seed %d", counting, seed)
                        .isBetween(5_000L, 20L * 10_000);
            }
        }
    }

    /** Starts at every other event, windows over all of them, and exclusions between random steps. */
    private static long looked(Funnel.Counting counting, int seed, int size) {
        Random random = new Random(seed);
        EventChoice any = EventChoice.any();
        Funnel.Builder builder = Funnel.builder().within(Duration.ofDays(300)).count(counting);
        for (int k = 0; k < STEPS; k++) {
            builder.step(any);
        }
        int exclusions = 1 + random.nextInt(3);
        for (int k = 0; k < exclusions; k++) {
            int from = 1 + random.nextInt(STEPS - 1);
            builder.exclude(any, from, from + 1 + random.nextInt(STEPS - from));
        }
        OrderedSearch search = new OrderedSearch(builder.build());
        FunnelEvents events = new FunnelEvents();
        events.begin();
        for (int i = 0; i < size; i++) {
            // The last step is never done, so that no attempt ends the search.
            int steps = random.nextBoolean() ? 1 : 1 << random.nextInt(STEPS - 1);
            int excluded = random.nextInt(9) == 0 ? 1 + random.nextInt((1 << exclusions) - 1) : 0;
            events.add(i * SECOND, excluded == 0 ? steps : 0, excluded, i, i);
        }
        events.end(size - 1, Long.MAX_VALUE);
        search.search(events);
        if (counting == Funnel.Counting.UNIQUES) {
            search.best();
        } else {
            for (int i = 0; i < size; ) {
                if (search.isStart(i)) {
                    Attempt attempt = search.attempt(i);
                    i = attempt == null ? search.voidedAt + 1 : search.limit(i);
                } else {
                    i++;
                }
            }
        }
        return search.looked();
    }
}
