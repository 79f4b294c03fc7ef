package io.behavioranalytics.profile;

import static io.behavioranalytics.profile.TestEvents.DAY;
import static io.behavioranalytics.profile.TestEvents.HOUR;
import static io.behavioranalytics.profile.TestEvents.MINUTE;
import static io.behavioranalytics.profile.TestEvents.START;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.behavioranalytics.condition.ProfileFacts;
import io.behavioranalytics.condition.ProfileField;
import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.Category;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.Micros;
import io.behavioranalytics.event.SubjectId;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InvalidObjectException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ProfileFoldTest {
    private static final SubjectId LEAD = SubjectId.lead("lead");
    private final TestEvents events = new TestEvents();

    @Test
    void a_fold_equals_the_definitions_bit_by_bit_at_any_instant() {
        Map<BehaviorPattern, Integer> seen = new EnumMap<>(BehaviorPattern.class);
        for (long seed = 0; seed < 2_500; seed++) {
            Random random = new Random(seed);
            List<BehaviorEvent> timeline = TestEvents.timeline(random, 50);
            ProfileFold fold = new ProfileFold(ScoringModel.defaults());
            int taken = 0;
            while (true) {
                List<BehaviorEvent> visible = timeline.subList(0, taken);
                long now = TestEvents.instant(random, visible);
                Profile expected = new NaiveProfile(visible, now).profile(LEAD);
                assertThat(fold.profile(LEAD, now, List.of()))
                        .as("seed %d, %d events", seed, taken)
                        .isEqualTo(expected);
                seen.merge(expected.behaviorPattern(), 1, Integer::sum);
                if (taken == timeline.size()) {
                    break;
                }
                int upTo = Math.min(timeline.size(), taken + 1 + random.nextInt(12));
                timeline.subList(taken, upTo).forEach(fold::apply);
                taken = upTo;
            }
        }
        assertThat(seen.values()).hasSize(5).allMatch(times -> times >= 200);
    }

    @Test
    void facts_tell_the_same_as_the_profile() {
        for (long seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            List<BehaviorEvent> timeline = TestEvents.timeline(random, 40);
            long now = TestEvents.instant(random, timeline);
            ProfileFold fold = fold(timeline);
            Profile profile = fold.profile(LEAD, now, List.of("b", "a"));
            Set<String> keys = new TreeSet<>(List.of("a", "b"));
            ProfileFacts facts = fold.at(now, keys);

            assertThat(profile.segments()).containsExactly("a", "b");
            assertThat(facts.texts(ProfileField.SEGMENTS)).isSameAs(keys);
            assertThat(facts.now()).isEqualTo(now);
            assertThat(facts.number(ProfileField.TOTAL_EVENTS)).isEqualTo((double) profile.totalEvents());
            assertThat(facts.number(ProfileField.UNIQUE_EVENT_TYPES)).isEqualTo(profile.uniqueEventTypes());
            assertThat(facts.number(ProfileField.VISITS)).isEqualTo((double) profile.visits());
            assertThat(facts.number(ProfileField.TOTAL_TIME_SPENT)).isEqualTo((double) profile.totalTimeSpent());
            assertThat(facts.number(ProfileField.AVERAGE_SESSION_DURATION))
                    .isEqualTo((double) profile.averageSessionDuration());
            for (int twice = 0; twice < 2; twice++) {
                assertThat(facts.number(ProfileField.ENGAGEMENT_SCORE)).isEqualTo(profile.engagementScore());
                assertThat(facts.number(ProfileField.INTEREST_SCORE)).isEqualTo(profile.interestScore());
                assertThat(facts.number(ProfileField.INTENT_SCORE)).isEqualTo(profile.intentScore());
                assertThat(facts.number(ProfileField.CONVERSION_PROBABILITY))
                        .isEqualTo(profile.conversionProbability());
            }
            assertThat(facts.text(ProfileField.PATTERN))
                    .isEqualTo(profile.behaviorPattern().json());
            assertThat(facts.instant(ProfileField.FIRST_SEEN))
                    .isEqualTo(profile.firstSeen() == null ? Micros.ALWAYS : Micros.of(profile.firstSeen()));
            assertThat(facts.instant(ProfileField.LAST_ACTIVITY))
                    .isEqualTo(profile.lastActivity() == null ? Micros.ALWAYS : Micros.of(profile.lastActivity()));
        }
    }

    @ParameterizedTest
    @EnumSource(ProfileField.class)
    void facts_refuse_a_field_of_another_kind(ProfileField field) {
        ProfileFacts facts = new ProfileFold(ScoringModel.defaults()).at(START, Set.of());
        if (field.kind() != ProfileField.Kind.NUMBER) {
            assertThatThrownBy(() -> facts.number(field)).hasMessage(field.json() + " is not a number");
        }
        if (field.kind() != ProfileField.Kind.INSTANT) {
            assertThatThrownBy(() -> facts.instant(field)).hasMessage(field.json() + " is not an instant");
        }
        if (field.kind() != ProfileField.Kind.TEXT) {
            assertThatThrownBy(() -> facts.text(field)).hasMessage(field.json() + " is not a text");
        }
    }

    @Test
    void without_events_a_subject_is_exploring_and_everything_is_zero() {
        assertThat(new ProfileFold(ScoringModel.defaults()).profile(LEAD, START, List.of()))
                .isEqualTo(new Profile(
                        LEAD,
                        Micros.toInstant(START),
                        0,
                        0,
                        0,
                        0,
                        0,
                        0,
                        0,
                        0,
                        0,
                        List.of(),
                        BehaviorPattern.EXPLORING,
                        null,
                        null,
                        List.of(),
                        Map.of()));
    }

    @Test
    void system_events_change_nothing() {
        ProfileFold fold = fold(List.of(events.at(START, EventType.PAGE_VIEW)));
        byte[] before = bytes(fold);
        fold.apply(events.event(
                START + DAY, EventType.PAGE_VIEW, "s", Category.SYSTEM, Map.of(), Map.of(), "web", Map.of()));
        assertThat(bytes(fold)).isEqualTo(before);
    }

    @Test
    void an_event_before_the_last_one_is_refused_and_changes_nothing() {
        ProfileFold fold = fold(List.of(events.at(START, EventType.PAGE_VIEW)));
        byte[] before = bytes(fold);
        assertThatThrownBy(() -> fold.apply(events.at(START - 1, EventType.PAGE_VIEW)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("events must come in order: 2026-03-02T09:59:59.999999Z is before 2026-03-02T10:00:00Z");
        assertThat(bytes(fold)).isEqualTo(before);
    }

    @Test
    void an_instant_before_the_last_event_is_refused() {
        ProfileFold fold = fold(List.of(events.at(START, EventType.PAGE_VIEW)));
        assertThatThrownBy(() -> fold.at(START - 1, Set.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("now must not be before the last event: 2026-03-02T09:59:59.999999Z");
        assertThatThrownBy(() -> fold.profile(LEAD, START - 1, List.of())).isInstanceOf(IllegalArgumentException.class);
    }

    // Scores by hand

    @Test
    void engagement_points_halve_in_fourteen_days() {
        // A quote request (8) and, a half-life later, another: 8 / 2 + 8 = 12; 100 (1 − e^(−12/50)) = 21.337…
        ProfileFold fold = fold(List.of(
                events.at(START, EventType.QUOTE_REQUEST), events.at(START + 14 * DAY, EventType.QUOTE_REQUEST)));
        assertThat(fold.points(Score.ENGAGEMENT, START + 14 * DAY)).isEqualTo(12);
        assertThat(fold.points(Score.ENGAGEMENT, START + 28 * DAY)).isEqualTo(6);
        assertThat(fold.score(Score.ENGAGEMENT, START + 14 * DAY)).isCloseTo(21.33721389334466, within(1e-12));
    }

    @Test
    void interest_adds_content_pages_that_matter_and_return_visits() {
        // form_start 3 + pricing page 3 + video 3 = 9, the next day a return visit 2 with a download 4
        ProfileFold fold = fold(List.of(
                events.at(START, EventType.FORM_START),
                events.view(START, "/pricing"),
                events.view(START, "/about"),
                events.at(START, EventType.VIDEO_PLAY)));
        assertThat(fold.points(Score.INTEREST, START)).isEqualTo(9);
        fold.apply(events.at(START + 14 * DAY, EventType.DOWNLOAD));
        assertThat(fold.points(Score.INTEREST, START + 14 * DAY)).isEqualTo(10.5);
    }

    @ParameterizedTest
    @CsvSource({
        "quote_request, 20",
        "application_start, 25",
        "application_complete, 40",
        "form_submit, 8",
        "phone_call, 8",
    })
    void intent_adds_its_events_and_ten_for_being_fast(String type, int points) {
        ProfileFold fold = fold(List.of(events.at(START, EventType.of(type))));
        assertThat(fold.points(Score.INTENT, START)).isEqualTo(points + 10);
    }

    @ParameterizedTest
    @CsvSource({"0, 30", "-1, 30", "1, 20"})
    void first_intent_is_fast_up_to_exactly_24_hours_after_the_first_event(long beyond, double points) {
        long later = START + 24 * HOUR + beyond;
        ProfileFold fold =
                fold(List.of(events.at(START, EventType.PAGE_VIEW), events.at(later, EventType.QUOTE_REQUEST)));
        assertThat(fold.points(Score.INTENT, later)).isEqualTo(points);
    }

    @Test
    void only_the_first_intent_event_can_be_fast() {
        ProfileFold fold =
                fold(List.of(events.at(START, EventType.QUOTE_REQUEST), events.at(START, EventType.QUOTE_REQUEST)));
        assertThat(fold.points(Score.INTENT, START)).isEqualTo(50);
    }

    @ParameterizedTest
    @CsvSource({"0, 10", "-1, 10", "1, 0"})
    void ten_events_in_up_to_exactly_an_hour_are_a_burst(long beyond, double points) {
        List<BehaviorEvent> ten = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            ten.add(events.at(START, EventType.PAGE_VIEW));
        }
        long tenth = START + HOUR + beyond;
        ten.add(events.at(tenth, EventType.PAGE_VIEW));
        assertThat(fold(ten).points(Score.INTENT, tenth)).isEqualTo(points);
    }

    @Test
    void a_burst_counts_once_until_it_is_over() {
        ProfileFold fold = new ProfileFold(ScoringModel.defaults());
        for (int i = 0; i < 40; i++) {
            fold.apply(events.at(START + i * MINUTE, EventType.PAGE_VIEW));
        }
        assertThat(recordedBursts(fold)).isEqualTo(1);
        // A pause of an hour: the next event has one event in its hour, so nine more begin another burst.
        for (int i = 0; i < 10; i++) {
            fold.apply(events.at(START + 3 * HOUR + i * MINUTE, EventType.PAGE_VIEW));
        }
        assertThat(recordedBursts(fold)).isEqualTo(2);
    }

    private static int recordedBursts(ProfileFold fold) {
        return (int) Math.round(fold.points(Score.INTENT, fold.lastMicros()) / 10);
    }

    // Visits by hand

    @ParameterizedTest
    @CsvSource({"0, 1, 1800", "-1, 1, 1799", "1, 2, 0"})
    void a_visit_lasts_over_a_gap_of_up_to_exactly_30_minutes(long beyond, long visits, long seconds) {
        Profile profile = fold(List.of(
                        events.inSession(START, EventType.PAGE_VIEW, "s"),
                        events.inSession(START + 30 * MINUTE + beyond, EventType.PAGE_VIEW, "s")))
                .profile(LEAD, START + DAY, List.of());
        assertThat(profile.visits()).isEqualTo(visits);
        assertThat(profile.totalTimeSpent()).isEqualTo(seconds);
        assertThat(profile.averageSessionDuration()).isEqualTo(seconds);
    }

    @Test
    void interleaved_sessions_are_visits_of_their_own() {
        Profile profile = fold(List.of(
                        events.inSession(START, EventType.PAGE_VIEW, "phone"),
                        events.inSession(START + 10 * MINUTE, EventType.PAGE_VIEW, "laptop"),
                        events.at(START + 15 * MINUTE, EventType.EMAIL_OPEN),
                        events.inSession(START + 20 * MINUTE, EventType.PAGE_VIEW, "phone"),
                        events.inSession(START + 41 * MINUTE, EventType.PAGE_VIEW, "laptop"),
                        events.inSession(START + 45 * MINUTE, EventType.PAGE_VIEW, "phone")))
                .profile(LEAD, START + DAY, List.of());
        // phone 45 min, laptop twice 0, without a session 0
        assertThat(profile.visits()).isEqualTo(4);
        assertThat(profile.totalTimeSpent()).isEqualTo(45 * 60);
        assertThat(profile.averageSessionDuration()).isEqualTo(45 * 60 / 4);
    }

    @Test
    void seconds_are_whole_and_rounded_down_once() {
        Profile profile = fold(List.of(
                        events.inSession(START, EventType.PAGE_VIEW, "a"),
                        events.inSession(START + 1_999_999, EventType.PAGE_VIEW, "a"),
                        events.inSession(START + 1_999_999, EventType.PAGE_VIEW, "b"),
                        events.inSession(START + 3_999_998, EventType.PAGE_VIEW, "b")))
                .profile(LEAD, START + DAY, List.of());
        assertThat(profile.totalTimeSpent()).isEqualTo(3);
        assertThat(profile.averageSessionDuration()).isEqualTo(1);
    }

    // Patterns by hand

    @ParameterizedTest
    @CsvSource({
        "quote_request, 7, high_intent",
        "application_complete, 7, high_intent",
        "form_abandon, 7, at_risk",
        "application_start, 14, exploring",
    })
    void one_event_decides_the_pattern_until_exactly_its_window_is_over(String type, int days, String pattern) {
        ProfileFold fold = fold(List.of(events.at(START, EventType.of(type))));
        long over = START + days * DAY;
        assertThat(fold.pattern(START).json()).isEqualTo(pattern);
        assertThat(fold.pattern(over - 1).json()).isEqualTo(pattern);
        assertThat(fold.pattern(over).json()).isEqualTo(days == 14 ? "at_risk" : "exploring");
        assertThat(fold.nextChangeOfPattern(START)).isEqualTo(over);
    }

    @Test
    void a_later_submit_takes_the_risk_away_and_an_earlier_one_does_not() {
        assertThat(fold(List.of(events.at(START, EventType.FORM_ABANDON), events.at(START, EventType.FORM_SUBMIT)))
                        .pattern(START))
                .isEqualTo(BehaviorPattern.EXPLORING);
        assertThat(fold(List.of(events.at(START, EventType.FORM_SUBMIT), events.at(START, EventType.FORM_ABANDON)))
                        .pattern(START))
                .isEqualTo(BehaviorPattern.AT_RISK);
    }

    @Test
    void interest_is_qualified_by_two_form_and_two_content_events_within_30_days() {
        List<BehaviorEvent> timeline = List.of(
                events.at(START, EventType.FORM_START),
                events.at(START + 5 * DAY, EventType.VIDEO_PLAY),
                events.at(START + 10 * DAY, EventType.FORM_START),
                events.at(START + 20 * DAY, EventType.DOWNLOAD));
        assertThat(fold(timeline.subList(0, 3)).pattern(START + 10 * DAY)).isEqualTo(BehaviorPattern.EXPLORING);
        ProfileFold fold = fold(timeline);
        assertThat(fold.pattern(START + 20 * DAY)).isEqualTo(BehaviorPattern.QUALIFIED_INTEREST);
        assertThat(fold.pattern(START + 30 * DAY - 1)).isEqualTo(BehaviorPattern.QUALIFIED_INTEREST);
        assertThat(fold.pattern(START + 30 * DAY)).isEqualTo(BehaviorPattern.EXPLORING);
        assertThat(fold.nextChangeOfPattern(START + 20 * DAY)).isEqualTo(START + 30 * DAY);
        assertThat(fold.nextChangeOfPattern(START + 30 * DAY)).isEqualTo(START + 34 * DAY);
        assertThat(fold.pattern(START + 34 * DAY)).isEqualTo(BehaviorPattern.AT_RISK);
        assertThat(fold.nextChangeOfPattern(START + 34 * DAY)).isEqualTo(Micros.NEVER);
    }

    @Test
    void three_looks_within_14_days_are_research() {
        List<BehaviorEvent> timeline = List.of(
                events.at(START, EventType.SEARCH_QUERY),
                events.view(START + DAY, "/compare/auto"),
                events.at(START + 2 * DAY, EventType.FILTER_USAGE));
        assertThat(fold(timeline.subList(0, 2)).pattern(START + DAY)).isEqualTo(BehaviorPattern.EXPLORING);
        ProfileFold fold = fold(timeline);
        assertThat(fold.pattern(START + 14 * DAY - 1)).isEqualTo(BehaviorPattern.RESEARCHING);
        assertThat(fold.pattern(START + 14 * DAY)).isEqualTo(BehaviorPattern.EXPLORING);
        assertThat(fold.nextChangeOfPattern(START + 2 * DAY)).isEqualTo(START + 14 * DAY);
    }

    @Test
    void the_pattern_changes_first_exactly_at_the_instant_foretold() {
        for (long seed = 0; seed < 3_000; seed++) {
            Random random = new Random(seed);
            List<BehaviorEvent> timeline = TestEvents.timeline(random, 40);
            long now = TestEvents.instant(random, timeline);
            TreeSet<Long> edges = new TreeSet<>();
            for (BehaviorEvent event : timeline) {
                for (int days : new int[] {7, 14, 30}) {
                    edges.add(event.micros() + days * DAY);
                }
            }
            BehaviorPattern current = new NaiveProfile(timeline, now).pattern();
            long expected = edges.tailSet(now, false).stream()
                    .filter(edge -> new NaiveProfile(timeline, edge).pattern() != current)
                    .findFirst()
                    .orElse(Micros.NEVER);
            ProfileFold fold = fold(timeline);
            assertThat(fold.nextChangeOfPattern(now)).as("seed %d", seed).isEqualTo(expected);
            assertThat(fold.at(now, Set.of()).nextChange(ProfileField.PATTERN, 0))
                    .isEqualTo(expected);
        }
    }

    @Test
    void counts_and_instants_never_change_by_time() {
        ProfileFacts facts =
                fold(List.of(events.at(START, EventType.PAGE_VIEW))).at(START, Set.of());
        for (ProfileField field : List.of(
                ProfileField.TOTAL_EVENTS,
                ProfileField.UNIQUE_EVENT_TYPES,
                ProfileField.VISITS,
                ProfileField.TOTAL_TIME_SPENT,
                ProfileField.AVERAGE_SESSION_DURATION,
                ProfileField.FIRST_SEEN,
                ProfileField.LAST_ACTIVITY,
                ProfileField.SEGMENTS)) {
            assertThat(facts.nextChange(field, 1)).isEqualTo(Micros.NEVER);
        }
    }

    // Copies and bytes

    @Test
    void equal_histories_have_equal_bytes_whatever_the_path() {
        for (long seed = 0; seed < 2_000; seed++) {
            Random random = new Random(seed);
            List<BehaviorEvent> timeline = TestEvents.timeline(random, 60);
            ProfileFold straight = fold(timeline);
            ProfileFold winding = new ProfileFold(ScoringModel.defaults());
            for (BehaviorEvent event : timeline) {
                switch (random.nextInt(4)) {
                    case 0 -> winding = read(bytes(winding), ScoringModel.defaults());
                    case 1 -> winding = winding.copy();
                    default -> {}
                }
                winding.apply(event);
            }
            long now = TestEvents.instant(random, timeline);
            assertThat(bytes(winding)).as("seed %d", seed).isEqualTo(bytes(straight));
            assertThat(bytes(read(bytes(straight), ScoringModel.defaults()))).isEqualTo(bytes(straight));
            assertThat(winding.profile(LEAD, now, List.of())).isEqualTo(straight.profile(LEAD, now, List.of()));
        }
    }

    @Test
    void a_copy_and_its_original_go_their_own_ways() {
        List<BehaviorEvent> timeline = TestEvents.timeline(new Random(5), 40);
        ProfileFold original = fold(timeline);
        byte[] before = bytes(original);
        ProfileFold copy = original.copy();
        long at = original.lastMicros();
        for (int i = 0; i < 30; i++) {
            copy.apply(events.inSession(at + i, EventType.of("kind_" + i), "new_" + i));
        }
        assertThat(bytes(original)).isEqualTo(before);
        byte[] ofCopy = bytes(copy);
        original.apply(events.at(at + HOUR, EventType.FORM_ABANDON));
        assertThat(bytes(copy)).isEqualTo(ofCopy);
    }

    @Test
    void many_types_and_sessions_are_counted_apart() {
        ProfileFold fold = new ProfileFold(ScoringModel.defaults());
        for (int i = 0; i < 3_000; i++) {
            fold.apply(events.inSession(START + i, EventType.of("kind_" + i % 1_000), "session " + i % 500));
        }
        assertThat(fold.uniqueEventTypes()).isEqualTo(1_000);
        assertThat(fold.visits()).isEqualTo(500);
        for (int i = 0; i < 1_000; i++) {
            assertThat(fold.count(EventType.of("kind_" + i))).isEqualTo(3);
        }
        ProfileFold read = read(bytes(fold), ScoringModel.defaults());
        assertThat(read.count(EventType.of("kind_777"))).isEqualTo(3);
        assertThat(bytes(read)).isEqualTo(bytes(fold));
        // All of these visits are over, so nothing of them is kept but sums.
        fold.apply(events.inSession(START + DAY, EventType.PAGE_VIEW, "later"));
        assertThat(bytes(fold).length).isLessThan(bytes(read).length - 500 * 10);
    }

    @Test
    void the_bytes_of_a_common_history_are_few() {
        ProfileFold fold = new ProfileFold(ScoringModel.defaults());
        Random random = new Random(1);
        long at = START;
        for (int i = 0; i < 500; i++) {
            at += (long) (random.nextDouble() * 2 * HOUR);
            fold.apply(events.inSession(at, TestEvents.type(random), "0f8fad5b-d9cb-469f-a165-70867728950e"));
        }
        assertThat(bytes(fold).length).isLessThan(300);
    }

    @Test
    void another_model_or_format_is_refused() {
        byte[] written = bytes(fold(List.of(events.at(START, EventType.PAGE_VIEW))));
        ScoringModel other =
                ScoringModel.builder().sessionTimeout(Duration.ofMinutes(31)).build();
        assertThatThrownBy(() -> ProfileFold.readFrom(input(written), other))
                .isInstanceOf(InvalidObjectException.class)
                .hasMessage("the profile fold was written under another scoring model");
        written[0] = 9;
        assertThatThrownBy(() -> ProfileFold.readFrom(input(written), ScoringModel.defaults()))
                .isInstanceOf(InvalidObjectException.class)
                .hasMessage("the profile fold's format must be 2: 9");
    }

    @Test
    void damaged_bytes_are_read_as_something_or_refused_as_io() {
        Random random = new Random(3);
        for (int round = 0; round < 5_000; round++) {
            byte[] written = bytes(fold(TestEvents.timeline(random, 20)));
            byte[] damaged = Arrays.copyOf(written, 1 + random.nextInt(written.length));
            for (int i = 0; i < random.nextInt(4); i++) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            }
            try {
                ProfileFold.readFrom(input(damaged), ScoringModel.defaults());
            } catch (IOException expected) {
                assertThat(expected).isInstanceOf(IOException.class);
            }
        }
    }

    private static ProfileFold fold(List<BehaviorEvent> inOrder) {
        ProfileFold fold = new ProfileFold(ScoringModel.defaults());
        inOrder.forEach(fold::apply);
        return fold;
    }

    static byte[] bytes(ProfileFold fold) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            fold.writeTo(new DataOutputStream(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static ProfileFold read(byte[] bytes, ScoringModel model) {
        try {
            DataInputStream in = input(bytes);
            ProfileFold fold = ProfileFold.readFrom(in, model);
            assertThat(in.read()).isEqualTo(-1);
            return fold;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static DataInputStream input(byte[] bytes) {
        return new DataInputStream(new ByteArrayInputStream(bytes));
    }
}
