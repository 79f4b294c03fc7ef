package io.behavioranalytics;

import java.util.UUID;

/**
 * An event could not be decided or stored because of a defect, of this library or of a store; nothing of it is acknowledged.
 *
 * <p>Other events of the same batch are not touched by it. The cause says what went wrong.
 */
public final class DecisionFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The event. */
    private final UUID eventId;

    DecisionFailedException(UUID eventId, Throwable cause) {
        super("event " + eventId + " could not be decided: " + cause.getClass().getName(), cause);
        this.eventId = eventId;
    }

    /**
     * The event.
     *
     * @return its id
     */
    public UUID eventId() {
        return eventId;
    }
}
