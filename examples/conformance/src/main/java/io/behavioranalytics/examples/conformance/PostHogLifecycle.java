package io.behavioranalytics.examples.conformance;

import io.behavioranalytics.report.EventChoice;
import io.behavioranalytics.report.Lifecycle;
import io.behavioranalytics.report.LifecycleReport;
import io.behavioranalytics.report.ReportFilter;
import java.time.DayOfWeek;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Lifecycles of PostHog: a person may be created apart from their events, and the dormant are counted below zero. */
final class PostHogLifecycle implements Kind {
    private static final String ACTIVE = "active";
    private static final String CREATED = "created";

    @Override
    public String name() {
        return "posthog_lifecycle";
    }

    @Override
    public Object answer(Fields inputs) {
        VectorEvents events = new VectorEvents();
        Fields people = inputs.object("people");
        Fields created = inputs.optionalObject("created_at").orElse(Fields.of(Map.of(), ""));
        for (String person : people.keys()) {
            Instant first = VectorEvents.LATER;
            for (Object at : people.list(person)) {
                Instant instant = VectorEvents.instant(String.valueOf(at));
                events.add(person, instant, ACTIVE, Map.of(), null);
                first = instant.isBefore(first) ? instant : first;
            }
            events.add(
                    person,
                    created.has(person) ? VectorEvents.instant(created.text(person)) : first,
                    CREATED,
                    Map.of(),
                    null);
        }
        DayOfWeek weekStart =
                DayOfWeek.valueOf(inputs.text("week_start", "sunday").toUpperCase(Locale.ROOT));
        Instant to = VectorEvents.behind(VectorEvents.instant(inputs.text("date_to")));
        LifecycleReport report = events.run(
                new Lifecycle(
                        EventChoice.of(events.type(ACTIVE)),
                        EventChoice.of(events.type(CREATED)),
                        PostHogRetention.interval(inputs.text("interval"), weekStart),
                        (int) inputs.whole("interval_count", 1),
                        ReportFilter.everything().between(VectorEvents.instant(inputs.text("date_from")), to)),
                VectorEvents.LATER);
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put(
                "new",
                report.lines().stream().map(LifecycleReport.Line::created).toList());
        answer.put(
                "returning",
                report.lines().stream().map(LifecycleReport.Line::returning).toList());
        answer.put(
                "resurrecting",
                report.lines().stream().map(LifecycleReport.Line::resurrecting).toList());
        answer.put(
                "dormant", report.lines().stream().map(line -> -line.dormant()).toList());
        return answer;
    }
}
