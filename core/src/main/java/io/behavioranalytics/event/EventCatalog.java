package io.behavioranalytics.event;

import static io.behavioranalytics.event.Category.COMMUNICATION;
import static io.behavioranalytics.event.Category.CONTENT;
import static io.behavioranalytics.event.Category.CONVERSION;
import static io.behavioranalytics.event.Category.ENGAGEMENT;
import static io.behavioranalytics.event.Category.INTENT;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The types of events that are accepted: the 20 built-in ones and the host's own. Immutable.
 *
 * <p>An unknown type is refused by name, unless the catalog is open: then it counts as engagement, with no points.
 */
public final class EventCatalog {
    /** Names that the library gives meaning to: system events, and what triggers start from. */
    private static final Set<String> RESERVED = Set.of(
            "identify",
            "unlink",
            "attributes_set",
            "tag_added",
            "tag_removed",
            "segment_joined",
            "segment_left",
            "segment_released",
            "consent_given",
            "consent_withdrawn",
            "segment_entered",
            "segment_exited",
            "pattern_changed",
            "score_crossed",
            "inactivity",
            "sequence");

    private static final String RESERVED_PREFIX = "system_";

    private static final EventCatalog BUILT_IN = new Builder().build();

    private final Map<String, EventDefinition> definitions;
    private final boolean open;

    private EventCatalog(Map<String, EventDefinition> definitions, boolean open) {
        this.definitions = Collections.unmodifiableMap(new LinkedHashMap<>(definitions));
        this.open = open;
    }

    /**
     * The 20 built-in types and no other.
     *
     * @return the catalog by default
     */
    public static EventCatalog builtIn() {
        return BUILT_IN;
    }

    /**
     * Starts a catalog with the 20 built-in types.
     *
     * @return a builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Tells whether types that nobody declared are accepted.
     *
     * @return true if so
     */
    public boolean isOpen() {
        return open;
    }

    /**
     * Every declared type.
     *
     * @return the built-in ones, then the host's own in the order of their declaration
     */
    public Collection<EventDefinition> definitions() {
        return definitions.values();
    }

    /**
     * What is declared about a type.
     *
     * @param type the type
     * @return the definition, or empty if the type is not declared
     */
    public Optional<EventDefinition> definition(EventType type) {
        return Optional.ofNullable(definitions.get(type.name()));
    }

    /**
     * Tells whether events of a type are accepted.
     *
     * @param type the type
     * @return true if it is declared, or the catalog is open and the name not reserved
     */
    public boolean accepts(EventType type) {
        return definitions.containsKey(type.name()) || (open && !isReserved(type.name()));
    }

    /**
     * The category of events that name none themselves.
     *
     * @param type any type
     * @return the declared category, else engagement
     */
    public Category categoryOf(EventType type) {
        EventDefinition definition = definitions.get(type.name());
        return definition == null ? ENGAGEMENT : definition.category();
    }

    /**
     * The engagement points of one event.
     *
     * @param type any type
     * @return the declared points, else 0
     */
    public int pointsOf(EventType type) {
        EventDefinition definition = definitions.get(type.name());
        return definition == null ? 0 : definition.points();
    }

    /**
     * Tells whether a name has a meaning of its own to the library, so that no host may declare or track it.
     *
     * @param name any name
     * @return true for {@code identify}, {@code segment_entered} and their like, and for all that starts with {@code system_}
     */
    public static boolean isReserved(String name) {
        return RESERVED.contains(name) || name.startsWith(RESERVED_PREFIX);
    }

    @Nullable
    EventDefinition find(String name) {
        return definitions.get(name);
    }

    /** Collects the types of a catalog; not safe for several threads. */
    public static final class Builder {
        private final Map<String, EventDefinition> definitions = new LinkedHashMap<>();
        private boolean open;

        private Builder() {
            builtIn(EventType.PAGE_VIEW, ENGAGEMENT, 1);
            builtIn(EventType.TIME_ON_PAGE, ENGAGEMENT, 1);
            builtIn(EventType.SCROLL_DEPTH, ENGAGEMENT, 1);
            builtIn(EventType.CLICK_OUTBOUND, ENGAGEMENT, 1);
            builtIn(EventType.FORM_START, INTENT, 3);
            builtIn(EventType.FORM_SUBMIT, INTENT, 5);
            builtIn(EventType.FORM_ABANDON, INTENT, 3);
            builtIn(EventType.FILTER_USAGE, INTENT, 3);
            builtIn(EventType.EMAIL_OPEN, COMMUNICATION, 2);
            builtIn(EventType.EMAIL_CLICK, COMMUNICATION, 3);
            builtIn(EventType.EMAIL_REPLY, COMMUNICATION, 4);
            builtIn(EventType.VIDEO_PLAY, CONTENT, 2);
            builtIn(EventType.DOWNLOAD, CONTENT, 3);
            builtIn(EventType.SOCIAL_SHARE, CONTENT, 3);
            builtIn(EventType.SEARCH_QUERY, INTENT, 2);
            builtIn(EventType.QUOTE_REQUEST, INTENT, 8);
            builtIn(EventType.APPLICATION_START, CONVERSION, 12);
            builtIn(EventType.APPLICATION_COMPLETE, CONVERSION, 15);
            builtIn(EventType.PHONE_CALL, COMMUNICATION, 6);
            builtIn(EventType.TEXT_INTERACTION, COMMUNICATION, 4);
        }

        private void builtIn(EventType type, Category category, int points) {
            definitions.put(type.name(), new EventDefinition(type, category, points, Map.of()));
        }

        /**
         * Declares a type of the host's own without properties.
         *
         * @param name of the form {@code [a-z][a-z0-9_]{0,63}}
         * @param category any but {@link Category#SYSTEM}
         * @param points engagement points, 0 to 1,000
         * @return this builder
         * @throws IllegalArgumentException if the name is malformed, reserved or declared already
         */
        public Builder declare(String name, Category category, int points) {
            return declare(name, category, points, Map.of());
        }

        /**
         * Declares a type of the host's own.
         *
         * @param name of the form {@code [a-z][a-z0-9_]{0,63}}
         * @param category any but {@link Category#SYSTEM}
         * @param points engagement points, 0 to 1,000
         * @param properties the types of its properties by name
         * @return this builder
         * @throws IllegalArgumentException if the name is malformed, reserved or declared already, or the points are out of
         *     range
         */
        public Builder declare(String name, Category category, int points, Map<String, PropertyType> properties) {
            EventType type = EventType.of(name);
            if (isReserved(name)) {
                throw new IllegalArgumentException("event type is reserved for the library: " + name);
            }
            if (category == Category.SYSTEM) {
                throw new IllegalArgumentException("category system is reserved for the library: " + name);
            }
            if (definitions.containsKey(name)) {
                throw new IllegalArgumentException("event type is declared already: " + name);
            }
            definitions.put(name, new EventDefinition(type, category, points, properties));
            return this;
        }

        /**
         * Accepts types that nobody declared.
         *
         * @return this builder
         */
        public Builder open() {
            open = true;
            return this;
        }

        /**
         * Makes the catalog; the builder stays as it is.
         *
         * @return the catalog
         */
        public EventCatalog build() {
            return new EventCatalog(definitions, open);
        }
    }
}
