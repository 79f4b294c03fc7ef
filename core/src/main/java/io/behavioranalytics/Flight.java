package io.behavioranalytics;

import io.behavioranalytics.event.SubjectId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A batch on its way from the {@link Backlog} into the store. Guarded by the intake's lock, but for what its leader does alone. */
final class Flight {
    final Thread leader;
    final List<Ticket> batch = new ArrayList<>();
    /** On {@link System#nanoTime()}: when the batch was taken. */
    long tookOff;

    private Set<SubjectId> subjects = Set.of();

    Flight(Thread leader) {
        this.leader = leader;
    }

    /** Notes whose events it carries; done by the leader, before anybody else may take a batch. */
    void board() {
        Set<SubjectId> carried = new HashSet<>(batch.size() * 4);
        batch.forEach(ticket -> carried.addAll(ticket.subjects));
        subjects = carried;
    }

    /** The tickets that have no result. */
    List<Ticket> open() {
        return batch.stream().filter(ticket -> !ticket.isDone()).toList();
    }

    /** Fails the tickets that have no result. */
    void fail(Throwable cause) {
        open().forEach(ticket -> ticket.fail(cause));
    }

    boolean carries(SubjectId subject) {
        return subjects.contains(subject);
    }
}
