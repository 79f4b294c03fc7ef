package io.behavioranalytics.profile;

import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.Category;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** The rules of docs/insights.md, word for word over all events of a subject: slow and plain. */
final class NaiveInsights {
    private final List<BehaviorEvent> events;
    private final Instant now;
    private final ZoneId zone;
    private final int botRate;

    NaiveInsights(List<BehaviorEvent> visible, Instant now, ZoneId otherwise, int botRate) {
        this.events = visible.stream()
                .filter(event -> event.category() != Category.SYSTEM)
                .toList();
        this.now = now;
        this.botRate = botRate;
        this.zone = zone(otherwise);
    }

    private ZoneId zone(ZoneId otherwise) {
        // Only a month back and, of somebody silent for longer, the last instant.
        Instant month = now.minus(Duration.ofDays(31));
        Instant last = events.isEmpty() ? now : events.get(events.size() - 1).timestamp();
        ZoneId found = otherwise;
        for (BehaviorEvent event : events) {
            if (!event.timestamp().isBefore(month) || event.timestamp().equals(last)) {
                try {
                    if (event.context().get("timezone") instanceof String name) {
                        found = ZoneId.of(name);
                    }
                } catch (DateTimeException malformed) {
                    // Named nothing.
                }
            }
        }
        return found;
    }

    /** The rule of each insight with its severity and the ids that it rests on, all of them. */
    Map<String, String> found() {
        Map<String, String> found = new TreeMap<>();
        if (events.isEmpty()) {
            return found;
        }
        Instant last = events.get(events.size() - 1).timestamp();
        List<BehaviorEvent> recent = within(14, event -> true);
        if (recent.stream().map(BehaviorEvent::source).distinct().count() >= 3
                || recent.stream().map(this::day).distinct().count() >= 5) {
            put(found, "consistent_engagement", "low", recent);
        }
        List<BehaviorEvent> abandons = within(
                7,
                event -> is(event, "form_abandon")
                        && events.subList(events.indexOf(event), events.size()).stream()
                                .noneMatch(later -> is(later, "form_submit")));
        if (!abandons.isEmpty()) {
            put(found, "form_abandoned", "high", abandons);
        }
        if (recent.isEmpty()) {
            put(
                    found,
                    "silent",
                    "medium",
                    events.stream()
                            .filter(event -> event.timestamp().equals(last))
                            .toList());
        }
        ProfileFold fold = new ProfileFold(ScoringModel.defaults());
        events.forEach(fold::apply);
        if (fold.conversionProbability(io.behavioranalytics.event.Micros.of(now)) >= 70) {
            put(
                    found,
                    "high_probability",
                    "high",
                    within(
                            14,
                            event -> event.category() == Category.INTENT || event.category() == Category.CONVERSION));
        }
        List<BehaviorEvent> intents =
                within(7, event -> is(event, "quote_request") || is(event, "application_complete"));
        if (!intents.isEmpty()) {
            put(found, "high_intent", "high", intents);
        }
        unusualDay(found);
        botLikeRate(found);
        List<BehaviorEvent> unstarted = events.stream()
                .filter(event -> is(event, "application_complete")
                        && !day(event).isBefore(today().minusDays(28))
                        && events.subList(0, events.indexOf(event)).stream()
                                .noneMatch(earlier -> is(earlier, "application_start")))
                .toList();
        if (!unstarted.isEmpty()) {
            put(found, "impossible_order", "medium", unstarted);
        }
        return found;
    }

    private void unusualDay(Map<String, String> found) {
        int days = 0;
        int before = 0;
        for (int back = 1; back <= 28; back++) {
            LocalDate day = today().minusDays(back);
            if (!day.isBefore(day(events.get(0)))) {
                days++;
                before += (int)
                        events.stream().filter(event -> day(event).equals(day)).count();
            }
        }
        List<BehaviorEvent> today =
                events.stream().filter(event -> day(event).equals(today())).toList();
        if (days >= 7) {
            double mean = Math.max(1, (double) before / days);
            double tail = tail(today.size(), new BigDecimal(mean));
            if (tail < 0.001) {
                put(found, "unusual_day", tail < 0.000_001 ? "high" : "medium", today);
            }
        }
    }

    private void botLikeRate(Map<String, String> found) {
        List<BehaviorEvent> day = within(1, event -> true);
        List<BehaviorEvent> most = List.of();
        for (int i = 0; i < day.size(); i++) {
            Instant start = day.get(i).timestamp();
            List<BehaviorEvent> minute = day.subList(i, day.size()).stream()
                    .filter(event -> !event.timestamp().isAfter(start.plusSeconds(60)))
                    .toList();
            if (minute.size() > most.size()) {
                most = minute;
            }
        }
        if (most.size() > botRate) {
            put(found, "bot_like_rate", "high", most);
        }
    }

    /** One minus the sum of what is fewer, with 60 digits. */
    private static double tail(int count, BigDecimal mean) {
        MathContext digits = new MathContext(60);
        BigDecimal e = BigDecimal.ONE;
        BigDecimal term = BigDecimal.ONE;
        BigDecimal fewer = BigDecimal.ZERO;
        for (int i = 1; i <= count || term.compareTo(new BigDecimal("1e-60")) > 0; i++) {
            fewer = i <= count ? fewer.add(term, digits) : fewer;
            term = term.multiply(mean, digits).divide(BigDecimal.valueOf(i), digits);
            e = e.add(term, digits);
        }
        return BigDecimal.ONE.subtract(fewer.divide(e, digits)).doubleValue();
    }

    private List<BehaviorEvent> within(int days, Predicate<BehaviorEvent> counted) {
        Instant start = now.minus(Duration.ofDays(days));
        List<BehaviorEvent> within = new ArrayList<>();
        for (BehaviorEvent event : events) {
            if (event.timestamp().isAfter(start) && counted.test(event)) {
                within.add(event);
            }
        }
        return within;
    }

    private LocalDate day(BehaviorEvent event) {
        return event.timestamp().atZone(zone).toLocalDate();
    }

    private LocalDate today() {
        return now.atZone(zone).toLocalDate();
    }

    private static boolean is(BehaviorEvent event, String type) {
        return event.type().name().equals(type);
    }

    private static void put(Map<String, String> found, String rule, String severity, List<BehaviorEvent> proof) {
        found.put(
                rule,
                severity + " "
                        + proof.subList(Math.max(0, proof.size() - 20), proof.size()).stream()
                                .map(event -> event.id().toString())
                                .collect(Collectors.joining(",")));
    }
}
