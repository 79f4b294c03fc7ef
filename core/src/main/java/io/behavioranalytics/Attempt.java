package io.behavioranalytics;

import io.behavioranalytics.action.ActionRequest;
import io.behavioranalytics.action.ActionResult;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.json.SafeText;
import io.behavioranalytics.store.Claim;
import io.behavioranalytics.store.Settlement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One attempt at an action. Whoever ends it first, the worker with a result or the supervisor at the deadline, settles it; the
 * other's word is dropped.
 */
final class Attempt {
    private static final int ERROR_LENGTH = 1_024;

    /** How an attempt ended. */
    record End(Settlement settlement, @Nullable VirtualMachineError fatal) {}

    final Claim claim;
    final Lane lane;
    final Tally tally;
    private final InstantSource clock;
    private final Settings settings;
    private final Backoff backoff;
    private @Nullable Thread thread;
    private boolean ended;
    private boolean expired;
    private boolean hostInterrupted;
    private long deadline;
    private long renewAt;
    private boolean lost;
    private long heldUntil;

    Attempt(Claim claim, Lane lane, Tally tally, InstantSource clock, Settings settings, Backoff backoff) {
        this.claim = claim;
        this.lane = lane;
        this.tally = tally;
        this.clock = clock;
        this.settings = settings;
        this.backoff = backoff;
        this.renewAt = System.nanoTime() + settings.actionLease().toNanos() / 3;
    }

    /** An attempt beyond the last one: its host died in the middle of the one before. */
    boolean isBeyondLast() {
        return claim.attempt() > settings.actionMaxAttempts();
    }

    Settlement beyondLast() {
        return new Settlement.Dead(
                clock.instant(), "the last of " + settings.actionMaxAttempts() + " attempts was begun and never ended");
    }

    /** The store has begun the attempt; its lease runs from before that was asked for. */
    synchronized void began(long askedAt) {
        held(askedAt);
        thread = Thread.currentThread();
        deadline = System.nanoTime() + settings.actionDeadline().toNanos();
    }

    /** Calls the executor; never throws. */
    End execute() {
        Instant begun = clock.instant();
        try {
            // An SPI may return null whatever its signature says.
            @Nullable ActionResult result = lane.executor.execute(request(begun));
            return new End(settlement(result), null);
        } catch (VirtualMachineError error) {
            return new End(dead(text(error)), error instanceof StackOverflowError ? null : error);
        } catch (Error error) {
            return new End(dead(text(error)), null);
        } catch (Throwable thrown) {
            return new End(retry(null, text(thrown)), null);
        }
    }

    /** The worker is through; true if it was first and has to settle. */
    synchronized boolean end() {
        thread = null;
        // The supervisor's interrupt was for this attempt, not for the thread's next one, nor for what is stored of
        // this one.
        boolean interrupted = Thread.interrupted();
        hostInterrupted |= interrupted && !expired;
        boolean first = !ended;
        ended = true;
        return first;
    }

    /** True if somebody else than the supervisor interrupted the thread meanwhile; it does not see that any more. */
    synchronized boolean isHostInterrupted() {
        return hostInterrupted;
    }

    /** True if the supervisor gave up on the worker before it came back. */
    synchronized boolean isExpired() {
        return expired;
    }

    /** The supervisor gives up and interrupts; true if it was first and has to settle. */
    synchronized boolean expire() {
        if (ended || thread == null) {
            return false;
        }
        ended = true;
        expired = true;
        thread.interrupt();
        return true;
    }

    Settlement timedOut() {
        return retry(null, "TIMED_OUT: not ended within " + settings.actionDeadline());
    }

    Settlement hostClosed() {
        return retry(null, "INTERRUPTED: the host was closed");
    }

    /** The lease holds anew, from before that was asked for, on {@link System#nanoTime()}. */
    synchronized void held(long askedAt) {
        heldUntil = askedAt + settings.actionLease().toNanos();
    }

    /** The store says that the lease is another's. */
    synchronized void lose() {
        lost = true;
    }

    /**
     * Whether the action may be another's by now: the store said so, or nobody could ask it for as long as the lease, or the
     * supervisor has given up on the attempt.
     */
    synchronized boolean isStaleAt(long nanoTime) {
        lost |= expired || nanoTime - heldUntil >= 0;
        return lost;
    }

    synchronized boolean isRunBy(Thread other) {
        return thread == other;
    }

    /** On {@link System#nanoTime()}; of an attempt that has not begun the earliest that it could be. */
    synchronized long deadline() {
        return thread == null ? System.nanoTime() + settings.actionDeadline().toNanos() : deadline;
    }

    long renewAt() {
        return renewAt;
    }

    void renewed() {
        renewAt = System.nanoTime() + settings.actionLease().toNanos() / 3;
    }

    private ActionRequest request(Instant begun) {
        SubjectId subject = claim.action().subject();
        return new ActionRequest(
                claim.action().id(),
                claim.action().action().type(),
                subject,
                subject.isLead() ? subject.value() : null,
                claim.action().action().parameters(),
                claim.attempt(),
                claim.action().triggerKey(),
                claim.action().executionId(),
                claim.action().cause(),
                claim.action().dueAt(),
                begun.plus(settings.actionDeadline()),
                () -> isStaleAt(System.nanoTime()));
    }

    private Settlement settlement(@Nullable ActionResult result) {
        if (result == null) {
            return dead("the executor returned null");
        }
        if (result instanceof ActionResult.Success) {
            return new Settlement.Done(clock.instant());
        }
        if (result instanceof ActionResult.Retry retry) {
            return retry(retry.after(), printable(retry.reason()));
        }
        return dead(printable(((ActionResult.Failure) result).reason()));
    }

    private Settlement dead(String error) {
        return new Settlement.Dead(clock.instant(), error);
    }

    private Settlement retry(@Nullable Duration after, String error) {
        if (claim.attempt() >= settings.actionMaxAttempts()) {
            return dead(error);
        }
        Instant now = clock.instant();
        return new Settlement.Retry(now, now.plus(after == null ? backoff.after(claim.attempt()) : after), error);
    }

    private static String text(Throwable thrown) {
        String message;
        try {
            message = thrown.getMessage();
        } catch (RuntimeException broken) {
            message = "(its message cannot be read)";
        }
        String name = thrown.getClass().getName();
        return printable(message == null ? name : name + ": " + message);
    }

    private static String printable(@Nullable String text) {
        return SafeText.escape(Objects.requireNonNullElse(text, ""), ERROR_LENGTH);
    }
}
