package io.behavioranalytics.trigger;

import io.behavioranalytics.action.Action;
import io.behavioranalytics.json.IsoTime;
import io.behavioranalytics.json.JsonObject;
import io.behavioranalytics.json.JsonPath;
import io.behavioranalytics.json.Violation;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The rules of moderation as members of a trigger's JSON, and what is wrong with them by themselves. */
final class ModerationJson {
    static final int MAX_CAPS = 20;
    private static final int NAME_LENGTH = 64;
    private static final String NO_HOURS = "none";

    private ModerationJson() {}

    static Moderation read(JsonObject object) {
        Long most = object.optionalInteger("maxPerLead", 1, Moderation.MAX_PER_LEAD);
        Instant expiresAt = null;
        Duration expiresAfter = null;
        Object expiry = object.value("expiresAt");
        if (expiry instanceof String text && text.indexOf('T') > 0 && !text.startsWith("P")) {
            expiresAt = object.optionalInstant("expiresAt");
        } else if (expiry != null) {
            expiresAfter = TriggerJson.minutesOrDuration(object, "expiresAt", Moderation.MAX_EXPIRY);
        }
        Recheck recheck =
                object.optionalChoice("checkConditions", ModerationJson::recheck, "at_trigger, at_execution, both");
        return new Moderation(
                most == null ? null : most.intValue(),
                object.optionalInstant("startDate"),
                object.optionalInstant("endDate"),
                expiresAt,
                expiresAfter,
                caps(object),
                quietHours(object),
                recheck == null ? Recheck.AT_TRIGGER : recheck,
                object.optionalText("exclusiveGroup", NAME_LENGTH));
    }

    private static Optional<Recheck> recheck(String text) {
        return Stream.of(Recheck.values())
                .filter(recheck -> recheck.json().equals(text) || recheck.name().equals(text))
                .findFirst();
    }

    private static List<Cap> caps(JsonObject object) {
        List<Cap> caps = new ArrayList<>();
        for (JsonObject given : object.objects("caps")) {
            int faults = given.violations().size();
            int max = (int) given.integer("max", 1, Cap.MAX);
            Duration last = given.optionalDuration("last", Cap.SHORTEST, Cap.LONGEST);
            Cap.Calendar calendar = given.optionalChoice("calendar", ModerationJson::calendar, "day, week, month");
            String channel = given.optionalText("channel", NAME_LENGTH);
            given.refuseUnknown();
            if (given.violations().size() == faults) {
                if ((last == null) == (calendar == null)) {
                    given.violate(
                            "last",
                            "CAP",
                            "either last, a rolling stretch, or calendar, a day, week or month, is given");
                } else {
                    caps.add(new Cap(max, last, calendar, channel));
                }
            }
        }
        return caps;
    }

    private static Optional<Cap.Calendar> calendar(String text) {
        return Stream.of(Cap.Calendar.values())
                .filter(calendar -> calendar.json().equals(text.toLowerCase(Locale.ROOT)))
                .findFirst();
    }

    private static @Nullable QuietHours quietHours(JsonObject object) {
        Object value = object.value("quietHours");
        if (value == null) {
            return null;
        }
        if (NO_HOURS.equals(value)) {
            return QuietHours.NONE;
        }
        if (value instanceof String) {
            object.violate("quietHours", "TYPE", "must be \"none\" or an object with from and to");
            return null;
        }
        JsonObject given = object.optionalObject("quietHours");
        if (given == null) {
            return null;
        }
        int faults = given.violations().size();
        String from = given.text("from", 5);
        String to = given.text("to", 5);
        given.refuseUnknown();
        if (given.violations().size() > faults) {
            return null;
        }
        try {
            QuietHours hours = new QuietHours(QuietHours.time(from), QuietHours.time(to));
            if (hours.from().equals(hours.to())) {
                given.violate("to", "RANGE", "must be another time than from; for no quiet hours write \"none\"");
                return null;
            }
            return hours;
        } catch (IllegalArgumentException malformed) {
            given.violate("from", "TIME", "from and to must be times of the day, 00:00 to 23:59");
            return null;
        }
    }

    static void write(Moderation rules, Map<String, @Nullable Object> out) {
        if (rules.maxPerLead() != null) {
            out.put("maxPerLead", (long) rules.maxPerLead());
        }
        putInstant("startDate", rules.startDate(), out);
        putInstant("endDate", rules.endDate(), out);
        Duration after = rules.expiresAfter();
        if (after != null) {
            out.put("expiresAt", TriggerJson.write(after));
        } else {
            putInstant("expiresAt", rules.expiresAt(), out);
        }
        if (!rules.caps().isEmpty()) {
            out.put("caps", rules.caps().stream().map(ModerationJson::write).toList());
        }
        QuietHours hours = rules.quietHours();
        if (hours != null) {
            out.put("quietHours", hours.equals(QuietHours.NONE) ? NO_HOURS : write(hours));
        }
        if (rules.recheck() != Recheck.AT_TRIGGER) {
            out.put("checkConditions", rules.recheck().json());
        }
        if (rules.exclusiveGroup() != null) {
            out.put("exclusiveGroup", rules.exclusiveGroup());
        }
    }

    private static void putInstant(String name, @Nullable Instant instant, Map<String, @Nullable Object> out) {
        if (instant != null) {
            out.put(name, instant.toString());
        }
    }

    private static Map<String, @Nullable Object> write(QuietHours hours) {
        Map<String, @Nullable Object> written = new LinkedHashMap<>();
        written.put("from", hours.from().toString());
        written.put("to", hours.to().toString());
        return written;
    }

    private static Map<String, @Nullable Object> write(Cap cap) {
        Map<String, @Nullable Object> written = new LinkedHashMap<>();
        written.put("max", (long) cap.max());
        Duration last = cap.last();
        if (last != null) {
            written.put("last", IsoTime.text(last));
        }
        Cap.Calendar calendar = cap.calendar();
        if (calendar != null) {
            written.put("calendar", calendar.json());
        }
        if (cap.channel() != null) {
            written.put("channel", cap.channel());
        }
        return written;
    }

    /** What the rules, taken together, would never let happen. */
    private static void never(TriggerDraft draft, List<Violation> out) {
        Moderation rules = draft.moderation();
        Instant start = rules.startDate();
        Instant end = rules.endDate();
        Instant expiry = rules.expiresAt();
        if (start != null && end != null && !start.isBefore(end)) {
            out.add(new Violation("endDate", "RANGE", "must be behind startDate, else it never fires"));
        }
        if (start != null && expiry != null && !start.isBefore(expiry)) {
            out.add(new Violation("expiresAt", "RANGE", "must be behind startDate, else nothing is carried out"));
        }
        Duration after = rules.expiresAfter();
        for (int i = 0; i < draft.actions().size(); i++) {
            if (after != null && draft.actions().get(i).delay().compareTo(after) >= 0) {
                out.add(new Violation(
                        JsonPath.element("actions", i) + ".delay",
                        "RANGE",
                        "must be shorter than expiresAt, else the action is never carried out"));
            }
        }
        for (int i = 0; i < rules.caps().size(); i++) {
            Cap cap = rules.caps().get(i);
            for (Action action : draft.actions()) {
                long together = draft.actions().stream()
                        .filter(other -> other.delay().equals(action.delay()))
                        .filter(other -> !Channel.isCoreEffect(other))
                        .filter(other -> cap.channel() == null || cap.channel().equals(Channel.of(other)))
                        .count();
                if (together > cap.max()) {
                    out.add(new Violation(
                            JsonPath.element("caps", i) + ".max",
                            "CAP",
                            together + " actions are due together: one of them would never be carried out"));
                    break;
                }
            }
        }
    }

    /** Finds what is wrong with rules, whether they were read or built. */
    static void check(TriggerDraft draft, List<Violation> out) {
        Moderation rules = draft.moderation();
        Integer most = rules.maxPerLead();
        if (most != null && (most < 1 || most > Moderation.MAX_PER_LEAD)) {
            out.add(new Violation("maxPerLead", "RANGE", "must be 1 to " + Moderation.MAX_PER_LEAD));
        }
        Duration after = rules.expiresAfter();
        if (after != null && (after.isNegative() || after.isZero() || after.compareTo(Moderation.MAX_EXPIRY) > 0)) {
            out.add(new Violation("expiresAt", "RANGE", "must be more than nothing and at most 400 days"));
        }
        if (after != null && rules.expiresAt() != null) {
            out.add(new Violation("expiresAt", "RANGE", "must be either an instant or a span"));
        }
        String group = rules.exclusiveGroup();
        if (group != null && (group.isBlank() || group.length() > NAME_LENGTH)) {
            out.add(new Violation(
                    "exclusiveGroup", "SIZE", "must have 1 to " + NAME_LENGTH + " characters, not only blanks"));
        }
        if (rules.caps().size() > MAX_CAPS) {
            out.add(new Violation("caps", "TOO_MANY", "must have at most " + MAX_CAPS));
        }
        for (int i = 0; i < rules.caps().size(); i++) {
            String channel = rules.caps().get(i).channel();
            if (channel != null && (channel.isBlank() || channel.length() > NAME_LENGTH)) {
                out.add(new Violation(
                        JsonPath.element("caps", i) + ".channel",
                        "NAME",
                        "must have 1 to " + NAME_LENGTH + " characters"));
            }
        }
        never(draft, out);
        QuietHours hours = rules.quietHours();
        if (hours != null && !hours.equals(QuietHours.NONE) && hours.from().equals(hours.to())) {
            out.add(new Violation("quietHours.to", "RANGE", "must be another time than from"));
        }
    }
}
