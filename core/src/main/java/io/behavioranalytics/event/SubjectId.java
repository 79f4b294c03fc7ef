package io.behavioranalytics.event;

/**
 * Whom a timeline belongs to: a lead, or a session that is not yet linked to a lead. Leads come before sessions, and among each the
 * ids in the order of their code points, in every store.
 *
 * @param kind which of the two
 * @param value the lead's or session's id, 1 to 128 code points
 */
public record SubjectId(Kind kind, String value) implements Comparable<SubjectId> {
    /** The kind of subject. */
    public enum Kind {
        /** A person the host knows by an id. */
        LEAD,
        /** A visitor known by a session alone. */
        SESSION
    }

    /**
     * Checks the id.
     *
     * @throws IllegalArgumentException if the value is empty
     */
    public SubjectId {
        if (value.isEmpty()) {
            throw new IllegalArgumentException("a subject's id must not be empty");
        }
    }

    /**
     * Names a lead.
     *
     * @param leadId the lead's id
     * @return the subject
     */
    public static SubjectId lead(String leadId) {
        return new SubjectId(Kind.LEAD, leadId);
    }

    /**
     * Names a session.
     *
     * @param sessionId the session's id
     * @return the subject
     */
    public static SubjectId session(String sessionId) {
        return new SubjectId(Kind.SESSION, sessionId);
    }

    /**
     * Tells whether this subject is a lead.
     *
     * @return true for a lead, false for a session
     */
    public boolean isLead() {
        return kind == Kind.LEAD;
    }

    /**
     * The name under which log lines mention this subject. It is the same for the life of this process, tells nothing of the id to
     * those who lack the process's secret key, and is no key to anything: whoever has an id can compare.
     *
     * @return the kind and eight hexadecimal digits, such as {@code lead#0f3a97c1}
     */
    public String pseudonym() {
        return Pseudonyms.of(this);
    }

    @Override
    public int compareTo(SubjectId other) {
        int byKind = kind.compareTo(other.kind);
        return byKind != 0 ? byKind : CodePoints.compare(value, other.value);
    }

    @Override
    public String toString() {
        return (kind == Kind.LEAD ? "lead:" : "session:") + value;
    }
}
