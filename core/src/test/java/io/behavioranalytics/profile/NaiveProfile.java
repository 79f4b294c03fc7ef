package io.behavioranalytics.profile;

import static io.behavioranalytics.profile.TestEvents.DAY;
import static io.behavioranalytics.profile.TestEvents.HOUR;
import static io.behavioranalytics.profile.TestEvents.MINUTE;

import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.Category;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.Micros;
import io.behavioranalytics.event.SubjectId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The definitions of docs/scores.md and docs/profiles.md, word for word over a list of events: slow and plain. */
public final class NaiveProfile {
    private static final Set<String> HIGH_VALUE = Set.of("pricing", "features", "compare", "coverage");
    private static final Map<String, Integer> INTEREST =
            Map.of("form_start", 3, "video_play", 3, "download", 4, "filter_usage", 2, "search_query", 2);
    private static final Map<String, Integer> INTENT = Map.of(
            "quote_request",
            20,
            "application_start",
            25,
            "application_complete",
            40,
            "form_submit",
            8,
            "phone_call",
            8);
    private static final Map<String, Integer> ENGAGEMENT = Map.ofEntries(
            Map.entry("page_view", 1),
            Map.entry("time_on_page", 1),
            Map.entry("scroll_depth", 1),
            Map.entry("click_outbound", 1),
            Map.entry("form_start", 3),
            Map.entry("form_submit", 5),
            Map.entry("form_abandon", 3),
            Map.entry("filter_usage", 3),
            Map.entry("email_open", 2),
            Map.entry("email_click", 3),
            Map.entry("video_play", 2),
            Map.entry("download", 3),
            Map.entry("social_share", 3),
            Map.entry("search_query", 2),
            Map.entry("quote_request", 8),
            Map.entry("application_start", 12),
            Map.entry("application_complete", 15),
            Map.entry("phone_call", 6),
            Map.entry("text_interaction", 4),
            Map.entry("email_reply", 4));

    private final List<BehaviorEvent> events;
    private final List<BehaviorEvent> said;
    private final long now;
    private final List<List<BehaviorEvent>> visits;

    public NaiveProfile(List<BehaviorEvent> inOrder, long now) {
        this.events = inOrder.stream()
                .filter(event -> event.category() != Category.SYSTEM && event.micros() <= now)
                .toList();
        this.said = inOrder.stream()
                .filter(event -> event.category() == Category.SYSTEM && event.micros() <= now)
                .toList();
        this.now = now;
        this.visits = visitsOf(events);
    }

    /**
     * The tags of somebody: those of which the last word is that they are added.
     *
     * @param events in order, others than those about tags among them
     * @return the tags, sorted
     */
    public static List<String> tags(List<BehaviorEvent> events) {
        List<String> tags = new ArrayList<>();
        for (BehaviorEvent event : events) {
            Object tag = event.properties().get("tag");
            boolean last = events.stream()
                    .filter(other -> other.type().name().startsWith("tag_")
                            && Objects.equals(other.properties().get("tag"), tag))
                    .reduce((first, second) -> second)
                    .filter(word ->
                            word.id().equals(event.id()) && word.type().name().equals("tag_added"))
                    .isPresent();
            if (last && event.category() == Category.SYSTEM) {
                tags.add((String) Objects.requireNonNull(tag));
            }
        }
        return tags.stream().sorted().toList();
    }

    private Map<String, Object> attributes() {
        Map<String, Object> attributes = new TreeMap<>();
        for (BehaviorEvent event : said) {
            if (event.type().name().equals("attributes_set")) {
                event.properties().forEach((name, value) -> {
                    attributes.remove(name);
                    if (value != null) {
                        attributes.put(name, value);
                    }
                });
            }
        }
        return attributes;
    }

    private static List<List<BehaviorEvent>> visitsOf(List<BehaviorEvent> events) {
        List<List<BehaviorEvent>> visits = new ArrayList<>();
        Map<String, List<BehaviorEvent>> sessions = new TreeMap<>(events.stream()
                .collect(Collectors.groupingBy(event -> event.sessionId() == null ? "" : event.sessionId())));
        for (List<BehaviorEvent> session : sessions.values()) {
            List<BehaviorEvent> visit = new ArrayList<>();
            for (BehaviorEvent event : session) {
                if (!visit.isEmpty()
                        && event.micros() - visit.get(visit.size() - 1).micros() > 30 * MINUTE) {
                    visits.add(visit);
                    visit = new ArrayList<>();
                }
                visit.add(event);
            }
            visits.add(visit);
        }
        return visits;
    }

    public Profile profile(SubjectId subject) {
        long spent = visits.stream()
                .mapToLong(visit ->
                        visit.get(visit.size() - 1).micros() - visit.get(0).micros())
                .sum();
        return new Profile(
                subject,
                Micros.toInstant(now),
                events.size(),
                (int) events.stream().map(BehaviorEvent::type).distinct().count(),
                visits.size(),
                spent / 1_000_000,
                visits.isEmpty() ? 0 : spent / visits.size() / 1_000_000,
                value(Score.ENGAGEMENT, now),
                value(Score.INTEREST, now),
                value(Score.INTENT, now),
                conversion(),
                List.of(),
                pattern(),
                events.isEmpty() ? null : events.get(0).timestamp(),
                events.isEmpty() ? null : events.get(events.size() - 1).timestamp(),
                tags(said),
                attributes());
    }

    private double value(Score score, long at) {
        return -100 * StrictMath.expm1(-points(score, at) / 50);
    }

    double points(Score score, long at) {
        double halfLife = 14.0 * DAY;
        double points = 0;
        long since = 0;
        for (int i = 0; i < events.size(); i++) {
            int added = added(score, i);
            if (added > 0) {
                long t = events.get(i).micros();
                points = points * StrictMath.pow(2, -((t - since) / halfLife)) + added;
                since = t;
            }
        }
        return points * StrictMath.pow(2, -((at - since) / halfLife));
    }

    private int added(Score score, int index) {
        BehaviorEvent event = events.get(index);
        String type = event.type().name();
        return switch (score) {
            case ENGAGEMENT -> ENGAGEMENT.getOrDefault(type, 0);
            case INTEREST ->
                INTEREST.getOrDefault(type, 0) + (isHighValueView(event) ? 3 : 0) + (isReturn(event) ? 2 : 0);
            case INTENT -> INTENT.getOrDefault(type, 0) + (isBurst(index) ? 10 : 0) + (isFastIntent(index) ? 10 : 0);
        };
    }

    private boolean isReturn(BehaviorEvent event) {
        BehaviorEvent veryFirst = events.get(0);
        return visits.stream()
                .anyMatch(visit -> visit.get(0).equals(event) && !visit.get(0).equals(veryFirst));
    }

    private boolean isBurst(int index) {
        return inTrailingHour(index) >= 10 && inTrailingHour(index - 1) < 10;
    }

    private int inTrailingHour(int index) {
        int count = 0;
        for (int i = 0; i <= index; i++) {
            count += events.get(index).micros() - events.get(i).micros() <= HOUR ? 1 : 0;
        }
        return count;
    }

    private boolean isFastIntent(int index) {
        boolean firstOfIntent = INTENT.containsKey(events.get(index).type().name())
                && events.subList(0, index).stream()
                        .noneMatch(event -> INTENT.containsKey(event.type().name()));
        return firstOfIntent && events.get(index).micros() - events.get(0).micros() <= 24 * HOUR;
    }

    static boolean isHighValueView(BehaviorEvent event) {
        Object url = event.page().get("url") instanceof String text
                ? text
                : event.properties().get("url");
        return event.type().equals(EventType.PAGE_VIEW) && url instanceof String text && isHighValue(text);
    }

    static boolean isHighValue(String url) {
        String path = url.replaceFirst("[?#].*", "").replaceFirst("^([a-z]+:)?//[^/]*", "");
        return Arrays.stream(path.split("[^\\p{L}\\p{N}]+"))
                .anyMatch(word -> HIGH_VALUE.contains(word.toLowerCase(Locale.ROOT)));
    }

    BehaviorPattern pattern() {
        if (events.isEmpty()) {
            return BehaviorPattern.EXPLORING;
        }
        if (within(7, named("application_complete", "quote_request")) > 0) {
            return BehaviorPattern.HIGH_INTENT;
        }
        boolean abandoned = false;
        for (int i = 0; i < events.size(); i++) {
            abandoned |= named("form_abandon").test(events.get(i))
                    && events.get(i).micros() > now - 7 * DAY
                    && events.subList(i, events.size()).stream().noneMatch(named("form_submit"));
        }
        if (within(14, event -> true) == 0 || abandoned) {
            return BehaviorPattern.AT_RISK;
        }
        if (within(30, named("form_start", "form_submit", "form_abandon")) >= 2
                && within(30, event -> event.category() == Category.CONTENT) >= 2) {
            return BehaviorPattern.QUALIFIED_INTEREST;
        }
        return within(14, named("search_query", "filter_usage", "download").or(NaiveProfile::isHighValueView)) >= 3
                ? BehaviorPattern.RESEARCHING
                : BehaviorPattern.EXPLORING;
    }

    private long within(int days, Predicate<BehaviorEvent> which) {
        return events.stream()
                .filter(event -> event.micros() > now - days * DAY)
                .filter(which)
                .count();
    }

    private static Predicate<BehaviorEvent> named(String... types) {
        Set<String> names = Set.of(types);
        return event -> names.contains(event.type().name());
    }

    private double conversion() {
        if (events.isEmpty()) {
            return 0;
        }
        long first = events.get(0).micros();
        long last = events.get(events.size() - 1).micros();
        long at = Math.max(last, Math.floorDiv(now, HOUR) * HOUR);
        double logit = -4.6
                + 1.0 * StrictMath.pow(2, -((at - last) / (double) DAY) / 7)
                + 0.25 * StrictMath.log1p(events.size() / Math.max(1, (at - first) / (double) DAY))
                + 0.15 * some(event -> event.category() == Category.CONTENT)
                + 0.15 * some(named("search_query", "filter_usage"))
                + 0.20 * some(event -> event.category() == Category.COMMUNICATION)
                + 0.25 * some(named("form_submit"))
                + 0.50 * some(named("quote_request"))
                + (lastOf("form_abandon") > lastOf("form_submit") ? -0.40 : 0)
                + step()
                + 0.40 * value(Score.ENGAGEMENT, at) / 100
                + 0.50 * value(Score.INTEREST, at) / 100
                + 1.20 * value(Score.INTENT, at) / 100
                + channels()
                + device();
        return 100 / (1 + StrictMath.exp(-logit));
    }

    private double some(Predicate<BehaviorEvent> which) {
        return StrictMath.log1p((double) events.stream().filter(which).count());
    }

    private int lastOf(String type) {
        return events.stream().map(event -> event.type().name()).toList().lastIndexOf(type);
    }

    private double step() {
        if (lastOf("application_complete") >= 0) {
            return 2.6;
        }
        if (lastOf("application_start") >= 0) {
            return 1.8;
        }
        if (lastOf("quote_request") >= 0 || lastOf("form_submit") >= 0) {
            return 1.2;
        }
        if (lastOf("form_start") >= 0) {
            return 0.7;
        }
        return events.stream().anyMatch(named("search_query", "filter_usage").or(NaiveProfile::isHighValueView))
                ? 0.3
                : 0;
    }

    private double channels() {
        Set<String> known = Set.of("web", "email", "sms", "phone", "offline", "server");
        Set<String> sources = new HashSet<>();
        events.forEach(event -> sources.add(known.contains(event.source()) ? event.source() : "own"));
        boolean personal = sources.contains("phone") || sources.contains("offline") || lastOf("phone_call") >= 0;
        return (personal ? 0.30 : 0) + 0.10 * (sources.size() - 1);
    }

    private double device() {
        Set<BehaviorEvent> begins = visits.stream().map(visit -> visit.get(0)).collect(Collectors.toSet());
        Object device = null;
        for (BehaviorEvent event : events) {
            if (begins.contains(event) && event.context().get("device") instanceof String name) {
                device = name.toLowerCase(Locale.ROOT);
            }
        }
        return "desktop".equals(device) ? 0.10 : "mobile".equals(device) ? -0.10 : 0;
    }

    /**
     * What a condition reads of a profile.
     *
     * @param profile any profile
     * @param field the name of a field that has one value
     * @return the value, or null if there is none yet
     */
    public static @Nullable Object field(Profile profile, String field) {
        return switch (field) {
            case "totalEvents" -> profile.totalEvents();
            case "uniqueEventTypes" -> (long) profile.uniqueEventTypes();
            case "visits" -> profile.visits();
            case "totalTimeSpent" -> profile.totalTimeSpent();
            case "averageSessionDuration" -> profile.averageSessionDuration();
            case "engagementScore" -> profile.engagementScore();
            case "interestScore" -> profile.interestScore();
            case "intentScore" -> profile.intentScore();
            case "conversionProbability" -> profile.conversionProbability();
            case "pattern" -> profile.behaviorPattern().json();
            case "firstSeen" -> profile.firstSeen();
            case "lastActivity" -> profile.lastActivity();
            default -> throw new AssertionError("a field that this test does not know: " + field);
        };
    }
}
