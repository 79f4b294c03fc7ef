package io.behavioranalytics;

import io.behavioranalytics.DefinitionsCache.Defined;
import io.behavioranalytics.event.Category;
import io.behavioranalytics.event.Micros;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.Timeline;
import io.behavioranalytics.experiment.AssignmentPlan;
import io.behavioranalytics.experiment.Bucketing;
import io.behavioranalytics.experiment.Experiment;
import io.behavioranalytics.experiment.ExperimentDraft;
import io.behavioranalytics.experiment.ExperimentFold;
import io.behavioranalytics.experiment.ExperimentLife;
import io.behavioranalytics.experiment.ExperimentPlan;
import io.behavioranalytics.experiment.Exposure;
import io.behavioranalytics.experiment.PlanQuery;
import io.behavioranalytics.segment.Segment;
import io.behavioranalytics.statistics.AaCheck;
import io.behavioranalytics.statistics.Finding;
import io.behavioranalytics.store.Store;
import io.behavioranalytics.store.SubjectRecord;
import io.behavioranalytics.store.Subjects.Projection;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * What experiments would need and whether they could be trusted, by the users of the host's own history. Every subject's events are read;
 * nothing is written. Thread-safe.
 */
final class ExperimentForecasts {
    private static final int PAGE = 10_000;
    private static final String SEED = "__aa-";
    private static final int NOT_MEANT = -2;

    private final Store store;
    private final ExperimentLife life;
    private final DefinitionsCache definitions;
    private final Profiles profiles;
    private final int holdout;

    ExperimentForecasts(
            Store store, ExperimentLife life, DefinitionsCache definitions, Profiles profiles, int holdout) {
        this.store = store;
        this.life = life;
        this.definitions = definitions;
        this.profiles = profiles;
        this.holdout = holdout;
    }

    ExperimentPlan plan(Defined defined, ExperimentDraft draft, PlanQuery query, Duration duration, Instant now) {
        Experiment planned = planned(draft, now.minus(query.history()));
        ExperimentFold fold = new ExperimentFold(planned, now);
        visit(defined, planned, query.history(), now, (exposure, timeline) -> fold.accumulate(exposure, timeline));
        return ExperimentPlan.of(planned, fold, query, duration, holdout);
    }

    /** The experiment as if it had begun with the history, whatever its dates are. */
    private Experiment planned(ExperimentDraft draft, Instant start) {
        ExperimentDraft running = new ExperimentDraft(
                draft.key(),
                draft.name(),
                draft.description(),
                draft.type(),
                Experiment.Status.RUNNING,
                draft.hypothesis(),
                draft.successMetrics(),
                draft.guardrails(),
                draft.metrics(),
                draft.targetSegments(),
                draft.conditions(),
                draft.allocation(),
                draft.variants(),
                draft.exclusionGroup(),
                draft.forced(),
                draft.seed(),
                draft.hashVersion(),
                null,
                null);
        return life.first(new UUID(0, 0), running, start);
    }

    Finding<AaCheck> aaCheck(
            Defined defined, ExperimentDraft draft, int runs, double alpha, Duration history, Instant now) {
        Experiment planned = planned(draft, now.minus(history));
        List<String> ids = new ArrayList<>();
        List<Double> totals = new ArrayList<>();
        visit(defined, planned, history, now, (exposure, timeline) -> {
            Double total = ExperimentFold.total(planned, exposure, timeline, now);
            if (total != null) {
                ids.add(exposure.subject().value());
                totals.add(total);
            }
        });
        double[] values = totals.stream().mapToDouble(Double::doubleValue).toArray();
        return AaCheck.run(
                values,
                runs,
                alpha,
                (run, unit) -> Bucketing.bucket(SEED + run, ids.get(unit)) < Bucketing.BUCKETS / 2 ? 0 : 1);
    }

    /** Visits the targeted users who came in the history, as if they had been exposed to the control at their first event there. */
    private void visit(
            Defined defined,
            Experiment planned,
            Duration history,
            Instant now,
            BiConsumer<Exposure, Timeline> visitor) {
        ExperimentDraft draft = planned.definition();
        ToIntFunction<SubjectRecord> bands = bands(defined, planned, now);
        long from = Micros.of(now.minus(history));
        long until = Micros.of(now);
        String control = draft.control().id();
        store.subjects().scan(Projection.TIMELINE, record -> {
            if (!draft.forced().containsKey(record.subject().value())) {
                Timeline timeline = record.timeline();
                for (int i = 0; i < timeline.size() && timeline.micros(i) < until; i++) {
                    if (timeline.micros(i) >= from && timeline.category(i) != Category.SYSTEM) {
                        int band = bands.applyAsInt(record);
                        if (band >= -1) {
                            Instant first = Micros.toInstant(timeline.micros(i));
                            visitor.accept(
                                    new Exposure(new UUID(0, 0), 1, 0, record.subject(), control, 1, band, first),
                                    timeline);
                        }
                        break;
                    }
                }
            }
            return true;
        });
    }

    /** The band of whoever meets the targeting now, -1 for none; {@link #NOT_MEANT} for all others. */
    private ToIntFunction<SubjectRecord> bands(Defined defined, Experiment planned, Instant now) {
        ExperimentDraft draft = planned.definition();
        if (draft.conditions().isEmpty() && draft.allocation().bands().isEmpty()) {
            Set<SubjectId> members = members(defined, draft);
            return record -> members == null || members.contains(record.subject()) ? -1 : NOT_MEANT;
        }
        AssignmentPlan assignments = definitions.assignments(List.of(planned), defined.segments());
        String id = planned.id().toString();
        return record -> assignments
                .band(id, profiles.of(record, defined.decider(), now).orElse(null), Micros.of(now))
                .orElse(NOT_MEANT);
    }

    /** Who is in a target segment now; null for everybody. */
    private @Nullable Set<SubjectId> members(Defined defined, ExperimentDraft draft) {
        if (draft.targetSegments().isEmpty() || draft.targetSegments().contains(Segment.ALL_VISITORS)) {
            return null;
        }
        Set<SubjectId> members = new HashSet<>();
        for (String reference : draft.targetSegments()) {
            UUID kept = defined.segment(reference)
                    .map(segment -> DefinitionCounts.kept(defined, segment))
                    .orElse(null);
            SubjectId after = null;
            while (kept != null) {
                List<SubjectId> page = store.ledger().members(kept, after, PAGE);
                members.addAll(page);
                if (page.size() < PAGE) {
                    break;
                }
                after = page.get(page.size() - 1);
            }
        }
        return members;
    }
}
