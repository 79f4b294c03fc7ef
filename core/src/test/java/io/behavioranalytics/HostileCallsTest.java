package io.behavioranalytics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.InvalidEventException;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.TrackRequest;
import io.behavioranalytics.segment.Segment;
import io.behavioranalytics.segment.SegmentDraft;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
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
            assertThat(analytics.segments().recalculation().isRunning()).isFalse();
            assertThat(analytics.segments().members("readers", null, 10)).containsExactly(SubjectId.lead("lead-1"));
            assertThat(analytics
                            .trackAsync(download("lead-2"))
                            .get(10, TimeUnit.SECONDS)
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
}
