package io.behavioranalytics.report;

/** A report would have more lines than a report may have, by what the events hold: ask for less. */
public final class ReportLimitException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes the exception.
     *
     * @param message what there is too much of, and how much is accepted
     */
    public ReportLimitException(String message) {
        super(message);
    }
}
