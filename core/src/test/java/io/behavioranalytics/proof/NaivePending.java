package io.behavioranalytics.proof;

import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.Category;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.SubjectId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * What two kinds of triggers do for subjects among whom events move, told from all events anew at each decision (S5, S11, S18): one
 * fires for each event of a type, the other for each event of a type that none of some others followed. Neither has a cooldown.
 */
final class NaivePending {
    private static final Duration MAX_AGE = Duration.ofHours(1);

    /**
     * A trigger.
     *
     * @param key its key
     * @param type of what happens or of what nothing follows; null for any, which only a silence may have
     * @param unless what must not follow, empty for any; null if the event itself is all
     * @param within how long nothing may follow; null if the event itself is all
     * @param delay of its action
     */
    record Rule(String key, EventType type, List<EventType> unless, Duration within, Duration delay) {
        boolean isOfSilence() {
            return within != null;
        }

        private boolean concerns(BehaviorEvent event) {
            return event.category() != Category.SYSTEM && (type == null || type.equals(event.type()));
        }

        private boolean isPreventedBy(BehaviorEvent event) {
            return event.category() != Category.SYSTEM && (unless.isEmpty() || unless.contains(event.type()));
        }

        private Instant truth(BehaviorEvent event) {
            return isOfSilence() ? event.timestamp().plus(within) : event.timestamp();
        }
    }

    /** A firing and what became of its action. */
    private static final class Firing {
        private final Rule rule;
        private final BehaviorEvent cause;
        private final Instant at;
        private final SubjectId subject;
        private SubjectId owner;
        private String end = "PENDING";

        Firing(Rule rule, BehaviorEvent cause, Instant at, SubjectId subject) {
            this.rule = rule;
            this.cause = cause;
            this.at = at;
            this.subject = subject;
            this.owner = subject;
        }

        private Instant due() {
            return at.plus(rule.delay());
        }
    }

    /** What a rule has to say of an event. */
    private record Question(Rule rule, UUID eventId) {}

    private final List<Rule> rules;
    private final List<BehaviorEvent> known = new ArrayList<>();
    private final List<Firing> firings = new ArrayList<>();
    private final Set<Question> asked = new HashSet<>();
    private final Set<Question> prevented = new HashSet<>();
    /** What was too old to fire. */
    final List<String> tooOld = new ArrayList<>();
    /** Firings and skips that may be, or may not: by the event, and by the instant. */
    final Set<String> possible = new LinkedHashSet<>();

    NaivePending(List<Rule> rules) {
        this.rules = rules;
    }

    /** Takes an event that arrives now, and decides. */
    void arrives(BehaviorEvent event, Instant now) {
        known.add(event);
        decide(now);
    }

    List<BehaviorEvent> known() {
        return known;
    }

    /** The instants behind now at which the clock alone may bring something. */
    Set<Instant> marks(Instant now) {
        Set<Instant> marks = new LinkedHashSet<>();
        for (BehaviorEvent event : known) {
            marks.add(event.timestamp());
            rules.stream().filter(rule -> rule.concerns(event)).forEach(rule -> marks.add(rule.truth(event)));
        }
        marks.removeIf(mark -> !mark.isAfter(now));
        return marks;
    }

    /** Decides: where what is pending goes, and then what fires. */
    void decide(Instant now) {
        Map<SubjectId, List<BehaviorEvent>> timelines = NaiveIdentity.timelines(known, now);
        firings.stream().filter(firing -> firing.end.equals("PENDING")).forEach(firing -> go(firing, timelines, now));
        timelines.forEach((subject, events) -> {
            for (Rule rule : rules) {
                for (BehaviorEvent event : events) {
                    if (rule.concerns(event) && !rule.truth(event).isAfter(now)) {
                        ask(rule, event, subject, events, now);
                    }
                }
            }
        });
    }

    private void go(Firing firing, Map<SubjectId, List<BehaviorEvent>> timelines, Instant now) {
        SubjectId owner = owner(firing.cause, timelines);
        if (!firing.due().isAfter(now)) {
            firing.end = "DONE";
        } else if (!owner.equals(firing.owner) && firing.owner.isLead()) {
            firing.end = "UNLINKED";
        } else {
            firing.owner = owner;
            if (!holds(firing.rule, firing.cause, timelines.get(owner), now)) {
                firing.end = "SUPERSEDED";
            }
        }
    }

    private static SubjectId owner(BehaviorEvent event, Map<SubjectId, List<BehaviorEvent>> timelines) {
        return timelines.entrySet().stream()
                .filter(entry -> entry.getValue().contains(event))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow();
    }

    private static boolean holds(Rule rule, BehaviorEvent event, List<BehaviorEvent> events, Instant now) {
        return !rule.isOfSilence()
                || events.stream()
                        .noneMatch(other -> rule.isPreventedBy(other)
                                && !other.timestamp().isAfter(now)
                                && other.timestamp().isAfter(event.timestamp())
                                && !other.timestamp().isAfter(rule.truth(event)));
    }

    private void ask(Rule rule, BehaviorEvent event, SubjectId subject, List<BehaviorEvent> events, Instant now) {
        Question question = new Question(rule, event.id());
        boolean first = asked.add(question);
        boolean holds = holds(rule, event, events, now);
        if (first && holds && rule.truth(event).isBefore(now.minus(MAX_AGE))) {
            tooOld.add(rule.key() + " " + rule.truth(event));
        } else if (first && holds) {
            firings.add(new Firing(rule, event, now, subject));
        } else if (first) {
            prevented.add(question);
        } else if (holds && prevented.remove(question)) {
            // What had followed has gone to somebody else. Whether that is found depends on when the subject was
            // decided last.
            possible.add(rule.key() + " " + event.id());
            possible.add(rule.key() + " " + rule.truth(event));
        }
    }

    /** The firings, each with its action's end and owner. */
    List<String> told() {
        return firings.stream()
                .map(firing -> firing.rule.key() + " " + firing.cause.id() + " at " + firing.at + " for "
                        + firing.subject + ": " + firing.end + " of " + firing.owner)
                .toList();
    }

    /** How many actions went over to another subject. */
    long adopted() {
        return firings.stream()
                .filter(firing -> !firing.owner.equals(firing.subject))
                .count();
    }
}
