package io.behavioranalytics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.behavioranalytics.condition.Operator;
import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.Timeline;
import io.behavioranalytics.event.TrackRequest;
import io.behavioranalytics.json.InvalidDefinitionException;
import io.behavioranalytics.profile.Score;
import io.behavioranalytics.profile.ScoringModel;
import io.behavioranalytics.segment.Criteria;
import io.behavioranalytics.segment.Segment;
import io.behavioranalytics.segment.SegmentDraft;
import io.behavioranalytics.segment.SegmentFilter;
import io.behavioranalytics.segment.SegmentPerformance;
import io.behavioranalytics.segment.SegmentPerformanceFold;
import io.behavioranalytics.store.Store;
import io.behavioranalytics.store.Subjects.Projection;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What can be asked of a segment beyond who is in it, on a store. */
public abstract class SegmentReportContract {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final LocalDate DAY = LocalDate.of(2026, 3, 1);
    private static final ZoneId UTC = ZoneOffset.UTC;
    private static final String STARTED = """
            {"name": "Started", "criteria": {"eventFilters": [{"eventType": "form_start", "timeRange": {"last": "P2D"}}]}}
            """;
    private static final SubjectId ADA = SubjectId.lead("ada");
    private static final SubjectId BOB = SubjectId.lead("bob");
    private static final SubjectId EVE = SubjectId.lead("eve");

    private final VirtualClock clock = VirtualClock.at(NOW);
    private Store store;
    private BehaviorAnalytics analytics;
    private SegmentReports reports;

    @BeforeEach
    void open() {
        store = createStore(clock);
        analytics = BehaviorAnalytics.builder()
                .store(store)
                .clock(clock)
                .executor(Runnable::run)
                .build();
        reports = analytics.segmentReports();
    }

    /**
     * Makes an empty store.
     *
     * @param storeClock the clock of leases and rates
     * @return the store; it is closed after one test
     */
    protected abstract Store createStore(InstantSource storeClock);

    @AfterEach
    void close() {
        analytics.close();
        store.close();
    }

    @Test
    void members_as_of_an_instant_are_those_that_had_been_decided_then() {
        define();
        track(ADA, EventType.FORM_START, clock.instant());
        Instant entered = clock.instant();
        advance(Duration.ofDays(2));
        Instant left = clock.instant();

        assertThat(reports.membersAsOf("started", entered.minusNanos(1_000))).isEmpty();
        assertThat(reports.membersAsOf("started", entered)).containsExactly(ADA);
        assertThat(reports.membersAsOf("started", left.minusNanos(1_000))).containsExactly(ADA);
        assertThat(reports.membersAsOf("started", left)).isEmpty();
    }

    @Test
    void a_late_event_changes_what_is_recomputed_and_not_what_was_decided() {
        define();
        track(BOB, EventType.PAGE_VIEW, clock.instant());
        advance(Duration.ofDays(5));
        track(BOB, EventType.FORM_START, NOW.plus(Duration.ofHours(1)));
        Instant between = NOW.plus(Duration.ofDays(1));

        assertThat(reports.membersAsOf("started", between)).isEmpty();
        assertThat(reports.recomputeAsOf("started", 1, between)).containsExactly(BOB);
        assertThat(reports.recomputeAsOf(
                        "started", 1, NOW.plus(Duration.ofHours(1)).minusNanos(1_000)))
                .isEmpty();
        assertThat(reports.recomputeAsOf("started", 1, NOW.plus(Duration.ofHours(49))))
                .isEmpty();
    }

    @Test
    void without_late_events_what_was_decided_is_what_is_recomputed_at_every_instant() {
        define();
        for (long seed = 1; seed <= 10; seed++) {
            Random random = new Random(seed);
            Instant begin = clock.instant();
            for (int i = 0; i < 40; i++) {
                advance(Duration.ofMinutes(random.nextInt(600)));
                SubjectId lead = SubjectId.lead("lead-" + random.nextInt(6));
                track(lead, random.nextBoolean() ? EventType.FORM_START : EventType.PAGE_VIEW, clock.instant());
            }
            for (int i = 0; i < 20; i++) {
                Instant at = begin.plusSeconds((long) (random.nextDouble()
                        * Duration.between(begin, clock.instant()).toSeconds()));
                assertThat(reports.membersAsOf("started", at))
                        .as("seed %s at %s", seed, at)
                        .isEqualTo(reports.recomputeAsOf("started", 1, at));
            }
        }
    }

    @Test
    void an_older_version_is_evaluated_as_it_was() {
        define();
        track(ADA, EventType.FORM_START, clock.instant());
        track(BOB, EventType.DOWNLOAD, clock.instant());
        analytics.segments().update("started", SegmentDraft.fromJson(STARTED.replace("form_start", "download")));

        assertThat(reports.recomputeAsOf("started", 1, clock.instant())).containsExactly(ADA);
        assertThat(reports.recomputeAsOf("started", 2, clock.instant())).containsExactly(BOB);
        assertThatThrownBy(() -> reports.recomputeAsOf("started", 3, clock.instant()))
                .isInstanceOf(UnknownDefinitionException.class)
                .hasMessage("there is no version 3 of segment 'started'");
        assertThatThrownBy(() ->
                        reports.recomputeAsOf("started", 1, clock.instant().plusSeconds(1)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void growth_is_told_by_the_days_of_a_zone_and_agrees_with_the_members_of_each_evening() {
        define();
        track(ADA, EventType.FORM_START, clock.instant());
        advance(Duration.ofHours(11).plusMinutes(30)); // 23:30 in UTC, the next day in Berlin
        track(BOB, EventType.FORM_START, clock.instant());
        advance(Duration.ofDays(3));

        SegmentGrowth growth = reports.growth("started", DAY, DAY.plusDays(3), UTC);
        assertThat(growth.days())
                .containsExactly(
                        new SegmentGrowth.Day(DAY, 2, 0, 2),
                        new SegmentGrowth.Day(DAY.plusDays(1), 0, 0, 2),
                        new SegmentGrowth.Day(DAY.plusDays(2), 0, 2, 0),
                        new SegmentGrowth.Day(DAY.plusDays(3), 0, 0, 0));
        assertThat(growth.days().get(2).net()).isEqualTo(-2);
        for (SegmentGrowth.Day day : growth.days()) {
            Instant evening =
                    day.date().plusDays(1).atStartOfDay(UTC).toInstant().minusNanos(1_000);
            assertThat(reports.membersAsOf("started", evening)).hasSize((int) day.members());
        }
        assertThat(reports.growth("started", DAY.plusDays(1), DAY.plusDays(2), ZoneId.of("Europe/Berlin"))
                        .days())
                .containsExactly(
                        new SegmentGrowth.Day(DAY.plusDays(1), 1, 0, 2),
                        new SegmentGrowth.Day(DAY.plusDays(2), 0, 1, 1));
    }

    @Test
    void a_day_that_a_zone_skipped_has_its_line_and_nothing_on_it() {
        define();
        ZoneId apia = ZoneId.of("Pacific/Apia");
        LocalDate skipped = LocalDate.of(2011, 12, 30);

        assertThat(reports.growth("started", skipped, skipped, apia).days())
                .containsExactly(new SegmentGrowth.Day(skipped, 0, 0, 0));
        assertThat(reports.growth("started", skipped.minusDays(1), skipped.plusDays(1), apia)
                        .days())
                .extracting(SegmentGrowth.Day::date)
                .containsExactly(skipped.minusDays(1), skipped, skipped.plusDays(1));
    }

    @Test
    void growth_of_no_days_or_too_many_is_refused() {
        define();
        assertThatThrownBy(() -> reports.growth("started", DAY, DAY.minusDays(1), UTC))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> reports.growth("started", DAY, DAY.plusDays(10_000), UTC))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("10000");
        assertThatThrownBy(() -> reports.growth("nobody", DAY, DAY, UTC))
                .isInstanceOf(UnknownDefinitionException.class);
        assertThatThrownBy(() -> reports.growth(Segment.ALL_VISITORS, DAY, DAY, UTC))
                .isInstanceOf(InvalidDefinitionException.class);
    }

    @Test
    void members_are_held_against_all_others() {
        define();
        track(ADA, EventType.FORM_START, clock.instant());
        buy(ADA, "19.99", clock.instant());
        buy(ADA, "0.01", clock.instant());
        buy(ADA, "1000", NOW.minus(Duration.ofDays(30)));
        track(BOB, EventType.FORM_START, clock.instant());
        buy(EVE, "5.5", clock.instant());

        SegmentPerformance performance = reports.performance(
                "started",
                NOW.minus(Duration.ofDays(1)),
                NOW.plus(Duration.ofDays(1)),
                Set.of(EventType.QUOTE_REQUEST));

        SegmentPerformance.Group members = performance.members();
        assertThat(members.subjects()).isEqualTo(2);
        assertThat(members.converted()).isEqualTo(1);
        assertThat(members.conversionRate()).isEqualTo(0.5);
        assertThat(members.revenue()).isEqualTo(new BigDecimal("20"));
        assertThat(performance.others().revenue()).isEqualTo(new BigDecimal("5.5"));
        assertThat(performance.others().conversionRate()).isEqualTo(1);
        double mean = (analytics.profiles().get(ADA).orElseThrow().engagementScore()
                        + analytics.profiles().get(BOB).orElseThrow().engagementScore())
                / 2;
        assertThat(members.meanScores()).hasSize(Score.values().length);
        assertThat(members.meanScores().get(Score.ENGAGEMENT))
                .isCloseTo(mean, org.assertj.core.data.Offset.offset(1e-12));
    }

    @Test
    void the_range_of_conversions_is_half_open_and_a_group_of_nobody_has_no_rate() {
        define();
        buy(EVE, "1", NOW);
        buy(EVE, "2", NOW.plusSeconds(1));
        clock.advance(Duration.ofSeconds(2));

        SegmentPerformance performance =
                reports.performance("started", NOW, NOW.plusSeconds(1), Set.of(EventType.QUOTE_REQUEST));
        assertThat(performance.others().revenue()).isEqualTo(new BigDecimal("1"));
        assertThat(performance.members().conversionRate()).isNull();
        assertThat(performance.members().meanScores()).isEmpty();
        assertThatThrownBy(() -> reports.performance("started", NOW, NOW, Set.of(EventType.QUOTE_REQUEST)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> reports.performance("started", NOW, NOW.plusSeconds(1), Set.of()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void parts_that_were_folded_apart_merge_to_the_very_same_result() {
        Random random = new Random(7);
        for (int i = 0; i < 200; i++) {
            SubjectId lead = SubjectId.lead("lead-" + random.nextInt(30));
            buy(lead, String.valueOf(random.nextInt(100_000) / 100.0), NOW.minusSeconds(random.nextInt(1_000_000)));
        }
        List<List<BehaviorEvent>> timelines = new ArrayList<>();
        store.subjects().scan(Projection.TIMELINE, record -> timelines.add(events(record.timeline())));
        SegmentPerformanceFold.Question question = new SegmentPerformanceFold.Question(
                NOW.minusSeconds(500_000),
                NOW,
                Set.of(EventType.QUOTE_REQUEST),
                clock.instant(),
                ScoringModel.defaults());
        SegmentPerformanceFold whole = new SegmentPerformanceFold(question);
        timelines.forEach(events -> whole.accumulate(events, events.size() % 2 == 0));

        for (int parts = 1; parts <= 7; parts++) {
            List<SegmentPerformanceFold> folds = new ArrayList<>();
            for (int i = 0; i < parts; i++) {
                folds.add(new SegmentPerformanceFold(question));
            }
            Collections.shuffle(timelines, random);
            for (List<BehaviorEvent> events : timelines) {
                folds.get(random.nextInt(parts)).accumulate(events, events.size() % 2 == 0);
            }
            SegmentPerformanceFold merged = new SegmentPerformanceFold(question);
            folds.forEach(merged::merge);
            assertThat(merged.result()).isEqualTo(whole.result());
        }
    }

    private static List<BehaviorEvent> events(Timeline timeline) {
        List<BehaviorEvent> events = new ArrayList<>();
        for (int i = 0; i < timeline.size(); i++) {
            events.add(timeline.event(i));
        }
        return events;
    }

    @Test
    void instants_beyond_all_events_are_answered() {
        define();
        track(ADA, EventType.FORM_START, clock.instant());
        assertThat(reports.membersAsOf("started", Instant.MIN)).isEmpty();
        assertThat(reports.recomputeAsOf("started", 1, Instant.MIN)).isEmpty();
        assertThat(reports.membersAsOf("started", Instant.MAX)).containsExactly(ADA);
        assertThat(reports.performance("started", Instant.MIN, Instant.MAX, Set.of(EventType.FORM_START))
                        .members()
                        .converted())
                .isEqualTo(1);
    }

    @Test
    void a_preview_counts_whom_the_draft_would_have_and_saves_nothing() {
        for (int i = 0; i < 60; i++) {
            track(
                    SubjectId.lead("lead-" + i),
                    i % 3 == 0 ? EventType.FORM_START : EventType.PAGE_VIEW,
                    clock.instant());
        }
        SegmentPreview preview = reports.preview(SegmentDraft.fromJson(STARTED), 5, () -> true);

        assertThat(preview.subjects()).isEqualTo(60);
        assertThat(preview.members()).isEqualTo(20);
        assertThat(preview.complete()).isTrue();
        assertThat(preview.sample()).hasSize(5).isSorted();
        assertThat(reports.preview(SegmentDraft.fromJson(STARTED), 5, () -> true))
                .isEqualTo(preview);
        assertThat(analytics.segments().list()).isEmpty();
        define();
        assertThat(analytics.segments().members("started", null, 100))
                .hasSize(20)
                .containsAll(preview.sample());
        assertThat(new HashSet<>(reports.preview(SegmentDraft.fromJson(STARTED), 1_000, () -> true)
                        .sample()))
                .isEqualTo(new HashSet<>(analytics.segments().members("started", null, 100)));
    }

    @Test
    void a_preview_of_a_key_that_is_taken_is_of_the_draft() {
        define();
        track(ADA, EventType.DOWNLOAD, clock.instant());
        assertThat(reports.preview(SegmentDraft.fromJson(STARTED.replace("form_start", "download")), 1, () -> true)
                        .sample())
                .containsExactly(ADA);
    }

    @Test
    void a_preview_can_be_stopped_and_says_so() {
        track(ADA, EventType.FORM_START, clock.instant());
        track(BOB, EventType.FORM_START, clock.instant());
        int[] asked = new int[1];
        SegmentPreview preview = reports.preview(SegmentDraft.fromJson(STARTED), 10, () -> asked[0]++ < 1);
        assertThat(preview).isEqualTo(new SegmentPreview(1, 1, List.of(ADA), false));
    }

    @Test
    void a_faulty_draft_and_a_sample_out_of_range_are_refused() {
        assertThatThrownBy(() -> reports.preview(
                        SegmentDraft.fromJson(STARTED.replace("form_start", "no_such_type")), 1, () -> true))
                .isInstanceOf(InvalidDefinitionException.class);
        assertThatThrownBy(() -> reports.preview(SegmentDraft.fromJson(STARTED), 1_001, () -> true))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the sample must be 0 to 1000: 1001");
    }

    @Test
    void a_preview_refuses_what_a_save_would_refuse() {
        define();
        analytics.segments().create(on("Next", "started"));

        assertThatThrownBy(() -> preview(on("Lost", "no-such"))).hasMessageContaining("[UNKNOWN_REF]");
        assertThatThrownBy(() -> preview(on("Own", "own"))).hasMessageContaining("[UNKNOWN_REF]");
        assertThatThrownBy(() -> preview(on("Next", "next"))).hasMessageContaining("next -> next [CYCLE]");
        assertThatThrownBy(() -> preview(on("Started", "next"))).hasMessageContaining("[CYCLE]");
        assertThatThrownBy(() -> preview(SegmentDraft.of(
                        "Never",
                        Criteria.all()
                                .profile("intentScore", Operator.GREATER_THAN, 100)
                                .build())))
                .hasMessageContaining("[CONTRADICTION]");
    }

    private static SegmentDraft on(String name, String other) {
        return SegmentDraft.of(
                name, Criteria.all().segment(SegmentFilter.in(other)).build());
    }

    private SegmentPreview preview(SegmentDraft draft) {
        return reports.preview(draft, 1, () -> true);
    }

    @Test
    void a_preview_of_a_segment_that_is_there_has_the_members_that_the_host_set() {
        define();
        track(ADA, EventType.PAGE_VIEW, clock.instant());
        analytics.segments().addMember("started", ADA, null);
        clock.advance(Duration.ofSeconds(1));

        SegmentDraft draft = SegmentDraft.fromJson(STARTED.replace("form_start", "download"));
        assertThat(preview(draft).sample()).containsExactly(ADA);
        assertThat(preview(draft.withKey("other")).members()).isZero();
    }

    private void define() {
        analytics.segments().create(SegmentDraft.fromJson(STARTED));
    }

    private void track(SubjectId lead, EventType type, Instant at) {
        analytics.track(
                TrackRequest.builder(type).leadId(lead.value()).timestamp(at).build());
    }

    private void buy(SubjectId lead, String value, Instant at) {
        analytics.track(TrackRequest.builder(EventType.QUOTE_REQUEST)
                .leadId(lead.value())
                .timestamp(at)
                .value(Double.parseDouble(value))
                .build());
    }

    /** Stops at each instant at which something is due, as a loop would. */
    private void advance(Duration span) {
        Instant end = clock.instant().plus(span);
        while (analytics.nextDue().filter(due -> !due.isAfter(end)).isPresent()) {
            Instant due = analytics.nextDue().orElseThrow();
            if (due.isAfter(clock.instant())) {
                clock.advance(Duration.between(clock.instant(), due));
            }
            analytics.runDue();
        }
        clock.advance(Duration.between(clock.instant(), end));
    }
}
