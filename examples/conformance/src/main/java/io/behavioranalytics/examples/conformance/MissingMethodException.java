package io.behavioranalytics.examples.conformance;

/** Says that the library has no method for what a case asks; such a case has failed. */
final class MissingMethodException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    MissingMethodException(String message) {
        super(message);
    }
}
