package io.behavioranalytics.profile;

import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.BehaviorAnalytics;
import io.behavioranalytics.ProfileDetail;
import io.behavioranalytics.ProfileQuery;
import io.behavioranalytics.VirtualClock;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.TrackRequest;
import io.behavioranalytics.json.Json;
import io.behavioranalytics.json.JsonLimits;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The founding document's analytics record: its columns, and what may be asked for of a lead or a session. */
class ProfileJsonTest {
    /** The columns of the founding document's {@code BehaviorAnalytics}, but for the row's own id: a record of an instant is no row. */
    private static final List<String> COLUMNS = List.of(
            "lead_id",
            "session_id",
            "total_events",
            "unique_event_types",
            "total_time_spent",
            "average_session_duration",
            "engagement_score",
            "interest_score",
            "intent_score",
            "conversion_probability",
            "segments",
            "behavior_pattern",
            "last_activity");

    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    private static Profile profile(SubjectId subject) {
        return new Profile(
                subject,
                NOW,
                7,
                3,
                2,
                90,
                45,
                12.5,
                0,
                100,
                0.1,
                List.of("a", "b"),
                BehaviorPattern.HIGH_INTENT,
                NOW.minusSeconds(90),
                NOW.minusNanos(1_000),
                List.of("customer", "vip"),
                Map.of("timezone", "Asia/Kathmandu", "seats", 5L));
    }

    private static String camelCase(String column) {
        StringBuilder name = new StringBuilder();
        for (String word : column.split("_", -1)) {
            name.append(name.isEmpty() ? word : word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1));
        }
        return name.toString();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void each_column_is_a_field_of_its_name(boolean lead) {
        String other = lead ? "session_id" : "lead_id";

        assertThat(profile(lead ? SubjectId.lead("x") : SubjectId.session("x")).fields())
                .containsKeys(COLUMNS.stream()
                        .filter(column -> !column.equals(other))
                        .map(ProfileJsonTest::camelCase)
                        .toArray(String[]::new))
                .doesNotContainKey(camelCase(other));
    }

    @Test
    void a_record_is_written_in_the_order_of_its_fields() {
        assertThat(profile(SubjectId.lead("lead-456")).toJson())
                .isEqualTo(
                        "{\"leadId\":\"lead-456\",\"asOf\":\"2026-03-01T12:00:00Z\",\"totalEvents\":7,"
                                + "\"uniqueEventTypes\":3,\"visits\":2,\"totalTimeSpent\":90,\"averageSessionDuration\":45,"
                                + "\"engagementScore\":12.5,\"interestScore\":0,\"intentScore\":100,\"conversionProbability\":0.1,"
                                + "\"segments\":[\"a\",\"b\"],\"behaviorPattern\":\"high_intent\","
                                + "\"firstSeen\":\"2026-03-01T11:58:30Z\",\"lastActivity\":\"2026-03-01T11:59:59.999999Z\","
                                + "\"tags\":[\"customer\",\"vip\"],\"attributes\":{\"seats\":5,\"timezone\":\"Asia/Kathmandu\"}}");
    }

    @Test
    void somebody_without_events_has_no_first_and_last() {
        Profile nobody = new Profile(
                SubjectId.session("s"),
                NOW,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                List.of(),
                BehaviorPattern.EXPLORING,
                null,
                null,
                List.of(),
                Map.of());

        assertThat(Json.parseObject(nobody.toJson(), JsonLimits.DEFINITION))
                .containsEntry("sessionId", "s")
                .containsEntry("totalEvents", 0L)
                .containsEntry("behaviorPattern", "exploring")
                .containsEntry("segments", List.of())
                .doesNotContainKeys("firstSeen", "lastActivity", "leadId");
    }

    @Test
    void a_lead_or_a_session_is_answered_for_a_range_and_with_its_events() {
        VirtualClock clock = VirtualClock.at(NOW);
        try (BehaviorAnalytics analytics =
                BehaviorAnalytics.builder().clock(clock).build()) {
            UUID id = UUID.fromString("018f3c5e-7b1a-7c3d-9e2f-0123456789ab");
            analytics.track(TrackRequest.builder(EventType.PAGE_VIEW)
                    .sessionId("session-123")
                    .build());
            clock.advance(Duration.ofDays(1));
            analytics.track(TrackRequest.builder(EventType.QUOTE_REQUEST)
                    .id(id)
                    .sessionId("session-123")
                    .property("product", "auto")
                    .build());
            Instant second = clock.instant();
            clock.advance(Duration.ofHours(1));

            ProfileDetail detail = analytics
                    .profiles()
                    .get(
                            SubjectId.session("session-123"),
                            new ProfileQuery(second, second.plus(Duration.ofMinutes(1)), true))
                    .orElseThrow();

            assertThat(Json.parseObject(detail.toJson(), JsonLimits.DEFINITION))
                    .containsEntry("sessionId", "session-123")
                    .containsEntry("totalEvents", 1L)
                    .containsEntry("asOf", second.plus(Duration.ofMinutes(1)).toString())
                    .containsEntry(
                            "events",
                            List.of(Map.of(
                                    "id",
                                    id.toString(),
                                    "sessionId",
                                    "session-123",
                                    "eventType",
                                    "quote_request",
                                    "category",
                                    "intent",
                                    "timestamp",
                                    second.toString(),
                                    "source",
                                    "web",
                                    "properties",
                                    Map.of("product", "auto"))));
            ProfileDetail without = new ProfileDetail(detail.profile(), List.of());
            assertThat(without.toJson()).isEqualTo(detail.profile().toJson());
        }
    }
}
