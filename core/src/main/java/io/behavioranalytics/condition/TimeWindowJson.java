package io.behavioranalytics.condition;

import io.behavioranalytics.condition.TimeWindow.Calendar.Unit;
import io.behavioranalytics.event.Micros;
import io.behavioranalytics.json.IsoTime;
import io.behavioranalytics.json.JsonObject;
import io.behavioranalytics.json.JsonPath;
import io.behavioranalytics.json.Violation;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Windows of time as JSON: {@code {start, end}}, {@code {last}}, or {@code {lastDays | lastWeeks | lastMonths, zone}}. */
public final class TimeWindowJson {
    private static final String FORMS =
            "must be {start, end}, {last}, or one of {lastDays}, {lastWeeks}, {lastMonths} with a zone";
    private static final Duration SHORTEST = Duration.ofNanos(1_000);

    private TimeWindowJson() {}

    /**
     * Reads the window that a field holds.
     *
     * @param parent the object with the field; faults are noted in its list
     * @param name the field
     * @return the window; all time if the field is left out or faulty
     */
    public static TimeWindow read(JsonObject parent, String name) {
        JsonObject object = parent.optionalObject(name);
        TimeWindow window = object == null ? null : window(object);
        return window == null ? new TimeWindow.AllTime() : window;
    }

    private static @Nullable TimeWindow window(JsonObject object) {
        boolean starts = object.has("start");
        boolean ends = object.has("end");
        boolean absolute = starts || ends;
        boolean rolling = object.has("last");
        Unit unit = null;
        int forms = (absolute ? 1 : 0) + (rolling ? 1 : 0);
        for (Unit candidate : Unit.values()) {
            if (object.has(name(candidate))) {
                unit = candidate;
                forms++;
            }
        }
        TimeWindow window = null;
        if (forms != 1) {
            object.value("zone");
            object.violations().add(new Violation(object.path(), forms == 0 ? "REQUIRED" : "RANGE", FORMS));
        } else if (absolute) {
            window = absolute(object);
        } else if (unit != null) {
            window = calendar(object, unit);
        } else {
            window = rolling(object);
        }
        object.refuseUnknown();
        return window;
    }

    private static String name(Unit unit) {
        return switch (unit) {
            case DAYS -> "lastDays";
            case WEEKS -> "lastWeeks";
            case MONTHS -> "lastMonths";
        };
    }

    private static @Nullable TimeWindow absolute(JsonObject object) {
        int faults = object.violations().size();
        Instant start = object.instant("start");
        Instant end = object.instant("end");
        if (object.violations().size() > faults) {
            return null;
        }
        if (Micros.of(start) >= Micros.of(end)) {
            object.violate("end", "RANGE", "must be after start");
            return null;
        }
        return new TimeWindow.Absolute(start, end);
    }

    private static @Nullable TimeWindow rolling(JsonObject object) {
        if (object.value("last") instanceof String text && IsoTime.namesYearsOrMonths(text)) {
            object.violate(
                    "last",
                    "TIME",
                    "years and months are no exact span: write days, as in P30D, or a calendar window {lastMonths, zone}");
            return null;
        }
        Duration last = object.optionalDuration("last", SHORTEST, TimeWindow.MAX_LENGTH);
        return last == null ? null : new TimeWindow.Rolling(last);
    }

    private static @Nullable TimeWindow calendar(JsonObject object, Unit unit) {
        int faults = object.violations().size();
        int count = (int) object.integer(name(unit), 1, unit.most());
        ZoneId zone = zone(object, "zone");
        return zone == null || object.violations().size() > faults ? null : new TimeWindow.Calendar(unit, count, zone);
    }

    /**
     * Reads a time zone, which must be given: the zone that a calendar is meant in is never guessed.
     *
     * @param object the object with the field; faults are noted in its list
     * @param name the field
     * @return the zone, or null after a fault
     */
    public static @Nullable ZoneId zone(JsonObject object, String name) {
        String text = object.text(name, 64);
        if (text.isEmpty()) {
            return null;
        }
        try {
            return ZoneId.of(text);
        } catch (DateTimeException e) {
            object.violate(
                    name, "TIME", JsonPath.quote(text) + " is no time zone; write one such as Europe/Berlin or UTC");
            return null;
        }
    }

    /**
     * Puts a window into an object; all time is left out.
     *
     * @param window any window
     * @param name the field
     * @param object receives it
     */
    public static void write(TimeWindow window, String name, Map<String, @Nullable Object> object) {
        if (window instanceof TimeWindow.Absolute absolute) {
            Map<String, @Nullable Object> range = new LinkedHashMap<>();
            range.put("start", absolute.start().toString());
            range.put("end", absolute.end().toString());
            object.put(name, range);
        } else if (window instanceof TimeWindow.Rolling rolling) {
            object.put(name, Map.of("last", IsoTime.text(rolling.last())));
        } else if (window instanceof TimeWindow.Calendar calendar) {
            Map<String, @Nullable Object> range = new LinkedHashMap<>();
            range.put(name(calendar.unit()), (long) calendar.count());
            range.put("zone", calendar.zone().getId());
            object.put(name, range);
        }
    }
}
