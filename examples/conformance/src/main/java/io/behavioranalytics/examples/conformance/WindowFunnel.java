package io.behavioranalytics.examples.conformance;

import io.behavioranalytics.condition.Operator;
import io.behavioranalytics.event.Micros;
import io.behavioranalytics.report.EventChoice;
import io.behavioranalytics.report.Funnel;
import io.behavioranalytics.report.Funnel.Strictness;
import io.behavioranalytics.report.FunnelReport;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The windowFunnel of ClickHouse: the level of one user. Its instants are numbers of any unit; where its versions differ, the case is held
 * against the later one.
 */
final class WindowFunnel implements Kind {
    /** Of a unit of the case's instants, which may have three decimals. */
    private static final BigDecimal SCALE = BigDecimal.valueOf(1_000);

    private final String name;

    WindowFunnel(String name) {
        this.name = name;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public @Nullable Object expectation(Fields inputs) {
        if (inputs.has("level_by_source_0215c755")) {
            return inputs.value("level_by_source_0215c755");
        }
        return inputs.value("expected_level");
    }

    @Override
    public Object answer(Fields inputs) {
        VectorEvents events = new VectorEvents();
        events.user("user");
        List<Fields> rows = inputs.objects("events");
        // Instants count from the first one, so that numbers of any size fit.
        BigDecimal first = rows.stream()
                .map(row -> decimal(row, "ts"))
                .min(BigDecimal::compareTo)
                .orElse(BigDecimal.ZERO);
        for (Fields row : rows) {
            Map<String, @Nullable Object> values = new HashMap<>();
            row.keys().forEach(key -> values.put(key, row.value(key)));
            values.remove("ts");
            long micros = decimal(row, "ts").subtract(first).multiply(SCALE).longValueExact();
            events.add("user", Micros.toInstant(micros), "row", values, null);
        }
        Funnel.Builder funnel = Funnel.builder().latestStart(modes(inputs));
        List<Fields> steps = inputs.objects("steps");
        steps.forEach(step -> funnel.step(selector(events, step)));
        if (steps.size() == 1) {
            funnel.step(EventChoice.of(events.type("nothing"))); // a funnel has two steps, and nobody does this one
        }
        Duration window = Duration.ofNanos(1_000)
                .plus(Duration.of(
                        decimal(inputs, "window").multiply(SCALE).longValueExact(),
                        java.time.temporal.ChronoUnit.MICROS));
        funnel.within(window.compareTo(Funnel.LONGEST_WINDOW) > 0 ? Funnel.LONGEST_WINDOW : window);
        FunnelReport report = events.run(funnel.build(), VectorEvents.LATER);
        return report.steps().stream().filter(step -> step.reached() > 0).count();
    }

    private static Strictness[] modes(Fields inputs) {
        return inputs.list("modes").stream()
                .map(mode -> switch (String.valueOf(mode)) {
                    case "strict", "strict_deduplication" -> Strictness.DEDUPLICATION;
                    case "strict_order" -> Strictness.ORDER;
                    case "strict_increase" -> Strictness.INCREASE;
                    case "strict_once" -> Strictness.ONCE;
                    case "allow_reentry" -> Strictness.REENTRY;
                    default -> throw new MissingMethodException("no mode " + mode);
                })
                .toArray(Strictness[]::new);
    }

    private static EventChoice selector(VectorEvents events, Fields step) {
        EventChoice row = EventChoice.of(events.type("row"));
        String field = step.has("field") ? events.field(step.text("field")) : "";
        Object value = step.value("value");
        return switch (step.text("op")) {
            case "==", "=" -> row.where(field, Operator.EQUALS, value);
            case "!=", "<>" -> row.where(field, Operator.NOT_EQUALS, value).where(field, Operator.EXISTS, null);
            case ">=" -> row.where(field, Operator.GREATER_OR_EQUAL, value);
            case "<=" -> row.where(field, Operator.LESS_OR_EQUAL, value);
            case ">" -> row.where(field, Operator.GREATER_THAN, value);
            case "<" -> row.where(field, Operator.LESS_THAN, value);
            case "in" -> row.where(field, Operator.IN, value);
            case "is_null" -> row.where(field, Operator.NOT_EXISTS, null);
            case "is_not_null", "not_null" -> row.where(field, Operator.EXISTS, null);
            case "both_null" ->
                row.where(events.field("a"), Operator.NOT_EXISTS, null)
                        .where(events.field("b"), Operator.NOT_EXISTS, null);
            case "true", "any" -> row;
            default -> throw new MissingMethodException("no comparison " + step.text("op"));
        };
    }

    private static BigDecimal decimal(Fields of, String name) {
        Object value = of.value(name);
        if (value instanceof BigDecimal decimal) {
            return decimal;
        }
        if (value instanceof Long whole) {
            return BigDecimal.valueOf(whole);
        }
        throw new MalformedException(of.path(name) + " must be a number: " + Fields.text(value));
    }
}
