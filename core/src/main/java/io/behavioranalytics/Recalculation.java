package io.behavioranalytics;

import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.store.Store;
import io.behavioranalytics.store.StoreException;
import io.behavioranalytics.store.Subjects;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The work in the background after a change of the definitions (S16), and how far it is: every subject is decided again, on every host
 * that is there; then new versions of segments answer, and everybody is decided once more, to record what that changed. Live traffic
 * goes on meanwhile. What is done stands in the store, so that a crash costs no more than the batch at hand. Thread-safe.
 */
public final class Recalculation {
    private static final GuardedLog LOG = GuardedLog.of(Recalculation.class);
    private static final int PASSES = 5;
    /** Hosts that work side by side each take another of so many batches. */
    private static final int SIDE_BY_SIDE = 4;

    private final Store store;
    private final Pipeline pipeline;
    private final DefinitionsCache definitions;
    private final Rollouts rollouts;
    private final BackgroundTask task;
    private final int batchSize;
    /** Which of the batches ahead this host takes next; read and written by the worker alone. */
    private int turn;

    private volatile long version;
    /** The version of the definitions that this host has looked after. */
    private volatile long seen = -1;

    Recalculation(
            Store store,
            Pipeline pipeline,
            DefinitionsCache definitions,
            Rollouts rollouts,
            Background background,
            Settings settings,
            String host) {
        this.store = store;
        this.pipeline = pipeline;
        this.definitions = definitions;
        this.rollouts = rollouts;
        this.turn = host.hashCode();
        this.task = new BackgroundTask(this::round, background, settings.callTimeout());
        this.batchSize = settings.batchSize();
    }

    /**
     * The version of the definitions that subjects are being brought to, or were brought to last.
     *
     * @return 0 before the first definition
     */
    public long version() {
        return version;
    }

    /**
     * How far all hosts together are.
     *
     * @param version the version of the definitions to which subjects are brought
     * @param done how many subjects were decided on it, or on a newer one
     * @param total how many subjects there are
     */
    public record Progress(long version, long done, long total) {
        /**
         * The part that is done.
         *
         * @return 0 to 1; 1 where there is nobody
         */
        public double share() {
            return total == 0 ? 1 : (double) done / total;
        }
    }

    /**
     * How far it is, on all hosts together: with the versions of segments that are being calculated, or, if there are none, with what is
     * left to be recorded. Looks at every subject.
     *
     * @return the progress as of now
     * @throws StoreException if the store cannot be reached
     */
    public Progress progress() {
        long target = rollouts.calculated();
        Subjects.Decided decided = store.subjects().decidedSince(target);
        return new Progress(target, decided.since(), decided.all());
    }

    /**
     * Tells whether it is at work.
     *
     * @return false if nothing is left to do for this host
     */
    public boolean isRunning() {
        return task.isRunning();
    }

    /**
     * Waits until it is through.
     *
     * @param atMost the longest wait, of any length; zero or less looks without waiting
     * @return true if it is through, false if it is still at work
     * @throws InterruptedException if the thread was interrupted
     */
    public boolean await(Duration atMost) throws InterruptedException {
        return task.await(atMost);
    }

    /** Begins, or begins again if it is at work. */
    void request() {
        task.request();
    }

    /** Refuses what a closed facade could only half do. */
    void requireOpen() {
        if (task.isClosed()) {
            throw new IllegalStateException("this BehaviorAnalytics is closed");
        }
    }

    /** Begins if the definitions in force are others than at the last look: another host may have saved some, and died. */
    void follow() {
        task.recall();
        long current = definitions.current().decidingVersion();
        if (current != seen) {
            seen = current;
            if (rollouts.isAtWork()
                    || !store.subjects().decidedBefore(current, null, 1).isEmpty()) {
                task.request();
            }
        }
    }

    private void round() {
        try {
            long target = definitions.newest().decidingVersion();
            seen = target;
            version = target;
            if (!bringTo(target)) {
                LOG.warn("some subjects are still decided on definitions before version {}", target);
                seen = -1;
            } else if (rollouts.advance(target)) {
                task.request();
            }
        } catch (RuntimeException failed) {
            LOG.warn("the recalculation stopped, the loop or the next change begins it again", failed);
            seen = -1;
        } catch (Error failed) {
            seen = -1;
            throw failed;
        }
    }

    /**
     * Decides subjects until none is behind; those that others hold are tried again, a bounded number of times.
     *
     * @return whether none is left, but for those that cannot be read or decided
     */
    private boolean bringTo(long target) {
        for (int pass = 0; pass < PASSES && !task.isClosed(); pass++) {
            boolean left = false;
            Set<SubjectId> undecidable = new HashSet<>();
            @Nullable SubjectId after = null;
            List<SubjectId> behind = behind(target, after);
            while (!behind.isEmpty() && !task.isClosed()) {
                int batches = (behind.size() + batchSize - 1) / batchSize;
                int batch = Math.floorMod(turn++, batches);
                List<SubjectId> taken =
                        behind.subList(batch * batchSize, Math.min((batch + 1) * batchSize, behind.size()));
                left |= pipeline.bringTo(target, taken, undecidable).size() < taken.size();
                if (batch == 0) {
                    after = taken.get(taken.size() - 1);
                }
                behind = behind(target, after);
            }
            if (!left && !task.isClosed() && isNobodyBehind(target, undecidable)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Whether nobody came meanwhile who was decided by a host that had not heard. Who cannot be read or decided does not count: one
     * damaged subject, which is logged, would hold up a change for everybody.
     */
    private boolean isNobodyBehind(long target, Set<SubjectId> undecidable) {
        @Nullable SubjectId after = null;
        List<SubjectId> behind = behind(target, after);
        while (!behind.isEmpty()) {
            if (!undecidable.containsAll(behind)) {
                return false;
            }
            after = behind.get(behind.size() - 1);
            behind = behind(target, after);
        }
        return true;
    }

    private List<SubjectId> behind(long target, @Nullable SubjectId after) {
        return store.subjects().decidedBefore(target, after, SIDE_BY_SIDE * batchSize);
    }

    /** Begins nothing any more, and waits for the batch at hand until the deadline. */
    void close(long deadline) {
        task.close(deadline);
    }
}
