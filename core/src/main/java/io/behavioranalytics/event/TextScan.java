package io.behavioranalytics.event;

/**
 * What one look at a text tells: the worst fault of its characters, and its size as JSON and in code points. One object serves many
 * texts, one after the other.
 */
final class TextScan {
    /** What is wrong with a text, the worst first. */
    enum Fault {
        /** U+0000, which not every store can keep. */
        NUL,
        /** A surrogate without its pair. */
        UNPAIRED,
        /** A control character other than tab, line feed and carriage return. */
        CONTROL,
        /** Any other control character: a fault in ids and names alone. */
        STRICT_CONTROL,
        /** Nothing. */
        NONE;

        String code() {
            return this == NUL ? "NUL" : this == UNPAIRED ? "UNICODE" : "CONTROL";
        }

        /**
         * Says what is not accepted.
         *
         * @param strict true for an id or a name
         */
        String reason(boolean strict) {
            return switch (this) {
                case NUL -> "the character U+0000 is not accepted";
                case UNPAIRED -> "a surrogate without its pair is not accepted";
                default ->
                    strict
                            ? "control characters are not accepted here"
                            : "control characters other than tab, line feed and carriage return are not accepted";
            };
        }

        private Fault or(Fault other) {
            return compareTo(other) <= 0 ? this : other;
        }
    }

    private int bytes;
    private int points;

    /** Looks at a text, and forgets the one before. */
    Fault of(String text) {
        int length = text.length();
        Fault worst = Fault.NONE;
        int size = length + 2;
        int pairs = 0;
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c >= 0x20 && c < 0x7f) {
                if (c == '"' || c == '\\') {
                    size++;
                }
            } else if (c < 0x20) {
                boolean shortEscape = c == '\n' || c == '\r' || c == '\t' || c == '\b' || c == '\f';
                size += shortEscape ? 1 : 5;
                boolean ordinary = c == '\n' || c == '\r' || c == '\t';
                worst = worst.or(c == 0 ? Fault.NUL : ordinary ? Fault.STRICT_CONTROL : Fault.CONTROL);
            } else if (c < 0xa0) {
                size += c == 0x7f ? 0 : 1;
                worst = worst.or(Fault.STRICT_CONTROL);
            } else if (!Character.isSurrogate(c)) {
                size += c < 0x800 ? 1 : 2;
            } else if (Character.isHighSurrogate(c) && i + 1 < length && Character.isLowSurrogate(text.charAt(i + 1))) {
                size += 2;
                pairs++;
                i++;
            } else {
                size += 2;
                worst = worst.or(Fault.UNPAIRED);
            }
        }
        bytes = size;
        points = length - pairs;
        return worst;
    }

    /** The size of the last text as JSON, with quotes and escapes. */
    int bytes() {
        return bytes;
    }

    /** The code points of the last text. */
    int points() {
        return points;
    }
}
