package io.behavioranalytics;

import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.segment.MembershipChange;
import io.behavioranalytics.trigger.Skip;
import io.behavioranalytics.trigger.TriggerExecution;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a definition would have done. Examples are those of the subjects that come first by their ids, each in the order in which it
 * was decided; the same whatever the number of threads.
 *
 * @param key the definition's key
 * @param from the first instant that counts, or null for the beginning
 * @param to the last instant that was lived
 * @param complete false if it was cancelled: then it tells of the subjects lived so far
 * @param subjects how many subjects were lived
 * @param triggered what the trigger would have done; nothing for a segment
 * @param membership what the segment would have done; nothing for a trigger
 */
public record Simulation(
        String key,
        @Nullable Instant from,
        Instant to,
        boolean complete,
        long subjects,
        Triggered triggered,
        Membership membership) {
    /**
     * Firings, and what did not fire.
     *
     * @param fired how often it fired
     * @param firedFor for how many subjects
     * @param most how often for a single one
     * @param byDay firings by calendar day of the decision
     * @param skipped how often it woke and did not fire, or dropped an action, by reason
     * @param actions how many actions its firings planned
     * @param cancelled how many of them were cancelled before their instant
     * @param firings examples
     * @param skips examples
     * @param difference to the live version, by the instant and cause of each firing; null if there is none
     */
    public record Triggered(
            long fired,
            long firedFor,
            long most,
            SortedMap<LocalDate, Long> byDay,
            Map<Skip.Reason, Long> skipped,
            long actions,
            long cancelled,
            List<TriggerExecution> firings,
            List<Skip> skips,
            @Nullable Difference<TriggerExecution> difference) {
        /** Copies the collections. */
        public Triggered {
            byDay = Collections.unmodifiableSortedMap(new TreeMap<>(byDay));
            skipped = Collections.unmodifiableMap(new TreeMap<>(skipped));
            firings = List.copyOf(firings);
            skips = List.copyOf(skips);
        }
    }

    /**
     * Entries and exits.
     *
     * @param members how many subjects are in it at the end
     * @param entered how many entries
     * @param exited how many exits
     * @param enteredByDay entries by calendar day on which they came true
     * @param exitedByDay exits by calendar day on which they came true
     * @param changes examples
     * @param difference to the live version, by the members at the end; null if there is none
     */
    public record Membership(
            long members,
            long entered,
            long exited,
            SortedMap<LocalDate, Long> enteredByDay,
            SortedMap<LocalDate, Long> exitedByDay,
            List<MembershipChange> changes,
            @Nullable Difference<SubjectId> difference) {
        /** Copies the collections. */
        public Membership {
            enteredByDay = Collections.unmodifiableSortedMap(new TreeMap<>(enteredByDay));
            exitedByDay = Collections.unmodifiableSortedMap(new TreeMap<>(exitedByDay));
            changes = List.copyOf(changes);
        }
    }

    /**
     * What two versions have in common, and what not.
     *
     * @param both how many in both
     * @param onlyInDraft how many only in what was simulated
     * @param onlyInLive how many only in the live version, lived over the same history
     * @param draftExamples some of those only in what was simulated
     * @param liveExamples some of those only in the live version
     * @param <T> what is compared
     */
    public record Difference<T>(
            long both, long onlyInDraft, long onlyInLive, List<T> draftExamples, List<T> liveExamples) {
        /** Copies the examples. */
        public Difference {
            draftExamples = List.copyOf(draftExamples);
            liveExamples = List.copyOf(liveExamples);
        }
    }
}
