package io.behavioranalytics.event;

import io.behavioranalytics.json.Violation;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An event that was refused as a whole; lists every violation with the path of its field, and shows no person's data. */
public final class InvalidEventException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient @Nullable List<Violation> violations; // lost when a host serializes the exception

    /**
     * Makes the exception.
     *
     * @param violations at least one
     */
    public InvalidEventException(List<Violation> violations) {
        super("event refused: " + Violation.describe(violations));
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
