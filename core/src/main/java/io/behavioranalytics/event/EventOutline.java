package io.behavioranalytics.event;

/**
 * When something happened and what: as much of an event as many reports read.
 *
 * @param micros the timestamp in {@link Micros}
 * @param type what happened
 * @param category the kind of interaction
 */
public record EventOutline(long micros, EventType type, Category category) {}
