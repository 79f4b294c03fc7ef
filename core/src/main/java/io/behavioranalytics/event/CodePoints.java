package io.behavioranalytics.event;

/**
 * The order of texts: by code points, as databases sort their UTF-8. {@link String#compareTo} would put what lies beyond U+FFFF
 * before U+E000, since it compares UTF-16 units.
 */
final class CodePoints {
    private CodePoints() {}

    static int compare(String one, String other) {
        int common = Math.min(one.length(), other.length());
        for (int i = 0; i < common; i++) {
            char mine = one.charAt(i);
            char theirs = other.charAt(i);
            if (mine != theirs) {
                boolean beyond = Character.isSurrogate(mine);
                return beyond == Character.isSurrogate(theirs) ? Character.compare(mine, theirs) : beyond ? 1 : -1;
            }
        }
        return Integer.compare(one.length(), other.length());
    }
}
