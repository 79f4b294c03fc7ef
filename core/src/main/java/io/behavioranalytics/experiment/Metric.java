package io.behavioranalytics.experiment;

import io.behavioranalytics.event.EventType;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What an experiment measures of each exposed user, from events after the exposure.
 *
 * <p>An event counts if it happened at least {@code delay} after the first exposure and, with a window, at most {@code delay + within}
 * after it, both inclusive (S4).
 *
 * @param name what it is called: {@code a-z}, digits and {@code _}, a letter first, at most 64
 * @param kind what is measured
 * @param events the events that are looked at: one selector, for a ratio two (numerator, denominator), for a funnel its steps
 * @param fields the field of each selector's events that is added up, such as {@code value} or {@code properties.amount}; an empty text
 *     for the number of events; one for each selector
 * @param delay how long after the exposure events begin to count, 0 to 400 days
 * @param within how long they count from then on, up to 400 days; null for ever
 * @param matureOnly whether users whose window is not over yet are left out; only with a window
 * @param lookback how long before the exposure the same is measured to reduce variance (CUPED), up to 400 days; null for not at all
 * @param cap what a user's total is cut at, or null
 * @param goal which way is better
 */
public record Metric(
        String name,
        Kind kind,
        List<EventSelector> events,
        List<String> fields,
        Duration delay,
        @Nullable Duration within,
        boolean matureOnly,
        @Nullable Duration lookback,
        @Nullable Cap cap,
        Goal goal) {
    /** What is measured of a user. */
    public enum Kind {
        /** Whether there was any event: the part of users who had one. */
        PROPORTION,
        /** The mean of a field over events: the sum over all users by the number of events of all users. */
        MEAN,
        /** The number of events of a user. */
        COUNT,
        /** The sum of a field over a user's events. */
        SUM,
        /** The sum of one thing over all users by the sum of another. */
        RATIO,
        /** Whether the user came back in the window: the part of users who did. */
        RETENTION,
        /** Whether there were all steps in their order: the part of users who had them. */
        FUNNEL;

        private final String json = name().toLowerCase(Locale.ROOT);

        /**
         * The name used in JSON.
         *
         * @return lower case
         */
        public String json() {
            return json;
        }

        static Optional<Kind> parse(String text) {
            for (Kind kind : values()) {
                if (kind.json.equals(text) || kind.name().equals(text)) {
                    return Optional.of(kind);
                }
            }
            return Optional.empty();
        }

        /**
         * Whether a user's value is 0 or 1.
         *
         * @return true for a proportion, a retention and a funnel
         */
        public boolean isBinary() {
            return this == PROPORTION || this == RETENTION || this == FUNNEL;
        }

        /**
         * Whether it is a sum over users by another sum over users.
         *
         * @return true for a ratio and for a mean over events
         */
        public boolean isRatio() {
            return this == RATIO || this == MEAN;
        }

        /**
         * Whether the same can be measured before the exposure.
         *
         * @return false for a retention and a funnel, which begin with the exposure
         */
        public boolean hasBefore() {
            return this != RETENTION && this != FUNNEL;
        }
    }

    /** Which way is better. */
    public enum Goal {
        /** More is better. */
        INCREASE,
        /** Less is better. */
        DECREASE;

        private final String json = name().toLowerCase(Locale.ROOT);

        /**
         * The name used in JSON.
         *
         * @return lower case
         */
        public String json() {
            return json;
        }

        static Optional<Goal> parse(String text) {
            for (Goal goal : values()) {
                if (goal.json.equals(text) || goal.name().equals(text)) {
                    return Optional.of(goal);
                }
            }
            return Optional.empty();
        }
    }

    /**
     * What users' totals are cut at, so that a few do not decide.
     *
     * @param value the greatest total that counts as it is, or null if a percentile says it
     * @param percentile above 0 and below 100: that of the totals of all exposed users together, or null if a value says it
     */
    public record Cap(@Nullable Double value, @Nullable Double percentile) {}

    /** The longest delay, window and lookback. */
    public static final Duration MOST = Duration.ofDays(400);

    /** How far back the same is measured before the exposure unless said. */
    public static final Duration DEFAULT_LOOKBACK = Duration.ofDays(14);

    /** Copies the lists. */
    public Metric {
        events = List.copyOf(events);
        fields = List.copyOf(fields);
    }

    /**
     * The part of users who had an event.
     *
     * @param name what it is called
     * @param eventTypes one of these types
     * @return the metric, over all time after the exposure
     */
    public static Metric proportion(String name, EventType... eventTypes) {
        return simple(name, Kind.PROPORTION, EventSelector.of(eventTypes), "");
    }

    /**
     * The number of events of a user.
     *
     * @param name what it is called
     * @param eventTypes one of these types
     * @return the metric, over all time after the exposure
     */
    public static Metric count(String name, EventType... eventTypes) {
        return simple(name, Kind.COUNT, EventSelector.of(eventTypes), "");
    }

    /**
     * The sum of a field over a user's events.
     *
     * @param name what it is called
     * @param field such as {@code value}
     * @param eventTypes one of these types
     * @return the metric, over all time after the exposure
     */
    public static Metric sum(String name, String field, EventType... eventTypes) {
        return simple(name, Kind.SUM, EventSelector.of(eventTypes), field);
    }

    /**
     * The mean of a field over events.
     *
     * @param name what it is called
     * @param field such as {@code value}
     * @param eventTypes one of these types
     * @return the metric, over all time after the exposure
     */
    public static Metric mean(String name, String field, EventType... eventTypes) {
        return simple(name, Kind.MEAN, EventSelector.of(eventTypes), field);
    }

    /**
     * One number of events by another.
     *
     * @param name what it is called
     * @param numerator what is counted
     * @param denominator what it is divided by
     * @return the metric, over all time after the exposure
     */
    public static Metric ratio(String name, EventSelector numerator, EventSelector denominator) {
        return new Metric(
                name,
                Kind.RATIO,
                List.of(numerator, denominator),
                List.of("", ""),
                Duration.ZERO,
                null,
                false,
                DEFAULT_LOOKBACK,
                null,
                Goal.INCREASE);
    }

    /**
     * The part of users who came back.
     *
     * @param name what it is called
     * @param delay how long after the exposure
     * @param within in how long from then on
     * @param eventTypes by one of these types
     * @return the metric, of those users whose window is over
     */
    public static Metric retention(String name, Duration delay, Duration within, EventType... eventTypes) {
        return new Metric(
                name,
                Kind.RETENTION,
                List.of(EventSelector.of(eventTypes)),
                List.of(""),
                delay,
                within,
                true,
                null,
                null,
                Goal.INCREASE);
    }

    /**
     * The part of users who went through all steps in their order.
     *
     * @param name what it is called
     * @param within how long after the exposure, or null for ever
     * @param steps the steps' types, at least two
     * @return the metric
     */
    public static Metric funnel(String name, @Nullable Duration within, EventType... steps) {
        List<EventSelector> selectors =
                List.of(steps).stream().map(EventSelector::of).toList();
        return new Metric(
                name,
                Kind.FUNNEL,
                selectors,
                selectors.stream().map(step -> "").toList(),
                Duration.ZERO,
                within,
                false,
                null,
                null,
                Goal.INCREASE);
    }

    private static Metric simple(String name, Kind kind, EventSelector events, String field) {
        return new Metric(
                name,
                kind,
                List.of(events),
                List.of(field),
                Duration.ZERO,
                null,
                false,
                DEFAULT_LOOKBACK,
                null,
                Goal.INCREASE);
    }

    /**
     * This metric with a conversion window.
     *
     * @param window how long events count after the exposure and the delay
     * @return the changed copy
     */
    public Metric within(Duration window) {
        return new Metric(name, kind, events, fields, delay, window, matureOnly, lookback, cap, goal);
    }

    /**
     * This metric of those users alone whose window is over.
     *
     * @return the changed copy
     */
    public Metric ofMatureUsers() {
        return new Metric(name, kind, events, fields, delay, within, true, lookback, cap, goal);
    }

    /**
     * This metric with totals cut at a value.
     *
     * @param value the greatest total that counts as it is
     * @return the changed copy
     */
    public Metric cappedAt(double value) {
        return new Metric(name, kind, events, fields, delay, within, matureOnly, lookback, new Cap(value, null), goal);
    }

    /**
     * This metric with totals cut at a percentile.
     *
     * @param percentile above 0 and below 100
     * @return the changed copy
     */
    public Metric cappedAtPercentile(double percentile) {
        return new Metric(
                name, kind, events, fields, delay, within, matureOnly, lookback, new Cap(null, percentile), goal);
    }

    /**
     * This metric, of which less is better.
     *
     * @return the changed copy
     */
    public Metric lessIsBetter() {
        return new Metric(name, kind, events, fields, delay, within, matureOnly, lookback, cap, Goal.DECREASE);
    }

    /**
     * This metric with another look back before the exposure.
     *
     * @param span how long, or null for none
     * @return the changed copy
     */
    public Metric lookingBack(@Nullable Duration span) {
        return new Metric(name, kind, events, fields, delay, within, matureOnly, span, cap, goal);
    }
}
