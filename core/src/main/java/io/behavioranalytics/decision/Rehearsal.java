package io.behavioranalytics.decision;

import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.Micros;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.Timeline;
import io.behavioranalytics.segment.MembershipChange;
import io.behavioranalytics.trigger.Cancellation;
import io.behavioranalytics.trigger.ScheduledAction;
import io.behavioranalytics.trigger.Skip;
import io.behavioranalytics.trigger.TriggerExecution;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.UUID;
import java.util.function.BooleanSupplier;

/**
 * Lives a subject's timeline again under a plan: each event is decided at its own instant, as if it had come just then, and between
 * two of them what falls due, each at its own; by the same function as live traffic. Nothing is written and nothing carried out: an
 * action that is due is asked about as a dispatcher asks, and counts as done if it may be begun. Pure and thread-safe.
 */
public final class Rehearsal {
    private final Plan plan;
    private final boolean importedToo;

    /**
     * What followed, in the order in which it was decided.
     *
     * @param memberships entries and exits
     * @param executions firings
     * @param skips triggers that woke and did not fire
     * @param scheduled the actions of the firings
     * @param cancelled those of them that were cancelled before they were begun
     * @param complete false if it was cancelled on the way
     */
    public record Outcome(
            List<MembershipChange> memberships,
            List<TriggerExecution> executions,
            List<Skip> skips,
            List<ScheduledAction> scheduled,
            List<Cancellation> cancelled,
            boolean complete) {
        /** Copies the lists. */
        public Outcome {
            memberships = List.copyOf(memberships);
            executions = List.copyOf(executions);
            skips = List.copyOf(skips);
            scheduled = List.copyOf(scheduled);
            cancelled = List.copyOf(cancelled);
        }
    }

    /**
     * Rehearses under a plan.
     *
     * @param plan the definitions
     * @param importedToo whether events of an import of history fire as others do; they are silent otherwise, as they were
     */
    public Rehearsal(Plan plan, boolean importedToo) {
        this.plan = plan;
        this.importedToo = importedToo;
    }

    /**
     * Lives a timeline.
     *
     * @param subject whose
     * @param timeline all events of the subject
     * @param until the last instant that is lived
     * @param cancelled asked now and then; true ends it early
     * @return what followed
     */
    public Outcome run(SubjectId subject, Timeline timeline, Instant until, BooleanSupplier cancelled) {
        return new Life(subject, timeline, Micros.of(until), cancelled).live();
    }

    /** One subject's life; used once. */
    private final class Life {
        private final SubjectId subject;
        private final Timeline timeline;
        private final long until;
        private final BooleanSupplier cancelled;
        private final List<MembershipChange> memberships = new ArrayList<>();
        private final List<TriggerExecution> executions = new ArrayList<>();
        private final List<Skip> skips = new ArrayList<>();
        private final List<ScheduledAction> scheduled = new ArrayList<>();
        private final List<Cancellation> cancellations = new ArrayList<>();
        private final PriorityQueue<Waiting> waiting = new PriorityQueue<>(Comparator.comparingLong(Waiting::from));
        private SubjectSnapshot snapshot;
        private int next;
        private long due = Micros.NEVER;

        Life(SubjectId subject, Timeline timeline, long until, BooleanSupplier cancelled) {
            this.subject = subject;
            this.timeline = timeline;
            this.until = until;
            this.cancelled = cancelled;
            this.snapshot = SubjectSnapshot.absent(subject);
        }

        Outcome live() {
            boolean complete = true;
            while (complete) {
                long happens = next < timeline.size() ? timeline.micros(next) : Micros.NEVER;
                long instant = Math.min(happens, due);
                if (instant > until || instant == Micros.NEVER) {
                    break;
                }
                carryOutBefore(instant);
                // Events come before what falls due at their instant (S3).
                decide(happens <= due, instant);
                complete = !cancelled.getAsBoolean();
            }
            if (complete) {
                carryOutBefore(Micros.plus(until, 1));
            }
            return new Outcome(memberships, executions, skips, scheduled, cancellations, complete);
        }

        private void decide(boolean event, long instant) {
            SubjectUpdate update = update(event, snapshot);
            if (!update.decide(Micros.toInstant(instant))) {
                update = update(event, snapshot.with(soFar()));
                if (!update.decide(Micros.toInstant(instant))) {
                    throw new IllegalStateException("a decision asked for more history than there is");
                }
            }
            SubjectChange change = update.change(null);
            next += event ? 1 : 0;
            snapshot = update.next(List.of());
            Instant armed = change.due();
            due = armed == null ? Micros.NEVER : Micros.of(armed);
            memberships.addAll(change.memberships());
            executions.addAll(change.executions());
            skips.addAll(change.skips());
            scheduled.addAll(change.scheduled());
            change.scheduled().forEach(action -> waiting.add(new Waiting(action, Micros.of(action.dueAt()))));
            for (Cancellation cancellation : change.cancelled()) {
                if (waiting.removeIf(one -> one.action().id().equals(cancellation.actionId()))) {
                    cancellations.add(cancellation);
                }
            }
        }

        private SubjectUpdate update(boolean event, SubjectSnapshot from) {
            SubjectUpdate update = new SubjectUpdate(plan, from, !event, false);
            if (event) {
                BehaviorEvent happened = timeline.event(next);
                update.fresh(importedToo ? happened.live() : happened);
            }
            return update;
        }

        /** The subject as it would be read now: with the events up to here. */
        private SubjectSnapshot soFar() {
            List<BehaviorEvent> events = new ArrayList<>(next);
            for (int i = 0; i < next; i++) {
                events.add(importedToo ? timeline.event(i).live() : timeline.event(i));
            }
            return SubjectSnapshot.of(
                    subject, snapshot.version(), snapshot.state().orElse(null), List.of(), Timeline.of(events), true);
        }

        /** What was due before an instant is begun, held, or cancelled, each at its own; nothing cancels what was begun. */
        private void carryOutBefore(long instant) {
            Set<UUID> done = new HashSet<>();
            while (!waiting.isEmpty() && waiting.element().from() < instant) {
                Waiting one = waiting.remove();
                ScheduledAction action = one.action();
                if (!plan.asksBeforeRelease(action)) {
                    done.add(action.id());
                    continue;
                }
                forget(done);
                SubjectUpdate update = ask(action, Micros.toInstant(one.from()));
                if (update.release() instanceof Release.Hold hold) {
                    waiting.add(new Waiting(action, Micros.of(hold.until())));
                } else if (update.release() instanceof Release.Cancelled) {
                    cancellations.addAll(update.change(null).cancelled());
                    snapshot = update.next(List.of());
                } else {
                    done.add(action.id());
                }
            }
            forget(done);
        }

        private void forget(Set<UUID> done) {
            if (!done.isEmpty()) {
                snapshot = snapshot.without(done);
                done.clear();
            }
        }

        private SubjectUpdate ask(ScheduledAction action, Instant at) {
            SubjectUpdate update = new SubjectUpdate(plan, snapshot, false, false);
            update.ask(action);
            if (!update.decide(at)) {
                update = new SubjectUpdate(plan, snapshot.with(soFar()), false, false);
                update.ask(action);
                if (!update.decide(at)) {
                    throw new IllegalStateException("a decision asked for more history than there is");
                }
            }
            return update;
        }
    }

    /**
     * An action that is not begun yet.
     *
     * @param from the instant from which it may be, {@link Micros}
     */
    private record Waiting(ScheduledAction action, long from) {}
}
