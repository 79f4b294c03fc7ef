package io.behavioranalytics.examples.quickstart;

/** Says what is wrong with the command line, or with a file that it names; the message is for people. */
final class UsageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UsageException(String message) {
        super(message);
    }
}
