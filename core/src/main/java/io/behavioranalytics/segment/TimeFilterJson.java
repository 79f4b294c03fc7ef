package io.behavioranalytics.segment;

import io.behavioranalytics.condition.TimeWindow;
import io.behavioranalytics.condition.TimeWindowJson;
import io.behavioranalytics.json.IsoTime;
import io.behavioranalytics.json.JsonObject;
import io.behavioranalytics.json.JsonPath;
import io.behavioranalytics.json.Violation;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Time filters as JSON; the field {@code type} names the kind. */
final class TimeFilterJson {
    private TimeFilterJson() {}

    /** Reads a filter; null after a fault. */
    static @Nullable TimeFilter read(JsonObject object) {
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
        CountsJson counts = CountsJson.read(object, "minDays", "maxDays");
        TimeWindow window = TimeWindowJson.read(object, "timeRange");
        ZoneId zone = TimeWindowJson.zone(object, "zone");
        return zone == null ? null : new TimeFilter.ActiveDays(counts.min(), counts.max(), window, zone, negate);
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
        CountsJson counts = CountsJson.read(object, "minCount", "maxCount");
        TimeWindow window = TimeWindowJson.read(object, "timeRange");
        return zone == null
                ? null
                : new TimeFilter.LocalTime(
                        fromHour, toHour, weekdays, zone, counts.min(), counts.max(), window, negate);
    }

    static @Nullable DayOfWeek weekday(@Nullable Object name) {
        for (DayOfWeek day : DayOfWeek.values()) {
            if (day.name().equals(name) || day.name().toLowerCase(Locale.ROOT).equals(name)) {
                return day;
            }
        }
        return null;
    }

    /** Writes a filter. */
    static Map<String, @Nullable Object> write(TimeFilter filter) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        if (filter instanceof TimeFilter.FirstSeen first) {
            object.put("type", "first_seen");
            TimeWindowJson.write(first.timeRange(), "timeRange", object);
        } else if (filter instanceof TimeFilter.LastSeen last) {
            object.put("type", "last_seen");
            TimeWindowJson.write(last.timeRange(), "timeRange", object);
        } else if (filter instanceof TimeFilter.ActiveDays days) {
            object.put("type", "active_days");
            CountsJson.write(object, "minDays", days.minDays(), "maxDays", days.maxDays());
            object.put("zone", days.zone().getId());
            TimeWindowJson.write(days.timeRange(), "timeRange", object);
        } else if (filter instanceof TimeFilter.InactiveFor inactive) {
            object.put("type", "inactive_for");
            object.put("duration", IsoTime.text(inactive.duration()));
        } else if (filter instanceof TimeFilter.LocalTime local) {
            object.put("type", "local_time");
            object.put("fromHour", (long) local.fromHour());
            object.put("toHour", (long) local.toHour());
            if (!local.weekdays().isEmpty()) {
                object.put(
                        "weekdays",
                        local.weekdays().stream()
                                .map(day -> day.name().toLowerCase(Locale.ROOT))
                                .toList());
            }
            object.put("zone", local.zone().getId());
            CountsJson.write(object, "minCount", local.minCount(), "maxCount", local.maxCount());
            TimeWindowJson.write(local.timeRange(), "timeRange", object);
        }
        if (filter.negate()) {
            object.put("negate", true);
        }
        return object;
    }
}
