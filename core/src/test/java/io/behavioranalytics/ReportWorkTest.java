package io.behavioranalytics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How much is held of what a report reads; a subject is its number of events here. */
class ReportWorkTest {
    private static final int THREADS = 2;
    private static final int PART = 16_384;
    private static final int LONGEST = 5_000;

    private final AtomicLong read = new AtomicLong();
    private final AtomicLong folded = new AtomicLong();
    private final AtomicLong mostSubjects = new AtomicLong();
    private final AtomicLong mostEvents = new AtomicLong();

    private final ReportWork.Folding<AtomicLong, Integer> folding = new ReportWork.Folding<>() {
        @Override
        public AtomicLong another() {
            return new AtomicLong();
        }

        @Override
        public void accumulate(AtomicLong fold, List<Integer> subjects) {
            long events = subjects.stream().mapToLong(Integer::longValue).sum();
            mostSubjects.accumulateAndGet(subjects.size(), Math::max);
            mostEvents.accumulateAndGet(events, Math::max);
            fold.addAndGet(events);
            folded.addAndGet(events);
        }

        @Override
        public void merge(AtomicLong whole, AtomicLong part) {
            whole.addAndGet(part.get());
        }

        @Override
        public int events(Integer subject) {
            return subject;
        }
    };

    @Test
    void no_more_is_held_than_two_parts_for_each_thread_and_the_one_that_is_gathered() {
        ExecutorService pool = Executors.newFixedThreadPool(THREADS);
        try {
            for (ReportOptions options :
                    List.of(ReportOptions.defaults(), ReportOptions.defaults().on(pool, THREADS))) {
                read.set(0);
                folded.set(0);
                AtomicLong whole = new AtomicLong();
                ReportWork<AtomicLong, Integer> work = new ReportWork<>(whole, folding, options, 20_000);
                Random random = new Random(7);
                long mostHeld = 0;
                for (int i = 0; i < 20_000; i++) {
                    // Stretches of subjects of one event, by which parts are full of subjects, and of long ones.
                    int subject = i / 2_000 % 2 == 0 ? 1 : 1 + random.nextInt(LONGEST);
                    read.addAndGet(subject);
                    assertThat(work.take(subject)).isTrue();
                    mostHeld = Math.max(mostHeld, read.get() - folded.get());
                }
                assertThat(work.finish()).isTrue();

                assertThat(whole.get()).isEqualTo(read.get());
                assertThat(mostHeld).isBetween(1L, (2L * THREADS + 1) * (PART + LONGEST));
                assertThat(mostSubjects.get()).isEqualTo(256);
                assertThat(mostEvents.get()).isBetween((long) PART, (long) PART + LONGEST);
            }
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    @Timeout(60)
    void an_executor_that_begins_nothing_keeps_nobody_waiting_and_changes_nothing_if_it_begins_late() {
        List<Runnable> dropped = new ArrayList<>();
        AtomicLong whole = new AtomicLong();
        ReportWork<AtomicLong, Integer> work =
                new ReportWork<>(whole, folding, ReportOptions.defaults().on(dropped::add, THREADS), 2_000);
        for (int i = 0; i < 2_000; i++) {
            assertThat(work.take(100)).isTrue();
        }
        assertThat(work.finish()).isTrue();
        assertThat(whole.get()).isEqualTo(200_000);

        assertThat(dropped).hasSize(THREADS);
        dropped.forEach(Runnable::run);
        assertThat(whole.get()).isEqualTo(200_000);
        assertThat(folded.get()).isEqualTo(200_000);
    }

    @Test
    void a_task_that_an_executor_runs_twice_works_once_as_no_two_may_work_on_one_fold() {
        List<Runnable> tasks = new ArrayList<>();
        Set<AtomicLong> inUse = Collections.newSetFromMap(new IdentityHashMap<>());
        ReportWork.Folding<AtomicLong, Integer> again = new ReportWork.Folding<>() {
            @Override
            public AtomicLong another() {
                return folding.another();
            }

            @Override
            public void accumulate(AtomicLong fold, List<Integer> subjects) {
                assertThat(inUse.add(fold)).as("nobody else's").isTrue();
                List.copyOf(tasks).forEach(Runnable::run);
                folding.accumulate(fold, subjects);
                inUse.remove(fold);
            }

            @Override
            public void merge(AtomicLong whole, AtomicLong part) {
                folding.merge(whole, part);
            }

            @Override
            public int events(Integer subject) {
                return folding.events(subject);
            }
        };
        AtomicLong whole = new AtomicLong();
        ReportWork<AtomicLong, Integer> work =
                new ReportWork<>(whole, again, ReportOptions.defaults().on(tasks::add, 4), 4 * PART);
        for (int i = 0; i < 4; i++) {
            assertThat(work.take(PART)).isTrue();
        }
        assertThat(tasks).as("begun by none so far").hasSize(4);
        tasks.get(0).run();
        assertThat(work.finish()).isTrue();
        assertThat(whole.get()).isEqualTo(4 * PART);
    }

    @Test
    @Timeout(60)
    void what_fails_is_thrown_at_the_end_whoever_worked_on_it() {
        ExecutorService pool = Executors.newFixedThreadPool(THREADS);
        try {
            for (Executor executor : List.of(pool, (Executor) dropped -> {})) {
                ReportWork<AtomicLong, Integer> work = new ReportWork<>(
                        new AtomicLong(), failing(), ReportOptions.defaults().on(executor, THREADS), 10_000);
                boolean wanted = true;
                for (int i = 0; wanted && i < 10_000; i++) {
                    wanted = work.take(100);
                }
                assertThatThrownBy(work::finish)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessage("planted");
            }
        } finally {
            pool.shutdownNow();
        }
    }

    private static ReportWork.Folding<AtomicLong, Integer> failing() {
        return new ReportWork.Folding<>() {
            @Override
            public AtomicLong another() {
                return new AtomicLong();
            }

            @Override
            public void accumulate(AtomicLong fold, List<Integer> subjects) {
                throw new IllegalStateException("planted");
            }

            @Override
            public void merge(AtomicLong whole, AtomicLong part) {
                throw new IllegalStateException("nothing is merged of what failed");
            }

            @Override
            public int events(Integer subject) {
                return subject;
            }
        };
    }
}
