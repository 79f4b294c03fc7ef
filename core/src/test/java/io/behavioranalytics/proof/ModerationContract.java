package io.behavioranalytics.proof;

import static io.behavioranalytics.proof.Host.START;
import static io.behavioranalytics.proof.Host.justBefore;
import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.Settings;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.store.ActionRecord;
import io.behavioranalytics.store.ActionStatus;
import io.behavioranalytics.trigger.Cap;
import io.behavioranalytics.trigger.QuietHours;
import io.behavioranalytics.trigger.Skip;
import io.behavioranalytics.trigger.Trigger;
import io.behavioranalytics.trigger.TriggerDraft;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What moderates a trigger: how often, between which dates, in which hours, and beside which others. */
public abstract class ModerationContract extends HostContract {
    private static final String EMAIL =
            "{\"action\": \"note\", \"parameters\": {\"channel\": \"email\"}, \"delay\": 0}";

    private void with(Settings settings) {
        host.close();
        host = new Host(settings, this::createStore);
    }

    private Trigger trigger(String more) {
        return host.trigger("Quote", "\"quote_request\"", "PT0S", "\"cooldown\": 0, " + more);
    }

    private Trigger define(String name, String event, String actions) {
        return host.analytics
                .triggers()
                .create(TriggerDraft.fromJson("{\"name\": \"" + name + "\", \"event\": \"" + event
                        + "\", \"cooldown\": 60, \"actions\": [" + actions + "]}"));
    }

    private void quote(Instant at) {
        host.advanceTo(at);
        host.lead("a", EventType.QUOTE_REQUEST, at);
    }

    private List<Instant> planned() {
        return host.actions(ActionStatus.PENDING).stream()
                .map(ActionRecord::action)
                .map(action -> action.dueAt())
                .sorted()
                .toList();
    }

    // ---- how often

    @Test
    void S20_a_rolling_cap_is_free_again_a_stretch_after_the_first_and_not_a_microsecond_before() {
        Trigger trigger = trigger("\"caps\": [{\"max\": 2, \"last\": \"PT24H\"}]");
        Instant second = START.plus(Duration.ofHours(20));
        Instant over = START.plus(Duration.ofHours(24));

        quote(START);
        quote(second);
        quote(justBefore(over));
        quote(over);
        quote(over);

        assertThat(host.fired(trigger)).containsExactly(START, second, over);
        assertThat(host.skips(trigger)).containsExactly(Skip.Reason.CAP, Skip.Reason.CAP);
    }

    @Test
    void S20_a_rolling_cap_also_looks_at_the_windows_that_end_after_the_planned_instant() {
        Trigger trigger = host.trigger(
                "Later",
                "\"quote_request\"",
                "PT20H",
                "\"cooldown\": 0, \"caps\": [{\"max\": 1, \"last\": \"PT12H\"}]");
        Trigger soon = host.trigger("Soon", "\"phone_call\"", "PT0S", "\"cooldown\": 0");
        quote(START);

        // 20 hours from now would be 4 hours before what is planned already.
        host.advanceTo(START.plus(Duration.ofHours(4)));
        host.lead("a", EventType.QUOTE_REQUEST, START.plus(Duration.ofHours(4)));
        host.lead("a", EventType.PHONE_CALL, START.plus(Duration.ofHours(4)));

        assertThat(host.fired(trigger)).containsExactly(START);
        assertThat(host.skips(trigger)).containsExactly(Skip.Reason.CAP);
        assertThat(host.firings(soon)).hasSize(1);
    }

    @Test
    void S20_a_calendar_cap_counts_by_the_leads_local_date() {
        with(Settings.builder().zone(ZoneId.of("Asia/Kathmandu")).build());
        Trigger trigger = trigger("\"caps\": [{\"max\": 1, \"calendar\": \"day\"}]");
        Instant midnight = Instant.parse("2025-06-02T18:15:00Z");

        quote(START);
        quote(justBefore(midnight));
        quote(midnight);

        assertThat(host.fired(trigger)).containsExactly(START, midnight);
        assertThat(host.skips(trigger)).containsExactly(Skip.Reason.CAP);
    }

    @Test
    void S20_an_action_reserves_on_the_date_on_which_it_is_planned() {
        Trigger trigger = host.trigger(
                "Tomorrow",
                "\"quote_request\"",
                "PT13H",
                "\"cooldown\": 0, \"caps\": [{\"max\": 1, \"calendar\": \"day\"}]");
        quote(Instant.parse("2025-06-02T12:30:00Z"));
        quote(Instant.parse("2025-06-02T20:00:00Z"));

        assertThat(planned()).containsExactly(Instant.parse("2025-06-03T01:30:00Z"));
        assertThat(host.skips(trigger)).containsExactly(Skip.Reason.CAP);
    }

    @Test
    void S20_cancelling_returns_the_slot_but_not_of_what_was_carried_out() {
        String cap = "\"cooldown\": 0, \"cancelOn\": [\"form_submit\"], \"caps\": [{\"max\": 1, \"last\": \"P7D\"}]";
        Trigger later = host.trigger("Later", "\"quote_request\"", "PT1H", cap);
        Trigger now = host.trigger("Now", "\"phone_call\"", "PT0S", cap);
        quote(START);
        host.lead("a", EventType.PHONE_CALL, START);
        host.advance(Duration.ofMinutes(30));
        host.lead("a", EventType.FORM_SUBMIT, host.clock.instant());

        host.lead("a", EventType.QUOTE_REQUEST, host.clock.instant());
        host.lead("a", EventType.PHONE_CALL, host.clock.instant());

        assertThat(host.firings(later)).hasSize(2);
        assertThat(host.firings(now)).hasSize(1);
        assertThat(host.skips(now)).containsExactly(Skip.Reason.CAP);
    }

    @Test
    void S20_of_a_firing_only_what_is_over_a_cap_is_dropped_and_none_left_is_no_firing() {
        with(Settings.builder().triggerCaps(Cap.parse("email:1/P7D")).build());
        Trigger both = define("Quote", "quote_request", EMAIL + ", {\"action\": \"note\"}");
        Trigger email = define("Call", "phone_call", EMAIL);
        host.lead("a", EventType.PHONE_CALL, START);
        host.lead("a", EventType.QUOTE_REQUEST, START);
        host.advance(Duration.ofHours(2));
        host.lead("a", EventType.PHONE_CALL, host.clock.instant());
        host.advance(Duration.ofMinutes(1));
        host.lead("a", EventType.PHONE_CALL, host.clock.instant());

        assertThat(host.firings(both)).hasSize(1);
        assertThat(host.firings(both).get(0).actions()).hasSize(1);
        assertThat(host.skips(both)).containsExactly(Skip.Reason.CAP);
        assertThat(host.firings(email)).hasSize(1);
        // Not COOLDOWN: what did not fire started none.
        assertThat(host.skips(email)).containsExactly(Skip.Reason.CAP, Skip.Reason.CAP);
    }

    @Test
    void S11_a_session_that_becomes_a_leads_brings_its_slots_along() {
        Trigger trigger = trigger("\"caps\": [{\"max\": 2, \"last\": \"P7D\"}]");
        host.session("s", EventType.QUOTE_REQUEST, START);
        host.lead("a", EventType.QUOTE_REQUEST, START);
        host.advance(Duration.ofMinutes(1));
        host.identified("s", "a", EventType.PAGE_VIEW, host.clock.instant());

        host.lead("a", EventType.QUOTE_REQUEST, host.clock.instant());

        assertThat(host.firings(trigger)).hasSize(2);
        assertThat(host.skips(trigger)).containsExactly(Skip.Reason.CAP);
    }

    @Test
    void a_lead_is_not_fired_at_more_often_than_maxPerLead() {
        Trigger trigger = trigger("\"maxPerLead\": 2");
        for (int i = 0; i < 4; i++) {
            quote(START.plus(Duration.ofDays(i)));
        }
        host.lead("b", EventType.QUOTE_REQUEST, host.clock.instant());

        assertThat(host.store.ledger().executions(trigger.id(), SubjectId.lead("a"), 10))
                .hasSize(2);
        assertThat(host.store.ledger().executions(trigger.id(), SubjectId.lead("b"), 10))
                .hasSize(1);
        assertThat(host.skips(trigger)).containsExactly(Skip.Reason.MAX_PER_LEAD, Skip.Reason.MAX_PER_LEAD);
    }

    // ---- between which dates, in which hours

    @Test
    void dates_are_half_open() {
        Instant start = START.plus(Duration.ofHours(1));
        Instant end = START.plus(Duration.ofHours(2));
        Trigger trigger = trigger("\"startDate\": \"" + start + "\", \"endDate\": \"" + end + "\"");

        quote(justBefore(start));
        quote(start);
        quote(justBefore(end));
        quote(end);

        assertThat(host.fired(trigger)).containsExactly(start, justBefore(end));
        assertThat(host.skips(trigger)).containsExactly(Skip.Reason.INACTIVE, Skip.Reason.INACTIVE);
    }

    @Test
    void what_would_be_due_at_its_expiry_is_not_begun() {
        Trigger trigger = host.trigger(
                "Quote", "\"quote_request\"", "PT2H", "\"cooldown\": 0, \"expiresAt\": \"2025-06-02T16:00:00Z\"");

        quote(justBefore(Instant.parse("2025-06-02T14:00:00Z")));
        quote(Instant.parse("2025-06-02T14:00:00Z"));

        assertThat(host.firings(trigger)).hasSize(1);
        assertThat(host.skips(trigger)).containsExactly(Skip.Reason.EXPIRED);
    }

    @Test
    void S21_quiet_hours_hold_an_action_in_the_zone_of_attribute_event_or_setting() {
        with(Settings.builder()
                .triggerQuietHours(QuietHours.parse("22:00-08:00"))
                .zone(ZoneId.of("America/New_York"))
                .build());
        trigger("\"priority\": 1");
        Instant night = Instant.parse("2025-06-03T02:30:00Z");
        host.advanceTo(night);
        host.lead("a", EventType.QUOTE_REQUEST, night);
        host.analytics.track(Host.event(EventType.QUOTE_REQUEST)
                .leadId("b")
                .timestamp(night)
                .context("timezone", "Europe/Berlin")
                .build());

        assertThat(planned())
                .containsExactly(Instant.parse("2025-06-03T06:00:00Z"), Instant.parse("2025-06-03T12:00:00Z"));
    }

    @Test
    void S21_a_trigger_may_have_no_quiet_hours_where_others_have() {
        with(Settings.builder()
                .triggerQuietHours(QuietHours.parse("00:00-23:59"))
                .build());
        Trigger trigger = trigger("\"quietHours\": \"none\"");

        quote(START);
        host.analytics.runDue();

        assertThat(host.firings(trigger)).hasSize(1);
        assertThat(host.executed).hasSize(1);
    }

    @Test
    void S21_what_quiet_hours_would_hold_beyond_its_expiry_is_dropped_and_says_so() {
        Trigger trigger = trigger("\"quietHours\": {\"from\": \"11:00\", \"to\": \"15:00\"}, \"expiresAt\": \"PT3H\"");

        quote(START);

        assertThat(host.firings(trigger)).isEmpty();
        assertThat(host.skips(trigger)).containsExactly(Skip.Reason.QUIET_HOURS);
    }

    // ---- beside which others

    @Test
    void S19_of_a_group_the_first_that_nothing_blocks_fires() {
        String group = "\"exclusiveGroup\": \"offers\", \"priority\": ";
        Trigger best = host.trigger("Best", "\"quote_request\"", "PT0S", "\"cooldown\": 600, " + group + "9");
        Trigger good = host.trigger("Good", "\"quote_request\"", "PT0S", "\"cooldown\": 0, " + group + "5");
        Trigger other = host.trigger("Other", "\"quote_request\"", "PT0S", "\"cooldown\": 0, " + group + "1");
        Trigger apart = host.trigger("Apart", "\"quote_request\"", "PT0S", "\"cooldown\": 0");
        Instant later = START.plusSeconds(60);

        quote(START);
        quote(later);

        assertThat(host.fired(best)).containsExactly(START);
        assertThat(host.skips(best)).containsExactly(Skip.Reason.COOLDOWN);
        assertThat(host.fired(good)).containsExactly(later);
        assertThat(host.skips(good)).containsExactly(Skip.Reason.EXCLUSIVE_GROUP);
        assertThat(host.firings(other)).isEmpty();
        assertThat(host.skips(other)).containsExactly(Skip.Reason.EXCLUSIVE_GROUP, Skip.Reason.EXCLUSIVE_GROUP);
        assertThat(host.fired(apart)).containsExactly(START, later);
    }
}
