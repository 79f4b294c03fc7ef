package io.behavioranalytics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.InvalidEventException;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.TrackRequest;
import io.behavioranalytics.json.Violation;
import io.behavioranalytics.profile.Profile;
import io.behavioranalytics.segment.MembershipChange;
import io.behavioranalytics.segment.SegmentDraft;
import io.behavioranalytics.store.ActionStatus;
import io.behavioranalytics.store.InMemoryStore;
import io.behavioranalytics.trigger.QuietHours;
import io.behavioranalytics.trigger.Trigger;
import io.behavioranalytics.trigger.TriggerDraft;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** S10: the tags and attributes that the host sets, and what reads them. */
class LeadsTest {
    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
    private static final SubjectId LEAD = SubjectId.lead("lead-1");
    private static final SubjectId SESSION = SubjectId.session("s-1");

    private final VirtualClock clock = VirtualClock.at(START);
    private final InMemoryStore store = new InMemoryStore(clock);
    private final BehaviorAnalytics analytics = BehaviorAnalytics.builder()
            .store(store)
            .clock(clock)
            .settings(Settings.builder()
                    .zone(ZoneId.of("Europe/Berlin"))
                    .triggerQuietHours(QuietHours.parse("22:00-08:00"))
                    .build())
            .executor(Runnable::run)
            .inlineActions()
            .build();

    @AfterEach
    void close() {
        analytics.close();
    }

    private Profile profile(SubjectId subject) {
        return analytics.profiles().get(subject).orElseThrow();
    }

    private List<Violation> faults(Runnable call) {
        return catchThrowableOfType(InvalidEventException.class, call::run).violations();
    }

    private void tagged(String name, String operator) {
        analytics
                .segments()
                .create(SegmentDraft.fromJson("{\"name\": \"" + name
                        + "\", \"criteria\": {\"profileConditions\": [{\"field\": \"tags\", \"operator\": \"" + operator
                        + "\", \"value\": \"vip\"}]}}"));
    }

    @Test
    void segments_and_triggers_read_tags_at_the_instant_at_which_they_are_set() {
        tagged("Vips", "contains");
        tagged("Others", "not_contains");
        Trigger welcome = analytics
                .triggers()
                .create(TriggerDraft.fromJson("{\"name\": \"Welcome\", \"event\": {\"type\": \"segment_entered\","
                        + " \"segment\": \"vips\"}, \"conditions\": [{\"field\": \"tags\", \"operator\": \"contains\","
                        + " \"value\": \"vip\"}], \"actions\": [{\"action\": \"log\"}]}"));
        Trigger quote = analytics
                .triggers()
                .create(TriggerDraft.fromJson("{\"name\": \"Quote\", \"event\": \"quote_request\", \"cooldown\": 0,"
                        + " \"conditions\": [{\"field\": \"tags\", \"operator\": \"not_contains\","
                        + " \"value\": \"vip\"}], \"actions\": [{\"action\": \"log\"}]}"));
        analytics.track(
                TrackRequest.builder(EventType.QUOTE_REQUEST).leadId("lead-1").build());
        assertThat(profile(LEAD).segments()).containsExactly("others");

        clock.advance(Duration.ofMinutes(1));
        TrackResult added = analytics.leads().addTag(LEAD, "vip");
        analytics.leads().addTag(LEAD, "vip");
        analytics.track(
                TrackRequest.builder(EventType.QUOTE_REQUEST).leadId("lead-1").build());

        assertThat(added.outcome()).isEqualTo(TrackResult.Outcome.ACCEPTED);
        assertThat(profile(LEAD))
                .returns(List.of("vips"), Profile::segments)
                .returns(List.of("vip"), Profile::tags)
                .returns(2L, Profile::totalEvents);
        assertThat(profile(LEAD).toJson()).contains("\"tags\":[\"vip\"]");
        assertThat(analytics.segments().history("vips", LEAD, 10))
                .extracting(MembershipChange::effectiveAt)
                .containsExactly(START.plusSeconds(60));
        assertThat(analytics.triggers().executions(welcome.key(), LEAD, 10)).hasSize(1);
        assertThat(analytics.triggers().executions(quote.key(), LEAD, 10)).hasSize(1);

        clock.advance(Duration.ofMinutes(1));
        analytics.leads().removeTag(LEAD, "vip");
        assertThat(profile(LEAD).segments()).containsExactly("others");
        assertThat(profile(LEAD).tags()).isEmpty();
        assertThat(analytics.maintenance().verify(LEAD).differences()).isEmpty();
    }

    @Test
    void of_two_words_the_one_of_the_later_instant_counts_whichever_came_first() {
        analytics.leads().removeTag(LEAD, "vip", START, new UUID(0x4000, Long.MIN_VALUE | 1));
        analytics.leads().addTag(LEAD, "vip", START.minusSeconds(60), new UUID(0x4000, Long.MIN_VALUE | 2));
        analytics
                .leads()
                .setAttributes(LEAD, Map.of("plan", "gold", "seats", 5), START, new UUID(0x4000, Long.MIN_VALUE | 3));
        analytics
                .leads()
                .setAttributes(
                        LEAD,
                        Map.of("plan", "free", "trial", true),
                        START.minusSeconds(60),
                        new UUID(0x4000, Long.MIN_VALUE | 4));

        assertThat(profile(LEAD).tags()).isEmpty();
        assertThat(profile(LEAD).attributes()).isEqualTo(Map.of("plan", "gold", "seats", 5L, "trial", true));
        assertThat(analytics
                        .leads()
                        .addTag(LEAD, "vip", START.minusSeconds(60), new UUID(0x4000, Long.MIN_VALUE | 2))
                        .outcome())
                .isEqualTo(TrackResult.Outcome.DUPLICATE);
        assertThat(analytics
                        .profiles()
                        .get(LEAD, ProfileQuery.between(START.minusSeconds(10), START))
                        .orElseThrow()
                        .profile())
                .returns(List.of("vip"), Profile::tags)
                .returns(Map.of("plan", "free", "trial", true), Profile::attributes);
    }

    @Test
    void S11_what_was_said_of_a_session_goes_with_it_to_its_lead_and_back() {
        analytics.leads().addTag(SESSION, "newsletter");
        analytics.leads().setAttribute(SESSION, "plan", "gold");
        clock.advance(Duration.ofMinutes(1));
        analytics.identify("s-1", "lead-1");
        analytics.leads().addTag(LEAD, "vip");

        assertThat(profile(LEAD).tags()).containsExactly("newsletter", "vip");
        assertThat(profile(LEAD).attributes()).isEqualTo(Map.of("plan", "gold"));

        clock.advance(Duration.ofMinutes(1));
        analytics.unlink("s-1");

        assertThat(profile(LEAD)).returns(List.of("vip"), Profile::tags).returns(Map.of(), Profile::attributes);
        assertThat(profile(SESSION))
                .returns(List.of("newsletter"), Profile::tags)
                .returns(Map.of("plan", "gold"), Profile::attributes);
    }

    @Test
    void an_attribute_set_to_null_is_removed_and_others_stay() {
        analytics.leads().setAttributes(LEAD, Map.of("plan", "gold", "seats", 5, "note", "a \"quoted\" ä"));
        Map<String, @Nullable Object> changes = new LinkedHashMap<>();
        changes.put("plan", null);
        changes.put("seats", 7.5);
        clock.advance(Duration.ofSeconds(1));
        analytics.leads().setAttributes(LEAD, changes);

        assertThat(profile(LEAD).attributes())
                .isEqualTo(Map.of("seats", new java.math.BigDecimal("7.5"), "note", "a \"quoted\" ä"));
        assertThat(analytics.maintenance().verify(LEAD).differences()).isEmpty();
    }

    @Test
    void S21_the_attribute_timezone_goes_before_the_last_event_and_the_setting() {
        Trigger trigger = analytics
                .triggers()
                .create(TriggerDraft.fromJson("{\"name\": \"Mail\", \"event\": \"quote_request\", \"cooldown\": 0,"
                        + " \"actions\": [{\"action\": \"log\"}]}"));
        clock.set(Instant.parse("2026-03-01T23:00:00Z"));

        assertThat(due(trigger, null)).as("setting: Berlin").isEqualTo(Instant.parse("2026-03-02T07:00:00Z"));
        assertThat(due(trigger, "America/New_York")).as("New York").isEqualTo(clock.instant());
        analytics.leads().setAttribute(LEAD, Leads.TIMEZONE, "+05:45");
        assertThat(due(trigger, "America/New_York")).as("attribute").isEqualTo(Instant.parse("2026-03-02T02:15:00Z"));
        clock.advance(Duration.ofSeconds(1));
        analytics.leads().setAttribute(LEAD, Leads.TIMEZONE, null);
        assertThat(due(trigger, null)).as("removed: New York").isEqualTo(clock.instant());
    }

    private Instant due(Trigger trigger, @Nullable String zone) {
        TrackRequest.Builder event =
                TrackRequest.builder(EventType.QUOTE_REQUEST).leadId("lead-1");
        if (zone != null) {
            event.context("timezone", zone);
        }
        analytics.track(event.build());
        UUID action = analytics.triggers().executions(trigger.key(), LEAD, 100).stream()
                .reduce((first, second) -> second)
                .orElseThrow()
                .actions()
                .get(0);
        return Objects.requireNonNull(store.queue().find(List.of(action)).get(action))
                .action()
                .dueAt();
    }

    @Test
    void what_cannot_be_kept_is_refused_by_name_and_nothing_is_stored() {
        assertThat(faults(() -> analytics.leads().setAttribute(LEAD, Leads.TIMEZONE, "Mars/Olympus")))
                .containsExactly(
                        new Violation(
                                "attributes.timezone",
                                "ZONE",
                                "must be the id of a time zone, such as Europe/Berlin, or an offset, such as +05:45: \"Mars/Olympus\""));
        for (Object zone : List.of("", "Europe/berlin", "CET;DROP", "x".repeat(65), 2, true)) {
            assertThat(faults(() -> analytics.leads().setAttribute(LEAD, Leads.TIMEZONE, zone)))
                    .as("%s", zone)
                    .extracting(Violation::code)
                    .containsExactly("ZONE");
        }
        assertThat(faults(() -> analytics.leads().setAttributes(LEAD, Map.of("a b", 1, "list", List.of()))))
                .extracting(Violation::path, Violation::code)
                .containsExactlyInAnyOrder(tuple("attributes", "NAME"), tuple("attributes.list", "TYPE"));
        assertThat(faults(() -> analytics.leads().setAttributes(LEAD, Map.of())))
                .extracting(Violation::code)
                .containsExactly("REQUIRED");
        for (String tag : Arrays.asList("", " ", " vip", "a\u001fb", "a\nb", "x".repeat(101), "\uD800", null)) {
            assertThat(faults(() -> analytics.leads().addTag(LEAD, tag)))
                    .as("tag %s", tag)
                    .extracting(Violation::path)
                    .containsExactly("tag");
        }
        assertThatThrownBy(() -> analytics.leads().addTag(SubjectId.lead("null"), "vip"))
                .isInstanceOf(InvalidEventException.class);
        analytics.leads().addTag(SubjectId.lead("lead-2"), "ä".repeat(100));
        assertThat(analytics.profiles().get(LEAD)).isEmpty();
        assertThat(analytics.statistics().invalid()).isGreaterThan(15);
    }

    @Test
    void no_host_tracks_what_only_this_call_may_say() {
        assertThat(faults(() -> analytics.track(TrackRequest.builder(EventType.TAG_ADDED)
                        .leadId("lead-1")
                        .property("tag", "vip")
                        .build())))
                .extracting(Violation::path)
                .containsExactly("eventType");
        assertThat(analytics.actions().list(ActionStatus.DONE, null, 1)).isEmpty();
    }
}
