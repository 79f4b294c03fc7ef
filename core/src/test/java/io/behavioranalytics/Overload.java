package io.behavioranalytics;

import io.behavioranalytics.decision.Batch;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.TrackRequest;
import io.behavioranalytics.store.InMemoryStore;
import io.behavioranalytics.store.Subjects.Projection;
import io.behavioranalytics.store.UnitOutcome;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * Runs in a small virtual machine of its own: callers bring ten times what the intake holds while the store stands still, several
 * times over, and each event is answered. Were the refused ones kept, they would not fit.
 */
final class Overload {
    private static final int CAPACITY = 10_000;
    private static final int OFFERED = 10 * CAPACITY;
    private static final int ROUNDS = 3;
    private static final int CALLERS = 4;
    private static final long MOST_BYTES = 100L << 20;

    private final VirtualClock clock = VirtualClock.at(Instant.parse("2026-03-01T12:00:00Z"));
    private final InMemoryStore memory = new InMemoryStore(clock);
    private final Settings settings = Settings.builder()
            .queueCapacity(CAPACITY)
            .callTimeout(Duration.ofMinutes(5))
            .build();
    private final LongAdder accepted = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder others = new LongAdder();
    private volatile CountDownLatch gate = new CountDownLatch(0);
    private volatile CountDownLatch open = new CountDownLatch(0);

    private Overload() {}

    /**
     * Runs it; ends with an exception if anything is not as it has to be.
     *
     * @param args none
     */
    public static void main(String[] args) throws Exception {
        new Overload().run();
        System.out.println("overload: all is well");
    }

    private void run() throws Exception {
        ForwardingStore store = new ForwardingStore(memory) {
            @Override
            public List<UnitOutcome> commit(Batch batch) {
                await(gate);
                return super.commit(batch);
            }
        };
        try (Racers racers = new Racers(CALLERS);
                BehaviorAnalytics analytics = BehaviorAnalytics.builder()
                        .store(store)
                        .clock(clock)
                        .settings(settings)
                        .build()) {
            for (int round = 0; round < ROUNDS; round++) {
                offer(analytics, racers, round);
            }
            long sent = (long) ROUNDS * OFFERED;
            require(accepted.sum() + refused.sum() == sent, "each event is taken or refused");
            require(others.sum() == 0, "nothing else happens");
            require(analytics.statistics().accepted() == accepted.sum(), "what is taken is counted");
            require(analytics.statistics().rejected() == refused.sum(), "what is refused is counted");
            require(stored() == accepted.sum(), "what is taken is stored");
            System.out.printf(
                    Locale.ROOT,
                    "overload: %,d events sent, %,d accepted, %,d refused%n",
                    sent,
                    accepted.sum(),
                    refused.sum());
        }
    }

    private void offer(BehaviorAnalytics analytics, Racers racers, int round) throws Exception {
        gate = new CountDownLatch(1);
        open = new CountDownLatch(OFFERED);
        long refusedBefore = refused.sum();
        racers.race(caller -> {
            for (int i = caller; i < OFFERED; i += CALLERS) {
                var unused = analytics.trackAsync(event(round * OFFERED + i)).thenAccept(this::count);
            }
            return true;
        });
        // The store stands still, so that a few batches are under way and the intake is full: all others have their
        // answer.
        long taken = OFFERED - (refused.sum() - refusedBefore);
        long underWay = (long) settings.committers() * settings.batchSize();
        require(taken >= CAPACITY && taken <= CAPACITY + underWay, "the intake holds " + taken);
        System.out.printf(Locale.ROOT, "overload: %,d KiB in use with a full intake%n", used() >> 10);
        require(used() < MOST_BYTES, "the heap stays flat");
        gate.countDown();
        await(open);
    }

    private static TrackRequest event(int number) {
        return TrackRequest.builder(EventType.PAGE_VIEW)
                .leadId("lead-" + number % 1_000)
                .property(
                        "text",
                        Integer.toString(number)
                                .repeat(1_000 / Integer.toString(number).length()))
                .build();
    }

    private void count(TrackResult result) {
        switch (result.outcome()) {
            case ACCEPTED -> accepted.increment();
            case RETRY_LATER -> refused.increment();
            default -> others.increment();
        }
        open.countDown();
    }

    private long stored() {
        long[] events = {0};
        memory.subjects().scan(Projection.TIMELINE, record -> {
            events[0] += record.timeline().size();
            return true;
        });
        return events[0];
    }

    private static long used() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static void await(CountDownLatch latch) {
        try {
            require(latch.await(2, TimeUnit.MINUTES), "nobody waits for ever");
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new IllegalStateException("not so: " + what);
        }
    }
}
