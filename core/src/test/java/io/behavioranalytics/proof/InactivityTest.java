package io.behavioranalytics.proof;

import static io.behavioranalytics.proof.Host.START;
import static io.behavioranalytics.proof.Host.justAfter;
import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.event.EventType;
import io.behavioranalytics.store.ActionStatus;
import io.behavioranalytics.trigger.Trigger;
import io.behavioranalytics.trigger.TriggerCause;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Absence (S5): no B within w after A is decided at A + w and looked for in (A, A + w]; each A is its own instance. */
class InactivityTest {
    private static final Duration SPAN = Duration.ofMinutes(30);
    private static final Instant END = START.plus(SPAN);
    private static final String ABANDONED =
            "{\"type\": \"inactivity\", \"after\": \"form_start\", \"unless\": [\"form_submit\"], \"within\": \"PT30M\"}";

    private final Host host = new Host();

    @AfterEach
    void close() {
        host.close();
    }

    private Trigger abandoned() {
        return host.trigger("Abandoned", ABANDONED, "PT0S", "\"cooldown\": 0");
    }

    @Test
    void absence_is_decided_exactly_when_the_span_is_over() {
        Trigger trigger = abandoned();
        host.lead("a", EventType.FORM_START, START);
        host.advanceTo(Host.justBefore(END));
        assertThat(host.firings(trigger)).isEmpty();

        host.advanceTo(END);

        assertThat(host.firings(trigger)).singleElement().satisfies(firing -> {
            assertThat(firing.cameTrueAt()).isEqualTo(END);
            assertThat(firing.executedAt()).isEqualTo(END);
            assertThat(firing.cause()).isInstanceOf(TriggerCause.Absence.class);
        });
        assertThat(host.executed).hasSize(1);
    }

    @Test
    void a_submit_exactly_at_the_end_of_the_span_prevents_the_firing() {
        Trigger trigger = abandoned();
        host.lead("a", EventType.FORM_START, START);
        host.sleepUntil(END);
        host.lead("a", EventType.FORM_SUBMIT, END);
        host.advance(Duration.ofDays(1));

        assertThat(host.firings(trigger)).isEmpty();
    }

    @Test
    void a_submit_announced_for_the_end_of_the_span_prevents_the_firing() {
        // S3: at one instant events come first, then what falls due; the submit became visible at END itself.
        Trigger trigger = abandoned();
        host.lead("a", EventType.FORM_START, START);
        host.advanceTo(END.minusSeconds(60));
        host.lead("a", EventType.FORM_SUBMIT, END);
        host.advance(Duration.ofDays(1));

        assertThat(host.firings(trigger)).isEmpty();
    }

    @Test
    void a_submit_one_microsecond_after_the_span_comes_too_late() {
        Trigger trigger = abandoned();
        host.lead("a", EventType.FORM_START, START);
        host.advanceTo(justAfter(END));
        host.lead("a", EventType.FORM_SUBMIT, justAfter(END));

        assertThat(host.fired(trigger)).containsExactly(END);
    }

    @Test
    void a_submit_before_the_start_prevents_nothing() {
        Trigger trigger = abandoned();
        host.lead("a", EventType.FORM_SUBMIT, START.minusSeconds(1));
        host.lead("a", EventType.FORM_START, START);
        host.advance(SPAN);

        assertThat(host.fired(trigger)).containsExactly(END);
    }

    @Test
    void each_start_is_its_own_instance() {
        Trigger trigger = abandoned();
        host.lead("a", EventType.FORM_START, START);
        host.advance(Duration.ofMinutes(10));
        host.lead("a", EventType.FORM_START, host.clock.instant());
        host.advance(Duration.ofHours(2));

        assertThat(host.fired(trigger)).containsExactly(END, END.plus(Duration.ofMinutes(10)));
    }

    @Test
    void a_submit_prevents_only_the_starts_whose_span_it_lies_in() {
        Trigger trigger = abandoned();
        host.lead("a", EventType.FORM_START, START);
        host.advance(Duration.ofMinutes(10));
        host.lead("a", EventType.FORM_START, host.clock.instant());
        host.advance(Duration.ofMinutes(25));
        host.lead("a", EventType.FORM_SUBMIT, host.clock.instant());
        host.advance(Duration.ofHours(2));

        assertThat(host.fired(trigger)).containsExactly(END);
    }

    @Test
    void another_leads_submit_prevents_nothing() {
        Trigger trigger = abandoned();
        host.lead("a", EventType.FORM_START, START);
        host.lead("b", EventType.FORM_SUBMIT, START);
        host.advance(SPAN);

        assertThat(host.fired(trigger)).containsExactly(END);
    }

    @Test
    void any_event_prevents_when_none_is_named() {
        Trigger trigger =
                host.trigger("Silent", "{\"type\": \"inactivity\", \"within\": \"PT30M\"}", "PT0S", "\"cooldown\": 0");
        host.lead("a", EventType.PAGE_VIEW, START);
        host.advance(Duration.ofMinutes(20));
        host.lead("a", EventType.DOWNLOAD, host.clock.instant());
        host.advance(Duration.ofHours(5));

        assertThat(host.fired(trigger)).containsExactly(START.plus(Duration.ofMinutes(50)));
    }

    @Test
    void an_absence_within_the_cooldown_of_another_is_skipped() {
        Trigger trigger = host.trigger("Abandoned", ABANDONED, "PT0S", "\"cooldown\": 60");
        host.lead("a", EventType.FORM_START, START);
        host.advance(Duration.ofMinutes(10));
        host.lead("a", EventType.FORM_START, host.clock.instant());
        host.advance(Duration.ofHours(2));

        assertThat(host.fired(trigger)).containsExactly(END);
        assertThat(host.skips(trigger)).hasSize(1);
        assertThat(host.actions(ActionStatus.DONE)).hasSize(1);
    }
}
