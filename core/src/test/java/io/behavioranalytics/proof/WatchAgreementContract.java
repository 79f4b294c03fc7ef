package io.behavioranalytics.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.Settings;
import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.Micros;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.profile.BehaviorPattern;
import io.behavioranalytics.profile.NaiveProfile;
import io.behavioranalytics.profile.Profile;
import io.behavioranalytics.store.Store;
import io.behavioranalytics.trigger.Trigger;
import io.behavioranalytics.trigger.TriggerCause;
import io.behavioranalytics.trigger.TriggerExecution;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Triggers that watch a score or the pattern over random lives: they come true where a walk through the profile, computed from the raw
 * events at every hour, finds it, and to the microsecond.
 *
 * <p>{@code -Dproof.watch.seeds=2000} lives more of them, {@code -Dproof.watch.seed=17} only that one.
 */
public abstract class WatchAgreementContract {
    private static final SubjectId LEAD = SubjectId.lead("a");

    private final Map<String, Integer> seen = new HashMap<>();
    private final int lives;

    /**
     * Prepares the suite.
     *
     * @param lives how many lives are lived unless the system property says otherwise
     */
    protected WatchAgreementContract(int lives) {
        this.lives = lives;
    }

    /**
     * Makes an empty store.
     *
     * @param storeClock the clock of leases and rates
     * @return the store; it is closed after one life
     */
    protected abstract Store createStore(InstantSource storeClock);

    @Test
    void random_lives_cross_where_a_walk_through_the_profile_finds_it() {
        Seeds.forEach("watch", lives, seed -> new Life(seed).live());

        System.out.println("watch: " + seen);
        if (Long.getLong("proof.watch.seed") != null) {
            return; // one life need not contain everything
        }
        for (String what : List.of("up by an event", "down by time", "pattern by an event", "pattern by time")) {
            assertThat(seen.getOrDefault(what, 0)).as(what).isGreaterThan(lives / 3);
        }
    }

    /** A life of one lead, and the walk beside it. */
    private final class Life {
        private final SplittableRandom random;
        private final RandomTimelines timelines;
        private final String score;
        private final int threshold;
        private final int rearm;
        private final List<BehaviorEvent> events = new ArrayList<>();
        private final List<String> expected = new ArrayList<>();
        private boolean high;
        private BehaviorPattern pattern = BehaviorPattern.EXPLORING;

        Life(long seed) {
            random = new SplittableRandom(seed);
            timelines = new RandomTimelines(random);
            score = timelines.pick(List.of("engagementScore", "interestScore", "intentScore"));
            threshold = 10 + random.nextInt(30);
            rearm = threshold - random.nextInt(8);
        }

        void live() {
            try (Host host = new Host(Settings.defaults(), WatchAgreementContract.this::createStore)) {
                Trigger up = host.trigger("Up", crossing("up", threshold, rearm), "PT0S", "\"cooldown\": 0");
                Trigger down = host.trigger("Down", crossing("down", rearm, threshold), "PT0S", "\"cooldown\": 0");
                Trigger any = host.trigger("Any", "\"pattern_changed\"", "PT0S", "\"cooldown\": 0");
                for (int i = random.nextInt(5, 30); i > 0; i--) {
                    Instant now = host.clock.instant();
                    BehaviorEvent event = timelines.event(random.nextBoolean() ? "s" : null, "a", now);
                    host.analytics.track(World.request(event));
                    events.add(event);
                    events.sort(NaiveIdentity.ORDER);
                    look(now, now, "by an event");
                    int hours = random.nextInt(1, random.nextInt(8) == 0 ? 600 : 100);
                    for (int hour = 1; hour <= hours; hour++) {
                        look(now, now.plus(Duration.ofHours(hour)), "by time");
                    }
                    // No event at the very instant at which time changes something.
                    Instant next = now.plus(Duration.ofHours(hours)).plusSeconds(random.nextInt(1, 3_600));
                    look(now, next, "by time");
                    host.advanceTo(next);
                }
                List<String> found = new ArrayList<>();
                host.firings(up).forEach(firing -> found.add("up " + crossed(firing, threshold, true)));
                host.firings(down).forEach(firing -> found.add("down " + crossed(firing, rearm, false)));
                host.firings(any).forEach(firing -> found.add(changed(firing)));
                assertThat(found)
                        .as("%s at %d, again at %d, over %s", score, threshold, rearm, events)
                        .containsExactlyInAnyOrderElementsOf(expected);
            }
        }

        private String crossing(String direction, int at, int again) {
            return "{\"type\": \"score_crossed\", \"score\": \"" + score + "\", \"direction\": \"" + direction
                    + "\", \"threshold\": " + at + ", \"rearm\": " + again + "}";
        }

        private Profile profile(Instant at) {
            return new NaiveProfile(events, Micros.of(at)).profile(LEAD);
        }

        private double value(Profile profile) {
            return ((Number) NaiveProfile.field(profile, score)).doubleValue();
        }

        /** What is different at an instant from what was there an hour before. */
        private void look(Instant event, Instant at, String why) {
            Profile profile = profile(at);
            double value = value(profile);
            if (high ? value < rearm : value >= threshold) {
                high = !high;
                expected.add((high ? "up " : "down ") + hour(event, at));
                seen.merge((high ? "up " : "down ") + why, 1, Integer::sum);
            }
            BehaviorPattern now = profile.behaviorPattern();
            if (now != pattern) {
                expected.add(pattern + " to " + now + " " + hour(event, at));
                pattern = now;
                seen.merge("pattern " + why, 1, Integer::sum);
            }
        }

        /** The full hour behind the last event at which it is seen. */
        private static String hour(Instant event, Instant at) {
            long hours = (Duration.between(event, at).toNanos() + 3_599_999_999_999L) / 3_600_000_000_000L;
            return event.plus(Duration.ofHours(hours)).toString();
        }

        private String hour(Instant at) {
            Instant before = Instant.EPOCH;
            for (BehaviorEvent event : events) {
                before = event.timestamp().isAfter(at) ? before : event.timestamp();
            }
            return hour(before, at);
        }

        private String crossed(TriggerExecution firing, int bound, boolean above) {
            Instant at = firing.cameTrueAt();
            assertThat(firing.executedAt()).isEqualTo(at);
            assertThat(value(profile(at)) >= bound).as("%s at %s", firing, at).isEqualTo(above);
            assertThat(value(profile(at.minus(1, ChronoUnit.MICROS))) >= bound)
                    .as("%s before %s", firing, at)
                    .isNotEqualTo(above);
            return hour(at);
        }

        private String changed(TriggerExecution firing) {
            Instant at = firing.cameTrueAt();
            TriggerCause.Pattern cause = (TriggerCause.Pattern) firing.cause();
            assertThat(firing.executedAt()).isEqualTo(at);
            assertThat(profile(at).behaviorPattern()).isEqualTo(cause.to());
            assertThat(profile(at.minus(1, ChronoUnit.MICROS)).behaviorPattern())
                    .isEqualTo(cause.from());
            return cause.from() + " to " + cause.to() + " " + hour(at);
        }
    }
}
