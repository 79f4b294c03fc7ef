package io.behavioranalytics.decision;

import io.behavioranalytics.action.Action;
import io.behavioranalytics.condition.Explanation;
import io.behavioranalytics.condition.Reading;
import io.behavioranalytics.condition.SeenCount;
import io.behavioranalytics.condition.Truth;
import io.behavioranalytics.condition.Verdict;
import io.behavioranalytics.event.Micros;
import io.behavioranalytics.trigger.Cap;
import io.behavioranalytics.trigger.CausalDepth;
import io.behavioranalytics.trigger.Channel;
import io.behavioranalytics.trigger.QuietHours;
import io.behavioranalytics.trigger.Skip;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What the moderation of a trigger says to one moment: its dates, how often it has fired, the slots of its caps, quiet hours and
 * expiries. Whether it fires is not decided here; this shows what was seen, and when to look again.
 */
final class ModerationInquiry {
    private final CompiledTrigger trigger;
    private final SubjectMemory memory;
    private final ZoneId zone;
    private final long cameTrue;
    private final long decidedAt;

    ModerationInquiry(CompiledTrigger trigger, SubjectMemory memory, ZoneId zone, long cameTrue, long decidedAt) {
        this.trigger = trigger;
        this.memory = memory;
        this.zone = zone;
        this.cameTrue = cameTrue;
        this.decidedAt = decidedAt;
    }

    /** What is asked whatever the reason: the dates, where it has some, and how often it has fired, where that is limited. */
    List<Explanation> asked() {
        List<Explanation> parts = new ArrayList<>();
        if (trigger.start() != Micros.ALWAYS || trigger.end() != Micros.NEVER) {
            parts.add(dates());
        }
        Integer most = trigger.trigger().moderation().maxPerLead();
        if (most != null) {
            SubjectMemory.Firing last = memory.firing(trigger.trigger().id());
            SeenCount seen = SeenCount.of(last == null ? 0 : last.count());
            Reading reading = Reading.of(
                            "firings of the trigger",
                            seen,
                            value -> Truth.of(value instanceof SeenCount count && count.certain() < most))
                    .or(List.of(SeenCount.of(most - 1L), SeenCount.of(most)))
                    .measuredBy(value -> seen.stepsTo(SeenCount.from(value)));
            parts.add(Explanation.leaf(
                    Verdict.constant(Truth.of(seen.certain() < most)),
                    "fewer firings than maxPerLead " + most,
                    reading,
                    List.of()));
        }
        return parts;
    }

    private Explanation dates() {
        boolean inside = cameTrue >= trigger.start() && decidedAt < trigger.end();
        long until = inside ? trigger.end() : cameTrue < trigger.start() ? trigger.start() : Micros.NEVER;
        String words = (trigger.start() == Micros.ALWAYS ? "" : " from " + Micros.toInstant(trigger.start()))
                + (trigger.end() == Micros.NEVER ? "" : " until " + Micros.toInstant(trigger.end()));
        Reading reading = Reading.of(
                        "its dates", inside ? "inside" : "outside", value -> Truth.of("inside".equals(value)))
                .or(List.of("inside"));
        return Explanation.leaf(new Verdict(Truth.of(inside), until), "within its dates" + words, reading, List.of());
    }

    /** What stands in the tree for a reason that left no action; null where a leaf of its own tells it. */
    @Nullable
    Explanation beyond(Skip.Reason reason) {
        return switch (reason) {
            // They have leaves of their own, also where they hold.
            case CONDITION, CONDITION_UNKNOWN, TARGET_SEGMENT, COOLDOWN, MAX_PER_LEAD, INACTIVE -> null;
            case TOO_OLD ->
                no(
                        "it came true longer ago than late events or late timers may act",
                        "age",
                        "too old",
                        "recent",
                        Micros.NEVER);
            case CAP -> no("an action within its caps", "caps", slots(), "free slots", nextFreed());
            case QUIET_HOURS ->
                no(
                        "quiet hours end before an action expires",
                        "end of the quiet hours " + trigger.quietHours() + " in " + zone,
                        quietEnds(),
                        "earlier",
                        nextPlan());
            case EXPIRED ->
                no(
                        "an action is due before it expires",
                        "expiry of the actions",
                        String.valueOf(trigger.trigger().moderation().expiryOf(Micros.toInstant(decidedAt))),
                        "later",
                        Micros.NEVER);
            case DEPTH ->
                no("at most " + CausalDepth.MOST + " effects deep", "depth", "too deep", "less deep", Micros.NEVER);
            case EXCLUSIVE_GROUP ->
                no(
                        "first of its exclusive group "
                                + trigger.trigger().moderation().exclusiveGroup(),
                        "another of the group",
                        "fires",
                        "does not fire",
                        Micros.NEVER);
        };
    }

    private static Explanation no(String clause, String input, String seen, String needed, long until) {
        Reading reading =
                Reading.of(input, seen, value -> Truth.of(needed.equals(value))).or(List.of(needed));
        return Explanation.leaf(new Verdict(Truth.FALSE, until), clause, reading, List.of());
    }

    /** Each cap with the slots that are taken of it. */
    private String slots() {
        List<String> words = new ArrayList<>();
        for (Reservations.Rule rule : trigger.caps()) {
            if (trigger.trigger().actions().stream()
                    .anyMatch(action -> rule.counts(trigger.trigger().id(), Channel.of(action)))) {
                List<Instant> taken = taken(rule);
                words.add(rule.cap() + ": " + taken.size() + " taken"
                        + (taken.isEmpty() ? "" : ", the last for " + taken.get(taken.size() - 1)));
            }
        }
        return String.join("; ", words);
    }

    private List<Instant> taken(Reservations.Rule rule) {
        return memory.reservations().slots().stream()
                .filter(rule::counts)
                .map(slot -> Micros.toInstant(slot.at()))
                .sorted()
                .toList();
    }

    /** The planned instant of each action that reaches somebody, were it decided at an instant. */
    private long planned(Action action, long decided) {
        Instant due = Micros.toInstant(decided).plus(action.delay());
        boolean held = !trigger.quietHours().equals(QuietHours.NONE) && !Channel.isCoreEffect(action);
        return Micros.of(held ? trigger.quietHours().endFrom(due, zone) : due);
    }

    /** The next instant at which a cap may have a slot again: where a plan leaves the reach of a slot that is taken. */
    private long nextFreed() {
        TreeSet<Long> instants = new TreeSet<>();
        for (Action action : trigger.trigger().actions()) {
            long delay = Plan.micros(action.delay());
            for (Reservations.Rule rule : trigger.caps()) {
                for (Reservations.Slot slot : memory.reservations().slots()) {
                    if (rule.counts(slot)) {
                        instants.add(freed(rule.cap(), slot.at()) - delay);
                    }
                }
            }
        }
        Long next = instants.higher(decidedAt);
        return Math.min(next == null ? Micros.NEVER : next, nextPlan());
    }

    /** The first instant whose plan a taken slot does not hinder any more. */
    private long freed(Cap cap, long at) {
        Duration last = cap.last();
        if (last != null) {
            return Micros.plus(at, Plan.micros(last));
        }
        long stretch = cap.stretchOf(at, zone);
        long inside = at;
        long outside = at + Plan.micros(Duration.ofDays(40));
        while (outside - inside > 1) {
            long middle = inside + (outside - inside) / 2;
            if (cap.stretchOf(middle, zone) == stretch) {
                inside = middle;
            } else {
                outside = middle;
            }
        }
        return outside;
    }

    private String quietEnds() {
        return trigger.trigger().actions().stream()
                .map(action -> Micros.toInstant(planned(action, decidedAt)).toString())
                .distinct()
                .reduce((one, other) -> one + ", " + other)
                .orElse("none");
    }

    /** The next instant at which quiet hours begin or end for an action: from there on it is planned otherwise. */
    private long nextPlan() {
        if (trigger.quietHours().equals(QuietHours.NONE)) {
            return Micros.NEVER;
        }
        long next = Micros.NEVER;
        for (Action action : trigger.trigger().actions()) {
            if (Channel.isCoreEffect(action)) {
                continue;
            }
            long delay = Plan.micros(action.delay());
            boolean held = planned(action, decidedAt) != decidedAt + delay;
            if (held) {
                next = Math.min(next, planned(action, decidedAt) - delay);
            } else {
                next = Math.min(next, nextHeld(action));
            }
        }
        return next > decidedAt ? next : Micros.NEVER;
    }

    /** The first instant of which an action is held, found between two that are a minute apart. */
    private long nextHeld(Action action) {
        long step = Plan.micros(Duration.ofMinutes(1));
        long delay = Plan.micros(action.delay());
        long free = decidedAt;
        for (int i = 0; i < 2 * 24 * 60; i++) {
            long ahead = free + step;
            if (planned(action, ahead) != ahead + delay) {
                long inside = ahead;
                while (inside - free > 1) {
                    long middle = free + (inside - free) / 2;
                    if (planned(action, middle) != middle + delay) {
                        inside = middle;
                    } else {
                        free = middle;
                    }
                }
                return inside;
            }
            free = ahead;
        }
        return Micros.NEVER;
    }
}
