package io.behavioranalytics;

import io.behavioranalytics.TrackResult.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The bounded queue in front of the {@link Pipeline}, and the group commit (S24).
 *
 * <p>At most one thread leads: it takes a batch, decides and commits it for everybody in it, and hands on. A caller that waits
 * for its result leads whenever nobody does, so no thread of our own is needed; events of asynchronous callers are drained on the
 * executor when nobody waits. One lock guards everything here; no foreign code runs under it, and futures are completed by a
 * thread that does not lead, so that what hangs on them may call back.
 */
final class Intake {
    /** Decides and commits a batch: every ticket is done afterwards, except those that are returned for another try. */
    interface Work {
        List<Ticket> process(List<Ticket> batch);
    }

    /** A caller that waits for one or more tickets. */
    static final class Call {
        private final Condition wake;
        private int open;

        private Call(Condition wake) {
            this.wake = wake;
        }
    }

    private static final int NESTED_TRIES = 10;
    private static final long LONGEST_BUSY_WAIT = TimeUnit.MILLISECONDS.toNanos(50);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition room = lock.newCondition();
    private final Condition arrived = lock.newCondition();
    private final Condition quiet = lock.newCondition();
    private final LinkedHashSet<Ticket> queue = new LinkedHashSet<>();
    /** Tickets whose subject was busy: first in the next batch. */
    private final List<Ticket> deferred = new ArrayList<>();

    private final LinkedHashSet<Call> waiting = new LinkedHashSet<>();
    private final Work work;
    private final Background background;
    private final Completions completions;
    private final int capacity;
    private final int batchSize;
    private final BackPressure backPressure;
    private final Duration callTimeout;
    private final Counters counters;
    private boolean leading;
    private @Nullable Thread leader;
    /** A drain was asked of the executor and has not begun. */
    private boolean drainAsked;

    private long drainAskedAt;
    private boolean closed;

    Intake(Work work, Background background, Settings settings, BackPressure backPressure, Counters counters) {
        this.work = work;
        this.background = background;
        this.completions = new Completions(background);
        this.capacity = settings.queueCapacity();
        this.batchSize = settings.batchSize();
        this.callTimeout = settings.callTimeout();
        this.backPressure = backPressure;
        this.counters = counters;
    }

    Call newCall() {
        return new Call(lock.newCondition());
    }

    /**
     * Hands events in and waits until each has a result; commits for itself and others if nobody else does.
     *
     * @param patient true waits for room as long as it takes, whatever the policy says
     * @throws IllegalStateException if closed
     */
    void submit(Call call, List<Ticket> tickets, boolean patient) {
        Interruption interruption = new Interruption(Thread.interrupted());
        boolean drain = false;
        lock.lock();
        try {
            requireOpen();
            if (leader == Thread.currentThread()) {
                nested(tickets, patient);
                return;
            }
            for (Ticket ticket : tickets) {
                if (awaitRoom(patient ? Long.MAX_VALUE : patience(), true, interruption)) {
                    enqueue(ticket, patient);
                    call.open++;
                    waiting.add(call);
                } else {
                    reject(ticket);
                }
            }
            while (call.open > 0) {
                if (leading) {
                    awaitTurn(call, tickets, interruption);
                } else {
                    leadForCaller(interruption);
                }
            }
        } finally {
            waiting.remove(call);
            drain = passOn(true);
            lock.unlock();
            interruption.restore();
        }
        if (drain) {
            start(new Drain());
        }
    }

    /**
     * A store, or a log, that tracks in the middle of a commit: the thread leads already and would wait for itself. Its events go
     * the same way, in a batch of their own.
     */
    private void nested(List<Ticket> tickets, boolean patient) {
        lock.unlock();
        try {
            List<Ticket> open = List.copyOf(tickets);
            for (int tries = 0; !open.isEmpty() && (patient || tries < NESTED_TRIES); tries++) {
                open = work.process(open);
            }
            open.forEach(this::expire);
        } finally {
            lock.lock();
        }
    }

    /**
     * Hands an event in; its future is completed later.
     *
     * @throws IllegalStateException if closed
     */
    void submit(Ticket ticket) {
        boolean drain = false;
        boolean fits;
        Interruption interruption = new Interruption(false);
        lock.lock();
        try {
            requireOpen();
            fits = awaitRoom(patience(), false, interruption);
            if (fits) {
                enqueue(ticket, false);
                drain = passOn(true);
            } else {
                reject(ticket);
            }
        } finally {
            lock.unlock();
            interruption.restore();
        }
        if (!fits) {
            ticket.publish();
        } else if (drain) {
            start(new Drain());
        }
    }

    /** Takes nothing in any more, commits what waits until the deadline, and answers the rest with RETRY_LATER. */
    void close(long deadline) {
        Interruption interruption = new Interruption(Thread.interrupted());
        List<Ticket> late = new ArrayList<>();
        lock.lock();
        try {
            closed = true;
            room.signalAll();
            long left = deadline - System.nanoTime();
            while ((leading || hasWork()) && left > 0) {
                if (leading) {
                    try {
                        quiet.awaitNanos(left);
                    } catch (InterruptedException later) {
                        interruption.seen();
                    }
                } else {
                    Led led = lead(interruption);
                    lock.unlock();
                    try {
                        led.futures.forEach(Ticket::publish); // the host's executor may be shut down already
                    } finally {
                        lock.lock();
                    }
                    led.rethrow();
                }
                left = deadline - System.nanoTime();
            }
            late.addAll(deferred);
            late.addAll(queue);
            deferred.clear();
            queue.clear();
            late.forEach(ticket -> ticket.complete(
                    TrackResult.refused(Outcome.RETRY_LATER, ticket.id(), "closed before the event was taken up")));
            counters.timedOut.add(late.size());
            late.removeIf(Intake::tellCall);
        } finally {
            lock.unlock();
            interruption.restore();
        }
        late.forEach(Ticket::publish);
        completions.runDropped();
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("this BehaviorAnalytics is closed");
        }
    }

    private boolean hasWork() {
        return !queue.isEmpty() || !deferred.isEmpty();
    }

    /** How long to wait for room, in nanoseconds. */
    private long patience() {
        return backPressure instanceof BackPressure.Block block ? block.atMost().toNanos() : 0;
    }

    private void enqueue(Ticket ticket, boolean patient) {
        ticket.deadline = System.nanoTime() + (patient ? Long.MAX_VALUE / 2 : callTimeout.toNanos());
        queue.add(ticket);
        arrived.signal();
    }

    /** Waits until the queue has room, or leads to make some; false if there is none in time. */
    private boolean awaitRoom(long nanos, boolean mayLead, Interruption interruption) {
        long left = nanos;
        while (queue.size() >= capacity) {
            if (mayLead && !leading) {
                leadForCaller(interruption);
            } else if (closed || left <= 0) {
                return false;
            } else {
                try {
                    left = room.awaitNanos(left);
                } catch (InterruptedException later) {
                    interruption.seen();
                }
            }
        }
        return !closed;
    }

    private void reject(Ticket ticket) {
        counters.rejected.increment();
        ticket.complete(TrackResult.refused(
                Outcome.RETRY_LATER,
                ticket.id(),
                closed ? "closed before the event was taken up" : "the intake is full: " + capacity + " events wait"));
    }

    /** Waits for a result, or for leadership; past the deadline withdraws what nobody has taken. */
    @SuppressWarnings("WaitNotInLoop") // the caller loops until its tickets are done
    private void awaitTurn(Call call, List<Ticket> tickets, Interruption interruption) {
        long earliest = Long.MAX_VALUE;
        long now = System.nanoTime();
        for (Ticket ticket : tickets) {
            if (queue.contains(ticket) || deferred.contains(ticket)) {
                earliest = Math.min(earliest, ticket.deadline - now);
            }
        }
        try {
            if (earliest == Long.MAX_VALUE) {
                call.wake.await();
            } else if (earliest <= 0 || call.wake.awaitNanos(earliest) <= 0) {
                withdrawExpired(call, tickets);
            }
        } catch (InterruptedException later) {
            interruption.seen();
        }
    }

    private void withdrawExpired(Call call, List<Ticket> tickets) {
        long now = System.nanoTime();
        for (Ticket ticket : tickets) {
            if (ticket.deadline - now <= 0 && (queue.remove(ticket) || deferred.remove(ticket))) {
                expire(ticket);
                call.open--;
            }
        }
        room.signalAll();
    }

    private void expire(Ticket ticket) {
        counters.timedOut.increment();
        ticket.complete(TrackResult.refused(
                Outcome.RETRY_LATER, ticket.id(), "not taken up within " + callTimeout + "; nothing is stored"));
    }

    /** Leads once on the thread of a caller, which is not to be held up by what hangs on futures. */
    private void leadForCaller(Interruption interruption) {
        Led led = lead(interruption);
        if (!led.futures.isEmpty()) {
            lock.unlock();
            try {
                completions.start(led.futures);
            } finally {
                lock.lock();
            }
        }
        led.rethrow();
    }

    /** What a batch came to: the tickets whose future is to be completed, and what went wrong beyond them. */
    private record Led(List<Ticket> futures, @Nullable Error error) {
        void rethrow() {
            if (error != null) {
                throw error;
            }
        }
    }

    /**
     * Takes one batch and sees it through, and nothing else: whoever calls completes the futures and hands on. The lock is held on
     * entry and on return, and free in between.
     */
    private Led lead(Interruption interruption) {
        leading = true;
        leader = Thread.currentThread();
        List<Ticket> batch = List.of();
        Set<Ticket> again = new HashSet<>();
        Error error = null;
        try {
            pauseIfOnlyBusy(interruption);
            batch = take();
            lock.unlock();
            try {
                List<Ticket> open =
                        batch.stream().filter(ticket -> !ticket.isDone()).toList();
                if (!open.isEmpty()) {
                    again.addAll(work.process(open));
                }
            } catch (RuntimeException failed) {
                failAll(batch, failed);
            } catch (Error failed) {
                failAll(batch, failed);
                error = failed;
            } finally {
                lock.lock();
            }
            return new Led(settle(batch, again), error);
        } finally {
            leading = false;
            leader = null;
            quiet.signalAll();
            passOn(false);
        }
    }

    private static void failAll(List<Ticket> batch, Throwable cause) {
        for (Ticket ticket : batch) {
            if (!ticket.isDone()) {
                ticket.fail(cause);
            }
        }
    }

    /** With nothing to do but tickets of busy subjects, waits a moment, or until something new arrives. */
    @SuppressWarnings("WaitNotInLoop") // waking early costs one look at a busy subject
    private void pauseIfOnlyBusy(Interruption interruption) {
        if (queue.isEmpty() && !deferred.isEmpty()) {
            long wait = TimeUnit.MILLISECONDS.toNanos(1) << Math.min(deferred.get(0).busy, 10);
            try {
                arrived.awaitNanos(Math.min(wait, LONGEST_BUSY_WAIT));
            } catch (InterruptedException later) {
                interruption.seen();
            }
        }
    }

    /** The next batch; tickets past their deadline are answered, and in it to be told. */
    private List<Ticket> take() {
        List<Ticket> batch = new ArrayList<>(deferred);
        deferred.clear();
        Iterator<Ticket> next = queue.iterator();
        while (batch.size() < batchSize && next.hasNext()) {
            batch.add(next.next());
            next.remove();
        }
        long now = System.nanoTime();
        for (Ticket ticket : batch) {
            if (ticket.deadline - now < 0) {
                expire(ticket);
            }
        }
        room.signalAll();
        return batch;
    }

    /** Tells the calls, keeps what is to be tried again, and returns the tickets whose future is to be completed. */
    private List<Ticket> settle(List<Ticket> batch, Set<Ticket> again) {
        List<Ticket> futures = new ArrayList<>();
        for (Ticket ticket : batch) {
            if (again.contains(ticket)) {
                ticket.busy++;
                deferred.add(ticket);
                continue;
            }
            if (!ticket.isDone()) {
                ticket.fail(new IllegalStateException("event " + ticket.id() + " was left without a result"));
            }
            if (!tellCall(ticket)) {
                futures.add(ticket);
            }
            Call call = ticket.call;
            if (call != null && call.open == 0) {
                waiting.remove(call);
            }
        }
        return futures;
    }

    private static boolean tellCall(Ticket ticket) {
        Call call = ticket.call;
        if (call == null) {
            return false;
        }
        if (--call.open == 0) {
            call.wake.signal();
        }
        return true;
    }

    /**
     * With nobody leading and something to do, wakes the first that waits.
     *
     * @param mayAsk whether the caller can start a drain
     * @return true if the caller is to start one, as nobody waits
     */
    private boolean passOn(boolean mayAsk) {
        if (leading || !hasWork()) {
            return false;
        }
        for (Call call : waiting) {
            call.wake.signal();
            return false;
        }
        if (!mayAsk || isDrainOnItsWay()) {
            return false;
        }
        drainAsked = true;
        drainAskedAt = System.nanoTime();
        return true;
    }

    /** True if one was asked for; an executor that has not begun it in the time of a call may have dropped it, and is asked again. */
    private boolean isDrainOnItsWay() {
        return drainAsked && System.nanoTime() - drainAskedAt < callTimeout.toNanos();
    }

    private void start(Drain drain) {
        boolean started = false;
        try {
            background.start(drain);
            started = true;
        } finally {
            if (!started) {
                lock.lock();
                try {
                    drainAsked = false;
                } finally {
                    lock.unlock();
                }
            }
        }
    }

    /**
     * Leads for asynchronous callers until nothing waits or somebody else does.
     *
     * <p>What hangs on a future may wait for events behind it, so before completing any the executor is asked for another drain. One
     * that runs it at once, on this very thread, gets back without leading: this loop looks again itself, and the stack stays flat.
     */
    private final class Drain implements Runnable {
        /** The loop that asks for this one, while it asks. */
        private @Nullable Thread asking;

        @Override
        public void run() {
            Interruption interruption = new Interruption(Thread.interrupted());
            Error error = null;
            lock.lock();
            try {
                drainAsked = false;
                while (asking != Thread.currentThread() && !leading && !drainAsked && hasWork()) {
                    Led led = lead(interruption);
                    error = error == null ? led.error : error;
                    if (!led.futures.isEmpty()) {
                        publish(led.futures);
                    }
                }
            } finally {
                lock.unlock();
                interruption.restore();
            }
            if (error != null) {
                throw error;
            }
        }

        private void publish(List<Ticket> futures) {
            boolean another = passOn(true);
            lock.unlock();
            try {
                if (another) {
                    Drain next = new Drain();
                    next.asking = Thread.currentThread();
                    start(next);
                    next.asking = null;
                }
            } finally {
                futures.forEach(Ticket::publish);
                lock.lock();
            }
        }
    }
}
