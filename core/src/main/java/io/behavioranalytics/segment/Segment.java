package io.behavioranalytics.segment;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A named group of subjects, defined by criteria; each change makes a new version.
 *
 * @param id the identity
 * @param key the unique slug of the name that references may use
 * @param version 1 for the first, one more with each change
 * @param name what people call it, 1 to 200 characters, not blank
 * @param description what it is for, or null
 * @param type how members come about
 * @param status whether it is evaluated
 * @param criteria who belongs to it
 * @param isPublic whether viewers see it
 * @param tags filters of lists
 * @param definedIn the version of all definitions that this version of the segment came with: whoever was decided on an older one was
 *     decided without it
 * @param createdAt when the first version was saved
 * @param updatedAt when this version was saved
 */
public record Segment(
        UUID id,
        String key,
        long version,
        String name,
        @Nullable String description,
        Type type,
        Status status,
        Criteria criteria,
        boolean isPublic,
        List<String> tags,
        long definedIn,
        Instant createdAt,
        Instant updatedAt) {
    /** The key of the built-in segment that everybody is in (S27). */
    public static final String ALL_VISITORS = "all-visitors";

    /** How members come about. */
    public enum Type {
        /** Evaluated live: right at every instant. */
        DYNAMIC;

        private final String json = name().toLowerCase(Locale.ROOT);

        /**
         * The name used in JSON and SQL.
         *
         * @return lower case
         */
        public String json() {
            return json;
        }
    }

    /** Whether a segment is evaluated. */
    public enum Status {
        /** Being written; has no members. */
        DRAFT,
        /** Evaluated. */
        ACTIVE,
        /** Switched off; has no members. */
        INACTIVE;

        private final String json = name().toLowerCase(Locale.ROOT);

        /**
         * The name used in JSON and SQL.
         *
         * @return lower case
         */
        public String json() {
            return json;
        }
    }

    /** Copies the tags. */
    public Segment {
        tags = List.copyOf(tags);
    }

    /**
     * This version in another status, for a question of what would be.
     *
     * @param other the status
     * @return the segment, which is not saved
     */
    public Segment as(Status other) {
        return new Segment(
                id,
                key,
                version,
                name,
                description,
                type,
                other,
                criteria,
                isPublic,
                tags,
                definedIn,
                createdAt,
                updatedAt);
    }
}
