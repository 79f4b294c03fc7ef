package io.behavioranalytics.examples.quickstart;

import io.behavioranalytics.event.EventCatalog;
import java.util.List;

/**
 * A file, read.
 *
 * @param source its name, without folders: it is part of the events' ids
 * @param events in the order of time, then of lines
 * @param unreadable the lines that are missing from them
 * @param catalog the types that they are of
 */
record Clickstream(String source, List<InputEvent> events, UnreadableLines unreadable, EventCatalog catalog) {}
