package io.behavioranalytics.segment;

import io.behavioranalytics.condition.DefinitionJson;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.json.InvalidDefinitionException;
import io.behavioranalytics.json.IsoTime;
import io.behavioranalytics.json.Json;
import io.behavioranalytics.json.JsonObject;
import io.behavioranalytics.json.JsonPath;
import io.behavioranalytics.json.Violation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Segments as JSON: drafts as authors write them, and saved segments with all that the library adds. */
public final class SegmentJson {
    private SegmentJson() {}

    /**
     * Writes a saved segment.
     *
     * @param segment any segment
     * @return JSON that {@link #read} reads as an equal segment
     */
    public static String write(Segment segment) {
        return Json.write(fields(segment));
    }

    static Map<String, @Nullable Object> fields(Segment segment) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        object.put("id", segment.id().toString());
        object.put("version", segment.version());
        object.putAll(write(draft(segment)));
        if (segment.isBehavioral()) {
            object.put(
                    "calculations",
                    segment.calculations().demanded().stream()
                            .map(Instant::toString)
                            .toList());
            object.put("demandedIn", segment.calculations().demandedIn());
        }
        object.put("definedIn", segment.definedIn());
        object.put("createdAt", segment.createdAt().toString());
        object.put("updatedAt", segment.updatedAt().toString());
        return object;
    }

    private static SegmentDraft draft(Segment segment) {
        return new SegmentDraft(
                segment.key(),
                segment.name(),
                segment.description(),
                segment.type(),
                segment.status(),
                segment.criteria(),
                segment.calculations().schedule(),
                segment.isPublic(),
                segment.tags());
    }

    /**
     * Reads a saved segment.
     *
     * @param json what {@link #write} wrote
     * @return the segment
     * @throws InvalidDefinitionException listing everything that is wrong
     */
    public static Segment read(String json) {
        List<Violation> out = new ArrayList<>();
        Segment segment = read(DefinitionJson.parse(json, out));
        DefinitionJson.refuseIfAny(out);
        return segment;
    }

    /** Reads a saved segment that stands within another document, in whose list faults are noted. */
    static Segment read(JsonObject object) {
        UUID id = DefinitionJson.id(object);
        long version = object.integer("version", 1, Long.MAX_VALUE);
        long definedIn = object.integer("definedIn", 0, Long.MAX_VALUE);
        Instant createdAt = object.instant("createdAt");
        Instant updatedAt = object.instant("updatedAt");
        List<Instant> demanded = new ArrayList<>();
        for (String text : object.texts("calculations")) {
            Instant at = IsoTime.parse(text);
            if (at == null) {
                object.violate("calculations", "TIME", "must each be " + IsoTime.FORM);
            } else {
                demanded.add(at);
            }
        }
        long demandedIn = object.integer("demandedIn", 0, Long.MAX_VALUE, 0);
        SegmentDraft draft = readDraft(object, type -> true);
        DefinitionJson.refuseIfAny(object.violations());
        Segment segment = draft.toSegment(id, version, definedIn, createdAt, updatedAt);
        return segment.isBehavioral()
                ? segment.calculatedAt(new Calculations(draft.schedule(), demanded, demandedIn))
                : segment;
    }

    static SegmentDraft readDraft(String json, Predicate<EventType> knownTypes) {
        List<Violation> out = new ArrayList<>();
        SegmentDraft draft = readDraft(DefinitionJson.parse(json, out), knownTypes);
        DefinitionJson.refuseIfAny(out);
        return draft;
    }

    private static SegmentDraft readDraft(JsonObject object, Predicate<EventType> knownTypes) {
        List<Violation> out = object.violations();
        int faults = out.size();
        String key = object.optionalText("key", 200);
        String name = object.text("name", DefinitionJson.NAME_LENGTH);
        String description = object.optionalText("description", DefinitionJson.DESCRIPTION_LENGTH);
        if (out.size() == faults) {
            DefinitionJson.checkHeader(key, name, description, out);
            SegmentDraft.checkNotBuiltIn(key, name, out);
        }
        Segment.Type type = type(object);
        Segment.Status status = object.optionalChoice("status", SegmentJson::status, "draft, active, inactive");
        Criteria criteria = criteria(object, type, knownTypes);
        Schedule schedule = schedule(object, type);
        boolean isPublic = object.bool("isPublic", false);
        List<String> tags = object.texts("tags");
        SegmentDraft.checkTags(tags, out);
        object.refuseUnknown();
        return new SegmentDraft(
                key,
                name,
                description,
                type,
                status == null ? Segment.Status.ACTIVE : status,
                criteria,
                schedule,
                isPublic,
                tags);
    }

    private static Criteria criteria(JsonObject object, Segment.Type type, Predicate<EventType> knownTypes) {
        if (type == Segment.Type.STATIC) {
            if (object.has("criteria")) {
                object.violate("criteria", "UNSUPPORTED", SegmentDraft.NO_CRITERIA);
            }
            return Criteria.all().build();
        }
        if (!object.has("criteria")) {
            return CriteriaJson.read(object.object("criteria"), knownTypes);
        }
        JsonObject criteria = object.optionalObject("criteria");
        return criteria == null ? Criteria.all().build() : CriteriaJson.read(criteria, knownTypes);
    }

    private static @Nullable Schedule schedule(JsonObject object, Segment.Type type) {
        JsonObject given = object.optionalObject("schedule");
        if (given == null) {
            return null;
        }
        if (type != Segment.Type.BEHAVIORAL) {
            object.violate("schedule", "UNSUPPORTED", SegmentDraft.NO_SCHEDULE);
            return null;
        }
        return ScheduleJson.read(given);
    }

    private static Segment.Type type(JsonObject object) {
        String given = object.optionalText("type", 64);
        String type = given == null ? "dynamic" : given;
        switch (type) {
            case "dynamic", "DYNAMIC" -> {
                // What there is, also where nothing is said.
            }
            case "static", "STATIC" -> {
                return Segment.Type.STATIC;
            }
            case "behavioral", "BEHAVIORAL" -> {
                return Segment.Type.BEHAVIORAL;
            }
            default ->
                object.violate(
                        "type",
                        "TYPE",
                        JsonPath.quote(type) + " is no type of segment; write dynamic, behavioral or static");
        }
        return Segment.Type.DYNAMIC;
    }

    private static Optional<Segment.Status> status(String text) {
        return Stream.of(Segment.Status.values())
                .filter(status -> status.json().equals(text) || status.name().equals(text))
                .findFirst();
    }

    static Map<String, @Nullable Object> write(SegmentDraft draft) {
        Map<String, @Nullable Object> object = DefinitionJson.header(draft.key(), draft.name(), draft.description());
        object.put("type", draft.type().json());
        object.put("status", draft.status().json());
        if (draft.type() != Segment.Type.STATIC) {
            object.put("criteria", CriteriaJson.write(draft.criteria()));
        }
        Schedule schedule = draft.schedule();
        if (schedule != null) {
            object.put("schedule", ScheduleJson.write(schedule));
        }
        if (draft.isPublic()) {
            object.put("isPublic", true);
        }
        if (!draft.tags().isEmpty()) {
            object.put("tags", draft.tags());
        }
        return object;
    }
}
