package io.behavioranalytics.json;

import java.util.Locale;

/** Paths of fields for people to read: {@code properties.items[3].name}; unusual names stand quoted in brackets. */
public final class JsonPath {
    private static final int SHOWN = 64;

    private JsonPath() {}

    /**
     * The path of a field within an object.
     *
     * @param parent the object's path, empty for the document
     * @param name the field's name, whatever it contains
     * @return the field's path, in one line, showing at most 64 characters of the name
     */
    public static String child(String parent, String name) {
        StringBuilder path = new StringBuilder(parent);
        append(path, name);
        return path.toString();
    }

    /**
     * The path of an element within an array.
     *
     * @param parent the array's path, empty for the document
     * @param index 0 or more
     * @return the element's path
     */
    public static String element(String parent, int index) {
        return parent + '[' + index + ']';
    }

    static void append(StringBuilder path, String name) {
        if (isPlain(name)) {
            if (path.length() > 0) {
                path.append('.');
            }
            path.append(name);
        } else {
            path.append('[').append(quote(name)).append(']');
        }
    }

    /**
     * A text in double quotes for a message: in one line, printable, at most 64 characters of it.
     *
     * @param text any text
     * @return the quoted text
     */
    public static String quote(String text) {
        StringBuilder quoted = new StringBuilder(Math.min(text.length(), SHOWN) + 8).append('"');
        int shown = 0;
        int index = 0;
        while (index < text.length() && shown < SHOWN) {
            int codePoint = text.codePointAt(index);
            index += Character.charCount(codePoint);
            shown++;
            if (codePoint == '"' || codePoint == '\\') {
                quoted.append('\\').append((char) codePoint);
            } else if (isPrintable(codePoint)) {
                quoted.appendCodePoint(codePoint);
            } else {
                quoted.append(String.format(Locale.ROOT, "\\u%04x", codePoint));
            }
        }
        if (index < text.length()) {
            quoted.append('…');
        }
        return quoted.append('"').toString();
    }

    /** Format characters are shown by number as well: a right-to-left mark would turn a log line round. */
    private static boolean isPrintable(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.UNASSIGNED,
                    Character.PRIVATE_USE -> false;
            default -> true;
        };
    }

    private static boolean isPlain(String name) {
        if (name.isEmpty() || name.length() > SHOWN) {
            return false;
        }
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-';
            boolean digit = c >= '0' && c <= '9';
            if (!letter && !(digit && i > 0)) {
                return false;
            }
        }
        return true;
    }
}
