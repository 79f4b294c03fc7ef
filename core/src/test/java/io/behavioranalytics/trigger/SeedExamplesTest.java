package io.behavioranalytics.trigger;

import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.action.Action;
import io.behavioranalytics.condition.Condition;
import io.behavioranalytics.condition.Operator;
import io.behavioranalytics.condition.TimeWindow;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.segment.Criteria;
import io.behavioranalytics.segment.EventFilter;
import io.behavioranalytics.segment.FrequencyFilter;
import io.behavioranalytics.segment.SegmentDraft;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The founding document's two examples, as strict JSON, its dates written out. */
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
