package io.behavioranalytics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.Category;
import io.behavioranalytics.event.EventCatalog;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.TrackRequest;
import io.behavioranalytics.profile.Insight;
import io.behavioranalytics.profile.Profile;
import io.behavioranalytics.profile.Score;
import io.behavioranalytics.profile.ScoreLedger;
import io.behavioranalytics.store.InMemoryStore;
import io.behavioranalytics.store.Subjects;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ProfilesTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final SubjectId LEAD = SubjectId.lead("lead-1");

    private static final EventCatalog CATALOG =
            EventCatalog.builder().declare("call_back", Category.INTENT, 20).build();
    private static final Settings SETTINGS = Settings.builder()
            .sessionTimeout(Duration.ofMinutes(10))
            .retention(Duration.ofDays(30))
            .build();

    private final VirtualClock clock = VirtualClock.at(NOW);
    private final InMemoryStore store = new InMemoryStore(clock);
    private final BehaviorAnalytics analytics = BehaviorAnalytics.builder()
            .store(store)
            .clock(clock)
            .catalog(CATALOG)
            .settings(SETTINGS)
            .build();

    @AfterEach
    void close() {
        analytics.close();
    }

    @Test
    void nobody_is_known_before_the_first_event() {
        assertThat(analytics.profiles().get(LEAD)).isEmpty();
        assertThat(analytics.profiles().get(LEAD, ProfileQuery.withEvents())).isEmpty();
        assertThat(analytics.profiles().ledger(LEAD, Score.ENGAGEMENT).entries())
                .isEmpty();
    }

    @Test
    void a_profile_is_as_of_now_though_nothing_is_written_by_asking() {
        track(EventType.QUOTE_REQUEST);
        Profile fresh = get();
        clock.advance(Duration.ofDays(14));
        Profile later = get();
        assertThat(later.asOf()).isEqualTo(clock.instant());
        assertThat(later.engagementScore()).isLessThan(fresh.engagementScore());
        assertThat(store.subjects()
                        .load(List.of(LEAD), Subjects.Projection.STATE)
                        .get(LEAD))
                .satisfies(record -> assertThat(record.version()).isEqualTo(1));
    }

    @Test
    void insights_are_as_of_now_and_of_visible_events_alone() {
        assertThat(rules(LEAD)).isEmpty();
        track(EventType.FORM_ABANDON);
        assertThat(rules(LEAD)).containsExactly(Insight.Rule.FORM_ABANDONED);
        clock.advance(Duration.ofDays(7));
        assertThat(rules(LEAD)).isEmpty();
        clock.advance(Duration.ofDays(7));
        assertThat(rules(LEAD)).containsExactly(Insight.Rule.SILENT);
        clock.advance(Duration.ofDays(16).minusSeconds(1));
        assertThat(rules(LEAD)).containsExactly(Insight.Rule.SILENT);
        clock.advance(Duration.ofSeconds(1));
        assertThat(rules(LEAD)).as("past the retention nothing is known").isEmpty();
        assertThat(store.subjects()
                        .load(List.of(LEAD), Subjects.Projection.STATE)
                        .get(LEAD))
                .satisfies(record -> assertThat(record.version()).isEqualTo(1));
    }

    @Test
    void an_application_that_was_started_before_the_events_that_are_read_is_known() {
        track(EventType.APPLICATION_START);
        clock.advance(Duration.ofDays(29));
        track(EventType.APPLICATION_COMPLETE);
        assertThat(rules(LEAD)).doesNotContain(Insight.Rule.IMPOSSIBLE_ORDER);
        clock.advance(Duration.ofDays(1));
        assertThat(rules(LEAD)).as("the start is past its retention").contains(Insight.Rule.IMPOSSIBLE_ORDER);
    }

    @Test
    void insights_into_a_linked_session_are_those_of_its_own_events() {
        analytics.track(
                TrackRequest.builder(EventType.FORM_ABANDON).sessionId("s-1").build());
        analytics.identify("s-1", "lead-1");
        analytics.track(
                TrackRequest.builder(EventType.QUOTE_REQUEST).leadId("lead-1").build());
        assertThat(rules(SubjectId.session("s-1"))).containsExactly(Insight.Rule.FORM_ABANDONED);
        assertThat(rules(LEAD)).containsExactly(Insight.Rule.FORM_ABANDONED, Insight.Rule.HIGH_INTENT);
    }

    @Test
    void insights_read_the_last_month_and_not_the_whole_timeline() {
        track(EventType.PAGE_VIEW);
        List<Instant> asked = new ArrayList<>();
        Subjects counted = (Subjects) java.lang.reflect.Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Subjects.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("load") && arguments[1] instanceof Instant from) {
                        asked.add(from);
                    } else if (method.getName().equals("load")) {
                        assertThat(arguments[1]).isEqualTo(Subjects.Projection.STATE);
                    }
                    return method.invoke(store.subjects(), arguments);
                });
        try (BehaviorAnalytics reading = BehaviorAnalytics.builder()
                .store(new ForwardingStore(store) {
                    @Override
                    public Subjects subjects() {
                        return counted;
                    }
                })
                .clock(clock)
                .catalog(CATALOG)
                .settings(SETTINGS)
                .build()) {
            reading.profiles().insights(LEAD);
        }
        assertThat(asked).containsExactly(clock.instant().minus(Duration.ofDays(31)));
    }

    private List<Insight.Rule> rules(SubjectId subject) {
        return analytics.profiles().insights(subject).stream()
                .map(Insight::rule)
                .toList();
    }

    @Test
    void a_range_counts_its_own_events_alone() {
        track(EventType.PAGE_VIEW);
        clock.advance(Duration.ofDays(1));
        Instant start = clock.instant();
        track(EventType.DOWNLOAD);
        clock.advance(Duration.ofDays(1));
        Instant end = clock.instant();
        track(EventType.PAGE_VIEW);
        ProfileDetail detail = analytics
                .profiles()
                .get(LEAD, new ProfileQuery(start, end, true))
                .orElseThrow();
        assertThat(detail.events()).extracting(BehaviorEvent::type).containsExactly(EventType.DOWNLOAD);
        assertThat(detail.profile().totalEvents()).isEqualTo(1);
        assertThat(detail.profile().asOf()).isEqualTo(end);
        ProfileDetail all =
                analytics.profiles().get(LEAD, ProfileQuery.withEvents()).orElseThrow();
        assertThat(all.events()).hasSize(3);
        assertThat(all.profile()).isEqualTo(get());
        assertThat(analytics
                        .profiles()
                        .get(LEAD, ProfileQuery.between(NOW, start))
                        .orElseThrow()
                        .events())
                .isEmpty();
        assertThatThrownBy(() -> ProfileQuery.between(end, start)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void the_ledger_sums_to_the_points_and_the_score_is_the_profiles() {
        track(EventType.PAGE_VIEW);
        clock.advance(Duration.ofDays(3));
        track(EventType.of("call_back"));
        clock.advance(Duration.ofDays(3));
        ScoreLedger ledger = analytics.profiles().ledger(LEAD, Score.ENGAGEMENT);
        assertThat(ledger.entries()).extracting(ScoreLedger.Entry::points).containsExactly(1, 20);
        assertThat(ledger.entries().stream()
                        .mapToDouble(ScoreLedger.Entry::remaining)
                        .sum())
                .isCloseTo(ledger.points(), within(1e-9));
        assertThat(ledger.value()).isEqualTo(get().engagementScore());
    }

    @Test
    void the_settings_visits_and_retention_are_those_of_the_profile() {
        track(EventType.PAGE_VIEW);
        clock.advance(Duration.ofMinutes(11));
        track(EventType.PAGE_VIEW);
        assertThat(get().visits()).isEqualTo(2);
        clock.advance(Duration.ofDays(30).minus(Duration.ofMinutes(1)));
        assertThat(get().totalEvents()).isEqualTo(1);
    }

    @Test
    void a_linked_session_answers_with_its_own_part_of_its_leads_timeline() {
        analytics.track(
                TrackRequest.builder(EventType.PAGE_VIEW).sessionId("s-1").build());
        analytics.identify("s-1", "lead-1");
        track(EventType.DOWNLOAD);
        ProfileDetail session = analytics
                .profiles()
                .get(SubjectId.session("s-1"), ProfileQuery.withEvents())
                .orElseThrow();
        assertThat(session.events())
                .extracting(BehaviorEvent::type)
                .containsExactly(EventType.PAGE_VIEW, EventType.IDENTIFY);
        assertThat(session.profile().totalEvents()).isEqualTo(1);
        assertThat(get().totalEvents()).isEqualTo(2);
    }

    private void track(EventType type) {
        clock.advance(Duration.ofMillis(1));
        assertThat(analytics
                        .track(TrackRequest.builder(type).leadId("lead-1").build())
                        .isDurable())
                .isTrue();
    }

    private Profile get() {
        return analytics.profiles().get(LEAD).orElseThrow();
    }
}
