package io.behavioranalytics;

import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.TrackRequest;
import io.behavioranalytics.segment.Segment;
import io.behavioranalytics.segment.SegmentDraft;
import io.behavioranalytics.store.DefinitionRecord;
import io.behavioranalytics.store.Definitions;
import io.behavioranalytics.store.InMemoryStore;
import io.behavioranalytics.store.StoreException;
import io.behavioranalytics.trigger.Trigger;
import io.behavioranalytics.trigger.TriggerDraft;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** S13: what everybody would contend for is computed from the facts, and what a store shows of it is refreshed by maintenance. */
class DefinitionCountsTest {
    private static final Instant START = Instant.parse("2026-03-01T10:00:00Z");

    private final VirtualClock clock = VirtualClock.at(START);
    private final Showing store = new Showing(new InMemoryStore(clock));
    private final Deque<Runnable> background = new ArrayDeque<>();
    private final Settings settings = Settings.builder()
            .cacheTtl(Duration.ZERO)
            .maintenanceInterval(Duration.ofHours(2))
            .build();
    private final BehaviorAnalytics analytics = BehaviorAnalytics.builder()
            .store(store)
            .clock(clock)
            .settings(settings)
            .random(new SplittableRandom(1))
            .executor(background::add)
            .build();

    @AfterEach
    void close() {
        analytics.close();
    }

    /** What a store was told to show. */
    private record Shown(
            DefinitionRecord.Kind kind,
            UUID id,
            long count,
            @Nullable Instant last) {}

    /** A store that shows what definitions came to. */
    private static final class Showing extends ForwardingStore {
        final List<Shown> shown = new ArrayList<>();
        boolean unreachable;

        Showing(InMemoryStore to) {
            super(to);
        }

        @Override
        public Definitions definitions() {
            return (Definitions) Proxy.newProxyInstance(
                    Definitions.class.getClassLoader(),
                    new Class<?>[] {Definitions.class},
                    (self, method, arguments) -> {
                        if (method.getName().equals("refresh")) {
                            if (unreachable) {
                                throw new StoreException("not reached");
                            }
                            shown.add(new Shown(
                                    (DefinitionRecord.Kind) arguments[0],
                                    (UUID) arguments[1],
                                    (Long) arguments[2],
                                    (Instant) arguments[3]));
                        }
                        return method.invoke(to.definitions(), arguments);
                    });
        }
    }

    private Segment viewers(int views) {
        return analytics
                .segments()
                .create(SegmentDraft.fromJson("{\"name\": \"Viewers " + views
                        + "\", \"criteria\": {\"eventFilters\": [{\"eventType\": \"page_view\", \"minFrequency\": "
                        + views
                        + "}]}}"));
    }

    private Trigger greeting(String name, String description) {
        TriggerDraft draft = TriggerDraft.fromJson("{\"name\": \"" + name + "\", \"description\": \"" + description
                + "\", \"event\": \"page_view\", \"actions\": [{\"action\": \"log\", \"parameters\": {}}]}");
        String key = draft.resolvedKey();
        return analytics.triggers().get(key).isPresent()
                ? analytics.triggers().update(key, draft)
                : analytics.triggers().create(draft);
    }

    private void view(String lead) {
        assertThat(analytics
                        .track(TrackRequest.builder(EventType.PAGE_VIEW)
                                .leadId(lead)
                                .build())
                        .outcome())
                .isEqualTo(TrackResult.Outcome.ACCEPTED);
    }

    @Test
    void a_trigger_tells_how_often_it_fired_and_when_last_whatever_its_version() {
        Trigger first = greeting("Greeting", "a");
        assertThat(analytics.triggers().view("greeting")).contains(new TriggerView(first, 0, null));
        assertThat(analytics.triggers().view("unknown")).isEmpty();

        view("ada");
        clock.advance(Duration.ofMinutes(1));
        view("bob");
        clock.advance(Duration.ofMinutes(1));
        view("bob"); // within the cooldown: no firing
        Trigger second = greeting("Greeting", "b");

        TriggerView expected = new TriggerView(second, 2, START.plus(Duration.ofMinutes(1)));
        assertThat(analytics.triggers().view("greeting")).contains(expected);
        assertThat(analytics.triggers().view(first.id().toString())).contains(expected);
    }

    @Test
    void a_segment_of_which_no_version_answers_yet_was_never_calculated() {
        view("ada");
        Segment segment = viewers(1);
        assertThat(analytics.segments().get("viewers-1")).contains(new SegmentView(segment, 0, null, true, segment));
        assertThat(analytics.maintenance().refresh()).isEqualTo(1);

        while (!background.isEmpty()) {
            background.remove().run();
        }
        clock.advance(Duration.ofMinutes(1));
        assertThat(analytics.segments().get("viewers-1"))
                .contains(new SegmentView(segment, 1, clock.instant(), false, null));
        assertThat(analytics.maintenance().refresh()).isEqualTo(1);

        assertThat(store.shown)
                .containsExactly(
                        new Shown(DefinitionRecord.Kind.SEGMENT, segment.id(), 0, null),
                        new Shown(DefinitionRecord.Kind.SEGMENT, segment.id(), 1, clock.instant()));
    }

    @Test
    void a_round_of_the_loops_maintenance_shows_every_definition_one_a_step_and_a_decision_none() {
        List<Shown> expected = new ArrayList<>();
        MaintenanceRounds rounds =
                new MaintenanceRounds(analytics.maintenance(), clock, settings, new SplittableRandom(1));
        assertThat(rounds.step()).isFalse();
        Instant round = START.plus(Duration.ofMinutes(1));
        for (int i = 1; i <= 3; i++) {
            expected.add(new Shown(DefinitionRecord.Kind.SEGMENT, viewers(i).id(), i == 1 ? 2 : 0, round));
            expected.add(new Shown(
                    DefinitionRecord.Kind.TRIGGER,
                    greeting("Greeting " + i, "a").id(),
                    2,
                    START));
        }
        view("ada");
        view("bob");
        assertThat(store.shown).isEmpty();
        clock.advance(Duration.ofMinutes(1));

        int before = 0;
        for (int steps = 1; rounds.step(); steps++) {
            assertThat(steps).isLessThan(100);
            assertThat(store.shown.size() - before).isBetween(0, 1);
            before = store.shown.size();
        }

        assertThat(store.shown).containsExactlyInAnyOrderElementsOf(expected);
        assertThat(rounds.step()).isFalse();
    }

    @Test
    void a_store_that_cannot_be_reached_ends_the_round_and_the_next_one_shows_everything() {
        MaintenanceRounds rounds =
                new MaintenanceRounds(analytics.maintenance(), clock, settings, new SplittableRandom(1));
        viewers(1);
        greeting("Greeting", "a");
        rounds.step();
        clock.advance(Duration.ofMinutes(1));
        store.unreachable = true;
        assertThat(stepsOf(rounds)).isPositive();
        assertThat(store.shown).isEmpty();

        store.unreachable = false;
        assertThat(rounds.step()).isFalse();
        clock.advance(Duration.ofHours(2));
        assertThat(stepsOf(rounds)).isPositive();
        assertThat(store.shown).hasSize(2);
    }

    private static int stepsOf(MaintenanceRounds rounds) {
        int steps = 1;
        while (rounds.step()) {
            assertThat(++steps).isLessThan(100);
        }
        return steps;
    }
}
