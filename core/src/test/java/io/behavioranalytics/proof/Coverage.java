package io.behavioranalytics.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.condition.Operator;
import io.behavioranalytics.condition.Truth;
import io.behavioranalytics.segment.AggregationFilter.Aggregation;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How often each operator and each kind of filter was seen with each outcome, and which outcomes it cannot have. */
final class Coverage {
    private static final long ENOUGH = 50;
    private static final String NO_CONDITIONS = "it has no conditions on events, so nothing can be unknown";
    private static final String PRESENCE = "whether a field is there is always known";
    private static final String KNOWN_KINDS =
            "a profile's fields have known kinds, so what could not be compared is refused when it is defined";

    private final Map<String, Map<Truth, Long>> counts = new LinkedHashMap<>();
    private final Map<String, String> impossible = new LinkedHashMap<>();

    Coverage() {
        for (Operator operator : Operator.values()) {
            expect("event " + operator.json());
            boolean presence = operator == Operator.EXISTS || operator == Operator.NOT_EXISTS;
            if (presence) {
                impossible.put(cell("event " + operator.json(), Truth.UNKNOWN), PRESENCE);
            }
        }
        for (Operator operator : Operator.values()) {
            expect("profile " + operator.json());
            impossible.put(cell("profile " + operator.json(), Truth.UNKNOWN), KNOWN_KINDS);
        }
        expect("eventFilter");
        for (String kind :
                List.of("frequencyFilter", "first_seen", "last_seen", "active_days", "inactive_for", "local_time")) {
            expect(kind);
            impossible.put(cell(kind, Truth.UNKNOWN), NO_CONDITIONS);
        }
        expect("sequenceFilter");
        expect("aggregationFilter");
        expect("segmentFilter");
        impossible.put(cell("segmentFilter", Truth.UNKNOWN), "nobody is unknown to be in a segment");
        expect("profileCondition");
        impossible.put(cell("profileCondition", Truth.UNKNOWN), KNOWN_KINDS);
        expect("group");
        expect("criteria");
    }

    /** A table of aggregations alone, by operator. */
    static Coverage ofAggregations() {
        Coverage coverage = new Coverage();
        coverage.counts.clear();
        coverage.impossible.clear();
        for (Aggregation aggregation : Aggregation.values()) {
            for (Operator operator : RandomCriteria.AGGREGATION_OPERATORS) {
                coverage.expect(aggregation.json() + " " + operator.json());
            }
        }
        return coverage;
    }

    private void expect(String row) {
        Map<Truth, Long> cells = new EnumMap<>(Truth.class);
        for (Truth truth : Truth.values()) {
            cells.put(truth, 0L);
        }
        counts.put(row, cells);
    }

    private static String cell(String row, Truth truth) {
        return row + " " + truth;
    }

    void saw(String row, Truth truth) {
        counts.computeIfPresent(row, (any, cells) -> {
            cells.merge(truth, 1L, Long::sum);
            return cells;
        });
    }

    /**
     * The table as people read it.
     *
     * @return one line for each row, then the impossible cells with their reasons
     */
    String table() {
        StringBuilder table = new StringBuilder(String.format("%-26s%10s%10s%10s%n", "", "true", "false", "unknown"));
        counts.forEach((row, cells) -> {
            table.append(String.format("%-26s", row));
            for (Truth truth : Truth.values()) {
                table.append(String.format("%10s", impossible.containsKey(cell(row, truth)) ? "-" : cells.get(truth)));
            }
            table.append(System.lineSeparator());
        });
        table.append("- cannot be:").append(System.lineSeparator());
        impossible.values().stream().distinct().forEach(reason -> {
            List<String> rows = impossible.entrySet().stream()
                    .filter(entry -> entry.getValue().equals(reason))
                    .map(Map.Entry::getKey)
                    .toList();
            table.append("  ")
                    .append(reason)
                    .append(": ")
                    .append(String.join(", ", rows))
                    .append(System.lineSeparator());
        });
        return table.toString();
    }

    /** Fails if an outcome that can be was seen too rarely, or one that cannot be was seen. */
    void check() {
        counts.forEach((row, cells) -> cells.forEach((truth, count) -> {
            if (impossible.containsKey(cell(row, truth))) {
                assertThat(count).as("%s cannot be %s", row, truth).isZero();
            } else {
                assertThat(count).as("%s seen as %s", row, truth).isGreaterThanOrEqualTo(ENOUGH);
            }
        }));
    }
}
