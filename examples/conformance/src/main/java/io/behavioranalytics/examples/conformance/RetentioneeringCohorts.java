package io.behavioranalytics.examples.conformance;

import io.behavioranalytics.report.CalendarInterval;
import io.behavioranalytics.report.CohortRetention;
import io.behavioranalytics.report.EventChoice;
import io.behavioranalytics.report.Periods;
import io.behavioranalytics.report.ReportFilter;
import io.behavioranalytics.report.RetentionReport;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.TemporalAdjusters;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Cohorts of retentioneering: one grid of equal periods from the first event on; nothing where nobody came. */
final class RetentioneeringCohorts implements Kind {
    private static final int MOST_PERIODS = 1_000;

    @Override
    public String name() {
        return "retentioneering_cohorts";
    }

    @Override
    public Object answer(Fields inputs) {
        throw new MalformedException("the events stand in the file");
    }

    @Override
    public Object answer(Fields inputs, VectorFile file) {
        VectorEvents events = new VectorEvents();
        for (Fields event : (inputs.has("events") ? inputs : file.document()).objects("events")) {
            events.add(event.text("user"), VectorEvents.instant(event.text("timestamp")), "event", Map.of(), null);
        }
        String unit = inputs.text("cohort_start_unit");
        LocalDate day = events.first().atZone(ZoneOffset.UTC).toLocalDate();
        LocalDate start = switch (unit) {
            case "M" -> day.withDayOfMonth(1);
            case "W" -> day.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
            case "D" -> day;
            default -> throw new MissingMethodException("no unit " + unit);
        };
        Instant from = start.atStartOfDay(ZoneOffset.UTC).toInstant();
        Instant end = VectorEvents.behind(events.last());
        List<?> period = inputs.list("cohort_period");
        int length = (int) Fields.whole(period.get(0), "cohort_period[0]");
        boolean months = period.get(1).equals("M");
        Periods periods = switch (String.valueOf(period.get(1))) {
            case "M" -> new Periods.Calendar(CalendarInterval.MONTH, length);
            case "W" -> new Periods.Equal(from, Duration.ofDays(7L * length));
            case "D" -> new Periods.Equal(from, Duration.ofDays(length));
            case "h", "H" -> new Periods.Equal(from, Duration.ofHours(length));
            default -> throw new MissingMethodException("no period of " + period);
        };
        ReportFilter filter = ReportFilter.everything().between(from, end);
        int count = events.run(
                        CohortRetention.on(EventChoice.any(), EventChoice.any(), periods, 1, filter), events.last())
                .cohorts()
                .size();
        RetentionReport report = events.run(
                CohortRetention.on(
                        EventChoice.any(), EventChoice.any(), periods, Math.min(count, MOST_PERIODS), filter),
                events.last());
        List<String> cohorts = new ArrayList<>();
        List<List<@Nullable Object>> rates = new ArrayList<>();
        for (RetentionReport.Cohort cohort : report.cohorts()) {
            if (cohort.size() > 0) {
                cohorts.add(cohort.begin().substring(0, months ? 7 : 10));
                List<@Nullable Object> row = new ArrayList<>();
                row.add(1.0);
                for (int k = 1; k < count; k++) {
                    Double rate = cohort.rate(k);
                    row.add(rate == null || rate == 0 ? null : rate);
                }
                rates.add(row);
            }
        }
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("cohorts", cohorts);
        answer.put("retention", rates);
        return answer;
    }
}
