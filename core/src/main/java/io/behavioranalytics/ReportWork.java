package io.behavioranalytics;

import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.report.Report;
import io.behavioranalytics.report.ReportRun;
import io.behavioranalytics.report.SegmentStays;
import io.behavioranalytics.store.SubjectRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A scan's subjects on their way into a report: some of them at once where an executor helps, in parts whose events are few enough to
 * be held. Taken in by one thread.
 */
final class ReportWork<R extends Report> {
    private static final int PART_SUBJECTS = 256;
    private static final int PART_EVENTS = 16_384;
    private static final int TOLD_EVERY = 1_000;

    private final ReportRun<R> whole;
    private final Function<SubjectId, SegmentStays> stays;
    private final ReportOptions options;
    private final long all;
    private final Semaphore places;
    private final ConcurrentLinkedQueue<ReportRun<R>> idle = new ConcurrentLinkedQueue<>();
    private final List<ReportRun<R>> runs = new ArrayList<>();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    private List<SubjectRecord> part = new ArrayList<>();
    private int partEvents;
    private long taken;
    private boolean cancelled;

    ReportWork(ReportRun<R> whole, Function<SubjectId, SegmentStays> stays, ReportOptions options, long all) {
        this.whole = whole;
        this.stays = stays;
        this.options = options;
        this.all = all;
        this.places = new Semaphore(options.parallelism());
    }

    /** Takes a subject from the scan; false ends it. */
    boolean take(SubjectRecord record) {
        if (options.cancelled().getAsBoolean()) {
            cancelled = true;
            return false;
        }
        if (failure.get() != null) {
            return false;
        }
        Executor executor = options.executor();
        if (executor == null) {
            accumulate(whole, record);
        } else {
            part.add(record);
            partEvents += record.timeline().size();
            if (part.size() >= PART_SUBJECTS || partEvents >= PART_EVENTS) {
                hand(executor);
            }
        }
        if (++taken % TOLD_EVERY == 0) {
            tell();
        }
        return true;
    }

    private void tell() {
        try {
            options.progress().progressed(taken, Math.max(all, taken));
        } catch (RuntimeException | Error failed) {
            places.acquireUninterruptibly(options.parallelism());
            throw failed;
        }
    }

    private void accumulate(ReportRun<R> run, SubjectRecord record) {
        run.accumulate(record.subject(), record.timeline(), stays.apply(record.subject()));
    }

    private void hand(Executor executor) {
        List<SubjectRecord> records = part;
        part = new ArrayList<>();
        partEvents = 0;
        places.acquireUninterruptibly();
        ReportRun<R> free = idle.poll();
        ReportRun<R> run = free == null ? whole.another() : free;
        if (free == null) {
            runs.add(run);
        }
        Runnable work = () -> {
            try {
                records.forEach(record -> accumulate(run, record));
            } catch (RuntimeException | Error failed) {
                failure.compareAndSet(null, failed);
            } finally {
                idle.add(run);
                places.release();
            }
        };
        try {
            executor.execute(work);
        } catch (RejectedExecutionException refused) {
            work.run();
        }
    }

    /** Waits for all that was begun and merges it; true if nothing was left out. */
    boolean finish() {
        Executor executor = options.executor();
        if (executor != null && !part.isEmpty()) {
            hand(executor);
        }
        places.acquireUninterruptibly(options.parallelism());
        Throwable failed = failure.get();
        if (failed instanceof Error error) {
            throw error;
        }
        if (failed instanceof RuntimeException exception) {
            throw exception;
        }
        runs.forEach(whole::merge);
        options.progress().progressed(taken, Math.max(all, taken));
        return !cancelled;
    }
}
