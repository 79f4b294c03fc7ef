package io.behavioranalytics.condition;

import io.behavioranalytics.json.JsonPath;
import io.behavioranalytics.json.Violation;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where the field of a condition is read, and what it is known to hold there.
 *
 * @param domain what it may hold
 * @param reader makes the condition of a comparison
 */
record FieldSource(Domain domain, Reader reader) {
    private static final int MAX_SEGMENTS = 8;
    private static final Pattern SEGMENT = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,63}");
    private static final String EVENT_FIELDS =
            "eventType, category, source, value, sessionId, leadId, userId, timestamp, "
                    + "sequence, properties.*, context.*, page.*, metadata.*";

    /** What a field is known to hold. */
    enum Domain {
        TEXT("a text"),
        NUMBER("a number"),
        INSTANT("an instant"),
        TEXTS("a list of texts"),
        JSON("any JSON value");

        private final String words;

        Domain(String words) {
            this.words = words;
        }

        String words() {
            return words;
        }
    }

    /** Joins a comparison to the place where its field is read. */
    interface Reader {
        CompiledCondition with(Condition condition, Comparison comparison);
    }

    /**
     * Finds the field of a condition.
     *
     * @param scope what there is to be read
     * @param path where the condition stands
     * @param out receives why it cannot be read
     * @return the source, or null if the field cannot be read in the scope
     */
    static @Nullable FieldSource of(Condition condition, Scope scope, String path, List<Violation> out) {
        return new Finder(condition, scope, path, out).find();
    }

    /** The search for one field. */
    private record Finder(Condition condition, Scope scope, String path, List<Violation> out) {
        @Nullable
        FieldSource find() {
            String field = condition.field();
            String[] segments = field.split("\\.", -1);
            for (String segment : segments) {
                if (!SEGMENT.matcher(segment).matches()) {
                    return refuseField(
                            "is no path: names of letters, digits and _ (at most 64, no digit first) joined by dots");
                }
            }
            if (segments.length > MAX_SEGMENTS) {
                return refuseField("has " + segments.length + " names, at most " + MAX_SEGMENTS + " are accepted");
            }
            if (segments[0].equals("attributes")) {
                if (scope == Scope.ASSIGNMENT) {
                    return segments.length == 1
                            ? refuseField("needs the name of what is inside, as in attributes.plan")
                            : new FieldSource(
                                    Domain.JSON,
                                    onPath(EventField.PROPERTIES, Arrays.copyOfRange(segments, 1, segments.length)));
                }
                return refuseField(
                        "is not offered in " + scope.words() + ": attributes are given by the host at the moment "
                                + "of personalize and assign and are known there alone; track what should count here as an event");
            }
            Optional<EventField> eventField = EventField.parse(segments[0]);
            if (eventField.isPresent()) {
                return eventSource(eventField.get(), segments);
            }
            Optional<ProfileField> profileField = ProfileField.parse(field);
            if (profileField.isPresent()) {
                return profileSource(profileField.get());
            }
            if (segments.length == 1 && scope == Scope.CAUSE && "behavior".equals(condition.type())) {
                return new FieldSource(Domain.JSON, onPath(EventField.PROPERTIES, segments[0]));
            }
            String hint = segments.length > 1 || scope == Scope.PROFILE || scope == Scope.ASSIGNMENT
                    ? ""
                    : "; a property is read as properties." + field;
            return refuseField("is unknown in " + scope.words() + ", which reads " + accepted() + hint);
        }

        private @Nullable FieldSource eventSource(EventField field, String[] segments) {
            if (scope == Scope.ASSIGNMENT) {
                return refuseField(
                        "is a field of events, and there is none at the moment of assigning; here stand " + accepted());
            }
            if (scope == Scope.PROFILE) {
                return refuseField("is a field of events: put it into the conditions of an event filter; here stand "
                        + accepted());
            }
            if (field.kind() == EventField.Kind.JSON) {
                if (segments.length == 1) {
                    return refuseField("needs the name of what is inside, as in " + field.json() + ".name");
                }
                return new FieldSource(Domain.JSON, onPath(field, Arrays.copyOfRange(segments, 1, segments.length)));
            }
            if (segments.length > 1) {
                return refuseField("goes on behind " + field.json() + ", which has nothing inside");
            }
            return switch (field.kind()) {
                case TEXT ->
                    new FieldSource(
                            Domain.TEXT,
                            (asked, comparison) -> new CompiledCondition.OnEventText(asked, comparison, field));
                case INSTANT -> new FieldSource(Domain.INSTANT, CompiledCondition.OnEventTime::new);
                case NUMBER ->
                    new FieldSource(
                            Domain.NUMBER,
                            field == EventField.SEQUENCE
                                    ? CompiledCondition.OnEventSequence::new
                                    : CompiledCondition.OnEventValue::new);
                case JSON -> throw new IllegalStateException("paths are read above");
            };
        }

        private static Reader onPath(EventField root, String... segments) {
            List<String> names = List.of(segments);
            return (asked, comparison) -> new CompiledCondition.OnEventPath(asked, comparison, root, names);
        }

        private @Nullable FieldSource profileSource(ProfileField field) {
            if (scope == Scope.EVENT) {
                return refuseField("is a field of the profile: put it into profileConditions; an event filter reads "
                        + accepted());
            }
            if (scope == Scope.PROFILE && field == ProfileField.SEGMENTS) {
                return refuseField(
                        "is not read by the conditions of a segment: a segment on a segment is written as segmentFilters");
            }
            return switch (field.kind()) {
                case NUMBER ->
                    new FieldSource(
                            Domain.NUMBER,
                            (asked, comparison) -> new CompiledCondition.OnProfileNumber(asked, comparison, field));
                case INSTANT ->
                    new FieldSource(
                            Domain.INSTANT,
                            (asked, comparison) -> new CompiledCondition.OnProfileTime(asked, comparison, field));
                case TEXT ->
                    new FieldSource(
                            Domain.TEXT,
                            (asked, comparison) -> new CompiledCondition.OnProfileText(asked, comparison, field));
                case TEXTS ->
                    new FieldSource(
                            Domain.TEXTS,
                            (asked, comparison) -> new CompiledCondition.OnProfileTexts(asked, comparison, field));
            };
        }

        private String accepted() {
            String profile = Stream.of(ProfileField.values())
                    .filter(field ->
                            scope == Scope.CAUSE || scope == Scope.ASSIGNMENT || field != ProfileField.SEGMENTS)
                    .map(ProfileField::json)
                    .collect(Collectors.joining(", "));
            return switch (scope) {
                case EVENT -> EVENT_FIELDS;
                case PROFILE -> profile;
                case ASSIGNMENT -> "attributes.*, " + profile;
                case CAUSE -> EVENT_FIELDS + ", " + profile + " (and with type behavior the bare name of a property)";
            };
        }

        private @Nullable FieldSource refuseField(String why) {
            out.add(new Violation(
                    JsonPath.child(path, "field"), "PATH", JsonPath.quote(condition.field()) + " " + why));
            return null;
        }
    }
}
