package io.behavioranalytics;

import io.behavioranalytics.DefinitionsCache.Defined;
import io.behavioranalytics.experiment.AdaptiveWeights;
import io.behavioranalytics.experiment.Allocation;
import io.behavioranalytics.experiment.Experiment;
import io.behavioranalytics.experiment.ExperimentLife;
import io.behavioranalytics.store.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Lets the weights of adaptive experiments follow their results, on demand and by itself: each period that the definition names, counted from
 * the beginning of the phase, in the background. Hosts need not know of each other: all compute the same weights of the same users, and a new
 * phase is saved against the definitions that were read, so that of several hosts one opens it. One that dies has saved nothing, and the next
 * one that looks begins anew. Thread-safe.
 */
final class Rebalancing {
    private static final GuardedLog LOG = GuardedLog.of(Rebalancing.class);

    /**
     * The last period at whose end an experiment's results were looked at here.
     *
     * @param phase the number of the phase
     * @param periods how many had passed since it began
     */
    private record Looked(int phase, long periods) {}

    private final DefinitionsCache definitions;
    private final DefinitionWriter writer;
    private final ExperimentLife life;
    private final ExposedUsers users;
    private final BackgroundTask task;
    private final InstantSource clock;
    private final Map<UUID, Looked> looked = new ConcurrentHashMap<>();

    Rebalancing(
            DefinitionsCache definitions,
            DefinitionWriter writer,
            ExperimentLife life,
            ExposedUsers users,
            Background background,
            InstantSource clock,
            Duration patience) {
        this.definitions = definitions;
        this.writer = writer;
        this.life = life;
        this.users = users;
        this.task = new BackgroundTask(this::round, background, patience);
        this.clock = clock;
    }

    /** Whether an experiment's weights may follow its results at an instant. */
    static boolean adapts(Experiment experiment, Instant now) {
        return experiment.definition().allocation().method() == Allocation.Method.ADAPTIVE
                && experiment.statusAt(now) == Experiment.Status.RUNNING;
    }

    /** How many whole periods have passed since the phase began. */
    private static long periods(Experiment experiment, Instant now) {
        Duration since = Duration.between(experiment.phase().startedAt(), now);
        return since.isNegative()
                ? 0
                : since.dividedBy(
                        experiment.definition().allocation().adaptive().every());
    }

    /**
     * Opens a phase of other weights, if the present ones stood for a period and the results say so.
     *
     * @param asked an experiment that adapts, as it was just read
     * @return the new version; empty if the weights stay, or if somebody was faster: another host, or an author who had others in mind
     */
    Optional<Experiment> rebalance(Experiment asked, Instant now) {
        if (periods(asked, now) == 0) {
            return Optional.empty();
        }
        Optional<Map<String, Integer>> weights = AdaptiveWeights.of(
                asked, users.fold(asked, now, ReportOptions.defaults().until(task::isClosed)));
        if (weights.isEmpty() || weights.get().equals(asked.phase().weights())) {
            return Optional.empty();
        }
        Defined newest = definitions.newest();
        Experiment old = newest.experiment(asked.id().toString()).orElse(null);
        if (old == null || old.version() != asked.version()) {
            return Optional.empty();
        }
        Experiment next = life.rebalanced(old, weights.get(), now);
        return writer.saveAll(List.of(Experiments.record(next, next.version(), false)), newest.version())
                ? Optional.of(next)
                : Optional.empty();
    }

    /** Begins in the background if a period is over that was not looked at here; costs next to nothing otherwise. */
    void follow() {
        if (task.isRunning()) {
            task.recall();
            return;
        }
        Instant now = clock.instant();
        if (definitions.current().experiments().stream().anyMatch(one -> isDue(one, now))) {
            task.request();
        }
    }

    private boolean isDue(Experiment experiment, Instant now) {
        if (!adapts(experiment, now)) {
            return false;
        }
        long periods = periods(experiment, now);
        Looked last = looked.get(experiment.id());
        return periods > 0 && (last == null || last.phase != experiment.phase().number() || last.periods < periods);
    }

    private void round() {
        try {
            for (Experiment experiment : definitions.newest().experiments()) {
                Instant now = clock.instant();
                if (!task.isClosed() && isDue(experiment, now)) {
                    look(experiment, now);
                }
            }
        } catch (StoreException failed) {
            LOG.warn("adaptive experiments could not be read, and will be again: {}", failed.getMessage());
        }
    }

    private void look(Experiment experiment, Instant now) {
        Looked looking = new Looked(experiment.phase().number(), periods(experiment, now));
        looked.put(experiment.id(), looking);
        try {
            rebalance(experiment, now);
        } catch (StoreException failed) {
            looked.remove(experiment.id(), looking);
            LOG.warn(
                    "the weights of experiment {} could not be computed, and will be again: {}",
                    experiment.key(),
                    failed.getMessage());
        } catch (CancellationException ended) {
            looked.remove(experiment.id(), looking);
        } catch (RuntimeException failed) {
            if (!task.isClosed()) {
                LOG.error("the weights of experiment {} stay for another period", experiment.key(), failed);
            }
        }
    }

    /** Begins nothing any more, and waits for what is at work until the deadline. */
    void close(long deadline) {
        if (!task.close(deadline)) {
            LOG.warn("the weights of an experiment are still being computed");
        }
    }
}
