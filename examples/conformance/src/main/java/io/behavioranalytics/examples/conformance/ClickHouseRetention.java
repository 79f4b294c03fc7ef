package io.behavioranalytics.examples.conformance;

import io.behavioranalytics.report.EventChoice;
import io.behavioranalytics.report.Funnel;
import io.behavioranalytics.report.FunnelReport;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The retention of ClickHouse: who meets the first condition, and who meets it and another one, in any order. */
final class ClickHouseRetention implements Kind {
    private static final Instant FROM = Instant.parse("2018-08-06T00:00:00Z");

    @Override
    public String name() {
        return "clickhouse_retention";
    }

    @Override
    public Object answer(Fields inputs) {
        VectorEvents events = new VectorEvents();
        List<Long> days = inputs.wholes("n_per_day");
        for (int day = 0; day < days.size(); day++) {
            for (long user = 0; user < days.get(day); user++) {
                add(events, String.valueOf(user), day);
            }
        }
        inputs.optionalNumber("extra_user_on_day").ifPresent(day -> add(events, "extra", (int) day));
        List<Long> conditions = inputs.wholes("conditions_day_index");
        List<Long> sums = new ArrayList<>();
        for (int i = 0; i < conditions.size(); i++) {
            EventChoice first = day(events, conditions.get(0));
            sums.add(
                    i == 0
                            ? steps(events, Funnel.Order.ORDERED, first, EventChoice.of(events.type("nothing")))
                                    .get(0)
                                    .reached()
                            : steps(events, Funnel.Order.ANY, first, day(events, conditions.get(i)))
                                    .get(1)
                                    .reached());
        }
        return Map.of("expected_sums", sums);
    }

    private static void add(VectorEvents events, String user, int day) {
        events.add(user, FROM.plus(Duration.ofDays(day)), "day " + day, Map.of(), null);
    }

    private static EventChoice day(VectorEvents events, long day) {
        return EventChoice.of(events.type("day " + day));
    }

    private static List<FunnelReport.StepResult> steps(
            VectorEvents events, Funnel.Order order, EventChoice first, EventChoice second) {
        return events.run(
                        Funnel.builder()
                                .step(first)
                                .step(second)
                                .order(order)
                                .within(Funnel.LONGEST_WINDOW)
                                .build(),
                        VectorEvents.LATER)
                .steps();
    }
}
