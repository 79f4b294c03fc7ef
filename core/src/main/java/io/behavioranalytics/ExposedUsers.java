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
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/** The exposed users of experiments: their timelines, read from the store page by page, folded into results. Nothing is written. Thread-safe. */
final class ExposedUsers {
    private static final int PAGE = 1_000;
    private static final int MOST_GROUPS = 50;
    private static final String NONE = "(none)";
    private static final String OTHER = "(other)";

    private final Store store;
    private final Retention retention;

    ExposedUsers(Store store, Retention retention) {
        this.store = store;
        this.retention = retention;
    }

    /**
     * A user as it counts.
     *
     * @param subject whose events count: a session's lead, if it has one by now
     * @param exposure its first
     */
    private record User(SubjectId subject, Exposure exposure) {}

    /**
     * Users as they count.
     *
     * @param all each once
     * @param crossovers how many were shown several variants, and are left out
     */
    private record Users(List<User> all, long crossovers) {}

    /** A user that was read. */
    private record Read(Exposure exposure, String group, Timeline timeline) {}

    /** What users are told apart by; asked for one after the other. */
    private interface Groups {
        String of(User user, Timeline timeline);
    }

    ExperimentResults results(
            Defined defined, Experiment experiment, ResultsQuery query, Instant asOf, ReportOptions options) {
        if (!experiment.isStarted()) {
            return ResultsAnalysis.of(experiment, new ExperimentFold(experiment, asOf), query, 0);
        }
        Users users = users(experiment, asOf);
        ExperimentFold fold = fold(experiment, users, groups(defined, query.breakdown(), users, asOf), asOf, options);
        return ResultsAnalysis.of(experiment, fold, query, users.crossovers());
    }

    /** The exposed users of an experiment by variant, as results count them; nobody if it was not started. */
    ComparedGroups groups(Experiment experiment, Instant asOf) {
        Map<SubjectId, ComparedGroups.Member> members = new HashMap<>();
        if (experiment.isStarted()) {
            for (User user : users(experiment, asOf).all()) {
                Exposure exposure = user.exposure();
                members.put(user.subject(), new ComparedGroups.Member(exposure.variant(), exposure.exposedAt()));
            }
        }
        return ComparedGroups.of(experiment.definition().control().id(), members);
    }

    /** The exposed users of an experiment that was started. */
    ExperimentFold fold(Experiment experiment, Instant asOf, ReportOptions options) {
        return fold(experiment, users(experiment, asOf), (user, timeline) -> ExperimentFold.EVERYBODY, asOf, options);
    }

    private ExperimentFold fold(
            Experiment experiment, Users users, Groups groups, Instant asOf, ReportOptions options) {
        ExperimentFold fold = new ExperimentFold(experiment, asOf);
        ReportWork<ExperimentFold, Read> work = new ReportWork<>(
                fold, folding(experiment, asOf), options, users.all().size());
        boolean wanted = true;
        for (int from = 0; wanted && from < users.all().size(); from += PAGE) {
            wanted = take(users.all().subList(from, Math.min(users.all().size(), from + PAGE)), groups, work);
        }
        if (!work.finish()) {
            throw new CancellationException("the results of an experiment were not waited for");
        }
        return fold;
    }

    private boolean take(List<User> page, Groups groups, ReportWork<ExperimentFold, Read> work) {
        Map<SubjectId, SubjectRecord> records =
                store.subjects().load(page.stream().map(User::subject).toList(), Projection.TIMELINE);
        for (User user : page) {
            SubjectRecord record = records.get(user.subject());
            if (record != null
                    && !work.take(new Read(user.exposure(), groups.of(user, record.timeline()), record.timeline()))) {
                return false;
            }
        }
        return true;
    }

    private ReportWork.Folding<ExperimentFold, Read> folding(Experiment experiment, Instant asOf) {
        return new ReportWork.Folding<>() {
            @Override
            public ExperimentFold another() {
                return new ExperimentFold(experiment, asOf);
            }

            @Override
            public void accumulate(ExperimentFold fold, List<Read> users) {
                for (Read user : users) {
                    fold.accumulate(user.exposure(), user.group(), visible(user.timeline(), asOf));
                }
            }

            @Override
            public void merge(ExperimentFold whole, ExperimentFold part) {
                whole.merge(part);
            }

            @Override
            public int events(Read user) {
                return user.timeline().size();
            }
        };
    }

    /** The events that are not past their retention. */
    private Timeline visible(Timeline timeline, Instant asOf) {
        long at = Micros.of(asOf);
        for (int i = 0; !retention.isUnlimited() && i < timeline.size(); i++) {
            if (isExpired(timeline, i, at)) {
                return timeline.minus(event -> retention.expiresAt(event) <= at);
            }
        }
        return timeline;
    }

    private boolean isExpired(Timeline timeline, int i, long asOf) {
        return retention.expiresAt(timeline.micros(i), timeline.type(i), timeline.category(i)) <= asOf;
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
                crossed.add(unit(crossover.subject(), leads));
            }
        }
        // Only who has a linked session may have been exposed twice, and only such users are looked up.
        Set<SubjectId> linked = new HashSet<>(leads.values());
        Map<SubjectId, Exposure> first = new LinkedHashMap<>();
        List<User> users = new ArrayList<>(exposures.size());
        long excluded = 0;
        for (Exposure exposure : exposures) {
            SubjectId unit = unit(exposure.subject(), leads);
            if (linked.isEmpty() || !linked.contains(unit)) {
                if (!crossed.isEmpty() && crossed.contains(unit)) {
                    excluded++;
                } else {
                    users.add(new User(unit, exposure));
                }
                continue;
            }
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
        for (Map.Entry<SubjectId, Exposure> entry : first.entrySet()) {
            if (crossed.contains(entry.getKey())) {
                excluded++;
            } else {
                users.add(new User(entry.getKey(), entry.getValue()));
            }
        }
        return new Users(users, excluded);
    }

    private static SubjectId unit(SubjectId exposed, Map<SubjectId, SubjectId> leads) {
        return exposed.isLead() ? exposed : leads.getOrDefault(exposed, exposed);
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
                String lead = SessionLink.newest(record.links(), Micros.of(asOf));
                if (lead != null) {
                    leads.put(record.subject(), SubjectId.lead(lead));
                }
            }
        }
        return leads;
    }

    // ---- what users are told apart by

    private Groups groups(Defined defined, @Nullable Breakdown breakdown, Users users, Instant asOf) {
        if (breakdown instanceof Breakdown.BySegment by) {
            Set<Exposure> in = members(defined, by.keyOrId(), users);
            return (user, timeline) -> in.contains(user.exposure()) ? "in" : "out";
        }
        if (breakdown instanceof Breakdown.ByField by) {
            List<Violation> faults = new ArrayList<>();
            EventValue field = EventValue.compile(by.field(), "breakdown.field", faults);
            if (field == null) {
                throw new InvalidDefinitionException(faults);
            }
            Set<String> names = new LinkedHashSet<>();
            return (user, timeline) -> {
                String name = before(field, timeline, Micros.of(user.exposure().exposedAt()), Micros.of(asOf));
                return names.size() < MOST_GROUPS || names.contains(name) ? named(names, name) : OTHER;
            };
        }
        return (user, timeline) -> ExperimentFold.EVERYBODY;
    }

    private static String named(Set<String> names, String name) {
        names.add(name);
        return name;
    }

    /** The field of the last visible event at or before an instant that has it. */
    private String before(EventValue field, Timeline timeline, long micros, long asOf) {
        for (int i = timeline.size() - 1; i >= 0; i--) {
            if (timeline.micros(i) <= micros && !isExpired(timeline, i, asOf)) {
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
    private Set<Exposure> members(Defined defined, String keyOrId, Users users) {
        Map<SubjectId, Exposure> first = new HashMap<>();
        users.all().forEach(user -> first.put(user.subject(), user.exposure()));
        if (keyOrId.equals(Segment.ALL_VISITORS)) {
            return new HashSet<>(first.values());
        }
        Segment segment = defined.requireSegment(keyOrId);
        Set<Exposure> in = new HashSet<>();
        store.ledger().visitMemberships(segment.id(), change -> {
            Exposure exposure = first.get(change.subject());
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
