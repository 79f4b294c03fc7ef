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
import io.behavioranalytics.report.Coverage;
import io.behavioranalytics.report.ReportFrame;
import io.behavioranalytics.segment.Segment;
import io.behavioranalytics.store.ExecutionOutcome;
import io.behavioranalytics.store.Store;
import io.behavioranalytics.trigger.Trigger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
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

    DashboardReport dashboard(ActivityReport activity, ReportOptions options) {
        Defined defined = definitions.newest();
        ReportFrame frame = activity.frame();
        Instant asOf = frame.asOf();
        long activeTriggers = defined.triggers().stream()
                .filter(trigger -> isActive(trigger, asOf))
                .count();
        long runningExperiments = defined.experiments().stream()
                .filter(experiment -> experiment.statusAt(asOf) == Experiment.Status.RUNNING)
                .count();
        Ending ending = new Ending(options.cancelled());
        Outcomes inRange = new Outcomes();
        Outcomes ofToday = new Outcomes();
        count(frame, inRange, ofToday, ending);
        List<Members> growth = growth(defined, activity, ending);
        return new DashboardReport(
                ending.hasCome ? incomplete(activity) : activity,
                counts(defined),
                new Personalization(0, runningExperiments, inRange.actions, inRange.successRate()),
                new TriggerCounts(activeTriggers, ofToday.executions, ofToday.successRate()),
                growth);
    }

    /** Executions and their actions, counted; nothing of a single one is kept. */
    private static final class Outcomes {
        private long executions;
        private long actions;
        private long done;
        private long dead;

        void add(ExecutionOutcome outcome) {
            executions++;
            actions += outcome.scheduled();
            done += outcome.done();
            dead += outcome.dead();
        }

        @Nullable
        Double successRate() {
            return done + dead == 0 ? null : (Double) ((double) done / (done + dead));
        }
    }

    /** Whether the report is not waited for any more; once it is not, it never is again. */
    private static final class Ending {
        private final BooleanSupplier cancelled;
        private boolean hasCome;
        private long facts;

        Ending(BooleanSupplier cancelled) {
            this.cancelled = cancelled;
        }

        /** Asked before each fact is taken in. */
        boolean mayGoOn() {
            if (facts++ % PAGE == 0) {
                hasCome = hasCome || cancelled.getAsBoolean();
            }
            return !hasCome;
        }
    }

    /** Counts the executions up to the instant of the report, those of the range and those of the day that it lies in. */
    private void count(ReportFrame frame, Outcomes inRange, Outcomes ofToday, Ending ending) {
        Instant end = frame.asOf().plusNanos(1_000);
        Instant to = frame.to() == null || frame.to().isAfter(end) ? end : frame.to();
        Instant from = frame.from() == null || frame.from().isAfter(to) ? to : frame.from();
        Instant today = LocalDays.start(LocalDays.dayOf(Micros.of(frame.asOf()), frame.zone()), frame.zone());
        Predicate<ExecutionOutcome> counter = outcome -> {
            if (!ending.mayGoOn()) {
                return false;
            }
            Instant at = outcome.executedAt();
            if (!at.isBefore(from) && at.isBefore(to)) {
                inRange.add(outcome);
            }
            if (!at.isBefore(today)) {
                ofToday.add(outcome);
            }
            return true;
        };
        if (to.isBefore(today)) {
            store.ledger().visitOutcomes(from, to, counter);
            store.ledger().visitOutcomes(today, end, counter);
        } else {
            store.ledger().visitOutcomes(from.isBefore(today) ? from : today, end, counter);
        }
    }

    private static ActivityReport incomplete(ActivityReport activity) {
        ReportFrame frame = activity.frame();
        Coverage read = frame.coverage();
        return new ActivityReport(
                new ReportFrame(
                        frame.asOf(),
                        frame.zone(),
                        frame.from(),
                        frame.to(),
                        new Coverage(read.subjects(), read.events(), read.first(), read.last(), false),
                        frame.excluded()),
                activity.events(),
                activity.subjects(),
                activity.engagement(),
                activity.top(),
                activity.days());
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

    private List<Members> growth(Defined defined, ActivityReport activity, Ending ending) {
        // A range within a microsecond has no day, and one that a zone skipped is none.
        List<LocalDate> days =
                activity.days().stream().map(day -> LocalDate.parse(day.date())).toList();
        if (days.isEmpty()) {
            return List.of();
        }
        LocalDate first = days.get(0);
        LocalDate last = days.get(days.size() - 1);
        long[] members = new long[days.size()];
        for (Segment segment : defined.segments()) {
            List<SegmentGrowth.Day> lines = segmentReports
                    .growth(segment.key(), first, last, activity.frame().zone(), ending::mayGoOn)
                    .days();
            for (int i = 0; i < members.length; i++) {
                members[i] += lines.get((int) ChronoUnit.DAYS.between(first, days.get(i)))
                        .members();
            }
        }
        List<Members> growth = new ArrayList<>();
        for (int i = 0; i < members.length; i++) {
            growth.add(new Members(days.get(i), members[i]));
        }
        return growth;
    }
}
