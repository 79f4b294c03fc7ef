package io.behavioranalytics.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.behavioranalytics.decision.Relink;
import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.Category;
import io.behavioranalytics.event.EventBuilder;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.Retention;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.trigger.Cancellation;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Purging, packing and forgetting, and what is held of a subject. */
abstract class UpkeepContract extends ContractFixture {
    private static final long DAY = 86_400;
    private static final Retention ONE_DAY = Retention.of(Duration.ofDays(1));

    /** Purges everything in steps; returns how many events went. */
    private long purge(Retention retention, Instant now, int limit) {
        long events = 0;
        Upkeep.Progress progress = new Upkeep.Progress(0, null, false);
        for (int steps = 0; !progress.complete(); steps++) {
            assertThat(steps).as("steps").isLessThan(10_000);
            progress = store.upkeep().purge(retention, now, progress.reached(), limit);
            assertThat(progress.events()).isBetween(0L, (long) limit);
            events += progress.events();
        }
        return events;
    }

    private static BehaviorEvent of(SubjectId subject, long number, long second) {
        return subject.isLead()
                ? event(number, second, null, subject.value())
                : event(number, second, subject.value(), null);
    }

    @Test
    void events_are_deleted_from_the_instant_of_their_expiry_on_and_the_others_stay() {
        BehaviorEvent kept = typed(3, NOW.minusSeconds(DAY).plusNanos(1_000), "page_view", Category.ENGAGEMENT);
        store(
                change(ADA, 0)
                        .events(of(ADA, 1, -2 * DAY), of(ADA, 2, -DAY), kept)
                        .build(),
                change(SESSION, 0).events(of(SESSION, 4, -3 * DAY)).build());

        assertThat(store.upkeep().purge(ONE_DAY, NOW, null, ALL)).isEqualTo(new Upkeep.Progress(3, null, true));
        assertThat(eventsOf(ADA)).containsExactly(kept);
        assertThat(eventsOf(SESSION)).isEmpty();
        assertThat(scanned()).containsExactly(ADA);
        assertThat(store.subjects().count()).isEqualTo(1);
        assertThat(store.upkeep().purge(ONE_DAY, NOW, null, ALL).events()).isZero();
    }

    @Test
    void a_purge_changes_nothing_that_was_decided() {
        store(change(ADA, 0)
                .events(of(ADA, 1, -3 * DAY), of(ADA, 2, 0))
                .state(state(7, NOW))
                .due(NOW.plusSeconds(9))
                .memberships(entry(ADA, SEGMENT))
                .build());
        SubjectRecord before = load(ADA);

        assertThat(purge(ONE_DAY, NOW, ALL)).isEqualTo(1);

        SubjectRecord after = load(ADA);
        assertThat(after.version()).isEqualTo(before.version());
        assertThat(after.state()).isEqualTo(before.state());
        assertThat(events(after.timeline())).containsExactly(of(ADA, 2, 0));
        assertThat(store.upkeep().held(ADA)).isEqualTo(new Upkeep.Holding(1, NOW.plusSeconds(9), Set.of(SEGMENT)));
        assertThat(commit(change(ADA, 1).events(of(ADA, 3, 1)).build())).isEqualTo(committed(ADA, 2));
        assertThat(eventsOf(ADA)).containsExactly(of(ADA, 2, 0), of(ADA, 3, 1));
    }

    @Test
    void what_the_last_decision_still_saw_stays_until_the_next_one() {
        Instant decided = NOW.minusSeconds(3_600);
        store(
                change(ADA, 0)
                        .events(of(ADA, 1, -DAY - 3_600), of(ADA, 2, -DAY - 3_599))
                        .state(state(1, decided))
                        .build(),
                change(BOB, 0).events(of(BOB, 3, -DAY - 3_599)).build());

        assertThat(purge(ONE_DAY, NOW, ALL)).isEqualTo(2);
        assertThat(eventsOf(ADA)).containsExactly(of(ADA, 2, -DAY - 3_599));
        assertThat(eventsOf(BOB)).isEmpty();

        store(change(ADA, 1).state(state(1, NOW)).build());
        assertThat(purge(ONE_DAY, NOW, ALL)).isEqualTo(1);
        assertThat(eventsOf(ADA)).isEmpty();
    }

    @Test
    void spans_count_by_type_by_category_and_by_default() {
        Retention retention = Retention.of(Duration.ofDays(10))
                .withType(EventType.of("form_start"), Duration.ofDays(1))
                .withCategory(Category.CONTENT, Duration.ofDays(30));
        List<BehaviorEvent> events = List.of(
                typed(1, -40, "download", Category.CONTENT),
                typed(2, -20, "page_view", Category.ENGAGEMENT),
                typed(3, -20, "download", Category.CONTENT),
                typed(4, -20, "identify", Category.SYSTEM),
                typed(5, -2, "form_start", Category.INTENT),
                typed(6, -2, "page_view", Category.ENGAGEMENT));
        store(change(ADA, 0).events(events).build());

        assertThat(purge(retention, NOW, 2)).isEqualTo(3);
        assertThat(eventsOf(ADA)).containsExactly(events.get(2), events.get(3), events.get(5));
        assertThat(purge(Retention.unlimited(), NOW.plusSeconds(900 * DAY), 2)).isZero();
        assertThat(eventsOf(ADA)).hasSize(3);
    }

    private static BehaviorEvent typed(long number, long day, String type, Category category) {
        return typed(number, NOW.plusSeconds(day * DAY), type, category);
    }

    private static BehaviorEvent typed(long number, Instant timestamp, String type, Category category) {
        return EventBuilder.event(id(number), timestamp)
                .lead("lead-ada")
                .type(EventType.of(type))
                .category(category)
                .build();
    }

    @Test
    void steps_are_bounded_and_go_on_where_the_last_one_ended() {
        int subjects = 40;
        for (int i = 0; i < subjects; i++) {
            SubjectId subject = SubjectId.lead("lead-%02d".formatted(i));
            List<BehaviorEvent> events = new ArrayList<>();
            for (int n = 0; n < i % 8; n++) {
                events.add(of(subject, 100 * i + n, n - 2 * DAY));
            }
            events.add(of(subject, 100 * i + 50, 0));
            store(change(subject, 0).events(events).build());
        }

        assertThat(purge(ONE_DAY, NOW, 3)).isEqualTo(5 * (1 + 2 + 3 + 4 + 5 + 6 + 7));
        for (int i = 0; i < subjects; i++) {
            SubjectId subject = SubjectId.lead("lead-%02d".formatted(i));
            assertThat(eventsOf(subject)).containsExactly(of(subject, 100 * i + 50, 0));
        }
    }

    @Test
    void the_oldest_events_go_first() {
        store(change(ADA, 0)
                .events(of(ADA, 1, -2 * DAY), of(ADA, 2, -3 * DAY), of(ADA, 3, -4 * DAY))
                .build());

        Upkeep.Progress first = store.upkeep().purge(ONE_DAY, NOW, null, 2);

        assertThat(first.events()).isEqualTo(2);
        assertThat(first.complete()).isFalse();
        assertThat(eventsOf(ADA)).containsExactly(of(ADA, 1, -2 * DAY));
    }

    @Test
    void the_id_of_a_deleted_event_is_free_and_those_of_the_others_are_not() {
        store(change(ADA, 0).events(of(ADA, 1, -2 * DAY), of(ADA, 2, 0)).build());
        assertThat(purge(ONE_DAY, NOW, ALL)).isEqualTo(1);

        assertThat(commit(change(BOB, 0).events(of(BOB, 2, 5)).build()))
                .isEqualTo(new UnitOutcome.Duplicates(Map.of(id(2), of(ADA, 2, 0))));
        store(change(BOB, 0).events(of(BOB, 1, 5)).build());
        assertThat(eventsOf(BOB)).containsExactly(of(BOB, 1, 5));
    }

    @Test
    void a_long_history_is_exact_after_packing_purging_late_events_and_moves() {
        List<BehaviorEvent> expected = new ArrayList<>();
        for (int i = 0; i < 1_500; i++) {
            expected.add(event(i, i - 1_000, "session-1", null));
        }
        store(change(SESSION, 0).events(expected).build());
        packAll();
        assertThat(eventsOf(SESSION)).isEqualTo(expected);

        assertThat(purge(Retention.of(Duration.ofMinutes(10)), NOW, 150)).isEqualTo(401);
        expected.subList(0, 401).clear();
        assertThat(eventsOf(SESSION)).isEqualTo(expected);

        BehaviorEvent late = event(5_000, -500, "session-1", null);
        store(change(SESSION, 1).events(late).build());
        expected.add(101 - 1, late);
        expected.sort((a, b) -> a.key().compareTo(b.key()));
        packAll();
        assertThat(eventsOf(SESSION)).isEqualTo(expected);

        store(
                change(ADA, 0)
                        .relinks(new Relink(SESSION, "session-1", null, null))
                        .build(),
                change(SESSION, 2).links().build());
        packAll();
        assertThat(eventsOf(ADA)).isEqualTo(expected);
        assertThat(eventsOf(SESSION)).isEmpty();
        assertThat(purge(Retention.of(Duration.ofSeconds(1)), NOW.plusSeconds(400), ALL))
                .isEqualTo(expected.stream()
                        .filter(e -> !e.timestamp().isAfter(NOW.plusSeconds(399)))
                        .count());
        expected.removeIf(event -> !event.timestamp().isAfter(NOW.plusSeconds(399)));
        assertThat(eventsOf(ADA)).isEqualTo(expected).hasSize(100);
    }

    private void packAll() {
        Upkeep.Progress progress = new Upkeep.Progress(0, null, false);
        for (int steps = 0; !progress.complete(); steps++) {
            assertThat(steps).as("steps").isLessThan(1_000);
            progress = store.upkeep().pack(progress.reached(), 1);
        }
    }

    @Test
    void commits_go_on_while_a_purge_is_at_work() throws Exception {
        int subjects = 8;
        int rounds = 25;
        for (int i = 0; i < subjects; i++) {
            SubjectId subject = SubjectId.lead("lead-" + i);
            List<BehaviorEvent> old = new ArrayList<>();
            for (int n = 0; n < 200; n++) {
                old.add(of(subject, 10_000 * i + n, n - 3 * DAY));
            }
            store(change(subject, 0).events(old).build());
        }
        List<Callable<Long>> work = new ArrayList<>();
        for (int t = 0; t < 3; t++) {
            int thread = t;
            work.add(() -> {
                for (int round = 0; round < rounds; round++) {
                    for (int i = thread; i < subjects; i += 3) {
                        track(SubjectId.lead("lead-" + i), 10_000 * i + 1_000 + round, round);
                    }
                }
                return 0L;
            });
        }
        work.add(() -> purge(ONE_DAY, NOW, 20));

        List<Long> purged = together(work.size(), work::get);
        purged.add(purge(ONE_DAY, NOW, 1_000));

        assertThat(purged.stream().mapToLong(Long::longValue).sum()).isEqualTo(200L * subjects);
        for (int i = 0; i < subjects; i++) {
            SubjectRecord record = load(SubjectId.lead("lead-" + i));
            assertThat(record.version()).isEqualTo(1 + rounds);
            assertThat(record.timeline().size()).isEqualTo(rounds);
        }
    }

    /** Adds an event; whoever is busy is tried again. */
    private void track(SubjectId subject, long number, long second) {
        for (int tries = 0; tries < 10_000; tries++) {
            UnitOutcome outcome = commit(change(subject, load(subject).version())
                    .events(of(subject, number, second))
                    .build());
            if (outcome instanceof UnitOutcome.Committed) {
                return;
            }
            assertThat(outcome).isInstanceOf(UnitOutcome.Busy.class);
        }
        throw new AssertionError("a purge kept a subject busy for ever");
    }

    @Test
    void old_skips_and_ended_actions_are_forgotten_firings_dead_letters_and_the_rest_are_not() {
        Instant old = NOW.minusSeconds(100);
        store(change(ADA, 0)
                .events(of(ADA, 1, 0))
                .executions(execution(1, TRIGGER, ADA), execution(2, TRIGGER, ADA))
                .skips(skip(TRIGGER, ADA, 1), skip(TRIGGER, ADA, 2))
                .scheduled(action(1, ADA), action(2, ADA), action(3, ADA), action(4, ADA))
                .build());
        store(change(ADA, 1)
                .events(of(ADA, 2, 0))
                .cancelled(new Cancellation(actionId(4), Cancellation.Reason.SUPERSEDED))
                .build());
        List<Claim> claims = claims();
        assertThat(store.queue().settle(claims.get(0), new Settlement.Done(old)))
                .isTrue();
        assertThat(store.queue().settle(claims.get(1), new Settlement.Dead(old, "no")))
                .isTrue();

        assertThat(store.upkeep().forget(old, ALL)).isZero();
        assertThat(store.upkeep().forget(NOW, ALL)).isEqualTo(1);
        assertThat(store.queue().find(List.of(actionId(1), actionId(2), actionId(3), actionId(4))))
                .containsOnlyKeys(actionId(2), actionId(3), actionId(4));
        assertThat(store.ledger().skips(null, null, ALL)).hasSize(2);

        assertThat(store.upkeep().forget(NOW.plusSeconds(1), 1)).isPositive();
        while (store.upkeep().forget(NOW.plusSeconds(1), 1) > 0) {
            assertThat(store.ledger().executionCount(TRIGGER)).isEqualTo(2);
        }
        assertThat(store.ledger().skips(null, null, ALL)).isEmpty();
        assertThat(store.ledger().skips(TRIGGER, ADA, ALL)).isEmpty();
        assertThat(store.queue().find(List.of(actionId(1), actionId(2), actionId(3), actionId(4))))
                .containsOnlyKeys(actionId(2), actionId(3));
        assertThat(store.ledger().executions(TRIGGER, ADA, ALL)).hasSize(2);
        assertThatThrownBy(() -> commit(change(BOB, 0)
                        .events(of(BOB, 9, 0))
                        .executions(execution(1, TRIGGER, BOB))
                        .build()))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void of_too_many_skips_the_oldest_are_forgotten_in_steps_and_the_newest_stay() {
        store(change(ADA, 0)
                .events(of(ADA, 1, 0))
                .skips(skip(TRIGGER, ADA, 1), skip(TRIGGER, ADA, 2), skip(TRIGGER, ADA, 3))
                .build());
        store(change(BOB, 0)
                .events(of(BOB, 2, 0))
                .executions(execution(1, TRIGGER, BOB))
                .skips(skip(TRIGGER, BOB, 4), skip(TRIGGER, BOB, 5))
                .build());

        assertThat(store.upkeep().trimSkips(5, ALL)).isZero();
        assertThat(store.upkeep().trimSkips(2, 2)).isEqualTo(2);
        assertThat(store.upkeep().trimSkips(2, 2)).isEqualTo(1);
        assertThat(store.upkeep().trimSkips(2, 2)).isZero();
        assertThat(store.ledger().skips(null, null, ALL))
                .extracting(skip -> skip.subject())
                .containsExactly(BOB, BOB);
        assertThat(store.ledger().skips(TRIGGER, ADA, ALL)).isEmpty();
        assertThat(store.ledger().executionCount(TRIGGER)).isEqualTo(1);

        assertThat(store.upkeep().trimSkips(0, ALL)).isEqualTo(2);
        assertThat(store.ledger().skips(TRIGGER, null, ALL)).isEmpty();
    }

    @Test
    void what_is_held_of_a_subject_is_of_its_version() {
        UUID other = new UUID(0x5e6, 2);
        assertThat(store.upkeep().held(BOB)).isEqualTo(new Upkeep.Holding(0, null, Set.of()));
        store(change(ADA, 0)
                .events(of(ADA, 1, 0))
                .due(NOW.plusSeconds(60))
                .memberships(entry(ADA, SEGMENT), entry(ADA, other))
                .build());
        assertHeld(ADA, 1, NOW.plusSeconds(60), SEGMENT, other);

        assertThat(store.subjects().claimDue(NOW.plusSeconds(60), 1, LEASE)).containsExactly(ADA);
        assertHeld(ADA, 1, NOW.plusSeconds(60), SEGMENT, other);

        store(change(ADA, 1)
                .state(state(1, NOW))
                .due(null)
                .dueWasClaimed(true)
                .memberships(exit(ADA, SEGMENT))
                .build());
        assertHeld(ADA, 2, null, other);
    }

    private void assertHeld(SubjectId subject, long version, @Nullable Instant due, UUID... segments) {
        assertThat(store.upkeep().held(subject)).isEqualTo(new Upkeep.Holding(version, due, Set.of(segments)));
    }

    @Test
    void a_negative_limit_is_refused() {
        assertThatThrownBy(() -> store.upkeep().purge(ONE_DAY, NOW, null, -1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("-1");
        assertThatThrownBy(() -> store.upkeep().pack(null, -1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> store.upkeep().forget(NOW, -1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> store.upkeep().trimSkips(1, -1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> store.upkeep().trimSkips(-1, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("-1");
    }
}
