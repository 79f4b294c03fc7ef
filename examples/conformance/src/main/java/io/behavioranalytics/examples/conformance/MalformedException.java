package io.behavioranalytics.examples.conformance;

/** Says what is wrong with a file or a case of vectors; the message is for people. */
final class MalformedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    MalformedException(String message) {
        super(message);
    }
}
