package io.behavioranalytics;

import io.behavioranalytics.DashboardReport.Members;
import io.behavioranalytics.DashboardReport.Personalization;
import io.behavioranalytics.DashboardReport.SegmentCounts;
import io.behavioranalytics.DashboardReport.TriggerCounts;
import io.behavioranalytics.DefinitionsCache.Defined;
import io.behavioranalytics.condition.LocalDays;
import io.behavioranalytics.event.Micros;
import io.behavioranalytics.experiment.Experiment;
import io.behavioranalytics.report.ActivityReport;
import io.behavioranalytics.segment.Segment;
import io.behavioranalytics.store.ActionRecord;
import io.behavioranalytics.store.ActionStatus;
import io.behavioranalytics.store.Store;
import io.behavioranalytics.trigger.Trigger;
import io.behavioranalytics.trigger.TriggerExecution;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Puts a dashboard together from what timelines tell and from facts and definitions. Thread-safe. */
final class Dashboards {
    private static final int PAGE = 1_000;

    private final Store store;
    private final Segments segments;
    private final SegmentReports segmentReports;
    private final DefinitionsCache definitions;

    Dashboards(Store store, Segments segments, SegmentReports segmentReports, DefinitionsCache definitions) {
        this.store = store;
        this.segments = segments;
        this.segmentReports = segmentReports;
        this.definitions = definitions;
    }

    DashboardReport dashboard(ActivityReport activity) {
        Defined defined = definitions.newest();
        Instant asOf = activity.frame().asOf();
        ZoneId zone = activity.frame().zone();
        List<TriggerExecution> all = executions(activity, asOf);
        Instant from = activity.frame().from();
        Instant to = activity.frame().to();
        LocalDate today = LocalDays.dayOf(Micros.of(asOf), zone);
        List<UUID> inRange = new ArrayList<>();
        List<UUID> ofToday = new ArrayList<>();
        long executionsToday = 0;
        for (TriggerExecution execution : all) {
            Instant at = execution.executedAt();
            if (from != null && !at.isBefore(from) && (to == null || at.isBefore(to))) {
                inRange.addAll(execution.actions());
            }
            if (LocalDays.dayOf(Micros.of(at), zone).equals(today)) {
                executionsToday++;
                ofToday.addAll(execution.actions());
            }
        }
        long activeTriggers = defined.triggers().stream()
                .filter(trigger -> isActive(trigger, asOf))
                .count();
        long runningExperiments = defined.experiments().stream()
                .filter(experiment -> experiment.statusAt(asOf) == Experiment.Status.RUNNING)
                .count();
        return new DashboardReport(
                activity,
                counts(defined),
                new Personalization(0, runningExperiments, inRange.size(), successRate(inRange)),
                new TriggerCounts(activeTriggers, executionsToday, successRate(ofToday)),
                growth(defined, activity, zone));
    }

    /** Executions up to an instant, back to the beginning of the range or of today, whichever is earlier. */
    private List<TriggerExecution> executions(ActivityReport activity, Instant asOf) {
        Instant from = activity.frame().from();
        Instant today = LocalDays.start(
                LocalDays.dayOf(Micros.of(asOf), activity.frame().zone()),
                activity.frame().zone());
        Instant earliest = from == null || today.isBefore(from) ? today : from;
        // The ledger hands out the newest: so many more until they reach back far enough.
        int limit = PAGE;
        List<TriggerExecution> found = store.ledger().executions(null, null, limit);
        while (found.size() == limit
                && limit < Integer.MAX_VALUE / 4
                && found.stream().noneMatch(execution -> execution.executedAt().isBefore(earliest))) {
            limit *= 4;
            found = store.ledger().executions(null, null, limit);
        }
        return found.stream()
                .filter(execution -> !execution.executedAt().isAfter(asOf))
                .toList();
    }

    private static boolean isActive(Trigger trigger, Instant at) {
        Instant start = trigger.moderation().startDate();
        Instant end = trigger.moderation().endDate();
        return trigger.status() == Trigger.Status.ACTIVE
                && (start == null || !at.isBefore(start))
                && (end == null || at.isBefore(end));
    }

    private SegmentCounts counts(Defined defined) {
        long active = 0;
        long members = 0;
        for (Segment segment : defined.segments()) {
            active += segment.status() == Segment.Status.ACTIVE ? 1 : 0;
            members += segments.get(segment.key()).map(SegmentView::memberCount).orElse(0L);
        }
        return new SegmentCounts(defined.segments().size(), active, members);
    }

    private @Nullable Double successRate(List<UUID> actions) {
        long done = 0;
        long dead = 0;
        for (int from = 0; from < actions.size(); from += PAGE) {
            Map<UUID, ActionRecord> page =
                    store.queue().find(actions.subList(from, Math.min(actions.size(), from + PAGE)));
            for (ActionRecord action : page.values()) {
                done += action.status() == ActionStatus.DONE ? 1 : 0;
                dead += action.status() == ActionStatus.DEAD ? 1 : 0;
            }
        }
        return done + dead == 0 ? null : (Double) ((double) done / (done + dead));
    }

    private List<Members> growth(Defined defined, ActivityReport activity, ZoneId zone) {
        LocalDate first = LocalDate.parse(activity.days().get(0).date());
        LocalDate last = first.plusDays(activity.days().size() - 1L);
        long[] members = new long[activity.days().size()];
        for (Segment segment : defined.segments()) {
            List<SegmentGrowth.Day> days =
                    segmentReports.growth(segment.key(), first, last, zone).days();
            for (int i = 0; i < members.length; i++) {
                members[i] += days.get(i).members();
            }
        }
        List<Members> growth = new ArrayList<>();
        for (int i = 0; i < members.length; i++) {
            growth.add(new Members(first.plusDays(i), members[i]));
        }
        return growth;
    }
}
