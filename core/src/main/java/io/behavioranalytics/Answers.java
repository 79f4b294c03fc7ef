package io.behavioranalytics;

import io.behavioranalytics.TrackResult.Outcome;
import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.EventNormalizer;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.store.StoreRefusalException;
import java.util.List;

/** Gives tickets their results and counts them. Thread-safe. */
final class Answers {
    private final Counters counters;

    Answers(Counters counters) {
        this.counters = counters;
    }

    void accepted(Ticket ticket, SubjectId subject) {
        counters.accepted.increment();
        ticket.complete(TrackResult.accepted(ticket.event, subject));
    }

    /** An event with this id exists. */
    void repeated(Ticket ticket, BehaviorEvent original) {
        if (EventNormalizer.sameContent(original, ticket.event, ticket.request)) {
            counters.duplicates.increment();
            ticket.complete(TrackResult.duplicate(original));
        } else {
            counters.conflicts.increment();
            ticket.complete(TrackResult.conflict(original));
        }
    }

    /** An event with this id stood in the same batch before it. */
    void twin(Ticket twin, Ticket first, List<Ticket> busy) {
        TrackResult result = first.result();
        Throwable failure = first.failure();
        if (failure != null) {
            counters.failed.increment();
            twin.fail(failure);
        } else if (result == null) {
            busy.add(twin);
        } else if (result.event() != null) {
            repeated(twin, result.event());
        } else {
            twin.complete(result);
        }
    }

    void tooMany(Ticket ticket, long most) {
        counters.throttled.increment();
        ticket.complete(
                TrackResult.refused(Outcome.THROTTLED, ticket.id(), "the subject has reached " + most + " events"));
    }

    void failed(Ticket ticket, Throwable cause) {
        counters.failed.increment();
        if (cause instanceof StoreRefusalException) {
            ticket.complete(TrackResult.refused(
                    Outcome.INVALID, ticket.id(), cause.getMessage() + "; nothing of this event is stored"));
            return;
        }
        ticket.fail(new DecisionFailedException(ticket.id(), cause));
    }

    /** The store failed before anything was sent to it. */
    void unread(Ticket ticket) {
        retryLater(ticket, "the store failed; nothing is stored");
    }

    /** The store failed in the middle of a commit. */
    void unknown(Ticket ticket) {
        retryLater(ticket, "the store failed during the commit: the event may be stored; try again with the same id");
    }

    void outrun(Ticket ticket, int tries) {
        retryLater(ticket, "the subject changed " + tries + " times meanwhile; nothing is stored");
    }

    private void retryLater(Ticket ticket, String reason) {
        counters.unavailable.increment();
        ticket.complete(TrackResult.refused(Outcome.RETRY_LATER, ticket.id(), reason));
    }
}
