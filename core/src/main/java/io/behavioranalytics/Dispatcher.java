package io.behavioranalytics;

import io.behavioranalytics.action.ActionExecutor;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.store.Claim;
import io.behavioranalytics.store.Queue;
import io.behavioranalytics.store.Store;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/**
 * Runs what is due: first timers, then actions. Each executor has a lane of its own, so that a slow one holds up nobody else;
 * inline, actions run in the order in which they fall due.
 */
final class Dispatcher {
    private static final int MOST_ROUNDS = 10_000;

    private final Store store;
    private final Queue queue;
    private final Pipeline pipeline;
    private final InstantSource clock;
    private final Settings settings;
    private final Counters counters;
    private final Backoff backoff;
    private final Alarm alarm;
    private final Map<String, Lane> lanes = new LinkedHashMap<>();
    private final Workers workers;
    private volatile boolean closed;

    Dispatcher(
            Store store,
            Pipeline pipeline,
            Clearance clearance,
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
        workers = new Workers(queue, clearance, clock, settings, counters, threads, alarm);
    }

    /** Runs timers and actions until nothing is due any more; called by an executor it does nothing. */
    DueReport runDue() {
        if (workers.isExecuting()) {
            return DueReport.NOTHING;
        }
        Tally tally = new Tally();
        boolean interrupted = Thread.interrupted();
        try {
            for (int round = 0; round < MOST_ROUNDS && !closed; round++) {
                long seen = alarm.epoch();
                if (pump(tally) == 0) {
                    if (!tally.isRunning()) {
                        break;
                    }
                    interrupted |= alarm.await(seen, workers.superviseNanos());
                }
            }
            long seen = alarm.epoch();
            while (tally.isRunning() && !closed) {
                interrupted |= alarm.await(seen, workers.superviseNanos());
                seen = alarm.epoch();
            }
        } finally {
            if (interrupted || tally.isInterrupted()) {
                Thread.currentThread().interrupt();
            }
        }
        return tally.report();
    }

    long superviseNanos() {
        return workers.superviseNanos();
    }

    /** One look at what is due, without waiting for what it starts; the number of things begun. */
    int pump(Tally tally) {
        return runTimers(tally) + startActions(tally);
    }

    /** When something may be due next: a timer, or an action that could be begun now. */
    Optional<Instant> nextDue() {
        Optional<Instant> timer = store.subjects().nextDue();
        List<String> types = workers.openTypes(lanes.values());
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
                tally.timers(done);
                claimed += due.size();
            }
        } while (due.size() == settings.batchSize() && !closed);
        return claimed;
    }

    private int startActions(Tally tally) {
        if (lanes.isEmpty() || closed) {
            return 0;
        }
        if (workers.areInline()) {
            // In the order in which they fall due, across executors.
            List<Claim> claims = claim(List.copyOf(lanes.keySet()), settings.batchSize());
            for (Claim claim : claims) {
                workers.runInline(attempt(claim, tally));
            }
            return claims.size();
        }
        int started = 0;
        for (Lane lane : lanes.values()) {
            int free = workers.reserve(lane);
            List<Claim> claims = List.of();
            try {
                if (free > 0) {
                    claims = claim(List.of(lane.type()), free);
                }
            } finally {
                workers.release(lane, free - claims.size());
            }
            for (Claim claim : claims) {
                workers.start(attempt(claim, tally));
            }
            started += claims.size();
        }
        return started;
    }

    private List<Claim> claim(Collection<String> types, int limit) {
        return queue.claim(types, clock.instant(), limit, settings.actionLease(), settings.triggerMaxExecutionRate());
    }

    private Attempt attempt(Claim claim, Tally tally) {
        Lane lane = Objects.requireNonNull(lanes.get(claim.action().action().type()), "an action of another type");
        return new Attempt(claim, lane, tally, clock, settings, backoff);
    }

    /** Begins nothing any more, waits for what runs until the deadline, then interrupts it. */
    void close(long deadline) {
        closed = true;
        workers.close(deadline);
    }
}
