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
import io.behavioranalytics.experiment.ExperimentPlan;
import io.behavioranalytics.experiment.ExperimentResults;
import io.behavioranalytics.experiment.Exposure;
import io.behavioranalytics.experiment.PlanQuery;
import io.behavioranalytics.experiment.ResultsQuery;
import io.behavioranalytics.json.InvalidDefinitionException;
import io.behavioranalytics.json.SafeText;
import io.behavioranalytics.json.Violation;
import io.behavioranalytics.statistics.AaCheck;
import io.behavioranalytics.statistics.ConfidenceSequence;
import io.behavioranalytics.statistics.Correction;
import io.behavioranalytics.statistics.Finding;
import io.behavioranalytics.store.DefinitionRecord;
import io.behavioranalytics.store.DefinitionRecord.Kind;
import io.behavioranalytics.store.HostTransaction;
import java.time.Duration;
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
    private static final int MOST_RUNS = 100_000;
    private static final UUID NOBODY = new UUID(0, 0);

    private final DefinitionsCache definitions;
    private final DefinitionWriter writer;
    private final ExperimentLife life;
    private final Assigner assigner;
    private final ExposureIntake exposures;
    private final ExperimentReports reports;
    private final ExperimentForecasts forecasts;
    private final Rebalancing rebalancing;
    private final Duration defaultDuration;
    private final ResultsQuery defaults;
    private final EventCatalog catalog;
    private final InstantSource clock;
    private final EventIds ids;

    Experiments(
            DefinitionsCache definitions,
            DefinitionWriter writer,
            ExperimentLife life,
            Assigner assigner,
            ExposureIntake exposures,
            ExperimentReports reports,
            ExperimentForecasts forecasts,
            Rebalancing rebalancing,
            Settings settings,
            EventCatalog catalog,
            InstantSource clock,
            EventIds ids) {
        this.definitions = definitions;
        this.writer = writer;
        this.life = life;
        this.assigner = assigner;
        this.exposures = exposures;
        this.reports = reports;
        this.forecasts = forecasts;
        this.rebalancing = rebalancing;
        defaultDuration = settings.experimentDefaultDuration();
        defaults = new ResultsQuery(
                settings.experimentSignificanceLevel(),
                Math.max(2, settings.experimentMinSampleSize()),
                Correction.HOLM,
                ConfidenceSequence.TUNING,
                null,
                null);
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
            refuseIfAny(faults, life.violations(null, draft, now), ExperimentReferences.among(draft, id, newest));
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
            Experiment old = find(newest, keyOrId);
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
            Experiment old = find(newest, keyOrId);
            requireOpen(old, now);
            return change(life.reseeded(old, excludeExposed, now), newest);
        });
    }

    /**
     * Deletes an experiment; nobody is assigned any more, and its exposures stay.
     *
     * @param keyOrId which
     * @throws UnknownDefinitionException if there is no such experiment
     */
    public void delete(String keyOrId) {
        writer.save(newest -> {
            Experiment experiment = find(newest, keyOrId);
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

    // ---- results

    /**
     * How results are computed unless something else is asked: the level and the smallest sample of the settings, Holm's correction, the
     * always-valid intervals tuned for 5,000 users, no prior and no breakdown.
     *
     * @return the query, to be changed
     */
    public ResultsQuery resultsQuery() {
        return defaults;
    }

    /**
     * What an experiment came to until now, by {@link #resultsQuery()}.
     *
     * @param keyOrId which
     * @return the results as of now
     * @throws UnknownDefinitionException if there is no such experiment
     */
    public ExperimentResults results(String keyOrId) {
        return results(keyOrId, defaults);
    }

    /**
     * What an experiment came to until now: the newest version's metrics over the users who were exposed under its bucket version. It reads
     * the events of these users.
     *
     * @param keyOrId which
     * @param query how results are computed
     * @return the results as of now
     * @throws UnknownDefinitionException if there is no such experiment, or no such segment to tell users apart by
     * @throws InvalidDefinitionException if there is no such field to tell users apart by
     */
    public ExperimentResults results(String keyOrId, ResultsQuery query) {
        return results(keyOrId, query, ReportOptions.defaults());
    }

    /**
     * What an experiment came to until now, as {@link #results(String, ResultsQuery)} says it.
     *
     * @param keyOrId which
     * @param query how results are computed
     * @param options how the users are read, each counted as a subject; the results do not depend on it beyond the rounding of sums
     * @return the results as of now
     * @throws UnknownDefinitionException if there is no such experiment, or no such segment to tell users apart by
     * @throws InvalidDefinitionException if there is no such field to tell users apart by
     * @throws java.util.concurrent.CancellationException if it was cancelled: a part of the users has no results
     */
    public ExperimentResults results(String keyOrId, ResultsQuery query, ReportOptions options) {
        Objects.requireNonNull(query, "query");
        Objects.requireNonNull(options, "options");
        Defined newest = definitions.newest();
        return reports.results(newest, find(newest, keyOrId), query, clock.instant(), options);
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
        Experiment asked = find(definitions.newest(), keyOrId);
        if (!Rebalancing.adapts(asked, now)) {
            throw DefinitionWriter.refusal(
                    "status", "STATE", "experiment '" + asked.key() + "' is not adaptive, or does not run");
        }
        return rebalancing.rebalance(asked, now);
    }

    // ---- before the start

    /**
     * How large and how long an experiment has to be, by the host's own traffic and variance: the primary metric of the users who came in
     * the history and meet its targeting now: target segments, and conditions as far as the profile and its attributes answer them. Every
     * subject's events are read.
     *
     * @param draft the experiment; it need not be saved
     * @param query what it is planned for
     * @return the plan as of now
     * @throws InvalidDefinitionException listing everything that is wrong with the draft
     */
    public ExperimentPlan plan(ExperimentDraft draft, PlanQuery query) {
        Objects.requireNonNull(query, "query");
        Instant now = clock.instant();
        Defined newest = checked(draft);
        Instant start = draft.startDate();
        Instant end = draft.endDate();
        Instant begins = start == null ? now : start;
        Duration duration = end == null || !end.isAfter(begins) ? defaultDuration : Duration.between(begins, end);
        return forecasts.plan(newest, draft, query, duration, now);
    }

    /**
     * Whether experiments on the host's own users can be trusted: splits those who came in the history by the hash of their ids, again and
     * again in halves that are treated alike, and counts how often the primary metric seems to differ. Every subject's events are read.
     *
     * @param draft the experiment, for its targets and its primary metric; it need not be saved
     * @param runs how many splits, 1 to 100,000
     * @param history how far back users are looked at, 1 to 400 days
     * @return the check at the level of the settings, or why there is none
     * @throws InvalidDefinitionException listing everything that is wrong with the draft
     * @throws IllegalArgumentException if a number is out of its range
     */
    public Finding<AaCheck> aaCheck(ExperimentDraft draft, int runs, Duration history) {
        if (runs < 1 || runs > MOST_RUNS) {
            throw new IllegalArgumentException("runs must be 1 to " + MOST_RUNS + ": " + runs);
        }
        if (history.compareTo(Duration.ofDays(1)) < 0 || history.compareTo(Duration.ofDays(400)) > 0) {
            throw new IllegalArgumentException("history must be 1 to 400 days: " + history);
        }
        return forecasts.aaCheck(checked(draft), draft, runs, defaults.alpha(), history, clock.instant());
    }

    /** The definitions among which a draft has no faults. */
    private Defined checked(ExperimentDraft draft) {
        Defined newest = definitions.newest();
        refuseIfAny(draft.violations(catalog::accepts), ExperimentReferences.among(draft, NOBODY, newest));
        return newest;
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
            Experiment old = find(newest, keyOrId);
            ExperimentDraft draft = drafted.apply(old, now);
            ExperimentDraft keyed =
                    draft.key() == null ? draft.toBuilder().key(old.key()).build() : draft;
            refuseIfAny(
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

    private static Experiment find(Defined defined, String keyOrId) {
        return defined.experiment(keyOrId).orElseThrow(() -> new UnknownDefinitionException(Kind.EXPERIMENT, keyOrId));
    }

    @SafeVarargs
    private static void refuseIfAny(List<Violation>... faults) {
        List<Violation> all = new ArrayList<>();
        for (List<Violation> some : faults) {
            all.addAll(some);
        }
        if (!all.isEmpty()) {
            throw new InvalidDefinitionException(all);
        }
    }

    private static void requireFree(Defined defined, Experiment experiment) {
        defined.experiment(experiment.key())
                .filter(other -> !other.id().equals(experiment.id()))
                .ifPresent(other -> {
                    throw new DuplicateKeyException(Kind.EXPERIMENT, experiment.key());
                });
    }

    private static Change<Experiment> change(Experiment experiment, Defined newest) {
        requireFree(newest, experiment);
        return new Change<>(record(experiment, experiment.version(), false), newest.rollout(), experiment);
    }

    static DefinitionRecord record(Experiment experiment, long version, boolean deleted) {
        return new DefinitionRecord(
                Kind.EXPERIMENT, experiment.id(), experiment.key(), version, deleted, ExperimentJson.write(experiment));
    }
}
