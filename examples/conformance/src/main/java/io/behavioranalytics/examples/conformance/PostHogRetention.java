package io.behavioranalytics.examples.conformance;

import io.behavioranalytics.report.CalendarInterval;
import io.behavioranalytics.report.CohortRetention;
import io.behavioranalytics.report.Periods;
import io.behavioranalytics.report.ReportFilter;
import io.behavioranalytics.report.RetentionReport;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** CohortRetention of PostHog: column 0 is the size of the cohort, and nothing behind the last interval is seen. */
final class PostHogRetention implements Kind {
    @Override
    public String name() {
        return "posthog_retention";
    }

    @Override
    public Object answer(Fields inputs) {
        VectorEvents events = new VectorEvents();
        for (Object row : inputs.list("events_[person,time,event,properties]")) {
            List<?> event = Fields.list(row, "an event");
            events.add(
                    String.valueOf(event.get(0)),
                    VectorEvents.instant(String.valueOf(event.get(1))),
                    String.valueOf(event.get(2)),
                    event.size() > 3 && event.get(3) instanceof Map<?, ?> values ? values : Map.of(),
                    null);
        }
        DayOfWeek weekStart =
                DayOfWeek.valueOf(inputs.text("week_start", "sunday").toUpperCase(Locale.ROOT));
        CalendarInterval interval = interval(inputs.text("period"), weekStart);
        int count = (int) inputs.whole("intervals");
        Instant from = VectorEvents.instant(
                String.valueOf(inputs.list("interval_starts").get(0)));
        Instant end = plus(from, interval, count);
        CohortRetention retention = CohortRetention.on(
                        events.selector(inputs.object("start_event")),
                        events.selector(inputs.object("return_event")),
                        Periods.calendar(interval),
                        count,
                        ReportFilter.everything().between(from, end))
                .atLeast((int) inputs.whole("minimum_occurrences", 1));
        if (inputs.truth("cumulative", false)) {
            retention = retention.orAfter();
        }
        if (inputs.text("type").equals("recurring")) {
            retention = retention.recurring();
        }
        RetentionReport report = events.run(retention, end.minusNanos(1_000));
        List<List<Long>> matrix = new ArrayList<>();
        for (int row = 0; row < report.cohorts().size(); row++) {
            RetentionReport.Cohort cohort = report.cohorts().get(row);
            List<Long> cells = new ArrayList<>(List.of(cohort.size()));
            for (int k = 1; k < count - row; k++) {
                RetentionReport.@Nullable Cell cell = cohort.cells().get(k);
                cells.add(cell == null ? 0 : cell.returned());
            }
            matrix.add(cells);
        }
        return Map.of("expected_matrix", matrix);
    }

    static CalendarInterval interval(String text, DayOfWeek weekStart) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "hour" -> CalendarInterval.HOUR;
            case "day" -> CalendarInterval.DAY;
            case "week" -> CalendarInterval.weekFrom(weekStart);
            case "month" -> CalendarInterval.MONTH;
            default -> throw new MissingMethodException("no interval " + text);
        };
    }

    static Instant plus(Instant from, CalendarInterval interval, int count) {
        ZonedDateTime start = from.atZone(ZoneOffset.UTC);
        return switch (interval.unit()) {
            case HOUR -> start.plusHours(count).toInstant();
            case DAY -> start.plusDays(count).toInstant();
            case WEEK -> start.plusWeeks(count).toInstant();
            case MONTH -> start.plusMonths(count).toInstant();
        };
    }
}
