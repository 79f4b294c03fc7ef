package io.behavioranalytics;

import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.InvalidEventException;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.Tag;
import io.behavioranalytics.json.Json;
import io.behavioranalytics.json.JsonPath;
import io.behavioranalytics.json.Violation;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the host says of leads, and of sessions whose lead is not known yet: tags and attributes. Thread-safe.
 *
 * <p>Each word is an event of the subject's timeline, seen in no total, visit and score (S10): the last one counts, and it goes with
 * what a session did when that becomes a lead's. Both stand in the {@link io.behavioranalytics.profile.Profile}.
 */
public final class Leads {
    /** The attribute that says in which zone a lead lives (S21). */
    public static final String TIMEZONE = "timezone";

    private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_]{0,63}");
    private static final int ZONE_LENGTH = 64;

    private final Tracking tracking;

    Leads(Tracking tracking) {
        this.tracking = tracking;
    }

    /**
     * Puts a tag on a subject; one that it has stays.
     *
     * @param subject a lead, or a session whose lead is not known yet
     * @param tag 1 to 100 characters, no control characters, no blank at an end
     * @return what became of the event
     * @throws InvalidEventException if the tag or the subject's id cannot be kept
     */
    public TrackResult addTag(SubjectId subject, String tag) {
        return tag(EventType.TAG_ADDED, subject, tag, null, null);
    }

    /**
     * Takes a tag off a subject, if it has it.
     *
     * @param subject a lead, or a session whose lead is not known yet
     * @param tag 1 to 100 characters, no control characters, no blank at an end
     * @return what became of the event
     * @throws InvalidEventException if the tag or the subject's id cannot be kept
     */
    public TrackResult removeTag(SubjectId subject, String tag) {
        return tag(EventType.TAG_REMOVED, subject, tag, null, null);
    }

    /**
     * Puts a tag on a subject as of an instant.
     *
     * @param subject a lead, or a session whose lead is not known yet
     * @param tag 1 to 100 characters, no control characters, no blank at an end
     * @param at when, at most 5 minutes ahead of the clock
     * @param id the idempotency key
     * @return what became of the event
     * @throws InvalidEventException if the tag, the instant or the subject's id cannot be kept
     */
    public TrackResult addTag(SubjectId subject, String tag, Instant at, UUID id) {
        return tag(
                EventType.TAG_ADDED, subject, tag, Objects.requireNonNull(at, "at"), Objects.requireNonNull(id, "id"));
    }

    /**
     * Takes a tag off a subject as of an instant.
     *
     * @param subject a lead, or a session whose lead is not known yet
     * @param tag 1 to 100 characters, no control characters, no blank at an end
     * @param at when, at most 5 minutes ahead of the clock
     * @param id the idempotency key
     * @return what became of the event
     * @throws InvalidEventException if the tag, the instant or the subject's id cannot be kept
     */
    public TrackResult removeTag(SubjectId subject, String tag, Instant at, UUID id) {
        return tag(
                EventType.TAG_REMOVED,
                subject,
                tag,
                Objects.requireNonNull(at, "at"),
                Objects.requireNonNull(id, "id"));
    }

    private TrackResult tag(EventType type, SubjectId subject, String tag, @Nullable Instant at, @Nullable UUID id) {
        Objects.requireNonNull(subject, "subject");
        if (tag == null || !Tag.isOne(tag)) {
            throw tracking.refusal(List.of(new Violation("tag", tag == null ? "REQUIRED" : "NAME", Tag.FORM)));
        }
        return tracking.said(type, subject, Map.of("tag", tag), at, id);
    }

    /**
     * Sets or removes one attribute of a subject. The attribute {@value #TIMEZONE} says where a lead lives, which quiet hours and
     * calendar caps go by: the id of a zone, such as {@code Europe/Berlin}, or an offset, such as {@code +05:45}.
     *
     * @param subject a lead, or a session whose lead is not known yet
     * @param name a letter, then letters, digits and underscores, at most 64 characters
     * @param value a text, a number or a boolean, or null to remove it
     * @return what became of the event
     * @throws InvalidEventException if the name, the value or the subject's id cannot be kept, or the time zone is none
     */
    public TrackResult setAttribute(SubjectId subject, String name, @Nullable Object value) {
        Map<String, @Nullable Object> one = new LinkedHashMap<>();
        one.put(name, value);
        return setAttributes(subject, one);
    }

    /**
     * Sets and removes attributes of a subject, all in one event; those that are not named stay as they are.
     *
     * @param subject a lead, or a session whose lead is not known yet
     * @param attributes by their names, at least one and at most 256; see {@link #setAttribute}
     * @return what became of the event
     * @throws InvalidEventException listing everything that cannot be kept
     */
    public TrackResult setAttributes(SubjectId subject, Map<String, ? extends @Nullable Object> attributes) {
        return set(subject, attributes, null, null);
    }

    /**
     * Sets and removes attributes of a subject as of an instant; a word of a later instant stands, whichever came first.
     *
     * @param subject a lead, or a session whose lead is not known yet
     * @param attributes by their names, at least one and at most 256; see {@link #setAttribute}
     * @param at when, at most 5 minutes ahead of the clock
     * @param id the idempotency key
     * @return what became of the event
     * @throws InvalidEventException listing everything that cannot be kept
     */
    public TrackResult setAttributes(
            SubjectId subject, Map<String, ? extends @Nullable Object> attributes, Instant at, UUID id) {
        return set(subject, attributes, Objects.requireNonNull(at, "at"), Objects.requireNonNull(id, "id"));
    }

    private TrackResult set(
            SubjectId subject,
            Map<String, ? extends @Nullable Object> attributes,
            @Nullable Instant at,
            @Nullable UUID id) {
        Objects.requireNonNull(subject, "subject");
        List<Violation> violations = new ArrayList<>();
        Map<String, @Nullable Object> properties = new LinkedHashMap<>(attributes);
        if (properties.isEmpty()) {
            violations.add(new Violation("attributes", "REQUIRED", "must have at least 1"));
        }
        properties.forEach((name, value) -> check(name, value, violations));
        if (!violations.isEmpty()) {
            throw tracking.refusal(violations);
        }
        return tracking.said(EventType.ATTRIBUTES_SET, subject, properties, at, id);
    }

    private static void check(@Nullable String name, @Nullable Object value, List<Violation> violations) {
        if (name == null || !NAME.matcher(name).matches()) {
            violations.add(new Violation(
                    "attributes",
                    "NAME",
                    "a name must be a letter, then letters, digits and _, at most 64 in all: "
                            + JsonPath.quote(String.valueOf(name))));
            return;
        }
        String path = JsonPath.child("attributes", name);
        if (value == null) {
            return;
        }
        if (!(value instanceof String || value instanceof Number || value instanceof Boolean)) {
            violations.add(
                    new Violation(path, "TYPE", "must be a text, a number or a boolean, not " + Json.kind(value)));
        } else if (name.equals(TIMEZONE) && !isZone(value)) {
            violations.add(new Violation(
                    path,
                    "ZONE",
                    "must be the id of a time zone, such as Europe/Berlin, or an offset, such as +05:45"
                            + (value instanceof String text ? ": " + JsonPath.quote(text) : "")));
        }
    }

    private static boolean isZone(Object value) {
        if (!(value instanceof String text) || text.length() > ZONE_LENGTH) {
            return false;
        }
        try {
            ZoneId.of(text);
            return true;
        } catch (DateTimeException none) {
            return false;
        }
    }
}
