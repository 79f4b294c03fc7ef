package io.behavioranalytics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One task that an executor may begin late, twice or never. */
@Timeout(120)
class BackgroundTaskTest {
    private final Deque<Runnable> taken = new ArrayDeque<>();
    private final AtomicInteger done = new AtomicInteger();

    private BackgroundTask task(Runnable work, Executor executor, Duration patience) {
        return new BackgroundTask(work, new Background(executor), patience);
    }

    private BackgroundTask counting(Duration patience) {
        return task(done::incrementAndGet, taken::add, patience);
    }

    @Test
    void it_works_once_however_often_it_is_asked_for_before_it_begins() throws Exception {
        BackgroundTask task = counting(Duration.ofDays(1));
        task.request();
        task.request();
        assertThat(task.isRunning()).isTrue();
        assertThat(task.await(Duration.ZERO)).isFalse();
        assertThat(taken).hasSize(1);
        taken.remove().run();
        assertThat(done).hasValue(1);
        assertThat(task.isRunning()).isFalse();
        assertThat(task.await(Duration.ofSeconds(Long.MAX_VALUE))).isTrue();
    }

    @Test
    void asked_for_while_it_works_it_works_once_more() {
        BackgroundTask[] self = new BackgroundTask[1];
        self[0] = task(
                () -> {
                    if (done.incrementAndGet() < 3) {
                        self[0].request();
                        self[0].request();
                    }
                },
                taken::add,
                Duration.ofDays(1));
        self[0].request();
        taken.remove().run();
        assertThat(done).hasValue(3);
        assertThat(taken).isEmpty();
        assertThat(self[0].isRunning()).isFalse();
    }

    @Test
    void one_that_the_executor_dropped_is_asked_for_again_and_works_once_if_it_comes_late_all_the_same() {
        BackgroundTask task = counting(Duration.ZERO);
        task.recall();
        assertThat(taken).isEmpty();
        task.request();
        task.recall();
        assertThat(taken).hasSize(2);
        taken.remove().run();
        taken.remove().run();
        assertThat(done).hasValue(1);
        task.recall();
        assertThat(taken).isEmpty();
    }

    @Test
    void an_executor_that_still_has_time_to_begin_is_not_asked_again() {
        BackgroundTask task = counting(Duration.ofDays(1));
        task.request();
        task.recall();
        assertThat(taken).hasSize(1);
    }

    @Test
    void what_the_work_throws_ends_it_until_it_is_asked_for_anew() {
        BackgroundTask task = task(
                () -> {
                    if (done.incrementAndGet() == 1) {
                        throw new IllegalStateException("the first time");
                    }
                },
                taken::add,
                Duration.ofDays(1));
        task.request();
        assertThatThrownBy(taken.remove()::run).hasMessage("the first time");
        assertThat(task.isRunning()).isFalse();
        task.request();
        taken.remove().run();
        assertThat(done).hasValue(2);
    }

    @Test
    void it_is_at_work_in_one_thread_at_a_time_and_closing_waits_for_that() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        BackgroundTask task = task(
                () -> {
                    begun.countDown();
                    uninterrupted(end);
                    done.incrementAndGet();
                },
                taken::add,
                Duration.ZERO);
        task.request();
        task.recall();
        try (Racers racers = new Racers(2)) {
            Future<?> first = racers.start(() -> {
                taken.remove().run();
                return null;
            });
            assertThat(begun.await(Racers.SECONDS, TimeUnit.SECONDS)).isTrue();
            taken.remove().run(); // comes too late, and gets back at once
            task.request(); // once more, which closing forestalls

            assertThat(task.close(System.nanoTime())).isFalse();
            assertThat(task.isClosed()).isTrue();
            Future<Boolean> closed =
                    racers.start(() -> task.close(System.nanoTime() + TimeUnit.SECONDS.toNanos(Racers.SECONDS)));
            end.countDown();
            assertThat(closed.get(Racers.SECONDS, TimeUnit.SECONDS)).isTrue();
            first.get(Racers.SECONDS, TimeUnit.SECONDS);
        }
        assertThat(done).hasValue(1);
        assertThat(taken).isEmpty();
    }

    private static void uninterrupted(CountDownLatch latch) {
        try {
            assertThat(latch.await(Racers.SECONDS, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void closing_keeps_the_interrupt_of_who_closes_and_does_not_wait_for_itself() {
        BackgroundTask[] self = new BackgroundTask[1];
        self[0] = task(
                () -> {
                    Thread.currentThread().interrupt();
                    assertThat(self[0].close(System.nanoTime() + TimeUnit.SECONDS.toNanos(Racers.SECONDS)))
                            .isTrue();
                    done.incrementAndGet();
                },
                Runnable::run,
                Duration.ofDays(1));
        self[0].request();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(done).hasValue(1);
    }

    @Test
    void once_closed_it_begins_nothing() {
        BackgroundTask asked = counting(Duration.ZERO);
        asked.request();
        assertThat(asked.close(System.nanoTime())).isTrue();
        asked.request();
        asked.recall();
        assertThat(taken).hasSize(1);
        taken.remove().run();
        assertThat(done).hasValue(0);
        assertThat(asked.isRunning()).isFalse();
    }
}
