package io.behavioranalytics.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.behavioranalytics.decision.Relink;
import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.Timeline;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** {@link Subjects}: reading, scanning, who is to be decided anew. */
abstract class SubjectsContract extends ContractFixture {
    @Test
    void every_subject_asked_for_is_answered_with_its_own() {
        store(change(ADA, 0)
                .events(event(1, 1, null, "lead-ada"))
                .state(state(1, NOW))
                .build());
        store(change(BOB, 0).events(event(2, 2, null, "lead-bob")).build());
        SubjectId nobody = SubjectId.lead("lead-nobody");

        Map<SubjectId, SubjectRecord> records =
                store.subjects().load(List.of(BOB, nobody, ADA), Subjects.Projection.TIMELINE);

        assertThat(records).containsOnlyKeys(ADA, BOB, nobody);
        assertThat(records).allSatisfy((subject, record) -> {
            assertThat(record.subject()).isEqualTo(subject);
            assertThat(record.version()).isEqualTo(subject.equals(nobody) ? 0 : 1);
            assertThat(record.state()).isEqualTo(subject.equals(ADA) ? state(1, NOW) : null);
            assertThat(record.links()).isEmpty();
            assertThat(events(record.timeline()))
                    .isEqualTo(
                            subject.equals(ADA)
                                    ? List.of(event(1, 1, null, "lead-ada"))
                                    : subject.equals(BOB) ? List.of(event(2, 2, null, "lead-bob")) : List.of());
        });
    }

    @Test
    void a_lead_and_a_session_of_one_name_are_two_subjects() {
        store(change(SubjectId.lead("x"), 0).events(event(1, 1)).build());
        store(change(SubjectId.session("x"), 0).events(event(2, 2, "x", null)).build());

        assertThat(eventsOf(SubjectId.lead("x"))).containsExactly(event(1, 1));
        assertThat(eventsOf(SubjectId.session("x"))).containsExactly(event(2, 2, "x", null));
    }

    @Test
    void events_are_found_by_their_ids_whosever_they_are() {
        store(change(ADA, 0).events(event(1, 1, null, "lead-ada")).build());
        store(change(SESSION, 0).events(event(2, 2, SESSION.value(), null)).build());
        store(
                change(BOB, 0)
                        .relinks(new Relink(SESSION, SESSION.value(), null, null))
                        .build(),
                change(SESSION, 1).state(state(1, NOW)).build());

        assertThat(store.subjects()
                        .events(List.of(
                                event(2, 2).id(), event(9, 9).id(), event(1, 1).id())))
                .containsOnly(
                        Map.entry(event(1, 1).id(), event(1, 1, null, "lead-ada")),
                        Map.entry(event(2, 2).id(), event(2, 2, SESSION.value(), null)));
        assertThat(store.subjects().events(List.of())).isEmpty();
    }

    @Test
    void counted_are_those_who_have_events_now() {
        assertThat(store.subjects().count()).isZero();
        store(change(ADA, 0).events(event(1, 1)).build());
        store(change(SESSION, 0).events(event(2, 2, SESSION.value(), null)).build());
        store(change(ADA, 1).events(event(3, 3)).build());
        store(change(BOB, 0).state(state(1, NOW)).build());
        assertThat(store.subjects().count()).isEqualTo(2);

        store(
                change(BOB, 1)
                        .relinks(new Relink(SESSION, SESSION.value(), null, null))
                        .build(),
                change(SESSION, 1).state(state(1, NOW)).build());

        assertThat(eventsOf(BOB)).hasSize(1);
        assertThat(store.subjects().count()).isEqualTo(2);
    }

    @Test
    void with_the_state_come_the_events_that_it_does_not_know() {
        BehaviorEvent early = event(1, 1);
        BehaviorEvent atDecision = event(2, 5);
        BehaviorEvent future = event(3, 6);
        store(change(ADA, 0)
                .events(early, atDecision, future)
                .state(state(1, NOW.plusSeconds(5)))
                .build());

        SubjectRecord record = load(ADA, Subjects.Projection.STATE);
        assertThat(record.version()).isEqualTo(1);
        assertThat(record.state()).isEqualTo(state(1, NOW.plusSeconds(5)));
        assertThat(events(record.timeline())).contains(future).isSubsetOf(early, atDecision, future);
        assertThat(eventsOf(ADA)).containsExactly(early, atDecision, future);
    }

    @Test
    void from_an_instant_on_come_its_events_and_those_that_the_state_does_not_know() {
        BehaviorEvent early = event(1, 1);
        BehaviorEvent wanted = event(2, 3);
        BehaviorEvent later = event(3, 4);
        BehaviorEvent future = event(4, 9);
        store(change(ADA, 0)
                .events(early, wanted, later, future)
                .state(state(1, NOW.plusSeconds(5)))
                .build());
        store(change(BOB, 0).events(event(5, 3)).state(state(1, NOW)).build());
        store(change(SESSION, 0)
                .events(event(6, 2, SESSION.value(), null), event(7, 3, SESSION.value(), null))
                .state(state(1, NOW.plusSeconds(5)))
                .build());

        SubjectRecord record = since(ADA, 3);
        assertThat(record.version()).isEqualTo(1);
        assertThat(record.state()).isEqualTo(state(1, NOW.plusSeconds(5)));
        assertThat(events(record.timeline())).containsExactly(wanted, later, future);
        assertThat(events(since(ADA, 4).timeline())).containsExactly(later, future);
        assertThat(events(since(ADA, 20).timeline())).containsExactly(future);
        assertThat(events(since(ADA, 0).timeline())).containsExactly(early, wanted, later, future);
        assertThat(events(since(SESSION, 3).timeline())).containsExactly(event(7, 3, SESSION.value(), null));
        assertThat(since(SubjectId.lead("lead-nobody"), 0))
                .satisfies(nobody -> assertThat(nobody.version()).isZero())
                .satisfies(nobody -> assertThat(nobody.timeline().size()).isZero());
    }

    @Test
    void from_an_instant_on_come_all_events_if_nothing_was_decided() {
        store(change(ADA, 0).events(event(1, 1), event(2, 2)).build());

        assertThat(events(since(ADA, 9).timeline())).containsExactly(event(1, 1), event(2, 2));
    }

    private SubjectRecord since(SubjectId subject, int seconds) {
        return store.subjects().load(subject, NOW.plusSeconds(seconds)).orElseThrow();
    }

    @Test
    void without_a_state_come_all_events() {
        store(change(ADA, 0).events(event(1, 1), event(2, 2)).build());

        assertThat(events(load(ADA, Subjects.Projection.STATE).timeline())).containsExactly(event(1, 1), event(2, 2));
    }

    @Test
    void what_was_loaded_never_changes() {
        store(change(ADA, 0).events(event(5, 5)).state(state(1, NOW)).build());
        SubjectRecord before = load(ADA);
        store(change(ADA, 1).events(event(6, 6)).state(state(2, NOW)).build());
        store(change(ADA, 2).events(event(1, 1)).build());

        assertThat(before.version()).isEqualTo(1);
        assertThat(before.state()).isEqualTo(state(1, NOW));
        assertThat(events(before.timeline())).containsExactly(event(5, 5));
        assertThat(eventsOf(ADA)).containsExactly(event(1, 1), event(5, 5), event(6, 6));
        assertThat(load(ADA).version()).isEqualTo(3);
    }

    @Test
    void a_scan_visits_every_subject_with_events_in_order() {
        List<SubjectId> subjects = new ArrayList<>();
        IntStream.range(100, 900).forEach(i -> subjects.add(SubjectId.lead("lead-" + i)));
        IntStream.range(100, 200).forEach(i -> subjects.add(SubjectId.session("session-" + i)));
        for (int i = 0; i < subjects.size(); i++) {
            // Stored out of order.
            SubjectId subject = subjects.get((i * 37) % subjects.size());
            store(change(subject, 0)
                    .events(event(i, 1, subject.value(), null))
                    .state(state(1, NOW))
                    .build());
        }
        store(change(SubjectId.lead("lead-500-without-events"), 0)
                .state(state(1, NOW))
                .build());

        assertThat(scanned()).containsExactlyElementsOf(subjects);
    }

    @Test
    void a_scan_visits_those_that_came_since_the_last_one() {
        for (int round = 1; round <= 3; round++) {
            SubjectId subject = SubjectId.lead("lead-" + (9 - round));
            store(change(subject, 0)
                    .events(event(round, 1, null, subject.value()))
                    .state(state(1, NOW))
                    .build());
            assertThat(scanned()).hasSize(round).isSorted();
        }
    }

    @Test
    void a_scan_reads_as_much_as_it_is_asked_for() {
        store(change(ADA, 0)
                .events(event(1, 1), event(2, 9))
                .state(state(1, NOW.plusSeconds(5)))
                .build());
        for (Subjects.Projection projection : Subjects.Projection.values()) {
            List<SubjectRecord> records = new ArrayList<>();
            store.subjects().scan(projection, records::add);
            assertThat(records).hasSize(1);
            SubjectRecord loaded = load(ADA, projection);
            assertThat(records.get(0).subject()).isEqualTo(ADA);
            assertThat(records.get(0).version()).isEqualTo(loaded.version());
            assertThat(records.get(0).state()).isEqualTo(loaded.state());
            assertThat(events(records.get(0).timeline())).isEqualTo(events(loaded.timeline()));
        }
    }

    @Test
    void a_scan_ends_when_the_visitor_says_so() {
        IntStream.range(0, 10)
                .forEach(i -> store(change(SubjectId.lead("lead-" + i), 0)
                        .events(event(i, 1))
                        .build()));
        List<SubjectId> seen = new ArrayList<>();
        store.subjects().scan(Subjects.Projection.TIMELINE, record -> {
            seen.add(record.subject());
            return seen.size() < 3;
        });

        assertThat(seen).containsExactly(SubjectId.lead("lead-0"), SubjectId.lead("lead-1"), SubjectId.lead("lead-2"));
    }

    @Test
    void a_visit_brings_every_history_in_order_for_any_thread_to_read() throws Exception {
        store(change(BOB, 0).events(event(2, 2), event(3, 3)).build());
        store(change(ADA, 0).events(event(1, 1)).state(state(1, NOW)).build());
        store(change(SESSION, 0).state(state(1, NOW)).build());
        ExecutorService other = Executors.newSingleThreadExecutor();
        try {
            for (Histories.Extent extent : Histories.Extent.values()) {
                List<StoredHistory> found = new ArrayList<>();
                store.subjects().visit(extent, found::add);
                assertThat(found)
                        .extracting(StoredHistory::subject, StoredHistory::size)
                        .containsExactly(tuple(ADA, 1), tuple(BOB, 2));
                for (StoredHistory history : found) {
                    Timeline expected = load(history.subject(), Subjects.Projection.TIMELINE)
                            .timeline();
                    Timeline timeline =
                            other.submit(() -> history.timeline().orElseThrow()).get(120, TimeUnit.SECONDS);
                    assertThat(timeline.size()).isEqualTo(expected.size());
                    for (int i = 0; i < expected.size(); i++) {
                        assertThat(timeline.micros(i)).isEqualTo(expected.micros(i));
                        assertThat(timeline.type(i)).isEqualTo(expected.type(i));
                        assertThat(timeline.category(i)).isEqualTo(expected.category(i));
                    }
                    if (extent == Histories.Extent.WHOLE) {
                        assertThat(events(timeline)).isEqualTo(events(expected));
                    }
                }
                List<SubjectId> first = new ArrayList<>();
                store.subjects().visit(extent, history -> !first.add(history.subject()));
                assertThat(first).as("the visitor ended it").containsExactly(ADA);
            }
        } finally {
            other.shutdownNow();
        }
    }

    @Test
    void the_visitor_may_use_the_store_and_others_go_on_meanwhile() throws Exception {
        store(change(ADA, 0).events(event(1, 1)).build());
        store(change(BOB, 0).events(event(2, 2)).build());
        ExecutorService other = Executors.newSingleThreadExecutor();
        try {
            List<SubjectId> seen = new ArrayList<>();
            store.subjects().scan(Subjects.Projection.TIMELINE, record -> {
                seen.add(record.subject());
                store(change(record.subject(), 1)
                        .events(event(10 + seen.size(), 10))
                        .build());
                Future<@Nullable Object> elsewhere = other.submit(() -> {
                    store(change(record.subject(), 2).state(state(1, NOW)).build());
                    return null;
                });
                try {
                    elsewhere.get(120, TimeUnit.SECONDS);
                } catch (Exception e) {
                    throw new AssertionError("another thread could not commit during a scan", e);
                }
                return true;
            });
            assertThat(seen).containsExactly(ADA, BOB);
        } finally {
            other.shutdownNow();
        }
        assertThat(load(ADA).version()).isEqualTo(3);
        assertThat(load(BOB).version()).isEqualTo(3);
    }

    /** Beyond U+FFFF two UTF-16 units make a character; by units it would stand before U+E000. */
    private static final List<SubjectId> IN_ORDER = Stream.concat(
                    ids().map(SubjectId::lead), ids().map(SubjectId::session))
            .toList();

    private static Stream<String> ids() {
        return Stream.of(
                "A",
                "Z",
                "a",
                "a b",
                "aa",
                "z",
                "\u00e9",
                "\ud7ff",
                "\ue000",
                "\ufffd",
                "\ufffdz",
                "\ud83d\ude00",
                "\udbff\udffd");
    }

    @Test
    void subjects_stand_in_the_order_of_code_points_everywhere() {
        List<SubjectId> mixed = new ArrayList<>(IN_ORDER);
        Collections.shuffle(mixed, new Random(5));
        for (SubjectId subject : mixed) {
            store(change(subject, 0)
                    .events(event(
                            mixed.indexOf(subject),
                            1,
                            subject.isLead() ? null : subject.value(),
                            subject.isLead() ? subject.value() : null))
                    .state(state(1, NOW))
                    .due(NOW)
                    .memberships(entry(subject, SEGMENT))
                    .build());
        }

        assertThat(mixed.stream().sorted().toList()).isEqualTo(IN_ORDER);
        assertThat(scanned()).isEqualTo(IN_ORDER);
        List<SubjectId> decided = new ArrayList<>();
        List<SubjectId> members = new ArrayList<>();
        for (int page = 0; page <= IN_ORDER.size() / 3; page++) {
            decided.addAll(store.subjects().decidedBefore(2, last(decided), 3));
            members.addAll(store.ledger().members(SEGMENT, last(members), 3));
        }
        assertThat(decided).isEqualTo(IN_ORDER);
        assertThat(members).isEqualTo(IN_ORDER);
        List<SubjectId> claimed = new ArrayList<>(store.subjects().claimDue(NOW, 10, LEASE));
        claimed.addAll(store.subjects().claimDue(NOW, ALL, LEASE));
        assertThat(claimed).isEqualTo(IN_ORDER);
    }

    private static @Nullable SubjectId last(List<SubjectId> page) {
        return page.isEmpty() ? null : page.get(page.size() - 1);
    }

    @Test
    void subjects_decided_on_older_definitions_are_found_page_by_page() {
        for (int i = 0; i < 30; i++) {
            store(change(SubjectId.lead("lead-" + (10 + i)), 0)
                    .state(state(i % 3, NOW))
                    .build());
        }
        store(change(ADA, 0).events(event(1, 1)).build());
        store(change(SESSION, 0).state(state(1, NOW)).build());
        Subjects subjects = store.subjects();

        List<SubjectId> found = new ArrayList<>();
        SubjectId after = null;
        for (List<SubjectId> page = subjects.decidedBefore(2, null, 4);
                !page.isEmpty();
                page = subjects.decidedBefore(2, after, 4)) {
            assertThat(page).hasSizeLessThanOrEqualTo(4);
            found.addAll(page);
            after = page.get(page.size() - 1);
        }

        assertThat(found).hasSize(21).isSorted().endsWith(SESSION).doesNotHaveDuplicates();
        assertThat(found).doesNotContain(ADA, SubjectId.lead("lead-12")).contains(SubjectId.lead("lead-10"));
        assertThat(subjects.decidedBefore(2, null, 0)).isEmpty();
        assertThat(subjects.decidedBefore(0, null, ALL)).isEmpty();
        assertThat(subjects.decidedBefore(3, null, ALL)).hasSize(31);
        assertThat(subjects.decidedSince(2)).isEqualTo(new Subjects.Decided(10, 31));
        assertThat(subjects.decidedSince(0)).isEqualTo(new Subjects.Decided(31, 31));
        assertThat(subjects.decidedSince(3)).isEqualTo(new Subjects.Decided(0, 31));
    }
}
