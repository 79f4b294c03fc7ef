package io.behavioranalytics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.TrackRequest;
import io.behavioranalytics.json.InvalidDefinitionException;
import io.behavioranalytics.json.Violation;
import io.behavioranalytics.segment.Criteria;
import io.behavioranalytics.segment.MembershipChange;
import io.behavioranalytics.segment.Segment;
import io.behavioranalytics.segment.SegmentDraft;
import io.behavioranalytics.store.ActionStatus;
import io.behavioranalytics.store.Store;
import io.behavioranalytics.trigger.Skip;
import io.behavioranalytics.trigger.Trigger;
import io.behavioranalytics.trigger.TriggerDraft;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** S10 and S23: actions that say something of their subject, as the host does: whether it is a member of a segment, and its tags. */
public abstract class CoreEffectContract {
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

    private static String json(String name, String event, String action, String parameters) {
        return "{\"name\": \"" + name + "\", \"event\": " + event + ", \"cooldown\": 0, \"actions\": [{\"action\": \""
                + action + "\", \"parameters\": " + parameters + "}]}";
    }

    private static String adds(String name, String event, String segment) {
        return json(name, event, "add_to_segment", "{\"segment\": \"" + segment + "\"}");
    }

    private static String removes(String name, String event, String segment) {
        return json(name, event, "remove_from_segment", "{\"segment\": \"" + segment + "\"}");
    }

    private static String entered(String segment) {
        return "{\"type\": \"segment_entered\", \"segment\": \"" + segment + "\"}";
    }

    private static String exited(String segment) {
        return "{\"type\": \"segment_exited\", \"segment\": \"" + segment + "\"}";
    }

    private Trigger trigger(String json) {
        return analytics.triggers().create(TriggerDraft.fromJson(json));
    }

    private Segment members(String name) {
        return analytics.segments().create(SegmentDraft.ofMembers(name));
    }

    private void happens(SubjectId subject, EventType type, int depth) {
        TrackRequest.Builder event = TrackRequest.builder(type).metadata("causalDepth", depth);
        analytics.track((subject.isLead() ? event.leadId(subject.value()) : event.sessionId(subject.value())).build());
        clock.advance(Duration.ofSeconds(1));
        analytics.runDue();
    }

    private List<Violation> faults(String json) {
        return catchThrowableOfType(InvalidDefinitionException.class, () -> trigger(json))
                .violations();
    }

    private List<SubjectId> members() {
        return analytics.segments().members("partners", null, 10);
    }

    // ---- memberships

    @Test
    void whom_a_trigger_added_is_a_member_until_one_removes_it() {
        members("Partners");
        trigger(json(
                "Sign", "\"quote_request\"", "add_to_segment", "{\"segment\": \"partners\", \"reason\": \"quote\"}"));
        trigger(removes("Leave", "\"phone_call\"", "partners"));
        Trigger welcome = trigger("{\"name\": \"Welcome\", \"event\": " + entered("partners")
                + ", \"conditions\": [{\"field\": \"metadata.causalDepth\", \"operator\": \"equals\", \"value\": 1},"
                + " {\"field\": \"metadata.trigger\", \"operator\": \"equals\", \"value\": \"sign\"},"
                + " {\"field\": \"properties.reason\", \"operator\": \"equals\", \"value\": \"quote\"}],"
                + " \"actions\": [{\"action\": \"log\"}]}");

        happens(LEAD, EventType.QUOTE_REQUEST, 0);
        happens(SubjectId.session("s-1"), EventType.QUOTE_REQUEST, 0);
        assertThat(members()).containsExactly(LEAD, SubjectId.session("s-1"));
        assertThat(analytics.triggers().executions(welcome.key(), null, 10)).hasSize(2);

        happens(LEAD, EventType.PHONE_CALL, 0);
        assertThat(members()).containsExactly(SubjectId.session("s-1"));
        assertThat(analytics.segments().history("partners", LEAD, 10))
                .extracting(MembershipChange::entered)
                .containsExactly(true, false);
        assertThat(analytics.profiles().get(LEAD).orElseThrow().totalEvents())
                .as("what an effect sets is in no total")
                .isEqualTo(2);
        assertThat(analytics.maintenance().verify(LEAD).differences()).isEmpty();
    }

    @Test
    void what_the_criteria_say_does_not_count_behind_an_effect() {
        analytics
                .segments()
                .create(SegmentDraft.of(
                        "Viewers", Criteria.all().event(EventType.PAGE_VIEW).build()));
        trigger(removes("Leave", "\"phone_call\"", "viewers"));
        happens(LEAD, EventType.PAGE_VIEW, 0);
        assertThat(analytics.segments().members("viewers", null, 10)).containsExactly(LEAD);

        happens(LEAD, EventType.PHONE_CALL, 0);
        happens(LEAD, EventType.PAGE_VIEW, 0);

        assertThat(analytics.segments().members("viewers", null, 10)).isEmpty();
    }

    @Test
    void an_attempt_repeated_after_a_crash_does_not_undo_what_the_host_said_meanwhile() {
        members("Partners");
        trigger(adds("Sign", "\"quote_request\"", "partners"));
        store.dies = true;
        happens(LEAD, EventType.QUOTE_REQUEST, 0);
        assertThat(members()).containsExactly(LEAD);
        assertThat(analytics.actions().list(ActionStatus.DONE, null, 10)).isEmpty();
        clock.advance(Duration.ofSeconds(1));
        analytics.segments().removeMember("partners", LEAD, "left again");

        store.dies = false;
        clock.advance(Duration.ofMinutes(5));
        analytics.runDue();

        assertThat(analytics.actions().list(ActionStatus.DONE, null, 10))
                .singleElement()
                .satisfies(action -> assertThat(action.attempts()).isEqualTo(2));
        assertThat(members()).isEmpty();
        assertThat(analytics.segments().history("partners", LEAD, 10)).hasSize(2);
    }

    @Test
    void S23_a_chain_through_memberships_ends_with_the_fifth_effect() {
        members("Partners");
        members("Friends");
        Trigger first = trigger(adds("First", "\"quote_request\"", "partners"));
        Trigger second = trigger(adds("Second", entered("partners"), "friends"));
        happens(LEAD, EventType.QUOTE_REQUEST, 4);

        assertThat(analytics.triggers().executions(first.key(), LEAD, 10)).hasSize(1);
        assertThat(members()).containsExactly(LEAD);
        assertThat(analytics.triggers().skips(second.key(), LEAD, 10))
                .extracting(Skip::reason)
                .containsExactly(Skip.Reason.DEPTH);
        assertThat(analytics.segments().members("friends", null, 10)).isEmpty();
    }

    @Test
    void what_could_not_be_carried_out_is_refused_when_it_is_saved() {
        assertThat(faults(adds("Nobody", "\"quote_request\"", "nobody")))
                .containsExactly(
                        new Violation("actions[0].parameters.segment", "UNKNOWN_REF", "there is no segment 'nobody'"));
        assertThat(faults(removes("All", "\"quote_request\"", "all-visitors")))
                .extracting(Violation::path, Violation::code)
                .containsExactly(tuple("actions[0].parameters.segment", "UNSUPPORTED"));
        assertThat(faults(json(
                        "Odd",
                        "\"quote_request\"",
                        "add_to_segment",
                        "{\"segment\": 7, \"reason\": [], \"why\": \"x\"}")))
                .extracting(Violation::path)
                .containsExactlyInAnyOrder(
                        "actions[0].parameters.segment", "actions[0].parameters.reason", "actions[0].parameters.why");
    }

    @Test
    void a_segment_that_an_action_names_is_neither_deleted_nor_renamed() {
        Segment partners = members("Partners");
        trigger(adds("By key", "\"quote_request\"", "partners"));
        trigger(removes("By id", "\"phone_call\"", partners.id().toString()));

        assertThatThrownBy(() -> analytics.segments().delete("partners"))
                .isInstanceOf(InvalidDefinitionException.class)
                .hasMessageContaining("trigger 'by-key'")
                .hasMessageContaining("trigger 'by-id'");
        assertThatThrownBy(() -> analytics
                        .segments()
                        .update("partners", SegmentDraft.ofMembers("Partners").withKey("friends")))
                .isInstanceOf(InvalidDefinitionException.class)
                .hasMessageContaining("trigger 'by-key'");
        happens(LEAD, EventType.QUOTE_REQUEST, 0);
        happens(LEAD, EventType.PHONE_CALL, 0);
        assertThat(analytics.segments().history("partners", LEAD, 10)).hasSize(2);
    }

    @Test
    void what_still_waits_when_its_segment_is_gone_says_so() {
        members("Partners");
        String later = adds("Sign", "\"quote_request\"", "partners").replace("}}]", "}, \"delay\": 60}]");
        trigger(later);
        happens(LEAD, EventType.QUOTE_REQUEST, 0);
        analytics
                .triggers()
                .update(
                        "sign",
                        TriggerDraft.fromJson(
                                later.replace("partners\"}", "others\"}").replace("add_to_segment", "log")));
        analytics.segments().delete("partners");

        clock.advance(Duration.ofHours(1));
        analytics.runDue();

        assertThat(analytics.actions().list(ActionStatus.DEAD, null, 10))
                .singleElement()
                .satisfies(action -> assertThat(action.lastError()).isEqualTo("there is no segment 'partners'"));
    }

    @Test
    void triggers_that_add_and_remove_in_turn_are_refused_and_named() {
        Segment partners = members("Partners");
        trigger(adds("Stay", entered("partners"), "partners"));
        trigger(adds("Back", exited(partners.id().toString()), "partners"));

        assertThat(faults(removes("Out", entered("partners"), "partners")))
                .containsExactly(new Violation(
                        "actions", "LOOP", "the triggers would cause each other for ever: out → back → out"));
        analytics.triggers().delete("back");
        trigger(adds("Off", "\"segment_exited\"", "partners")
                .replace("\"cooldown\"", "\"status\": \"inactive\", \"cooldown\""));
        trigger(removes("Out", entered("partners"), "partners"));
    }

    @Test
    void a_folder_that_leaves_an_action_without_its_segment_is_refused(@TempDir Path folder) throws IOException {
        Files.createDirectories(folder.resolve("triggers"));
        Files.writeString(folder.resolve("triggers/sign.json"), adds("Sign", "\"quote_request\"", "partners"));
        DefinitionFolders folders = analytics.definitionFolders();
        assertThatThrownBy(() -> folders.apply(folders.compare(folder)))
                .isInstanceOfSatisfying(
                        InvalidDefinitionException.class,
                        refused -> assertThat(refused.violations())
                                .extracting(Violation::code)
                                .containsExactly("UNKNOWN_REF"));

        Segment partners = members("Partners");
        Files.writeString(
                folder.resolve("triggers/sign.json"),
                adds("Sign", "\"quote_request\"", partners.id().toString()));
        folders.apply(folders.compare(folder));
        assertThatThrownBy(() -> folders.applyAndDeleteOthers(folders.compare(folder)))
                .isInstanceOf(InvalidDefinitionException.class)
                .hasMessageContaining("there is no segment");
        assertThat(folders.export(folder.resolve("exported")).written()).contains("triggers/sign.json");
        assertThat(folder.resolve("exported/triggers/sign.json")).content().contains("\"segment\": \"partners\"");
    }

    // ---- tags

    private static String tags(String name, String event, String parameters) {
        return json(name, event, "tag_lead", parameters);
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
        trigger(tags("Tag", "\"quote_request\"", "{\"tag\": \"vip\"}"));
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
        trigger(tags("Tag", "\"quote_request\"", "{\"tag\": \"vip\"}"));
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
        Trigger first = trigger(tags("First", "\"quote_request\"", "{\"tag\": \"vip\"}"));
        Trigger second = trigger(
                tags("Second", "{\"type\": \"segment_entered\", \"segment\": \"vips\"}", "{\"tag\": \"greeted\"}"));
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
            assertThat(faults(tags("Odd", "\"quote_request\"", parameters)))
                    .as(parameters)
                    .extracting(Violation::path)
                    .containsExactly("actions[0].parameters.tag");
        }
        assertThat(faults(tags("Odd", "\"quote_request\"", "{\"tag\": \"vip\", \"why\": 1}")))
                .extracting(Violation::path, Violation::code)
                .containsExactly(tuple("actions[0].parameters.why", "UNKNOWN_FIELD"));
        assertThat(faults(tags("Odd", "\"tag_added\"", "{\"tag\": \"vip\"}")))
                .as("what is said of a lead is no event to wait for")
                .extracting(Violation::path)
                .containsExactly("event");
    }
}
