package io.behavioranalytics.examples.quickstart;

/** Says why one line of the input cannot become an event; the message is for people. */
final class UnreadableException extends Exception {
    private static final long serialVersionUID = 1L;

    UnreadableException(String reason) {
        super(reason);
    }

    /** The reason, never empty. */
    String reason() {
        return String.valueOf(getMessage());
    }

    /** A piece of the input for a message: in quotes, 64 characters at most, control characters shown as dots. */
    static String quote(String text) {
        int end = text.length() <= 64
                ? text.length()
                : text.offsetByCodePoints(0, Math.min(60, text.codePointCount(0, text.length())));
        String shown = text.substring(0, end).replaceAll("\\p{Cntrl}", ".");
        return "'" + shown + (end < text.length() ? "…'" : "'");
    }
}
