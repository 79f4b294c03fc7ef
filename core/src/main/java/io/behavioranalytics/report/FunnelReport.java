package io.behavioranalytics.report;

import io.behavioranalytics.event.SubjectId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a {@link Funnel}. Immutable.
 *
 * @param frame what data it is of
 * @param steps one for each step
 * @param conversion from the first to the last step
 * @param groups one for each combination of values of the breakdown, in their order, those without a value last; empty if none is asked
 * @param trend one for each interval in which an attempt began; empty if it is not asked for
 */
public record FunnelReport(
        ReportFrame frame, List<StepResult> steps, Conversion conversion, List<Group> groups, List<Entries> trend)
        implements Report {

    /** Copies the lists. */
    public FunnelReport {
        steps = List.copyOf(steps);
        groups = List.copyOf(groups);
        trend = List.copyOf(trend);
    }

    /**
     * What became of a step. In any order, step k is the k-th of those that were done.
     *
     * @param step its number, from 1
     * @param event its events, in words
     * @param optional whether it may be left out
     * @param reached attempts that did it
     * @param before attempts that did the required step before it, or null for the first
     * @param entered attempts that did the first
     * @param dropped attempts that did it and not the next required step, those under way among them; null for the last and for an
     *     optional one
     * @param inProgress those of them whose window is still open
     * @param time from the step before it that was done, over those who did it
     * @param droppedLeads whose attempts ended here, at most as many as were asked for; at the last step those who converted
     * @param inProgressLeads whose attempts are here and may go on
     */
    public record StepResult(
            int step,
            String event,
            boolean optional,
            long reached,
            @Nullable Long before,
            long entered,
            @Nullable Long dropped,
            long inProgress,
            Times time,
            List<SubjectId> droppedLeads,
            List<SubjectId> inProgressLeads) {
        /** Copies the lists. */
        public StepResult {
            droppedLeads = List.copyOf(droppedLeads);
            inProgressLeads = List.copyOf(inProgressLeads);
        }

        /**
         * The part of those who entered.
         *
         * @return 0 to 1, or null if nobody entered
         */
        public @Nullable Double rate() {
            return FunnelReport.rate(reached, entered);
        }

        /**
         * The part of those who did the required step before it.
         *
         * @return 0 to 1, or null if there is none, or nobody did it
         */
        public @Nullable Double stepRate() {
            return before == null ? null : FunnelReport.rate(reached, before);
        }
    }

    /**
     * From the first to the last step.
     *
     * @param entered attempts that began
     * @param converted those that did all required steps
     * @param inProgress those that may still
     * @param time from the first step to the last, over those who converted
     */
    public record Conversion(long entered, long converted, long inProgress, Times time) {
        /**
         * The part of those who entered.
         *
         * @return 0 to 1, or null if nobody entered
         */
        public @Nullable Double rate() {
            return FunnelReport.rate(converted, entered);
        }
    }

    /**
     * How long it took, in seconds; null where nobody did it. Percentiles lie between neighbors by linear interpolation.
     *
     * @param mean the mean
     * @param median half took at most so long
     * @param p75 three quarters took at most so long
     * @param p90 nine tenths took at most so long
     */
    public record Times(
            @Nullable Double mean,
            @Nullable Double median,
            @Nullable Double p75,
            @Nullable Double p90) {
        static Times of(DurationSample sample) {
            @Nullable Double[] percentiles = sample.percentiles(0.5, 0.75, 0.9);
            return new Times(sample.meanSeconds(), percentiles[0], percentiles[1], percentiles[2]);
        }
    }

    /**
     * The attempts of one combination of values.
     *
     * @param values one for each field of the breakdown, null for none
     * @param steps one for each step, without leads
     * @param conversion from the first to the last step
     */
    public record Group(List<@Nullable String> values, List<StepResult> steps, Conversion conversion) {
        /** Copies the lists. */
        public Group {
            values = Collections.unmodifiableList(new ArrayList<>(values));
            steps = List.copyOf(steps);
        }
    }

    /**
     * The attempts that began in one interval.
     *
     * @param date the interval, by its first day
     * @param reached for each step how many did it
     * @param inProgress how many may go on
     */
    public record Entries(String date, List<Long> reached, long inProgress) {
        /** Copies the list. */
        public Entries {
            reached = List.copyOf(reached);
        }
    }

    static @Nullable Double rate(long part, long whole) {
        return whole == 0 ? null : (Double) ((double) part / whole);
    }

    @Override
    public List<ReportTable> tables() {
        List<ReportTable> tables = new ArrayList<>();
        tables.add(stepTable());
        tables.add(new ReportTable(
                "conversion",
                List.of("entered", "converted", "rate", "inProgress", "mean", "median", "p75", "p90"),
                List.of(cells(
                        conversion.entered(),
                        conversion.converted(),
                        conversion.rate(),
                        conversion.inProgress(),
                        conversion.time().mean(),
                        conversion.time().median(),
                        conversion.time().p75(),
                        conversion.time().p90()))));
        if (!groups.isEmpty()) {
            tables.add(groupTable());
        }
        if (!trend.isEmpty()) {
            tables.add(trendTable());
        }
        ReportTable leads = leadTable();
        if (!leads.rows().isEmpty()) {
            tables.add(leads);
        }
        return tables;
    }

    static List<@Nullable Object> cells(@Nullable Object... cells) {
        return Arrays.asList(cells);
    }

    private ReportTable stepTable() {
        List<List<@Nullable Object>> rows = new ArrayList<>();
        for (StepResult step : steps) {
            rows.add(cells(
                    (long) step.step(),
                    step.event(),
                    step.reached(),
                    step.rate(),
                    step.stepRate(),
                    step.dropped(),
                    step.inProgress(),
                    step.time().mean(),
                    step.time().median(),
                    step.time().p75(),
                    step.time().p90()));
        }
        return new ReportTable(
                "steps",
                List.of(
                        "step",
                        "event",
                        "reached",
                        "rate",
                        "stepRate",
                        "dropped",
                        "inProgress",
                        "mean",
                        "median",
                        "p75",
                        "p90"),
                rows);
    }

    private ReportTable groupTable() {
        List<String> columns = new ArrayList<>();
        for (int i = 1; i <= groups.get(0).values().size(); i++) {
            columns.add("value" + i);
        }
        columns.addAll(List.of("step", "reached", "rate", "stepRate", "mean", "median"));
        List<List<@Nullable Object>> rows = new ArrayList<>();
        for (Group group : groups) {
            for (StepResult step : group.steps()) {
                List<@Nullable Object> row = new ArrayList<>(group.values());
                row.addAll(cells(
                        (long) step.step(),
                        step.reached(),
                        step.rate(),
                        step.stepRate(),
                        step.time().mean(),
                        step.time().median()));
                rows.add(row);
            }
        }
        return new ReportTable("groups", columns, rows);
    }

    private ReportTable trendTable() {
        List<String> columns = new ArrayList<>(List.of("date"));
        for (StepResult step : steps) {
            columns.add("step" + step.step());
        }
        columns.addAll(List.of("rate", "inProgress"));
        List<List<@Nullable Object>> rows = new ArrayList<>();
        for (Entries entries : trend) {
            List<@Nullable Object> row = new ArrayList<>();
            row.add(entries.date());
            row.addAll(entries.reached());
            row.add(rate(
                    entries.reached().get(steps.size() - 1), entries.reached().get(0)));
            row.add(entries.inProgress());
            rows.add(row);
        }
        return new ReportTable("trend", columns, rows);
    }

    private ReportTable leadTable() {
        List<List<@Nullable Object>> rows = new ArrayList<>();
        for (StepResult step : steps) {
            boolean last = step.step() == steps.size();
            for (SubjectId subject : step.droppedLeads()) {
                rows.add(cells((long) step.step(), last ? "converted" : "dropped", kind(subject), subject.value()));
            }
            for (SubjectId subject : step.inProgressLeads()) {
                rows.add(cells((long) step.step(), "in_progress", kind(subject), subject.value()));
            }
        }
        return new ReportTable("leads", List.of("step", "outcome", "kind", "subject"), rows);
    }

    private static String kind(SubjectId subject) {
        return subject.kind() == SubjectId.Kind.LEAD ? "lead" : "session";
    }
}
