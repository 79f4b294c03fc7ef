package io.behavioranalytics;

import io.behavioranalytics.decision.Release;
import io.behavioranalytics.store.Queue;
import io.behavioranalytics.store.Settlement;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Carries out attempts: on threads made on demand, or inline. Whoever waits for them supervises them: renews their leases and ends
 * those that pass their deadline. Foreign code, the store and the log are never called under the lock.
 */
final class Workers {
    private static final GuardedLog LOG = GuardedLog.of(Workers.class);
    private static final int SETTLE_TRIES = 3;

    private final Queue queue;
    private final Clearance clearance;
    private final InstantSource clock;
    private final Settings settings;
    private final Counters counters;
    private final Alarm alarm;
    private final @Nullable ThreadPoolExecutor threads;
    private final Set<Thread> executing = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private final Set<Attempt> running = new LinkedHashSet<>();

    /** Makes workers; without a factory they only work inline. */
    Workers(
            Queue queue,
            Clearance clearance,
            InstantSource clock,
            Settings settings,
            Counters counters,
            @Nullable ThreadFactory factory,
            Alarm alarm) {
        this.clearance = clearance;
        this.clock = clock;
        this.queue = queue;
        this.settings = settings;
        this.counters = counters;
        this.alarm = alarm;
        this.threads = factory == null
                ? null
                : new ThreadPoolExecutor(0, Integer.MAX_VALUE, 5, TimeUnit.SECONDS, new SynchronousQueue<>(), factory);
    }

    boolean areInline() {
        return threads == null;
    }

    /** Tells whether this thread is in the middle of an attempt. */
    boolean isExecuting() {
        return executing.contains(Thread.currentThread());
    }

    /** Types of which a further action could be begun now. */
    List<String> openTypes(Collection<Lane> lanes) {
        lock.lock();
        try {
            return lanes.stream()
                    .filter(lane -> lane.free() > 0)
                    .map(Lane::type)
                    .toList();
        } finally {
            lock.unlock();
        }
    }

    /** Takes all free places of a lane, so that two threads do not claim for the same place. */
    int reserve(Lane lane) {
        lock.lock();
        try {
            int free = Math.max(0, lane.free());
            for (int i = 0; i < free; i++) {
                lane.begin();
            }
            return free;
        } finally {
            lock.unlock();
        }
    }

    void release(Lane lane, int places) {
        lock.lock();
        try {
            for (int i = 0; i < places; i++) {
                lane.end();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Hands an attempt, whose place in the lane is taken, to a worker. */
    void start(Attempt attempt) {
        attempt.tally.begin();
        lock.lock();
        try {
            running.add(attempt);
        } finally {
            lock.unlock();
        }
        try {
            Objects.requireNonNull(threads).execute(() -> work(attempt));
        } catch (RejectedExecutionException | OutOfMemoryError refused) {
            LOG.warn(
                    "no worker for action {}, it is left to its lease: {}",
                    attempt.claim.action().id(),
                    refused.getClass().getName());
            finish(attempt, false);
        }
    }

    /** Carries an attempt out on this thread. */
    void runInline(Attempt attempt) {
        executing.add(Thread.currentThread());
        try {
            run(attempt);
        } finally {
            executing.remove(Thread.currentThread());
            if (attempt.isHostInterrupted()) {
                attempt.tally.interrupted();
            }
        }
    }

    private void work(Attempt attempt) {
        executing.add(Thread.currentThread());
        try {
            run(attempt);
        } finally {
            executing.remove(Thread.currentThread());
            finish(attempt, attempt.isExpired());
        }
    }

    /** Begins, executes and settles. */
    private void run(Attempt attempt) {
        if (attempt.isBeyondLast()) {
            if (attempt.end()) {
                settle(attempt, attempt.beyondLast());
            }
            return;
        }
        boolean begun;
        long asked = System.nanoTime();
        try {
            begun = isCleared(attempt) && queue.renew(attempt.claim, settings.actionLease());
        } catch (RuntimeException failed) {
            LOG.warn("action {} was not begun", attempt.claim.action().id(), failed);
            begun = false;
        }
        if (!begun) {
            count(attempt.tally, null);
            attempt.end();
            return;
        }
        attempt.began(asked);
        Attempt.End end = attempt.execute();
        if (attempt.end()) {
            settle(attempt, end.settlement());
        } else {
            counters.staleResults.increment();
        }
        if (end.fatal() != null) {
            report(end.fatal());
        }
    }

    /** Asks whether the action may be begun; one that has to wait is put back. */
    private boolean isCleared(Attempt attempt) {
        Release answer = clearance.of(attempt.claim.action());
        if (answer instanceof Release.Hold hold) {
            queue.settle(attempt.claim, new Settlement.Held(clock.instant(), hold.until()));
        }
        return answer instanceof Release.Go;
    }

    /** The virtual machine is in trouble: what was learnt is recorded, now the host has to know. */
    private void report(VirtualMachineError fatal) {
        LOG.error("an executor ended with an error of the virtual machine", fatal);
        if (threads == null) {
            throw fatal;
        }
        Thread thread = Thread.currentThread();
        thread.getUncaughtExceptionHandler().uncaughtException(thread, fatal);
    }

    private void settle(Attempt attempt, Settlement settlement) {
        boolean recorded = false;
        for (int i = 1; i <= SETTLE_TRIES; i++) {
            try {
                recorded = queue.settle(attempt.claim, settlement);
                break;
            } catch (RuntimeException failed) {
                LOG.warn(
                        "the end of action {} could not be recorded, try {}",
                        attempt.claim.action().id(),
                        i,
                        failed);
            }
        }
        if (recorded) {
            count(attempt.tally, settlement);
        } else {
            counters.staleResults.increment();
            count(attempt.tally, null);
        }
    }

    private void count(Tally tally, @Nullable Settlement settlement) {
        tally.ended(settlement);
        if (settlement instanceof Settlement.Done) {
            counters.actionsDone.increment();
        } else if (settlement instanceof Settlement.Retry) {
            counters.actionRetries.increment();
        } else if (settlement instanceof Settlement.Dead) {
            counters.actionsDead.increment();
        }
    }

    /** A worker is through with an attempt. */
    private void finish(Attempt attempt, boolean wasGivenUp) {
        lock.lock();
        try {
            if (wasGivenUp) {
                attempt.lane.regain();
                counters.stuckThreads.decrement();
            } else {
                attempt.lane.end();
                running.remove(attempt);
            }
        } finally {
            lock.unlock();
        }
        if (!wasGivenUp) {
            attempt.tally.end();
        }
        alarm.raise();
    }

    /** Renews leases and ends attempts past their deadline; the nanoseconds until there is more of that to do. */
    long superviseNanos() {
        List<Attempt> all;
        lock.lock();
        try {
            all = new ArrayList<>(running);
        } finally {
            lock.unlock();
        }
        long next = TimeUnit.MINUTES.toNanos(1);
        for (Attempt attempt : all) {
            long now = System.nanoTime();
            if (attempt.deadline() - now <= 0) {
                giveUp(attempt, attempt.timedOut());
                continue;
            }
            if (attempt.renewAt() - now <= 0) {
                renew(attempt);
            }
            next = Math.min(next, Math.min(attempt.deadline() - now, attempt.renewAt() - now));
        }
        return Math.max(next, 0);
    }

    private void renew(Attempt attempt) {
        attempt.renewed();
        long asked = System.nanoTime();
        try {
            if (queue.renew(attempt.claim, settings.actionLease())) {
                attempt.held(asked);
            } else {
                attempt.lose();
                LOG.debug(
                        "the lease of action {} is lost", attempt.claim.action().id());
            }
        } catch (RuntimeException failed) {
            LOG.warn(
                    "the lease of action {} could not be renewed",
                    attempt.claim.action().id(),
                    failed);
        }
    }

    private void giveUp(Attempt attempt, Settlement settlement) {
        boolean opens;
        lock.lock();
        try {
            if (!attempt.expire()) {
                return;
            }
            running.remove(attempt);
            attempt.lane.lose();
            opens = attempt.lane.isOpenCircuit();
        } finally {
            lock.unlock();
        }
        counters.stuckThreads.increment();
        counters.actionTimeouts.increment();
        if (opens) {
            LOG.error(
                    "executor {} hangs in {} threads: it gets no more until one returns",
                    attempt.lane.type(),
                    Lane.MOST_STUCK);
        }
        settle(attempt, settlement);
        attempt.tally.end();
        alarm.raise();
    }

    /** Waits for what runs until the deadline, then interrupts it; nothing is to be started any more. */
    void close(long deadline) {
        alarm.raise();
        boolean interrupted = false;
        Thread self = Thread.currentThread();
        while (true) {
            long seen = alarm.epoch();
            long supervise = superviseNanos();
            List<Attempt> others;
            lock.lock();
            try {
                others = running.stream().filter(a -> !a.isRunBy(self)).toList();
            } finally {
                lock.unlock();
            }
            long left = deadline - System.nanoTime();
            if (others.isEmpty()) {
                break;
            }
            if (left <= 0) {
                others.forEach(attempt -> giveUp(attempt, attempt.hostClosed()));
                break;
            }
            interrupted |= alarm.await(seen, Math.min(left, supervise));
        }
        if (threads != null) {
            threads.shutdown();
        }
        if (interrupted) {
            self.interrupt();
        }
    }
}
