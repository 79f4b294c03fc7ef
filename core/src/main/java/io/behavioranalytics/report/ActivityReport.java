package io.behavioranalytics.report;

import io.behavioranalytics.event.EventType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The answer to an {@link Activity}. Immutable.
 *
 * @param frame what data it is of
 * @param events events in the range
 * @param subjects subjects that have one
 * @param engagement the mean of their engagement scores at the end of the range or the report's instant, 0 to 100; null if there are none
 * @param top the most frequent types of event, the most frequent first, by name where they are as frequent
 * @param days one for each day of the range, in order
 */
public record ActivityReport(
        ReportFrame frame,
        long events,
        long subjects,
        @Nullable Double engagement,
        List<TypeCount> top,
        List<Day> days) implements Report {
    /** Copies the lists. */
    public ActivityReport {
        top = List.copyOf(top);
        days = List.copyOf(days);
    }

    /**
     * How often a type of event happened.
     *
     * @param type the type
     * @param count how often
     * @param percentage of all events in the range, 0 to 100
     */
    public record TypeCount(EventType type, long count, double percentage) {}

    /**
     * A day.
     *
     * @param date its date
     * @param active subjects that have an event on it
     * @param converted those of them that have a conversion on it
     * @param engagement the mean of the engagement scores of those who are active on it, at its end or the end of the report; null if
     *     nobody is
     */
    public record Day(
            String date,
            long active,
            long converted,
            @Nullable Double engagement) {
        /**
         * The part of those active that converted.
         *
         * @return 0 to 1, or null if nobody was active
         */
        public @Nullable Double conversionRate() {
            return FunnelReport.rate(converted, active);
        }
    }

    @Override
    public List<ReportTable> tables() {
        List<List<@Nullable Object>> types = new ArrayList<>();
        top.forEach(one -> types.add(FunnelReport.cells(one.type().name(), one.count(), one.percentage())));
        List<List<@Nullable Object>> lines = new ArrayList<>();
        days.forEach(day -> lines.add(
                FunnelReport.cells(day.date(), day.active(), day.converted(), day.conversionRate(), day.engagement())));
        return List.of(
                new ReportTable(
                        "activity",
                        List.of("events", "subjects", "engagement"),
                        List.of(FunnelReport.cells(events, subjects, engagement))),
                new ReportTable("topEvents", List.of("eventType", "count", "percentage"), types),
                new ReportTable("days", List.of("date", "active", "converted", "conversionRate", "engagement"), lines));
    }
}
