package io.behavioranalytics.condition;

import io.behavioranalytics.event.Micros;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A positive operator with its operand, ready to be asked about values of every kind that a field may hold.
 *
 * <p>Positive: the negative operators (not_equals, not_in, not_contains, not_exists) are the negations of these, for missing
 * fields too, where each of these is false. Whatever a subclass does not answer is unknown.
 */
abstract sealed class Comparison {
    /** Asks about a text. */
    Truth text(String value) {
        return Truth.UNKNOWN;
    }

    /** Asks about an integer. */
    Truth integer(long value) {
        return Truth.UNKNOWN;
    }

    /** Asks about a decimal. */
    Truth decimal(BigDecimal value) {
        return Truth.UNKNOWN;
    }

    /** Asks about a double that was computed, such as a score. */
    Truth computed(double value) {
        return Truth.UNKNOWN;
    }

    /** Asks about a double that was written as a decimal: an event's {@code value}. */
    Truth written(double value) {
        return Truth.UNKNOWN;
    }

    /** Asks about an instant. */
    Truth instant(long micros, long reference) {
        return Truth.UNKNOWN;
    }

    /** Asks about a boolean. */
    Truth bool(boolean value) {
        return Truth.UNKNOWN;
    }

    /** Asks about a list. */
    Truth list(List<?> value) {
        return Truth.UNKNOWN;
    }

    /** Asks about a set of texts. */
    Truth texts(Set<String> value) {
        return Truth.UNKNOWN;
    }

    /** Asks about an object. */
    Truth object() {
        return Truth.UNKNOWN;
    }

    /** Asks about a text that may be an instant: only the operators of time see one in it. */
    Truth textInTime(String value, long reference) {
        return text(value);
    }

    /**
     * Asks about a JSON value.
     *
     * @param value what the event holds, null if missing
     * @param reference the event's own timestamp
     * @return the answer
     */
    final Truth json(@Nullable Object value, long reference) {
        if (value == null) {
            return Truth.FALSE;
        }
        if (value instanceof String text) {
            return textInTime(text, reference);
        }
        if (value instanceof Long number) {
            return integer(number);
        }
        if (value instanceof BigDecimal number) {
            return decimal(number);
        }
        if (value instanceof Boolean flag) {
            return bool(flag);
        }
        if (value instanceof List<?> list) {
            return list(list);
        }
        if (value instanceof Map<?, ?>) {
            return object();
        }
        return Truth.UNKNOWN;
    }

    /** When the answer about a number of a profile could change by time alone. */
    long numberChanges(ProfileFacts facts, ProfileField field) {
        return Micros.NEVER;
    }

    /** When the answer about a fixed instant could change by time alone. */
    long instantChanges(long micros, long now) {
        return Micros.NEVER;
    }

    /** The values at which the answer may turn, as JSON may hold them; for an explanation to try. */
    List<Object> operands() {
        return List.of();
    }

    /** The instants at which the answer about an instant may turn, in micros. */
    long[] instants(long reference) {
        return new long[0];
    }

    static long change(ProfileFacts facts, ProfileField field, NumberOperand operand) {
        // No score passes a bound beyond all doubles.
        return Double.isInfinite(operand.bound()) ? Micros.NEVER : facts.nextChange(field, operand.bound());
    }

    /** exists: whatever is there. */
    static final class Exists extends Comparison {
        @Override
        Truth text(String value) {
            return Truth.TRUE;
        }

        @Override
        Truth integer(long value) {
            return Truth.TRUE;
        }

        @Override
        Truth decimal(BigDecimal value) {
            return Truth.TRUE;
        }

        @Override
        Truth computed(double value) {
            return Truth.TRUE;
        }

        @Override
        Truth written(double value) {
            return Truth.TRUE;
        }

        @Override
        Truth instant(long micros, long reference) {
            return Truth.TRUE;
        }

        @Override
        Truth bool(boolean value) {
            return Truth.TRUE;
        }

        @Override
        Truth list(List<?> value) {
            return Truth.TRUE;
        }

        @Override
        Truth texts(Set<String> value) {
            return Truth.TRUE;
        }

        @Override
        Truth object() {
            return Truth.TRUE;
        }

        @Override
        List<Object> operands() {
            return List.of(true, "");
        }
    }

    /** equals (one operand) and in: true if any is equal, else false if any could be compared. */
    static final class AnyOf extends Comparison {
        private final List<Object> operands;
        private final Set<String> texts = new HashSet<>();
        private final NumberOperand[] numbers;
        private final boolean listsTrue;
        private final boolean listsFalse;

        AnyOf(List<?> operands) {
            this.operands = List.copyOf(operands);
            for (Object operand : operands) {
                if (operand instanceof String text) {
                    texts.add(text);
                }
            }
            numbers = operands.stream()
                    .filter(Number.class::isInstance)
                    .map(operand -> new NumberOperand((Number) operand))
                    .toArray(NumberOperand[]::new);
            listsTrue = operands.contains(true);
            listsFalse = operands.contains(false);
        }

        @Override
        Truth text(String value) {
            return texts.isEmpty() ? Truth.UNKNOWN : Truth.of(texts.contains(value));
        }

        @Override
        Truth integer(long value) {
            for (NumberOperand number : numbers) {
                if (number.compareInteger(value) == 0) {
                    return Truth.TRUE;
                }
            }
            return noneEqual();
        }

        @Override
        Truth decimal(BigDecimal value) {
            for (NumberOperand number : numbers) {
                if (number.compareDecimal(value) == 0) {
                    return Truth.TRUE;
                }
            }
            return noneEqual();
        }

        @Override
        Truth computed(double value) {
            for (NumberOperand number : numbers) {
                if (number.compareComputed(value) == 0) {
                    return Truth.TRUE;
                }
            }
            return noneEqual();
        }

        @Override
        Truth written(double value) {
            for (NumberOperand number : numbers) {
                if (number.compareWritten(value) == 0) {
                    return Truth.TRUE;
                }
            }
            return noneEqual();
        }

        private Truth noneEqual() {
            return numbers.length == 0 ? Truth.UNKNOWN : Truth.FALSE;
        }

        @Override
        Truth bool(boolean value) {
            if (!listsTrue && !listsFalse) {
                return Truth.UNKNOWN;
            }
            return Truth.of(value ? listsTrue : listsFalse);
        }

        @Override
        long numberChanges(ProfileFacts facts, ProfileField field) {
            long until = Micros.NEVER;
            for (NumberOperand number : numbers) {
                until = Math.min(until, change(facts, field, number));
            }
            return until;
        }

        @Override
        List<Object> operands() {
            return operands;
        }
    }

    /** equals and in for a field that is an instant. */
    static final class AnyInstant extends Comparison {
        private final long[] operands;

        AnyInstant(long[] operands) {
            this.operands = operands.clone();
        }

        @Override
        Truth instant(long micros, long reference) {
            for (long operand : operands) {
                if (operand == micros) {
                    return Truth.TRUE;
                }
            }
            return Truth.FALSE;
        }

        @Override
        long[] instants(long reference) {
            return operands;
        }
    }

    /** greater_than, greater_or_equal, less_than, less_or_equal and between, for numbers. */
    static final class NumberRange extends Comparison {
        private final @Nullable NumberOperand low;
        private final boolean lowIncluded;
        private final @Nullable NumberOperand high;
        private final boolean highIncluded;

        NumberRange(
                @Nullable NumberOperand low, boolean lowIncluded, @Nullable NumberOperand high, boolean highIncluded) {
            this.low = low;
            this.lowIncluded = lowIncluded;
            this.high = high;
            this.highIncluded = highIncluded;
        }

        @Override
        Truth integer(long value) {
            return inside(low == null ? 1 : low.compareInteger(value), high == null ? -1 : high.compareInteger(value));
        }

        @Override
        Truth decimal(BigDecimal value) {
            return inside(low == null ? 1 : low.compareDecimal(value), high == null ? -1 : high.compareDecimal(value));
        }

        @Override
        Truth computed(double value) {
            return inside(
                    low == null ? 1 : low.compareComputed(value), high == null ? -1 : high.compareComputed(value));
        }

        @Override
        Truth written(double value) {
            return inside(low == null ? 1 : low.compareWritten(value), high == null ? -1 : high.compareWritten(value));
        }

        private Truth inside(int toLow, int toHigh) {
            boolean above = toLow > 0 || (lowIncluded && toLow == 0);
            boolean below = toHigh < 0 || (highIncluded && toHigh == 0);
            return Truth.of(above && below);
        }

        @Override
        long numberChanges(ProfileFacts facts, ProfileField field) {
            return Math.min(
                    low == null ? Micros.NEVER : change(facts, field, low),
                    high == null ? Micros.NEVER : change(facts, field, high));
        }

        @Override
        List<Object> operands() {
            List<Object> bounds = new ArrayList<>(2);
            if (low != null) {
                bounds.add(low.exact());
            }
            if (high != null) {
                bounds.add(high.exact());
            }
            return bounds;
        }
    }

    /** before and after, and the operators of order for a field that is an instant: a closed range of microseconds. */
    static final class InstantRange extends Comparison {
        private final long first;
        private final long last;

        InstantRange(long first, long last) {
            this.first = first;
            this.last = last;
        }

        @Override
        Truth instant(long micros, long reference) {
            return Truth.of(micros >= first && micros <= last);
        }

        @Override
        Truth textInTime(String value, long reference) {
            long micros = InstantText.micros(value);
            return micros == InstantText.UNREADABLE ? Truth.UNKNOWN : instant(micros, reference);
        }

        @Override
        long[] instants(long reference) {
            return new long[] {first, last};
        }
    }

    /** within_last: the instant lies in (reference − span, reference]. */
    static final class WithinLast extends Comparison {
        private final long span;

        WithinLast(long span) {
            this.span = span;
        }

        @Override
        Truth instant(long micros, long reference) {
            return Truth.of(micros <= reference && Micros.plus(micros, span) > reference);
        }

        @Override
        Truth textInTime(String value, long reference) {
            long micros = InstantText.micros(value);
            return micros == InstantText.UNREADABLE ? Truth.UNKNOWN : instant(micros, reference);
        }

        @Override
        long instantChanges(long micros, long now) {
            if (micros > now) {
                return micros;
            }
            long leaves = Micros.plus(micros, span);
            return leaves > now ? leaves : Micros.NEVER;
        }

        @Override
        long[] instants(long reference) {
            return new long[] {reference - span, reference};
        }
    }

    /** contains: a part of a text, or an element of a list. */
    static final class Contains extends Comparison {
        private final @Nullable String part;
        private final AnyOf element;

        Contains(Object operand) {
            part = operand instanceof String text ? text : null;
            element = new AnyOf(List.of(operand));
        }

        @Override
        Truth text(String value) {
            return part == null ? Truth.UNKNOWN : Truth.of(value.contains(part));
        }

        @Override
        Truth list(List<?> value) {
            // As in: a list without elements has none that is equal; a null element differs from every operand.
            Truth found = value.isEmpty() ? Truth.FALSE : Truth.UNKNOWN;
            for (int i = 0; i < value.size(); i++) {
                Truth same = element.json(value.get(i), 0);
                if (same == Truth.TRUE) {
                    return Truth.TRUE;
                }
                if (same == Truth.FALSE) {
                    found = Truth.FALSE;
                }
            }
            return found;
        }

        @Override
        Truth texts(Set<String> value) {
            return part == null ? Truth.UNKNOWN : Truth.of(value.contains(part));
        }

        @Override
        List<Object> operands() {
            return element.operands();
        }
    }

    /** starts_with and ends_with: literally. */
    static final class Affix extends Comparison {
        private final String affix;
        private final boolean atEnd;

        Affix(String affix, boolean atEnd) {
            this.affix = affix;
            this.atEnd = atEnd;
        }

        @Override
        Truth text(String value) {
            return Truth.of(atEnd ? value.endsWith(affix) : value.startsWith(affix));
        }

        @Override
        List<Object> operands() {
            return List.of(affix);
        }
    }

    /** matches: some part of the text matches the pattern. */
    static final class Matches extends Comparison {
        private final SafePattern pattern;

        Matches(SafePattern pattern) {
            this.pattern = pattern;
        }

        @Override
        Truth text(String value) {
            return pattern.find(value);
        }
    }
}
