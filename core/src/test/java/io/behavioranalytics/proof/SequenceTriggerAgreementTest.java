package io.behavioranalytics.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.action.Action;
import io.behavioranalytics.condition.Condition;
import io.behavioranalytics.condition.Operator;
import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.segment.SequencePattern;
import io.behavioranalytics.segment.SequencePattern.Step;
import io.behavioranalytics.store.ActionRecord;
import io.behavioranalytics.store.ActionStatus;
import io.behavioranalytics.trigger.Skip;
import io.behavioranalytics.trigger.Trigger;
import io.behavioranalytics.trigger.TriggerCause;
import io.behavioranalytics.trigger.TriggerDraft;
import io.behavioranalytics.trigger.TriggerEvent;
import io.behavioranalytics.trigger.TriggerExecution;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Random sequence triggers and random lives, many of whose events are late: what fires, what does not and why, and what is cancelled. */
class SequenceTriggerAgreementTest {
    private static final int LIVES = 3_000;

    private final Map<String, Integer> seen = new HashMap<>();

    @Test
    void a_sequence_trigger_fires_for_what_came_true_and_was_not_decided() {
        Seeds.forEach("sequence-triggers", LIVES, this::live);

        System.out.println("sequence triggers: " + seen);
        assertThat(seen.get("fired")).isGreaterThan(2_000);
        assertThat(seen.get("fired by an event before")).isGreaterThan(200);
        assertThat(seen.get("fired by a silence")).isGreaterThan(300);
        assertThat(seen.get("CANCELLED")).isGreaterThan(100);
        for (Skip.Reason reason : List.of(Skip.Reason.TOO_OLD, Skip.Reason.CONDITION, Skip.Reason.COOLDOWN)) {
            assertThat(seen.get(reason.name())).as("%s", reason).isGreaterThan(100);
        }
    }

    private void count(String what) {
        seen.merge(what, 1, Integer::sum);
    }

    private static SequencePattern pattern(SplittableRandom random) {
        while (true) {
            SequencePattern some = SequenceAgreementTest.pattern(random);
            List<Step> steps = new ArrayList<>(some.steps());
            if (random.nextInt(3) == 0) {
                steps.add(new Step(
                        steps.get(random.nextInt(steps.size())).eventType(),
                        List.of(),
                        true,
                        null,
                        null,
                        Duration.ofMinutes(random.nextInt(1, 40))));
            }
            SequencePattern pattern = new SequencePattern(steps, some.within(), some.strict());
            List<io.behavioranalytics.json.Violation> faults = new ArrayList<>();
            pattern.check("event", type -> true, faults);
            if (faults.isEmpty()) {
                return pattern;
            }
        }
    }

    private void live(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        SequencePattern pattern = pattern(random);
        int most = random.nextInt(3) == 0 ? random.nextInt(3, 15) : 1_000;
        Duration cooldown = Duration.ofMinutes(random.nextInt(3) == 0 ? random.nextInt(60) : 0);
        Duration delay = Duration.ofMinutes(random.nextInt(90));
        NaiveSequenceTrigger naive = new NaiveSequenceTrigger(pattern, most, cooldown, delay);
        try (Host host = new Host()) {
            Trigger trigger = host.analytics
                    .triggers()
                    .create(TriggerDraft.builder("S", new TriggerEvent.Sequence(pattern))
                            .when(Condition.of("totalEvents", Operator.LESS_OR_EQUAL, (long) most))
                            .action(new Action(null, "note", Map.of(), delay))
                            .cooldown(cooldown)
                            .build());
            host.segment("Others", "{\"timeFilters\": [{\"type\": \"inactive_for\", \"duration\": \"PT7M\"}]}");
            Instant now = Host.START.plus(Duration.ofHours(4));
            long events = random.nextInt(4, 30);
            for (int i = 0; i < events; i++) {
                now = advance(host, naive, now, now.plus(Duration.ofMinutes(random.nextInt(12))));
                Duration back = switch (random.nextInt(6)) {
                    case 0 -> Duration.ofMinutes(random.nextInt(240));
                    case 1, 2 -> Duration.ofMinutes(random.nextInt(50));
                    default -> Duration.ZERO;
                };
                BehaviorEvent event =
                        moved(SequenceAgreementTest.event(random, Duration.ZERO), now.minus(back), random);
                host.analytics.track(World.request(event));
                naive.arrives(event, now);
            }
            advance(host, naive, now, now.plus(Duration.ofDays(1)));
            compare(host, trigger, naive, pattern);
        }
    }

    private static BehaviorEvent moved(BehaviorEvent event, Instant at, SplittableRandom random) {
        UUID id = new UUID(
                (random.nextLong() & ~0xF000L) | 0x4000L,
                (random.nextLong() & 0x3FFF_FFFF_FFFF_FFFFL) | Long.MIN_VALUE);
        return new BehaviorEvent(
                id,
                null,
                "a",
                null,
                0,
                event.type(),
                event.category(),
                at,
                "web",
                Map.of(),
                event.properties(),
                Map.of(),
                null,
                Map.of(),
                false);
    }

    private static Instant advance(Host host, NaiveSequenceTrigger naive, Instant from, Instant to) {
        for (Instant expiry : new TreeSet<>(naive.expiries())) {
            if (expiry.isAfter(from) && !expiry.isAfter(to)) {
                host.advanceTo(expiry);
                naive.decide(expiry);
            }
        }
        host.advanceTo(to);
        return to;
    }

    private void compare(Host host, Trigger trigger, NaiveSequenceTrigger naive, SequencePattern pattern) {
        List<String> log = new ArrayList<>();
        List<String> ends = new ArrayList<>();
        Map<UUID, String> status = new HashMap<>();
        for (ActionStatus one : ActionStatus.values()) {
            for (ActionRecord record : host.actions(one)) {
                status.put(record.action().id(), one.name());
            }
        }
        for (TriggerExecution firing : host.firings(trigger)) {
            UUID cause = firing.cause() instanceof TriggerCause.Absence absence
                    ? absence.eventId()
                    : ((TriggerCause.Event) firing.cause()).eventId();
            log.add("fired " + firing.cameTrueAt() + " at " + firing.executedAt() + " by " + cause);
            firing.actions().forEach(action -> ends.add(cause + " " + status.get(action)));
            count("fired");
            if (firing.cause() instanceof TriggerCause.Absence) {
                count("fired by a silence");
            } else if (!firing.cameTrueAt().equals(firing.executedAt())) {
                count("fired by an event before");
            }
            firing.actions().forEach(action -> count(status.get(action)));
        }
        host.store.ledger().skips(trigger.id(), null, 1_000_000).forEach(skip -> {
            log.add("skipped " + skip.cameTrueAt() + " " + skip.reason());
            count(skip.reason().name());
        });
        assertThat(log).as("%s", pattern).containsExactlyInAnyOrderElementsOf(naive.log);
        assertThat(ends).as("%s", pattern).containsExactlyInAnyOrderElementsOf(naive.ends());
    }
}
