package io.behavioranalytics.proof;

import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.segment.SequencePattern;
import io.behavioranalytics.trigger.Skip;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * A sequence trigger for one lead, told from whole timelines (S14, S18): what came true on the timeline as it was known before an event
 * arrived, and what on the one with it; the difference fires, or is too old. An action stays pending until it is due.
 */
final class NaiveSequenceTrigger {
    private static final Duration MAX_AGE = Duration.ofHours(1);

    /** That the trigger came true by an event, or because nothing followed it. */
    private record Truth(BehaviorEvent event, Instant at) {}

    /** An action, and whether it is still to be carried out. */
    private static final class Pending {
        private final BehaviorEvent cause;
        private final Instant due;
        private String end = "DONE";

        Pending(BehaviorEvent cause, Instant due) {
            this.cause = cause;
            this.due = due;
        }
    }

    private final SequencePattern pattern;
    private final int mostEvents;
    private final Duration cooldown;
    private final Duration delay;
    private final List<BehaviorEvent> known = new ArrayList<>();
    private final List<Pending> pending = new ArrayList<>();
    private Set<Truth> decided = new LinkedHashSet<>();
    private Instant lastFiring;
    final List<String> log = new ArrayList<>();

    NaiveSequenceTrigger(SequencePattern pattern, int mostEvents, Duration cooldown, Duration delay) {
        this.pattern = pattern;
        this.mostEvents = mostEvents;
        this.cooldown = cooldown;
        this.delay = delay;
    }

    /** Decides without an event, which is the clock's turn. */
    void decide(Instant now) {
        decide(now, false);
    }

    /** Takes an event that arrives now, and decides. */
    void arrives(BehaviorEvent event, Instant now) {
        known.add(event);
        known.sort(NaiveIdentity.ORDER);
        decide(now, true);
    }

    /** The instants at which something may come true by the clock alone. */
    Set<Instant> expiries() {
        Set<Instant> instants = new LinkedHashSet<>();
        SequencePattern.Step last = last();
        if (last.negate()) {
            known.forEach(event -> instants.add(event.timestamp().plus(last.within())));
        }
        return instants;
    }

    private void decide(Instant now, boolean late) {
        Set<Truth> before = decided;
        Set<Truth> after = truths(now);
        for (Pending action : pending) {
            boolean open = action.end.equals("DONE") && action.due.isAfter(now);
            boolean stands = after.stream().anyMatch(truth -> truth.event().equals(action.cause) && holds(truth));
            if (open && !stands) {
                action.end = "CANCELLED";
            }
        }
        List<Truth> fresh = new ArrayList<>(after);
        fresh.removeAll(before);
        fresh.sort(Comparator.comparing(Truth::at));
        for (Truth truth : fresh) {
            boolean old = late && truth.at().isBefore(now.minus(MAX_AGE));
            if (old) {
                skip(truth, Skip.Reason.TOO_OLD);
            } else if (!holds(truth)) {
                skip(truth, Skip.Reason.CONDITION);
            } else if (lastFiring != null && Duration.between(lastFiring, now).compareTo(cooldown) < 0) {
                skip(truth, Skip.Reason.COOLDOWN);
            } else {
                lastFiring = now;
                pending.add(new Pending(truth.event(), now.plus(delay)));
                log.add("fired " + truth.at() + " at " + now + " by "
                        + truth.event().id());
            }
        }
        decided = after;
    }

    private void skip(Truth truth, Skip.Reason reason) {
        log.add("skipped " + truth.at() + " " + reason);
    }

    /** The condition: that so many events at the most have happened when it comes true. */
    private boolean holds(Truth truth) {
        long happened = known.stream()
                .filter(event -> last().negate()
                        ? !event.timestamp().isAfter(truth.at())
                        : NaiveIdentity.ORDER.compare(event, truth.event()) <= 0)
                .count();
        return happened <= mostEvents;
    }

    private Set<Truth> truths(Instant now) {
        Set<Truth> truths = new LinkedHashSet<>();
        for (int i = 0; i < known.size(); i++) {
            BehaviorEvent event = known.get(i);
            boolean completes = new NaiveSequences(pattern, known.subList(0, i + 1), true)
                    .exists(assigned -> assigned.get(assigned.size() - 1).equals(event));
            if (completes && new NaiveSequences(pattern, known, true).stayedAway(event, now)) {
                Duration wait = last().negate() ? last().within() : Duration.ZERO;
                truths.add(new Truth(event, event.timestamp().plus(wait)));
            }
        }
        return truths;
    }

    private SequencePattern.Step last() {
        return pattern.steps().get(pattern.steps().size() - 1);
    }

    /** The ends of the actions, by their causes. */
    List<String> ends() {
        return pending.stream()
                .map(action -> action.cause.id() + " " + action.end)
                .sorted()
                .toList();
    }

    /** Whether an event is the cause of a firing, for what a test has to know of coverage. */
    Set<UUID> causes() {
        Set<UUID> causes = new LinkedHashSet<>();
        pending.forEach(action -> causes.add(action.cause.id()));
        return causes;
    }
}
