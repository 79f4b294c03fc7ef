package io.behavioranalytics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.TrackRequest;
import io.behavioranalytics.json.InvalidDefinitionException;
import io.behavioranalytics.json.Violation;
import io.behavioranalytics.segment.SegmentDraft;
import io.behavioranalytics.store.ActionStatus;
import io.behavioranalytics.store.Store;
import io.behavioranalytics.trigger.Skip;
import io.behavioranalytics.trigger.Trigger;
import io.behavioranalytics.trigger.TriggerDraft;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** S10 and S23: actions that put a tag on their subject. */
public abstract class TagEffectContract {
    private static final SubjectId LEAD = SubjectId.lead("lead-1");

    private final VirtualClock clock = VirtualClock.at(Instant.parse("2026-03-01T12:00:00Z"));
    private DyingHostStore store;
    private BehaviorAnalytics analytics;

    @BeforeEach
    void open() {
        store = new DyingHostStore(createStore(clock));
        analytics = BehaviorAnalytics.builder()
                .store(store)
                .clock(clock)
                .executor(Runnable::run)
                .inlineActions()
                .build();
    }

    /**
     * Makes an empty store.
     *
     * @param storeClock the clock of leases and rates
     * @return the store; it is closed after one test
     */
    protected abstract Store createStore(InstantSource storeClock);

    @AfterEach
    void close() {
        analytics.close();
        store.close();
    }

    private static String json(String name, String event, String parameters) {
        return "{\"name\": \"" + name + "\", \"event\": " + event
                + ", \"cooldown\": 0, \"actions\": [{\"action\": \"tag_lead\", \"parameters\": " + parameters + "}]}";
    }

    private Trigger trigger(String json) {
        return analytics.triggers().create(TriggerDraft.fromJson(json));
    }

    private void happens(SubjectId subject, EventType type, int depth) {
        TrackRequest.Builder event = TrackRequest.builder(type).metadata("causalDepth", depth);
        analytics.track((subject.isLead() ? event.leadId(subject.value()) : event.sessionId(subject.value())).build());
        clock.advance(Duration.ofSeconds(1));
        analytics.runDue();
    }

    private List<String> tags(SubjectId subject) {
        return analytics.profiles().get(subject).orElseThrow().tags();
    }

    private void vips() {
        analytics
                .segments()
                .create(SegmentDraft.fromJson("{\"name\": \"Vips\", \"criteria\": {\"profileConditions\":"
                        + " [{\"field\": \"tags\", \"operator\": \"contains\", \"value\": \"vip\"}]}}"));
    }

    @Test
    void whom_a_trigger_tags_has_the_tag_and_what_reads_it_follows() {
        vips();
        trigger(json("Tag", "\"quote_request\"", "{\"tag\": \"vip\"}"));
        Trigger welcome = trigger("{\"name\": \"Welcome\", \"event\": {\"type\": \"segment_entered\","
                + " \"segment\": \"vips\"}, \"conditions\": ["
                + "{\"field\": \"metadata.causalDepth\", \"operator\": \"equals\", \"value\": 1},"
                + " {\"field\": \"metadata.trigger\", \"operator\": \"equals\", \"value\": \"tag\"}],"
                + " \"actions\": [{\"action\": \"log\"}]}");

        happens(LEAD, EventType.QUOTE_REQUEST, 0);
        happens(SubjectId.session("s-1"), EventType.QUOTE_REQUEST, 0);

        assertThat(tags(LEAD)).containsExactly("vip");
        assertThat(tags(SubjectId.session("s-1"))).containsExactly("vip");
        assertThat(analytics.segments().members("vips", null, 10)).containsExactly(LEAD, SubjectId.session("s-1"));
        assertThat(analytics.triggers().executions(welcome.key(), null, 10)).hasSize(2);
        assertThat(analytics.profiles().get(LEAD).orElseThrow().totalEvents()).isEqualTo(1);
        assertThat(analytics.maintenance().verify(LEAD).differences()).isEmpty();
    }

    @Test
    void an_attempt_repeated_after_a_crash_does_not_put_back_what_the_host_took_off() {
        trigger(json("Tag", "\"quote_request\"", "{\"tag\": \"vip\"}"));
        store.dies = true;
        happens(LEAD, EventType.QUOTE_REQUEST, 0);
        assertThat(tags(LEAD)).containsExactly("vip");
        clock.advance(Duration.ofSeconds(1));
        analytics.leads().removeTag(LEAD, "vip");

        store.dies = false;
        clock.advance(Duration.ofMinutes(5));
        analytics.runDue();

        assertThat(analytics.actions().list(ActionStatus.DONE, null, 10))
                .singleElement()
                .satisfies(action -> assertThat(action.attempts()).isEqualTo(2));
        assertThat(tags(LEAD)).isEmpty();
    }

    @Test
    void S23_a_chain_through_tags_ends_with_the_fifth_effect() {
        vips();
        Trigger first = trigger(json("First", "\"quote_request\"", "{\"tag\": \"vip\"}"));
        Trigger second = trigger(
                json("Second", "{\"type\": \"segment_entered\", \"segment\": \"vips\"}", "{\"tag\": \"greeted\"}"));
        happens(LEAD, EventType.QUOTE_REQUEST, 4);

        assertThat(analytics.triggers().executions(first.key(), LEAD, 10)).hasSize(1);
        assertThat(tags(LEAD)).containsExactly("vip");
        assertThat(analytics.triggers().skips(second.key(), LEAD, 10))
                .extracting(Skip::reason)
                .containsExactly(Skip.Reason.DEPTH);
    }

    @Test
    void what_is_no_tag_is_refused_when_it_is_saved() {
        for (String parameters : List.of(
                "{}",
                "{\"tag\": \"\"}",
                "{\"tag\": 7}",
                "{\"tag\": [\"vip\"]}",
                "{\"tag\": \"" + "x".repeat(101) + "\"}")) {
            assertThat(faults(json("Odd", "\"quote_request\"", parameters)))
                    .as(parameters)
                    .extracting(Violation::path)
                    .containsExactly("actions[0].parameters.tag");
        }
        assertThat(faults(json("Odd", "\"quote_request\"", "{\"tag\": \"vip\", \"why\": 1}")))
                .extracting(Violation::path, Violation::code)
                .containsExactly(tuple("actions[0].parameters.why", "UNKNOWN_FIELD"));
        assertThat(faults(json("Odd", "\"tag_added\"", "{\"tag\": \"vip\"}")))
                .as("what is said of a lead is no event to wait for")
                .extracting(Violation::path)
                .containsExactly("event");
    }

    private List<Violation> faults(String json) {
        return catchThrowableOfType(InvalidDefinitionException.class, () -> trigger(json))
                .violations();
    }
}
