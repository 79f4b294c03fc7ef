package io.behavioranalytics.profile;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.behavioranalytics.event.EventType;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * The settings that turn a timeline into visits and scores. Immutable and thread-safe.
 *
 * <p>By default every score has a half-life of 14 days and a scale of 50, a visit ends after 30 minutes without events, and
 * the points are those of {@code docs/scores.md}.
 */
public final class ScoringModel {
    private static final int MOST_POINTS = 1_000_000;
    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LONGEST_HALF_LIFE = Duration.ofDays(3_650);
    private static final Duration LONGEST_TIMEOUT = Duration.ofDays(7);
    private static final ScoringModel DEFAULTS = builder().build();

    private final double[] halfLives; // microseconds, by score
    private final double[] scales;
    private final long sessionTimeout; // microseconds
    private final Map<EventType, TypePoints> points;
    private final TypePoints otherPoints;
    private final HighValuePages highValuePages;
    private final int highValuePagePoints;
    private final int returnVisitPoints;
    private final int burstPoints;
    private final int fastIntentPoints;
    private final int fingerprint;

    /** What an event of one type adds to each score by its type alone. */
    record TypePoints(int engagement, int interest, int intent) {}

    private ScoringModel(Builder builder) {
        Score[] scores = Score.values();
        halfLives = new double[scores.length];
        scales = new double[scores.length];
        for (Score score : scores) {
            halfLives[score.index()] = micros(builder.halfLives.getOrDefault(score, Duration.ofDays(14)));
            scales[score.index()] = builder.scales.getOrDefault(score, 50.0);
        }
        sessionTimeout = micros(builder.sessionTimeout);
        Map<EventType, TypePoints> byType = new HashMap<>();
        Set<EventType> types = new HashSet<>(builder.engagementPoints.keySet());
        types.addAll(builder.interestPoints.keySet());
        types.addAll(builder.intentPoints.keySet());
        for (EventType type : types) {
            byType.put(
                    type,
                    new TypePoints(
                            builder.engagementPoints.getOrDefault(type, builder.otherEngagementPoints),
                            builder.interestPoints.getOrDefault(type, 0),
                            builder.intentPoints.getOrDefault(type, 0)));
        }
        points = byType; // asked at every event: a probe here is cheaper than in Map.copyOf
        otherPoints = new TypePoints(builder.otherEngagementPoints, 0, 0);
        highValuePages = new HighValuePages(builder.highValuePages);
        highValuePagePoints = builder.highValuePagePoints;
        returnVisitPoints = builder.returnVisitPoints;
        burstPoints = builder.burstPoints;
        fastIntentPoints = builder.fastIntentPoints;
        fingerprint = fingerprint(builder.highValuePages);
    }

    private int fingerprint(List<String> pages) {
        String settings = String.join(
                "\n",
                Arrays.toString(halfLives),
                Arrays.toString(scales),
                Long.toString(sessionTimeout),
                new TreeMap<>(points).toString(),
                otherPoints.toString(),
                pages.toString(),
                Arrays.toString(new int[] {highValuePagePoints, returnVisitPoints, burstPoints, fastIntentPoints}));
        CRC32 sum = new CRC32();
        sum.update(settings.getBytes(UTF_8));
        return (int) sum.getValue();
    }

    private static long micros(Duration duration) {
        return Math.addExact(Math.multiplyExact(duration.getSeconds(), 1_000_000L), duration.getNano() / 1_000);
    }

    /**
     * The model with every default.
     *
     * @return always the same instance
     */
    public static ScoringModel defaults() {
        return DEFAULTS;
    }

    /**
     * Starts a model of the host's own.
     *
     * @return a builder holding the defaults
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * The time in which the points of a score halve.
     *
     * @param score which
     * @return 1 second to 3650 days, whole microseconds
     */
    public Duration halfLife(Score score) {
        return Duration.of((long) halfLives[score.index()], ChronoUnit.MICROS);
    }

    /**
     * The points at which a score reaches about 63 of 100.
     *
     * @param score which
     * @return a positive number
     */
    public double scale(Score score) {
        return scales[score.index()];
    }

    /**
     * The longest gap between two events of one visit.
     *
     * @return 1 second to 7 days, whole microseconds
     */
    public Duration sessionTimeout() {
        return Duration.of(sessionTimeout, ChronoUnit.MICROS);
    }

    /**
     * What an event adds to a score by its type alone.
     *
     * @param score which score
     * @param type which type, built-in or the host's own
     * @return 0 to 1,000,000
     */
    public int points(Score score, EventType type) {
        TypePoints byType = typePoints(type);
        return switch (score) {
            case ENGAGEMENT -> byType.engagement();
            case INTEREST -> byType.interest();
            case INTENT -> byType.intent();
        };
    }

    /**
     * A checksum of all settings: folds written under one model cannot be continued under another.
     *
     * @return equal for equal settings
     */
    public int fingerprint() {
        return fingerprint;
    }

    double halfLifeMicros(Score score) {
        return halfLives[score.index()];
    }

    long sessionTimeoutMicros() {
        return sessionTimeout;
    }

    TypePoints typePoints(EventType type) {
        TypePoints found = points.get(type);
        return found == null ? otherPoints : found;
    }

    HighValuePages highValuePages() {
        return highValuePages;
    }

    int highValuePagePoints() {
        return highValuePagePoints;
    }

    int returnVisitPoints() {
        return returnVisitPoints;
    }

    int burstPoints() {
        return burstPoints;
    }

    int fastIntentPoints() {
        return fastIntentPoints;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ScoringModel that
                && Arrays.equals(halfLives, that.halfLives)
                && Arrays.equals(scales, that.scales)
                && sessionTimeout == that.sessionTimeout
                && points.equals(that.points)
                && otherPoints.equals(that.otherPoints)
                && fingerprint == that.fingerprint
                && highValuePagePoints == that.highValuePagePoints
                && returnVisitPoints == that.returnVisitPoints
                && burstPoints == that.burstPoints
                && fastIntentPoints == that.fastIntentPoints;
    }

    @Override
    public int hashCode() {
        return fingerprint;
    }

    /** Collects settings; each may be set once. Not thread-safe; {@link #build()} leaves it unchanged. */
    public static final class Builder {
        private final Set<String> given = new HashSet<>();
        private final Map<Score, Duration> halfLives = new EnumMap<>(Score.class);
        private final Map<Score, Double> scales = new EnumMap<>(Score.class);
        private Duration sessionTimeout = Duration.ofMinutes(30);
        private Map<EventType, Integer> engagementPoints = DefaultPoints.ENGAGEMENT;
        private Map<EventType, Integer> interestPoints = DefaultPoints.INTEREST;
        private Map<EventType, Integer> intentPoints = DefaultPoints.INTENT;
        private int otherEngagementPoints;
        private List<String> highValuePages = List.of("pricing", "features", "compare", "coverage");
        private int highValuePagePoints = 3;
        private int returnVisitPoints = 2;
        private int burstPoints = 10;
        private int fastIntentPoints = 10;

        private Builder() {}

        /**
         * Sets how fast the points of a score halve; 14 days unless set.
         *
         * @param score which
         * @param halfLife 1 second to 3650 days; parts of a microsecond are dropped
         * @return this
         * @throws IllegalArgumentException if it is out of range
         * @throws IllegalStateException if it was set before
         */
        public Builder halfLife(Score score, Duration halfLife) {
            once("halfLife of " + score.json());
            halfLives.put(score, between("halfLife", halfLife, LONGEST_HALF_LIFE));
            return this;
        }

        /**
         * Sets the points at which a score reaches about 63 of 100; 50 unless set.
         *
         * @param score which
         * @param scale 0.001 to 1,000,000,000
         * @return this
         * @throws IllegalArgumentException if it is out of range
         * @throws IllegalStateException if it was set before
         */
        public Builder scale(Score score, double scale) {
            once("scale of " + score.json());
            if (!(scale >= 0.001 && scale <= 1e9)) {
                throw new IllegalArgumentException("scale must be 0.001 to 1000000000: " + scale);
            }
            scales.put(score, scale);
            return this;
        }

        /**
         * Sets the longest gap between two events of one visit; 30 minutes unless set.
         *
         * @param timeout 1 second to 7 days; parts of a microsecond are dropped
         * @return this
         * @throws IllegalArgumentException if it is out of range
         * @throws IllegalStateException if it was set before
         */
        public Builder sessionTimeout(Duration timeout) {
            once("sessionTimeout");
            sessionTimeout = between("sessionTimeout", timeout, LONGEST_TIMEOUT);
            return this;
        }

        /**
         * Replaces the table of engagement points, such as by the points of an event catalog.
         *
         * @param points 0 to 1,000,000 by type; types not named have {@link #otherEngagementPoints}
         * @return this
         * @throws IllegalArgumentException if a number is out of range
         * @throws IllegalStateException if it was set before
         */
        public Builder engagementPoints(Map<EventType, Integer> points) {
            engagementPoints = table("engagementPoints", points);
            return this;
        }

        /**
         * Sets the engagement points of types that the table does not name; none unless set.
         *
         * @param points 0 to 1,000,000
         * @return this
         * @throws IllegalArgumentException if the number is out of range
         * @throws IllegalStateException if it was set before
         */
        public Builder otherEngagementPoints(int points) {
            otherEngagementPoints = number("otherEngagementPoints", points);
            return this;
        }

        /**
         * Replaces the table of interest points.
         *
         * @param points 0 to 1,000,000 by type; types not named have 0
         * @return this
         * @throws IllegalArgumentException if a number is out of range
         * @throws IllegalStateException if it was set before
         */
        public Builder interestPoints(Map<EventType, Integer> points) {
            interestPoints = table("interestPoints", points);
            return this;
        }

        /**
         * Replaces the table of intent points; a type with points is an intent event.
         *
         * @param points 0 to 1,000,000 by type; types not named have 0
         * @return this
         * @throws IllegalArgumentException if a number is out of range
         * @throws IllegalStateException if it was set before
         */
        public Builder intentPoints(Map<EventType, Integer> points) {
            intentPoints = table("intentPoints", points);
            return this;
        }

        /**
         * Sets which page views count as high-value; pricing, features, compare and coverage unless set.
         *
         * <p>A pattern that starts with a slash is a prefix of whole path segments: {@code /products/auto} matches {@code
         * /products/auto} and {@code /products/auto/liability}, not {@code /products/automobile}. Any other pattern is a
         * word that must stand in one path segment with neither letter nor digit beside it: {@code pricing} matches {@code
         * /pricing}, {@code /en/pricing.html} and {@code /auto-pricing}, not {@code /repricing} and not {@code
         * /?to=pricing}. Letters match in either case.
         *
         * @param patterns at most 256 of at most 256 characters, without spaces, {@code ?} and {@code #}
         * @return this
         * @throws IllegalArgumentException if a pattern is malformed
         * @throws IllegalStateException if it was set before
         */
        public Builder highValuePages(List<String> patterns) {
            once("highValuePages");
            new HighValuePages(patterns);
            highValuePages = List.copyOf(patterns);
            return this;
        }

        /**
         * Sets the interest points of a view of a high-value page; 3 unless set.
         *
         * @param points 0 to 1,000,000
         * @return this
         * @throws IllegalArgumentException if the number is out of range
         * @throws IllegalStateException if it was set before
         */
        public Builder highValuePagePoints(int points) {
            highValuePagePoints = number("highValuePagePoints", points);
            return this;
        }

        /**
         * Sets the interest points of every visit but the first; 2 unless set.
         *
         * @param points 0 to 1,000,000
         * @return this
         * @throws IllegalArgumentException if the number is out of range
         * @throws IllegalStateException if it was set before
         */
        public Builder returnVisitPoints(int points) {
            returnVisitPoints = number("returnVisitPoints", points);
            return this;
        }

        /**
         * Sets the intent points of a burst, the tenth event within an hour; 10 unless set.
         *
         * @param points 0 to 1,000,000
         * @return this
         * @throws IllegalArgumentException if the number is out of range
         * @throws IllegalStateException if it was set before
         */
        public Builder burstPoints(int points) {
            burstPoints = number("burstPoints", points);
            return this;
        }

        /**
         * Sets the intent points of a first intent event within 24 hours of the first event; 10 unless set.
         *
         * @param points 0 to 1,000,000
         * @return this
         * @throws IllegalArgumentException if the number is out of range
         * @throws IllegalStateException if it was set before
         */
        public Builder fastIntentPoints(int points) {
            fastIntentPoints = number("fastIntentPoints", points);
            return this;
        }

        /**
         * Makes the model.
         *
         * @return the model
         */
        public ScoringModel build() {
            return new ScoringModel(this);
        }

        private void once(String name) {
            if (!given.add(name)) {
                throw new IllegalStateException(name + " was set before");
            }
        }

        private Map<EventType, Integer> table(String name, Map<EventType, Integer> points) {
            once(name);
            points.forEach((type, number) -> check(name + " of " + type, number));
            return Map.copyOf(points);
        }

        private int number(String name, int points) {
            once(name);
            check(name, points);
            return points;
        }

        private static void check(String name, int points) {
            if (points < 0 || points > MOST_POINTS) {
                throw new IllegalArgumentException(name + " must be 0 to " + MOST_POINTS + ": " + points);
            }
        }

        private static Duration between(String name, Duration given, Duration most) {
            if (given.compareTo(SHORTEST) < 0 || given.compareTo(most) > 0) {
                throw new IllegalArgumentException(name + " must be " + SHORTEST + " to " + most + ": " + given);
            }
            return given;
        }
    }
}
