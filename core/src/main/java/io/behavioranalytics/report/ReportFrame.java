package io.behavioranalytics.report;

import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What every report says about itself: the data that it is of.
 *
 * @param asOf its instant; nothing later was seen
 * @param zone whose calendar it uses
 * @param from the first instant of its range, or null for the beginning
 * @param to the first instant behind its range, or null for its own instant
 * @param coverage what it has read
 * @param excluded what it has left out
 */
public record ReportFrame(
        Instant asOf,
        ZoneId zone,
        @Nullable Instant from,
        @Nullable Instant to,
        Coverage coverage,
        Excluded excluded) {
    /** The name of the frame as a table. */
    public static final String TABLE = "frame";

    /**
     * The frame as the fields of a JSON object.
     *
     * @return texts, numbers and objects by name
     */
    public Map<String, @Nullable Object> toMap() {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("asOf", asOf.toString());
        map.put("zone", zone.getId());
        map.put("from", from == null ? null : from.toString());
        map.put("to", to == null ? null : to.toString());
        Map<String, @Nullable Object> read = new LinkedHashMap<>();
        read.put("subjects", coverage.subjects());
        read.put("events", coverage.events());
        read.put("first", coverage.first() == null ? null : coverage.first().toString());
        read.put("last", coverage.last() == null ? null : coverage.last().toString());
        read.put("complete", coverage.complete());
        map.put("coverage", read);
        Map<String, @Nullable Object> left = new LinkedHashMap<>();
        left.put("sessions", excluded.sessions());
        left.put("subjectsOutsideSegment", excluded.subjectsOutsideSegment());
        left.put("systemEvents", excluded.systemEvents());
        left.put("futureEvents", excluded.futureEvents());
        left.put("expiredEvents", excluded.expiredEvents());
        left.put("eventsOutsideSegment", excluded.eventsOutsideSegment());
        left.put("otherEvents", excluded.otherEvents());
        left.put("unclearEvents", excluded.unclearEvents());
        map.put("excluded", left);
        return map;
    }

    /**
     * The frame as a table of one row, for CSV beside the report's own tables.
     *
     * @return the table {@value #TABLE}
     */
    public ReportTable table() {
        List<String> columns = new ArrayList<>();
        List<@Nullable Object> row = new ArrayList<>();
        toMap().forEach((name, value) -> {
            if (value instanceof Map<?, ?> counts) {
                counts.forEach((count, number) -> {
                    columns.add(String.valueOf(count));
                    row.add(number);
                });
            } else {
                columns.add(name);
                row.add(value);
            }
        });
        return new ReportTable(TABLE, columns, List.of(row));
    }
}
