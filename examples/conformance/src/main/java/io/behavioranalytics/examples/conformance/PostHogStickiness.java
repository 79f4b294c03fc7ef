package io.behavioranalytics.examples.conformance;

import io.behavioranalytics.report.EventChoice;
import io.behavioranalytics.report.ReportFilter;
import io.behavioranalytics.report.Stickiness;
import io.behavioranalytics.report.StickinessReport;
import java.time.DayOfWeek;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Stickiness of PostHog. */
final class PostHogStickiness implements Kind {
    private static final Pattern CRITERIA = Pattern.compile("(<=|>=|==|=|<|>)\\s*(\\d+)");

    @Override
    public String name() {
        return "posthog_stickiness";
    }

    @Override
    public Object answer(Fields inputs) {
        VectorEvents events = new VectorEvents();
        Fields people = inputs.object("people");
        for (String person : people.keys()) {
            people.list(person)
                    .forEach(at ->
                            events.add(person, VectorEvents.instant(String.valueOf(at)), "active", Map.of(), null));
        }
        int least = 1;
        @Nullable Integer most = null;
        if (inputs.has("criteria_per_interval")) {
            Matcher criteria = CRITERIA.matcher(inputs.text("criteria_per_interval"));
            if (!criteria.find()) {
                throw new MalformedException("no comparison: " + inputs.text("criteria_per_interval"));
            }
            int number = Integer.parseInt(criteria.group(2));
            String operator = criteria.group(1);
            least = switch (operator) {
                case ">=", "=", "==" -> Math.max(1, number);
                case ">" -> number + 1;
                default -> 1;
            };
            most = switch (operator) {
                case "<=", "=", "==" -> number;
                case "<" -> number - 1;
                default -> null;
            };
        }
        DayOfWeek weekStart =
                DayOfWeek.valueOf(inputs.text("week_start", "sunday").toUpperCase(Locale.ROOT));
        StickinessReport report = events.run(
                new Stickiness(
                        EventChoice.any(),
                        PostHogRetention.interval(inputs.text("interval"), weekStart),
                        (int) inputs.whole("interval_count", 1),
                        least,
                        most,
                        ReportFilter.everything()
                                .between(
                                        VectorEvents.instant(inputs.text("date_from")),
                                        VectorEvents.behind(VectorEvents.instant(inputs.text("date_to"))))),
                VectorEvents.LATER);
        boolean cumulative = inputs.truth("cumulative", false);
        List<Long> persons = report.lines().stream()
                .map(line -> cumulative ? line.orMore() : line.exactly())
                .toList();
        return Map.of("expected_persons_by_number_of_intervals", persons);
    }
}
