package io.behavioranalytics.examples.conformance;

import io.behavioranalytics.condition.Operator;
import io.behavioranalytics.json.Json;
import io.behavioranalytics.report.Funnel;
import io.behavioranalytics.report.FunnelReport;
import io.behavioranalytics.report.ReportFilter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Funnels of PostHog; what a case leaves null is not compared. */
final class PostHogFunnels implements Kind {
    private static final int EVERYBODY = 100_000;

    @Override
    public String name() {
        return "posthog_funnels";
    }

    @Override
    public @Nullable Object expectation(Fields inputs) {
        Map<String, @Nullable Object> all = new LinkedHashMap<>();
        inputs.optionalObject("expected")
                .ifPresent(given -> given.keys().forEach(key -> all.put(key, given.value(key))));
        if (inputs.has("expected_by_breakdown") || all.isEmpty()) {
            all.putAll(inputs.beginningWith("expected_"));
        }
        return all;
    }

    @Override
    public @Nullable Object answer(Fields inputs) {
        VectorEvents events = new VectorEvents();
        Fields people = inputs.object("people");
        for (String person : people.keys()) {
            events.user(person);
            for (Fields event : people.objects(person)) {
                Object values = event.value("properties");
                events.add(
                        person,
                        VectorEvents.instant(event.text("timestamp")),
                        event.text("event"),
                        values instanceof Map<?, ?> map ? map : Map.of(),
                        null);
            }
        }
        Funnel funnel = funnel(inputs, events, ReportFilter.everything());
        Map<String, @Nullable Object> answer = new LinkedHashMap<>();
        if (inputs.has("expected_by_breakdown")) {
            answer.put("expected_by_breakdown", byBreakdown(inputs, events, funnel));
        }
        if (inputs.has("expected")) {
            FunnelReport report = events.run(funnel, VectorEvents.LATER);
            answer.put(
                    "counts",
                    report.steps().stream()
                            .map(FunnelReport.StepResult::reached)
                            .toList());
            answer.put("average_conversion_seconds", means(report.steps()));
            answer.put("median_conversion_seconds", medians(report.steps()));
            answer.put("persons_at_step", persons(report));
        }
        return masked(expectation(inputs), answer);
    }

    static Funnel funnel(Fields inputs, VectorEvents events, ReportFilter filter) {
        Funnel.Builder funnel = Funnel.builder()
                .within(window(inputs.object("window")))
                .order(order(inputs.text("order", "ordered")))
                .ties(Funnel.Ties.BY_STEP)
                .leads(EVERYBODY)
                .filter(filter);
        inputs.objects("steps").forEach(step -> funnel.step(events.selector(step)));
        if (inputs.has("exclusions")) {
            for (Fields exclusion : inputs.objects("exclusions")) {
                funnel.exclude(
                        events.selector(exclusion),
                        (int) exclusion.whole("from_step") + 1,
                        (int) exclusion.whole("to_step") + 1);
            }
        }
        inputs.optionalObject("breakdown").ifPresent(breakdown -> {
            String[] fields = breakdown.list("keys").stream()
                    .map(key -> events.field(String.valueOf(key)))
                    .toArray(String[]::new);
            switch (breakdown.text("attribution", "first_touch")) {
                case "first_touch", "all_events" -> funnel.breakdown(Funnel.Attribution.FIRST, fields);
                case "last_touch" -> funnel.breakdown(Funnel.Attribution.LAST, fields);
                case "step" -> funnel.breakdownAtStep((int) breakdown.whole("step", 0) + 1, fields);
                default -> throw new MissingMethodException("no attribution " + breakdown.text("attribution"));
            }
        });
        return funnel.build();
    }

    static Funnel.Order order(String text) {
        return switch (text) {
            case "ordered" -> Funnel.Order.ORDERED;
            case "strict" -> Funnel.Order.STRICT;
            case "unordered" -> Funnel.Order.ANY;
            default -> throw new MissingMethodException("no order " + text);
        };
    }

    static Duration window(Fields window) {
        long value = window.whole("value");
        String unit = window.text("unit");
        return switch (unit) {
            case "second" -> Duration.ofSeconds(value);
            case "minute" -> Duration.ofMinutes(value);
            case "hour" -> Duration.ofHours(value);
            case "day" -> Duration.ofDays(value);
            case "week" -> Duration.ofDays(7 * value);
            case "month" -> Duration.ofDays(30 * value);
            default -> throw new MissingMethodException("no window of unit " + unit);
        };
    }

    private static Object byBreakdown(Fields inputs, VectorEvents events, Funnel funnel) {
        Map<String, @Nullable Object> groups = new LinkedHashMap<>();
        boolean each = inputs.object("breakdown").text("attribution", "").equals("all_events");
        for (FunnelReport.Group group : events.run(funnel, VectorEvents.LATER).groups()) {
            List<FunnelReport.StepResult> steps = each ? ofValues(inputs, events, group.values()) : group.steps();
            Map<String, @Nullable Object> told = new LinkedHashMap<>();
            told.put(
                    "counts",
                    steps.stream().map(FunnelReport.StepResult::reached).toList());
            told.put("average", means(steps));
            told.put("median", medians(steps));
            groups.put(
                    group.values().stream()
                            .map(value -> Json.write(value == null ? "" : value))
                            .collect(Collectors.joining(", ", "[", "]")),
                    told);
        }
        return groups;
    }

    /** With attribution to all events, each value has a funnel of its own events. */
    private static List<FunnelReport.StepResult> ofValues(
            Fields inputs, VectorEvents events, List<@Nullable String> values) {
        ReportFilter filter = ReportFilter.everything();
        List<?> keys = inputs.object("breakdown").list("keys");
        for (int i = 0; i < values.size(); i++) {
            String field = events.field(String.valueOf(keys.get(i)));
            filter = values.get(i) == null
                    ? filter.where(field, Operator.NOT_EXISTS, null)
                    : filter.where(field, Operator.EQUALS, values.get(i));
        }
        return events.run(funnel(inputs, events, filter), VectorEvents.LATER).steps();
    }

    private static List<@Nullable Object> means(List<FunnelReport.StepResult> steps) {
        List<@Nullable Object> means = new ArrayList<>();
        steps.forEach(step -> means.add(step.time().mean()));
        return means;
    }

    private static List<@Nullable Object> medians(List<FunnelReport.StepResult> steps) {
        List<@Nullable Object> medians = new ArrayList<>();
        steps.forEach(step -> medians.add(step.time().median()));
        return medians;
    }

    /** For each step those who did it: who ended there or went on. */
    private static List<@Nullable Object> persons(FunnelReport report) {
        List<@Nullable Object> persons = new ArrayList<>();
        TreeSet<String> done = new TreeSet<>();
        for (int k = report.steps().size() - 1; k >= 0; k--) {
            report.steps().get(k).droppedLeads().forEach(lead -> done.add(lead.value()));
            report.steps().get(k).inProgressLeads().forEach(lead -> done.add(lead.value()));
            persons.add(0, List.copyOf(done));
        }
        return persons;
    }

    /** The answer, with nothing where nothing is expected, and lists of persons in the order in which they are expected. */
    static @Nullable Object masked(@Nullable Object expected, @Nullable Object answer) {
        if (expected instanceof Map<?, ?> map && answer instanceof Map<?, ?> answers) {
            Map<String, @Nullable Object> masked = new LinkedHashMap<>();
            answers.forEach((name, value) ->
                    masked.put(String.valueOf(name), map.containsKey(name) ? masked(map.get(name), value) : value));
            return masked;
        }
        if (expected instanceof List<?> list && answer instanceof List<?> answers) {
            if (answers.stream().allMatch(String.class::isInstance)
                    && new TreeSet<>(list).equals(new TreeSet<>(answers))) {
                return list;
            }
            List<@Nullable Object> masked = new ArrayList<>();
            for (int i = 0; i < answers.size(); i++) {
                masked.add(i < list.size() ? masked(list.get(i), answers.get(i)) : answers.get(i));
            }
            return masked;
        }
        return expected == null ? null : answer;
    }
}
