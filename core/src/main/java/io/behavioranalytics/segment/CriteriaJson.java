package io.behavioranalytics.segment;

import io.behavioranalytics.condition.Condition;
import io.behavioranalytics.condition.ConditionJson;
import io.behavioranalytics.condition.DefinitionJson;
import io.behavioranalytics.condition.Operator;
import io.behavioranalytics.condition.TimeWindow;
import io.behavioranalytics.condition.TimeWindowJson;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.json.JsonObject;
import io.behavioranalytics.segment.Criteria.Logic;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Criteria as JSON, with the founding document's names; docs/definitions-json.md shows all of it.
 *
 * <p>Reading is strict: what is unknown, faulty or not offered is a violation with its path, never dropped or defaulted.
 */
public final class CriteriaJson {
    private static final List<String> LISTS = List.of(
            "eventFilters",
            "frequencyFilters",
            "timeFilters",
            "sequenceFilters",
            "aggregationFilters",
            "segmentFilters",
            "profileConditions",
            "groups");

    private final CriteriaValidator validator;

    private CriteriaJson(CriteriaValidator validator) {
        this.validator = validator;
    }

    /**
     * Reads criteria and checks them as {@link CriteriaValidator} does.
     *
     * @param object the JSON object; faults are noted in its list
     * @param knownTypes tells which event types there are
     * @return the criteria, without what was faulty
     */
    public static Criteria read(JsonObject object, Predicate<EventType> knownTypes) {
        return new CriteriaJson(new CriteriaValidator(knownTypes, object.violations())).group(object, 1);
    }

    private Criteria group(JsonObject object, int depth) {
        if (!validator.enter(object.path(), depth)) {
            return Criteria.all().build();
        }
        Logic logic = object.optionalChoice("logicOperator", CriteriaJson::logic, "AND, OR");
        List<EventFilter> eventFilters = new ArrayList<>();
        for (JsonObject filter : object.objects("eventFilters")) {
            EventFilter read = eventFilter(filter);
            if (read != null) {
                eventFilters.add(read);
            }
        }
        List<FrequencyFilter> frequencyFilters = new ArrayList<>();
        for (JsonObject filter : object.objects("frequencyFilters")) {
            FrequencyFilter read = frequencyFilter(filter);
            if (read != null) {
                frequencyFilters.add(read);
            }
        }
        List<TimeFilter> timeFilters = new ArrayList<>();
        for (JsonObject filter : object.objects("timeFilters")) {
            TimeFilter read = TimeFilterJson.read(filter);
            if (read != null) {
                timeFilters.add(read);
                validator.timeFilter(filter.path());
            }
        }
        List<SequenceFilter> sequenceFilters = new ArrayList<>();
        for (JsonObject filter : object.objects("sequenceFilters")) {
            SequenceFilter read = sequenceFilter(filter);
            if (read != null) {
                sequenceFilters.add(read);
            }
        }
        List<AggregationFilter> aggregationFilters = new ArrayList<>();
        for (JsonObject filter : object.objects("aggregationFilters")) {
            AggregationFilter read = aggregationFilter(filter);
            if (read != null) {
                aggregationFilters.add(read);
            }
        }
        List<SegmentFilter> segmentFilters = new ArrayList<>();
        for (JsonObject filter : object.objects("segmentFilters")) {
            SegmentFilter read = segmentFilter(filter);
            if (read != null) {
                segmentFilters.add(read);
            }
        }
        List<Condition> conditions = new ArrayList<>();
        for (JsonObject condition : object.objects("profileConditions")) {
            Condition read = ConditionJson.read(condition);
            if (read != null) {
                conditions.add(read);
                validator.profileCondition(read, condition.path());
            }
        }
        List<Criteria> groups = new ArrayList<>();
        for (JsonObject group : object.objects("groups")) {
            groups.add(group(group, depth + 1));
        }
        boolean negate = object.bool("negate", false);
        // Counted as given: a group whose only clause is faulty is not empty as well.
        validator.leave(
                object.path(),
                LISTS.stream()
                        .mapToInt(name -> object.value(name) instanceof List<?> list ? list.size() : 0)
                        .sum());
        object.refuseUnknown();
        return new Criteria(
                logic == null ? Logic.AND : logic,
                eventFilters,
                frequencyFilters,
                timeFilters,
                sequenceFilters,
                aggregationFilters,
                segmentFilters,
                conditions,
                groups,
                negate);
    }

    private static Optional<Logic> logic(String text) {
        return Stream.of(Logic.values())
                .filter(logic -> logic.name().equals(text) || logic.json().equals(text))
                .findFirst();
    }

    private @Nullable EventFilter eventFilter(JsonObject object) {
        int faults = object.violations().size();
        EventType type = DefinitionJson.eventType(object, "eventType");
        CountsJson counts = CountsJson.read(object, "minFrequency", "maxFrequency");
        List<Condition> conditions = new ArrayList<>();
        for (JsonObject condition : object.objects("conditions")) {
            Condition read = ConditionJson.read(condition);
            if (read != null) {
                conditions.add(read);
            }
        }
        TimeWindow window = TimeWindowJson.read(object, "timeRange");
        boolean negate = object.bool("negate", false);
        object.refuseUnknown();
        if (type == null || object.violations().size() > faults) {
            return null;
        }
        EventFilter filter = new EventFilter(type, counts.min(), counts.max(), conditions, window, negate);
        validator.eventFilter(filter, object.path());
        return filter;
    }

    private @Nullable FrequencyFilter frequencyFilter(JsonObject object) {
        int faults = object.violations().size();
        List<EventType> types = DefinitionJson.eventTypes(object, "eventTypes");
        if (types.isEmpty() && object.violations().size() == faults) {
            object.violate("eventTypes", "REQUIRED", "must name at least one event type");
        }
        CountsJson counts = CountsJson.read(object, "minCount", "maxCount");
        TimeWindow window = TimeWindowJson.read(object, "timeRange");
        boolean negate = object.bool("negate", false);
        object.refuseUnknown();
        if (object.violations().size() > faults) {
            return null;
        }
        FrequencyFilter filter = new FrequencyFilter(types, counts.min(), counts.max(), window, negate);
        validator.frequencyFilter(filter, object.path());
        return filter;
    }

    private @Nullable SequenceFilter sequenceFilter(JsonObject object) {
        int faults = object.violations().size();
        SequencePattern pattern = SequenceJson.read(object);
        TimeWindow window = TimeWindowJson.read(object, "timeRange");
        boolean negate = object.bool("negate", false);
        object.refuseUnknown();
        if (object.violations().size() > faults) {
            return null;
        }
        SequenceFilter filter = new SequenceFilter(pattern, window, negate);
        validator.sequenceFilter(filter, object.path());
        return filter;
    }

    private @Nullable AggregationFilter aggregationFilter(JsonObject object) {
        int faults = object.violations().size();
        AggregationFilter.Aggregation aggregation = object.optionalChoice(
                "aggregation", AggregationFilter.Aggregation::parse, "count, sum, avg, min, max, distinct");
        if (aggregation == null && object.violations().size() == faults) {
            object.violate("aggregation", "REQUIRED", "must be given: count, sum, avg, min, max or distinct");
        }
        String field = object.optionalText("field");
        List<EventType> types = DefinitionJson.eventTypes(object, "eventTypes");
        List<Condition> conditions = new ArrayList<>();
        for (JsonObject condition : object.objects("conditions")) {
            Condition read = ConditionJson.read(condition);
            if (read != null) {
                conditions.add(read);
            }
        }
        Condition comparison = ConditionJson.comparison(object);
        TimeWindow window = TimeWindowJson.read(object, "timeRange");
        boolean negate = object.bool("negate", false);
        object.refuseUnknown();
        if (aggregation == null || comparison == null || object.violations().size() > faults) {
            return null;
        }
        AggregationFilter filter = new AggregationFilter(
                aggregation, field, types, conditions, comparison.operator(), comparison.value(), window, negate);
        validator.aggregationFilter(filter, object.path());
        return filter;
    }

    private @Nullable SegmentFilter segmentFilter(JsonObject object) {
        int faults = object.violations().size();
        String segment = object.text("segment", 64);
        Boolean in = object.optionalChoice("operator", CriteriaJson::membership, "in, not_in");
        boolean negate = object.bool("negate", false);
        object.refuseUnknown();
        if (object.violations().size() > faults) {
            return null;
        }
        SegmentFilter filter = new SegmentFilter(segment, in == null || in, negate);
        validator.segmentFilter(filter, object.path());
        return filter;
    }

    private static Optional<Boolean> membership(String text) {
        return Operator.parse(text)
                .filter(operator -> operator == Operator.IN || operator == Operator.NOT_IN)
                .map(operator -> operator == Operator.IN);
    }

    /**
     * Writes criteria.
     *
     * @param criteria any criteria
     * @return their JSON object; reading it again yields equal criteria
     */
    public static Map<String, @Nullable Object> write(Criteria criteria) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        object.put("logicOperator", criteria.logicOperator().json());
        put(
                object,
                "eventFilters",
                criteria.eventFilters().stream().map(CriteriaJson::write).toList());
        put(
                object,
                "frequencyFilters",
                criteria.frequencyFilters().stream().map(CriteriaJson::write).toList());
        put(
                object,
                "timeFilters",
                criteria.timeFilters().stream().map(TimeFilterJson::write).toList());
        put(
                object,
                "sequenceFilters",
                criteria.sequenceFilters().stream().map(CriteriaJson::write).toList());
        put(
                object,
                "aggregationFilters",
                criteria.aggregationFilters().stream().map(CriteriaJson::write).toList());
        put(
                object,
                "segmentFilters",
                criteria.segmentFilters().stream().map(CriteriaJson::write).toList());
        put(
                object,
                "profileConditions",
                criteria.profileConditions().stream().map(ConditionJson::write).toList());
        put(
                object,
                "groups",
                criteria.groups().stream().map(CriteriaJson::write).toList());
        negate(object, criteria.negate());
        return object;
    }

    private static void put(Map<String, @Nullable Object> object, String name, List<?> list) {
        if (!list.isEmpty()) {
            object.put(name, list);
        }
    }

    private static void negate(Map<String, @Nullable Object> object, boolean negate) {
        if (negate) {
            object.put("negate", true);
        }
    }

    private static Map<String, @Nullable Object> write(EventFilter filter) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        object.put("eventType", filter.eventType().name());
        CountsJson.write(object, "minFrequency", filter.minFrequency(), "maxFrequency", filter.maxFrequency());
        put(
                object,
                "conditions",
                filter.conditions().stream().map(ConditionJson::write).toList());
        TimeWindowJson.write(filter.timeRange(), "timeRange", object);
        negate(object, filter.negate());
        return object;
    }

    private static Map<String, @Nullable Object> write(FrequencyFilter filter) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        object.put(
                "eventTypes", filter.eventTypes().stream().map(EventType::name).toList());
        CountsJson.write(object, "minCount", filter.minCount(), "maxCount", filter.maxCount());
        TimeWindowJson.write(filter.timeRange(), "timeRange", object);
        negate(object, filter.negate());
        return object;
    }

    private static Map<String, @Nullable Object> write(SequenceFilter filter) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        SequenceJson.write(filter.pattern(), object);
        TimeWindowJson.write(filter.timeRange(), "timeRange", object);
        negate(object, filter.negate());
        return object;
    }

    private static Map<String, @Nullable Object> write(AggregationFilter filter) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        object.put("aggregation", filter.aggregation().json());
        if (filter.field() != null) {
            object.put("field", filter.field());
        }
        put(
                object,
                "eventTypes",
                filter.eventTypes().stream().map(EventType::name).toList());
        put(
                object,
                "conditions",
                filter.conditions().stream().map(ConditionJson::write).toList());
        object.put("operator", filter.operator().json());
        object.put("value", filter.value());
        TimeWindowJson.write(filter.timeRange(), "timeRange", object);
        negate(object, filter.negate());
        return object;
    }

    private static Map<String, @Nullable Object> write(SegmentFilter filter) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        object.put("segment", filter.segment());
        object.put("operator", (filter.in() ? Operator.IN : Operator.NOT_IN).json());
        negate(object, filter.negate());
        return object;
    }
}
