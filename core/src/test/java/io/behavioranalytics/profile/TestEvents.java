package io.behavioranalytics.profile;

import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.Category;
import io.behavioranalytics.event.EventBuilder;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.Micros;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Events for tests: by hand, and random timelines whose gaps lie on the edges of every rule. */
final class TestEvents {
    static final long SECOND = 1_000_000L;
    static final long MINUTE = 60 * SECOND;
    static final long HOUR = 60 * MINUTE;
    static final long DAY = 24 * HOUR;
    /** 2026-03-02T10:00:00Z, a whole hour. */
    static final long START = 1_772_445_600_000_000L;

    private static final List<EventType> TYPES = Stream.concat(
                    EventType.BUILT_IN.stream(), Stream.of(EventType.of("agent_chat"), EventType.of("own_type_2")))
            .toList();
    private static final List<String> URLS = List.of(
            "/",
            "/quote/auto",
            "/pricing",
            "https://example.com/en/Features?x=1",
            "https://pricing.example.com/home",
            "/blog?to=/pricing",
            "/repricing",
            "//example.com/auto-coverage.html#top");

    private long next;

    /** An event of a type at an instant, without a session, in the category of its type. */
    BehaviorEvent at(long micros, EventType type) {
        return event(micros, type, null, categoryOf(type), Map.of(), Map.of(), "web", Map.of());
    }

    BehaviorEvent inSession(long micros, EventType type, @Nullable String session) {
        return event(micros, type, session, categoryOf(type), Map.of(), Map.of(), "web", Map.of());
    }

    BehaviorEvent view(long micros, String url) {
        return event(
                micros, EventType.PAGE_VIEW, null, Category.ENGAGEMENT, Map.of("url", url), Map.of(), "web", Map.of());
    }

    BehaviorEvent event(
            long micros,
            EventType type,
            @Nullable String session,
            Category category,
            Map<String, @Nullable Object> page,
            Map<String, @Nullable Object> properties,
            String source,
            Map<String, @Nullable Object> context) {
        next++;
        return new BehaviorEvent(
                new UUID(0, next),
                session,
                "lead",
                null,
                0,
                type,
                category,
                Micros.toInstant(micros),
                source,
                page,
                properties,
                context,
                null,
                Map.of(),
                false);
    }

    static Category categoryOf(EventType type) {
        return switch (type.name()) {
            case "form_start", "form_submit", "form_abandon", "filter_usage", "search_query", "quote_request" ->
                Category.INTENT;
            case "video_play", "download", "social_share" -> Category.CONTENT;
            case "application_start", "application_complete" -> Category.CONVERSION;
            case "email_open", "email_click", "email_reply", "phone_call", "text_interaction" -> Category.COMMUNICATION;
            default -> Category.ENGAGEMENT;
        };
    }

    /** A random timeline in order; some events are of the system, many share their instant. */
    static List<BehaviorEvent> timeline(Random random, int most) {
        TestEvents events = new TestEvents();
        int size = random.nextInt(most + 1);
        List<EventType> favorites = new ArrayList<>();
        for (int i = 0; i < 1 + random.nextInt(8); i++) {
            favorites.add(pick(random, TYPES));
        }
        List<BehaviorEvent> timeline = new ArrayList<>();
        long at = START + random.nextInt(1_000_000);
        boolean dense = random.nextBoolean();
        for (int i = 0; i < size; i++) {
            at += i == 0 ? 0 : gap(random, dense);
            timeline.add(events.random(random, at, pick(random, random.nextInt(3) == 0 ? TYPES : favorites)));
        }
        timeline.sort(Comparator.comparing(BehaviorEvent::key));
        return timeline;
    }

    private BehaviorEvent random(Random random, long at, EventType type) {
        Map<String, @Nullable Object> page = new HashMap<>();
        Map<String, @Nullable Object> properties = new HashMap<>();
        Map<String, @Nullable Object> context = new HashMap<>();
        if (random.nextInt(3) != 0) {
            page.put("url", pick(random, URLS));
        } else if (random.nextBoolean()) {
            page.put("url", random.nextBoolean() ? null : 7L);
        }
        if (random.nextInt(3) != 0) {
            properties.put("url", random.nextInt(4) == 0 ? true : pick(random, URLS));
        }
        if (random.nextBoolean()) {
            context.put("device", pick(random, List.of("mobile", "Desktop", "tablet", "fridge", 3L)));
        }
        Category category = switch (random.nextInt(12)) {
            case 0 -> Category.SYSTEM;
            case 1 -> Category.CONTENT;
            case 2 -> Category.COMMUNICATION;
            default -> categoryOf(type);
        };
        String session = pick(random, SESSIONS);
        BehaviorEvent made = event(
                at,
                type,
                session.isEmpty() ? null : session,
                category,
                page,
                properties,
                pick(random, List.of("web", "web", "email", "sms", "phone", "offline", "server", "kiosk")),
                context);
        // Ids and sequences at random, so that the order among events of one instant is not the order of making.
        return EventBuilder.like(made)
                .id(new UUID(random.nextLong(), random.nextLong()))
                .sequence(random.nextInt(3) - 1)
                .build();
    }

    private static final List<String> SESSIONS = List.of("s1", "s1", "s1", "s2", "s3", "");

    private static long gap(Random random, boolean dense) {
        long edge = pick(random, List.of(30 * MINUTE, HOUR, 24 * HOUR, 7 * DAY, 14 * DAY, 30 * DAY));
        return switch (random.nextInt(dense ? 8 : 5)) {
            case 0 -> 0;
            case 1 -> edge + random.nextInt(3) - 1;
            case 2 -> (long) (random.nextDouble() * 3 * DAY);
            case 3 -> (long) (random.nextDouble() * 40 * MINUTE);
            case 4 -> 1 + random.nextInt(3);
            case 5 -> 6 * MINUTE + 40 * SECOND; // nine of them make exactly an hour
            default -> (long) (random.nextDouble() * 10 * MINUTE);
        };
    }

    /** Instants not before the last event at which something could be on an edge. */
    static long instant(Random random, List<BehaviorEvent> visible) {
        long last = visible.isEmpty() ? START : visible.get(visible.size() - 1).micros();
        BehaviorEvent any = visible.isEmpty() ? null : pick(random, visible);
        long edge = pick(random, List.of(HOUR, 24 * HOUR, 7 * DAY, 14 * DAY, 30 * DAY));
        long at = switch (random.nextInt(4)) {
            case 0 -> last;
            case 1 -> last + (long) (random.nextDouble() * 100 * DAY);
            default -> (any == null ? START : any.micros()) + edge + random.nextInt(3) - 1;
        };
        return Math.max(at, last);
    }

    static <T> T pick(Random random, List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    static EventType type(Random random) {
        return pick(random, TYPES);
    }
}
