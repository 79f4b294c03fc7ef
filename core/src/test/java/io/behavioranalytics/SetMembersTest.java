package io.behavioranalytics;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.behavioranalytics.action.Action;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.TrackRequest;
import io.behavioranalytics.json.InvalidDefinitionException;
import io.behavioranalytics.segment.Cause;
import io.behavioranalytics.segment.Criteria;
import io.behavioranalytics.segment.Segment;
import io.behavioranalytics.segment.SegmentDraft;
import io.behavioranalytics.segment.SegmentFilter;
import io.behavioranalytics.store.InMemoryStore;
import io.behavioranalytics.trigger.TriggerDraft;
import io.behavioranalytics.trigger.TriggerEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Members that the host sets (S10): in static segments, and beside what the criteria of dynamic ones say. */
class SetMembersTest {
    private static final SubjectId LEAD = SubjectId.lead("lead-1");

    private final VirtualClock clock = VirtualClock.at(Instant.parse("2026-03-01T12:00:00Z"));
    private final InMemoryStore store = new InMemoryStore(clock);
    private final BehaviorAnalytics analytics = BehaviorAnalytics.builder()
            .store(store)
            .clock(clock)
            .executor(Runnable::run)
            .build();

    @AfterEach
    void close() {
        analytics.close();
    }

    @Test
    void a_static_segment_has_the_members_that_were_added_and_not_removed() {
        analytics.segments().create(SegmentDraft.ofMembers("Partners"));
        TrackResult added = analytics.segments().addMember("partners", LEAD, "signed");
        analytics.segments().addMember("partners", SubjectId.session("s-1"), null);
        analytics.segments().addMember("partners", SubjectId.lead("lead-2"), null);
        clock.advance(Duration.ofMinutes(1));
        analytics.segments().removeMember("partners", SubjectId.lead("lead-2"), null);
        view();

        assertThat(analytics.segments().members("partners", null, 10)).containsExactly(LEAD, SubjectId.session("s-1"));
        assertThat(analytics.segments().history("partners", LEAD, 10))
                .singleElement()
                .satisfies(change ->
                        assertThat(change.cause()).isEqualTo(new Cause.Event(requireNonNull(added.eventId()))));
        assertThat(analytics.profiles().get(LEAD).orElseThrow().totalEvents())
                .as("what the host sets is in no total")
                .isEqualTo(1);
        assertThat(analytics.maintenance().verify(LEAD).differences()).isEmpty();
    }

    @Test
    void what_the_host_sets_in_a_dynamic_segment_outlasts_events_time_and_new_versions() {
        analytics.segments().create(viewers(2));
        analytics.segments().addMember("viewers", LEAD, null);
        view();
        analytics.segments().update("viewers", viewers(3));

        assertThat(segments()).containsExactly("viewers");
        clock.advance(Duration.ofDays(400));
        analytics.runDue();
        assertThat(segments()).containsExactly("viewers");
        analytics.segments().releaseMember("viewers", LEAD, null);
        assertThat(segments()).isEmpty();
        view();
        view();
        assertThat(segments()).containsExactly("viewers");
        clock.advance(Duration.ofMinutes(1));
        analytics.segments().removeMember("viewers", LEAD, null);
        view();
        assertThat(segments()).isEmpty();
        assertThat(analytics.maintenance().verify(LEAD).differences()).isEmpty();
    }

    @Test
    void an_entry_by_the_host_wakes_triggers_and_is_seen_by_other_segments() {
        analytics.segments().create(SegmentDraft.ofMembers("Partners"));
        analytics
                .segments()
                .create(SegmentDraft.of(
                        "Others",
                        Criteria.all().segment(SegmentFilter.notIn("partners")).build()));
        analytics
                .triggers()
                .create(TriggerDraft.builder("Welcome", new TriggerEvent.SegmentEntered("partners"))
                        .action(Action.of("log", Map.of()))
                        .build());
        view();
        assertThat(segments()).containsExactly("others");
        clock.advance(Duration.ofMinutes(1));
        analytics.segments().addMember("partners", LEAD, null);

        assertThat(segments()).containsExactly("partners");
        assertThat(analytics.triggers().executions("welcome", LEAD, 10)).hasSize(1);
    }

    @Test
    void members_of_a_session_that_becomes_a_leads_go_with_it() {
        analytics.segments().create(SegmentDraft.ofMembers("Partners"));
        analytics.track(
                TrackRequest.builder(EventType.PAGE_VIEW).sessionId("s-1").build());
        analytics.segments().addMember("partners", SubjectId.session("s-1"), null);
        clock.advance(Duration.ofMinutes(1));
        analytics.identify("s-1", LEAD.value());

        assertThat(analytics.segments().members("partners", null, 10)).containsExactly(LEAD);
    }

    @Test
    void a_static_segment_has_no_criteria_and_survives_json() {
        Segment created =
                analytics.segments().create(SegmentDraft.fromJson("{\"name\": \"VIP\", \"type\": \"static\"}"));

        assertThat(created.type()).isEqualTo(Segment.Type.STATIC);
        assertThat(analytics.segments().get("vip").orElseThrow().segment()).isEqualTo(created);
        assertThat(catchThrowableOfType(InvalidDefinitionException.class, () -> SegmentDraft.fromJson("""
                                        {"name": "VIP", "type": "static",
                                         "criteria": {"eventFilters": [{"eventType": "page_view"}]}}
                                        """))
                        .violations())
                .singleElement()
                .satisfies(violation -> assertThat(violation.path()).isEqualTo("criteria"));
        assertThatThrownBy(() -> analytics.segments().addMember("all-visitors", LEAD, null))
                .isInstanceOf(InvalidDefinitionException.class);
        assertThatThrownBy(() -> analytics.segments().addMember("none", LEAD, null))
                .isInstanceOf(UnknownDefinitionException.class);
    }

    @Test
    void a_list_is_filtered_by_type_status_and_tag() {
        analytics
                .segments()
                .create(SegmentDraft.fromJson("{\"name\": \"VIP\", \"type\": \"static\", \"tags\": [\"sales\"]}"));
        analytics
                .segments()
                .create(SegmentDraft.fromJson("{\"name\": \"Old\", \"type\": \"static\", \"status\": \"inactive\"}"));
        analytics.segments().create(viewers(1));

        assertThat(keys(null, null, null)).containsExactly("old", "viewers", "vip");
        assertThat(keys(Segment.Type.STATIC, null, null)).containsExactly("old", "vip");
        assertThat(keys(null, Segment.Status.ACTIVE, null)).containsExactly("viewers", "vip");
        assertThat(keys(null, null, "sales")).containsExactly("vip");
        assertThat(keys(Segment.Type.DYNAMIC, null, "sales")).isEmpty();
    }

    private List<String> keys(Segment.@Nullable Type type, Segment.@Nullable Status status, @Nullable String tag) {
        return analytics.segments().list(type, status, tag).stream()
                .map(Segment::key)
                .toList();
    }

    private static SegmentDraft viewers(int times) {
        return SegmentDraft.fromJson("""
                {"name": "Viewers", "criteria": {"eventFilters": [{"eventType": "page_view", "minFrequency": %d}]}}
                """.formatted(times));
    }

    private void view() {
        analytics.track(
                TrackRequest.builder(EventType.PAGE_VIEW).leadId(LEAD.value()).build());
    }

    private List<String> segments() {
        return analytics.profiles().get(LEAD).orElseThrow().segments();
    }
}
