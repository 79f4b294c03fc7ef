package io.behavioranalytics.profile;

import io.behavioranalytics.condition.LocalDays;
import io.behavioranalytics.event.Category;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.EventView;
import io.behavioranalytics.event.Micros;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What is worth a person's attention: a pure function of a timeline and an instant. Immutable and thread-safe.
 *
 * <p>It reads a profile, which stands for the whole timeline, and only the events of the last {@value #HISTORY_DAYS} local days and of
 * today; so its cost does not grow with the age of a subject. "Within d" is the window (now − d, now]. Days are those of the
 * subject's zone: of the newest event whose {@code context.timezone} names one, else of the setting.
 *
 * @param zone whose days count where the subject's zone is not known
 * @param botRate the most events that a person brings about within one minute
 */
public record InsightRules(ZoneId zone, int botRate) {
    private static final long SECOND = 1_000_000L;
    private static final long MINUTE = 60 * SECOND;
    private static final long DAY = 86_400 * SECOND;
    private static final long RECENT = 14 * DAY;
    private static final long ABANDON_WINDOW = 7 * DAY;
    private static final long INTENT_WINDOW = 7 * DAY;

    /** How many local days before today say what is usual, at most. */
    private static final int HISTORY_DAYS = 28;

    /** How many of them are needed to say anything: every weekday once. */
    private static final int LEAST_DAYS = 7;

    /** A zone has days of up to 25 hours, and one more day for where the first of them begins. */
    private static final long REACH = (HISTORY_DAYS + 3) * DAY;

    private static final double UNUSUAL = 1e-3;
    private static final double VERY_UNUSUAL = 1e-6;
    private static final double HIGH_PROBABILITY = 70;
    private static final int SOURCES = 3;
    private static final int ACTIVE_DAYS = 5;
    private static final int MOST_IDS = 20;
    private static final int ZONE_EVENTS = 1_000;

    /**
     * Checks the rate.
     *
     * @throws IllegalArgumentException if the rate is not positive
     */
    public InsightRules {
        if (botRate < 1) {
            throw new IllegalArgumentException("botRate must be at least 1: " + botRate);
        }
    }

    /**
     * The instant from which on events are read.
     *
     * @param profile everything up to now
     * @param nowMicros not before the profile's last event
     * @return micros; events before it change nothing
     */
    public static long from(ProfileFold profile, long nowMicros) {
        long reach = nowMicros - REACH;
        return profile.totalEvents() == 0 ? reach : Math.min(reach, profile.lastMicros());
    }

    /**
     * Finds the insights into a subject.
     *
     * @param profile everything up to now
     * @param recent the visible events from {@link #from} to now, in order (S1); earlier ones may stand before them
     * @param nowMicros not before the last event
     * @return in the order of {@link Insight.Rule}, each rule at most once; empty without events
     */
    public List<Insight> insights(ProfileFold profile, List<? extends EventView> recent, long nowMicros) {
        long from = from(profile, nowMicros);
        List<EventView> events = new ArrayList<>();
        for (EventView event : recent) {
            if (event.category() != Category.SYSTEM && event.micros() >= from && event.micros() <= nowMicros) {
                events.add(event);
            }
        }
        List<Insight> found = new ArrayList<>();
        if (profile.totalEvents() > 0) {
            Days days = new Days(zoneOf(events), nowMicros);
            addPattern(events, days, nowMicros, found);
            addRisks(profile, events, nowMicros, found);
            addOpportunities(profile, events, nowMicros, found);
            addUnusualDay(profile, events, days, found);
            addBotLikeRate(events, nowMicros, found);
            addImpossibleOrder(profile, events, days, found);
        }
        return List.copyOf(found);
    }

    /** The zone of the newest event that names one; of so many events as are looked at, since each has to be decoded for it. */
    private ZoneId zoneOf(List<EventView> events) {
        for (int i = events.size() - 1; i >= 0 && i >= events.size() - ZONE_EVENTS; i--) {
            if (events.get(i).context().get("timezone") instanceof String name) {
                try {
                    return ZoneId.of(name);
                } catch (DateTimeException unknown) {
                    // What the host's client wrote is not ours to judge: the event before it may say.
                }
            }
        }
        return zone;
    }

    /** Today and the days before it. */
    private static final class Days {
        private final ZoneId zone;
        private final LocalDate today;
        /** Where each day begins: the oldest first, today the last. */
        private final long[] starts = new long[HISTORY_DAYS + 1];

        Days(ZoneId zone, long now) {
            this.zone = zone;
            today = LocalDays.dayOf(now, zone);
            for (int i = 0; i <= HISTORY_DAYS; i++) {
                starts[i] = Micros.of(LocalDays.start(today.minusDays(HISTORY_DAYS - i), zone));
            }
        }

        /** The place of an instant's day, today being the last; -1 for what lies before the first. */
        int of(long micros) {
            int day = HISTORY_DAYS;
            while (day >= 0 && micros < starts[day]) {
                day--;
            }
            return day;
        }

        long today() {
            return starts[HISTORY_DAYS];
        }

        /** How many whole days of a subject lie before today, the day of its first event included. */
        int before(long first) {
            long days = today.toEpochDay() - LocalDays.dayOf(first, zone).toEpochDay();
            return (int) Math.min(HISTORY_DAYS, days);
        }
    }

    private static void addPattern(List<EventView> events, Days days, long now, List<Insight> found) {
        List<EventView> counted = within(events, RECENT, now, event -> true);
        Set<String> sources = new HashSet<>();
        BitSet active = new BitSet();
        for (EventView event : counted) {
            sources.add(event.source());
            active.set(days.of(event.micros()));
        }
        if (sources.size() >= SOURCES || active.cardinality() >= ACTIVE_DAYS) {
            found.add(Insight.Rule.CONSISTENT_ENGAGEMENT.insight(
                    Insight.Severity.LOW,
                    evidence(
                            counted,
                            "events",
                            counted.size(),
                            "sources",
                            sources.size(),
                            "activeDays",
                            active.cardinality())));
        }
    }

    private static void addRisks(ProfileFold profile, List<EventView> events, long now, List<Insight> found) {
        List<EventView> abandoned = new ArrayList<>();
        for (EventView event : within(events, ABANDON_WINDOW, now, event -> true)) {
            if (event.type().equals(EventType.FORM_ABANDON)) {
                abandoned.add(event);
            } else if (event.type().equals(EventType.FORM_SUBMIT)) {
                abandoned.clear();
            }
        }
        if (!abandoned.isEmpty()) {
            found.add(Insight.Rule.FORM_ABANDONED.insight(
                    Insight.Severity.HIGH, evidence(abandoned, "abandons", abandoned.size())));
        }
        long last = profile.lastMicros();
        if (now - last >= RECENT) {
            List<EventView> latest =
                    events.stream().filter(event -> event.micros() == last).toList();
            found.add(Insight.Rule.SILENT.insight(
                    Insight.Severity.MEDIUM, evidence(latest, "silentDays", (now - last) / DAY)));
        }
    }

    private static void addOpportunities(ProfileFold profile, List<EventView> events, long now, List<Insight> found) {
        double probability = profile.conversionProbability(now);
        if (probability >= HIGH_PROBABILITY) {
            List<EventView> signals = within(
                    events,
                    RECENT,
                    now,
                    event -> event.category() == Category.INTENT || event.category() == Category.CONVERSION);
            found.add(Insight.Rule.HIGH_PROBABILITY.insight(
                    Insight.Severity.HIGH,
                    evidence(
                            signals,
                            "conversionProbability",
                            probability,
                            "intentScore",
                            profile.score(Score.INTENT, now))));
        }
        if (profile.pattern(now) == BehaviorPattern.HIGH_INTENT) {
            List<EventView> signals = within(
                    events,
                    INTENT_WINDOW,
                    now,
                    event -> event.type().equals(EventType.QUOTE_REQUEST)
                            || event.type().equals(EventType.APPLICATION_COMPLETE));
            found.add(Insight.Rule.HIGH_INTENT.insight(
                    Insight.Severity.HIGH,
                    evidence(signals, "events", signals.size(), "conversionProbability", probability)));
        }
    }

    /**
     * Compares today with the days before. Who is seen less than once a day is taken for seen once: that somebody comes back is no
     * anomaly.
     */
    private static void addUnusualDay(ProfileFold profile, List<EventView> events, Days days, List<Insight> found) {
        int length = days.before(profile.firstMicros());
        if (length < LEAST_DAYS) {
            return;
        }
        long before = 0;
        List<EventView> today = new ArrayList<>();
        for (EventView event : events) {
            if (event.micros() >= days.today()) {
                today.add(event);
            } else if (event.micros() >= days.starts[HISTORY_DAYS - length]) {
                before++;
            }
        }
        double mean = Math.max(1, (double) before / length);
        double tail = PoissonTail.atLeast(today.size(), mean);
        if (tail < UNUSUAL) {
            found.add(Insight.Rule.UNUSUAL_DAY.insight(
                    tail < VERY_UNUSUAL ? Insight.Severity.HIGH : Insight.Severity.MEDIUM,
                    evidence(
                            today,
                            "eventsToday",
                            today.size(),
                            "daysBefore",
                            length,
                            "eventsBefore",
                            before,
                            "dailyMean",
                            mean,
                            "tailProbability",
                            tail)));
        }
    }

    private void addBotLikeRate(List<EventView> events, long now, List<Insight> found) {
        List<EventView> counted = within(events, DAY, now, event -> true);
        int most = 0;
        int end = 0;
        int first = 0;
        for (int i = 0; i < counted.size(); i++) {
            while (counted.get(i).micros() - counted.get(first).micros() > MINUTE) {
                first++;
            }
            if (i - first + 1 > most) {
                most = i - first + 1;
                end = i + 1;
            }
        }
        if (most > botRate) {
            found.add(Insight.Rule.BOT_LIKE_RATE.insight(
                    Insight.Severity.HIGH,
                    evidence(counted.subList(end - most, end), "eventsInAMinute", most, "limit", botRate)));
        }
    }

    private static void addImpossibleOrder(
            ProfileFold profile, List<EventView> events, Days days, List<Insight> found) {
        long startsHere = events.stream()
                .filter(event -> event.type().equals(EventType.APPLICATION_START))
                .count();
        boolean started = profile.count(EventType.APPLICATION_START) > startsHere;
        List<EventView> unstarted = new ArrayList<>();
        for (EventView event : events) {
            if (event.type().equals(EventType.APPLICATION_START)) {
                started = true;
            } else if (event.type().equals(EventType.APPLICATION_COMPLETE)
                    && !started
                    && days.of(event.micros()) >= 0) {
                unstarted.add(event);
            }
        }
        if (!unstarted.isEmpty()) {
            found.add(Insight.Rule.IMPOSSIBLE_ORDER.insight(
                    Insight.Severity.MEDIUM, evidence(unstarted, "completions", unstarted.size())));
        }
    }

    private static List<EventView> within(List<EventView> events, long window, long now, Predicate<EventView> counted) {
        return events.stream()
                .filter(event -> event.micros() > now - window && counted.test(event))
                .toList();
    }

    private static Insight.Evidence evidence(List<EventView> events, Object... namesAndNumbers) {
        Map<String, Number> numbers = new LinkedHashMap<>();
        for (int i = 0; i < namesAndNumbers.length; i += 2) {
            Number number = (Number) namesAndNumbers[i + 1];
            numbers.put((String) namesAndNumbers[i], number instanceof Integer whole ? Long.valueOf(whole) : number);
        }
        Instant first = events.isEmpty() ? null : Micros.toInstant(events.get(0).micros());
        Instant last = events.isEmpty()
                ? null
                : Micros.toInstant(events.get(events.size() - 1).micros());
        return new Insight.Evidence(
                events.subList(Math.max(0, events.size() - MOST_IDS), events.size()).stream()
                        .map(EventView::id)
                        .toList(),
                first,
                last,
                numbers);
    }
}
