package io.behavioranalytics.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.Settings;
import io.behavioranalytics.action.Action;
import io.behavioranalytics.condition.Condition;
import io.behavioranalytics.condition.Operator;
import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.EventBuilder;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.segment.SequencePattern;
import io.behavioranalytics.segment.SequencePattern.Step;
import io.behavioranalytics.store.ActionRecord;
import io.behavioranalytics.store.ActionStatus;
import io.behavioranalytics.store.Store;
import io.behavioranalytics.trigger.Skip;
import io.behavioranalytics.trigger.Trigger;
import io.behavioranalytics.trigger.TriggerCause;
import io.behavioranalytics.trigger.TriggerDraft;
import io.behavioranalytics.trigger.TriggerEvent;
import io.behavioranalytics.trigger.TriggerExecution;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/**
 * Random triggers that wait for a sequence or for silence, and random lives, many of whose events are late: what fires, what does not
 * and why, and what is cancelled, is what {@link NaiveSequenceTrigger} says of whole timelines.
 *
 * <p>{@code -Dproof.sequence-triggers.seeds=2000} lives more of them, {@code -Dproof.sequence-triggers.seed=17} only that one.
 */
public abstract class SequenceTriggerAgreementContract {
    private final Map<String, Integer> seen = new HashMap<>();
    private final int lives;

    /**
     * Prepares the suite.
     *
     * @param lives how many lives are lived unless the system property says otherwise
     */
    protected SequenceTriggerAgreementContract(int lives) {
        this.lives = lives;
    }

    /**
     * Makes an empty store.
     *
     * @param storeClock the clock of leases and rates
     * @return the store; it is closed after one life
     */
    protected abstract Store createStore(InstantSource storeClock);

    @Test
    void a_trigger_on_a_sequence_or_on_silence_fires_for_what_came_true_and_was_not_decided() {
        Seeds.forEach("sequence-triggers", lives, this::live);

        System.out.println("sequence triggers: " + seen);
        if (Long.getLong("proof.sequence-triggers.seed") != null) {
            return; // one life need not contain everything
        }
        sawAtLeast("fired", lives / 2);
        sawAtLeast("fired by an event before", lives / 20);
        sawAtLeast("fired by a silence", lives / 10);
        sawAtLeast("fired by inactivity", lives / 20);
        sawAtLeast("CANCELLED", lives / 30);
        for (Skip.Reason reason : List.of(Skip.Reason.TOO_OLD, Skip.Reason.CONDITION, Skip.Reason.COOLDOWN)) {
            sawAtLeast(reason.name(), lives / 30);
        }
    }

    private void sawAtLeast(String what, int least) {
        assertThat(seen.getOrDefault(what, 0)).as(what).isGreaterThan(least);
    }

    private void count(String what) {
        seen.merge(what, 1, Integer::sum);
    }

    /** A, and nothing of one type, or nothing at all, for a while. */
    private static SequencePattern silence(SplittableRandom random) {
        Step first = RandomSequences.pattern(random).steps().get(0);
        EventType unless =
                random.nextInt(3) == 0 ? null : RandomSequences.TYPES.get(random.nextInt(RandomSequences.TYPES.size()));
        Duration within = Duration.ofMinutes(random.nextInt(1, 40));
        return SequencePattern.of(first, new Step(unless, List.of(), true, null, null, within));
    }

    /** The same by its other name (S5). */
    private static TriggerEvent inactivity(SequencePattern silence) {
        Step first = silence.steps().get(0);
        Step last = silence.steps().get(1);
        return new TriggerEvent.Inactivity(
                first.eventType(),
                first.conditions(),
                last.eventType() == null ? List.of() : List.of(last.eventType()),
                last.within());
    }

    private void live(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        boolean silent = random.nextInt(4) == 0;
        SequencePattern pattern = silent ? silence(random) : RandomSequences.valid(random);
        int most = random.nextInt(3) == 0 ? random.nextInt(3, 15) : 1_000;
        Duration cooldown = Duration.ofMinutes(random.nextInt(3) == 0 ? random.nextInt(60) : 0);
        Duration delay = Duration.ofMinutes(random.nextInt(90));
        NaiveSequenceTrigger naive = new NaiveSequenceTrigger(pattern, most, cooldown, delay);
        try (Host host = new Host(Settings.defaults(), this::createStore)) {
            Trigger trigger = host.analytics
                    .triggers()
                    .create(TriggerDraft.builder("S", silent ? inactivity(pattern) : new TriggerEvent.Sequence(pattern))
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
                BehaviorEvent event = moved(RandomSequences.event(random, Duration.ZERO), now.minus(back), random);
                host.analytics.track(World.request(event));
                naive.arrives(event, now);
            }
            advance(host, naive, now, now.plus(Duration.ofDays(1)));
            compare(host, trigger, naive, pattern);
            if (silent) {
                seen.merge("fired by inactivity", host.firings(trigger).size(), Integer::sum);
            }
        }
    }

    private static BehaviorEvent moved(BehaviorEvent event, Instant at, SplittableRandom random) {
        UUID id = new UUID(
                (random.nextLong() & ~0xF000L) | 0x4000L,
                (random.nextLong() & 0x3FFF_FFFF_FFFF_FFFFL) | Long.MIN_VALUE);
        return EventBuilder.event(id, at)
                .lead("a")
                .type(event.type())
                .category(event.category())
                .properties(event.properties())
                .build();
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
