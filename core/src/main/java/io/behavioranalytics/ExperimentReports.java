package io.behavioranalytics;

import io.behavioranalytics.DefinitionsCache.Defined;
import io.behavioranalytics.event.EventCatalog;
import io.behavioranalytics.experiment.ExperimentDraft;
import io.behavioranalytics.experiment.ExperimentPlan;
import io.behavioranalytics.experiment.ExperimentResults;
import io.behavioranalytics.experiment.PlanQuery;
import io.behavioranalytics.experiment.ResultsQuery;
import io.behavioranalytics.json.InvalidDefinitionException;
import io.behavioranalytics.statistics.AaCheck;
import io.behavioranalytics.statistics.ConfidenceSequence;
import io.behavioranalytics.statistics.Correction;
import io.behavioranalytics.statistics.Finding;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.UUID;

/**
 * What can be asked of experiments by what users did: what one came to, how large it has to be, and whether it could be trusted. Each answer
 * reads stored events; nothing is written. References take a key or an id. Thread-safe.
 */
public final class ExperimentReports {
    private static final int MOST_RUNS = 100_000;
    private static final UUID NOBODY = new UUID(0, 0);

    private final DefinitionsCache definitions;
    private final ExposedUsers users;
    private final ExperimentForecasts forecasts;
    private final Duration defaultDuration;
    private final ResultsQuery defaults;
    private final EventCatalog catalog;
    private final InstantSource clock;

    ExperimentReports(
            DefinitionsCache definitions,
            ExposedUsers users,
            ExperimentForecasts forecasts,
            Settings settings,
            EventCatalog catalog,
            InstantSource clock) {
        this.definitions = definitions;
        this.users = users;
        this.forecasts = forecasts;
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
    }

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
        return users.results(newest, newest.requireExperiment(keyOrId), query, clock.instant(), options);
    }

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
        DefinitionWriter.refuseIfAny(
                draft.violations(catalog::accepts), ExperimentReferences.among(draft, NOBODY, newest));
        return newest;
    }
}
