package io.behavioranalytics;

import io.behavioranalytics.TrackResult.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
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
 * <p>A thread that leads takes a batch, decides and commits it for everybody in it, and hands on. At most one thread decides at a
 * time; while it commits, another may decide a batch of other subjects, if as many events wait as the one before carries. A caller
 * that waits for its result leads whenever it may, so no thread of our own is needed; events of asynchronous callers are drained
 * on the executor when nobody waits. One lock guards everything here; no foreign code runs under it, and futures are completed by
 * a thread that does not lead, so that what hangs on them may call back.
 */
final class Intake {
    /** What is done with a batch. */
    interface Work {
        /**
         * Decides and commits a batch.
         *
         * @param batch the tickets; each is done afterwards, or returned
         * @param decided run when the batch is decided, before it is committed
         * @return the tickets to try again
         */
        List<Ticket> process(List<Ticket> batch, Runnable decided);
    }

    private static final int NESTED_TRIES = 10;
    private static final long LONGEST_BUSY_WAIT = TimeUnit.MILLISECONDS.toNanos(50);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition room = lock.newCondition();
    private final Condition arrived = lock.newCondition();
    private final Condition quiet = lock.newCondition();
    private final Gathering gathering = new Gathering(arrived);
    private final Backlog backlog = new Backlog();
    private final Flights flights;
    /** The calls of which a ticket is in the backlog. */
    private final LinkedHashSet<Call> waiting = new LinkedHashSet<>();

    private final Work work;
    private final Background background;
    private final Completions completions;
    private final int capacity;
    private final BackPressure backPressure;
    private final Duration callTimeout;
    private final Counters counters;
    /** A drain was asked of the executor and has not begun. */
    private boolean drainAsked;

    private long drainAskedAt;
    private boolean closed;

    Intake(Work work, Background background, Settings settings, BackPressure backPressure, Counters counters) {
        this.work = work;
        this.background = background;
        this.completions = new Completions(background);
        this.capacity = settings.queueCapacity();
        this.flights = new Flights(settings.committers(), settings.batchSize());
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
            if (flights.areLedHere()) {
                nested(tickets, patient);
                return;
            }
            for (Ticket ticket : tickets) {
                if (awaitRoom(patient ? Long.MAX_VALUE : patience(), true, interruption)) {
                    enqueue(ticket, patient);
                    call.open++;
                    call.queued++;
                    waiting.add(call);
                } else {
                    reject(ticket);
                }
            }
            while (call.open > 0) {
                if (call.queued > 0 && mayLead()) {
                    leadForCaller(interruption);
                } else {
                    awaitTurn(call, tickets, interruption);
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
                open = work.process(open, () -> {});
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
            while ((!flights.isEmpty() || !backlog.isEmpty()) && left > 0) {
                if (mayLead()) {
                    Led led = lead(interruption);
                    lock.unlock();
                    try {
                        led.futures.forEach(Ticket::publish); // the host's executor may be shut down already
                    } finally {
                        lock.lock();
                    }
                    led.rethrow();
                } else {
                    try {
                        quiet.awaitNanos(left);
                    } catch (InterruptedException later) {
                        interruption.seen();
                    }
                }
                left = deadline - System.nanoTime();
            }
            late.addAll(backlog.removeAll());
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

    private boolean mayLead() {
        return flights.mayBegin(backlog);
    }

    /** How long to wait for room, in nanoseconds. */
    private long patience() {
        return backPressure instanceof BackPressure.Block block ? block.atMost().toNanos() : 0;
    }

    private void enqueue(Ticket ticket, boolean patient) {
        ticket.deadline = System.nanoTime() + (patient ? Long.MAX_VALUE / 2 : callTimeout.toNanos());
        backlog.add(ticket, flights);
        gathering.arrived(backlog.size());
    }

    /** Waits until the queue has room, or leads to make some; false if there is none in time. */
    private boolean awaitRoom(long nanos, boolean mayLead, Interruption interruption) {
        long left = nanos;
        while (backlog.queued() >= capacity) {
            if (mayLead && mayLead()) {
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
            if (backlog.holds(ticket)) {
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
            if (ticket.deadline - now <= 0 && backlog.remove(ticket)) {
                expire(ticket);
                call.open--;
                taken(call);
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
        Flight flight = flights.begin();
        Set<Ticket> again = new HashSet<>();
        Error error = null;
        try {
            pause(interruption);
            take(flight);
            lock.unlock();
            try {
                if (flights.mayBeMany()) {
                    flight.board();
                }
                List<Ticket> open = flight.open();
                if (!open.isEmpty()) {
                    again.addAll(work.process(open, () -> decided(flight)));
                }
            } catch (RuntimeException failed) {
                flight.fail(failed);
            } catch (Error failed) {
                flight.fail(failed);
                error = failed;
            } finally {
                lock.lock();
            }
            return new Led(settle(flight.batch, again), error);
        } finally {
            land(flight);
            passOn(false);
        }
    }

    /** Lets the next batch be decided while this one is committed. */
    private void decided(Flight flight) {
        boolean drain = false;
        lock.lock();
        try {
            if (flights.decided(flight)) {
                quiet.signalAll();
                drain = passOn(true);
            }
        } finally {
            lock.unlock();
        }
        if (drain) {
            startElsewhere();
        }
    }

    private void land(Flight flight) {
        flights.end(flight);
        if (!flight.batch.isEmpty()) {
            backlog.landed();
            gathering.landed(flight);
        }
        quiet.signalAll();
    }

    /** With nothing to do but tickets of busy subjects, waits a moment, or until something new arrives. */
    @SuppressWarnings("WaitNotInLoop") // waking early costs one look at a busy subject
    private void pause(Interruption interruption) {
        try {
            if (backlog.isOnlyBusy()) {
                long wait = TimeUnit.MILLISECONDS.toNanos(1) << Math.min(backlog.tries(), 10);
                arrived.awaitNanos(Math.min(wait, LONGEST_BUSY_WAIT));
            } else {
                gathering.await(backlog);
            }
        } catch (InterruptedException later) {
            interruption.seen();
        }
    }

    /** Takes the next batch; tickets past their deadline are answered, and in it to be told. */
    private void take(Flight flight) {
        flights.board(flight, backlog);
        long now = System.nanoTime();
        flight.tookOff = now;
        for (Ticket ticket : flight.batch) {
            if (ticket.deadline - now < 0) {
                expire(ticket);
            }
            if (ticket.call != null) {
                taken(ticket.call);
            }
        }
        room.signalAll();
    }

    /** One ticket less of a call waits to be taken. */
    private void taken(Call call) {
        if (--call.queued == 0) {
            waiting.remove(call);
        }
    }

    /** Tells the calls, keeps what is to be tried again, and returns the tickets whose future is to be completed. */
    private List<Ticket> settle(List<Ticket> batch, Set<Ticket> again) {
        List<Ticket> futures = new ArrayList<>();
        for (Ticket ticket : batch) {
            if (again.contains(ticket)) {
                backlog.defer(ticket);
                if (ticket.call != null) {
                    ticket.call.queued++;
                    waiting.add(ticket.call);
                }
                continue;
            }
            if (!ticket.isDone()) {
                ticket.fail(new IllegalStateException("event " + ticket.id() + " was left without a result"));
            }
            if (!tellCall(ticket)) {
                futures.add(ticket);
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
     * If a batch may be taken, wakes the first that waits.
     *
     * @param mayAsk whether the caller can start a drain
     * @return true if the caller is to start one, as nobody waits
     */
    private boolean passOn(boolean mayAsk) {
        if (!mayLead()) {
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

    /** Starts a drain that leads nothing if the executor runs it at once, on this very thread. */
    private void startElsewhere() {
        Drain drain = new Drain();
        drain.asking = Thread.currentThread();
        start(drain);
        drain.asking = null;
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
                while (asking != Thread.currentThread() && !flights.areLedHere() && !drainAsked && mayLead()) {
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
                    startElsewhere();
                }
            } finally {
                futures.forEach(Ticket::publish);
                lock.lock();
            }
        }
    }
}
