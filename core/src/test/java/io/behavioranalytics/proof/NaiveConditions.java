package io.behavioranalytics.proof;

import io.behavioranalytics.condition.Condition;
import io.behavioranalytics.condition.Operator;
import io.behavioranalytics.condition.Truth;
import io.behavioranalytics.event.BehaviorEvent;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * One condition, answered as the language is described: numbers compared as exact decimals, instants by {@code java.time},
 * what is missing or null by the operator's rule, what cannot be compared as unknown.
 */
final class NaiveConditions {
    private static final Object MISSING = null;

    private NaiveConditions() {}

    /**
     * Answers a condition on an event.
     *
     * @param condition the condition
     * @param event the event
     * @return the answer
     */
    static Truth ofEvent(Condition condition, BehaviorEvent event) {
        Object field = read(condition.field(), event);
        if (condition.field().equals("value") && field != null) {
            return turned(condition, written(condition, event.value()));
        }
        return turned(condition, answer(condition.operator(), field, condition.value(), event.timestamp()));
    }

    /**
     * Answers a condition on a profile.
     *
     * @param condition the condition
     * @param field the field's value, or null if missing
     * @param now the instant of the question
     * @return the answer
     */
    static Truth ofProfile(Condition condition, Object field, Instant now) {
        return turned(condition, answer(condition.operator(), field, condition.value(), now));
    }

    /**
     * The span of a {@code within_last}.
     *
     * @param condition any condition
     * @return its span, if it has one
     */
    static Optional<Duration> span(Condition condition) {
        return condition.operator() == Operator.WITHIN_LAST
                ? Optional.of(Duration.parse((String) condition.value()))
                : Optional.empty();
    }

    private static Truth turned(Condition condition, Truth answer) {
        return condition.negate() ? NaiveEvaluator.not(answer) : answer;
    }

    /**
     * An event's {@code value} was written as a decimal and is kept as the nearest double: against an operand that is no
     * integer the operand's nearest double stands for it.
     */
    private static Truth written(Condition condition, double value) {
        Object operand = condition.value();
        if (operand instanceof List<?> list) {
            operand = list.stream().map(NaiveConditions::rounded).toList();
        } else {
            operand = rounded(operand);
        }
        return answer(condition.operator(), new BigDecimal(value), operand, Instant.EPOCH);
    }

    private static Object rounded(Object operand) {
        return operand instanceof BigDecimal decimal
                        && decimal.stripTrailingZeros().scale() > 0
                ? new BigDecimal(decimal.doubleValue())
                : operand;
    }

    static Object read(String path, BehaviorEvent event) {
        int dot = path.indexOf('.');
        String head = dot < 0 ? path : path.substring(0, dot);
        Object at = switch (head) {
            case "eventType" -> event.type().name();
            case "category" -> event.category().json();
            case "source" -> event.source();
            case "value" -> event.value();
            case "userId" -> event.userId();
            case "sequence" -> event.sequence();
            case "timestamp" -> event.timestamp();
            case "properties" -> event.properties();
            case "context" -> event.context();
            case "page" -> event.page();
            case "metadata" -> event.metadata();
            default -> throw new AssertionError("a field that this test does not know: " + path);
        };
        while (dot >= 0) {
            int next = path.indexOf('.', dot + 1);
            String name = next < 0 ? path.substring(dot + 1) : path.substring(dot + 1, next);
            if (!(at instanceof Map<?, ?> map)) {
                return MISSING;
            }
            at = map.get(name);
            dot = next;
        }
        return at;
    }

    private static Truth answer(Operator operator, Object field, Object operand, Instant reference) {
        if (field == MISSING) {
            return switch (operator) {
                case NOT_EXISTS, NOT_EQUALS, NOT_IN, NOT_CONTAINS -> Truth.TRUE;
                default -> Truth.FALSE;
            };
        }
        return switch (operator) {
            case EXISTS -> Truth.TRUE;
            case NOT_EXISTS -> Truth.FALSE;
            case EQUALS -> equal(field, operand);
            case NOT_EQUALS -> NaiveEvaluator.not(equal(field, operand));
            case IN -> in(field, (List<?>) operand);
            case NOT_IN -> NaiveEvaluator.not(in(field, (List<?>) operand));
            case GREATER_THAN -> ordered(field, operand, 1, 1);
            case GREATER_OR_EQUAL -> ordered(field, operand, 0, 1);
            case LESS_THAN -> ordered(field, operand, -1, -1);
            case LESS_OR_EQUAL -> ordered(field, operand, -1, 0);
            case BETWEEN ->
                NaiveEvaluator.all(List.of(
                        ordered(field, ((List<?>) operand).get(0), 0, 1),
                        ordered(field, ((List<?>) operand).get(1), -1, 0)));
            case CONTAINS -> contains(field, operand);
            case NOT_CONTAINS -> NaiveEvaluator.not(contains(field, operand));
            case STARTS_WITH ->
                field instanceof String text ? Truth.of(text.startsWith((String) operand)) : Truth.UNKNOWN;
            case ENDS_WITH -> field instanceof String text ? Truth.of(text.endsWith((String) operand)) : Truth.UNKNOWN;
            case MATCHES ->
                field instanceof String text
                        ? Truth.of(
                                Pattern.compile((String) operand).matcher(text).find())
                        : Truth.UNKNOWN;
            case BEFORE ->
                instant(field).map(at -> Truth.of(at.isBefore(bound(operand)))).orElse(Truth.UNKNOWN);
            case AFTER ->
                instant(field).map(at -> Truth.of(at.isAfter(bound(operand)))).orElse(Truth.UNKNOWN);
            case WITHIN_LAST ->
                instant(field)
                        .map(at -> Truth.of(!at.isAfter(reference)
                                && at.isAfter(reference.minus(Duration.parse((String) operand)))))
                        .orElse(Truth.UNKNOWN);
        };
    }

    private static Truth equal(Object field, Object operand) {
        if (number(field) != null && number(operand) != null) {
            return Truth.of(number(field).compareTo(number(operand)) == 0);
        }
        if (field instanceof Instant at) {
            return instant(operand).map(bound -> Truth.of(at.equals(bound))).orElse(Truth.UNKNOWN);
        }
        if (field instanceof String && operand instanceof String) {
            return Truth.of(field.equals(operand));
        }
        if (field instanceof Boolean && operand instanceof Boolean) {
            return Truth.of(field.equals(operand));
        }
        return Truth.UNKNOWN;
    }

    /** One of a list: true if any is equal, else false if any could be compared, else unknown. */
    private static Truth in(Object field, List<?> operands) {
        List<Truth> answers =
                operands.stream().map(operand -> equal(field, operand)).toList();
        return anyComparable(answers);
    }

    private static Truth anyComparable(List<Truth> answers) {
        return answers.contains(Truth.TRUE) ? Truth.TRUE : answers.contains(Truth.FALSE) ? Truth.FALSE : Truth.UNKNOWN;
    }

    private static Truth contains(Object field, Object operand) {
        if (field instanceof String text) {
            return operand instanceof String part ? Truth.of(text.contains(part)) : Truth.UNKNOWN;
        }
        if (field instanceof List<?> list) {
            if (list.isEmpty()) {
                return Truth.FALSE;
            }
            List<Truth> answers = new ArrayList<>();
            for (Object element : list) {
                answers.add(element == null ? Truth.FALSE : equal(element, operand));
            }
            return anyComparable(answers);
        }
        return Truth.UNKNOWN;
    }

    private static Truth ordered(Object field, Object operand, int least, int most) {
        int order;
        if (number(field) != null && number(operand) != null) {
            order = Integer.signum(number(field).compareTo(number(operand)));
        } else if (field instanceof Instant at && instant(operand).isPresent()) {
            order = Integer.signum(at.compareTo(bound(operand)));
        } else {
            return Truth.UNKNOWN;
        }
        return Truth.of(order >= least && order <= most);
    }

    private static BigDecimal number(Object value) {
        if (value instanceof BigDecimal decimal) {
            return decimal;
        }
        if (value instanceof Double computed) {
            return new BigDecimal(computed);
        }
        return value instanceof Long || value instanceof Integer
                ? BigDecimal.valueOf(((Number) value).longValue())
                : null;
    }

    private static Instant bound(Object operand) {
        return instant(operand).orElseThrow();
    }

    private static Optional<Instant> instant(Object value) {
        if (value instanceof Instant instant) {
            return Optional.of(instant);
        }
        if (value instanceof String text) {
            try {
                return Optional.of(OffsetDateTime.parse(text).toInstant());
            } catch (DateTimeException e) {
                return Optional.empty();
            }
        }
        return Optional.empty();
    }
}
