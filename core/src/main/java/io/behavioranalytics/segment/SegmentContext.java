package io.behavioranalytics.segment;

import io.behavioranalytics.event.Category;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.Retention;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What a segment is checked against before it is saved.
 *
 * @param knownTypes tells which event types there are; all of them for an open catalog
 * @param categories the category that events of a type have by default
 * @param retention how long events are kept
 * @param segments the key, and the id, of every other segment, each with the one it names
 * @param now the instant at which it is saved
 */
public record SegmentContext(
        Predicate<EventType> knownTypes,
        Function<EventType, Category> categories,
        Retention retention,
        Map<String, Segment> segments,
        Instant now) {
    /** Copies the segments. */
    public SegmentContext {
        segments = Map.copyOf(segments);
    }

    /**
     * How long events of some types are kept.
     *
     * @param types the types, or none for all
     * @return the shortest time of those named; the longest of all if none is named; null for ever
     */
    public @Nullable Duration kept(List<EventType> types) {
        if (types.isEmpty()) {
            return keptLongest();
        }
        Duration least = null;
        for (EventType type : types) {
            Duration span = retention.spanOf(type, categories.apply(type));
            if (span != null && (least == null || span.compareTo(least) < 0)) {
                least = span;
            }
        }
        return least;
    }

    private @Nullable Duration keptLongest() {
        Duration longest = retention.byDefault();
        if (longest == null) {
            return null;
        }
        for (Map<?, Duration> spans : List.of(retention.byType(), retention.byCategory())) {
            for (Duration span : spans.values()) {
                longest = span.compareTo(longest) > 0 ? span : longest;
            }
        }
        return longest;
    }
}
