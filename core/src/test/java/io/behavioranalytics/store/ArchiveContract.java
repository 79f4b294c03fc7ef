package io.behavioranalytics.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.behavioranalytics.decision.SessionLink;
import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.Retention;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.segment.MembershipChange;
import io.behavioranalytics.trigger.Cancellation;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Everything read out of a store and put into another. */
abstract class ArchiveContract extends ContractFixture {
    private static final UUID OTHER = new UUID(0x5e6, 2);
    private static final UUID APART = new UUID(0x5e6, 3);

    private static List<ArchiveRecord> read(Store from) {
        List<ArchiveRecord> records = new ArrayList<>();
        from.upkeep().read(records::add);
        return records;
    }

    /** Restores the store into a new one, which takes its place. */
    private void moveToAnotherStore() {
        List<ArchiveRecord> records = read(store);
        Store other = createStore(storeClock);
        other.upkeep().restore(records.iterator());
        store.close();
        store = other;
        assertThat(read(store)).isEqualTo(records);
    }

    /** Something of everything. */
    private void fill() {
        DefinitionRecord old =
                new DefinitionRecord(DefinitionRecord.Kind.SEGMENT, SEGMENT, "first", 1, false, "{\"n\":1.50}");
        DefinitionRecord renamed = new DefinitionRecord(
                DefinitionRecord.Kind.SEGMENT, SEGMENT, "second", 2, false, "{\"name\":\"😀 Grüße\"}");
        DefinitionRecord heir = new DefinitionRecord(DefinitionRecord.Kind.SEGMENT, OTHER, "first", 1, false, "{}");
        DefinitionRecord trigger =
                new DefinitionRecord(DefinitionRecord.Kind.TRIGGER, TRIGGER, "first", 1, false, "{}");
        DefinitionRecord gone = new DefinitionRecord(DefinitionRecord.Kind.TRIGGER, TRIGGER, "first", 2, true, "{}");
        long version = 0;
        for (DefinitionRecord record : List.of(old, renamed, heir, trigger, gone)) {
            assertThat(store.definitions().save(record, version++)).isTrue();
        }
        store(
                change(ADA, 0)
                        .events(
                                fullEvent(1),
                                fullEvent(-2),
                                event(7, -5, "session-1", null),
                                event(8, 5, null, "lead-ada"))
                        .state(state(ADA, 4, NOW))
                        .due(NOW.plusSeconds(60))
                        .memberships(entry(ADA, SEGMENT), entry(ADA, OTHER), exit(ADA, OTHER))
                        .executions(execution(1, TRIGGER, ADA), execution(2, OTHER, ADA))
                        .skips(skip(TRIGGER, ADA, 1))
                        .scheduled(action(1, ADA), action(2, ADA), action(3, ADA), action(4, ADA), action(5, ADA))
                        .build(),
                change(SESSION, 0)
                        .events(event(9, 2))
                        .links(
                                new SessionLink(fullEvent(1).key(), "lead-ada"),
                                new SessionLink(event(9, 2).key(), "lead-bob"))
                        .build());
        store(change(BOB, 0)
                .state(state(BOB, 5, NOW.plusNanos(1_000)))
                .memberships(entry(BOB, OTHER), MembershipChange.apart(APART, BOB, NOW))
                .scheduled(action(6, BOB, "send_sms", -3, NOW.plusSeconds(9)))
                .build());
        store(change(BOB, 1).state(state(BOB, 5, NOW)).build());
        store(change(ADA, 1)
                .events(event(10, 6, null, "lead-ada"))
                .cancelled(new Cancellation(actionId(5), Cancellation.Reason.SUPERSEDED))
                .build());
        List<Claim> claims = claims();
        assertThat(claims).hasSize(4);
        assertThat(store.queue().settle(claims.get(0), new Settlement.Done(NOW.plusSeconds(1))))
                .isTrue();
        assertThat(store.queue().settle(claims.get(1), new Settlement.Dead(NOW.plusSeconds(2), "dead \uD83D\uDE00")))
                .isTrue();
        assertThat(store.queue().settle(claims.get(2), new Settlement.Retry(NOW, NOW.plusSeconds(7), "later")))
                .isTrue();
        assertThat(store.queue().renew(claims.get(3), LEASE)).isTrue();
        store(change(ADA, 2)
                .events(event(11, 7, null, "lead-ada"))
                .cancelled(new Cancellation(actionId(4), Cancellation.Reason.UNLINKED))
                .build());
    }

    @Test
    void everything_comes_back_as_it_was() {
        fill();
        Map<SubjectId, SubjectRecord> subjects =
                store.subjects().load(List.of(ADA, BOB, SESSION), Subjects.Projection.TIMELINE);
        List<BehaviorEvent> events = eventsOf(ADA);
        Map<UUID, ActionRecord> actions = store.queue().find(ids(6));

        moveToAnotherStore();

        Map<SubjectId, SubjectRecord> restored =
                store.subjects().load(List.of(ADA, BOB, SESSION), Subjects.Projection.TIMELINE);
        assertThat(restored.keySet()).isEqualTo(subjects.keySet());
        subjects.forEach((subject, record) -> {
            SubjectRecord now = java.util.Objects.requireNonNull(restored.get(subject));
            assertThat(now.version()).isEqualTo(record.version()).isPositive();
            assertThat(now.state()).isEqualTo(record.state());
            assertThat(now.links()).isEqualTo(record.links());
        });
        assertThat(eventsOf(ADA)).isEqualTo(events).hasSize(6);
        assertThat(store.queue().find(ids(6))).isEqualTo(actions).hasSize(6);
        assertThat(store.upkeep().held(ADA)).isEqualTo(new Upkeep.Holding(3, NOW.plusSeconds(60), Set.of(SEGMENT)));
        assertThat(store.ledger().members(APART, null, ALL)).containsExactly(BOB);
        assertThat(store.ledger().memberships(null, null, ALL)).hasSize(4).noneMatch(MembershipChange::isApart);
        assertThat(store.definitions().load().records()).hasSize(2);
        assertThat(store.subjects().count()).isEqualTo(2);
    }

    private static List<UUID> ids(int count) {
        List<UUID> ids = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            ids.add(actionId(i));
        }
        return ids;
    }

    @Test
    void records_come_in_the_order_of_an_archive() {
        fill();

        List<ArchiveRecord> records = read(store);

        assertThat(records.stream()
                        .map(record -> record.getClass().getSimpleName())
                        .toList())
                .containsExactly(
                        "Whole",
                        "Defined",
                        "Defined",
                        "Defined",
                        "Defined",
                        "Defined",
                        "Subject",
                        "Event",
                        "Event",
                        "Event",
                        "Event",
                        "Event",
                        "Event",
                        "Subject",
                        "Subject",
                        "Event",
                        "Membership",
                        "Membership",
                        "Membership",
                        "Membership",
                        "Membership",
                        "Execution",
                        "Execution",
                        "Skipped",
                        "Scheduled",
                        "Scheduled",
                        "Scheduled",
                        "Scheduled",
                        "Scheduled",
                        "Scheduled");
        ArchiveOrder order = new ArchiveOrder();
        records.forEach(order::check);
        order.end();
    }

    @Test
    void a_restored_store_goes_on_where_the_other_one_was() {
        fill();
        moveToAnotherStore();

        // versions, duplicates, ids of firings
        assertThat(commit(change(ADA, 2).events(event(20, 9, null, "lead-ada")).build()))
                .isEqualTo(new UnitOutcome.Stale(ADA, 3));
        assertThat(commit(change(ADA, 3).events(event(8, 9, null, "lead-ada")).build()))
                .isEqualTo(new UnitOutcome.Duplicates(Map.of(id(8), event(8, 5, null, "lead-ada"))));
        assertThatThrownBy(() -> commit(change(ADA, 3)
                        .events(event(21, 9, null, "lead-ada"))
                        .executions(execution(1, TRIGGER, ADA))
                        .build()))
                .isInstanceOf(IllegalStateException.class);
        assertThat(commit(change(ADA, 3).events(event(21, 9, null, "lead-ada")).build()))
                .isEqualTo(committed(ADA, 4));
        assertThat(eventsOf(ADA)).hasSize(7);
        // timers
        assertThat(store.subjects().nextDue()).contains(NOW.plusSeconds(60));
        assertThat(store.subjects().claimDue(NOW.plusSeconds(60), 5, LEASE)).containsExactly(ADA);
        // the queue: one waits, one was tried, one ran and was cancelled meanwhile
        assertThat(claims()).isEmpty();
        List<Claim> claims =
                store.queue().claim(List.of("send_email", "send_sms"), NOW.plusSeconds(9), ALL, LEASE, NO_RATE);
        assertThat(claims).extracting(claim -> claim.action().id()).containsExactly(actionId(3), actionId(6));
        assertThat(claims).extracting(Claim::attempt).containsExactly(2, 1);
        assertThat(claims.get(0).token()).isGreaterThan(1);
        assertThat(record(4).status()).isEqualTo(ActionStatus.CANCELLED);
        assertThat(record(4).cancellation()).isEqualTo(Cancellation.Reason.UNLINKED);
        assertThat(store.queue().requeue(actionId(2), NOW)).isTrue();
        assertThat(claim().action().id()).isEqualTo(actionId(2));
        // facts
        assertThat(store.ledger().members(OTHER, null, ALL)).containsExactly(BOB);
        assertThat(store.ledger().memberships(null, null, ALL))
                .containsExactly(entry(ADA, SEGMENT), entry(ADA, OTHER), exit(ADA, OTHER), entry(BOB, OTHER));
        store(change(BOB, 2)
                .state(state(BOB, 5, NOW))
                .memberships(exit(BOB, OTHER))
                .build());
        assertThat(store.ledger().memberships(null, null, 1)).containsExactly(exit(BOB, OTHER));
        assertThat(store.ledger().memberCount(OTHER)).isZero();
        // definitions
        DefinitionRecord next = new DefinitionRecord(DefinitionRecord.Kind.SEGMENT, SEGMENT, "first", 3, false, "{}");
        assertThat(store.definitions().save(next, 4)).isFalse();
        assertThatThrownBy(() -> store.definitions().save(next, 5)).isInstanceOf(IllegalArgumentException.class);
        assertThat(store.definitions()
                        .save(new DefinitionRecord(DefinitionRecord.Kind.SEGMENT, SEGMENT, "second", 3, true, "{}"), 5))
                .isTrue();
    }

    @Test
    void only_an_empty_store_takes_an_archive() {
        List<ArchiveRecord> empty = read(store);
        assertThat(store.definitions()
                        .save(new DefinitionRecord(DefinitionRecord.Kind.SEGMENT, SEGMENT, "a", 1, false, "{}"), 0))
                .isTrue();
        assertThatThrownBy(() -> store.upkeep().restore(empty.iterator())).isInstanceOf(IllegalStateException.class);

        Store other = createStore(storeClock);
        other.upkeep().restore(empty.iterator());
        other.commit(batch(
                newBatchId(),
                unit(change(ADA, 0).events(event(1, 1, null, "lead-ada")).build())));
        assertThatThrownBy(() -> other.upkeep().restore(empty.iterator())).isInstanceOf(IllegalStateException.class);
        assertThat(read(other)).hasSize(3);
        other.close();
    }

    @Test
    void a_restoring_that_fails_leaves_the_store_as_empty_as_it_was() {
        fill();
        List<ArchiveRecord> records = read(store);
        Store other = createStore(storeClock);

        for (int cut = 0; cut < records.size(); cut += 4) {
            Iterator<ArchiveRecord> first = records.subList(0, cut).iterator();
            assertThatThrownBy(() -> other.upkeep().restore(new Iterator<ArchiveRecord>() {
                        @Override
                        public boolean hasNext() {
                            return true;
                        }

                        @Override
                        public ArchiveRecord next() {
                            if (!first.hasNext()) {
                                throw new ArithmeticException("cut");
                            }
                            return first.next();
                        }
                    }))
                    .isInstanceOf(ArithmeticException.class);
            assertThat(read(other)).containsExactly(new ArchiveRecord.Whole(0));
        }
        other.upkeep().restore(records.iterator());
        assertThat(read(other)).isEqualTo(records);
        other.close();
    }

    @Test
    void records_that_stand_at_the_wrong_place_or_twice_are_refused() {
        fill();
        List<ArchiveRecord> records = read(store);
        Store other = createStore(storeClock);

        for (int place : List.of(0, 1, 6, 7, 21, 25, 29)) {
            List<ArchiveRecord> twice = new ArrayList<>(records);
            twice.add(place, records.get(place));
            assertThatThrownBy(() -> other.upkeep().restore(twice.iterator()))
                    .as("record %s twice", place)
                    .isInstanceOf(IllegalArgumentException.class);
        }
        List<ArchiveRecord> swapped = new ArrayList<>(records);
        swapped.add(6, swapped.remove(7));
        assertThatThrownBy(() -> other.upkeep().restore(swapped.iterator()))
                .isInstanceOf(IllegalArgumentException.class);
        List<ArchiveRecord> headless = records.subList(1, records.size());
        assertThatThrownBy(() -> other.upkeep().restore(headless.iterator()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> other.upkeep().restore(List.<ArchiveRecord>of().iterator()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(read(other)).containsExactly(new ArchiveRecord.Whole(0));
        other.close();
    }

    @Test
    void reading_is_as_of_one_instant_while_others_go_on() {
        fill();
        List<ArchiveRecord> before = read(store);
        List<ArchiveRecord> seen = new ArrayList<>();

        store.upkeep().read(record -> {
            if (seen.isEmpty()) {
                SubjectId last = SubjectId.session("z");
                store(
                        change(last, 0).events(event(30, 9, "z", null)).build(),
                        change(BOB, 2)
                                .events(event(31, 9, null, "lead-bob"))
                                .memberships(exit(BOB, OTHER))
                                .build());
            }
            seen.add(record);
        });

        assertThat(seen).isEqualTo(before);
        assertThat(read(store)).hasSize(before.size() + 4);
    }

    @Test
    void many_subjects_and_events_are_read_and_restored_whole() {
        int subjects = 700;
        List<ArchiveRecord> records = new ArrayList<>();
        records.add(new ArchiveRecord.Whole(0));
        for (int i = 0; i < subjects; i++) {
            SubjectId subject = SubjectId.lead("lead-%03d".formatted(i));
            records.add(new ArchiveRecord.Subject(subject, i + 1, null, List.of(), null));
            for (int n = 0; n < (i == 350 ? 2_500 : 3); n++) {
                records.add(new ArchiveRecord.Event(
                        subject, event(10_000L * i + n, n, i % 2 == 0 ? null : "s", subject.value())));
            }
        }
        for (int i = 0; i < 1_500; i++) {
            records.add(new ArchiveRecord.Skipped(skip(TRIGGER, ADA, i)));
        }

        store.upkeep().restore(records.iterator());

        assertThat(read(store)).isEqualTo(records);
        assertThat(store.subjects().count()).isEqualTo(subjects);
        assertThat(eventsOf(SubjectId.lead("lead-350"))).hasSize(2_500);
        moveToAnotherStore();
        Retention retention = Retention.of(Duration.ofDays(1));
        Upkeep.Progress progress = new Upkeep.Progress(0, null, false);
        long purged = 0;
        while (!progress.complete()) {
            progress = store.upkeep().purge(retention, NOW.plusSeconds(86_400 + 1_000), progress.reached(), 1_000);
            purged += progress.events();
        }
        assertThat(purged).isEqualTo(3L * (subjects - 1) + 1_001);
    }

    private static String text(Store from) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Archive.write(from, out);
        return out.toString(StandardCharsets.UTF_8);
    }

    private static void restore(String text, Store into) throws IOException {
        Archive.read(into, new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void an_archive_reads_and_writes_alike_and_the_restored_store_lives_on_like_the_original() throws IOException {
        for (long seed = 1; seed <= 3; seed++) {
            Store original = createStore(storeClock);
            Store restored = createStore(storeClock);
            Instant now;
            try (ContractLife life = new ContractLife(original, NOW, seed)) {
                life.go(400);
                now = life.now();
            }
            String text = text(original);
            assertThat(text.lines().count()).isGreaterThan(400);
            restore(text, restored);
            assertThat(text(restored)).isEqualTo(text);

            try (ContractLife one = new ContractLife(original, now, seed + 100);
                    ContractLife other = new ContractLife(restored, now, seed + 100)) {
                one.go(200);
                other.go(200);
                one.analytics().maintenance().purge();
                other.analytics().maintenance().purge();
            }
            assertThat(text(restored)).isEqualTo(text(original)).isNotEqualTo(text);
            original.close();
            restored.close();
        }
    }

    @Test
    void an_archive_that_was_cut_or_changed_anywhere_is_refused_by_its_line_and_nothing_of_it_is_kept()
            throws IOException {
        fill();
        String text = text(store);
        List<String> lines = text.lines().toList();
        Store other = createStore(storeClock);
        String empty = text(other);

        for (int line = 0; line < lines.size(); line++) {
            List<String> without = new ArrayList<>(lines);
            without.remove(line);
            refused(other, String.join("\n", without) + "\n");
            List<String> cut = lines.subList(0, line);
            refused(other, cut.isEmpty() ? "" : String.join("\n", cut) + "\n");
            List<String> broken = new ArrayList<>(lines);
            broken.set(line, lines.get(line).substring(1));
            assertThat(refused(other, String.join("\n", broken) + "\n")).isEqualTo(line + 1);
        }
        refused(other, text.substring(0, text.length() - 1));
        refused(other, text.replace("\"format\":1", "\"format\":2"));
        refused(other, text.replace("welcome", "welcomf"));
        refused(other, text + "{}\n");
        assertThat(text(other)).isEqualTo(empty);
        restore(text, other);
        assertThat(text(other)).isEqualTo(text);
        other.close();
    }

    private static long refused(Store into, String text) {
        ArchiveException refusal = catchThrowableOfType(ArchiveException.class, () -> restore(text, into));
        assertThat(refusal).isNotNull().hasMessageContaining("line " + refusal.line());
        return refusal.line();
    }
}
