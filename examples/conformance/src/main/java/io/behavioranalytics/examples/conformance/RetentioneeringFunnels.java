package io.behavioranalytics.examples.conformance;

import io.behavioranalytics.report.EventChoice;
import io.behavioranalytics.report.Funnel;
import io.behavioranalytics.report.FunnelReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Funnels of retentioneering; of a case that says what its source asserts, only that is compared. */
final class RetentioneeringFunnels implements Kind {
    @Override
    public String name() {
        return "retentioneering_funnels";
    }

    @Override
    public @Nullable Object expectation(Fields inputs) {
        Fields expected = inputs.object("expected");
        Map<String, @Nullable Object> asserted = new LinkedHashMap<>();
        for (String key : expected.keys()) {
            if (!inputs.has("asserted_upstream")
                    || inputs.list("asserted_upstream").contains(key)) {
                asserted.put(key, expected.value(key));
            }
        }
        return asserted;
    }

    @Override
    public Object answer(Fields inputs) {
        VectorEvents events = new VectorEvents();
        for (Fields event : inputs.objects("events")) {
            events.add(
                    event.text("user"),
                    VectorEvents.instant(event.text("timestamp")),
                    event.text("event"),
                    Map.of(),
                    null);
        }
        return switch (inputs.text("kind")) {
            case "ordered_funnel" -> ordered(inputs, events);
            case "two_step_conversion_from_first_start" -> twoSteps(inputs, events);
            case "open_funnel" -> open(inputs, events);
            default ->
                throw new NotApplicableException("a " + inputs.text("kind")
                        + " is not offered: its steps count without order for " + "some of them");
        };
    }

    private static Object ordered(Fields inputs, VectorEvents events) {
        Funnel.Builder funnel = Funnel.builder().within(Funnel.LONGEST_WINDOW);
        List<?> steps = inputs.list("steps");
        steps.forEach(step -> funnel.step(events.selector(String.valueOf(step), Map.of())));
        if (steps.size() == 1) {
            funnel.step(EventChoice.of(events.type("nothing")));
        }
        List<Long> counts = events.run(funnel.build(), VectorEvents.LATER).steps().stream()
                .map(FunnelReport.StepResult::reached)
                .limit(steps.size())
                .toList();
        return told(counts, events.users().size());
    }

    /** Each step by itself. */
    private static Object open(Fields inputs, VectorEvents events) {
        List<Long> counts = new ArrayList<>();
        for (Object step : inputs.list("steps")) {
            counts.add(events.run(
                            Funnel.builder()
                                    .step(events.selector(String.valueOf(step), Map.of()))
                                    .step(EventChoice.of(events.type("nothing")))
                                    .build(),
                            VectorEvents.LATER)
                    .conversion()
                    .entered());
        }
        return told(counts, events.users().size());
    }

    private static Object told(List<Long> counts, int users) {
        List<Double> ofAll = new ArrayList<>();
        List<Double> ofStep = new ArrayList<>();
        long before = users;
        for (long count : counts) {
            ofAll.add(users == 0 ? 0.0 : (double) count / users);
            ofStep.add(before == 0 ? 0.0 : (double) count / before);
            before = count;
        }
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("counts", counts);
        answer.put("conversion_of_all_users", ofAll);
        answer.put("step_conversion", ofStep);
        return answer;
    }

    private static Object twoSteps(Fields inputs, VectorEvents events) {
        Funnel.Builder funnel = Funnel.builder()
                .step(Funnel.Step.of(events.selector(inputs.text("start"), Map.of()))
                        .asFirstEver())
                .step(events.selector(inputs.text("end"), Map.of()))
                .within(
                        inputs.has("window_seconds")
                                ? Duration.ofNanos(Math.round(inputs.number("window_seconds") * 1e9))
                                : Funnel.LONGEST_WINDOW);
        if (inputs.has("window_events")) {
            funnel.withinEvents((int) inputs.whole("window_events"));
        }
        FunnelReport report = events.run(funnel.build(), VectorEvents.LATER);
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("started", report.conversion().entered());
        answer.put("converted", report.conversion().converted());
        return answer;
    }
}
