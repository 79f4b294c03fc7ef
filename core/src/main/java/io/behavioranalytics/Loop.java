package io.behavioranalytics;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The thread of {@link BehaviorAnalytics#start()}: runs what is due and sleeps until the next instant that is known, but no longer
 * than the processing interval; a commit that schedules something earlier wakes it. A failure is logged and tried again.
 */
final class Loop {
    private static final GuardedLog LOG = GuardedLog.of(Loop.class);
    private static final long SHORTEST_IDLE = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long LONGEST_IDLE = TimeUnit.SECONDS.toNanos(1);

    private final Dispatcher dispatcher;
    private final Alarm alarm;
    private final InstantSource clock;
    private final Duration interval;
    private final BooleanSupplier eachRound;
    private volatile boolean stopping;
    private volatile @Nullable Thread thread;

    Loop(Dispatcher dispatcher, Alarm alarm, InstantSource clock, Duration interval, BooleanSupplier eachRound) {
        this.dispatcher = dispatcher;
        this.alarm = alarm;
        this.clock = clock;
        this.interval = interval;
        this.eachRound = eachRound;
    }

    /**
     * Starts the thread.
     *
     * @throws IllegalStateException if it was started before
     */
    synchronized void start(ThreadFactory threads) {
        if (thread != null) {
            throw new IllegalStateException("this BehaviorAnalytics was started already");
        }
        Thread fresh = threads.newThread(this::run);
        if (fresh == null) {
            throw new IllegalStateException("the thread factory made no thread");
        }
        thread = fresh;
        fresh.start();
    }

    private void run() {
        Tally tally = new Tally();
        int idle = 0;
        while (!stopping) {
            long seen = alarm.epoch();
            alarm.newsBefore(Instant.MAX); // what becomes due from here on raises the epoch
            long sleep;
            try {
                boolean more = eachRound.getAsBoolean();
                if (dispatcher.pump(tally) > 0 || more) {
                    idle = 0;
                    continue;
                }
                long untilDue = untilDue();
                if (untilDue <= 0) {
                    // Due, but not to be had: the rate is used up, or another host has it.
                    untilDue = Math.min(SHORTEST_IDLE << Math.min(idle++, 10), LONGEST_IDLE);
                } else {
                    idle = 0;
                }
                sleep = Math.min(untilDue, dispatcher.superviseNanos());
            } catch (RuntimeException failed) {
                LOG.warn("timers and actions could not be run, they are tried again", failed);
                sleep = Math.min(SHORTEST_IDLE << Math.min(idle++, 10), LONGEST_IDLE);
            } catch (Error failed) {
                LOG.error("timers and actions could not be run, they are tried again", failed);
                sleep = LONGEST_IDLE;
            }
            alarm.await(seen, sleep);
        }
    }

    private long untilDue() {
        long longest = interval.toNanos();
        Instant next = dispatcher.nextDue().orElse(Instant.MAX);
        Instant now = clock.instant();
        if (!next.isAfter(now)) {
            return 0;
        }
        Instant bound = now.plus(interval);
        alarm.newsBefore(next.isBefore(bound) ? next : bound);
        return next.isBefore(bound) ? Math.max(1, Duration.between(now, next).toNanos()) : longest;
    }

    /** Ends the thread, and waits for that until the deadline. */
    void close(long deadline) {
        stopping = true;
        alarm.raise();
        Thread running = thread;
        if (running == null || running == Thread.currentThread()) {
            return;
        }
        boolean interrupted = false;
        long left = deadline - System.nanoTime();
        while (running.isAlive() && left > 0) {
            try {
                running.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(left)));
            } catch (InterruptedException later) {
                interrupted = true;
            }
            left = deadline - System.nanoTime();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
