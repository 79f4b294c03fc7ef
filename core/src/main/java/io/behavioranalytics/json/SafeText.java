package io.behavioranalytics.json;

/** Text from outside, made harmless for log lines, error columns and messages. */
public final class SafeText {
    private SafeText() {}

    /**
     * Escapes control characters, line and paragraph separators, direction marks and lone surrogates, and cuts the result.
     *
     * @param text any text
     * @param limit the most characters of the result, at least 1
     * @return one printable line
     */
    public static String escape(String text, int limit) {
        StringBuilder out = new StringBuilder(Math.min(text.length(), limit) + 8);
        int index = 0;
        while (index < text.length()) {
            int codePoint = text.codePointAt(index);
            String piece = piece(codePoint);
            if (out.length() + piece.length() > limit - 1
                    && !(isLast(text, index) && out.length() + piece.length() <= limit)) {
                return out.append('…').toString();
            }
            out.append(piece);
            index += Character.charCount(codePoint);
        }
        return out.toString();
    }

    private static boolean isLast(String text, int index) {
        return index + Character.charCount(text.codePointAt(index)) == text.length();
    }

    private static String piece(int codePoint) {
        return switch (codePoint) {
            case '\n' -> "\\n";
            case '\r' -> "\\r";
            case '\t' -> "\\t";
            default ->
                switch (Character.getType(codePoint)) {
                    case Character.CONTROL,
                            Character.FORMAT,
                            Character.LINE_SEPARATOR,
                            Character.PARAGRAPH_SEPARATOR,
                            Character.SURROGATE -> String.format("\\u%04x", codePoint);
                    default -> Character.toString(codePoint);
                };
        };
    }
}
