package io.behavioranalytics.json;

import java.util.List;

/** A definition that was refused as a whole; lists every violation found, so that one round of corrections suffices. */
public final class InvalidDefinitionException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Violation[] violations;

    /**
     * Makes the exception.
     *
     * @param violations at least one
     */
    public InvalidDefinitionException(List<Violation> violations) {
        super("definition refused: " + Violation.describe(violations));
        this.violations = violations.toArray(new Violation[0]);
    }

    /**
     * What is wrong.
     *
     * @return every violation, in the order in which they were found
     */
    public List<Violation> violations() {
        return List.of(violations);
    }
}
