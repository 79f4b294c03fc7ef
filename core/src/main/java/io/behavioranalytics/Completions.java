package io.behavioranalytics;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Futures that are completed in the background; those that an executor dropped are completed in the end all the same. */
final class Completions {
    private final Background background;
    private final Set<Completion> open = ConcurrentHashMap.newKeySet();

    Completions(Background background) {
        this.background = background;
    }

    /** Completes the futures of these tickets soon. */
    void start(List<Ticket> tickets) {
        Completion completion = new Completion(tickets);
        open.add(completion);
        background.start(completion);
    }

    /** Completes here whatever is still open. */
    void runDropped() {
        open.forEach(Completion::run);
    }

    private final class Completion implements Runnable {
        private final List<Ticket> tickets;

        Completion(List<Ticket> tickets) {
            this.tickets = tickets;
        }

        @Override
        public void run() {
            tickets.forEach(Ticket::publish);
            open.remove(this);
        }
    }
}
