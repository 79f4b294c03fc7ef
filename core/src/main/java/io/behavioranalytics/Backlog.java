package io.behavioranalytics;

import io.behavioranalytics.event.SubjectId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The tickets that wait, in their order. What is in flight holds back what comes behind it: an event is taken only when no event
 * of its session or its lead that came earlier is still on its way. Not thread-safe: the intake's lock guards it.
 */
final class Backlog {
    /** How many tickets are looked at for one that may be taken. */
    private static final int LOOKS = 4;

    private final LinkedHashSet<Ticket> queue = new LinkedHashSet<>();
    /** Tickets whose subject was busy: first in the next batch. */
    private final List<Ticket> deferred = new ArrayList<>();
    /** All that waits, waits for what is in flight. */
    private boolean heldBack;

    /** How many wait that nobody has taken yet; those that are to be tried again need no room. */
    int queued() {
        return queue.size();
    }

    int size() {
        return queue.size() + deferred.size();
    }

    boolean isEmpty() {
        return queue.isEmpty() && deferred.isEmpty();
    }

    /** Whether nothing waits but tickets of busy subjects. */
    boolean isOnlyBusy() {
        return queue.isEmpty() && !deferred.isEmpty();
    }

    /** How often the first of the busy ones was tried. */
    int tries() {
        return deferred.get(0).busy;
    }

    /** Whether there may be something to take; false only if it was looked for, and nothing has landed since. */
    boolean mayYield() {
        return !isEmpty() && !heldBack;
    }

    void add(Ticket ticket, Flights flights) {
        queue.add(ticket);
        if (heldBack && !flights.carry(ticket)) {
            heldBack = false;
        }
    }

    void defer(Ticket ticket) {
        ticket.busy++;
        deferred.add(ticket);
    }

    boolean holds(Ticket ticket) {
        return queue.contains(ticket) || deferred.contains(ticket);
    }

    boolean remove(Ticket ticket) {
        return queue.remove(ticket) || deferred.remove(ticket);
    }

    List<Ticket> removeAll() {
        List<Ticket> all = new ArrayList<>(deferred);
        all.addAll(queue);
        deferred.clear();
        queue.clear();
        return all;
    }

    /** A flight has landed: what waited for it may be taken. */
    void landed() {
        heldBack = false;
    }

    /** Moves the next batch into a flight that is not yet among the others; nothing if all has to wait for those. */
    void board(Flight flight, List<Flight> others, int most) {
        List<Ticket> batch = flight.batch;
        batch.addAll(deferred);
        deferred.clear();
        Set<SubjectId> behind = new HashSet<>();
        int looks = LOOKS * most;
        for (Iterator<Ticket> next = queue.iterator(); batch.size() < most && looks > 0 && next.hasNext(); looks--) {
            Ticket ticket = next.next();
            if (!others.isEmpty() && (isCarried(ticket, others) || isBehind(ticket, behind))) {
                behind.addAll(ticket.subjects);
            } else {
                batch.add(ticket);
                next.remove();
            }
        }
        heldBack = batch.isEmpty() && !queue.isEmpty();
    }

    static boolean isCarried(Ticket ticket, List<Flight> flights) {
        for (Flight flight : flights) {
            for (SubjectId subject : ticket.subjects) {
                if (flight.carries(subject)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean isBehind(Ticket ticket, Set<SubjectId> behind) {
        for (SubjectId subject : ticket.subjects) {
            if (behind.contains(subject)) {
                return true;
            }
        }
        return false;
    }
}
