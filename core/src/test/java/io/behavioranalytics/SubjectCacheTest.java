package io.behavioranalytics;

import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.decision.SubjectSnapshot;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.TrackRequest;
import io.behavioranalytics.profile.Profile;
import io.behavioranalytics.store.InMemoryStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** S12: what is kept of subjects is bounded by its bytes, and what was dropped is read again. */
class SubjectCacheTest {
    private static final long BYTES = 1 << 20;
    private static final int LEADS = 3_000;

    private final VirtualClock clock = VirtualClock.at(Instant.parse("2026-03-01T12:00:00Z"));
    private final InMemoryStore store = new InMemoryStore(clock);
    private final Settings settings =
            Settings.builder().cacheBytes(BYTES).subjectMaxEvents(100_000).build();
    private final BehaviorAnalytics analytics = BehaviorAnalytics.builder()
            .store(store)
            .clock(clock)
            .settings(settings)
            .executor(Runnable::run)
            .build();

    @AfterEach
    void close() {
        analytics.close();
    }

    private static SubjectId lead(int number) {
        return SubjectId.lead("lead-" + number);
    }

    private void everyLeadViewsAPage() {
        for (int from = 0; from < LEADS; from += 100) {
            List<TrackRequest> views = new ArrayList<>();
            for (int i = from; i < from + 100; i++) {
                views.add(TrackRequest.builder(EventType.PAGE_VIEW)
                        .leadId("lead-" + i)
                        .build());
            }
            assertThat(analytics.trackAll(views)).allMatch(TrackResult::isDurable);
        }
    }

    @Test
    void it_holds_as_many_subjects_as_fit_into_its_bytes_and_no_more() {
        everyLeadViewsAPage();
        SubjectCache cache = new SubjectCache(store, settings, new Counters());
        long weight = 0;
        for (int i = 0; i < LEADS; i++) {
            weight += Objects.requireNonNull(cache.load(List.of(lead(i))).get(lead(i)))
                    .weight();
            assertThat(held(cache)).isLessThanOrEqualTo(BYTES);
        }
        assertThat(weight).as("all of them together").isGreaterThan(2 * BYTES);
        assertThat(held(cache)).as("room is used").isGreaterThan(BYTES / 2);
    }

    private static long held(SubjectCache cache) {
        long weight = 0;
        for (int i = 0; i < LEADS; i++) {
            SubjectSnapshot snapshot = cache.peek(lead(i));
            weight += snapshot == null ? 0 : snapshot.weight();
        }
        return weight;
    }

    @Test
    void a_subject_heavier_than_the_whole_cache_is_not_held() {
        List<TrackRequest> ahead = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) { // what is ahead of the clock waits in the snapshot
            ahead.add(TrackRequest.builder(EventType.PAGE_VIEW)
                    .leadId("lead-0")
                    .timestamp(clock.instant().plusSeconds(1 + i % 299))
                    .build());
        }
        assertThat(analytics.trackAll(ahead)).allMatch(TrackResult::isDurable);
        SubjectCache cache = new SubjectCache(store, settings, new Counters());

        SubjectSnapshot loaded =
                Objects.requireNonNull(cache.load(List.of(lead(0))).get(lead(0)));

        assertThat(loaded.weight()).isGreaterThan(BYTES);
        assertThat(cache.peek(lead(0))).isNull();
    }

    @Test
    void whom_it_dropped_is_decided_as_before() {
        for (int round = 1; round <= 3; round++) {
            everyLeadViewsAPage();
            long misses = analytics.statistics().cacheMisses();
            assertThat(misses).isGreaterThan(LEADS * (round - 1L) / 2);
        }
        for (int i = 0; i < LEADS; i++) {
            assertThat(analytics.profiles().get(lead(i)).map(Profile::totalEvents))
                    .hasValue(3L);
        }
    }
}
