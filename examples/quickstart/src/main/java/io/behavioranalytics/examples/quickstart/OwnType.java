package io.behavioranalytics.examples.quickstart;

import io.behavioranalytics.event.Category;
import io.behavioranalytics.event.EventCatalog;
import io.behavioranalytics.event.EventType;
import java.util.Locale;

/**
 * A type of event that the library does not bring along.
 *
 * @param type its name
 * @param category what kind of interaction it is
 * @param points what it adds to the engagement score
 */
record OwnType(EventType type, Category category, int points) {
    /** What {@code --own-types auto} declares. */
    static OwnType automatic(EventType type) {
        return new OwnType(type, Category.ENGAGEMENT, 1);
    }

    /**
     * Reads {@code name:category:points}.
     *
     * @throws UsageException if it is not of that form
     */
    static OwnType parse(String text) {
        String[] parts = text.split(":", -1);
        if (parts.length != 3 || !EventType.isName(parts[0]) || !parts[2].matches("\\d{1,3}")) {
            throw new UsageException("--own-type takes name:category:points, such as purchase:conversion:15, not "
                    + UnreadableException.quote(text));
        }
        if (EventCatalog.isReserved(parts[0]) || EventType.BUILT_IN.contains(EventType.of(parts[0]))) {
            throw new UsageException("--own-type needs a name that the library does not use itself: " + parts[0]);
        }
        Category category = Category.parse(parts[1])
                .filter(any -> any != Category.SYSTEM)
                .orElseThrow(() -> new UsageException("--own-type knows the categories engagement, content, intent, "
                        + "conversion and communication, not " + UnreadableException.quote(parts[1])));
        return new OwnType(EventType.of(parts[0]), category, Integer.parseInt(parts[2]));
    }

    /** Makes a name of a type out of any text: lower case, other characters become underscores. */
    static String toName(String text) {
        String name = text.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "_");
        return Character.isLetter(name.codePointAt(0)) ? name : "t" + name;
    }
}
