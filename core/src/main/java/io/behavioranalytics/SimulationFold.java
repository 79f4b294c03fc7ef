package io.behavioranalytics;

import io.behavioranalytics.Simulation.Difference;
import io.behavioranalytics.Simulation.Membership;
import io.behavioranalytics.Simulation.Triggered;
import io.behavioranalytics.decision.Rehearsal;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.segment.MembershipChange;
import io.behavioranalytics.trigger.Skip;
import io.behavioranalytics.trigger.TriggerCause;
import io.behavioranalytics.trigger.TriggerExecution;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What a simulation counts, subject by subject. Two of them merge into what one would have counted. Not thread-safe. */
final class SimulationFold {
    private final UUID id;
    private final SimulationQuery query;
    private final boolean compares;

    private long subjects;
    private boolean complete = true;
    private long fired;
    private long firedFor;
    private long most;
    private long actions;
    private long cancelled;
    private final SortedMap<LocalDate, Long> byDay = new TreeMap<>();
    private final Map<Skip.Reason, Long> skipped = new EnumMap<>(Skip.Reason.class);
    private long members;
    private long entered;
    private long exited;
    private final SortedMap<LocalDate, Long> enteredByDay = new TreeMap<>();
    private final SortedMap<LocalDate, Long> exitedByDay = new TreeMap<>();
    private final long[] firings = new long[3];
    private final long[] memberships = new long[3];
    private final Examples<TriggerExecution> fireExamples;
    private final Examples<Skip> skipExamples;
    private final Examples<MembershipChange> changeExamples;
    private final Examples<TriggerExecution> draftFirings;
    private final Examples<TriggerExecution> liveFirings;
    private final Examples<SubjectId> draftMembers;
    private final Examples<SubjectId> liveMembers;

    /** The first examples by subject. */
    private static final class Examples<T> {
        private final int most;
        private final NavigableMap<SubjectId, List<T>> bySubject = new TreeMap<>();
        private int size;

        Examples(int most) {
            this.most = most;
        }

        void add(SubjectId subject, List<T> found) {
            if (found.isEmpty() || most == 0) {
                return;
            }
            List<T> kept = List.copyOf(found.subList(0, Math.min(most, found.size())));
            bySubject.put(subject, kept);
            size += kept.size();
            Map.Entry<SubjectId, List<T>> last = bySubject.lastEntry();
            while (last != null && size - last.getValue().size() >= most) {
                size -= last.getValue().size();
                bySubject.pollLastEntry();
                last = bySubject.lastEntry();
            }
        }

        void merge(Examples<T> other) {
            other.bySubject.forEach(this::add);
        }

        List<T> list() {
            List<T> all = new ArrayList<>();
            bySubject.values().forEach(all::addAll);
            return all.size() <= most ? all : all.subList(0, most);
        }
    }

    /** What makes firings of two versions the same. */
    private record Occasion(Instant cameTrueAt, TriggerCause cause) {}

    /**
     * @param id the definition
     * @param compares whether the live version is lived too
     */
    SimulationFold(UUID id, SimulationQuery query, boolean compares) {
        this.id = id;
        this.query = query;
        this.compares = compares;
        this.fireExamples = new Examples<>(query.sample());
        this.skipExamples = new Examples<>(query.sample());
        this.changeExamples = new Examples<>(query.sample());
        this.draftFirings = new Examples<>(query.sample());
        this.liveFirings = new Examples<>(query.sample());
        this.draftMembers = new Examples<>(query.sample());
        this.liveMembers = new Examples<>(query.sample());
    }

    SimulationFold another() {
        return new SimulationFold(id, query, compares);
    }

    void add(SubjectId subject, Rehearsal.Outcome draft, Rehearsal.@Nullable Outcome live) {
        if (!draft.complete() || (live != null && !live.complete())) {
            complete = false;
            return; // half a life says nothing
        }
        subjects++;
        List<TriggerExecution> executions = executions(draft);
        List<Skip> skips = draft.skips().stream()
                .filter(skip -> skip.triggerId().equals(id) && counts(skip.decidedAt()))
                .toList();
        fired += executions.size();
        firedFor += executions.isEmpty() ? 0 : 1;
        most = Math.max(most, executions.size());
        executions.forEach(execution -> count(byDay, execution.executedAt()));
        skips.forEach(skip -> skipped.merge(skip.reason(), 1L, Long::sum));
        Set<UUID> planned = new HashSet<>();
        executions.forEach(execution -> planned.addAll(execution.actions()));
        actions += planned.size();
        cancelled += draft.cancelled().stream()
                .filter(cancellation -> planned.contains(cancellation.actionId()))
                .count();
        fireExamples.add(subject, executions);
        skipExamples.add(subject, skips);

        List<MembershipChange> changes = draft.memberships().stream()
                .filter(change -> change.segmentId().equals(id) && counts(change.effectiveAt()))
                .toList();
        for (MembershipChange change : changes) {
            count(change.entered() ? enteredByDay : exitedByDay, change.effectiveAt());
            entered += change.entered() ? 1 : 0;
            exited += change.entered() ? 0 : 1;
        }
        boolean member = isMember(draft);
        members += member ? 1 : 0;
        changeExamples.add(subject, changes);
        if (live != null) {
            compare(subject, executions, executions(live));
            boolean liveMember = isMember(live);
            memberships[0] += member && liveMember ? 1 : 0;
            memberships[1] += member && !liveMember ? 1 : 0;
            memberships[2] += !member && liveMember ? 1 : 0;
            draftMembers.add(subject, member && !liveMember ? List.of(subject) : List.of());
            liveMembers.add(subject, !member && liveMember ? List.of(subject) : List.of());
        }
    }

    private void compare(SubjectId subject, List<TriggerExecution> draft, List<TriggerExecution> live) {
        Map<Occasion, Integer> unmatched = new HashMap<>();
        draft.forEach(execution -> unmatched.merge(occasion(execution), 1, Integer::sum));
        List<TriggerExecution> onlyLive = new ArrayList<>();
        for (TriggerExecution execution : live) {
            Integer left = unmatched.get(occasion(execution));
            if (left == null || left == 0) {
                onlyLive.add(execution);
            } else {
                unmatched.put(occasion(execution), left - 1);
            }
        }
        List<TriggerExecution> onlyDraft = new ArrayList<>();
        for (TriggerExecution execution : draft) {
            Integer left = unmatched.get(occasion(execution));
            if (left != null && left > 0) {
                onlyDraft.add(execution);
                unmatched.put(occasion(execution), left - 1);
            }
        }
        firings[0] += draft.size() - onlyDraft.size();
        firings[1] += onlyDraft.size();
        firings[2] += onlyLive.size();
        draftFirings.add(subject, onlyDraft);
        liveFirings.add(subject, onlyLive);
    }

    private static Occasion occasion(TriggerExecution execution) {
        return new Occasion(execution.cameTrueAt(), execution.cause());
    }

    private List<TriggerExecution> executions(Rehearsal.Outcome outcome) {
        return outcome.executions().stream()
                .filter(execution -> execution.triggerId().equals(id) && counts(execution.executedAt()))
                .toList();
    }

    private boolean isMember(Rehearsal.Outcome outcome) {
        boolean member = false;
        for (MembershipChange change : outcome.memberships()) {
            if (change.segmentId().equals(id)) {
                member = change.entered();
            }
        }
        return member;
    }

    private boolean counts(Instant instant) {
        return query.from() == null || !instant.isBefore(query.from());
    }

    private void count(SortedMap<LocalDate, Long> days, Instant instant) {
        days.merge(instant.atZone(query.zone()).toLocalDate(), 1L, Long::sum);
    }

    void interrupted() {
        complete = false;
    }

    /** Takes in what another has counted of other subjects. */
    void merge(SimulationFold other) {
        subjects += other.subjects;
        complete &= other.complete;
        fired += other.fired;
        firedFor += other.firedFor;
        most = Math.max(most, other.most);
        actions += other.actions;
        cancelled += other.cancelled;
        other.byDay.forEach((day, count) -> byDay.merge(day, count, Long::sum));
        other.skipped.forEach((reason, count) -> skipped.merge(reason, count, Long::sum));
        members += other.members;
        entered += other.entered;
        exited += other.exited;
        other.enteredByDay.forEach((day, count) -> enteredByDay.merge(day, count, Long::sum));
        other.exitedByDay.forEach((day, count) -> exitedByDay.merge(day, count, Long::sum));
        for (int i = 0; i < firings.length; i++) {
            firings[i] += other.firings[i];
            memberships[i] += other.memberships[i];
        }
        fireExamples.merge(other.fireExamples);
        skipExamples.merge(other.skipExamples);
        changeExamples.merge(other.changeExamples);
        draftFirings.merge(other.draftFirings);
        liveFirings.merge(other.liveFirings);
        draftMembers.merge(other.draftMembers);
        liveMembers.merge(other.liveMembers);
    }

    Simulation result(String key, Instant to) {
        return new Simulation(
                key,
                query.from(),
                to,
                complete,
                subjects,
                new Triggered(
                        fired,
                        firedFor,
                        most,
                        byDay,
                        skipped,
                        actions,
                        cancelled,
                        fireExamples.list(),
                        skipExamples.list(),
                        difference(firings, draftFirings, liveFirings)),
                new Membership(
                        members,
                        entered,
                        exited,
                        enteredByDay,
                        exitedByDay,
                        changeExamples.list(),
                        difference(memberships, draftMembers, liveMembers)));
    }

    private <T> @Nullable Difference<T> difference(long[] counts, Examples<T> draft, Examples<T> live) {
        return compares ? new Difference<>(counts[0], counts[1], counts[2], draft.list(), live.list()) : null;
    }
}
