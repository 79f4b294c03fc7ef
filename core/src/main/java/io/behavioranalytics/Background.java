package io.behavioranalytics;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Where work goes that no caller waits for: the host's executor, or the common pool if there is none or it takes nothing any more. A
 * task runs once, even if an executor both takes and refuses it.
 */
final class Background {
    private static final GuardedLog LOG = GuardedLog.of(Background.class);

    private final Supplier<Executor> executor;
    private final AtomicBoolean refusals = new AtomicBoolean();

    /** Over the host's executor; the common pool is not so much as looked at before it is needed. */
    Background(@Nullable Executor given) {
        this.executor = given == null ? Background::commonPool : () -> given;
    }

    private static Executor commonPool() {
        return new CompletableFuture<Void>().defaultExecutor();
    }

    /** Starts a task; runs it here only if the executor does, or if no thread at all is to be had. */
    void start(Runnable task) {
        Once once = new Once(task);
        try {
            executor.get().execute(once);
        } catch (RuntimeException | OutOfMemoryError refused) {
            if (once.begun.get()) {
                throw refused; // it comes from the task
            }
            if (!refusals.getAndSet(true)) {
                LOG.warn("the executor takes no task; the common pool is used instead", refused);
            }
            try {
                commonPool().execute(once);
            } catch (RuntimeException | OutOfMemoryError noThread) {
                once.run(); // better slow than lost
            }
        }
    }

    private static final class Once implements Runnable {
        private final Runnable task;
        private final AtomicBoolean begun = new AtomicBoolean();

        Once(Runnable task) {
            this.task = task;
        }

        @Override
        public void run() {
            if (begun.compareAndSet(false, true)) {
                task.run();
            }
        }
    }
}
