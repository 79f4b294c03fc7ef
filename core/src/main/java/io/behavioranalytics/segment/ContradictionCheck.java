package io.behavioranalytics.segment;

import io.behavioranalytics.condition.Condition;
import io.behavioranalytics.condition.Operator;
import io.behavioranalytics.condition.ProfileField;
import io.behavioranalytics.condition.TimeWindow;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.json.JsonPath;
import io.behavioranalytics.json.Violation;
import io.behavioranalytics.profile.BehaviorPattern;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds what nobody can ever meet: clauses that exclude each other where all must hold, and comparisons that no value passes.
 *
 * <p>It sees what can be seen without trying values: bounds that leave nothing between them, a clause beside its own negation,
 * one thing at least and at most so often. What it does not see may still never hold.
 */
public final class ContradictionCheck {
    private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);

    private final List<Violation> out;

    ContradictionCheck(List<Violation> out) {
        this.out = out;
    }

    /**
     * Checks conditions that are asked of a causing event and of the profile after it, and of which all must hold.
     *
     * @param conditions the conditions
     * @param said what is known to hold beside them
     * @param path where the conditions stand in the definition
     * @param code the code of what is wrong
     * @param out receives what is wrong: one for each field of which no value will do
     */
    public static void ofCause(
            List<Condition> conditions, List<Condition> said, String path, String code, List<Violation> out) {
        List<Condition> all = new ArrayList<>(said);
        for (Condition condition : conditions) {
            all.add(new Condition(
                    null, null, condition.fullField(), condition.operator(), condition.value(), condition.negate()));
        }
        List<Violation> found = new ArrayList<>();
        Map<Boolean, List<Condition>> byKind = all.stream()
                .collect(Collectors.partitioningBy(
                        condition -> ProfileField.parse(condition.field()).isPresent()));
        byKind.forEach((ofProfile, of) -> new ContradictionCheck(found).conditions(of, ofProfile, path));
        String why = said.isEmpty() ? "" : "beside what the trigger waits for, ";
        found.forEach(violation -> out.add(new Violation(path, code, why + violation.message())));
    }

    /**
     * Checks conditions on one event, of which all must hold.
     *
     * @param conditions the conditions
     * @param type the type of the event, or null for any
     * @param path where the conditions stand in the definition
     * @param out receives what is wrong
     */
    public static void ofEvent(List<Condition> conditions, @Nullable EventType type, String path, List<Violation> out) {
        new ContradictionCheck(out).conditions(type == null ? conditions : typed(conditions, type), false, path);
    }

    void check(Criteria criteria, String path) {
        for (int i = 0; i < criteria.eventFilters().size(); i++) {
            EventFilter filter = criteria.eventFilters().get(i);
            conditions(
                    typed(filter.conditions(), filter.eventType()),
                    false,
                    JsonPath.child(at(path, "eventFilters", i), "conditions"));
        }
        for (int i = 0; i < criteria.aggregationFilters().size(); i++) {
            conditions(
                    criteria.aggregationFilters().get(i).conditions(),
                    false,
                    JsonPath.child(at(path, "aggregationFilters", i), "conditions"));
        }
        for (int i = 0; i < criteria.sequenceFilters().size(); i++) {
            steps(criteria.sequenceFilters().get(i), at(path, "sequenceFilters", i));
        }
        if (criteria.logicOperator() == Criteria.Logic.AND) {
            conditions(criteria.profileConditions(), true, JsonPath.child(path, "profileConditions"));
            opposites(criteria, path);
            counts(criteria, path);
            aggregations(criteria, path);
            silence(criteria, path);
        } else {
            for (int i = 0; i < criteria.profileConditions().size(); i++) {
                conditions(List.of(criteria.profileConditions().get(i)), true, at(path, "profileConditions", i));
            }
        }
        for (int i = 0; i < criteria.groups().size(); i++) {
            check(criteria.groups().get(i), at(path, "groups", i));
        }
    }

    private static String at(String path, String name, int index) {
        return RetentionCheck.at(path, name, index);
    }

    private void refuse(String path, String why) {
        out.add(new Violation(path, "CONTRADICTION", why + ": this never holds"));
    }

    private void steps(SequenceFilter filter, String path) {
        List<SequencePattern.Step> steps = filter.pattern().steps();
        Duration least = Duration.ZERO;
        for (int i = 0; i < steps.size(); i++) {
            EventType type = steps.get(i).eventType();
            List<Condition> asked = steps.get(i).conditions();
            conditions(
                    type == null ? asked : typed(asked, type),
                    false,
                    JsonPath.child(at(path, "steps", i), "conditions"));
            least = steps.get(i).minGap() == null
                    ? least
                    : least.plus(steps.get(i).minGap());
        }
        if (filter.timeRange() instanceof TimeWindow.Rolling rolling && least.compareTo(rolling.last()) >= 0) {
            refuse(JsonPath.child(path, "timeRange"), "the least gaps together do not fit into the window");
        }
    }

    /** Conditions with what the type of event says already. */
    private static List<Condition> typed(List<Condition> conditions, EventType type) {
        List<Condition> typed = new ArrayList<>(conditions);
        typed.add(Condition.of("eventType", Operator.EQUALS, type.name()));
        return typed;
    }

    /** Conditions of which all must hold. */
    private void conditions(List<Condition> conditions, boolean ofProfile, String path) {
        Map<String, List<Condition>> byField = new LinkedHashMap<>();
        for (Condition condition : conditions) {
            Condition bare = new Condition(
                    null, null, condition.field(), condition.operator(), condition.value(), condition.negate());
            byField.computeIfAbsent(condition.field(), field -> new ArrayList<>())
                    .add(bare);
        }
        byField.forEach((field, of) -> {
            String why = contradiction(of, ofProfile ? domain(field) : null);
            if (why != null) {
                refuse(path, JsonPath.quote(field) + " " + why);
            } else if (ofProfile && isPattern(field)) {
                patterns(of, path);
            }
        });
    }

    private static boolean isPattern(String field) {
        return ProfileField.parse(field)
                .filter(known -> known == ProfileField.PATTERN)
                .isPresent();
    }

    private void patterns(List<Condition> conditions, String path) {
        Set<String> known = new HashSet<>();
        Stream.of(BehaviorPattern.values()).forEach(pattern -> known.add(pattern.json()));
        for (Condition condition : conditions) {
            List<?> values =
                    condition.value() instanceof List<?> list ? list : List.of(String.valueOf(condition.value()));
            boolean wants = condition.operator() == Operator.EQUALS || condition.operator() == Operator.IN;
            if (wants && !condition.negate() && values.stream().noneMatch(known::contains)) {
                refuse(
                        path,
                        "there is no such pattern, only "
                                + String.join(", ", known.stream().sorted().toList()));
            }
        }
    }

    /** The values that a field of the profile can have. */
    private static @Nullable Numbers domain(String field) {
        ProfileField known = ProfileField.parse(field).orElse(null);
        if (known == null || known.kind() != ProfileField.Kind.NUMBER) {
            return null;
        }
        return switch (known) {
            case ENGAGEMENT_SCORE, INTEREST_SCORE, INTENT_SCORE, CONVERSION_PROBABILITY ->
                new Numbers(BigDecimal.ZERO, true, HUNDRED, true);
            default -> new Numbers(BigDecimal.ZERO, true, null, false);
        };
    }

    private static @Nullable String contradiction(List<Condition> conditions, @Nullable Numbers domain) {
        Numbers left = domain;
        Set<Object> equal = new HashSet<>();
        boolean present = false;
        boolean absent = false;
        for (Condition condition : conditions) {
            Operator operator = condition.operator();
            boolean missing = operator.holdsForMissing() != condition.negate();
            present |= !missing;
            absent |= operator == Operator.NOT_EXISTS && !condition.negate();
            absent |= operator == Operator.EXISTS && condition.negate();
            if (conditions.contains(condition.negated())) {
                return "must and must not meet one condition";
            }
            if (condition.negate()) {
                continue;
            }
            Numbers numbers = operator == Operator.NOT_EQUALS ? null : Numbers.of(operator, condition.value());
            if (numbers != null) {
                left = left == null ? numbers : left.and(numbers);
                if (left.isEmpty()) {
                    return "has no value within all bounds";
                }
            }
            if (operator == Operator.EQUALS && numbers == null && condition.value() != null) {
                equal.add(condition.value());
                if (equal.size() > 1) {
                    return "must equal two values at once";
                }
            }
        }
        for (Condition condition : conditions) {
            boolean not = condition.operator() == Operator.NOT_EQUALS && !condition.negate();
            if (not && equal.contains(condition.value())) {
                return "must and must not equal one value";
            }
            Operator opposite = opposite(condition.operator());
            if (opposite != null
                    && conditions.contains(new Condition(
                            null, null, condition.field(), opposite, condition.value(), condition.negate()))) {
                return "must and must not meet one condition";
            }
            boolean notIn = condition.operator() == Operator.NOT_IN && !condition.negate();
            if (notIn
                    && condition.value() instanceof List<?> list
                    && equal.stream().anyMatch(list::contains)) {
                return "must equal a value that it must not be in";
            }
            boolean in = condition.operator() == Operator.IN && !condition.negate();
            if (in
                    && !equal.isEmpty()
                    && condition.value() instanceof List<?> list
                    && equal.stream().noneMatch(list::contains)) {
                return "must equal a value that is not among those it must be in";
            }
        }
        return present && absent ? "must be there and must not" : null;
    }

    private static @Nullable Operator opposite(Operator operator) {
        return switch (operator) {
            case EQUALS -> Operator.NOT_EQUALS;
            case IN -> Operator.NOT_IN;
            case CONTAINS -> Operator.NOT_CONTAINS;
            default -> null;
        };
    }

    /** A clause and its own negation. */
    private void opposites(Criteria criteria, String path) {
        opposites(criteria.eventFilters(), filter -> filter.negated(), "eventFilters", path);
        opposites(criteria.frequencyFilters(), filter -> filter.negated(), "frequencyFilters", path);
        opposites(criteria.timeFilters(), TimeFilter::negated, "timeFilters", path);
        opposites(criteria.sequenceFilters(), filter -> filter.negated(), "sequenceFilters", path);
        opposites(criteria.aggregationFilters(), filter -> filter.negated(), "aggregationFilters", path);
        List<SegmentFilter> plain = criteria.segmentFilters().stream()
                .map(filter -> new SegmentFilter(filter.segment(), filter.in() != filter.negate(), false))
                .toList();
        opposites(plain, filter -> new SegmentFilter(filter.segment(), !filter.in(), false), "segmentFilters", path);
        opposites(criteria.groups(), Criteria::negated, "groups", path);
    }

    private <F> void opposites(
            List<F> filters, java.util.function.UnaryOperator<F> opposite, String name, String path) {
        Set<F> seen = new HashSet<>();
        for (int i = 0; i < filters.size(); i++) {
            if (seen.contains(opposite.apply(filters.get(i)))) {
                refuse(at(path, name, i), "is the negation of another clause of the same group");
            }
            seen.add(filters.get(i));
        }
    }

    /** The same events at least so often and at most less often. */
    private void counts(Criteria criteria, String path) {
        Map<Object, Numbers> left = new HashMap<>();
        for (int i = 0; i < criteria.eventFilters().size(); i++) {
            EventFilter filter = criteria.eventFilters().get(i);
            if (!filter.negate()) {
                Object key = List.of(filter.eventType(), filter.conditions(), filter.timeRange());
                Numbers counts = counts(filter.minFrequency(), filter.maxFrequency());
                narrow(left, key, counts, at(path, "eventFilters", i));
            }
        }
        for (int i = 0; i < criteria.frequencyFilters().size(); i++) {
            FrequencyFilter filter = criteria.frequencyFilters().get(i);
            if (!filter.negate()) {
                Object key = List.of(new HashSet<>(filter.eventTypes()), filter.timeRange());
                Numbers counts = counts(filter.minCount(), filter.maxCount());
                narrow(left, key, counts, at(path, "frequencyFilters", i));
            }
        }
    }

    private static Numbers counts(int min, @Nullable Integer max) {
        return new Numbers(BigDecimal.valueOf(min), true, max == null ? null : BigDecimal.valueOf(max), max != null);
    }

    private void narrow(Map<Object, Numbers> left, Object key, Numbers more, String path) {
        Numbers known = left.get(key);
        Numbers both = known == null ? more : known.and(more);
        left.put(key, both);
        if (both.isEmpty()) {
            refuse(path, "asks the same as another clause of the group for other numbers");
        }
    }

    private void aggregations(Criteria criteria, String path) {
        Map<Object, Numbers> left = new HashMap<>();
        for (int i = 0; i < criteria.aggregationFilters().size(); i++) {
            AggregationFilter filter = criteria.aggregationFilters().get(i);
            Numbers numbers =
                    filter.operator() == Operator.NOT_EQUALS ? null : Numbers.of(filter.operator(), filter.value());
            if (numbers != null && !filter.negate()) {
                Object key = List.of(
                        filter.aggregation(),
                        String.valueOf(filter.field()),
                        new HashSet<>(filter.eventTypes()),
                        filter.conditions(),
                        filter.timeRange());
                narrow(left, key, numbers, at(path, "aggregationFilters", i));
            }
        }
    }

    /** No event for some time, and an event within a shorter one. */
    private void silence(Criteria criteria, String path) {
        Duration silent = null;
        for (TimeFilter filter : criteria.timeFilters()) {
            if (filter instanceof TimeFilter.InactiveFor inactive
                    && !inactive.negate()
                    && (silent == null || inactive.duration().compareTo(silent) > 0)) {
                silent = inactive.duration();
            }
        }
        for (int i = 0; silent != null && i < criteria.eventFilters().size(); i++) {
            EventFilter filter = criteria.eventFilters().get(i);
            if (!filter.negate() && filter.minFrequency() > 0 && isShorter(filter.timeRange(), silent)) {
                refuse(at(path, "eventFilters", i), "wants an event within a time in which there is to be none");
            }
        }
        for (int i = 0; silent != null && i < criteria.frequencyFilters().size(); i++) {
            FrequencyFilter filter = criteria.frequencyFilters().get(i);
            if (!filter.negate() && filter.minCount() > 0 && isShorter(filter.timeRange(), silent)) {
                refuse(at(path, "frequencyFilters", i), "wants an event within a time in which there is to be none");
            }
        }
    }

    private static boolean isShorter(TimeWindow window, Duration silent) {
        return window instanceof TimeWindow.Rolling rolling && rolling.last().compareTo(silent) <= 0;
    }
}
