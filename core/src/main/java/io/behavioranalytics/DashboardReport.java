package io.behavioranalytics;

import io.behavioranalytics.json.Json;
import io.behavioranalytics.report.ActivityReport;
import io.behavioranalytics.report.Report;
import io.behavioranalytics.report.ReportFrame;
import io.behavioranalytics.report.ReportTable;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an analyst looks at first: events, segments, triggers and their trends over a range of days. Its JSON has the field names of the
 * dashboard that hosts know, and {@code frame} beside them. Immutable.
 *
 * @param activity what timelines tell
 * @param segments the segments and their members, now
 * @param personalization what was done for subjects in the range
 * @param triggers the triggers, now and today
 * @param segmentGrowth for each day of the range the members of all segments at its end, as decided (S17)
 */
public record DashboardReport(
        ActivityReport activity,
        SegmentCounts segments,
        Personalization personalization,
        TriggerCounts triggers,
        List<Members> segmentGrowth)
        implements Report {
    /** Copies the list. */
    public DashboardReport {
        segmentGrowth = List.copyOf(segmentGrowth);
    }

    /**
     * The segments, now.
     *
     * @param total how many are defined
     * @param active how many of them are active
     * @param totalMembers their members; who is in two of them counts twice
     */
    public record SegmentCounts(long total, long active, long totalMembers) {}

    /**
     * What was done for subjects in the range.
     *
     * @param activeRules rules of personalization; 0, for there are none yet
     * @param runningExperiments experiments that run at the as-of instant, as defined now
     * @param triggeredActions actions of the triggers' executions in the range, whatever became of them
     * @param successRate the part of those that ended in success or failure that succeeded; null if none has ended. Cancelled ones count
     *     for neither.
     */
    public record Personalization(
            long activeRules,
            long runningExperiments,
            long triggeredActions,
            @Nullable Double successRate) {}

    /**
     * The triggers, now and today.
     *
     * @param activeTriggers how many are active and within their dates
     * @param executionsToday how often triggers fired on the day of the report's instant, in its zone
     * @param successRate of the actions of these executions the part of those that ended that succeeded; null if none has ended
     */
    public record TriggerCounts(
            long activeTriggers,
            long executionsToday,
            @Nullable Double successRate) {}

    /**
     * A day's members.
     *
     * @param date the day
     * @param members of all segments, at its end
     */
    public record Members(LocalDate date, long members) {}

    @Override
    public ReportFrame frame() {
        return activity.frame();
    }

    /**
     * The dashboard as JSON: {@code behavior}, {@code personalization}, {@code triggers}, {@code trends} and {@code frame}.
     *
     * @return one JSON object
     */
    @Override
    public String toJson() {
        Map<String, @Nullable Object> behavior = new LinkedHashMap<>();
        behavior.put("totalEvents", activity.events());
        behavior.put("uniqueUsers", activity.subjects());
        behavior.put("averageEngagement", activity.engagement());
        behavior.put("topEvents", table("topEvents").toMaps());
        behavior.put(
                "segments",
                object(
                        "total",
                        segments.total(),
                        "active",
                        segments.active(),
                        "totalMembers",
                        segments.totalMembers()));
        List<Map<String, @Nullable Object>> engagement = new ArrayList<>();
        List<Map<String, @Nullable Object>> conversion = new ArrayList<>();
        for (ActivityReport.Day day : activity.days()) {
            engagement.add(object("date", day.date(), "score", day.engagement()));
            conversion.add(object("date", day.date(), "rate", day.conversionRate()));
        }
        List<Map<String, @Nullable Object>> growth = new ArrayList<>();
        segmentGrowth.forEach(day -> growth.add(object("date", day.date().toString(), "members", day.members())));
        return Json.write(object(
                "behavior",
                behavior,
                "personalization",
                object(
                        "activeRules",
                        personalization.activeRules(),
                        "runningExperiments",
                        personalization.runningExperiments(),
                        "triggeredActions",
                        personalization.triggeredActions(),
                        "successRate",
                        personalization.successRate()),
                "triggers",
                object(
                        "activeTriggers",
                        triggers.activeTriggers(),
                        "executionsToday",
                        triggers.executionsToday(),
                        "successRate",
                        triggers.successRate()),
                "trends",
                object("engagementTrend", engagement, "conversionTrend", conversion, "segmentGrowth", growth),
                "frame",
                frame().toMap()));
    }

    private static Map<String, @Nullable Object> object(@Nullable Object... namesAndValues) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            map.put(String.valueOf(namesAndValues[i]), namesAndValues[i + 1]);
        }
        return map;
    }

    @Override
    public List<ReportTable> tables() {
        List<ReportTable> tables = new ArrayList<>(activity.tables());
        List<List<@Nullable Object>> counts = new ArrayList<>();
        counts.add(java.util.Arrays.asList(
                segments.total(),
                segments.active(),
                segments.totalMembers(),
                personalization.activeRules(),
                personalization.runningExperiments(),
                personalization.triggeredActions(),
                personalization.successRate(),
                triggers.activeTriggers(),
                triggers.executionsToday(),
                triggers.successRate()));
        tables.add(new ReportTable(
                "counts",
                List.of(
                        "segments",
                        "activeSegments",
                        "totalMembers",
                        "activeRules",
                        "runningExperiments",
                        "triggeredActions",
                        "actionSuccessRate",
                        "activeTriggers",
                        "executionsToday",
                        "todaySuccessRate"),
                counts));
        List<List<@Nullable Object>> growth = new ArrayList<>();
        segmentGrowth.forEach(
                day -> growth.add(java.util.Arrays.asList(day.date().toString(), day.members())));
        tables.add(new ReportTable("segmentGrowth", List.of("date", "members"), growth));
        return tables;
    }
}
