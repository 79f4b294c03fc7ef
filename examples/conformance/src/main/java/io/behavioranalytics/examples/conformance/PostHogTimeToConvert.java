package io.behavioranalytics.examples.conformance;

import io.behavioranalytics.report.Funnel;
import io.behavioranalytics.report.ReportFilter;
import io.behavioranalytics.report.TimeToConvert;
import io.behavioranalytics.report.TimeToConvertReport;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Times to convert of PostHog. */
final class PostHogTimeToConvert implements Kind {
    @Override
    public String name() {
        return "posthog_time_to_convert";
    }

    @Override
    public Object answer(Fields inputs) {
        VectorEvents events = new VectorEvents();
        Fields people = inputs.object("people_[event,timestamp]");
        for (String person : people.keys()) {
            for (Object row : people.list(person)) {
                List<?> event = Fields.list(row, person);
                events.add(
                        person,
                        VectorEvents.instant(String.valueOf(event.get(1))),
                        String.valueOf(event.get(0)),
                        Map.of(),
                        null);
            }
        }
        Funnel.Builder funnel = Funnel.builder()
                .within(PostHogFunnels.window(inputs.object("window")))
                .order(PostHogFunnels.order(inputs.text("order", "ordered")))
                .ties(Funnel.Ties.BY_STEP)
                .filter(ReportFilter.everything());
        inputs.list("steps").forEach(step -> funnel.step(events.selector(String.valueOf(step), Map.of())));
        Integer bins = inputs.has("bin_count") ? (Integer) (int) inputs.whole("bin_count") : null;
        TimeToConvertReport report = events.run(
                new TimeToConvert(
                        funnel.build(), (int) inputs.whole("from_step") + 1, (int) inputs.whole("to_step") + 1, bins),
                VectorEvents.LATER);
        Map<String, @Nullable Object> answer = new LinkedHashMap<>();
        answer.put(
                "bins_[lower_edge_seconds,count]",
                report.bins().stream()
                        .map(bin -> List.of(bin.from(), bin.attempts()))
                        .toList());
        answer.put("average_conversion_seconds", report.time().mean());
        return answer;
    }
}
