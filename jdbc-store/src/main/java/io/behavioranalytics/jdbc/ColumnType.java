package io.behavioranalytics.jdbc;

/** The types of the columns that rows are written to in bulk, with the name of PostgreSQL's array element that carries them. */
enum ColumnType {
    /** A text. */
    TEXT("text"),
    /** A list of texts, none of which holds the unit separator. */
    TEXTS("text"),
    /** A {@link java.util.UUID}. */
    UUID("uuid"),
    /** An {@link Integer}. */
    INTEGER("int4"),
    /** A {@link Long}. */
    LONG("int8"),
    /** A {@link Double}. */
    DOUBLE("float8"),
    /** A {@link Boolean}. */
    BOOLEAN("bool"),
    /** An {@link java.time.Instant} of whole microseconds. */
    INSTANT("timestamptz"),
    /** An array of bytes. */
    BYTES("bytea"),
    /** A JSON document as text, in the database's binary form. */
    JSONB("text"),
    /** A JSON document as text, kept as it is. */
    JSON("text");

    /** Between the texts of one {@link #TEXTS} value on their way to PostgreSQL, which has no ragged arrays of arrays. */
    static final char SEPARATOR = '\u001f';

    private final String element;

    ColumnType(String element) {
        this.element = element;
    }

    /**
     * The type of an array's elements that carries values of this type to PostgreSQL.
     *
     * @return PostgreSQL's name of the type
     */
    String element() {
        return element;
    }
}
