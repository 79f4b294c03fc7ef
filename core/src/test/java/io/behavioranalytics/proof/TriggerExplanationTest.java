package io.behavioranalytics.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.action.Action;
import io.behavioranalytics.condition.Condition;
import io.behavioranalytics.condition.Explanation;
import io.behavioranalytics.condition.Operator;
import io.behavioranalytics.condition.Truth;
import io.behavioranalytics.condition.Verdict;
import io.behavioranalytics.decision.TriggerExplanation;
import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.TrackRequest;
import io.behavioranalytics.json.InvalidDefinitionException;
import io.behavioranalytics.json.Violation;
import io.behavioranalytics.segment.Criteria;
import io.behavioranalytics.segment.SegmentDraft;
import io.behavioranalytics.testkit.TestKit;
import io.behavioranalytics.trigger.Skip;
import io.behavioranalytics.trigger.TriggerDraft;
import io.behavioranalytics.trigger.TriggerExecution;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What an explanation says of an event that might come now is what becomes of it when it comes, and what it says of it later. */
class TriggerExplanationTest {
    private static final SubjectId LEAD = SubjectId.lead("a");

    private final Map<Skip.Reason, Integer> skipped = new EnumMap<>(Skip.Reason.class);
    private int fired;
    private int asked;

    @Test
    void what_is_said_of_an_event_before_it_comes_is_what_becomes_of_it_and_what_is_said_of_it_after() {
        Seeds.forEach("trigger-explanation", 60, this::live);
        System.out.println("trigger explanations: asked " + asked + ", fired " + fired + ", skipped " + skipped);
        assertThat(fired).isGreaterThan(200);
        assertThat(skipped.keySet()).contains(Skip.Reason.CONDITION, Skip.Reason.COOLDOWN, Skip.Reason.TARGET_SEGMENT);
    }

    private void live(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        RandomTimelines timelines = new RandomTimelines(random);
        try (TestKit kit = TestKit.recording("send_email")) {
            RandomCriteria criteria = new RandomCriteria(random, kit.now(), (field, at) -> null);
            kit.analytics()
                    .segments()
                    .create(SegmentDraft.of(
                            "Some",
                            Criteria.all()
                                    .profile("totalEvents", Operator.GREATER_THAN, 3)
                                    .build()));
            List<String> keys = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                List<Condition> conditions = new ArrayList<>();
                for (int more = random.nextInt(3); more > 0; more--) {
                    Operator operator = timelines.pick(List.of(Operator.values()));
                    conditions.add(
                            random.nextBoolean()
                                    ? criteria.eventCondition(operator)
                                    : Condition.of("totalEvents", Operator.GREATER_THAN, random.nextInt(6)));
                }
                TriggerDraft.Builder draft = TriggerDraft.builder(
                                "T" + i, timelines.pick(RandomTimelines.TYPES.subList(0, 3)))
                        .cooldown(Duration.ofMinutes(random.nextInt(3) * 30L))
                        .action(new Action(null, "send_email", Map.of(), Duration.ZERO));
                conditions.forEach(draft::when);
                if (random.nextInt(3) == 0) {
                    draft.targetSegment("some");
                }
                try {
                    keys.add(kit.analytics().triggers().create(draft.build()).key());
                } catch (
                        InvalidDefinitionException refused) { // two conditions that no event meets together, or no type
                    assertThat(refused.violations()).extracting(Violation::code).isSubsetOf("CONTRADICTION", "TYPE");
                }
            }
            for (int i = 0; i < 25; i++) {
                kit.advance(Duration.ofMinutes(random.nextInt(40)));
                BehaviorEvent event = timelines.event("s", "a", kit.now());
                event(kit, keys, World.request(event), event);
            }
        }
    }

    private void event(TestKit kit, List<String> keys, TrackRequest request, BehaviorEvent event) {
        List<TriggerExplanation> told = new ArrayList<>();
        for (String key : keys) {
            boolean waits = kit.analytics()
                    .triggers()
                    .get(key)
                    .orElseThrow()
                    .event()
                    .toString()
                    .contains("=" + event.type().name() + "]");
            if (waits) {
                told.add(kit.analytics().explanations().trigger(LEAD, key, request));
            }
        }
        List<UUID> before = kit.fired().stream().map(TriggerExecution::id).toList();
        int skipsBefore =
                kit.analytics().triggers().skips(null, LEAD, Integer.MAX_VALUE).size();
        kit.given(request);
        List<TriggerExecution> executions =
                kit.fired().stream().filter(one -> !before.contains(one.id())).toList();
        List<Skip> skips = kit.analytics().triggers().skips(null, LEAD, Integer.MAX_VALUE);
        skips = skips.subList(skipsBefore, skips.size());
        for (TriggerExplanation explanation : told) {
            asked++;
            String what = explanation.text();
            boolean fires = executions.stream().anyMatch(one -> one.triggerId().equals(explanation.triggerId()));
            assertThat(explanation.fires()).as(what).isEqualTo(fires);
            assertThat(explanation.reasons())
                    .as(what)
                    .isEqualTo(skips.stream()
                            .filter(one -> one.triggerId().equals(explanation.triggerId()))
                            .map(Skip::reason)
                            .toList());
            assertPartsBearItOut(explanation);
            explanation.reasons().forEach(reason -> skipped.merge(reason, 1, Integer::sum));
            fired += fires ? 1 : 0;
            TriggerExplanation after = kit.analytics().explanations().event(LEAD, explanation.triggerKey(), event.id());
            assertThat(after.fires()).as("%s\nbefore: %s", after.text(), what).isEqualTo(fires);
            assertThat(after.reasons()).isEqualTo(explanation.reasons());
            assertPartsBearItOut(after);
        }
    }

    /** What stands in the tree and what the decision says are one. */
    private static void assertPartsBearItOut(TriggerExplanation explanation) {
        Truth parts = explanation.why().parts().stream()
                .map(Explanation::verdict)
                .map(Verdict::truth)
                .reduce(Truth.TRUE, Truth::and);
        assertThat(parts == Truth.TRUE).as(explanation.text()).isEqualTo(explanation.fires());
    }
}
