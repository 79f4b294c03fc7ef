package io.behavioranalytics.profile;

import static io.behavioranalytics.profile.TestEvents.DAY;
import static io.behavioranalytics.profile.TestEvents.HOUR;
import static io.behavioranalytics.profile.TestEvents.SECOND;
import static io.behavioranalytics.profile.TestEvents.START;
import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.condition.ProfileFacts;
import io.behavioranalytics.condition.ProfileField;
import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.Category;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.Micros;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DecayTest {
    private static final double SCALE = 50;

    @Test
    void a_score_flips_exactly_at_the_microsecond_foretold_and_not_before() {
        int flips = 0;
        int nevers = 0;
        for (long seed = 0; seed < 20_000; seed++) {
            Random random = new Random(seed);
            double halfLife = TestEvents.pick(random, List.of(14 * DAY, 14 * DAY, DAY, SECOND, 3_650 * DAY));
            double points = points(random);
            long now = START + (long) (random.nextDouble() * 3 * halfLife);
            double bound = bound(random, points, now, halfLife);
            long flip = Decay.nextFlip(points, START, now, halfLife, SCALE, bound);
            if (flip == Micros.NEVER) {
                nevers++;
            } else {
                flips++;
            }
            assertFirstFlip(seed, random, points, now, halfLife, bound, flip);
        }
        assertThat(flips).isGreaterThan(9_000);
        assertThat(nevers).isGreaterThan(3_000);
    }

    private static double points(Random random) {
        return switch (random.nextInt(6)) {
            case 0 -> 1 + random.nextInt(60);
            case 1 -> random.nextDouble() * 1e-6;
            case 2 -> 500 + random.nextDouble() * 1_500; // up to and on the plateau near 100
            case 3 -> random.nextDouble() * 1e9;
            default -> random.nextDouble() * 200;
        };
    }

    private static double bound(Random random, double points, long now, double halfLife) {
        double current = value(points, now, halfLife);
        double later = value(points, now + (long) (random.nextDouble() * 20 * halfLife), halfLife);
        return switch (random.nextInt(10)) {
            case 0 -> random.nextInt(101);
            case 1 -> current;
            case 2 -> Math.nextUp(current);
            case 3 -> Math.nextDown(current);
            case 4 -> later;
            case 5 -> Math.nextUp(later);
            case 6 -> 100 - StrictMath.pow(10, -random.nextInt(15));
            case 7 -> random.nextInt(20) == 0 ? -1 : 0;
            default -> random.nextDouble() * current;
        };
    }

    private static void assertFirstFlip(
            long seed, Random random, double points, long now, double halfLife, double bound, long flip) {
        int side = side(points, now, halfLife, bound);
        long end = flip == Micros.NEVER ? now + (long) (2_300 * halfLife) : flip;
        if (flip != Micros.NEVER) {
            assertThat(flip).as("seed %d", seed).isGreaterThan(now);
            assertThat(side(points, flip, halfLife, bound)).as("seed %d", seed).isNotEqualTo(side);
        }
        for (int i = 1; i <= 40; i++) {
            assertSide(seed, points, Math.max(now, end - i), halfLife, bound, side);
            assertSide(seed, points, Math.min(now + i, end - 1), halfLife, bound, side);
            assertSide(seed, points, now + (long) (random.nextDouble() * (end - now)), halfLife, bound, side);
            assertSide(seed, points, end - 1 - (end - 1 - now) / (1L << i), halfLife, bound, side);
        }
    }

    private static void assertSide(long seed, double points, long at, double halfLife, double bound, int side) {
        if (side(points, at, halfLife, bound) != side) {
            throw new AssertionError("seed " + seed + ": flips at " + at + " already");
        }
    }

    private static int side(double points, long at, double halfLife, double bound) {
        return Double.compare(value(points, at, halfLife), bound);
    }

    private static double value(double points, long at, double halfLife) {
        return -100 * StrictMath.expm1(-(points * StrictMath.pow(2, -((at - START) / halfLife))) / SCALE);
    }

    /** The claim behind the search: neighboring microseconds never rise, so the first boundary is the only one. */
    @Test
    void a_score_never_rises_from_one_microsecond_to_the_next() {
        for (long seed = 0; seed < 2_000; seed++) {
            Random random = new Random(seed);
            double halfLife = TestEvents.pick(random, List.of(14 * DAY, 3_650 * DAY, SECOND));
            double points = points(random);
            long from = START + (long) (random.nextDouble() * 100 * halfLife);
            double before = value(points, from, halfLife);
            for (long at = from + 1; at < from + 300; at++) {
                double value = value(points, at, halfLife);
                assertThat(value).as("seed %d at %d", seed, at).isLessThanOrEqualTo(before);
                before = value;
            }
        }
    }

    @Test
    void without_points_or_with_a_bound_that_is_no_number_nothing_flips() {
        assertThat(Decay.nextFlip(0, START, START, 1e12, SCALE, 0)).isEqualTo(Micros.NEVER);
        assertThat(Decay.nextFlip(0, START, START, 1e12, SCALE, 5)).isEqualTo(Micros.NEVER);
        assertThat(Decay.nextFlip(9, START, START, 1e12, SCALE, Double.NaN)).isEqualTo(Micros.NEVER);
        assertThat(Decay.nextFlip(9, START, START, 1e12, SCALE, Double.POSITIVE_INFINITY))
                .isEqualTo(Micros.NEVER);
        assertThat(Decay.nextFlip(9, START, START, 1e12, SCALE, Double.NEGATIVE_INFINITY))
                .isEqualTo(Micros.NEVER);
    }

    @Test
    void an_intent_of_fifty_points_falls_below_a_bound_by_hand() {
        // P = 40 now; below 100 (1 − e^(−20/50)) = 32.97 when P passes 20, after one half-life
        double bound = Decay.score(20, SCALE);
        long flip = Decay.nextFlip(40, START, START, 14 * DAY, SCALE, bound);
        assertThat(flip).isEqualTo(START + 14 * DAY);
        assertThat(Decay.nextFlip(40, START, flip, 14 * DAY, SCALE, bound)).isEqualTo(flip + 1);
        assertThat(Decay.nextFlip(40, START, flip + 1, 14 * DAY, SCALE, bound)).isEqualTo(Micros.NEVER);
    }

    @Test
    void facts_foretell_scores_of_a_timeline() {
        ScoringModel model = ScoringModel.builder()
                .halfLife(Score.INTENT, Duration.ofDays(2))
                .scale(Score.INTEREST, 7)
                .build();
        int flips = 0;
        for (long seed = 0; seed < 2_000; seed++) {
            Random random = new Random(seed);
            List<BehaviorEvent> timeline = TestEvents.timeline(random, 40);
            ProfileFold fold = new ProfileFold(model);
            timeline.forEach(fold::apply);
            long now = TestEvents.instant(random, timeline);
            Score score = TestEvents.pick(random, List.of(Score.values()));
            ProfileFacts facts = fold.at(now, Set.of());
            double bound = random.nextDouble() * facts.number(score.field()) * 1.1;
            long flip = facts.nextChange(score.field(), bound);
            if (flip == Micros.NEVER) {
                assertThat(facts.number(score.field())).isLessThanOrEqualTo(bound);
                continue;
            }
            flips++;
            assertThat(fold.at(flip - 1, Set.of()).number(score.field())).isGreaterThan(bound);
            assertThat(fold.at(flip, Set.of()).number(score.field())).isLessThanOrEqualTo(bound);
        }
        assertThat(flips).isGreaterThan(1_000);
    }

    // The conversion probability

    @Test
    void the_probability_changes_at_events_and_whole_hours_only_and_never_rises_by_time() {
        for (long seed = 0; seed < 500; seed++) {
            Random random = new Random(seed);
            List<BehaviorEvent> timeline = TestEvents.timeline(random, 40);
            ProfileFold fold = new ProfileFold(ScoringModel.defaults());
            timeline.forEach(fold::apply);
            long at = TestEvents.instant(random, timeline);
            double before = fold.conversionProbability(at);
            for (int i = 0; i < 100; i++) {
                long nextHour = Math.floorDiv(at, HOUR) * HOUR + HOUR;
                long within = at + (long) (random.nextDouble() * (nextHour - at));
                assertThat(fold.conversionProbability(within)).isEqualTo(before);
                assertThat(fold.conversionProbability(nextHour - 1)).isEqualTo(before);
                double after = fold.conversionProbability(nextHour);
                assertThat(after).isBetween(0.0, before + 1e-12);
                before = after;
                at = nextHour;
            }
        }
    }

    @Test
    void the_probability_never_compares_otherwise_before_the_hour_foretold() {
        int exact = 0;
        for (long seed = 0; seed < 1_500; seed++) {
            Random random = new Random(seed);
            List<BehaviorEvent> timeline = TestEvents.timeline(random, 30);
            ProfileFold fold = new ProfileFold(ScoringModel.defaults());
            timeline.forEach(fold::apply);
            long now = TestEvents.instant(random, timeline);
            double current = fold.conversionProbability(now);
            double later = fold.conversionProbability(now + (long) (random.nextDouble() * 60 * DAY));
            double bound = switch (random.nextInt(5)) {
                case 0 -> current;
                case 1 -> later;
                case 2 -> random.nextDouble() * 100;
                case 3 -> Math.nextUp(later);
                default -> (current + later) / 2;
            };
            long foretold = fold.at(now, Set.of()).nextChange(ProfileField.CONVERSION_PROBABILITY, bound);
            int side = Double.compare(current, bound);
            long hour = Math.floorDiv(now, HOUR) * HOUR + HOUR;
            for (int i = 0; i < 70 * 24 && hour < foretold; i++, hour += HOUR) {
                assertThat(Double.compare(fold.conversionProbability(hour), bound))
                        .as("seed %d", seed)
                        .isEqualTo(side);
            }
            if (foretold != Micros.NEVER) {
                assertThat(foretold).isGreaterThan(now);
                assertThat(foretold % HOUR).isZero();
                exact += Double.compare(fold.conversionProbability(foretold), bound) == side ? 0 : 1;
            }
        }
        assertThat(exact).isGreaterThan(600);
    }

    @Test
    void a_fresh_quote_request_is_likelier_than_a_page_view_and_both_fade() {
        TestEvents events = new TestEvents();
        ProfileFold visitor = new ProfileFold(ScoringModel.defaults());
        visitor.apply(events.at(START, EventType.PAGE_VIEW));
        ProfileFold buyer = visitor.copy();
        buyer.apply(events.at(START, EventType.QUOTE_REQUEST));
        assertThat(visitor.conversionProbability(START)).isBetween(2.0, 5.0);
        assertThat(buyer.conversionProbability(START)).isBetween(20.0, 60.0);
        assertThat(visitor.conversionProbability(START + 90 * DAY)).isLessThan(2);
        assertThat(buyer.conversionProbability(START + 90 * DAY)).isLessThan(buyer.conversionProbability(START) / 2);
    }

    @Test
    void more_intent_is_never_less_likely() {
        TestEvents events = new TestEvents();
        List<EventType> promising = List.of(
                EventType.QUOTE_REQUEST,
                EventType.FORM_SUBMIT,
                EventType.APPLICATION_START,
                EventType.APPLICATION_COMPLETE,
                EventType.PHONE_CALL);
        for (long seed = 0; seed < 1_000; seed++) {
            Random random = new Random(seed);
            List<BehaviorEvent> timeline = TestEvents.timeline(random, 40);
            ProfileFold fold = new ProfileFold(ScoringModel.defaults());
            timeline.forEach(fold::apply);
            long now = Math.floorDiv(TestEvents.instant(random, timeline), HOUR) * HOUR + HOUR;
            double before = fold.conversionProbability(now);
            fold.apply(events.at(now, TestEvents.pick(random, promising)));
            assertThat(fold.conversionProbability(now)).as("seed %d", seed).isGreaterThanOrEqualTo(before);
        }
    }

    @Test
    void leaving_a_form_unsent_lowers_what_sending_it_raises() {
        TestEvents events = new TestEvents();
        ProfileFold left = new ProfileFold(ScoringModel.defaults());
        left.apply(events.at(START, EventType.FORM_START));
        ProfileFold sent = left.copy();
        double before = left.conversionProbability(START);
        left.apply(events.at(START, EventType.FORM_ABANDON));
        sent.apply(events.at(START, EventType.FORM_SUBMIT));
        assertThat(left.conversionProbability(START)).isLessThan(before);
        assertThat(sent.conversionProbability(START)).isGreaterThan(before);
    }

    @Test
    void device_and_channels_move_the_probability_a_little() {
        assertThat(probability("web", "desktop")).isGreaterThan(probability("web", "fridge"));
        assertThat(probability("web", "fridge")).isGreaterThan(probability("web", "mobile"));
        assertThat(probability("phone", "fridge")).isGreaterThan(probability("web", "fridge"));
    }

    private static double probability(String source, String device) {
        ProfileFold fold = new ProfileFold(ScoringModel.defaults());
        fold.apply(new TestEvents()
                .event(
                        START,
                        EventType.PAGE_VIEW,
                        "s",
                        Category.ENGAGEMENT,
                        Map.of(),
                        Map.of(),
                        source,
                        Map.of("device", device)));
        return fold.conversionProbability(START);
    }
}
