package io.behavioranalytics.segment;

import io.behavioranalytics.condition.Condition;
import io.behavioranalytics.condition.ConditionJson;
import io.behavioranalytics.condition.DefinitionJson;
import io.behavioranalytics.condition.TimeWindow;
import io.behavioranalytics.condition.TimeWindowJson;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.json.IsoTime;
import io.behavioranalytics.json.JsonObject;
import io.behavioranalytics.json.JsonPath;
import io.behavioranalytics.json.Violation;
import io.behavioranalytics.segment.Criteria.Logic;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
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
    private static final List<String> LATER = List.of("sequenceFilters", "aggregationFilters", "segmentFilters");

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
            return new Criteria(Logic.AND, List.of(), List.of(), List.of(), List.of(), List.of(), false);
        }
        Logic logic = object.optionalChoice("logicOperator", CriteriaJson::logic, "AND, OR");
        for (String name : LATER) {
            if (object.has(name)) {
                object.violate(name, "UNSUPPORTED", name + " are not offered in this version");
            }
        }
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
            TimeFilter read = timeFilter(filter);
            if (read != null) {
                timeFilters.add(read);
                validator.timeFilter(filter.path());
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
                Stream.of("eventFilters", "frequencyFilters", "timeFilters", "profileConditions", "groups")
                                .mapToInt(name -> object.value(name) instanceof List<?> list ? list.size() : 0)
                                .sum()
                        + (int) LATER.stream().filter(object::has).count());
        object.refuseUnknown();
        return new Criteria(
                logic == null ? Logic.AND : logic,
                eventFilters,
                frequencyFilters,
                timeFilters,
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
        Counts counts = counts(object, "minFrequency", "maxFrequency");
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
        EventFilter filter = new EventFilter(type, counts.min, counts.max, conditions, window, negate);
        validator.eventFilter(filter, object.path());
        return filter;
    }

    private @Nullable FrequencyFilter frequencyFilter(JsonObject object) {
        int faults = object.violations().size();
        List<EventType> types = DefinitionJson.eventTypes(object, "eventTypes");
        if (types.isEmpty() && object.violations().size() == faults) {
            object.violate("eventTypes", "REQUIRED", "must name at least one event type");
        }
        Counts counts = counts(object, "minCount", "maxCount");
        TimeWindow window = TimeWindowJson.read(object, "timeRange");
        boolean negate = object.bool("negate", false);
        object.refuseUnknown();
        if (object.violations().size() > faults) {
            return null;
        }
        FrequencyFilter filter = new FrequencyFilter(types, counts.min, counts.max, window, negate);
        validator.frequencyFilter(filter, object.path());
        return filter;
    }

    private static @Nullable TimeFilter timeFilter(JsonObject object) {
        int faults = object.violations().size();
        String type = object.text("type", 64);
        boolean negate = object.bool("negate", false);
        TimeFilter filter = switch (type) {
            case "first_seen" -> new TimeFilter.FirstSeen(TimeWindowJson.read(object, "timeRange"), negate);
            case "last_seen" -> new TimeFilter.LastSeen(TimeWindowJson.read(object, "timeRange"), negate);
            case "active_days" -> activeDays(object, negate);
            case "inactive_for" -> inactiveFor(object, negate);
            case "local_time" -> localTime(object, negate);
            default -> null;
        };
        if (filter == null && object.violations().size() == faults) {
            object.violate(
                    "type",
                    "TYPE",
                    JsonPath.quote(type)
                            + " is no time filter; one of first_seen, last_seen, active_days, inactive_for, local_time");
            return null;
        }
        if (filter != null) {
            object.refuseUnknown();
        }
        return object.violations().size() > faults ? null : filter;
    }

    private static @Nullable TimeFilter activeDays(JsonObject object, boolean negate) {
        Counts counts = counts(object, "minDays", "maxDays");
        TimeWindow window = TimeWindowJson.read(object, "timeRange");
        ZoneId zone = TimeWindowJson.zone(object, "zone");
        return zone == null ? null : new TimeFilter.ActiveDays(counts.min, counts.max, window, zone, negate);
    }

    private static @Nullable TimeFilter inactiveFor(JsonObject object, boolean negate) {
        if (!object.has("duration")) {
            object.violate("duration", "REQUIRED", "must be given: an ISO-8601 duration such as P14D");
            return null;
        }
        Duration duration = object.optionalDuration("duration", Duration.ofNanos(1_000), TimeWindow.MAX_LENGTH);
        return duration == null ? null : new TimeFilter.InactiveFor(duration, negate);
    }

    private static @Nullable TimeFilter localTime(JsonObject object, boolean negate) {
        int fromHour = (int) object.integer("fromHour", 0, 23);
        int toHour = (int) object.integer("toHour", 0, 24);
        List<DayOfWeek> weekdays = new ArrayList<>();
        List<@Nullable Object> names = object.list("weekdays");
        for (int i = 0; i < names.size(); i++) {
            DayOfWeek day = weekday(names.get(i));
            if (day == null || weekdays.contains(day)) {
                object.violations()
                        .add(new Violation(
                                JsonPath.element(object.path("weekdays"), i),
                                "TYPE",
                                "must be one of monday to sunday, each at most once"));
            } else {
                weekdays.add(day);
            }
        }
        ZoneId zone = TimeWindowJson.zone(object, "zone");
        Counts counts = counts(object, "minCount", "maxCount");
        TimeWindow window = TimeWindowJson.read(object, "timeRange");
        return zone == null
                ? null
                : new TimeFilter.LocalTime(fromHour, toHour, weekdays, zone, counts.min, counts.max, window, negate);
    }

    private static @Nullable DayOfWeek weekday(@Nullable Object name) {
        for (DayOfWeek day : DayOfWeek.values()) {
            if (day.name().equals(name) || day.name().toLowerCase(Locale.ROOT).equals(name)) {
                return day;
            }
        }
        return null;
    }

    /** A least and a greatest number. */
    private record Counts(int min, @Nullable Integer max) {}

    /** Reads them; the least is 1 unless a greatest is given alone, which would be unable to mean "never" otherwise. */
    private static Counts counts(JsonObject object, String minName, String maxName) {
        Long max = object.optionalInteger(maxName, 0, EventFilter.MAX_COUNT);
        long min = object.integer(minName, 0, EventFilter.MAX_COUNT, max == null ? 1 : 0);
        if (max != null && max < min) {
            object.violate(maxName, "RANGE", "must not be below " + minName + ", which is " + min);
            return new Counts((int) min, null);
        }
        return new Counts((int) min, max == null ? null : max.intValue());
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
                criteria.timeFilters().stream().map(CriteriaJson::write).toList());
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

    private static void counts(
            Map<String, @Nullable Object> object, String minName, int min, String maxName, @Nullable Integer max) {
        object.put(minName, (long) min);
        if (max != null) {
            object.put(maxName, max.longValue());
        }
    }

    private static Map<String, @Nullable Object> write(EventFilter filter) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        object.put("eventType", filter.eventType().name());
        counts(object, "minFrequency", filter.minFrequency(), "maxFrequency", filter.maxFrequency());
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
        counts(object, "minCount", filter.minCount(), "maxCount", filter.maxCount());
        TimeWindowJson.write(filter.timeRange(), "timeRange", object);
        negate(object, filter.negate());
        return object;
    }

    private static Map<String, @Nullable Object> write(TimeFilter filter) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        if (filter instanceof TimeFilter.FirstSeen first) {
            object.put("type", "first_seen");
            TimeWindowJson.write(first.timeRange(), "timeRange", object);
        } else if (filter instanceof TimeFilter.LastSeen last) {
            object.put("type", "last_seen");
            TimeWindowJson.write(last.timeRange(), "timeRange", object);
        } else if (filter instanceof TimeFilter.ActiveDays days) {
            object.put("type", "active_days");
            counts(object, "minDays", days.minDays(), "maxDays", days.maxDays());
            object.put("zone", days.zone().getId());
            TimeWindowJson.write(days.timeRange(), "timeRange", object);
        } else if (filter instanceof TimeFilter.InactiveFor inactive) {
            object.put("type", "inactive_for");
            object.put("duration", IsoTime.text(inactive.duration()));
        } else if (filter instanceof TimeFilter.LocalTime local) {
            object.put("type", "local_time");
            object.put("fromHour", (long) local.fromHour());
            object.put("toHour", (long) local.toHour());
            put(
                    object,
                    "weekdays",
                    local.weekdays().stream()
                            .map(day -> day.name().toLowerCase(Locale.ROOT))
                            .toList());
            object.put("zone", local.zone().getId());
            counts(object, "minCount", local.minCount(), "maxCount", local.maxCount());
            TimeWindowJson.write(local.timeRange(), "timeRange", object);
        }
        negate(object, filter.negate());
        return object;
    }
}
