package io.behavioranalytics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.TrackRequest;
import io.behavioranalytics.json.InvalidDefinitionException;
import io.behavioranalytics.segment.Cause;
import io.behavioranalytics.segment.MembershipChange;
import io.behavioranalytics.segment.SegmentDraft;
import io.behavioranalytics.store.InMemoryStore;
import java.time.Duration;
import java.time.Instant;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Behavioral segments through the facade: who is in them as of when, and who says so. */
class CalculatedSegmentsTest {
    private static final Instant START = Instant.parse("2026-03-01T10:00:00Z");
    private static final SubjectId ADA = SubjectId.lead("ada");

    private final VirtualClock clock = VirtualClock.at(START);
    private final BehaviorAnalytics analytics = BehaviorAnalytics.builder()
            .store(new InMemoryStore(clock))
            .clock(clock)
            .settings(Settings.builder().cacheTtl(Duration.ZERO).build())
            .random(new SplittableRandom(1))
            .executor(Runnable::run)
            .build();

    @AfterEach
    void close() {
        analytics.close();
    }

    private void view(Instant at) {
        analytics.track(TrackRequest.builder(EventType.PAGE_VIEW)
                .leadId("ada")
                .timestamp(at)
                .build());
    }

    private void define(String schedule) {
        analytics.segments().create(SegmentDraft.fromJson("""
                {"name": "Viewers", "type": "behavioral", %s
                 "criteria": {"eventFilters": [{"eventType": "page_view", "minFrequency": 2, "timeRange": {"last": "PT5H"}}]}}
                """.formatted(schedule)));
    }

    private @Nullable Instant calculated() {
        return analytics.segments().get("viewers").orElseThrow().lastCalculated();
    }

    @Test
    void a_subject_enters_at_the_next_scheduled_instant_and_the_history_says_by_a_calculation() {
        define("\"schedule\": {\"every\": \"PT1H\"},");
        clock.set(START.plusSeconds(600));
        view(clock.instant());
        view(clock.instant());
        assertThat(analytics.segments().members("viewers", null, 9)).isEmpty();
        assertThat(calculated()).isEqualTo(START);

        clock.set(START.plusSeconds(4_000));
        assertThat(calculated()).isEqualTo(START);
        analytics.runDue();

        assertThat(analytics.segments().members("viewers", null, 9)).containsExactly(ADA);
        assertThat(calculated()).isEqualTo(START.plusSeconds(3_600));
        MembershipChange entry =
                analytics.segments().history("viewers", null, 9).get(0);
        assertThat(entry.effectiveAt()).isEqualTo(START.plusSeconds(3_600));
        assertThat(entry.cause()).isEqualTo(new Cause.Calculation(false));
        assertThat(analytics.explanations().segment(ADA, "viewers").text())
                .contains("as of the calculation of 2026-03-01T11:00:00Z; the next is at 2026-03-01T12:00:00Z");
    }

    @Test
    void without_a_schedule_only_a_demand_calculates() {
        define("");
        clock.set(START.plusSeconds(600));
        view(clock.instant());
        view(clock.instant());
        clock.set(START.plusSeconds(9_000));
        analytics.runDue();
        assertThat(analytics.segments().members("viewers", null, 9)).isEmpty();
        assertThat(calculated()).isEqualTo(START);

        analytics.segments().calculate("viewers");

        assertThat(analytics.segments().members("viewers", null, 9)).containsExactly(ADA);
        assertThat(calculated()).isEqualTo(START.plusSeconds(9_000));
        assertThat(analytics.segments().history("viewers", null, 9).get(0).cause())
                .isEqualTo(new Cause.Calculation(true));
        clock.set(START.plusSeconds(90_000));
        analytics.runDue();
        assertThat(analytics.segments().members("viewers", null, 9)).containsExactly(ADA);
    }

    @Test
    void a_wrong_schedule_is_refused_with_what_is_accepted() {
        for (String wrong : new String[] {
            "{\"every\": \"PT0S\"}", "{\"every\": \"-PT1H\"}", "{\"every\": \"PT59S\"}",
                    "{\"every\": \"PT1H\", \"at\": \"03:00\"}",
            "{}", "{\"at\": \"24:00\", \"zone\": \"UTC\"}", "{\"at\": \"03:00\"}",
                    "{\"at\": \"03:00\", \"zone\": \"Mars/Base\"}",
            "{\"at\": \"03:00\", \"zone\": \"UTC\", \"weekday\": \"someday\"}"
        }) {
            assertThatThrownBy(() -> define("\"schedule\": " + wrong + ","))
                    .as(wrong)
                    .isInstanceOf(InvalidDefinitionException.class)
                    .hasMessageContaining("schedule");
        }
        assertThatThrownBy(() -> SegmentDraft.fromJson("""
                {"name": "x", "schedule": {"every": "PT1H"}, "criteria": {"eventFilters": [{"eventType": "page_view"}]}}
                """))
                .hasMessageContaining("only a behavioral segment has a schedule");
    }
}
