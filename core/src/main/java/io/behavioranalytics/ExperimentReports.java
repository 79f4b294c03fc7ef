package io.behavioranalytics;

import io.behavioranalytics.DefinitionsCache.Defined;
import io.behavioranalytics.condition.EventValue;
import io.behavioranalytics.decision.SessionLink;
import io.behavioranalytics.event.EventView;
import io.behavioranalytics.event.Micros;
import io.behavioranalytics.event.Retention;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.Timeline;
import io.behavioranalytics.experiment.Experiment;
import io.behavioranalytics.experiment.ExperimentFold;
import io.behavioranalytics.experiment.ExperimentResults;
import io.behavioranalytics.experiment.Exposure;
import io.behavioranalytics.experiment.ResultsAnalysis;
import io.behavioranalytics.experiment.ResultsQuery;
import io.behavioranalytics.experiment.ResultsQuery.Breakdown;
import io.behavioranalytics.json.InvalidDefinitionException;
import io.behavioranalytics.json.Violation;
import io.behavioranalytics.report.ComparedGroups;
import io.behavioranalytics.segment.Segment;
import io.behavioranalytics.store.DefinitionRecord.Kind;
import io.behavioranalytics.store.Store;
import io.behavioranalytics.store.SubjectRecord;
import io.behavioranalytics.store.Subjects.Projection;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Folds the timelines of exposed users, read from the store page by page, into results. Nothing is written. Thread-safe. */
final class ExperimentReports {
    private static final int PAGE = 1_000;
    private static final int MOST_GROUPS = 50;
    private static final String NONE = "(none)";
    private static final String OTHER = "(other)";

    private final Store store;
    private final Retention retention;

    ExperimentReports(Store store, Retention retention) {
        this.store = store;
        this.retention = retention;
    }

    /**
     * Users as they count.
     *
     * @param first the first exposure of each; a session's under its lead, if it has one by now
     * @param crossovers how many were shown several variants, and are left out
     */
    private record Users(Map<SubjectId, Exposure> first, long crossovers) {}

    ExperimentResults results(Defined defined, Experiment experiment, ResultsQuery query, Instant asOf) {
        ExperimentFold fold = new ExperimentFold(experiment, asOf);
        if (!experiment.isStarted()) {
            return ResultsAnalysis.of(experiment, fold, query, 0);
        }
        Users users = users(experiment, asOf);
        fold(users, groups(defined, query.breakdown(), users.first()), fold, asOf);
        return ResultsAnalysis.of(experiment, fold, query, users.crossovers());
    }

    /** The exposed users of an experiment by variant, as results count them; nobody if it was not started. */
    ComparedGroups groups(Experiment experiment, Instant asOf) {
        Map<SubjectId, ComparedGroups.Member> members = new HashMap<>();
        if (experiment.isStarted()) {
            users(experiment, asOf)
                    .first()
                    .forEach((subject, exposure) ->
                            members.put(subject, new ComparedGroups.Member(exposure.variant(), exposure.exposedAt())));
        }
        return ComparedGroups.of(experiment.definition().control().id(), members);
    }

    /** The exposed users of an experiment that was started. */
    ExperimentFold fold(Experiment experiment, Instant asOf) {
        ExperimentFold fold = new ExperimentFold(experiment, asOf);
        fold(users(experiment, asOf), (exposure, timeline) -> "", fold, asOf);
        return fold;
    }

    private void fold(Users users, BiFunction<Exposure, Timeline, String> groups, ExperimentFold fold, Instant asOf) {
        List<SubjectId> page = new ArrayList<>();
        for (SubjectId subject : users.first().keySet()) {
            page.add(subject);
            if (page.size() == PAGE) {
                accumulate(page, users, groups, fold, asOf);
                page.clear();
            }
        }
        accumulate(page, users, groups, fold, asOf);
    }

    private void accumulate(
            List<SubjectId> page,
            Users users,
            BiFunction<Exposure, Timeline, String> groups,
            ExperimentFold fold,
            Instant asOf) {
        if (page.isEmpty()) {
            return;
        }
        for (SubjectRecord record :
                store.subjects().load(page, Projection.TIMELINE).values()) {
            Exposure exposure = users.first().get(record.subject());
            if (exposure != null) {
                Timeline timeline = visible(record.timeline(), asOf);
                fold.accumulate(exposure, groups.apply(exposure, timeline), timeline);
            }
        }
    }

    /** The events that are not past their retention. */
    private Timeline visible(Timeline timeline, Instant asOf) {
        if (retention.equals(Retention.unlimited())) {
            return timeline;
        }
        long at = Micros.of(asOf);
        return timeline.minus(event -> retention.expiresAt(event) <= at);
    }

    private Users users(Experiment experiment, Instant asOf) {
        int bucketVersion = experiment.phase().bucketVersion();
        List<Exposure> exposures = new ArrayList<>();
        store.ledger().visitExposures(experiment.id(), bucketVersion, exposure -> {
            if (!exposure.exposedAt().isAfter(asOf)) {
                exposures.add(exposure);
            }
            return true;
        });
        Map<SubjectId, SubjectId> leads = leads(exposures, asOf);
        Set<SubjectId> crossed = new HashSet<>();
        for (Exposure crossover : store.ledger().crossovers(experiment.id(), bucketVersion)) {
            if (!crossover.exposedAt().isAfter(asOf)) {
                crossed.add(leads.getOrDefault(crossover.subject(), crossover.subject()));
            }
        }
        Map<SubjectId, Exposure> first = new LinkedHashMap<>();
        for (Exposure exposure : exposures) {
            SubjectId unit = leads.getOrDefault(exposure.subject(), exposure.subject());
            Exposure before = first.get(unit);
            if (before == null) {
                first.put(unit, exposure);
            } else {
                if (!before.variant().equals(exposure.variant())) {
                    crossed.add(unit);
                }
                if (exposure.exposedAt().isBefore(before.exposedAt())) {
                    first.put(unit, exposure);
                }
            }
        }
        long excluded = crossed.stream().filter(first::containsKey).count();
        first.keySet().removeAll(crossed);
        return new Users(first, excluded);
    }

    /** Whose the sessions are that were exposed before their lead was known. */
    private Map<SubjectId, SubjectId> leads(List<Exposure> exposures, Instant asOf) {
        List<SubjectId> sessions = exposures.stream()
                .map(Exposure::subject)
                .filter(subject -> !subject.isLead())
                .toList();
        Map<SubjectId, SubjectId> leads = new HashMap<>();
        for (int from = 0; from < sessions.size(); from += PAGE) {
            List<SubjectId> page = sessions.subList(from, Math.min(sessions.size(), from + PAGE));
            for (SubjectRecord record :
                    store.subjects().load(page, Projection.STATE).values()) {
                String lead = null;
                for (SessionLink link : record.links()) {
                    if (link.from().micros() <= Micros.of(asOf)) {
                        lead = link.isUnlink() ? null : link.leadId();
                    }
                }
                if (lead != null) {
                    leads.put(record.subject(), SubjectId.lead(lead));
                }
            }
        }
        return leads;
    }

    // ---- what users are told apart by

    private BiFunction<Exposure, Timeline, String> groups(
            Defined defined, @Nullable Breakdown breakdown, Map<SubjectId, Exposure> users) {
        if (breakdown instanceof Breakdown.BySegment by) {
            Set<Exposure> in = members(defined, by.keyOrId(), users);
            return (exposure, timeline) -> in.contains(exposure) ? "in" : "out";
        }
        if (breakdown instanceof Breakdown.ByField by) {
            List<Violation> faults = new ArrayList<>();
            EventValue field = EventValue.compile(by.field(), "breakdown.field", faults);
            if (field == null) {
                throw new InvalidDefinitionException(faults);
            }
            Set<String> names = new LinkedHashSet<>();
            return (exposure, timeline) -> {
                String name = before(field, timeline, Micros.of(exposure.exposedAt()));
                return names.size() < MOST_GROUPS || names.contains(name) ? named(names, name) : OTHER;
            };
        }
        return (exposure, timeline) -> "";
    }

    private static String named(Set<String> names, String name) {
        names.add(name);
        return name;
    }

    /** The field of the last event at or before an instant that has it. */
    private static String before(EventValue field, Timeline timeline, long micros) {
        for (int i = timeline.size() - 1; i >= 0; i--) {
            if (timeline.micros(i) <= micros) {
                EventView event = timeline.view(i);
                Object value = field.of(event);
                if (value != null) {
                    return String.valueOf(value);
                }
            }
        }
        return NONE;
    }

    /** The exposures at which their users were in a segment, as it was decided. */
    private Set<Exposure> members(Defined defined, String keyOrId, Map<SubjectId, Exposure> users) {
        if (keyOrId.equals(Segment.ALL_VISITORS)) {
            return new HashSet<>(users.values());
        }
        Segment segment =
                defined.segment(keyOrId).orElseThrow(() -> new UnknownDefinitionException(Kind.SEGMENT, keyOrId));
        Set<Exposure> in = new HashSet<>();
        store.ledger().visitMemberships(segment.id(), change -> {
            Exposure exposure = users.get(change.subject());
            if (exposure != null && !change.effectiveAt().isAfter(exposure.exposedAt())) {
                if (change.entered()) {
                    in.add(exposure);
                } else {
                    in.remove(exposure);
                }
            }
            return true;
        });
        return in;
    }
}
