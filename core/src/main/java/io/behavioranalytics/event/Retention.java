package io.behavioranalytics.event;

import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How long events are kept; one that is older than its retention is invisible from that instant (S7).
 *
 * <p>The span for the event's type counts, else that for its category, else the one by default. System events, by which
 * identity, tags and consent are known, never expire by default: only by a span for their type or category. Immutable.
 *
 * @param byDefault the span where nothing else is said, or null for no end
 * @param byType spans by event type
 * @param byCategory spans by category
 */
public record Retention(
        @Nullable Duration byDefault, Map<EventType, Duration> byType, Map<Category, Duration> byCategory) {
    private static final Retention UNLIMITED = new Retention(null, Map.of(), Map.of());

    /** The longest span: 400 years. */
    public static final Duration LONGEST = Duration.ofDays(146_097);

    /**
     * Copies the maps and checks the spans.
     *
     * @throws IllegalArgumentException if a span is shorter than a microsecond or longer than {@link #LONGEST}
     */
    public Retention {
        byType = Map.copyOf(byType);
        byCategory = Map.copyOf(byCategory);
        if (byDefault != null) {
            check(byDefault);
        }
        byType.values().forEach(Retention::check);
        byCategory.values().forEach(Retention::check);
    }

    private static void check(Duration span) {
        if (span.compareTo(Duration.ofNanos(1_000)) < 0 || span.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("retention must be 1 microsecond to " + LONGEST + ": " + span);
        }
    }

    /**
     * Everything is kept without end.
     *
     * @return the retention by default
     */
    public static Retention unlimited() {
        return UNLIMITED;
    }

    /**
     * Everything but system events is kept for one span.
     *
     * @param span 1 microsecond to {@link #LONGEST}
     * @return the retention
     */
    public static Retention of(Duration span) {
        return new Retention(span, Map.of(), Map.of());
    }

    /**
     * This retention with another span for one type.
     *
     * @param type the type
     * @param span 1 microsecond to {@link #LONGEST}
     * @return the retention
     */
    public Retention withType(EventType type, Duration span) {
        Map<EventType, Duration> types = new HashMap<>(byType);
        types.put(type, span);
        return new Retention(byDefault, types, byCategory);
    }

    /**
     * This retention with another span for one category.
     *
     * @param category the category
     * @param span 1 microsecond to {@link #LONGEST}
     * @return the retention
     */
    public Retention withCategory(Category category, Duration span) {
        Map<Category, Duration> categories = new EnumMap<>(Category.class);
        categories.putAll(byCategory);
        categories.put(category, span);
        return new Retention(byDefault, byType, categories);
    }

    /**
     * This retention with every span longer.
     *
     * @param margin how much longer, 0 or more; no span grows beyond {@link #LONGEST}
     * @return the retention
     */
    public Retention longerBy(Duration margin) {
        Map<EventType, Duration> types = new HashMap<>(byType);
        types.replaceAll((type, span) -> longer(span, margin));
        Map<Category, Duration> categories = new EnumMap<>(Category.class);
        byCategory.forEach((category, span) -> categories.put(category, longer(span, margin)));
        return new Retention(byDefault == null ? null : longer(byDefault, margin), types, categories);
    }

    private static Duration longer(Duration span, Duration margin) {
        Duration sum = span.plus(margin);
        return sum.compareTo(LONGEST) > 0 ? LONGEST : sum;
    }

    /**
     * The shortest span: no event expires sooner after its timestamp.
     *
     * @return the span, or null if no event ever becomes invisible
     */
    public @Nullable Duration shortest() {
        Duration shortest = byDefault;
        for (Map<?, Duration> spans : List.of(byType, byCategory)) {
            for (Duration span : spans.values()) {
                shortest = shortest == null || span.compareTo(shortest) < 0 ? span : shortest;
            }
        }
        return shortest;
    }

    /**
     * The span for an event's type and category.
     *
     * @param type the type
     * @param category the category
     * @return the span, or null if there is no end
     */
    public @Nullable Duration spanOf(EventType type, Category category) {
        Duration span = byType.get(type);
        if (span == null) {
            span = byCategory.get(category);
        }
        return span != null || category == Category.SYSTEM ? span : byDefault;
    }

    /**
     * Whether no event ever becomes invisible.
     *
     * @return true if nothing has a span
     */
    public boolean isUnlimited() {
        return byDefault == null && byType.isEmpty() && byCategory.isEmpty();
    }

    /**
     * The instant from which an event is invisible: its timestamp plus its span.
     *
     * @param event any event
     * @return {@link Micros}, or {@link Micros#NEVER}
     */
    public long expiresAt(EventView event) {
        return expiresAt(event.micros(), event.type(), event.category());
    }

    /**
     * The instant from which an event would be invisible.
     *
     * @param micros its timestamp in {@link Micros}
     * @param type its type
     * @param category its category
     * @return {@link Micros}, or {@link Micros#NEVER}
     */
    public long expiresAt(long micros, EventType type, Category category) {
        if (isUnlimited()) {
            return Micros.NEVER;
        }
        Duration span = spanOf(type, category);
        return span == null ? Micros.NEVER : Micros.plus(micros, Micros.of(span));
    }
}
