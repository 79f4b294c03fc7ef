package io.behavioranalytics.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class EventIdsTest {
    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00.123Z");

    @Test
    void an_id_carries_version_variant_and_the_clocks_milliseconds() {
        UUID id = new EventIds(new SplittableRandom(1)).next(NOW);
        assertThat(id.version()).isEqualTo(7);
        assertThat(id.variant()).isEqualTo(2);
        assertThat(id.getMostSignificantBits() >>> 16).isEqualTo(NOW.toEpochMilli());
    }

    @Test
    void ids_grow_within_a_millisecond_and_when_the_clock_steps_back() {
        EventIds ids = new EventIds(new SplittableRandom(2));
        UUID last = ids.next(NOW);
        for (int i = 0; i < 20_000; i++) {
            UUID next = ids.next(i % 3 == 0 ? NOW : NOW.minusSeconds(i));
            assertThat(Long.compareUnsigned(next.getMostSignificantBits(), last.getMostSignificantBits()))
                    .isPositive();
            assertThat(next.version()).isEqualTo(7);
            last = next;
        }
        assertThat(ids.next(Instant.parse("1901-01-01T00:00:00Z")).version()).isEqualTo(7);
    }

    @Test
    void eight_threads_get_no_id_twice() throws Exception {
        EventIds ids = new EventIds();
        CyclicBarrier barrier = new CyclicBarrier(8);
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<List<UUID>>> results = new ArrayList<>();
            for (int thread = 0; thread < 8; thread++) {
                Callable<List<UUID>> made = () -> {
                    barrier.await(120, TimeUnit.SECONDS);
                    List<UUID> own = new ArrayList<>();
                    for (int i = 0; i < 5_000; i++) {
                        own.add(ids.next(NOW));
                    }
                    return own;
                };
                results.add(threads.submit(made));
            }
            Set<UUID> all = new HashSet<>();
            for (Future<List<UUID>> result : results) {
                all.addAll(result.get(120, TimeUnit.SECONDS));
            }
            assertThat(all).hasSize(40_000);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void a_name_has_one_id_of_version_5() {
        UUID dns = UUID.fromString("6ba7b810-9dad-11d1-80b4-00c04fd430c8");
        // RFC 9562, appendix A.4
        assertThat(EventIds.v5(dns, "www.example.com"))
                .isEqualTo(UUID.fromString("2ed6657d-e927-568b-95e1-2665a8aea6a2"));
        assertThat(EventIds.v5(dns, "é")).isNotEqualTo(EventIds.v5(dns, "e\u0301"));
    }
}
