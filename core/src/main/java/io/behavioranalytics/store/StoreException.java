package io.behavioranalytics.store;

/** The storage failed in a way that a later attempt may survive. Its message is written to logs. */
public final class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Says what failed.
     *
     * @param message what failed, with ids and states, never with a person's data
     * @param cause the storage's own exception
     */
    public StoreException(String message, Throwable cause) {
        super(message, cause);
    }

    /**
     * Says what failed.
     *
     * @param message what failed, with ids and states, never with a person's data
     */
    public StoreException(String message) {
        super(message);
    }
}
