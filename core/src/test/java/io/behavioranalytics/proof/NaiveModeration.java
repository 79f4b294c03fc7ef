package io.behavioranalytics.proof;

import io.behavioranalytics.Settings;
import io.behavioranalytics.action.Action;
import io.behavioranalytics.trigger.Cancellation;
import io.behavioranalytics.trigger.Cap;
import io.behavioranalytics.trigger.Moderation;
import io.behavioranalytics.trigger.QuietHours;
import io.behavioranalytics.trigger.Recheck;
import io.behavioranalytics.trigger.Skip;
import io.behavioranalytics.trigger.Trigger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/** The rules of moderation for one lead, as a reader of the design would write them down: slow, and without any shortcut. */
final class NaiveModeration {
    /** An action that was scheduled. */
    static final class Planned {
        final Trigger trigger;
        final @Nullable String channel;
        final Instant firedAt;
        final Instant at;
        Instant begins;
        boolean begun;
        boolean cancelled;
        Cancellation.@Nullable Reason reason;
        /** A slot is not returned once its instant has come: the decision that cancels cannot know whether the action ran. */
        boolean keepsSlot;

        Planned(Trigger trigger, @Nullable String channel, Instant firedAt, Instant at) {
            this.trigger = trigger;
            this.channel = channel;
            this.firedAt = firedAt;
            this.at = at;
            this.begins = at;
        }
    }

    /** A trigger that its event woke, and what its conditions on the event say: true, false or unknown (null). */
    record Woken(Trigger trigger, @Nullable Boolean holds) {}

    private final Settings settings;
    private final BiPredicate<Trigger, Instant> profile;
    private final List<Planned> planned = new ArrayList<>();
    final List<String> fired = new ArrayList<>();
    final List<String> skipped = new ArrayList<>();
    private final List<Fired> firings = new ArrayList<>();
    private ZoneId zone;

    private record Fired(Trigger trigger, Instant at) {}

    /**
     * Prepares.
     *
     * @param settings of the host
     * @param profile whether the conditions of a trigger on the profile hold at an instant
     */
    NaiveModeration(Settings settings, BiPredicate<Trigger, Instant> profile) {
        this.settings = settings;
        this.profile = profile;
        this.zone = settings.zone();
    }

    List<Planned> planned() {
        return planned;
    }

    void livesIn(ZoneId zone) {
        this.zone = zone;
    }

    private static void cancel(Planned action, Cancellation.Reason reason) {
        action.cancelled = true;
        action.reason = reason;
    }

    /**
     * Begins what is due, if its conditions are to be asked again and hold; where the lead has moved, it may be quiet there, and what waits
     * for too long is cancelled.
     */
    void settle(Instant now) {
        for (Planned action : planned) {
            while (!action.cancelled && !action.begun && !action.begins.isAfter(now)) {
                Instant free = free(action.trigger, action.begins);
                Moderation rules = action.trigger.moderation();
                if (free.equals(action.begins)) {
                    action.begun = rules.recheck() == Recheck.AT_TRIGGER || profile.test(action.trigger, action.begins);
                    if (!action.begun) {
                        cancel(action, Cancellation.Reason.CONDITION);
                    }
                } else if (isExpired(rules, action.firedAt, free)) {
                    cancel(action, Cancellation.Reason.EXPIRED);
                } else {
                    action.begins = free;
                }
            }
        }
    }

    /** The first instant from one on at which it is not quiet where the lead lives now. */
    private Instant free(Trigger trigger, Instant from) {
        QuietHours own = trigger.moderation().quietHours();
        QuietHours quiet = own == null ? settings.triggerQuietHours() : own;
        Instant at = from;
        while (isQuiet(quiet, at.atZone(zone).toLocalTime())) {
            at = at.truncatedTo(ChronoUnit.MINUTES).plus(1, ChronoUnit.MINUTES);
        }
        return at;
    }

    /** Whatever is not done yet is cancelled. */
    void cancel(Trigger trigger, Instant now) {
        for (Planned action : planned) {
            if (action.trigger.id().equals(trigger.id()) && !action.begun && action.begins.isAfter(now)) {
                cancel(action, Cancellation.Reason.CANCEL_ON);
                action.keepsSlot = !action.at.isAfter(now);
            }
        }
    }

    void happen(List<Woken> woken, Instant now) {
        List<Woken> left = new ArrayList<>(woken);
        left.sort(Comparator.<Woken>comparingInt(one -> -one.trigger().priority())
                .thenComparing(one -> one.trigger().id()));
        while (!left.isEmpty()) {
            Woken first = left.remove(0);
            String group = first.trigger().moderation().exclusiveGroup();
            List<Woken> together = new ArrayList<>(List.of(first));
            if (group != null) {
                for (Woken other : List.copyOf(left)) {
                    if (group.equals(other.trigger().moderation().exclusiveGroup())) {
                        together.add(other);
                        left.remove(other);
                    }
                }
            }
            decide(together, now);
        }
    }

    private void decide(List<Woken> together, Instant now) {
        List<Woken> able = new ArrayList<>();
        for (Woken one : together) {
            if (blockedBy(one, now) != null) {
                skip(one.trigger(), now, Objects.requireNonNull(blockedBy(one, now)));
            } else if (actions(one.trigger(), now, new LinkedHashSet<>()).isEmpty()) {
                Set<Skip.Reason> why = new LinkedHashSet<>();
                actions(one.trigger(), now, why);
                why.forEach(reason -> skip(one.trigger(), now, reason));
            } else {
                able.add(one);
            }
        }
        for (int i = 0; i < able.size(); i++) {
            if (i > 0) {
                skip(able.get(i).trigger(), now, Skip.Reason.EXCLUSIVE_GROUP);
            } else {
                Trigger trigger = able.get(0).trigger();
                Set<Skip.Reason> why = new LinkedHashSet<>();
                List<Planned> actions = actions(trigger, now, why);
                why.forEach(reason -> skip(trigger, now, reason));
                planned.addAll(actions);
                firings.add(new Fired(trigger, now));
                fired.add(trigger.key() + " " + now + " "
                        + actions.stream().map(action -> action.at.toString()).toList());
            }
        }
    }

    private void skip(Trigger trigger, Instant now, Skip.Reason reason) {
        skipped.add(trigger.key() + " " + now + " " + reason);
    }

    private Skip.@Nullable Reason blockedBy(Woken woken, Instant now) {
        Moderation rules = woken.trigger().moderation();
        if (rules.startDate() != null && now.isBefore(rules.startDate())) {
            return Skip.Reason.INACTIVE;
        }
        if (rules.endDate() != null && !now.isBefore(rules.endDate())) {
            return Skip.Reason.INACTIVE;
        }
        boolean asked = rules.recheck() != Recheck.AT_EXECUTION;
        if (Boolean.FALSE.equals(woken.holds()) || (asked && !profile.test(woken.trigger(), now))) {
            return Skip.Reason.CONDITION;
        }
        if (woken.holds() == null) {
            return Skip.Reason.CONDITION_UNKNOWN;
        }
        List<Instant> before = firings.stream()
                .filter(one -> one.trigger().id().equals(woken.trigger().id()))
                .map(Fired::at)
                .toList();
        for (Instant at : before) {
            if (Duration.between(at, now).compareTo(woken.trigger().cooldown()) < 0) {
                return Skip.Reason.COOLDOWN;
            }
        }
        return rules.maxPerLead() != null && before.size() >= rules.maxPerLead() ? Skip.Reason.MAX_PER_LEAD : null;
    }

    private List<Planned> actions(Trigger trigger, Instant now, Set<Skip.Reason> why) {
        Moderation rules = trigger.moderation();
        List<Planned> left = new ArrayList<>();
        for (Action action : trigger.actions()) {
            Instant due = now.plus(action.delay());
            Instant at = free(trigger, due);
            if (isExpired(rules, now, at)) {
                why.add(isExpired(rules, now, due) ? Skip.Reason.EXPIRED : Skip.Reason.QUIET_HOURS);
                continue;
            }
            Planned candidate =
                    new Planned(trigger, (String) action.parameters().get("channel"), now, at);
            if (isOver(candidate, left)) {
                why.add(Skip.Reason.CAP);
            } else {
                left.add(candidate);
            }
        }
        return left;
    }

    private static boolean isQuiet(QuietHours quiet, LocalTime time) {
        int from = quiet.from().toSecondOfDay();
        int to = quiet.to().toSecondOfDay();
        int at = time.toSecondOfDay();
        return from <= to ? from <= at && at < to : at >= from || at < to;
    }

    private static boolean isExpired(Moderation rules, Instant now, Instant at) {
        return (rules.endDate() != null && !at.isBefore(rules.endDate()))
                || (rules.expiresAt() != null && !at.isBefore(rules.expiresAt()))
                || (rules.expiresAfter() != null && !at.isBefore(now.plus(rules.expiresAfter())));
    }

    private boolean isOver(Planned candidate, List<Planned> beside) {
        List<Planned> all = new ArrayList<>(
                planned.stream().filter(one -> !one.cancelled || one.keepsSlot).toList());
        all.addAll(beside);
        all.add(candidate);
        for (Cap cap : candidate.trigger.moderation().caps()) {
            if (cap.channel() != null && !cap.channel().equals(candidate.channel)) {
                continue;
            }
            List<Instant> counted = all.stream()
                    .filter(one -> one.trigger.id().equals(candidate.trigger.id()))
                    .filter(one -> cap.channel() == null || cap.channel().equals(one.channel))
                    .map(one -> one.at)
                    .toList();
            if (isOver(cap, candidate.at, counted)) {
                return true;
            }
        }
        for (Cap cap : settings.triggerCaps()) {
            if (candidate.channel == null
                    || (cap.channel() != null && !cap.channel().equals(candidate.channel))) {
                continue;
            }
            List<Instant> counted = all.stream()
                    .filter(one -> one.channel != null)
                    .filter(one -> cap.channel() == null || cap.channel().equals(one.channel))
                    .map(one -> one.at)
                    .toList();
            if (isOver(cap, candidate.at, counted)) {
                return true;
            }
        }
        return false;
    }

    /** Whether some stretch that contains an instant holds too many; the instant itself is among those counted. */
    private boolean isOver(Cap cap, Instant at, List<Instant> counted) {
        Duration last = cap.last();
        if (last != null) {
            // A window that holds the most ends with one of them.
            for (Instant end : counted) {
                boolean contains = !at.isAfter(end) && at.isAfter(end.minus(last));
                long inside = counted.stream()
                        .filter(one -> !one.isAfter(end) && one.isAfter(end.minus(last)))
                        .count();
                if (contains && inside > cap.max()) {
                    return true;
                }
            }
            return false;
        }
        return counted.stream()
                        .filter(one -> first(cap, one).equals(first(cap, at)))
                        .count()
                > cap.max();
    }

    /** The first date of the day, week or month. */
    private LocalDate first(Cap cap, Instant at) {
        LocalDate date = at.atZone(zone).toLocalDate();
        return switch (Objects.requireNonNull(cap.calendar())) {
            case DAY -> date;
            case WEEK -> date.minusDays(date.getDayOfWeek().getValue() - 1L);
            case MONTH -> date.withDayOfMonth(1);
        };
    }
}
