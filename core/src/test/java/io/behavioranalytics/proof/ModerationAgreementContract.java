package io.behavioranalytics.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.Settings;
import io.behavioranalytics.action.Action;
import io.behavioranalytics.condition.Condition;
import io.behavioranalytics.condition.Operator;
import io.behavioranalytics.condition.Truth;
import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.Micros;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.json.InvalidDefinitionException;
import io.behavioranalytics.json.Violation;
import io.behavioranalytics.profile.NaiveProfile;
import io.behavioranalytics.profile.Profile;
import io.behavioranalytics.store.ActionRecord;
import io.behavioranalytics.store.ActionStatus;
import io.behavioranalytics.store.Store;
import io.behavioranalytics.trigger.Cancellation;
import io.behavioranalytics.trigger.Cap;
import io.behavioranalytics.trigger.Moderation;
import io.behavioranalytics.trigger.Skip;
import io.behavioranalytics.trigger.Trigger;
import io.behavioranalytics.trigger.TriggerDraft;
import io.behavioranalytics.trigger.TriggerExecution;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/**
 * Random triggers with every rule of moderation, and random lives across changes of the clocks: what fires, what is planned for when,
 * what is dropped and why, is what {@link NaiveModeration} says.
 */
public abstract class ModerationAgreementContract {
    private static final List<EventType> TYPES =
            List.of(EventType.QUOTE_REQUEST, EventType.FORM_ABANDON, EventType.PAGE_VIEW);
    private static final List<String> ZONES =
            List.of("America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC");
    private static final List<Instant> STARTS = List.of(
            Instant.parse("2025-03-07T12:00:00Z"),
            Instant.parse("2025-03-28T12:00:00Z"),
            Instant.parse("2025-04-04T00:00:00Z"),
            Instant.parse("2025-10-03T00:00:00Z"),
            Instant.parse("2025-10-24T12:00:00Z"),
            Instant.parse("2025-10-31T12:00:00Z"),
            Instant.parse("2024-12-29T00:00:00Z"));

    private final Map<Skip.Reason, Integer> seen = new EnumMap<>(Skip.Reason.class);
    private int firings;
    private int cancellations;
    private int rechecked;
    private final int lives;

    /**
     * Prepares the suite.
     *
     * @param lives how many lives are lived unless the system property says otherwise
     */
    protected ModerationAgreementContract(int lives) {
        this.lives = lives;
    }

    /**
     * Makes an empty store.
     *
     * @param storeClock the clock of leases and rates
     * @return the store; it is closed after one test
     */
    protected abstract Store createStore(InstantSource storeClock);

    @Test
    void every_rule_agrees_with_its_definition() {
        Seeds.forEach("moderation", lives, this::live);

        System.out.printf(
                "%d firings, %d cancelled actions, %d of them by a condition, skips %s%n",
                firings, cancellations, rechecked, seen);
        assertThat(firings).isGreaterThan(lives);
        assertThat(cancellations).isGreaterThan(lives / 10);
        assertThat(rechecked).isGreaterThan(lives / 20);
        // Few lives do not see what is rare.
        assertThat(seen.keySet())
                .contains(Skip.Reason.CAP, Skip.Reason.CONDITION, Skip.Reason.COOLDOWN, Skip.Reason.EXCLUSIVE_GROUP);
        if (lives >= 1_000) {
            assertThat(seen.keySet())
                    .contains(
                            Skip.Reason.MAX_PER_LEAD,
                            Skip.Reason.INACTIVE,
                            Skip.Reason.EXPIRED,
                            Skip.Reason.QUIET_HOURS,
                            Skip.Reason.CONDITION_UNKNOWN);
        }
    }

    /** A trigger that may fire: one of which all actions are due behind its last date is refused. */
    private static Trigger created(Host host, int number, SplittableRandom random, RandomModeration moderation) {
        while (true) {
            try {
                return host.analytics.triggers().create(draft(number, random, moderation));
            } catch (InvalidDefinitionException refused) {
                assertThat(refused.violations()).extracting(Violation::code).containsOnly("UNREACHABLE");
            }
        }
    }

    private void live(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Instant start = STARTS.get(random.nextInt(STARTS.size()));
        RandomModeration moderation = new RandomModeration(random, start);
        Settings settings = Settings.builder()
                .triggerCaps(moderation.caps(2, false).toArray(Cap[]::new))
                .triggerQuietHours(
                        random.nextInt(3) == 0 ? moderation.quietHours() : io.behavioranalytics.trigger.QuietHours.NONE)
                .zone(zone(random))
                .build();
        try (Host host = new Host(settings, this::createStore)) {
            host.clock.set(start);
            List<Trigger> triggers = new ArrayList<>();
            for (int i = random.nextInt(2, 7); i > 0; i--) {
                triggers.add(created(host, i, random, moderation));
            }
            Map<String, NaiveModeration> leads = new LinkedHashMap<>();
            Map<String, List<BehaviorEvent>> events = new HashMap<>();
            Instant now = start;
            for (int i = random.nextInt(10, 40); i > 0; i--) {
                now = now.plus(Duration.ofMinutes(random.nextInt(3) == 0 ? 0 : random.nextInt(700)))
                        .plusNanos(random.nextInt(3) * 1_000L);
                host.advanceTo(now);
                Instant until = now;
                leads.values().forEach(naive -> naive.settle(until));
                String lead = random.nextInt(4) == 0 ? "b" : "a";
                List<BehaviorEvent> past = events.computeIfAbsent(lead, any -> new ArrayList<>());
                happen(
                        host,
                        triggers,
                        random,
                        lead,
                        past,
                        leads.computeIfAbsent(
                                lead,
                                any -> new NaiveModeration(
                                        settings, (trigger, at) -> profileHolds(trigger, lead, past, at))),
                        now);
            }
            Instant end = now.plus(Duration.ofDays(40));
            host.advanceTo(end);
            leads.values().forEach(naive -> naive.settle(end));
            leads.forEach((lead, naive) -> compare(host, SubjectId.lead(lead), naive));
        }
    }

    private static boolean isOfEvent(Condition condition) {
        return condition.field().startsWith("properties");
    }

    /** Whether the conditions on the profile hold on the events that have happened. */
    private static boolean profileHolds(Trigger trigger, String lead, List<BehaviorEvent> past, Instant at) {
        Profile profile = new NaiveProfile(past, Micros.of(at)).profile(SubjectId.lead(lead));
        return trigger.conditions().stream()
                .filter(condition -> !isOfEvent(condition))
                .allMatch(condition ->
                        NaiveConditions.ofProfile(condition, NaiveProfile.field(profile, condition.field()), at)
                                == Truth.TRUE);
    }

    private static ZoneId zone(SplittableRandom random) {
        return ZoneId.of(ZONES.get(random.nextInt(ZONES.size())));
    }

    private static TriggerDraft draft(int number, SplittableRandom random, RandomModeration moderation) {
        TriggerDraft.Builder builder = TriggerDraft.builder(
                        "T" + number, TYPES.get(random.nextInt(random.nextInt(3) + 1)))
                .priority(random.nextInt(3))
                .cooldown(Duration.ofMinutes(random.nextBoolean() ? 0 : random.nextInt(3_000)));
        if (random.nextInt(3) == 0) {
            builder.when(Condition.of("properties.p", Operator.GREATER_THAN, 1L));
        }
        switch (random.nextInt(6)) {
            case 0 -> builder.when(Condition.of("totalEvents", Operator.LESS_OR_EQUAL, (long) random.nextInt(2, 30)));
            case 1 ->
                builder.when(Condition.of("engagementScore", Operator.GREATER_OR_EQUAL, (long) random.nextInt(1, 40)));
            case 2 -> builder.when(Condition.of("engagementScore", Operator.LESS_THAN, (long) random.nextInt(5, 60)));
            default -> {}
        }
        if (random.nextInt(3) == 0) {
            builder.cancelOn(EventType.FORM_SUBMIT);
        }
        Moderation rules = moderation.rules();
        Duration expiry = rules.expiresAfter();
        int most = expiry == null ? 2_880 : (int) Math.min(2_880, expiry.toMinutes());
        List<Integer> delays = new ArrayList<>();
        for (int i = random.nextInt(1, 4); i > 0; i--) {
            int delay = random.nextInt(3) == 0 ? 0 : random.nextInt(most);
            while (delays.contains(delay)) {
                delay = (delay + 1) % most; // a longer one would be refused
            }
            delays.add(delay);
            String channel = List.of("", "email", "sms").get(random.nextInt(3));
            builder.action(new Action(
                    null,
                    "note",
                    channel.isEmpty() ? Map.of() : Map.of("channel", channel),
                    Duration.ofMinutes(delay)));
        }
        TriggerDraft draft = builder.build();
        return new TriggerDraft(
                draft.key(),
                draft.name(),
                null,
                draft.event(),
                draft.status(),
                draft.conditions(),
                draft.actions(),
                List.of(),
                draft.cooldown(),
                draft.priority(),
                draft.cancelOn(),
                false,
                rules);
    }

    private static void happen(
            Host host,
            List<Trigger> triggers,
            SplittableRandom random,
            String lead,
            List<BehaviorEvent> past,
            NaiveModeration naive,
            Instant now) {
        EventType type = random.nextInt(6) == 0 ? EventType.FORM_SUBMIT : TYPES.get(random.nextInt(TYPES.size()));
        Map<String, Object> context = Map.of();
        if (random.nextInt(4) == 0) {
            ZoneId moved = zone(random);
            context = Map.of("timezone", moved.getId());
            naive.livesIn(moved);
        } else if (random.nextInt(8) == 0) {
            context = Map.of("timezone", "Europe/Nowhere");
        }
        Object property = List.of(2L, 1L, "2", "none").get(random.nextInt(4));
        BehaviorEvent event = new BehaviorEvent(
                new RandomTimelines(random).id(),
                null,
                lead,
                null,
                past.size(), // of what happens at one instant, in the order in which it comes
                type,
                RandomTimelines.category(type),
                now,
                "web",
                Map.of(),
                property.equals("none") ? Map.of() : Map.of("p", property),
                context,
                null,
                Map.of(),
                false);
        past.add(event);
        List<NaiveModeration.Woken> woken = new ArrayList<>();
        for (Trigger trigger : triggers) {
            if (trigger.cancelOn().contains(type)) {
                naive.cancel(trigger, now);
            }
            if (trigger.event().equals(new io.behavioranalytics.trigger.TriggerEvent.Happened(type))) {
                boolean asks = trigger.conditions().stream().anyMatch(ModerationAgreementContract::isOfEvent);
                Boolean holds =
                        (!asks || property.equals(2L)) ? Boolean.TRUE : (property.equals("2") ? null : Boolean.FALSE);
                woken.add(new NaiveModeration.Woken(trigger, holds));
            }
        }
        naive.happen(woken, now);
        host.analytics.track(World.request(event));
    }

    private void compare(Host host, SubjectId subject, NaiveModeration naive) {
        Map<UUID, ActionRecord> actions = new HashMap<>();
        for (ActionStatus status : ActionStatus.values()) {
            host.actions(status).forEach(record -> actions.put(record.action().id(), record));
        }
        List<String> fired = new ArrayList<>();
        List<String> cancelled = new ArrayList<>();
        for (TriggerExecution execution : host.store.ledger().executions(null, subject, 1_000_000)) {
            List<String> instants = new ArrayList<>();
            for (UUID id : execution.actions()) {
                ActionRecord record = actions.get(id);
                instants.add(record.action().dueAt().toString());
                assertThat(record.status()).isIn(ActionStatus.DONE, ActionStatus.CANCELLED);
                if (record.status() == ActionStatus.CANCELLED) {
                    cancelled.add(execution.triggerKey() + " " + record.action().dueAt() + " " + record.cancellation());
                    rechecked += record.cancellation() == Cancellation.Reason.CONDITION ? 1 : 0;
                }
            }
            fired.add(execution.triggerKey() + " " + execution.executedAt() + " " + instants);
        }
        List<String> skipped = new ArrayList<>();
        for (Skip skip : host.store.ledger().skips(null, subject, 1_000_000)) {
            skipped.add(skip.triggerKey() + " " + skip.decidedAt() + " " + skip.reason());
            seen.merge(skip.reason(), 1, Integer::sum);
        }
        assertThat(fired)
                .as("%s, skipped %s", host.analytics.triggers().list(), naive.skipped)
                .isEqualTo(naive.fired);
        assertThat(skipped).containsExactlyInAnyOrderElementsOf(naive.skipped);
        assertThat(cancelled)
                .containsExactlyInAnyOrderElementsOf(naive.planned().stream()
                        .filter(action -> action.cancelled)
                        .map(action -> action.trigger.key() + " " + action.at + " " + action.reason)
                        .toList());
        firings += fired.size();
        cancellations += cancelled.size();
    }
}
