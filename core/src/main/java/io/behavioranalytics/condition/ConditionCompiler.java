package io.behavioranalytics.condition;

import io.behavioranalytics.condition.FieldSource.Domain;
import io.behavioranalytics.event.Micros;
import io.behavioranalytics.json.IsoTime;
import io.behavioranalytics.json.JsonPath;
import io.behavioranalytics.json.Violation;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Checks one condition and makes it ready: holds operator and operand against what its {@link FieldSource field} can be.
 *
 * <p>A field whose kind is known beforehand refuses what could never be answered ({@code intentScore contains "x"}); in the
 * event's JSON anything may stand, and the answer is unknown at run time.
 */
final class ConditionCompiler {
    /** The most values of a list operand. */
    static final int MAX_VALUES = 200;

    /** The longest text to compare with, in UTF-16 units: as long as an event's longest string. */
    static final int MAX_TEXT = 8_192;

    /** The longest span of within_last. */
    static final Duration MAX_SPAN = Duration.ofDays(3_650);

    private final Condition condition;
    private final Scope scope;
    private final String path;
    private final List<Violation> out;

    ConditionCompiler(Condition condition, Scope scope, String path, List<Violation> out) {
        this.condition = condition;
        this.scope = scope;
        this.path = path;
        this.out = out;
    }

    CompiledCondition compile() {
        FieldSource source = FieldSource.of(condition, scope, path, out);
        Comparison comparison = comparison(source == null ? Domain.JSON : source.domain());
        if (source == null || comparison == null) {
            return CompiledCondition.unanswerable(condition);
        }
        return source.reader().with(condition, comparison);
    }

    private @Nullable Comparison comparison(Domain domain) {
        Operator operator = condition.operator();
        Object value = condition.value();
        if (operator == Operator.EXISTS || operator == Operator.NOT_EXISTS) {
            return value == null ? new Comparison.Exists() : refuseValue("TYPE", "must be left out");
        }
        if (value == null) {
            return refuseValue("TYPE", "is missing: " + operator.json() + " needs a value");
        }
        if (!textsFit(value)) {
            return refuseValue("RANGE", "has a text of more than " + MAX_TEXT + " characters");
        }
        return switch (operator) {
            case EXISTS, NOT_EXISTS -> throw new IllegalStateException("answered above");
            case EQUALS, NOT_EQUALS ->
                value instanceof List<?>
                        ? refuseValue("TYPE", "must be one value, not a list; use in")
                        : anyOf(domain, List.of(value));
            case IN, NOT_IN -> inList(domain, value);
            case GREATER_THAN, GREATER_OR_EQUAL, LESS_THAN, LESS_OR_EQUAL -> order(domain, value);
            case BETWEEN -> between(domain, value);
            case CONTAINS, NOT_CONTAINS -> contains(domain, value);
            case STARTS_WITH, ENDS_WITH, MATCHES -> textual(domain, value);
            case BEFORE, AFTER -> beforeOrAfter(domain, value);
            case WITHIN_LAST -> withinLast(domain, value);
        };
    }

    private static boolean textsFit(Object value) {
        if (value instanceof List<?> many) {
            return many.stream().allMatch(ConditionCompiler::textsFit);
        }
        return !(value instanceof String text) || text.length() <= MAX_TEXT;
    }

    private @Nullable Comparison inList(Domain domain, Object value) {
        if (!(value instanceof List<?> values)) {
            return refuseValue("TYPE", "must be a list of 1 to " + MAX_VALUES + " values");
        }
        if (values.isEmpty() || values.size() > MAX_VALUES) {
            return refuseValue("RANGE", "has " + values.size() + " values, 1 to " + MAX_VALUES + " are accepted");
        }
        return anyOf(domain, values);
    }

    private @Nullable Comparison anyOf(Domain domain, List<?> values) {
        switch (domain) {
            case JSON -> {
                return new Comparison.AnyOf(values);
            }
            case TEXT -> {
                return values.stream().allMatch(String.class::isInstance)
                        ? new Comparison.AnyOf(values)
                        : refuseValue("TYPE", "must be text, as " + shown(condition.field()) + " is");
            }
            case NUMBER -> {
                return values.stream().allMatch(Number.class::isInstance)
                        ? new Comparison.AnyOf(values)
                        : refuseValue("TYPE", "must be a number, as " + shown(condition.field()) + " is");
            }
            case INSTANT -> {
                long[] instants = new long[values.size()];
                for (int i = 0; i < instants.length; i++) {
                    Long micros = instant(values.get(i));
                    if (micros == null) {
                        return null;
                    }
                    instants[i] = micros;
                }
                return new Comparison.AnyInstant(instants);
            }
            case TEXTS -> {
                return refuseOperator(domain, "contains, not_contains, exists, not_exists");
            }
        }
        throw new IllegalStateException("no such domain: " + domain);
    }

    private @Nullable Comparison order(Domain domain, Object value) {
        boolean greater =
                condition.operator() == Operator.GREATER_THAN || condition.operator() == Operator.GREATER_OR_EQUAL;
        boolean included =
                condition.operator() == Operator.GREATER_OR_EQUAL || condition.operator() == Operator.LESS_OR_EQUAL;
        if (domain == Domain.INSTANT) {
            Long micros = instant(value);
            if (micros == null) {
                return null;
            }
            return greater
                    ? new Comparison.InstantRange(included ? micros : micros + 1, Micros.NEVER)
                    : new Comparison.InstantRange(Micros.ALWAYS, included ? micros : micros - 1);
        }
        NumberOperand number = number(domain, value);
        if (number == null) {
            return null;
        }
        return greater
                ? new Comparison.NumberRange(number, included, null, false)
                : new Comparison.NumberRange(null, false, number, included);
    }

    private @Nullable Comparison between(Domain domain, Object value) {
        if (!(value instanceof List<?> bounds) || bounds.size() != 2) {
            return refuseValue("TYPE", "must be a list of two values, the lower first");
        }
        if (domain == Domain.INSTANT) {
            Long low = instant(bounds.get(0));
            Long high = instant(bounds.get(1));
            if (low == null || high == null) {
                return null;
            }
            return low <= high ? new Comparison.InstantRange(low, high) : refuseOrder();
        }
        NumberOperand low = number(domain, bounds.get(0));
        NumberOperand high = low == null ? null : number(domain, bounds.get(1));
        if (low == null || high == null) {
            return null;
        }
        return low.exact().compareTo(high.exact()) <= 0
                ? new Comparison.NumberRange(low, true, high, true)
                : refuseOrder();
    }

    private @Nullable Comparison refuseOrder() {
        return refuseValue("RANGE", "must begin with the lower value");
    }

    private @Nullable Comparison contains(Domain domain, Object value) {
        if (domain == Domain.NUMBER || domain == Domain.INSTANT) {
            return refuseOperator(domain, "equals, in and the operators of order");
        }
        if (value instanceof List<?>) {
            return refuseValue("TYPE", "must be one value, not a list");
        }
        if (domain != Domain.JSON && !(value instanceof String)) {
            return refuseValue("TYPE", "must be text");
        }
        return new Comparison.Contains(value);
    }

    private @Nullable Comparison textual(Domain domain, Object value) {
        if (domain != Domain.JSON && domain != Domain.TEXT) {
            return refuseOperator(
                    domain,
                    domain == Domain.TEXTS ? "contains, not_contains" : "equals, in and the " + "operators of order");
        }
        if (!(value instanceof String text)) {
            return refuseValue("TYPE", "must be text");
        }
        if (condition.operator() != Operator.MATCHES) {
            return new Comparison.Affix(text, condition.operator() == Operator.ENDS_WITH);
        }
        try {
            return new Comparison.Matches(SafePattern.compile(text));
        } catch (IllegalArgumentException e) {
            return refuseValue("REGEX", String.valueOf(e.getMessage()));
        }
    }

    private @Nullable Comparison beforeOrAfter(Domain domain, Object value) {
        if (domain != Domain.JSON && domain != Domain.INSTANT) {
            return refuseOperator(
                    domain,
                    "other operators; instants are timestamp, firstSeen, lastActivity and ISO-8601 "
                            + "text in an event's JSON");
        }
        Long micros = instant(value);
        if (micros == null) {
            return null;
        }
        return condition.operator() == Operator.BEFORE
                ? new Comparison.InstantRange(Micros.ALWAYS, micros - 1)
                : new Comparison.InstantRange(micros + 1, Micros.NEVER);
    }

    private @Nullable Comparison withinLast(Domain domain, Object value) {
        if (domain != Domain.JSON && domain != Domain.INSTANT) {
            return refuseOperator(
                    domain,
                    "other operators; instants are timestamp, firstSeen, lastActivity and ISO-8601 "
                            + "text in an event's JSON");
        }
        Duration span = value instanceof String text ? IsoTime.duration(text) : null;
        if (span == null) {
            return refuseValue("TYPE", "must be an ISO-8601 duration of days and time, such as P7D or PT30M");
        }
        if (span.compareTo(Duration.ofNanos(1_000)) < 0 || span.compareTo(MAX_SPAN) > 0) {
            return refuseValue("RANGE", "must be positive and at most " + MAX_SPAN.toDays() + " days");
        }
        return new Comparison.WithinLast(InstantText.micros(span));
    }

    private @Nullable Long instant(@Nullable Object value) {
        long micros = value instanceof String text ? InstantText.micros(text) : InstantText.UNREADABLE;
        if (micros == InstantText.UNREADABLE) {
            refuseValue("TYPE", "must be an ISO-8601 instant with an offset, such as 2026-01-31T09:30:00Z");
            return null;
        }
        return micros;
    }

    private @Nullable NumberOperand number(Domain domain, @Nullable Object value) {
        if (domain != Domain.NUMBER && domain != Domain.JSON) {
            refuseOperator(domain, "equals, in, contains and the like");
            return null;
        }
        if (!(value instanceof Number number)) {
            refuseValue(
                    "TYPE",
                    "must be a number" + (value instanceof String ? "; for instants use before and after" : ""));
            return null;
        }
        return new NumberOperand(number);
    }

    // --- saying no

    private @Nullable Comparison refuseOperator(Domain domain, String instead) {
        refuse(
                "operator",
                "TYPE",
                condition.operator().json() + " cannot be asked of " + shown(condition.field()) + ", which is "
                        + domain.words() + "; it takes " + instead);
        return null;
    }

    private @Nullable Comparison refuseValue(String code, String why) {
        Object value = condition.value();
        refuse(
                "value",
                code,
                "the value of " + condition.operator().json() + (value == null ? "" : ", " + shown(value) + ",") + " "
                        + why);
        return null;
    }

    private void refuse(String member, String code, String message) {
        out.add(new Violation(JsonPath.child(path, member), code, message));
    }

    /** A value as people may see it. */
    private static String shown(Object value) {
        if (value instanceof List<?> many) {
            return "a list of " + many.size();
        }
        return value instanceof String text ? JsonPath.quote(text) : value.toString();
    }
}
