package io.behavioranalytics;

import io.behavioranalytics.DefinitionWriter.Change;
import io.behavioranalytics.DefinitionsCache.Defined;
import io.behavioranalytics.event.EventCatalog;
import io.behavioranalytics.event.EventIds;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.experiment.Assignment;
import io.behavioranalytics.experiment.Experiment;
import io.behavioranalytics.experiment.ExperimentDraft;
import io.behavioranalytics.experiment.ExperimentJson;
import io.behavioranalytics.experiment.ExperimentLife;
import io.behavioranalytics.experiment.Exposure;
import io.behavioranalytics.json.InvalidDefinitionException;
import io.behavioranalytics.json.SafeText;
import io.behavioranalytics.json.Violation;
import io.behavioranalytics.store.DefinitionRecord;
import io.behavioranalytics.store.DefinitionRecord.Kind;
import io.behavioranalytics.store.HostTransaction;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** The experiments and their life. References take a key or an id. Thread-safe. */
public final class Experiments {
    private final DefinitionsCache definitions;
    private final DefinitionWriter writer;
    private final ExperimentLife life;
    private final Assigner assigner;
    private final ExposureIntake exposures;
    private final Rebalancing rebalancing;
    private final EventCatalog catalog;
    private final InstantSource clock;
    private final EventIds ids;

    Experiments(
            DefinitionsCache definitions,
            DefinitionWriter writer,
            ExperimentLife life,
            Assigner assigner,
            ExposureIntake exposures,
            Rebalancing rebalancing,
            EventCatalog catalog,
            InstantSource clock,
            EventIds ids) {
        this.definitions = definitions;
        this.writer = writer;
        this.life = life;
        this.assigner = assigner;
        this.exposures = exposures;
        this.rebalancing = rebalancing;
        this.catalog = catalog;
        this.clock = clock;
        this.ids = ids;
    }

    // ---- definition and life

    /**
     * Defines an experiment; it is started at once if the draft's status is running.
     *
     * @param draft what it is
     * @return the experiment
     * @throws InvalidDefinitionException listing everything that is wrong: also a segment that does not exist, and a part of an
     *     exclusion group that another experiment has
     * @throws DuplicateKeyException if another experiment has its key
     */
    public Experiment create(ExperimentDraft draft) {
        Objects.requireNonNull(draft, "draft");
        List<Violation> faults = draft.violations(catalog::accepts);
        Instant now = clock.instant();
        UUID id = ids.next(now);
        return writer.save(newest -> {
            DefinitionWriter.refuseIfAny(
                    faults, life.violations(null, draft, now), ExperimentReferences.among(draft, id, newest));
            return change(life.first(id, draft, now), newest);
        });
    }

    /**
     * Changes an experiment: makes a new version of it. Of one that was started, a change of weights or targeting opens a new phase:
     * who was exposed keeps the variant, and the hash its seed (S29). Only more traffic is a change in place.
     *
     * @param keyOrId which
     * @param draft all that it is from now on, the status included; without a key it keeps its own
     * @return the new version
     * @throws InvalidDefinitionException listing everything that is wrong
     * @throws DuplicateKeyException if another experiment has its key
     * @throws UnknownDefinitionException if there is no such experiment
     */
    public Experiment update(String keyOrId, ExperimentDraft draft) {
        Objects.requireNonNull(draft, "draft");
        return changed(keyOrId, (old, now) -> draft);
    }

    /**
     * Starts an experiment that is a draft.
     *
     * @param keyOrId which
     * @return the new version, running
     * @throws InvalidDefinitionException if it cannot be started
     * @throws UnknownDefinitionException if there is no such experiment
     */
    public Experiment start(String keyOrId) {
        return to(keyOrId, Experiment.Status.RUNNING, Experiment.Status.DRAFT);
    }

    /**
     * Pauses an experiment that runs: everybody gets the control until it goes on.
     *
     * @param keyOrId which
     * @return the new version, paused
     * @throws InvalidDefinitionException if it does not run
     * @throws UnknownDefinitionException if there is no such experiment
     */
    public Experiment pause(String keyOrId) {
        return to(keyOrId, Experiment.Status.PAUSED, Experiment.Status.RUNNING);
    }

    /**
     * Lets a paused experiment go on.
     *
     * @param keyOrId which
     * @return the new version, running
     * @throws InvalidDefinitionException if it is not paused
     * @throws UnknownDefinitionException if there is no such experiment
     */
    public Experiment resume(String keyOrId) {
        return to(keyOrId, Experiment.Status.RUNNING, Experiment.Status.PAUSED);
    }

    /**
     * Ends an experiment for good.
     *
     * @param keyOrId which
     * @param winner the id of the variant that everybody gets from now on, or null for the control
     * @return the new version, completed
     * @throws InvalidDefinitionException if it was never started or is completed, or if it has no such variant
     * @throws UnknownDefinitionException if there is no such experiment
     */
    public Experiment complete(String keyOrId, @Nullable String winner) {
        Instant now = clock.instant();
        return writer.save(newest -> {
            Experiment old = newest.requireExperiment(keyOrId);
            requireOpen(old, now);
            if (winner != null && old.definition().variant(winner).isEmpty()) {
                throw DefinitionWriter.refusal(
                        "winner", "UNKNOWN_REF", "there is no variant '" + SafeText.escape(winner, 64) + "'");
            }
            return change(life.completed(old, winner, now), newest);
        });
    }

    /**
     * Re-randomises an experiment that runs or is paused: opens a new phase with a new seed.
     *
     * @param keyOrId which
     * @param excludeExposed true to take those out of it who were exposed before, so that nothing is carried over; false to bucket them
     *     anew
     * @return the new version
     * @throws InvalidDefinitionException if it was never started or is completed
     * @throws UnknownDefinitionException if there is no such experiment
     */
    public Experiment reseed(String keyOrId, boolean excludeExposed) {
        Instant now = clock.instant();
        return writer.save(newest -> {
            Experiment old = newest.requireExperiment(keyOrId);
            requireOpen(old, now);
            return change(life.reseeded(old, excludeExposed, now), newest);
        });
    }

    /**
     * Lets the weights of an adaptive experiment follow its results: a new phase whose weights are the probabilities that each variant is
     * the best by the primary metric, above the floor. A host that was started, or that calls {@link BehaviorAnalytics#runDue()}, does so by
     * itself each period that the definition names. It does nothing before the weights stood for such a period, and while a variant has
     * too few users.
     *
     * @param keyOrId which
     * @return the new version, or empty if the weights stay
     * @throws InvalidDefinitionException if it is not adaptive, or does not run
     * @throws UnknownDefinitionException if there is no such experiment
     */
    public Optional<Experiment> rebalance(String keyOrId) {
        Instant now = clock.instant();
        Experiment asked = definitions.newest().requireExperiment(keyOrId);
        if (!Rebalancing.adapts(asked, now)) {
            throw DefinitionWriter.refusal(
                    "status", "STATE", "experiment '" + asked.key() + "' is not adaptive, or does not run");
        }
        return rebalancing.rebalance(asked, now);
    }

    /**
     * Deletes an experiment; nobody is assigned any more, and its exposures stay.
     *
     * @param keyOrId which
     * @throws UnknownDefinitionException if there is no such experiment
     */
    public void delete(String keyOrId) {
        writer.save(newest -> {
            Experiment experiment = newest.requireExperiment(keyOrId);
            return new Change<>(record(experiment, experiment.version() + 1, true), newest.rollout(), experiment);
        });
    }

    /**
     * All experiments that are defined, by their keys.
     *
     * @return the newest version of each
     */
    public List<Experiment> list() {
        List<Experiment> experiments = new ArrayList<>(definitions.newest().experiments());
        experiments.sort((one, other) -> one.key().compareTo(other.key()));
        return experiments;
    }

    /**
     * Finds an experiment.
     *
     * @param keyOrId which
     * @return the newest version, or empty if there is none
     */
    public Optional<Experiment> get(String keyOrId) {
        return definitions.newest().experiment(keyOrId);
    }

    // ---- assignment and exposure

    /**
     * Tells which variant a lead gets. Nothing is stored: what was shown is said by {@link #expose}.
     *
     * @param keyOrId which experiment
     * @param leadId the lead
     * @return the variant and the reason; the control, or the winner of one that is completed, for who is not in it
     * @throws UnknownDefinitionException if there is no such experiment
     * @throws IllegalArgumentException if the id is empty or has more than 128 characters
     */
    public Assignment assign(String keyOrId, String leadId) {
        return assigner.assign(keyOrId, leadId);
    }

    /**
     * Tells which variant a subject gets. Nothing is stored: what was shown is said by {@link #expose}.
     *
     * @param keyOrId which experiment
     * @param subject a lead, or a session whose lead is not known yet; the two are bucketed by their ids, each by its own
     * @param attributes what conditions on {@code attributes.*} read, as parsed JSON
     * @return the variant and the reason; the control, or the winner of one that is completed, for who is not in it
     * @throws UnknownDefinitionException if there is no such experiment
     * @throws IllegalArgumentException if the id has more than 128 characters
     */
    public Assignment assign(String keyOrId, SubjectId subject, Map<String, ?> attributes) {
        Objects.requireNonNull(subject, "subject");
        return assigner.assign(keyOrId, subject, new LinkedHashMap<>(attributes));
    }

    /**
     * Says that a subject is shown its variant, and returns when that is durable. The first exposure stays the first, on whichever host;
     * events from its instant on count in the results. Who is not in the experiment, or has a forced variant, is not exposed.
     *
     * @param assignment what {@link #assign} answered
     * @return the first exposure of the subject, this one or an earlier one, or empty if it is not in the experiment. If its variant is
     *     another one, show that: the subject is left out of the results otherwise
     * @throws io.behavioranalytics.store.StoreException if the store failed; the outcome is unknown, and repeating it is safe
     * @throws IllegalStateException if this is closed
     */
    public Optional<Exposure> expose(Assignment assignment) {
        return exposures.record(assignment, clock.instant());
    }

    /**
     * Says within a transaction of the host's that a subject is shown its variant: the exposure is committed or rolled back together with what
     * the host does there. Nobody else sees it before. Saying it again within the same transaction changes nothing. A host that says so of the
     * same subject meanwhile waits until the transaction has ended, so end it soon.
     *
     * @param assignment what {@link #assign} answered
     * @param transaction begun by the host on the store's own database, such as a {@code JdbcTransaction} of a connection
     * @return the first exposure of the subject if the transaction is committed, this one or an earlier one, or empty if it is not in the
     *     experiment; if its variant is another one, show that
     * @throws UnsupportedOperationException if the store joins no such transaction, as the one in memory and the one in an H2 file do not
     * @throws IllegalArgumentException if nothing is begun there, or if it leads to another database
     * @throws io.behavioranalytics.store.StoreException if the store failed; roll the transaction back, then all of it may be tried again
     * @throws IllegalStateException if this is closed
     */
    public Optional<Exposure> expose(Assignment assignment, HostTransaction transaction) {
        Objects.requireNonNull(transaction, "transaction");
        return exposures.record(assignment, transaction, clock.instant());
    }

    /**
     * Says that a subject is shown its variant, and returns at once.
     *
     * @param assignment what {@link #assign} answered
     * @return what {@link #expose} returns, once it is durable; fails as that does, and with {@link IllegalStateException} if too many
     *     wait
     * @throws IllegalStateException if this is closed
     */
    public CompletableFuture<Optional<Exposure>> exposeAsync(Assignment assignment) {
        return exposures.add(assignment, clock.instant());
    }

    private Experiment to(String keyOrId, Experiment.Status after, Experiment.Status before) {
        return changed(keyOrId, (old, now) -> {
            if (old.statusAt(now) != before) {
                throw DefinitionWriter.refusal(
                        "status",
                        "STATE",
                        "experiment '" + old.key() + "' is " + old.statusAt(now).json() + ", not " + before.json());
            }
            return old.definition().toBuilder().status(after).build();
        });
    }

    private Experiment changed(String keyOrId, BiFunction<Experiment, Instant, ExperimentDraft> drafted) {
        Instant now = clock.instant();
        return writer.save(newest -> {
            Experiment old = newest.requireExperiment(keyOrId);
            ExperimentDraft draft = drafted.apply(old, now);
            ExperimentDraft keyed =
                    draft.key() == null ? draft.toBuilder().key(old.key()).build() : draft;
            DefinitionWriter.refuseIfAny(
                    keyed.violations(catalog::accepts),
                    life.violations(old, keyed, now),
                    ExperimentReferences.among(keyed, old.id(), newest));
            return change(life.next(old, keyed, now), newest);
        });
    }

    private static void requireOpen(Experiment experiment, Instant now) {
        Experiment.Status status = experiment.statusAt(now);
        if (status != Experiment.Status.RUNNING && status != Experiment.Status.PAUSED) {
            throw DefinitionWriter.refusal(
                    "status",
                    "STATE",
                    "experiment '" + experiment.key() + "' is " + status.json() + ", neither running nor paused");
        }
    }

    private static Change<Experiment> change(Experiment experiment, Defined newest) {
        newest.requireFree(Kind.EXPERIMENT, experiment.key(), experiment.id());
        return new Change<>(record(experiment, experiment.version(), false), newest.rollout(), experiment);
    }

    static DefinitionRecord record(Experiment experiment, long version, boolean deleted) {
        return new DefinitionRecord(
                Kind.EXPERIMENT, experiment.id(), experiment.key(), version, deleted, ExperimentJson.write(experiment));
    }
}
