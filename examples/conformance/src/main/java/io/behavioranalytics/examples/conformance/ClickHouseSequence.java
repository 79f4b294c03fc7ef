package io.behavioranalytics.examples.conformance;

import io.behavioranalytics.event.Micros;
import io.behavioranalytics.report.EventChoice;
import io.behavioranalytics.report.EventPattern;
import io.behavioranalytics.report.PatternCount;
import io.behavioranalytics.report.PatternCountReport;
import io.behavioranalytics.report.ReportFilter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The sequenceMatch, sequenceCount and sequenceMatchEvents of ClickHouse, of one user. */
final class ClickHouseSequence implements Kind {
    @Override
    public String name() {
        return "clickhouse_sequence";
    }

    @Override
    public Object answer(Fields inputs) {
        VectorEvents events = new VectorEvents();
        events.user("user");
        for (Object row : inputs.list("events_[time,data]")) {
            List<?> event = Fields.list(row, "an event");
            events.add(
                    "user",
                    Micros.toInstant(Fields.whole(event.get(0), "a time") * 1_000_000),
                    "data " + event.get(1),
                    Map.of(),
                    null);
        }
        List<EventChoice> conditions = new ArrayList<>();
        for (Object data : inputs.list("conditions_data_equals")) {
            conditions.add(EventChoice.of(events.type("data " + data)));
        }
        PatternCountReport report = events.run(
                new PatternCount(
                        conditions, EventPattern.parse(inputs.text("pattern", "")), 1, ReportFilter.everything()),
                VectorEvents.LATER);
        Map<String, @Nullable Object> answer = new LinkedHashMap<>();
        answer.put("match", report.subjects());
        answer.put("count", report.matches());
        answer.put(
                "match_events_times",
                report.examples().isEmpty()
                        ? List.of()
                        : report.examples().get(0).instants().stream()
                                .map(at -> at.getEpochSecond())
                                .toList());
        return answer;
    }
}
