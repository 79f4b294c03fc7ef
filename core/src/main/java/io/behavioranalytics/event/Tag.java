package io.behavioranalytics.event;

/** What a tag of a lead may be. */
public final class Tag {
    /** The most characters of a tag. */
    public static final int LONGEST = 100;

    /** The rule in words, for messages. */
    public static final String FORM = "must be a text of 1 to " + LONGEST
            + " characters, without control characters and without blanks at its ends";

    private Tag() {}

    /**
     * Tells whether a text could be a tag.
     *
     * @param text any text
     * @return true if it has 1 to {@value #LONGEST} characters, none of them a control character or half of one, and no blank at an
     *     end
     */
    public static boolean isOne(String text) {
        return !text.isEmpty()
                && text.equals(text.strip())
                && text.codePointCount(0, text.length()) <= LONGEST
                && text.codePoints()
                        .noneMatch(character -> Character.isISOControl(character)
                                || Character.getType(character) == Character.SURROGATE);
    }
}
