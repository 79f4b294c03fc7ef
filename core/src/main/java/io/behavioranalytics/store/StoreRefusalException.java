package io.behavioranalytics.store;

/**
 * The storage refuses for good what was to be stored, as by a constraint of the host's; nothing of the batch is stored. Its message is
 * written to logs and told to whoever tracked the event.
 */
public final class StoreRefusalException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Says what was refused.
     *
     * @param message what was refused, with codes, never with a person's data
     * @param cause the storage's own exception
     */
    public StoreRefusalException(String message, Throwable cause) {
        super(message, cause);
    }
}
