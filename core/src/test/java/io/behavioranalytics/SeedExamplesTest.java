package io.behavioranalytics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.behavioranalytics.action.Action;
import io.behavioranalytics.action.ActionExecutor;
import io.behavioranalytics.action.ActionRequest;
import io.behavioranalytics.action.ActionResult;
import io.behavioranalytics.condition.Condition;
import io.behavioranalytics.condition.Operator;
import io.behavioranalytics.condition.TimeWindow;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.TrackRequest;
import io.behavioranalytics.experiment.Allocation;
import io.behavioranalytics.experiment.Assignment;
import io.behavioranalytics.experiment.Experiment;
import io.behavioranalytics.experiment.ExperimentDraft;
import io.behavioranalytics.experiment.Metric;
import io.behavioranalytics.experiment.Variant;
import io.behavioranalytics.json.InvalidDefinitionException;
import io.behavioranalytics.profile.Profile;
import io.behavioranalytics.segment.Criteria;
import io.behavioranalytics.segment.EventFilter;
import io.behavioranalytics.segment.FrequencyFilter;
import io.behavioranalytics.segment.SegmentDraft;
import io.behavioranalytics.trigger.Skip;
import io.behavioranalytics.trigger.Trigger;
import io.behavioranalytics.trigger.TriggerDraft;
import io.behavioranalytics.trigger.TriggerEvent;
import io.behavioranalytics.trigger.TriggerExecution;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The founding document's examples, as strict JSON, its dates written out: how they read, and what they do (S27). The one on rules of
 * personalization is not among them, since there are no such rules yet.
 */
class SeedExamplesTest {
    private static final String SEGMENT = """
            {
              "name": "High Intent Leads",
              "description": "Leads showing high purchase intent",
              "type": "dynamic",
              "criteria": {
                "logicOperator": "AND",
                "eventFilters": [
                  {"eventType": "quote_request", "minFrequency": 1},
                  {"eventType": "form_submit", "minFrequency": 1}
                ],
                "frequencyFilters": [
                  {
                    "eventTypes": ["page_view", "form_start"],
                    "minCount": 5,
                    "timeRange": {"start": "2026-03-01T00:00:00Z", "end": "2026-03-08T00:00:00Z"}
                  }
                ]
              },
              "tags": ["high-value", "auto-qualified"]
            }
            """;

    private static final String TRIGGER = """
            {
              "name": "Form Abandonment Recovery",
              "description": "Recover abandoned quote forms",
              "event": "form_abandon",
              "conditions": [
                {"id": "cond-1", "type": "behavior", "field": "formCompletion", "operator": "less_than", "value": 100}
              ],
              "actions": [
                {
                  "id": "action-1",
                  "action": "send_email",
                  "parameters": {"template": "form-abandon-recovery", "subject": "Complete Your Quote"},
                  "delay": 60
                },
                {
                  "id": "action-2",
                  "action": "assign_agent",
                  "parameters": {"reason": "Form abandonment"},
                  "delay": 120
                }
              ],
              "targetSegments": ["qualified-leads"],
              "cooldown": 1440,
              "priority": 80
            }
            """;

    private static final String EVENTS = """
            [
              {
                "sessionId": "session-123",
                "leadId": "lead-456",
                "eventType": "page_view",
                "category": "engagement",
                "properties": {"url": "/quote/auto", "title": "Auto Insurance Quote"},
                "context": {"userAgent": "Mozilla/5.0...", "country": "US", "device": "desktop"}
              },
              {
                "sessionId": "session-123",
                "leadId": "lead-456",
                "eventType": "form_start",
                "category": "intent",
                "properties": {"formId": "quote-form", "step": 1, "fields": ["email", "phone"]}
              }
            ]
            """;

    private static final String EXPERIMENT = """
            {
              "name": "Quote Page CTA Test",
              "description": "Test different call-to-action buttons",
              "type": "content",
              "hypothesis": "More specific CTAs will increase quote requests",
              "successMetrics": ["quote_requests", "conversion_rate"],
              "targetSegments": ["all-visitors"],
              "trafficAllocation": {
                "total": 100,
                "allocationMethod": "random",
                "variants": [
                  {
                    "name": "Control",
                    "description": "Current CTA",
                    "content": {"ctaText": "Get Quote", "ctaColor": "blue"},
                    "isControl": true,
                    "trafficPercentage": 50
                  },
                  {
                    "name": "Variant A",
                    "description": "Urgent CTA",
                    "content": {"ctaText": "Get Instant Quote", "ctaColor": "red"},
                    "isControl": false,
                    "trafficPercentage": 50
                  }
                ]
              }
            }
            """;

    @Test
    void the_segment_reads_as_it_stands() {
        SegmentDraft draft = SegmentDraft.fromJson(SEGMENT, EventType.BUILT_IN::contains);
        assertThat(draft.resolvedKey()).isEqualTo("high-intent-leads");
        assertThat(draft.tags()).containsExactly("high-value", "auto-qualified");
        assertThat(draft.criteria())
                .isEqualTo(Criteria.all()
                        .event(EventFilter.atLeast(EventType.QUOTE_REQUEST, 1))
                        .event(EventFilter.atLeast(EventType.FORM_SUBMIT, 1))
                        .frequency(FrequencyFilter.atLeast(5, EventType.PAGE_VIEW, EventType.FORM_START)
                                .in(TimeWindow.between(
                                        Instant.parse("2026-03-01T00:00:00Z"), Instant.parse("2026-03-08T00:00:00Z"))))
                        .build());
        assertThat(SegmentDraft.fromJson(draft.toJson())).isEqualTo(draft);
    }

    @Test
    void the_trigger_reads_as_it_stands() {
        TriggerDraft draft = TriggerDraft.fromJson(TRIGGER, EventType.BUILT_IN::contains, action -> true);
        assertThat(draft.resolvedKey()).isEqualTo("form-abandonment-recovery");
        assertThat(draft.event()).isEqualTo(new TriggerEvent.Happened(EventType.FORM_ABANDON));
        assertThat(draft.conditions())
                .containsExactly(
                        new Condition("cond-1", "behavior", "formCompletion", Operator.LESS_THAN, 100L, false));
        assertThat(draft.actions())
                .extracting(action -> action.delay())
                .containsExactly(Duration.ofHours(1), Duration.ofHours(2));
        assertThat(draft.cooldown()).isEqualTo(Duration.ofDays(1));
        assertThat(draft.priority()).isEqualTo(80);
        assertThat(TriggerDraft.fromJson(draft.toJson())).isEqualTo(draft);
    }

    @Test
    void the_experiment_reads_as_it_stands() {
        ExperimentDraft draft = ExperimentDraft.fromJson(EXPERIMENT);
        assertThat(draft.resolvedKey()).isEqualTo("quote-page-cta-test");
        assertThat(draft.status()).isEqualTo(Experiment.Status.DRAFT);
        assertThat(draft.variants()).extracting(Variant::id).containsExactly("control", "variant-a");
        assertThat(draft.variants()).extracting(Variant::weight).containsExactly(5_000, 5_000);
        assertThat(draft.variants().get(1).content())
                .containsExactly(Map.entry("ctaText", "Get Instant Quote"), Map.entry("ctaColor", "red"));
        assertThat(draft.control().name()).isEqualTo("Control");
        assertThat(draft.allocation()).isEqualTo(Allocation.everybody());
        assertThat(draft.metric("quote_requests").orElseThrow().kind()).isEqualTo(Metric.Kind.COUNT);
    }

    // ---- what they do

    private static final Instant START = Instant.parse("2026-03-05T12:00:00Z");

    private final VirtualClock clock = VirtualClock.at(START);
    private final List<ActionRequest> executed = new ArrayList<>();
    private final BehaviorAnalytics analytics = BehaviorAnalytics.builder()
            .clock(clock)
            .executor(Runnable::run)
            .inlineActions()
            .action(noting("send_email"))
            .action(noting("assign_agent"))
            .build();

    @AfterEach
    void close() {
        analytics.close();
    }

    private ActionExecutor noting(String type) {
        return ActionExecutor.of(type, request -> {
            executed.add(request);
            return ActionResult.success();
        });
    }

    private void happen(String lead, EventType... types) {
        for (EventType type : types) {
            assertThat(analytics.track(TrackRequest.builder(type).leadId(lead).build()))
                    .returns(TrackResult.Outcome.ACCEPTED, TrackResult::outcome);
        }
    }

    private void abandon(String lead, int completion) {
        analytics.track(TrackRequest.builder(EventType.FORM_ABANDON)
                .leadId(lead)
                .property("formCompletion", completion)
                .build());
    }

    @Test
    void the_events_are_tracked_as_they_stand() {
        assertThat(analytics.trackJson(EVENTS.getBytes(StandardCharsets.UTF_8)))
                .extracting(TrackResult::outcome)
                .containsExactly(TrackResult.Outcome.ACCEPTED, TrackResult.Outcome.ACCEPTED);

        assertThat(analytics.profiles().get(SubjectId.lead("lead-456")).orElseThrow())
                .returns(2L, Profile::totalEvents)
                .returns(2, Profile::uniqueEventTypes)
                .returns(List.of(), Profile::segments);
        analytics
                .segments()
                .create(SegmentDraft.of(
                        "Auto",
                        Criteria.all()
                                .event(EventFilter.atLeast(EventType.PAGE_VIEW, 1)
                                        .where("properties.url", Operator.EQUALS, "/quote/auto")
                                        .where("context.device", Operator.EQUALS, "desktop"))
                                .event(EventFilter.atLeast(EventType.FORM_START, 1)
                                        .where("properties.step", Operator.EQUALS, 1)
                                        .where("properties.fields", Operator.CONTAINS, "phone"))
                                .build()));
        assertThat(analytics.segments().members("auto", null, 10)).containsExactly(SubjectId.lead("lead-456"));
    }

    @Test
    void the_experiment_runs_as_it_stands() {
        analytics.experiments().create(ExperimentDraft.fromJson(EXPERIMENT));
        analytics.experiments().start("quote-page-cta-test");
        Map<String, Long> shown = new TreeMap<>();
        for (int i = 0; i < 1_000; i++) {
            Assignment assigned = analytics.experiments().assign("quote-page-cta-test", "lead-" + i);
            assertThat(assigned.isIn()).isTrue();
            assertThat(analytics
                            .experiments()
                            .assign("quote-page-cta-test", "lead-" + i)
                            .variant())
                    .isEqualTo(assigned.variant());
            shown.merge(assigned.variant().id(), 1L, Long::sum);
        }

        // 50 to 50 within five standard deviations.
        assertThat(shown).containsOnlyKeys("control", "variant-a");
        assertThat(shown.get("control")).isBetween(420L, 580L);
    }

    @Test
    void the_segment_takes_who_asked_for_a_quote_sent_a_form_and_looked_five_times() {
        analytics.segments().create(SegmentDraft.fromJson(SEGMENT));
        EventType view = EventType.PAGE_VIEW;
        EventType start = EventType.FORM_START;
        happen("in", EventType.QUOTE_REQUEST, EventType.FORM_SUBMIT, view, view, view, start, start);
        happen("one-look-too-few", EventType.QUOTE_REQUEST, EventType.FORM_SUBMIT, view, view, view, start);
        happen("no-quote", EventType.FORM_SUBMIT, view, view, view, view, view);
        happen("no-form", EventType.QUOTE_REQUEST, view, view, view, view, view);
        happen("soon", EventType.QUOTE_REQUEST, EventType.FORM_SUBMIT, view, view, view, view);
        assertThat(members()).containsExactly(SubjectId.lead("in"));

        // The last look that counts is one microsecond before the end of the range; its end is outside.
        clock.set(Instant.parse("2026-03-07T23:59:59.999999Z"));
        happen("soon", view);
        clock.set(Instant.parse("2026-03-08T00:00:00Z"));
        happen("one-look-too-few", view);

        assertThat(members()).containsExactly(SubjectId.lead("in"), SubjectId.lead("soon"));
    }

    @Test
    void with_a_rolling_week_the_segment_loses_who_looks_no_more() {
        analytics
                .segments()
                .create(SegmentDraft.fromJson(SEGMENT.replace(
                        "{\"start\": \"2026-03-01T00:00:00Z\", \"end\": \"2026-03-08T00:00:00Z\"}",
                        "{\"last\": \"P7D\"}")));
        EventType view = EventType.PAGE_VIEW;
        happen("a", EventType.QUOTE_REQUEST, EventType.FORM_SUBMIT, view, view, view, view, view);
        clock.advance(Duration.ofDays(7).minusNanos(1_000));
        analytics.runDue();
        assertThat(members()).containsExactly(SubjectId.lead("a"));

        clock.advance(Duration.ofNanos(1_000));
        analytics.runDue();

        assertThat(members()).isEmpty();
    }

    private List<SubjectId> members() {
        return analytics.segments().members("high-intent-leads", null, 10);
    }

    @Test
    void the_trigger_needs_its_segment_to_be_defined() {
        assertThatThrownBy(() -> analytics.triggers().create(TriggerDraft.fromJson(TRIGGER)))
                .isInstanceOf(InvalidDefinitionException.class)
                .hasMessageContaining("qualified-leads");
    }

    @Test
    void the_trigger_mails_after_an_hour_and_assigns_after_two_once_a_day() {
        Trigger trigger = createTheTrigger();
        happen("lead-456", EventType.FORM_START);
        abandon("lead-456", 40);
        clock.advance(Duration.ofMinutes(60).minusNanos(1_000));
        analytics.runDue();
        assertThat(executed).isEmpty();

        clock.advance(Duration.ofNanos(1_000));
        analytics.runDue();
        assertThat(executed).extracting(ActionRequest::type).containsExactly("send_email");
        assertThat(executed.get(0).parameters())
                .isEqualTo(Map.of("template", "form-abandon-recovery", "subject", "Complete Your Quote"));
        clock.advance(Duration.ofMinutes(60));
        analytics.runDue();
        assertThat(executed).extracting(ActionRequest::type).containsExactly("send_email", "assign_agent");
        assertThat(executed.get(1).parameters()).isEqualTo(Map.of("reason", "Form abandonment"));

        clock.set(START.plus(Duration.ofDays(1)).minusNanos(1_000));
        abandon("lead-456", 40);
        clock.set(START.plus(Duration.ofDays(1)));
        abandon("lead-456", 40);

        assertThat(analytics.triggers().executions(trigger.key(), null, 10))
                .extracting(TriggerExecution::executedAt)
                .containsExactlyInAnyOrder(START, START.plus(Duration.ofDays(1)));
        assertThat(skips(trigger)).containsExactly(Skip.Reason.COOLDOWN);
    }

    @Test
    void the_trigger_does_not_fire_for_who_is_not_qualified_or_has_completed_the_form() {
        Trigger trigger = createTheTrigger();
        abandon("not-qualified", 40);
        assertThat(skips(trigger)).containsExactly(Skip.Reason.TARGET_SEGMENT);
        happen("complete", EventType.FORM_START);
        abandon("complete", 100);

        assertThat(skips(trigger)).containsExactlyInAnyOrder(Skip.Reason.TARGET_SEGMENT, Skip.Reason.CONDITION);
        assertThat(analytics.triggers().executions(trigger.key(), null, 10)).isEmpty();
        clock.advance(Duration.ofDays(1));
        analytics.runDue();
        assertThat(executed).isEmpty();
    }

    private Trigger createTheTrigger() {
        analytics.segments().create(SegmentDraft.fromJson("""
                {"name": "Qualified Leads", "criteria": {"eventFilters": [{"eventType": "form_start", "minFrequency": 1}]}}
                """));
        return analytics.triggers().create(TriggerDraft.fromJson(TRIGGER));
    }

    private List<Skip.Reason> skips(Trigger trigger) {
        return analytics.triggers().skips(trigger.key(), null, 10).stream()
                .map(Skip::reason)
                .toList();
    }

    @Test
    void the_builders_of_the_docs_make_drafts_without_fault() {
        SegmentDraft segment = SegmentDraft.of(
                "Warm leads",
                Criteria.all()
                        .event(EventFilter.never(EventType.QUOTE_REQUEST))
                        .event(EventFilter.atLeast(EventType.FORM_START, 2)
                                .in(TimeWindow.last(Duration.ofDays(7)))
                                .where("properties.product", Operator.EQUALS, "auto"))
                        .profile("engagementScore", Operator.GREATER_THAN, 20)
                        .build());

        TriggerDraft trigger = TriggerDraft.builder("Form abandonment recovery", EventType.FORM_ABANDON)
                .when(new Condition(null, "behavior", "formCompletion", Operator.LESS_THAN, 100, false))
                .action(Action.of("send_email", Map.of("template", "recover")).after(Duration.ofHours(1)))
                .cooldown(Duration.ofDays(1))
                .build();

        assertThat(segment.violations(EventType.BUILT_IN::contains)).isEmpty();
        assertThat(trigger.violations(EventType.BUILT_IN::contains, action -> true))
                .isEmpty();
        assertThat(TriggerDraft.fromJson(trigger.toJson())).isEqualTo(trigger);
    }
}
