package io.behavioranalytics.json;

/** A document that is not JSON, or is beyond the limits; says where and why, and echoes nothing of its contents. */
public final class JsonException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The kind of fault. */
    private final String code;

    /** Where in the document. */
    private final String path;

    /**
     * Makes the exception.
     *
     * @param code the kind of fault, see {@link Violation#code()}
     * @param path where in the document, empty for the document as a whole
     * @param message a sentence for a person
     */
    public JsonException(String code, String path, String message) {
        super(message);
        this.code = code;
        this.path = path;
    }

    /**
     * The kind of fault.
     *
     * @return a code such as {@code SYNTAX}
     */
    public String code() {
        return code;
    }

    /**
     * Where in the document.
     *
     * @return a path, empty for the document as a whole
     */
    public String path() {
        return path;
    }

    /**
     * This fault as a value.
     *
     * @return the violation
     */
    public Violation violation() {
        return new Violation(path, code, String.valueOf(getMessage()));
    }
}
