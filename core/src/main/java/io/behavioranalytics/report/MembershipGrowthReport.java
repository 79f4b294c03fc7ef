package io.behavioranalytics.report;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a {@link MembershipGrowth}. Its coverage and what it left out are of entries and exits in place of events. Immutable.
 *
 * @param frame what data it is of
 * @param segment the segment that was asked for
 * @param periods without a gap, in order; none where the range lies behind the report's instant
 */
public record MembershipGrowthReport(ReportFrame frame, String segment, List<Period> periods) implements Report {
    /** Copies the list. */
    public MembershipGrowthReport {
        periods = List.copyOf(periods);
    }

    /**
     * A period. What was decided at its first instant is in it, what was decided at the first instant behind it is not.
     *
     * @param date its first day, or its hour
     * @param atStart members when it began
     * @param entered entries in it; who entered twice counts twice
     * @param exited exits in it
     * @param atEnd members when it ended, or at the report's instant
     * @param complete whether it has ended
     */
    public record Period(String date, long atStart, long entered, long exited, long atEnd, boolean complete) {
        /**
         * Entries less exits.
         *
         * @return negative if the segment shrank
         */
        public long net() {
            return entered - exited;
        }
    }

    @Override
    public List<ReportTable> tables() {
        List<List<@Nullable Object>> rows = new ArrayList<>();
        periods.forEach(one -> rows.add(FunnelReport.cells(
                one.date(), one.atStart(), one.entered(), one.exited(), one.net(), one.atEnd(), one.complete())));
        return List.of(new ReportTable(
                "growth", List.of("date", "atStart", "entered", "exited", "net", "atEnd", "complete"), rows));
    }
}
