package io.behavioranalytics.json;

/** JSON laid out for people and for line-by-line comparison: one value a line, two blanks for each level, a line feed at the end. */
public final class JsonLayout {
    private JsonLayout() {}

    /**
     * Lays out a compact document. Equal documents give equal texts.
     *
     * @param compact what {@link Json#write} wrote: JSON without blanks between its parts
     * @return the same document over several lines
     */
    public static String indent(String compact) {
        StringBuilder out = new StringBuilder(compact.length() * 2);
        int depth = 0;
        boolean text = false;
        for (int i = 0; i < compact.length(); i++) {
            char c = compact.charAt(i);
            if (text) {
                out.append(c);
                if (c == '\\') {
                    out.append(compact.charAt(++i));
                } else if (c == '"') {
                    text = false;
                }
                continue;
            }
            switch (c) {
                case '"' -> {
                    text = true;
                    out.append(c);
                }
                case '{', '[' -> {
                    char next = compact.charAt(i + 1);
                    if (next == '}' || next == ']') {
                        out.append(c).append(next);
                        i++;
                    } else {
                        line(out.append(c), ++depth);
                    }
                }
                case '}', ']' -> {
                    line(out, --depth);
                    out.append(c);
                }
                case ',' -> line(out.append(c), depth);
                case ':' -> out.append(": ");
                default -> out.append(c);
            }
        }
        return out.append('\n').toString();
    }

    private static void line(StringBuilder out, int depth) {
        out.append('\n').append("  ".repeat(depth));
    }
}
