package io.behavioranalytics.profile;

import static io.behavioranalytics.profile.TestEvents.DAY;
import static io.behavioranalytics.profile.TestEvents.HOUR;
import static io.behavioranalytics.profile.TestEvents.MINUTE;
import static io.behavioranalytics.profile.TestEvents.SECOND;
import static io.behavioranalytics.profile.TestEvents.START;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.Category;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.EventView;
import io.behavioranalytics.event.Micros;
import io.behavioranalytics.profile.Insight.Rule;
import io.behavioranalytics.profile.Insight.Severity;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class InsightRulesTest {
    private static final ZoneId UTC = ZoneOffset.UTC;
    private static final int BOT_RATE = 120;

    private final TestEvents events = new TestEvents();
    private final List<BehaviorEvent> timeline = new ArrayList<>();

    @Test
    void the_seeds_four_sentences_are_told_by_what_they_say() {
        assertThat(Rule.CONSISTENT_ENGAGEMENT.insight(Severity.LOW, NOTHING).text())
                .isEqualTo("User shows consistent engagement across multiple touchpoints");
        assertThat(Rule.FORM_ABANDONED.insight(Severity.HIGH, NOTHING).text())
                .isEqualTo("Form abandonment detected - trigger recovery campaign");
        assertThat(Rule.HIGH_PROBABILITY.insight(Severity.HIGH, NOTHING).text())
                .isEqualTo("High conversion probability - assign to top agent");
        assertThat(Rule.UNUSUAL_DAY.insight(Severity.HIGH, NOTHING).text())
                .isEqualTo("Unusual behavior pattern detected");
    }

    private static final Insight.Evidence NOTHING = new Insight.Evidence(List.of(), null, null, Map.of());

    @Test
    void nothing_is_told_of_who_has_no_events() {
        assertThat(insights(START)).isEmpty();
    }

    @Test
    void three_sources_within_fourteen_days_are_consistent_engagement_until_the_first_of_them_leaves() {
        source(START, "web");
        source(START + HOUR, "email");
        source(START + 2 * HOUR, "web");
        assertThat(find(Rule.CONSISTENT_ENGAGEMENT, START + 3 * HOUR)).isEmpty();
        source(START + 4 * HOUR, "phone");

        Insight insight = find(Rule.CONSISTENT_ENGAGEMENT, START + 4 * HOUR).orElseThrow();
        assertThat(insight.kind()).isEqualTo(Insight.Kind.PATTERN);
        assertThat(insight.evidence().numbers()).isEqualTo(Map.of("events", 4L, "sources", 3L, "activeDays", 1L));
        assertThat(insight.evidence().events())
                .containsExactlyElementsOf(
                        timeline.stream().map(BehaviorEvent::id).toList());
        assertThat(find(Rule.CONSISTENT_ENGAGEMENT, START + HOUR + 14 * DAY - 1))
                .isPresent();
        assertThat(find(Rule.CONSISTENT_ENGAGEMENT, START + HOUR + 14 * DAY)).isEmpty();
    }

    @Test
    void five_active_days_are_those_of_the_zone_that_the_newest_event_names() {
        for (int day = 0; day < 5; day++) {
            timeline.add(events.at(START + day * DAY - 10 * HOUR, EventType.PAGE_VIEW)); // midnight UTC
        }
        long now = START + 4 * DAY;
        assertThat(find(Rule.CONSISTENT_ENGAGEMENT, now)).isPresent();

        timeline.clear();
        for (int day = 0; day < 4; day++) {
            timeline.add(events.at(START + day * DAY - 10 * HOUR, EventType.PAGE_VIEW));
        }
        zoned(START - 10 * HOUR - SECOND, "no/zone");
        assertThat(find(Rule.CONSISTENT_ENGAGEMENT, now)).isPresent(); // the second before midnight is another day
        zoned(START + 3 * DAY - 9 * HOUR, "America/New_York");
        assertThat(find(Rule.CONSISTENT_ENGAGEMENT, now)).isEmpty(); // and the same evening in New York
    }

    @Test
    void an_abandoned_form_is_a_risk_for_seven_days_or_until_a_form_is_submitted() {
        timeline.add(events.at(START, EventType.FORM_ABANDON));
        Insight insight = find(Rule.FORM_ABANDONED, START).orElseThrow();
        assertThat(insight.severity()).isEqualTo(Severity.HIGH);
        assertThat(insight.suggestedAction()).isEqualTo("send_email");
        assertThat(insight.evidence().first()).isEqualTo(Micros.toInstant(START));
        assertThat(find(Rule.FORM_ABANDONED, START + 7 * DAY - 1)).isPresent();
        assertThat(find(Rule.FORM_ABANDONED, START + 7 * DAY)).isEmpty();

        timeline.add(events.at(START + HOUR, EventType.FORM_SUBMIT));
        assertThat(find(Rule.FORM_ABANDONED, START + HOUR)).isEmpty();
        timeline.add(events.at(START + 2 * HOUR, EventType.FORM_ABANDON));
        assertThat(find(Rule.FORM_ABANDONED, START + 2 * HOUR)
                        .orElseThrow()
                        .evidence()
                        .numbers())
                .isEqualTo(Map.of("abandons", 1L));
    }

    @Test
    void silence_is_a_risk_from_the_fourteenth_day_on_and_rests_on_the_last_event_however_old() {
        timeline.add(events.at(START, EventType.PAGE_VIEW));
        assertThat(find(Rule.SILENT, START + 14 * DAY - 1)).isEmpty();
        assertThat(find(Rule.SILENT, START + 14 * DAY)).isPresent();

        Insight later = find(Rule.SILENT, START + 400 * DAY).orElseThrow();
        assertThat(later.evidence().numbers()).isEqualTo(Map.of("silentDays", 400L));
        assertThat(later.evidence().events()).containsExactly(timeline.get(0).id());
    }

    @Test
    void high_intent_is_an_opportunity_as_long_as_it_is_the_pattern() {
        timeline.add(events.at(START, EventType.QUOTE_REQUEST));
        Insight insight = find(Rule.HIGH_INTENT, START + 7 * DAY - 1).orElseThrow();
        assertThat(insight.kind()).isEqualTo(Insight.Kind.OPPORTUNITY);
        assertThat(insight.suggestedAction()).isEqualTo("assign_agent");
        assertThat(insight.evidence().events()).containsExactly(timeline.get(0).id());
        assertThat(find(Rule.HIGH_INTENT, START + 7 * DAY)).isEmpty();
    }

    @Test
    void a_probability_of_seventy_is_an_opportunity() {
        long at = START;
        for (EventType type : List.of(
                EventType.FORM_START,
                EventType.FORM_SUBMIT,
                EventType.QUOTE_REQUEST,
                EventType.APPLICATION_START,
                EventType.PHONE_CALL,
                EventType.EMAIL_REPLY)) {
            timeline.add(events.at(at, type));
            at += HOUR;
        }
        Optional<Insight> found = find(Rule.HIGH_PROBABILITY, at);
        double probability = fold(at).conversionProbability(at);
        assertThat(found.isPresent()).isEqualTo(probability >= 70);
        assertThat(probability).isGreaterThanOrEqualTo(70);
        assertThat(found.orElseThrow().evidence().numbers()).containsEntry("conversionProbability", probability);
    }

    @Test
    void a_day_of_six_events_is_unusual_for_who_came_once_a_day_and_five_are_not() {
        for (int day = 0; day < 7; day++) {
            timeline.add(events.at(START + day * DAY, EventType.PAGE_VIEW));
        }
        long today = START + 7 * DAY;
        repeat(5, today, MINUTE);
        assertThat(find(Rule.UNUSUAL_DAY, today + HOUR)).isEmpty();
        repeat(1, today + 2 * HOUR, MINUTE);
        Insight insight = find(Rule.UNUSUAL_DAY, today + 3 * HOUR).orElseThrow();
        assertThat(insight.severity()).isEqualTo(Severity.MEDIUM);
        assertThat(insight.evidence().numbers())
                .containsEntry("eventsToday", 6L)
                .containsEntry("daysBefore", 7L)
                .containsEntry("eventsBefore", 7L)
                .containsEntry("dailyMean", 1.0);
        assertThat(insight.evidence().numbers())
                .hasEntrySatisfying(
                        "tailProbability",
                        tail -> assertThat(tail.doubleValue()).isBetween(0.000_594, 0.000_595));
        assertThat(find(Rule.UNUSUAL_DAY, today + 14 * HOUR))
                .as("at midnight it is another day")
                .isEmpty();
    }

    @Test
    void less_than_a_week_says_nothing_of_what_is_usual() {
        timeline.add(events.at(START, EventType.PAGE_VIEW));
        repeat(100, START + 6 * DAY, MINUTE);
        assertThat(find(Rule.UNUSUAL_DAY, START + 6 * DAY + 2 * HOUR)).isEmpty();
        timeline.remove(0);
        timeline.add(0, events.at(START - DAY, EventType.PAGE_VIEW));
        assertThat(find(Rule.UNUSUAL_DAY, START + 6 * DAY + 2 * HOUR)
                        .orElseThrow()
                        .severity())
                .isEqualTo(Severity.HIGH);
    }

    @Test
    void who_comes_back_after_a_long_time_is_no_anomaly() {
        timeline.add(events.at(START, EventType.PAGE_VIEW));
        repeat(3, START + 100 * DAY, MINUTE);
        assertThat(find(Rule.UNUSUAL_DAY, START + 100 * DAY + HOUR)).isEmpty();
    }

    @Test
    void more_events_in_a_minute_than_a_person_makes_are_told_for_a_day() {
        repeat(BOT_RATE, START, MINUTE / (BOT_RATE - 1));
        long last = timeline.get(BOT_RATE - 1).micros();
        assertThat(find(Rule.BOT_LIKE_RATE, last)).isEmpty();
        timeline.add(events.at(last, EventType.PAGE_VIEW));

        Insight insight = find(Rule.BOT_LIKE_RATE, last + HOUR).orElseThrow();
        assertThat(insight.evidence().numbers()).isEqualTo(Map.of("eventsInAMinute", 121L, "limit", 120L));
        assertThat(insight.evidence().events()).hasSize(20);
        assertThat(find(Rule.BOT_LIKE_RATE, START + DAY))
                .as("the first of them has left")
                .isEmpty();
    }

    @Test
    void an_application_completed_without_a_start_is_an_impossible_order_however_long_ago_the_start_would_be() {
        timeline.add(events.at(START + 60 * DAY, EventType.APPLICATION_COMPLETE));
        timeline.add(events.at(START + 61 * DAY, EventType.APPLICATION_START));
        Insight insight = find(Rule.IMPOSSIBLE_ORDER, START + 61 * DAY).orElseThrow();
        assertThat(insight.evidence().events()).containsExactly(timeline.get(0).id());

        timeline.add(0, events.at(START, EventType.APPLICATION_START));
        assertThat(find(Rule.IMPOSSIBLE_ORDER, START + 61 * DAY)).isEmpty();
    }

    @Test
    void what_the_system_did_is_no_behavior() {
        for (int i = 0; i < 200; i++) {
            timeline.add(events.event(
                    START,
                    EventType.FORM_ABANDON,
                    null,
                    Category.SYSTEM,
                    Map.of(),
                    Map.of(),
                    "s" + i,
                    Map.of("timezone", "Asia/Kathmandu")));
        }
        timeline.add(events.at(START, EventType.PAGE_VIEW));
        assertThat(insights(START)).isEmpty();
    }

    @Test
    void an_insight_is_written_as_json() {
        timeline.add(events.at(START, EventType.FORM_ABANDON));
        assertThat(find(Rule.FORM_ABANDONED, START).orElseThrow().toJson())
                .isEqualTo("{\"type\":\"risk\",\"rule\":\"form_abandoned\",\"severity\":\"high\","
                        + "\"text\":\"Form abandonment detected - trigger recovery campaign\","
                        + "\"suggestedAction\":\"send_email\",\"evidence\":{\"events\":[\""
                        + timeline.get(0).id()
                        + "\"],\"first\":\"2026-03-02T10:00:00Z\",\"last\":\"2026-03-02T10:00:00Z\","
                        + "\"numbers\":{\"abandons\":1}}}");
    }

    @Test
    void a_rate_of_nothing_is_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new InsightRules(UTC, 0))
                .withMessage("botRate must be at least 1: 0");
    }

    @Test
    void random_timelines_have_the_insights_that_the_plain_rules_find_and_older_events_change_none() {
        Map<String, Integer> seen = new TreeMap<>();
        for (long seed = 1; seed <= 4_000; seed++) {
            Random random = new Random(seed);
            List<BehaviorEvent> all = timeline(random);
            long now = TestEvents.instant(random, all);
            int botRate = 2 + random.nextInt(10);
            ZoneId zone = ZoneId.of(TestEvents.pick(random, ZONES));
            ProfileFold fold = new ProfileFold(ScoringModel.defaults());
            all.forEach(fold::apply);
            InsightRules rules = new InsightRules(zone, botRate);
            long from = InsightRules.from(fold, now);

            List<Insight> insights = rules.insights(
                    fold, all.stream().filter(event -> event.micros() >= from).toList(), now);

            assertThat(rules.insights(fold, all, now)).as("seed %s", seed).isEqualTo(insights);
            assertThat(plain(insights))
                    .as("seed %s", seed)
                    .isEqualTo(new NaiveInsights(all, Micros.toInstant(now), zone, botRate).found());
            insights.forEach(insight -> seen.merge(insight.rule().json(), 1, Integer::sum));
        }
        assertThat(seen).as("rules that were met").hasSize(Rule.values().length);
        assertThat(seen.values()).allSatisfy(times -> assertThat(times).isGreaterThan(20));
    }

    private static final List<String> ZONES =
            List.of("UTC", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu");

    /** Sometimes with a burst at the end, with a zone, and with a signal of high intent. */
    private static List<BehaviorEvent> timeline(Random random) {
        List<BehaviorEvent> all = new ArrayList<>(TestEvents.timeline(random, 60));
        TestEvents more = new TestEvents();
        long at = all.isEmpty() ? START : all.get(all.size() - 1).micros();
        if (random.nextInt(3) == 0) {
            at += random.nextInt(20) * DAY / 2;
            int size = random.nextInt(30);
            long step = random.nextBoolean() ? MINUTE * 3 : 12 * SECOND;
            for (int i = 0; i < size; i++) {
                all.add(more.at(at += step, TestEvents.type(random)));
            }
        }
        if (random.nextInt(3) == 0) {
            Map<String, Object> context = new HashMap<>();
            context.put("timezone", random.nextInt(5) == 0 ? "nowhere" : TestEvents.pick(random, ZONES));
            all.add(more.event(
                    at + random.nextInt(1_000),
                    EventType.PAGE_VIEW,
                    null,
                    Category.ENGAGEMENT,
                    Map.of(),
                    Map.of(),
                    "web",
                    context));
        }
        return all;
    }

    private static Map<String, String> plain(List<Insight> insights) {
        Map<String, String> plain = new TreeMap<>();
        for (Insight insight : insights) {
            String ids =
                    insight.evidence().events().stream().map(Object::toString).collect(Collectors.joining(","));
            plain.put(insight.rule().json(), insight.severity().json() + " " + ids);
        }
        return plain;
    }

    private ProfileFold fold(long now) {
        ProfileFold fold = new ProfileFold(ScoringModel.defaults());
        for (BehaviorEvent event : timeline) {
            if (event.micros() <= now) {
                fold.apply(event);
            }
        }
        return fold;
    }

    private List<Insight> insights(long now) {
        List<EventView> visible = timeline.stream()
                .<EventView>map(event -> event)
                .filter(event -> event.micros() <= now)
                .toList();
        return new InsightRules(UTC, BOT_RATE).insights(fold(now), visible, now);
    }

    private Optional<Insight> find(Rule rule, long now) {
        return insights(now).stream().filter(insight -> insight.rule() == rule).findFirst();
    }

    private void source(long at, String source) {
        timeline.add(
                events.event(at, EventType.PAGE_VIEW, null, Category.ENGAGEMENT, Map.of(), Map.of(), source, Map.of()));
    }

    private void zoned(long at, String zone) {
        timeline.add(events.event(
                at,
                EventType.PAGE_VIEW,
                null,
                Category.ENGAGEMENT,
                Map.of(),
                Map.of(),
                "web",
                Map.of("timezone", zone)));
        timeline.sort(java.util.Comparator.comparing(BehaviorEvent::key));
    }

    private void repeat(int times, long from, long step) {
        for (int i = 0; i < times; i++) {
            timeline.add(events.at(from + i * step, EventType.PAGE_VIEW));
        }
    }
}
