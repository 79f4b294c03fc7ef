package io.behavioranalytics.proof;

import static io.behavioranalytics.proof.Host.START;
import static io.behavioranalytics.proof.Host.justAfter;
import static io.behavioranalytics.proof.Host.justBefore;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.behavioranalytics.BehaviorAnalytics;
import io.behavioranalytics.Settings;
import io.behavioranalytics.VirtualClock;
import io.behavioranalytics.event.Category;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.InvalidEventException;
import io.behavioranalytics.event.Retention;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.segment.Segment;
import io.behavioranalytics.segment.SegmentDraft;
import io.behavioranalytics.trigger.Skip;
import io.behavioranalytics.trigger.Trigger;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Order and time (S1 to S4, S7, S10), through the facade, to the microsecond. */
class TimeSemanticsTest {
    private static final Duration WEEK = Duration.ofDays(7);

    private Host host = new Host();

    @AfterEach
    void close() {
        host.close();
    }

    // ---- S1

    @Test
    void at_one_instant_the_sequence_decides_which_event_was_last() {
        // S1, S11: the later sequence is the nearer identification.
        host.analytics.track(Host.event(EventType.PAGE_VIEW)
                .sessionId("s")
                .leadId("b")
                .sequence(2)
                .timestamp(START)
                .build());
        host.analytics.track(Host.event(EventType.PAGE_VIEW)
                .sessionId("s")
                .leadId("a")
                .sequence(1)
                .timestamp(START)
                .build());
        host.session("s", EventType.DOWNLOAD, START.plusMillis(1));

        assertThat(host.profile("a").totalEvents()).isEqualTo(1);
        assertThat(host.profile("b").totalEvents()).isEqualTo(1);
        host.advance(Duration.ofSeconds(1));
        assertThat(host.profile("b").totalEvents()).isEqualTo(2);
    }

    // ---- S2

    @Test
    void an_event_ahead_of_the_clock_is_invisible_until_its_instant_and_then_decided_by_the_timer() {
        Segment segment = host.segmentOf("Quoted", EventType.QUOTE_REQUEST, "");
        Trigger trigger = host.trigger("Quote", "\"quote_request\"", "PT0S", "\"cooldown\": 0");
        Instant ahead = START.plus(Duration.ofMinutes(5));
        host.lead("a", EventType.QUOTE_REQUEST, ahead);

        host.advanceTo(justBefore(ahead));
        assertThat(host.in("a", segment)).isFalse();
        assertThat(host.profile("a").totalEvents()).isZero();
        assertThat(host.firings(trigger)).isEmpty();

        host.advanceTo(ahead);
        assertThat(host.memberships(segment)).containsExactly("in " + ahead);
        assertThat(host.profile("a").totalEvents()).isEqualTo(1);
        assertThat(host.fired(trigger)).containsExactly(ahead);
    }

    @Test
    void an_event_more_than_five_minutes_ahead_is_refused() {
        assertThatThrownBy(() -> host.lead("a", EventType.PAGE_VIEW, justAfter(START.plus(Duration.ofMinutes(5)))))
                .isInstanceOf(InvalidEventException.class)
                .hasMessageContaining("timestamp");
    }

    @Test
    void an_event_ahead_of_the_clock_is_seen_when_another_event_is_decided_at_its_instant() {
        Instant ahead = START.plusSeconds(60);
        host.lead("a", EventType.PAGE_VIEW, ahead);
        host.sleepUntil(ahead);
        host.lead("a", EventType.DOWNLOAD, ahead);

        assertThat(host.profile("a").totalEvents()).isEqualTo(2);
    }

    // ---- S3

    @Test
    void an_event_at_the_instant_of_an_expiry_keeps_the_member_in() {
        Segment segment = host.segmentOf("Weekly", EventType.PAGE_VIEW, "{\"last\": \"P7D\"}");
        host.lead("a", EventType.PAGE_VIEW, START);
        Instant end = START.plus(WEEK);
        host.advanceTo(end.minusSeconds(60));
        host.lead("a", EventType.PAGE_VIEW, end);
        host.advanceTo(end.plusSeconds(60));

        assertThat(host.memberships(segment)).containsExactly("in " + START);
        assertThat(host.in("a", segment)).isTrue();
    }

    // ---- S4

    @Test
    void a_member_leaves_a_rolling_window_exactly_when_it_has_emptied() {
        Segment segment = host.segmentOf("Weekly", EventType.PAGE_VIEW, "{\"last\": \"P7D\"}");
        host.lead("a", EventType.PAGE_VIEW, START);
        Instant end = START.plus(WEEK);
        host.advanceTo(justBefore(end));
        assertThat(host.in("a", segment)).isTrue();

        host.advanceTo(end);

        assertThat(host.in("a", segment)).isFalse();
        assertThat(host.memberships(segment)).containsExactly("in " + START, "out " + end);
    }

    @Test
    void a_week_is_168_hours_across_a_change_of_the_offset() {
        Instant beforeSpringForward = Instant.parse("2025-03-27T12:00:00Z");
        host.sleepUntil(beforeSpringForward);
        Segment rolling = host.segmentOf("Rolling", EventType.PAGE_VIEW, "{\"last\": \"P7D\"}");
        Segment calendar =
                host.segmentOf("Calendar", EventType.PAGE_VIEW, "{\"lastDays\": 7, \"zone\": \"Europe/Berlin\"}");
        host.lead("a", EventType.PAGE_VIEW, beforeSpringForward);
        host.advance(Duration.ofDays(10));

        assertThat(host.memberships(rolling)).contains("out " + Instant.parse("2025-04-03T12:00:00Z"));
        // 27 March and the six days after it; 3 April begins at 22:00Z, in summer time.
        assertThat(host.memberships(calendar)).contains("out " + Instant.parse("2025-04-02T22:00:00Z"));
    }

    @Test
    void an_absolute_range_includes_its_start_and_excludes_its_end() {
        String day = "{\"start\": \"2025-06-01T00:00:00Z\", \"end\": \"2025-06-02T00:00:00Z\"}";
        Segment segment = host.segmentOf("That day", EventType.PAGE_VIEW, day);
        host.lead("start", EventType.PAGE_VIEW, Instant.parse("2025-06-01T00:00:00Z"));
        host.lead("before", EventType.PAGE_VIEW, justBefore(Instant.parse("2025-06-01T00:00:00Z")));
        host.lead("last", EventType.PAGE_VIEW, justBefore(Instant.parse("2025-06-02T00:00:00Z")));
        host.lead("end", EventType.PAGE_VIEW, Instant.parse("2025-06-02T00:00:00Z"));

        assertThat(host.in("start", segment)).isTrue();
        assertThat(host.in("before", segment)).isFalse();
        assertThat(host.in("last", segment)).isTrue();
        assertThat(host.in("end", segment)).isFalse();
    }

    @Test
    void a_cooldown_is_over_exactly_when_it_has_passed() {
        Trigger trigger = host.trigger("Quote", "\"quote_request\"", "PT0S", "\"cooldown\": 60");
        host.lead("a", EventType.QUOTE_REQUEST, START);
        Instant over = START.plus(Duration.ofHours(1));
        host.advanceTo(justBefore(over));
        host.lead("a", EventType.QUOTE_REQUEST, justBefore(over));
        assertThat(host.fired(trigger)).containsExactly(START);
        assertThat(host.skips(trigger)).containsExactly(Skip.Reason.COOLDOWN);

        host.advanceTo(over);
        host.lead("a", EventType.QUOTE_REQUEST, over);

        assertThat(host.fired(trigger)).containsExactly(START, over);
    }

    @Test
    void a_calendar_day_ends_at_local_midnight_on_the_day_the_clocks_go_back() {
        // Lord Howe goes back half an hour on 6 April 2025: that local day has 24.5 hours.
        Instant morning = Instant.parse("2025-04-05T13:00:00Z");
        host.sleepUntil(morning);
        Segment segment =
                host.segmentOf("Today", EventType.PAGE_VIEW, "{\"lastDays\": 1, \"zone\": \"Australia/Lord_Howe\"}");
        host.lead("a", EventType.PAGE_VIEW, morning);
        host.advance(Duration.ofDays(2));

        assertThat(host.memberships(segment))
                .containsExactly("in " + morning, "out " + Instant.parse("2025-04-06T13:30:00Z"));
    }

    @Test
    void C27_a_day_without_a_midnight_begins_where_the_clocks_skip_it() {
        // Sao Paulo went from 23:59 on 3 November 2018 to 01:00 on the 4th.
        Instant lastMinute = Instant.parse("2018-11-04T02:59:00Z");
        host.sleepUntil(lastMinute);
        Segment segment =
                host.segmentOf("Today", EventType.PAGE_VIEW, "{\"lastDays\": 1, \"zone\": \"America/Sao_Paulo\"}");
        host.lead("a", EventType.PAGE_VIEW, lastMinute);
        host.advance(Duration.ofMinutes(2));
        host.lead("b", EventType.PAGE_VIEW, host.clock.instant());
        host.advance(Duration.ofDays(2));

        assertThat(host.memberships(segment))
                .containsExactlyInAnyOrder(
                        "in " + lastMinute,
                        "out 2018-11-04T03:00:00Z",
                        "in 2018-11-04T03:01:00Z",
                        "out 2018-11-05T02:00:00Z");
    }

    // ---- S7

    private void keepFor(Duration span) {
        host.close();
        host = new Host(Settings.builder().retention(span).build());
    }

    @Test
    void an_event_past_its_retention_is_invisible_from_that_instant() {
        keepFor(Duration.ofDays(30));
        Segment ever = host.segmentOf("Ever", EventType.QUOTE_REQUEST, "");
        host.lead("a", EventType.QUOTE_REQUEST, START);
        host.advance(Duration.ofDays(1));
        host.lead("a", EventType.DOWNLOAD, host.clock.instant());
        Instant end = START.plus(Duration.ofDays(30));
        host.advanceTo(justBefore(end));
        assertThat(host.profile("a").totalEvents()).isEqualTo(2);
        assertThat(host.profile("a").intentScore()).isPositive();

        host.advanceTo(end);

        assertThat(host.profile("a").totalEvents()).isEqualTo(1);
        assertThat(host.profile("a").intentScore()).isZero();
        assertThat(host.profile("a").firstSeen()).isEqualTo(START.plus(Duration.ofDays(1)));
        assertThat(host.memberships(ever)).containsExactly("in " + START, "out " + end);
    }

    @Test
    void S7_a_type_may_be_kept_for_a_time_of_its_own() {
        VirtualClock clock = VirtualClock.at(START);
        Retention retention = Retention.of(Duration.ofDays(30))
                .withType(EventType.PAGE_VIEW, Duration.ofDays(2))
                .withCategory(Category.CONTENT, Duration.ofDays(5));
        try (BehaviorAnalytics analytics = BehaviorAnalytics.builder()
                .clock(clock)
                .retention(retention)
                .executor(Runnable::run)
                .build()) {
            analytics.segments().create(SegmentDraft.fromJson("""
                    {"name": "Viewers", "type": "dynamic", "status": "active",
                     "criteria": {"logicOperator": "AND", "eventFilters": [{"eventType": "page_view"}]}}"""));
            for (EventType type : List.of(EventType.PAGE_VIEW, EventType.DOWNLOAD, EventType.QUOTE_REQUEST)) {
                analytics.track(Host.event(type).leadId("a").build());
            }
            Map<Duration, Long> totals = new LinkedHashMap<>();
            for (Duration span : List.of(Duration.ofDays(2), Duration.ofDays(5), Duration.ofDays(30))) {
                for (Instant at : List.of(justBefore(START.plus(span)), START.plus(span))) {
                    clock.set(at);
                    analytics.runDue();
                    totals.put(
                            Duration.between(START, at),
                            analytics
                                    .profiles()
                                    .get(SubjectId.lead("a"))
                                    .orElseThrow()
                                    .totalEvents());
                }
            }
            assertThat(totals.values()).containsExactly(3L, 2L, 2L, 1L, 1L, 0L);
            assertThat(analytics.segments().history("viewers", null, 10))
                    .extracting(change -> change.entered() + " " + change.effectiveAt())
                    .containsExactly("true " + START, "false " + START.plus(Duration.ofDays(2)));
            assertThatThrownBy(() -> analytics.track(Host.event(EventType.PAGE_VIEW)
                            .leadId("a")
                            .timestamp(clock.instant().minus(Duration.ofDays(2)))
                            .build()))
                    .isInstanceOf(InvalidEventException.class)
                    .hasMessageContaining("timestamp");
        }
    }

    @Test
    void somebody_of_whom_nothing_is_visible_any_more_is_in_no_segment() {
        keepFor(Duration.ofDays(30));
        Segment silent = host.segment(
                "Silent",
                "{\"logicOperator\": \"AND\", \"timeFilters\": [{\"type\": \"inactive_for\", \"duration\": \"P7D\"}]}");
        host.lead("a", EventType.PAGE_VIEW, START);
        host.advance(Duration.ofDays(60));

        assertThat(host.memberships(silent))
                .containsExactly("in " + START.plus(WEEK), "out " + START.plus(Duration.ofDays(30)));
    }

    // ---- S10

    @Test
    void an_identification_counts_in_no_total_visit_or_score() {
        host.session("s", EventType.PAGE_VIEW, START);
        host.advance(Duration.ofHours(3));
        host.analytics.identify("s", "a");

        assertThat(host.profile("a").totalEvents()).isEqualTo(1);
        assertThat(host.profile("a").visits()).isEqualTo(1);
        assertThat(host.profile("a").uniqueEventTypes()).isEqualTo(1);
        assertThat(host.profile("a").lastActivity()).isEqualTo(START);
    }
}
