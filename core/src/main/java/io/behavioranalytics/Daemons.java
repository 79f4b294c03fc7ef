package io.behavioranalytics;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/** Makes named threads that do not keep the process alive. */
final class Daemons implements ThreadFactory {
    private final AtomicInteger made = new AtomicInteger();

    @Override
    public Thread newThread(Runnable task) {
        Thread thread = new Thread(task, "behavior-analytics-" + made.incrementAndGet());
        thread.setDaemon(true);
        return thread;
    }
}
