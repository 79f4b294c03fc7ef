package io.behavioranalytics.report;

import io.behavioranalytics.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The answer to a {@link Question}: a value that says what data it is of, and writes itself as JSON, CSV and text. */
public interface Report {
    /**
     * What data it is of.
     *
     * @return the frame
     */
    ReportFrame frame();

    /**
     * All that it says, as tables.
     *
     * @return at least one, each of another name
     */
    List<ReportTable> tables();

    /**
     * One of its tables, or its frame as one.
     *
     * @param name the table's name, or {@value ReportFrame#TABLE}
     * @return the table
     * @throws IllegalArgumentException if there is none of that name
     */
    default ReportTable table(String name) {
        if (name.equals(ReportFrame.TABLE)) {
            return frame().table();
        }
        List<String> names = new ArrayList<>();
        for (ReportTable table : tables()) {
            if (table.name().equals(name)) {
                return table;
            }
            names.add(table.name());
        }
        throw new IllegalArgumentException("there is no table " + name + " in this report, which has " + names);
    }

    /**
     * The report as JSON: the frame's fields, then each table as an array of objects under its name. Texts stand as they are.
     *
     * @return one JSON object
     */
    default String toJson() {
        Map<String, @Nullable Object> all = new LinkedHashMap<>(frame().toMap());
        for (ReportTable table : tables()) {
            all.put(table.name(), table.toMaps());
        }
        return Json.write(all);
    }

    /**
     * One table as CSV, see {@link ReportTable#toCsv()}.
     *
     * @param table the table's name, or {@value ReportFrame#TABLE}
     * @return the lines
     * @throws IllegalArgumentException if there is none of that name
     */
    default String toCsv(String table) {
        return table(table).toCsv();
    }

    /**
     * The report for people to read: its instant, then its tables.
     *
     * @return lines of text
     */
    default String toText() {
        ReportFrame frame = frame();
        StringBuilder text = new StringBuilder("as of ")
                .append(frame.asOf())
                .append(", ")
                .append(frame.zone().getId())
                .append(", ")
                .append(frame.coverage().subjects())
                .append(" subjects, ")
                .append(frame.coverage().events())
                .append(" events")
                .append(frame.coverage().complete() ? "" : ", cancelled before the end")
                .append('\n');
        for (ReportTable table : tables()) {
            text.append('\n').append(table.toText());
        }
        return text.toString();
    }
}
