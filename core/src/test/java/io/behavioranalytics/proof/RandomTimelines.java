package io.behavioranalytics.proof;

import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.Category;
import io.behavioranalytics.event.EventBuilder;
import io.behavioranalytics.event.EventType;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;

/**
 * Timelines that look for trouble: ties of instants, events exactly on the borders of windows and one microsecond beside
 * them, local midnights, days on which a zone changes its offset, and properties of every JSON type.
 */
final class RandomTimelines {
    static final List<ZoneId> ZONES = List.of(
            ZoneId.of("UTC"),
            ZoneId.of("America/New_York"),
            ZoneId.of("Europe/Berlin"),
            ZoneId.of("Australia/Lord_Howe"),
            ZoneId.of("Asia/Kathmandu"));

    /** The lengths that windows have and that events lie before the instant of the question. */
    static final List<Duration> SPANS = List.of(
            Duration.ofMinutes(30),
            Duration.ofHours(1),
            Duration.ofHours(24),
            Duration.ofDays(3),
            Duration.ofDays(7),
            Duration.ofDays(14),
            Duration.ofDays(30));

    /** Days on which one of the zones changes its offset, and one on which none does. */
    private static final List<LocalDate> DAYS = List.of(
            LocalDate.of(2025, 3, 9),
            LocalDate.of(2025, 3, 30),
            LocalDate.of(2025, 4, 6),
            LocalDate.of(2025, 10, 5),
            LocalDate.of(2025, 10, 26),
            LocalDate.of(2025, 11, 2),
            LocalDate.of(2025, 7, 1));

    static final List<EventType> TYPES = List.of(
            EventType.PAGE_VIEW,
            EventType.PAGE_VIEW,
            EventType.PAGE_VIEW,
            EventType.PAGE_VIEW,
            EventType.FORM_START,
            EventType.FORM_START,
            EventType.FORM_SUBMIT,
            EventType.FORM_ABANDON,
            EventType.QUOTE_REQUEST,
            EventType.DOWNLOAD,
            EventType.SEARCH_QUERY,
            EventType.VIDEO_PLAY,
            EventType.EMAIL_OPEN,
            EventType.APPLICATION_COMPLETE);

    /** Categories of {@link #TYPES} as the catalog has them, written down here a second time. */
    private static final Map<EventType, Category> CATEGORIES = Map.of(
            EventType.PAGE_VIEW, Category.ENGAGEMENT,
            EventType.FORM_START, Category.INTENT,
            EventType.FORM_SUBMIT, Category.INTENT,
            EventType.FORM_ABANDON, Category.INTENT,
            EventType.QUOTE_REQUEST, Category.INTENT,
            EventType.DOWNLOAD, Category.CONTENT,
            EventType.SEARCH_QUERY, Category.INTENT,
            EventType.VIDEO_PLAY, Category.CONTENT,
            EventType.EMAIL_OPEN, Category.COMMUNICATION,
            EventType.APPLICATION_COMPLETE, Category.CONVERSION);

    static final List<String> TEXTS = List.of(
            "", "a", "A", "ab", "abc", "pricing page", "ä\uD83D\uDE00", "5", "2025-03-09T07:00:00Z", "2025-07-01");

    /** Numbers that lie close together, among them some that a double cannot tell apart. */
    static final List<Object> NUMBERS = List.of(
            0L,
            1L,
            5L,
            -1L,
            9_007_199_254_740_992L,
            9_007_199_254_740_993L,
            Long.MAX_VALUE,
            new BigDecimal("0.1"),
            new BigDecimal("0.3"),
            new BigDecimal("0.30000000000000004"),
            new BigDecimal("0.300000000000000000001"),
            new BigDecimal("9007199254740993.5"),
            new BigDecimal("-1.5"));

    static final List<Double> VALUES = List.of(0.0, 1.0, 0.1, 0.3, -1.5, 5.0, 9.007199254740992E15, 1e300);

    static final List<String> TAGS = List.of("a", "ab", "ä b");

    static final List<String> URLS = List.of(
            "https://example.com/", "https://example.com/pricing", "https://example.com/features?x=1", "/compare", "");

    static final List<String> COUNTRIES = List.of("US", "DE", "AU", "NP");

    private final SplittableRandom random;

    RandomTimelines(SplittableRandom random) {
        this.random = random;
    }

    /**
     * An instant to ask at: on or near a day on which an offset changes, often at a local midnight.
     *
     * @return whole microseconds
     */
    Instant now() {
        return switch (random.nextInt(3)) {
            case 0 -> midnight();
            case 1 -> midnight().plus(random.nextLong(86_400_000_000L), ChronoUnit.MICROS);
            default -> midnight().plus(random.nextInt(-1, 2), ChronoUnit.MICROS);
        };
    }

    /** Local midnight of one of the days, or of one after it, in one of the zones. */
    private Instant midnight() {
        return pick(DAYS)
                .plusDays(random.nextInt(0, 3))
                .atStartOfDay(pick(ZONES))
                .toInstant();
    }

    /**
     * Events of one lead around an instant, in random order.
     *
     * @param leadId whose
     * @param now most of them lie before it or at it
     * @param most the most events
     * @param ahead how far an event may lie behind now
     * @return the events
     */
    List<BehaviorEvent> of(String leadId, Instant now, int most, Duration ahead) {
        int size = random.nextInt(most + 1);
        List<BehaviorEvent> events = new ArrayList<>(size);
        Instant previous = now;
        for (int i = 0; i < size; i++) {
            Instant at = random.nextInt(5) == 0 ? previous : instant(now, ahead);
            previous = at;
            events.add(event(null, leadId, at));
        }
        return events;
    }

    /**
     * An instant near the border of something.
     *
     * @param now what windows are reckoned from
     * @param ahead how far behind now it may lie
     * @return whole microseconds, not behind now + ahead
     */
    Instant instant(Instant now, Duration ahead) {
        Instant at = switch (random.nextInt(8)) {
            case 0, 1 -> now.minus(pick(SPANS));
            case 2 -> {
                ZoneId zone = pick(ZONES);
                LocalDate day = LocalDate.ofInstant(now, zone).minusDays(random.nextInt(0, 40));
                yield day.atStartOfDay(zone).toInstant();
            }
            case 3 -> {
                ZoneId zone = pick(ZONES);
                yield LocalDate.ofInstant(now, zone)
                        .minusDays(random.nextInt(0, 3))
                        .atTime(random.nextInt(24), 0)
                        .atZone(zone)
                        .toInstant();
            }
            case 4 -> now;
            case 5 -> now.minus(random.nextLong(3_600_000_000L), ChronoUnit.MICROS);
            case 6 -> now.minus(random.nextLong(Duration.ofDays(40).toSeconds()), ChronoUnit.SECONDS);
            default -> now.minus(random.nextLong(Duration.ofDays(9).toMillis() * 1_000), ChronoUnit.MICROS);
        };
        if (random.nextInt(3) == 0) {
            at = at.plus(random.nextInt(-1, 2), ChronoUnit.MICROS);
        }
        if (!ahead.isZero() && random.nextInt(8) == 0) {
            at = now.plus(random.nextLong(1, ahead.toSeconds() + 1), ChronoUnit.SECONDS);
        }
        Instant latest = now.plus(ahead);
        return at.isAfter(latest) ? latest : at;
    }

    /**
     * One event with random content.
     *
     * @param sessionId the session, or null
     * @param leadId the lead, or null
     * @param at when
     * @return the event, as the normaliser would leave it
     */
    BehaviorEvent event(String sessionId, String leadId, Instant at) {
        EventType type = pick(TYPES);
        return new BehaviorEvent(
                id(),
                sessionId,
                leadId,
                random.nextInt(4) == 0 ? "user-" + random.nextInt(3) : null,
                random.nextInt(3) == 0 ? random.nextLong(-2, 3) : 0,
                type,
                category(type),
                at,
                pick(List.of("web", "email", "phone")),
                page(),
                properties(),
                context(),
                random.nextInt(3) == 0 ? null : pick(VALUES),
                random.nextInt(3) == 0 ? Map.of("campaign", pick(TEXTS)) : Map.of(),
                false);
    }

    /**
     * A tag that the host adds to a lead, or removes.
     *
     * @param leadId the lead
     * @param at when
     * @return the system event
     */
    BehaviorEvent said(String leadId, Instant at) {
        return EventBuilder.event(id(), at)
                .lead(leadId)
                .type(random.nextInt(3) == 0 ? EventType.TAG_REMOVED : EventType.TAG_ADDED)
                .category(Category.SYSTEM)
                .properties(Map.of("tag", pick(TAGS)))
                .build();
    }

    /**
     * An id from the seed.
     *
     * @return a random id
     */
    UUID id() {
        // Version and variant bits as RFC 9562 wants them, so that the same ids may go through the facade.
        return new UUID(
                (random.nextLong() & ~0xF000L) | 0x4000L,
                (random.nextLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L);
    }

    /**
     * The category that the catalog gives a type.
     *
     * @param type one of {@link #TYPES}
     * @return the category
     */
    static Category category(EventType type) {
        return CATEGORIES.get(type);
    }

    /**
     * Random properties: one of each kind, missing as often as a third of the time.
     *
     * @return the properties
     */
    Map<String, Object> properties() {
        Map<String, Object> properties = new LinkedHashMap<>();
        maybe(properties, "text", pick(TEXTS));
        maybe(properties, "number", pick(NUMBERS));
        maybe(properties, "flag", random.nextBoolean());
        maybe(properties, "when", when());
        maybe(properties, "list", list());
        maybe(properties, "mixed", anything());
        maybe(properties, "nothing", null);
        Map<String, Object> inner = new HashMap<>();
        inner.put("b", anything());
        maybe(properties, "nested", random.nextInt(4) == 0 ? anything() : inner);
        return properties;
    }

    private void maybe(Map<String, Object> into, String name, Object value) {
        if (random.nextInt(3) != 0) {
            into.put(name, value);
        }
    }

    private Map<String, Object> page() {
        return random.nextInt(3) == 0 ? Map.of() : Map.of("url", pick(URLS), "title", pick(TEXTS));
    }

    private Map<String, Object> context() {
        return random.nextInt(3) == 0
                ? Map.of()
                : Map.of("country", pick(COUNTRIES), "device", Map.of("os", pick(TEXTS)));
    }

    /**
     * A text that is an instant, with and without an offset of its own.
     *
     * @return ISO-8601
     */
    String when() {
        Instant at = instant(midnight(), Duration.ZERO);
        return random.nextBoolean()
                ? at.toString()
                : at.atZone(pick(ZONES)).toOffsetDateTime().toString();
    }

    /**
     * A list of scalars, sometimes empty or of several kinds.
     *
     * @return the list
     */
    List<Object> list() {
        int size = random.nextInt(4);
        List<Object> list = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            list.add(scalar());
        }
        return list;
    }

    /**
     * A value of any JSON type.
     *
     * @return the value, or null
     */
    Object anything() {
        return switch (random.nextInt(8)) {
            case 0 -> null;
            case 1 -> list();
            case 2 -> Map.of("b", scalar());
            default -> scalar();
        };
    }

    /**
     * A text, a number or a boolean.
     *
     * @return the value
     */
    Object scalar() {
        return switch (random.nextInt(5)) {
            case 0, 1 -> pick(TEXTS);
            case 2, 3 -> pick(NUMBERS);
            default -> random.nextBoolean();
        };
    }

    <T> T pick(List<T> from) {
        return from.get(random.nextInt(from.size()));
    }
}
