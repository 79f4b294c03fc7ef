package io.behavioranalytics;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The batches that are on their way, of which at most one is being decided. Not thread-safe: the intake's lock guards it. */
final class Flights {
    private final int most;
    private final int batchSize;
    private final List<Flight> flights = new ArrayList<>();
    /** The one whose leader has not decided yet. */
    private @Nullable Flight deciding;

    Flights(int most, int batchSize) {
        this.most = most;
        this.batchSize = batchSize;
    }

    boolean isEmpty() {
        return flights.isEmpty();
    }

    /** Whether more than one may be on its way. */
    boolean mayBeMany() {
        return most > 1;
    }

    /** Whether the calling thread leads one of them. */
    boolean areLedHere() {
        Thread here = Thread.currentThread();
        for (Flight flight : flights) {
            if (flight.leader == here) {
                return true;
            }
        }
        return false;
    }

    /** Whether a batch may be taken now: there is one, nobody is deciding, and it is worth a commit beside the others. */
    boolean mayBegin(Backlog backlog) {
        if (deciding != null || flights.size() >= most || !backlog.mayYield()) {
            return false;
        }
        return flights.isEmpty()
                || backlog.size()
                        >= Math.min(
                                batchSize, flights.get(flights.size() - 1).batch.size());
    }

    /** A flight that the calling thread leads. */
    Flight begin() {
        Flight flight = new Flight(Thread.currentThread());
        flights.add(flight);
        deciding = flight;
        return flight;
    }

    /** Moves the next batch into a flight. */
    void board(Flight flight, Backlog backlog) {
        List<Flight> others = new ArrayList<>(flights);
        others.remove(flight);
        backlog.board(flight, others, batchSize);
    }

    /** A flight is decided; false if that was known. */
    boolean decided(Flight flight) {
        if (deciding != flight) {
            return false;
        }
        deciding = null;
        return true;
    }

    void end(Flight flight) {
        flights.remove(flight);
        decided(flight);
    }

    /** Whether an event of one of a ticket's subjects is on its way. */
    boolean carry(Ticket ticket) {
        return Backlog.isCarried(ticket, flights);
    }
}
