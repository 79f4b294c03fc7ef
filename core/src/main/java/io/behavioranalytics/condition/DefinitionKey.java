package io.behavioranalytics.condition;

import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The key of a definition, by which references name it (S27): words of {@code a-z} and digits joined by single hyphens, at
 * most 64 characters, and not of the form of a UUID, since references take either.
 */
public final class DefinitionKey {
    /** What is accepted, for messages. */
    public static final String FORM = "lower case letters a-z, digits and single hyphens between them, at most 64 "
            + "characters, not of the form of a UUID";

    private static final int MAX_LENGTH = 64;
    private static final Pattern KEY = Pattern.compile("[a-z0-9]+(-[a-z0-9]+)*");
    private static final Pattern UUID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    private DefinitionKey() {}

    /**
     * Tells whether a text can be a key.
     *
     * @param text any text
     * @return true if it can
     */
    public static boolean isKey(String text) {
        return text.length() <= MAX_LENGTH
                && KEY.matcher(text).matches()
                && !UUID.matcher(text).matches();
    }

    /**
     * Makes a key of a name: lower case, every run of other characters a hyphen.
     *
     * @param name any text
     * @return the key, or null if none comes of it: nothing is left, or too much
     */
    public static @Nullable String slug(String name) {
        StringBuilder slug = new StringBuilder();
        String lower = name.toLowerCase(Locale.ROOT);
        boolean gap = false;
        for (int i = 0; i < lower.length(); i++) {
            char c = lower.charAt(i);
            if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
                if (gap && slug.length() > 0) {
                    slug.append('-');
                }
                slug.append(c);
                gap = false;
            } else {
                gap = true;
            }
        }
        String key = slug.toString();
        return isKey(key) ? key : null;
    }
}
