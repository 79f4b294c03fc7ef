package io.behavioranalytics.condition;

import io.behavioranalytics.event.Micros;
import io.behavioranalytics.json.IsoTime;
import io.behavioranalytics.json.JsonPath;
import io.behavioranalytics.json.Violation;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Checks one condition and makes it ready: finds its field, holds operator and operand against what the field can be.
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

    private static final int MAX_SEGMENTS = 8;
    private static final Pattern SEGMENT = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,63}");
    private static final String EVENT_FIELDS =
            "eventType, category, source, value, sessionId, leadId, userId, timestamp, "
                    + "sequence, properties.*, context.*, page.*, metadata.*";

    /** What a field is known to hold. */
    private enum Domain {
        TEXT("a text"),
        NUMBER("a number"),
        INSTANT("an instant"),
        TEXTS("a list of texts"),
        JSON("any JSON value");

        private final String words;

        Domain(String words) {
            this.words = words;
        }
    }

    /** Joins a comparison to the place where its field is read. */
    private interface Reader {
        CompiledCondition with(Condition condition, Comparison comparison);
    }

    private record Source(Domain domain, Reader reader) {}

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
        Source source = source();
        Comparison comparison = comparison(source == null ? Domain.JSON : source.domain);
        if (source == null || comparison == null) {
            return CompiledCondition.unanswerable(condition);
        }
        return source.reader.with(condition, comparison);
    }

    // --- the field

    private @Nullable Source source() {
        String field = condition.field();
        String[] segments = field.split("\\.", -1);
        for (String segment : segments) {
            if (!SEGMENT.matcher(segment).matches()) {
                return refuseField(
                        "is no path: names of letters, digits and _ (at most 64, no digit first) joined by dots");
            }
        }
        if (segments.length > MAX_SEGMENTS) {
            return refuseField("has " + segments.length + " names, at most " + MAX_SEGMENTS + " are accepted");
        }
        if (segments[0].equals("attributes")) {
            if (scope == Scope.ASSIGNMENT) {
                return segments.length == 1
                        ? refuseField("needs the name of what is inside, as in attributes.plan")
                        : new Source(
                                Domain.JSON,
                                onPath(EventField.PROPERTIES, Arrays.copyOfRange(segments, 1, segments.length)));
            }
            return refuseField(
                    "is not offered in " + scope.words() + ": attributes are given by the host at the moment "
                            + "of personalize and assign and are known there alone; track what should count here as an event");
        }
        Optional<EventField> eventField = EventField.parse(segments[0]);
        if (eventField.isPresent()) {
            return eventSource(eventField.get(), segments);
        }
        Optional<ProfileField> profileField = ProfileField.parse(field);
        if (profileField.isPresent()) {
            return profileSource(profileField.get());
        }
        if (segments.length == 1 && scope == Scope.CAUSE && "behavior".equals(condition.type())) {
            return new Source(Domain.JSON, onPath(EventField.PROPERTIES, segments[0]));
        }
        String hint = segments.length > 1 || scope == Scope.PROFILE || scope == Scope.ASSIGNMENT
                ? ""
                : "; a property is read as properties." + field;
        return refuseField("is unknown in " + scope.words() + ", which reads " + accepted() + hint);
    }

    private @Nullable Source eventSource(EventField field, String[] segments) {
        if (scope == Scope.ASSIGNMENT) {
            return refuseField(
                    "is a field of events, and there is none at the moment of assigning; here stand " + accepted());
        }
        if (scope == Scope.PROFILE) {
            return refuseField(
                    "is a field of events: put it into the conditions of an event filter; here stand " + accepted());
        }
        if (field.kind() == EventField.Kind.JSON) {
            if (segments.length == 1) {
                return refuseField("needs the name of what is inside, as in " + field.json() + ".name");
            }
            return new Source(Domain.JSON, onPath(field, Arrays.copyOfRange(segments, 1, segments.length)));
        }
        if (segments.length > 1) {
            return refuseField("goes on behind " + field.json() + ", which has nothing inside");
        }
        return switch (field.kind()) {
            case TEXT ->
                new Source(
                        Domain.TEXT,
                        (asked, comparison) -> new CompiledCondition.OnEventText(asked, comparison, field));
            case INSTANT -> new Source(Domain.INSTANT, CompiledCondition.OnEventTime::new);
            case NUMBER ->
                new Source(
                        Domain.NUMBER,
                        field == EventField.SEQUENCE
                                ? CompiledCondition.OnEventSequence::new
                                : CompiledCondition.OnEventValue::new);
            case JSON -> throw new IllegalStateException("paths are read above");
        };
    }

    private static Reader onPath(EventField root, String... segments) {
        List<String> names = List.of(segments);
        return (asked, comparison) -> new CompiledCondition.OnEventPath(asked, comparison, root, names);
    }

    private @Nullable Source profileSource(ProfileField field) {
        if (scope == Scope.EVENT) {
            return refuseField(
                    "is a field of the profile: put it into profileConditions; an event filter reads " + accepted());
        }
        if (scope == Scope.PROFILE && field == ProfileField.SEGMENTS) {
            return refuseField(
                    "is not read by the conditions of a segment: a segment on a segment is written as segmentFilters");
        }
        return switch (field.kind()) {
            case NUMBER ->
                new Source(
                        Domain.NUMBER,
                        (asked, comparison) -> new CompiledCondition.OnProfileNumber(asked, comparison, field));
            case INSTANT ->
                new Source(
                        Domain.INSTANT,
                        (asked, comparison) -> new CompiledCondition.OnProfileTime(asked, comparison, field));
            case TEXT ->
                new Source(
                        Domain.TEXT,
                        (asked, comparison) -> new CompiledCondition.OnProfileText(asked, comparison, field));
            case TEXTS ->
                new Source(
                        Domain.TEXTS,
                        (asked, comparison) -> new CompiledCondition.OnProfileTexts(asked, comparison, field));
        };
    }

    private String accepted() {
        String profile = Stream.of(ProfileField.values())
                .filter(field -> scope == Scope.CAUSE || scope == Scope.ASSIGNMENT || field != ProfileField.SEGMENTS)
                .map(ProfileField::json)
                .collect(Collectors.joining(", "));
        return switch (scope) {
            case EVENT -> EVENT_FIELDS;
            case PROFILE -> profile;
            case ASSIGNMENT -> "attributes.*, " + profile;
            case CAUSE -> EVENT_FIELDS + ", " + profile + " (and with type behavior the bare name of a property)";
        };
    }

    // --- the operator and its operand

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

    private @Nullable Source refuseField(String why) {
        refuse("field", "PATH", shown(condition.field()) + " " + why);
        return null;
    }

    private @Nullable Comparison refuseOperator(Domain domain, String instead) {
        refuse(
                "operator",
                "TYPE",
                condition.operator().json() + " cannot be asked of " + shown(condition.field()) + ", which is "
                        + domain.words + "; it takes " + instead);
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
