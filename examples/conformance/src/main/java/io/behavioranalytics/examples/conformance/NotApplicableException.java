package io.behavioranalytics.examples.conformance;

/** Says that a case is of something that the library does not offer, and why; such a case is not run. */
final class NotApplicableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NotApplicableException(String message) {
        super(message);
    }
}
