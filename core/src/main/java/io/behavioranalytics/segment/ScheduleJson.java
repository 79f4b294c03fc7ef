package io.behavioranalytics.segment;

import io.behavioranalytics.condition.TimeWindowJson;
import io.behavioranalytics.json.IsoTime;
import io.behavioranalytics.json.JsonObject;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Schedules as JSON: a period, or a time of the day in a zone. */
final class ScheduleJson {
    /** The length of a time such as 03:00. */
    private static final int MINUTES = 5;

    private ScheduleJson() {}

    /** Reads a schedule; null after a fault, which is noted in the object's list. */
    static @Nullable Schedule read(JsonObject object) {
        int faults = object.violations().size();
        Schedule read = null;
        if (object.has("every") == object.has("at")) {
            List.of("every", "from", "at", "weekday", "zone").forEach(object::value);
            object.violate(
                    "every",
                    "SCHEDULE",
                    "either every, a period such as PT1H, or at, a time of the day such as 03:00, is given");
        } else if (object.has("every")) {
            read = every(object);
        } else {
            read = daily(object);
        }
        object.refuseUnknown();
        return object.violations().size() > faults ? null : read;
    }

    private static @Nullable Schedule every(JsonObject object) {
        refuse(object, "weekday", "at");
        refuse(object, "zone", "at");
        Duration period = object.optionalDuration("every", Schedule.SHORTEST, Schedule.LONGEST);
        if (period != null && !period.equals(period.truncatedTo(ChronoUnit.SECONDS))) {
            object.violate("every", "RANGE", "must be whole seconds");
        }
        Instant from = object.optionalInstant("from");
        return period == null || !period.equals(period.truncatedTo(ChronoUnit.SECONDS))
                ? null
                : new Schedule.Every(period, from);
    }

    private static @Nullable Schedule daily(JsonObject object) {
        refuse(object, "from", "every");
        LocalTime at = time(object);
        DayOfWeek weekday = object.optionalChoice(
                "weekday", text -> Optional.ofNullable(TimeFilterJson.weekday(text)), "monday to sunday");
        ZoneId zone = TimeWindowJson.zone(object, "zone");
        return at == null || zone == null ? null : new Schedule.Daily(at, weekday, zone);
    }

    private static void refuse(JsonObject object, String name, String partner) {
        if (object.has(name)) {
            object.value(name);
            object.violate(name, "SCHEDULE", "goes with " + partner + " alone");
        }
    }

    private static @Nullable LocalTime time(JsonObject object) {
        String text = object.text("at", 64);
        try {
            if (text.length() == MINUTES) {
                return LocalTime.parse(text);
            }
        } catch (DateTimeParseException malformed) {
            // Said below.
        }
        object.violate("at", "TIME", "must be a time of the day, 00:00 to 23:59");
        return null;
    }

    /** Writes what {@link #read} reads. */
    static Map<String, @Nullable Object> write(Schedule schedule) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        if (schedule instanceof Schedule.Every every) {
            object.put("every", IsoTime.text(every.period()));
            Instant from = every.from();
            if (from != null) {
                object.put("from", from.toString());
            }
        } else if (schedule instanceof Schedule.Daily daily) {
            object.put("at", daily.at().toString());
            DayOfWeek weekday = daily.weekday();
            if (weekday != null) {
                object.put("weekday", weekday.name().toLowerCase(Locale.ROOT));
            }
            object.put("zone", daily.zone().getId());
        }
        return object;
    }
}
