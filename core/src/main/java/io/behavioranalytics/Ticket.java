package io.behavioranalytics;

import io.behavioranalytics.decision.Decider;
import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.TrackRequest;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One event on its way through the {@link Intake}, and what became of it.
 *
 * <p>The result is written by the thread that leads, without the intake's lock, before it takes the lock to tell the caller.
 */
final class Ticket {
    final BehaviorEvent event;

    /** Whom the event names: its session, its lead, or both. */
    final List<SubjectId> subjects;

    /** What the caller said; a repeated request may leave to the defaults what it left to them before. */
    final TrackRequest request;

    /** The call that waits for this event, or null for an asynchronous one. */
    final @Nullable Call call;

    final @Nullable CompletableFuture<TrackResult> future;

    /** On {@link System#nanoTime()}: when to give up if nobody has taken the event up; set when it joins the queue. */
    long deadline;

    /** How often somebody else held the subject; written by the leader alone. */
    int busy;

    private @Nullable TrackResult result;
    private @Nullable Throwable failure;

    Ticket(
            BehaviorEvent event,
            TrackRequest request,
            @Nullable Call call,
            @Nullable CompletableFuture<TrackResult> future) {
        this.event = event;
        this.subjects = Decider.subjectsOf(event);
        this.request = request;
        this.call = call;
        this.future = future;
    }

    UUID id() {
        return event.id();
    }

    void complete(TrackResult outcome) {
        result = outcome;
    }

    void fail(Throwable cause) {
        failure = cause;
    }

    boolean isDone() {
        return result != null || failure != null;
    }

    /** The result, or null if it failed or is not decided. */
    @Nullable
    TrackResult result() {
        return result;
    }

    /** Why it has no result, or null. */
    @Nullable
    Throwable failure() {
        return failure;
    }

    /** Completes the future, and runs what hangs on it. */
    void publish() {
        if (future == null) {
            return;
        }
        if (result != null) {
            future.complete(result);
        } else if (failure != null) {
            future.completeExceptionally(failure);
        }
    }
}
