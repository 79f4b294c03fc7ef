package io.behavioranalytics.segment;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A named group of subjects, defined by criteria or set by the host; each change makes a new version.
 *
 * @param id the identity
 * @param key the unique slug of the name that references may use
 * @param version 1 for the first, one more with each change
 * @param name what people call it, 1 to 200 characters, not blank
 * @param description what it is for, or null
 * @param type how members come about
 * @param status whether it is evaluated
 * @param criteria who belongs to it; empty for a static segment
 * @param calculations as of which instants a behavioral segment is calculated; {@link Calculations#NONE} for others
 * @param isPublic whether viewers see it
 * @param tags filters of lists
 * @param definedIn the version of all definitions since which its members are decided as they are now: whoever was decided on an older
 *     one was decided without it; a new name or tag leaves it as it was
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
        Calculations calculations,
        boolean isPublic,
        List<String> tags,
        long definedIn,
        Instant createdAt,
        Instant updatedAt) {
    /** What the keys of versions that do not answer contain, and no other key. */
    static final String APART = "@";

    /** The key of the built-in segment that everybody is in (S27). */
    public static final String ALL_VISITORS = "all-visitors";

    /** How members come about. */
    public enum Type {
        /** Evaluated live: right at every instant. */
        DYNAMIC,
        /** Set by the host, member by member; without criteria. */
        STATIC,
        /** Evaluated as of instants of a schedule and on demand: right as of the last of them. */
        BEHAVIORAL;

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
        return copy(id, key, version, other, criteria, calculations, definedIn, updatedAt);
    }

    /**
     * Whether the same subjects belong to both as of the same calculation, whatever else differs.
     *
     * @param other another version
     * @return true if type, status, criteria and schedule are equal
     */
    public boolean hasMembersOf(Segment other) {
        return type == other.type
                && status == other.status
                && criteria.equals(other.criteria)
                && Objects.equals(calculations.schedule(), other.calculations.schedule());
    }

    /**
     * This version with other instants of calculation, everything else as it is.
     *
     * @param others the instants
     * @return the segment, which is not saved
     */
    public Segment calculatedAt(Calculations others) {
        return copy(id, key, version, status, criteria, others, definedIn, updatedAt);
    }

    /**
     * Whether its members are those of the last calculation.
     *
     * @return true for a behavioral segment
     */
    public boolean isBehavioral() {
        return type == Type.BEHAVIORAL;
    }

    /**
     * The same segment once more, as a later version: nobody has to be decided anew for it.
     *
     * @param laterVersion its number
     * @param at when it is saved
     * @return the same, {@link #definedIn} included
     */
    public Segment renewed(long laterVersion, Instant at) {
        return copy(id, key, laterVersion, status, criteria, calculations, definedIn, at);
    }

    /**
     * This version as it is evaluated beside the one that answers (S16): its members are kept under an id of their own, and under a
     * key that no reference of a host can name.
     *
     * @param references what its references are there
     */
    Segment apart(UnaryOperator<String> references) {
        return copy(
                apartId(),
                apartKey(),
                version,
                status,
                criteria.referring(references),
                calculations,
                definedIn,
                updatedAt);
    }

    /** The key under which it is evaluated apart. */
    String apartKey() {
        return key + APART + definedIn;
    }

    /** The same as if it had come with other definitions. */
    Segment definedAs(long definitions) {
        return copy(id, key, version, status, criteria, calculations, definitions, updatedAt);
    }

    private Segment copy(
            UUID otherId,
            String otherKey,
            long otherVersion,
            Status otherStatus,
            Criteria otherCriteria,
            Calculations otherCalculations,
            long otherDefinedIn,
            Instant at) {
        return new Segment(
                otherId,
                otherKey,
                otherVersion,
                name,
                description,
                type,
                otherStatus,
                otherCriteria,
                otherCalculations,
                isPublic,
                tags,
                otherDefinedIn,
                createdAt,
                at);
    }

    /**
     * The id under which the members of this version are kept while it does not answer yet, and until its entries and exits are
     * recorded.
     *
     * @return an id that is made of the segment's id and of {@link #definedIn}
     */
    public UUID apartId() {
        return apartId(id, definedIn);
    }

    private static UUID apartId(UUID id, long definedIn) {
        return UUID.nameUUIDFromBytes((id + APART + definedIn).getBytes(StandardCharsets.UTF_8));
    }

    /** Whether this is a version of a segment, in force or apart. */
    boolean isVersionOf(UUID segmentId) {
        return id.equals(segmentId) || (isApart(key) && id.equals(apartId(segmentId, definedIn)));
    }

    /**
     * Whether a key is one that this class made.
     *
     * @param key the key of a membership
     * @return false for every key that a segment can have
     */
    public static boolean isApart(String key) {
        return key.contains(APART);
    }
}
