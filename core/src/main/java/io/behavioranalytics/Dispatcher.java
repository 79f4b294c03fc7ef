package io.behavioranalytics;

import io.behavioranalytics.action.ActionExecutor;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.store.Claim;
import io.behavioranalytics.store.Queue;
import io.behavioranalytics.store.Settlement;
import io.behavioranalytics.store.Store;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs what is due: first timers, then actions. Attempts run on workers made on demand, or inline; whoever waits here also
 * supervises, that is, renews leases and ends attempts that pass their deadline.
 */
final class Dispatcher {
    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);
    private static final int MOST_ROUNDS = 10_000;
    private static final int SETTLE_TRIES = 3;

    /** What one run did. Guarded by the dispatcher's lock. */
    static final class Tally {
        private long timers;
        private long done;
        private long retried;
        private long dead;
        private long skipped;
        private int running;

        private DueReport report() {
            return new DueReport(timers, done, retried, dead, skipped);
        }
    }

    private final Store store;
    private final Queue queue;
    private final Pipeline pipeline;
    private final InstantSource clock;
    private final Settings settings;
    private final Counters counters;
    private final Backoff backoff;
    private final Alarm alarm;
    private final Map<String, Lane> lanes = new LinkedHashMap<>();
    private final @Nullable ThreadPoolExecutor workers;
    private final Set<Thread> executing = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private final Set<Attempt> running = new LinkedHashSet<>();

    private volatile boolean closed;

    Dispatcher(
            Store store,
            Pipeline pipeline,
            InstantSource clock,
            Settings settings,
            Counters counters,
            Backoff backoff,
            Map<String, ActionExecutor> executors,
            @Nullable ThreadFactory threads,
            Alarm alarm) {
        this.store = store;
        this.queue = store.queue();
        this.pipeline = pipeline;
        this.clock = clock;
        this.settings = settings;
        this.counters = counters;
        this.backoff = backoff;
        this.alarm = alarm;
        executors.forEach((type, executor) -> lanes.put(type, new Lane(executor, type, settings.actionThreads())));
        workers = threads == null
                ? null
                : new ThreadPoolExecutor(0, Integer.MAX_VALUE, 5, TimeUnit.SECONDS, new SynchronousQueue<>(), threads);
    }

    /** Runs timers and actions until nothing is due any more; called by an executor it does nothing. */
    DueReport runDue() {
        if (executing.contains(Thread.currentThread())) {
            return DueReport.NOTHING;
        }
        Tally tally = new Tally();
        boolean interrupted = Thread.interrupted();
        try {
            for (int round = 0; round < MOST_ROUNDS && !closed; round++) {
                long seen = alarm.epoch();
                if (pump(tally) == 0) {
                    if (!isRunning(tally)) {
                        break;
                    }
                    interrupted |= alarm.await(seen, superviseNanos());
                }
            }
            long seen = alarm.epoch();
            while (isRunning(tally) && !closed) {
                interrupted |= alarm.await(seen, superviseNanos());
                seen = alarm.epoch();
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        lock.lock();
        try {
            return tally.report();
        } finally {
            lock.unlock();
        }
    }

    /** One look at what is due, without waiting for what it starts; the number of things begun. */
    int pump(Tally tally) {
        return runTimers(tally) + startActions(tally);
    }

    /** Types of which a further action could be begun now. */
    private List<String> openTypes() {
        lock.lock();
        try {
            return lanes.values().stream()
                    .filter(lane -> lane.free() > 0)
                    .map(Lane::type)
                    .toList();
        } finally {
            lock.unlock();
        }
    }

    /** When something may be due next: a timer, or an action that could be begun now. */
    Optional<Instant> nextDue() {
        Optional<Instant> timer = store.subjects().nextDue();
        List<String> types = openTypes();
        Optional<Instant> action = types.isEmpty() ? Optional.empty() : queue.nextDue(types);
        if (timer.isEmpty() || action.isEmpty()) {
            return timer.or(() -> action);
        }
        return timer.get().isBefore(action.get()) ? timer : action;
    }

    private int runTimers(Tally tally) {
        int claimed = 0;
        List<SubjectId> due;
        do {
            due = store.subjects().claimDue(clock.instant(), settings.batchSize(), settings.actionLease());
            if (!due.isEmpty()) {
                int done = pipeline.redecide(due, true).size();
                counters.timers.add(done);
                add(tally, done);
                claimed += due.size();
            }
        } while (due.size() == settings.batchSize() && !closed);
        return claimed;
    }

    private void add(Tally tally, int timers) {
        lock.lock();
        try {
            tally.timers += timers;
        } finally {
            lock.unlock();
        }
    }

    private int startActions(Tally tally) {
        if (lanes.isEmpty() || closed) {
            return 0;
        }
        if (workers == null) {
            // In the order in which they fall due, across executors.
            List<Claim> claims = claim(List.copyOf(lanes.keySet()), settings.batchSize());
            for (Claim claim : claims) {
                Attempt attempt = attempt(claim, tally);
                executing.add(Thread.currentThread());
                try {
                    run(attempt);
                } finally {
                    executing.remove(Thread.currentThread());
                }
            }
            return claims.size();
        }
        int started = 0;
        for (Lane lane : lanes.values()) {
            int free = reserve(lane);
            List<Claim> claims = List.of();
            try {
                if (free > 0) {
                    claims = claim(List.of(lane.type()), free);
                }
            } finally {
                release(lane, free - claims.size());
            }
            for (Claim claim : claims) {
                start(attempt(claim, tally));
            }
            started += claims.size();
        }
        return started;
    }

    /** Takes all free places of a lane, so that two threads do not claim for the same place. */
    private int reserve(Lane lane) {
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

    private void release(Lane lane, int places) {
        lock.lock();
        try {
            for (int i = 0; i < places; i++) {
                lane.end();
            }
        } finally {
            lock.unlock();
        }
    }

    private List<Claim> claim(Collection<String> types, int limit) {
        return queue.claim(types, clock.instant(), limit, settings.actionLease(), settings.triggerMaxExecutionRate());
    }

    private Attempt attempt(Claim claim, Tally tally) {
        Lane lane = Objects.requireNonNull(lanes.get(claim.action().action().type()), "an action of another type");
        return new Attempt(claim, lane, tally, clock, settings, backoff);
    }

    /** Hands an attempt, whose place in the lane is taken, to a worker. */
    private void start(Attempt attempt) {
        lock.lock();
        try {
            running.add(attempt);
            attempt.tally.running++;
        } finally {
            lock.unlock();
        }
        try {
            Objects.requireNonNull(workers).execute(() -> work(attempt));
        } catch (RejectedExecutionException | OutOfMemoryError refused) {
            LOG.warn(
                    "no worker for action {}, it is left to its lease: {}",
                    attempt.claim.action().id(),
                    refused.toString());
            finish(attempt, false);
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
        try {
            begun = queue.renew(attempt.claim, settings.actionLease());
        } catch (RuntimeException failed) {
            LOG.warn("action {} was not begun", attempt.claim.action().id(), failed);
            begun = false;
        }
        if (!begun) {
            count(attempt.tally, null);
            attempt.end();
            return;
        }
        attempt.began();
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

    /** The virtual machine is in trouble: what was learnt is recorded, now the host has to know. */
    private void report(VirtualMachineError fatal) {
        LOG.error("an executor ended with an error of the virtual machine", fatal);
        if (workers == null) {
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
        lock.lock();
        try {
            if (settlement == null) {
                tally.skipped++;
            } else if (settlement instanceof Settlement.Done) {
                tally.done++;
                counters.actionsDone.increment();
            } else if (settlement instanceof Settlement.Retry) {
                tally.retried++;
                counters.actionRetries.increment();
            } else {
                tally.dead++;
                counters.actionsDead.increment();
            }
        } finally {
            lock.unlock();
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
                attempt.tally.running--;
            }
        } finally {
            lock.unlock();
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
        try {
            if (!queue.renew(attempt.claim, settings.actionLease())) {
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
        lock.lock();
        try {
            if (!attempt.expire()) {
                return;
            }
            running.remove(attempt);
            attempt.lane.lose();
            counters.stuckThreads.increment();
            if (attempt.lane.isOpenCircuit()) {
                LOG.error(
                        "executor {} hangs in {} threads: it gets no more until one returns",
                        attempt.lane.type(),
                        Lane.MOST_STUCK);
            }
        } finally {
            lock.unlock();
        }
        counters.actionTimeouts.increment();
        settle(attempt, settlement);
        lock.lock();
        try {
            attempt.tally.running--;
        } finally {
            lock.unlock();
        }
        alarm.raise();
    }

    private boolean isRunning(Tally tally) {
        lock.lock();
        try {
            return tally.running > 0;
        } finally {
            lock.unlock();
        }
    }

    /** Begins nothing any more, waits for what runs until the deadline, then interrupts it. */
    void close(long deadline) {
        closed = true;
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
        if (workers != null) {
            workers.shutdown();
        }
        if (interrupted) {
            self.interrupt();
        }
    }
}
