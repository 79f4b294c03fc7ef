package io.behavioranalytics.json;

/**
 * One fault of outside data: where it is, what kind it is, and what would be accepted.
 *
 * @param path the faulty field as a path such as {@code properties.items[3].name}; empty for the document as a whole
 * @param code the kind of fault, such as {@code DEPTH}, {@code DUP_KEY}, {@code TYPE} or {@code UNKNOWN_FIELD}
 * @param message a sentence for a person; never echoes more than 64 characters of a value
 */
public record Violation(String path, String code, String message) {
    /** Checks that the code is there. */
    public Violation {
        if (code.isEmpty()) {
            throw new IllegalArgumentException("a violation needs a code");
        }
    }

    @Override
    public String toString() {
        return (path.isEmpty() ? "" : path + ": ") + message + " [" + code + "]";
    }

    /**
     * Describes violations in one line, the first ten of them in full.
     *
     * @param violations any number
     * @return one line of text
     */
    public static String describe(Iterable<Violation> violations) {
        StringBuilder text = new StringBuilder();
        int count = 0;
        for (Violation violation : violations) {
            count++;
            if (count <= 10) {
                text.append(count == 1 ? "" : "; ").append(violation);
            }
        }
        if (count > 10) {
            text.append("; and ").append(count - 10).append(" more");
        }
        return text.toString();
    }
}
