package io.behavioranalytics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.behavioranalytics.event.Category;
import io.behavioranalytics.event.EventCatalog;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.InvalidEventException;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.TrackRequest;
import io.behavioranalytics.profile.ScoringModel;
import io.behavioranalytics.segment.Segment;
import io.behavioranalytics.segment.SegmentDraft;
import io.behavioranalytics.store.Definitions;
import io.behavioranalytics.store.InMemoryStore;
import io.behavioranalytics.trigger.TriggerEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class HostileCallsTest {
    @Test
    void one_missing_request_among_many_does_not_take_the_others_answers_away() {
        try (BehaviorAnalytics analytics = BehaviorAnalytics.builder().build()) {
            List<TrackRequest> requests = Arrays.asList(download("lead-1"), null, download("lead-2"));
            assertThat(analytics.trackAll(requests))
                    .extracting(TrackResult::outcome)
                    .containsExactly(
                            TrackResult.Outcome.ACCEPTED, TrackResult.Outcome.INVALID, TrackResult.Outcome.ACCEPTED);
            assertThat(analytics.statistics().invalid()).isEqualTo(1);
            assertThat(analytics.statistics().accepted()).isEqualTo(2);
        }
    }

    @Test
    @SuppressWarnings("NullAway") // what a caller without such a check can do
    void a_link_to_nobody_is_refused_by_the_field() {
        try (BehaviorAnalytics analytics = BehaviorAnalytics.builder().build()) {
            assertThatThrownBy(() -> analytics.identify("session-1", null))
                    .isInstanceOf(InvalidEventException.class)
                    .hasMessageContaining("leadId");
            assertThatThrownBy(() -> analytics.identify(null, "lead-1"))
                    .isInstanceOf(InvalidEventException.class)
                    .hasMessageContaining("sessionId");
            assertThatThrownBy(() -> analytics.identify("session-1", "undefined"))
                    .isInstanceOf(InvalidEventException.class)
                    .hasMessageContaining("leadId");
            assertThat(analytics.statistics().invalid()).isEqualTo(3);
        }
    }

    @Test
    void a_host_whose_executor_fails_still_gets_its_work_done() throws Exception {
        try (BehaviorAnalytics analytics = BehaviorAnalytics.builder()
                .executor(task -> {
                    throw new IllegalStateException("shut down in its own way");
                })
                .build()) {
            analytics.track(download("lead-1"));
            analytics.segments().create(SegmentDraft.fromJson("""
                    {"name": "Readers", "criteria": {"eventFilters": [{"eventType": "download"}]}}"""));
            assertThat(analytics.segments().recalculation().await(Duration.ofSeconds(Racers.SECONDS)))
                    .isTrue();
            assertThat(analytics.segments().members("readers", null, 10)).containsExactly(SubjectId.lead("lead-1"));
            assertThat(analytics
                            .trackAsync(download("lead-2"))
                            .get(120, TimeUnit.SECONDS)
                            .outcome())
                    .isEqualTo(TrackResult.Outcome.ACCEPTED);
        }
    }

    @Test
    void a_closed_facade_takes_no_definition_since_nobody_would_decide_anew() {
        BehaviorAnalytics analytics = BehaviorAnalytics.builder().build();
        analytics.close();
        assertThatThrownBy(() -> analytics.segments().create(SegmentDraft.fromJson("""
                        {"name": "Readers", "criteria": {"eventFilters": [{"eventType": "download"}]}}""")))
                .isInstanceOf(IllegalStateException.class);
        assertThat(analytics.segments().list()).extracting(Segment::key).doesNotContain("readers");
    }

    private static TrackRequest download(String lead) {
        return TrackRequest.builder(EventType.DOWNLOAD).leadId(lead).build();
    }

    @Test
    void a_profile_may_be_asked_for_from_the_beginning_to_the_end_of_time() {
        try (BehaviorAnalytics analytics = BehaviorAnalytics.builder().build()) {
            analytics.track(download("lead-1"));
            SubjectId lead = SubjectId.lead("lead-1");

            assertThat(analytics.profiles().get(lead, ProfileQuery.between(Instant.MIN, Instant.MAX)))
                    .hasValueSatisfying(
                            detail -> assertThat(detail.profile().totalEvents()).isEqualTo(1));
            assertThat(analytics.profiles().get(lead, new ProfileQuery(Instant.MAX, null, true)))
                    .hasValueSatisfying(detail -> assertThat(detail.events()).isEmpty());
            assertThat(analytics
                            .profiles()
                            .get(lead, new ProfileQuery(null, Instant.parse("0001-01-01T00:00:00Z"), true)))
                    .hasValueSatisfying(
                            detail -> assertThat(detail.profile().totalEvents()).isZero());
            assertThatThrownBy(() -> new ProfileQuery(null, Instant.MIN.plusNanos(1), true))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("the end must not be before 0001-01-01T00:00:00Z: " + Instant.MIN.plusNanos(1));
        }
    }

    @Test
    void a_recalculation_may_be_waited_for_as_long_as_one_likes() throws Exception {
        try (BehaviorAnalytics analytics = BehaviorAnalytics.builder().build()) {
            Recalculation recalculation = analytics.segments().recalculation();

            assertThat(recalculation.await(Duration.ofSeconds(Long.MAX_VALUE))).isTrue();
            assertThat(recalculation.await(Duration.ofSeconds(Long.MIN_VALUE))).isTrue();
        }
    }

    @Test
    void a_negative_limit_is_refused_for_the_built_in_segment_too() {
        try (BehaviorAnalytics analytics = BehaviorAnalytics.builder().build()) {
            assertThatThrownBy(() -> analytics.segments().members(Segment.ALL_VISITORS, null, -1))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("limit must not be negative: -1");
            assertThat(analytics.segments().members(Segment.ALL_VISITORS, null, 0))
                    .isEmpty();
        }
    }

    @Test
    void types_that_nobody_declared_add_no_points_with_or_without_a_model_of_the_host() {
        EventCatalog open = EventCatalog.builder().open().build();
        for (ScoringModel model : new ScoringModel[] {null, ScoringModel.defaults()}) {
            BehaviorAnalytics.Builder builder = BehaviorAnalytics.builder().catalog(open);
            if (model != null) {
                builder.scoring(model);
            }
            try (BehaviorAnalytics analytics = builder.build()) {
                analytics.track(
                        TrackRequest.builder("never_heard_of").leadId("lead-1").build());

                assertThat(analytics.profiles().get(SubjectId.lead("lead-1"))).hasValueSatisfying(profile -> {
                    assertThat(profile.totalEvents()).isEqualTo(1);
                    assertThat(profile.engagementScore()).isZero();
                });
            }
        }
        assertThat(open.pointsOf(EventType.of("never_heard_of"))).isZero();
    }

    @Test
    void words_that_name_kinds_of_trigger_are_no_event_types_of_the_host() {
        EventCatalog open = EventCatalog.builder().open().build();
        assertThat(TriggerEvent.RESERVED).isNotEmpty().allSatisfy(word -> {
            assertThatThrownBy(() -> EventCatalog.builder().declare(word, Category.INTENT, 1))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("event type is reserved for the library: " + word);
            assertThat(open.accepts(EventType.of(word))).isFalse();
        });
    }

    @Test
    @SuppressWarnings("NullAway") // what a caller without such a check can do
    void a_null_is_refused_by_the_name_of_the_parameter() {
        try (BehaviorAnalytics analytics = BehaviorAnalytics.builder().build()) {
            refusesNull("request", () -> analytics.track(null));
            refusesNull("request", () -> analytics.trackAsync(null));
            refusesNull("requests", () -> analytics.trackAll(null));
            refusesNull("requests", () -> analytics.importHistory(null));
            refusesNull("status", () -> analytics.actions().list(null, null, 1));
            refusesNull("draft", () -> analytics.segments().create(null));
            refusesNull("draft", () -> analytics.segments().update("readers", null));
            refusesNull("draft", () -> analytics.triggers().create(null));
            refusesNull("draft", () -> analytics.triggers().update("mail", null));
        }
    }

    private static void refusesNull(String parameter, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(NullPointerException.class).hasMessage(parameter);
    }

    @Test
    void after_close_even_an_empty_list_is_refused_and_what_is_stored_may_be_read() {
        BehaviorAnalytics analytics = BehaviorAnalytics.builder().build();
        analytics.track(download("lead-1"));
        analytics.close();
        assertThatThrownBy(() -> analytics.trackAll(List.of())).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> analytics.importHistory(List.of())).isInstanceOf(IllegalStateException.class);
        assertThat(analytics.profiles().get(SubjectId.lead("lead-1"))).isPresent();
        assertThat(analytics.nextDue()).isNotNull();
    }

    @Test
    void a_close_while_it_starts_leaves_no_watch_open() {
        AtomicInteger open = new AtomicInteger();
        List<BehaviorAnalytics> self = new ArrayList<>();
        ForwardingStore store = new ForwardingStore(new InMemoryStore()) {
            @Override
            public Definitions definitions() {
                Definitions original = to.definitions();
                return new ForwardingDefinitions(original) {
                    @Override
                    public Watch watch(Runnable listener) {
                        open.incrementAndGet();
                        self.get(0).close();
                        return open::decrementAndGet;
                    }
                };
            }
        };
        self.add(BehaviorAnalytics.builder().store(store).build());
        self.get(0).start();
        assertThat(open).hasValue(0);
    }

    @Test
    void a_recalculation_that_the_executor_dropped_is_begun_again() {
        AtomicInteger dropped = new AtomicInteger();
        try (BehaviorAnalytics analytics = BehaviorAnalytics.builder()
                .executor(task -> {
                    if (dropped.getAndIncrement() > 0) {
                        task.run();
                    }
                })
                .settings(Settings.builder().callTimeout(Duration.ofMillis(5)).build())
                .build()) {
            // A busy machine may need more than those few milliseconds to take it up.
            long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(Racers.SECONDS);
            while (!analytics.track(download("lead-1")).isDurable()) {
                assertThat(System.nanoTime() - limit).as("not taken up").isNegative();
            }
            analytics.segments().create(SegmentDraft.fromJson("""
                    {"name": "Readers", "criteria": {"eventFilters": [{"eventType": "download"}]}}"""));
            Recalculation recalculation = analytics.segments().recalculation();
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(Racers.SECONDS);
            while (recalculation.isRunning() && System.nanoTime() < deadline) {
                analytics.runDue();
            }
            assertThat(recalculation.isRunning()).isFalse();
            assertThat(analytics.segments().members("readers", null, 10)).containsExactly(SubjectId.lead("lead-1"));
        }
    }
}
