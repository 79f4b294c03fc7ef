package io.behavioranalytics.event;

import io.behavioranalytics.json.Violation;
import java.util.List;

/** An event that was refused as a whole; lists every violation with the path of its field, and shows no person's data. */
public final class InvalidEventException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Violation[] violations;

    /**
     * Makes the exception.
     *
     * @param violations at least one
     */
    public InvalidEventException(List<Violation> violations) {
        super("event refused: " + Violation.describe(violations));
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
