package io.behavioranalytics.json;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A definition that was refused as a whole; lists every violation found, so that one round of corrections suffices. */
public final class InvalidDefinitionException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient @Nullable List<Violation> violations; // lost when a host serializes the exception

    /**
     * Makes the exception.
     *
     * @param violations at least one
     */
    public InvalidDefinitionException(List<Violation> violations) {
        super("definition refused: " + Violation.describe(violations));
        this.violations = List.copyOf(violations);
    }

    /**
     * What is wrong.
     *
     * @return every violation, in the order in which they were found
     */
    public List<Violation> violations() {
        return violations == null ? List.of() : violations;
    }
}
