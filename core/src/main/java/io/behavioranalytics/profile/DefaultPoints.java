package io.behavioranalytics.profile;

import static java.util.Map.entry;

import io.behavioranalytics.event.EventType;
import java.util.Map;

/** The points of the built-in event types, as {@code docs/scores.md} lists them. */
final class DefaultPoints {
    static final Map<EventType, Integer> ENGAGEMENT = Map.ofEntries(
            entry(EventType.PAGE_VIEW, 1),
            entry(EventType.TIME_ON_PAGE, 1),
            entry(EventType.SCROLL_DEPTH, 1),
            entry(EventType.CLICK_OUTBOUND, 1),
            entry(EventType.FORM_START, 3),
            entry(EventType.FORM_SUBMIT, 5),
            entry(EventType.FORM_ABANDON, 3),
            entry(EventType.FILTER_USAGE, 3),
            entry(EventType.EMAIL_OPEN, 2),
            entry(EventType.EMAIL_CLICK, 3),
            entry(EventType.VIDEO_PLAY, 2),
            entry(EventType.DOWNLOAD, 3),
            entry(EventType.SOCIAL_SHARE, 3),
            entry(EventType.SEARCH_QUERY, 2),
            entry(EventType.QUOTE_REQUEST, 8),
            entry(EventType.APPLICATION_START, 12),
            entry(EventType.APPLICATION_COMPLETE, 15),
            entry(EventType.PHONE_CALL, 6),
            entry(EventType.TEXT_INTERACTION, 4),
            entry(EventType.EMAIL_REPLY, 4));

    static final Map<EventType, Integer> INTEREST = Map.of(
            EventType.FORM_START, 3,
            EventType.VIDEO_PLAY, 3,
            EventType.DOWNLOAD, 4,
            EventType.FILTER_USAGE, 2,
            EventType.SEARCH_QUERY, 2);

    static final Map<EventType, Integer> INTENT = Map.of(
            EventType.QUOTE_REQUEST, 20,
            EventType.APPLICATION_START, 25,
            EventType.APPLICATION_COMPLETE, 40,
            EventType.FORM_SUBMIT, 8,
            EventType.PHONE_CALL, 8);

    private DefaultPoints() {}
}
