package io.behavioranalytics.event;

import io.behavioranalytics.json.JsonPath;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The name of what happened, such as {@code page_view}; the 20 built-in types are constants, hosts make their own.
 *
 * @param name lower case letters, digits and underscores, starting with a letter, at most 64 characters
 */
public record EventType(String name) implements Comparable<EventType> {
    /** A page was viewed. */
    public static final EventType PAGE_VIEW = new EventType("page_view");
    /** Time was spent on a page. */
    public static final EventType TIME_ON_PAGE = new EventType("time_on_page");
    /** A page was scrolled. */
    public static final EventType SCROLL_DEPTH = new EventType("scroll_depth");
    /** A link to another site was followed. */
    public static final EventType CLICK_OUTBOUND = new EventType("click_outbound");
    /** A form was begun. */
    public static final EventType FORM_START = new EventType("form_start");
    /** A form was sent. */
    public static final EventType FORM_SUBMIT = new EventType("form_submit");
    /** A form was left unsent. */
    public static final EventType FORM_ABANDON = new EventType("form_abandon");
    /** A filter was used. */
    public static final EventType FILTER_USAGE = new EventType("filter_usage");
    /** An e-mail was opened. */
    public static final EventType EMAIL_OPEN = new EventType("email_open");
    /** A link in an e-mail was followed. */
    public static final EventType EMAIL_CLICK = new EventType("email_click");
    /** An e-mail was answered. */
    public static final EventType EMAIL_REPLY = new EventType("email_reply");
    /** A video was played. */
    public static final EventType VIDEO_PLAY = new EventType("video_play");
    /** A file was downloaded. */
    public static final EventType DOWNLOAD = new EventType("download");
    /** Something was shared. */
    public static final EventType SOCIAL_SHARE = new EventType("social_share");
    /** A search was made. */
    public static final EventType SEARCH_QUERY = new EventType("search_query");
    /** A quote was asked for. */
    public static final EventType QUOTE_REQUEST = new EventType("quote_request");
    /** An application was begun. */
    public static final EventType APPLICATION_START = new EventType("application_start");
    /** An application was completed. */
    public static final EventType APPLICATION_COMPLETE = new EventType("application_complete");
    /** A phone call took place. */
    public static final EventType PHONE_CALL = new EventType("phone_call");
    /** A text message was exchanged. */
    public static final EventType TEXT_INTERACTION = new EventType("text_interaction");

    /** The system event that links a session to a lead (S10, S11). */
    public static final EventType IDENTIFY = new EventType("identify");

    /** The system event that unlinks a session from whom it was linked to before it (S10, S11). */
    public static final EventType UNLINK = new EventType("unlink");

    /** The system event by which the host sets attributes of a lead, its properties (S10). */
    public static final EventType ATTRIBUTES_SET = new EventType("attributes_set");

    /** The system event by which a tag is put on a subject, its property {@code tag} (S10). */
    public static final EventType TAG_ADDED = new EventType("tag_added");

    /** The system event by which a tag is taken off a subject, its property {@code tag} (S10). */
    public static final EventType TAG_REMOVED = new EventType("tag_removed");

    /** The system event by which the host makes a subject a member of a segment (S10). */
    public static final EventType SEGMENT_JOINED = new EventType("segment_joined");

    /** The system event by which the host takes a subject out of a segment (S10). */
    public static final EventType SEGMENT_LEFT = new EventType("segment_left");

    /** The system event by which the host leaves a membership to the segment's criteria again (S10). */
    public static final EventType SEGMENT_RELEASED = new EventType("segment_released");

    /** The 20 built-in types in the order of the founding document; system events are not among them. */
    public static final List<EventType> BUILT_IN = List.of(
            PAGE_VIEW,
            TIME_ON_PAGE,
            SCROLL_DEPTH,
            CLICK_OUTBOUND,
            FORM_START,
            FORM_SUBMIT,
            FORM_ABANDON,
            FILTER_USAGE,
            EMAIL_OPEN,
            EMAIL_CLICK,
            EMAIL_REPLY,
            VIDEO_PLAY,
            DOWNLOAD,
            SOCIAL_SHARE,
            SEARCH_QUERY,
            QUOTE_REQUEST,
            APPLICATION_START,
            APPLICATION_COMPLETE,
            PHONE_CALL,
            TEXT_INTERACTION);

    private static final List<EventType> OF_SYSTEM = List.of(
            IDENTIFY, UNLINK, ATTRIBUTES_SET, TAG_ADDED, TAG_REMOVED, SEGMENT_JOINED, SEGMENT_LEFT, SEGMENT_RELEASED);

    private static final Map<String, EventType> CONSTANTS = byName();

    private static Map<String, EventType> byName() {
        Map<String, EventType> byName = new HashMap<>();
        constants().forEach(type -> byName.put(type.name, type));
        return Collections.unmodifiableMap(byName);
    }

    /** The built-in types, then those of the system. */
    static List<EventType> constants() {
        List<EventType> constants = new ArrayList<>(BUILT_IN);
        constants.addAll(OF_SYSTEM);
        return List.copyOf(constants);
    }

    /**
     * Checks the name.
     *
     * @throws IllegalArgumentException if the name is not of the form {@code [a-z][a-z0-9_]{0,63}}
     */
    public EventType {
        if (!isName(name)) {
            throw new IllegalArgumentException("event type must match [a-z][a-z0-9_]{0,63}: " + JsonPath.quote(name));
        }
    }

    /**
     * Makes a type of the host's own, or finds a built-in one.
     *
     * @param name see {@link EventType}
     * @return the type
     * @throws IllegalArgumentException if the name is malformed
     */
    public static EventType of(String name) {
        EventType constant = CONSTANTS.get(name);
        return constant != null ? constant : new EventType(name);
    }

    /**
     * Tells whether a text could name a type.
     *
     * @param name any text
     * @return true if it matches {@code [a-z][a-z0-9_]{0,63}}
     */
    public static boolean isName(String name) {
        int length = name.length();
        if (length == 0 || length > 64 || name.charAt(0) < 'a' || name.charAt(0) > 'z') {
            return false;
        }
        for (int i = 1; i < length; i++) {
            char c = name.charAt(i);
            if ((c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '_') {
                return false;
            }
        }
        return true;
    }

    // Asked several times for each event that is folded, mostly of a constant.
    @Override
    public boolean equals(@Nullable Object other) {
        return this == other || (other instanceof EventType type && name.equals(type.name));
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }

    @Override
    public int compareTo(EventType other) {
        return name.compareTo(other.name);
    }

    @Override
    public String toString() {
        return name;
    }
}
