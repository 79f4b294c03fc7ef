package io.behavioranalytics.segment;

import io.behavioranalytics.condition.DefinitionJson;
import io.behavioranalytics.condition.DefinitionKey;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.json.InvalidDefinitionException;
import io.behavioranalytics.json.Json;
import io.behavioranalytics.json.JsonPath;
import io.behavioranalytics.json.Violation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What an author says of a segment; the rest of a {@link Segment} (id, version, instants) is the library's.
 *
 * <p>A draft may be faulty: {@link #check} says how, and a faulty one cannot be saved.
 *
 * @param key the key, or null to take the slug of the name; see {@link DefinitionKey}
 * @param name what people call it, 1 to 200 characters, not blank
 * @param description what it is for, at most 2,000 characters, or null
 * @param type how members come about
 * @param status whether it is evaluated
 * @param criteria who belongs to it; empty for a static segment
 * @param schedule when a behavioral segment is calculated, or null if on demand alone; null for others
 * @param isPublic whether viewers see it
 * @param tags filters of lists: at most 50, each 1 to 100 characters
 */
public record SegmentDraft(
        @Nullable String key,
        String name,
        @Nullable String description,
        Segment.Type type,
        Segment.Status status,
        Criteria criteria,
        @Nullable Schedule schedule,
        boolean isPublic,
        List<String> tags) {
    static final String NO_CRITERIA = "a static segment has no criteria: the host sets its members";
    static final String NO_SCHEDULE =
            "only a behavioral segment has a schedule: a dynamic one is right at every instant";
    private static final int MAX_TAGS = 50;
    private static final int TAG_LENGTH = 100;

    /** Copies the tags. */
    public SegmentDraft {
        tags = List.copyOf(tags);
    }

    /**
     * A draft of an active dynamic segment, with its key taken from the name, not public, without tags.
     *
     * @param name what people call it
     * @param criteria who belongs to it
     * @return the draft
     */
    public static SegmentDraft of(String name, Criteria criteria) {
        return new SegmentDraft(
                null, name, null, Segment.Type.DYNAMIC, Segment.Status.ACTIVE, criteria, null, false, List.of());
    }

    /**
     * A draft of an active behavioral segment, whose members are those of the last calculation.
     *
     * @param name what people call it
     * @param criteria who belongs to it, as of each calculation
     * @param schedule when it is calculated, or null if on demand alone
     * @return the draft
     */
    public static SegmentDraft behavioral(String name, Criteria criteria, @Nullable Schedule schedule) {
        return new SegmentDraft(
                null, name, null, Segment.Type.BEHAVIORAL, Segment.Status.ACTIVE, criteria, schedule, false, List.of());
    }

    /**
     * A draft of an active static segment, whose members the host sets.
     *
     * @param name what people call it
     * @return the draft
     */
    public static SegmentDraft ofMembers(String name) {
        return new SegmentDraft(
                null,
                name,
                null,
                Segment.Type.STATIC,
                Segment.Status.ACTIVE,
                Criteria.all().build(),
                null,
                false,
                List.of());
    }

    /**
     * Reads a draft from JSON and checks all of it but the event types against a catalog.
     *
     * @param json the whole document, at most 500,000 bytes
     * @return the draft
     * @throws InvalidDefinitionException listing everything that is wrong
     */
    public static SegmentDraft fromJson(String json) {
        return fromJson(json, type -> true);
    }

    /**
     * Reads a draft from JSON and checks it.
     *
     * @param json the whole document, at most 500,000 bytes
     * @param knownTypes tells which event types there are; all of them for an open catalog
     * @return the draft
     * @throws InvalidDefinitionException listing everything that is wrong
     */
    public static SegmentDraft fromJson(String json, Predicate<EventType> knownTypes) {
        return SegmentJson.readDraft(json, knownTypes);
    }

    /**
     * Writes this draft as JSON.
     *
     * @return JSON that {@link #fromJson(String)} reads as an equal draft, if the draft has no fault
     */
    public String toJson() {
        return Json.write(SegmentJson.write(this));
    }

    /**
     * This draft under another key.
     *
     * @param key the key
     * @return the draft
     */
    public SegmentDraft withKey(String key) {
        return new SegmentDraft(key, name, description, type, status, criteria, schedule, isPublic, tags);
    }

    /**
     * Finds everything that is wrong with this draft.
     *
     * @param knownTypes tells which event types there are; all of them for an open catalog
     * @return the violations, empty if it can be saved
     */
    public List<Violation> violations(Predicate<EventType> knownTypes) {
        List<Violation> out = new ArrayList<>();
        DefinitionJson.checkHeader(key, name, description, out);
        checkNotBuiltIn(key, name, out);
        checkTags(tags, out);
        if (schedule != null && type != Segment.Type.BEHAVIORAL) {
            out.add(new Violation("schedule", "UNSUPPORTED", NO_SCHEDULE));
        }
        if (type != Segment.Type.STATIC) {
            new CriteriaValidator(knownTypes, out).check(criteria, "criteria");
        } else if (!criteria.equals(Criteria.all().build())) {
            out.add(new Violation("criteria", "UNSUPPORTED", NO_CRITERIA));
        }
        if (out.isEmpty()) {
            reread(knownTypes, out);
        }
        return out;
    }

    /**
     * Finds everything that is wrong with this draft where it is to be saved: also segments that it refers to and that are not there,
     * clauses that exclude each other, and windows that reach back further than events are kept.
     *
     * @param context what there is beside it
     * @return the violations, empty if it can be saved
     */
    public List<Violation> violations(SegmentContext context) {
        List<Violation> out = new ArrayList<>(violations(context.knownTypes()));
        references(criteria, "criteria", context, out);
        if (isStructured(out)) {
            new RetentionCheck(context, out).check(criteria, "criteria");
            new ContradictionCheck(out).check(criteria, "criteria");
        }
        return out;
    }

    /** Whether the criteria are sound enough to be thought through: the rest may be wrong. */
    private static boolean isStructured(List<Violation> out) {
        return out.stream()
                .noneMatch(violation -> violation.path().startsWith("criteria")
                        && !violation.code().equals("UNKNOWN_REF"));
    }

    private static void references(Criteria criteria, String path, SegmentContext context, List<Violation> out) {
        for (int i = 0; i < criteria.segmentFilters().size(); i++) {
            String reference = criteria.segmentFilters().get(i).segment();
            if (!reference.equals(Segment.ALL_VISITORS) && !context.segments().containsKey(reference)) {
                out.add(new Violation(
                        JsonPath.child(RetentionCheck.at(path, "segmentFilters", i), "segment"),
                        "UNKNOWN_REF",
                        "there is no segment " + JsonPath.quote(reference)));
            }
        }
        for (int i = 0; i < criteria.groups().size(); i++) {
            references(criteria.groups().get(i), RetentionCheck.at(path, "groups", i), context, out);
        }
    }

    /** Refuses what was built in Java and could not be read from a store again: lone surrogates, NUL, an id too long. */
    private void reread(Predicate<EventType> knownTypes, List<Violation> out) {
        try {
            SegmentJson.readDraft(toJson(), knownTypes);
        } catch (InvalidDefinitionException e) {
            out.addAll(e.violations());
        }
    }

    static void checkNotBuiltIn(@Nullable String key, String name, List<Violation> out) {
        if (Segment.ALL_VISITORS.equals(key == null ? DefinitionKey.slug(name) : key)) {
            out.add(new Violation(
                    "key", "NAME", Segment.ALL_VISITORS + " is the key of the built-in segment of everybody"));
        }
    }

    static void checkTags(List<String> tags, List<Violation> out) {
        boolean fit =
                tags.stream().allMatch(tag -> !tag.isBlank() && tag.codePointCount(0, tag.length()) <= TAG_LENGTH);
        if (tags.size() > MAX_TAGS || !fit) {
            out.add(new Violation(
                    "tags",
                    "RANGE",
                    "at most " + MAX_TAGS + " tags of 1 to " + TAG_LENGTH + " characters are accepted"));
        }
    }

    /**
     * Refuses this draft if anything is wrong with it.
     *
     * @param knownTypes tells which event types there are; all of them for an open catalog
     * @throws InvalidDefinitionException listing everything that is wrong
     */
    public void check(Predicate<EventType> knownTypes) {
        DefinitionJson.refuseIfAny(violations(knownTypes));
    }

    /**
     * The key that the segment will have: the one given, else the slug of the name.
     *
     * @return the key
     * @throws InvalidDefinitionException if none was given and none can be made of the name
     */
    public String resolvedKey() {
        return DefinitionJson.resolveKey(key, name);
    }

    /**
     * Makes the segment; a behavioral one is calculated as of when it is saved.
     *
     * @param id its identity
     * @param version 1 for the first, one more with each change
     * @param definedIn the version of all definitions that it comes with
     * @param createdAt when the first version was saved
     * @param updatedAt when this version was saved
     * @return the segment
     * @throws InvalidDefinitionException if no key was given and none can be made of the name
     */
    public Segment toSegment(UUID id, long version, long definedIn, Instant createdAt, Instant updatedAt) {
        return new Segment(
                id,
                resolvedKey(),
                version,
                name,
                description,
                type,
                status,
                criteria,
                type == Segment.Type.BEHAVIORAL
                        ? new Calculations(schedule, List.of(updatedAt), definedIn)
                        : Calculations.NONE,
                isPublic,
                tags,
                definedIn,
                createdAt,
                updatedAt);
    }

    /**
     * Makes the next version of a segment, under its id and, unless this names another, its key.
     *
     * @param old the version before it
     * @param definitions the version of all definitions that it comes with
     * @param at when it is saved
     * @return the segment; if the same subjects belong to it, it is defined and calculated as the one before it
     * @throws InvalidDefinitionException if a key was given that is none
     */
    public Segment toNext(Segment old, long definitions, Instant at) {
        SegmentDraft keyed = key == null ? withKey(old.key()) : this;
        long version = old.version() + 1;
        Segment next = keyed.toSegment(old.id(), version, definitions, old.createdAt(), at);
        return next.hasMembersOf(old)
                ? keyed.toSegment(old.id(), version, old.definedIn(), old.createdAt(), at)
                        .calculatedAt(old.calculations())
                : next;
    }
}
