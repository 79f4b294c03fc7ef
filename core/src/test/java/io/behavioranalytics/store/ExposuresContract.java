package io.behavioranalytics.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.experiment.Exposure;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

/** {@link Exposures}: the first of each subject stays the first, whoever races. */
abstract class ExposuresContract extends ContractFixture {
    private static final UUID EXPERIMENT = new UUID(0xe0, 1);
    private static final UUID OTHER = new UUID(0xf000000000000000L, 2);

    private static Exposure exposure(UUID experiment, int bucketVersion, SubjectId subject, String variant) {
        return new Exposure(experiment, 3, bucketVersion, subject, variant, 2, -1, NOW);
    }

    private static Exposure exposure(SubjectId subject, String variant) {
        return exposure(EXPERIMENT, 0, subject, variant);
    }

    @Test
    void the_first_exposure_stays_the_first() {
        Exposure first = exposure(ADA, "control");
        Exposure later = new Exposure(EXPERIMENT, 4, 0, ADA, "control", 3, 1, NOW.plusSeconds(60));

        assertThat(store.ledger().expose(List.of(first))).containsExactly(new Exposures.Recorded(first, true));
        assertThat(store.ledger().expose(List.of(later, first)))
                .containsExactly(new Exposures.Recorded(first, false), new Exposures.Recorded(first, false));
        assertThat(store.ledger().exposuresOf(List.of(ADA))).containsExactly(Map.entry(ADA, List.of(first)));
        assertThat(store.ledger().crossovers(EXPERIMENT, 0)).isEmpty();
    }

    @Test
    void of_several_in_one_call_the_first_is_recorded() {
        Exposure first = exposure(ADA, "b");
        Exposure second = exposure(ADA, "control");
        Exposure bob = exposure(BOB, "control");

        assertThat(store.ledger().expose(List.of(first, second, bob, bob)))
                .containsExactly(
                        new Exposures.Recorded(first, true),
                        new Exposures.Recorded(first, false),
                        new Exposures.Recorded(bob, true),
                        new Exposures.Recorded(bob, false));
        assertThat(store.ledger().crossovers(EXPERIMENT, 0)).containsExactly(second);
        assertThat(store.ledger().expose(List.of())).isEmpty();
    }

    @Test
    void another_variant_is_kept_as_a_crossover_once() {
        Exposure first = exposure(BOB, "control");
        Exposure other = exposure(BOB, "b");
        Exposure again = new Exposure(EXPERIMENT, 9, 0, BOB, "b", 2, -1, NOW.plusSeconds(5));
        Exposure third = exposure(BOB, "c");
        Exposure ada = exposure(ADA, "b");
        store.ledger().expose(List.of(first, ada));

        assertThat(store.ledger().expose(List.of(other, again, third, exposure(ADA, "c"))))
                .extracting(Exposures.Recorded::first)
                .containsExactly(first, first, first, ada);
        assertThat(store.ledger().crossovers(EXPERIMENT, 0)).containsExactly(exposure(ADA, "c"), other, third);
        assertThat(store.ledger().crossovers(EXPERIMENT, 1)).isEmpty();
        assertThat(store.ledger().crossovers(OTHER, 0)).isEmpty();
    }

    @Test
    void experiments_and_bucket_versions_are_told_apart() {
        List<Exposure> all = List.of(
                exposure(EXPERIMENT, 0, ADA, "a"),
                exposure(EXPERIMENT, 1, ADA, "b"),
                exposure(OTHER, 0, ADA, "c"),
                exposure(OTHER, 0, SESSION, "d"));
        assertThat(store.ledger().expose(all)).allMatch(Exposures.Recorded::recorded);

        assertThat(store.ledger().exposuresOf(List.of(SESSION, BOB, ADA)))
                .isEqualTo(Map.of(SESSION, List.of(all.get(3)), ADA, all.subList(0, 3)));
        assertThat(visited(EXPERIMENT, 0)).containsExactly(all.get(0));
        assertThat(visited(EXPERIMENT, 1)).containsExactly(all.get(1));
        assertThat(visited(OTHER, 0)).containsExactly(all.get(2), all.get(3));
        assertThat(visited(OTHER, 1)).isEmpty();
        assertThat(store.ledger().exposuresOf(List.of())).isEmpty();
    }

    @Test
    void whether_sessions_were_exposed_is_told_of_each_experiment_and_bucket_version() {
        store.ledger()
                .expose(List.of(
                        exposure(EXPERIMENT, 0, SubjectId.lead("\uD83D\uDE00"), "a"),
                        exposure(EXPERIMENT, 0, SubjectId.lead("session:x"), "a"),
                        exposure(EXPERIMENT, 1, SESSION, "a"),
                        exposure(OTHER, 2, ADA, "a")));
        assertThat(store.ledger().hasSessions(EXPERIMENT, 0)).isFalse();
        assertThat(store.ledger().hasSessions(EXPERIMENT, 1)).isTrue();
        assertThat(store.ledger().hasSessions(EXPERIMENT, 2)).isFalse();
        assertThat(store.ledger().hasSessions(OTHER, 2)).isFalse();
        store.ledger().expose(List.of(exposure(OTHER, 2, SubjectId.session("!"), "a")));
        assertThat(store.ledger().hasSessions(OTHER, 2)).isTrue();
    }

    private List<Exposure> visited(UUID experiment, int bucketVersion) {
        List<Exposure> visited = new ArrayList<>();
        store.ledger().visitExposures(experiment, bucketVersion, visited::add);
        return visited;
    }

    @Test
    void many_are_visited_in_the_order_of_the_subjects_until_the_visitor_has_enough() {
        List<Exposure> all = new ArrayList<>();
        for (int i = 0; i < 2_300; i++) {
            all.add(exposure(SubjectId.lead("lead-" + (i * 7_919) % 2_300), "v" + i % 3));
        }
        all.add(exposure(SubjectId.lead("\uD83D\uDE00"), "b"));
        all.add(exposure(SubjectId.lead("\uFFFD"), "b"));
        all.add(exposure(SESSION, "b"));
        assertThat(store.ledger().expose(all)).hasSize(2_303).allMatch(Exposures.Recorded::recorded);
        all.sort((one, other) -> one.subject().compareTo(other.subject()));

        assertThat(visited(EXPERIMENT, 0)).isEqualTo(all);
        List<Exposure> some = new ArrayList<>();
        store.ledger().visitExposures(EXPERIMENT, 0, exposure -> {
            some.add(exposure);
            return some.size() < 5;
        });
        assertThat(some).isEqualTo(all.subList(0, 5));
    }

    @Test
    void what_is_exposed_while_exposures_are_visited_is_not_among_them() {
        List<Exposure> before = new ArrayList<>();
        for (int i = 0; i < 1_500; i++) {
            before.add(exposure(SubjectId.lead("lead-" + (10_000 + i)), "a"));
        }
        store.ledger().expose(before);
        List<Exposure> visited = new ArrayList<>();
        store.ledger().visitExposures(EXPERIMENT, 0, exposure -> {
            if (visited.isEmpty()) {
                store.ledger()
                        .expose(List.of(
                                exposure(SubjectId.lead("lead-1"), "b"), exposure(SubjectId.lead("lead-2"), "b")));
            }
            return visited.add(exposure);
        });
        assertThat(visited).isEqualTo(before);
        assertThat(visited(EXPERIMENT, 0)).hasSize(1_502);
    }

    @Test
    void of_threads_that_expose_at_once_exactly_one_is_first() throws Exception {
        int threads = 8;
        int subjects = 40;
        IntFunction<Callable<List<Exposures.Recorded>>> racers = racer -> () -> {
            List<Exposures.Recorded> recorded = new ArrayList<>();
            for (int i = 0; i < subjects; i++) {
                // Each begins elsewhere, and hands several in at once.
                int at = (i + racer * 5) % subjects;
                recorded.addAll(store.ledger()
                        .expose(List.of(
                                exposure(SubjectId.lead("lead-" + at), "v" + racer % 3),
                                exposure(SubjectId.lead("lead-" + (subjects - 1 - at)), "v" + racer % 3))));
            }
            return recorded;
        };
        Map<SubjectId, Integer> winners = new HashMap<>();
        Map<SubjectId, Exposure> firsts = new HashMap<>();
        for (List<Exposures.Recorded> answers : together(threads, racers)) {
            for (Exposures.Recorded answer : answers) {
                Exposure before = firsts.putIfAbsent(answer.first().subject(), answer.first());
                assertThat(before == null || before.equals(answer.first())).isTrue();
                winners.merge(answer.first().subject(), answer.recorded() ? 1 : 0, Integer::sum);
            }
        }
        assertThat(winners)
                .hasSize(subjects)
                .allSatisfy((subject, count) -> assertThat(count).isEqualTo(1));
        assertThat(visited(EXPERIMENT, 0)).hasSize(subjects).containsExactlyInAnyOrderElementsOf(firsts.values());
        // Everybody saw all three variants, so each has two beside the first.
        assertThat(store.ledger().crossovers(EXPERIMENT, 0)).hasSize(2 * subjects);
    }

    @Test
    void a_transaction_of_a_kind_that_the_store_does_not_know_is_refused_and_nothing_is_stored() {
        assertThatThrownBy(() -> store.ledger().expose(List.of(exposure(ADA, "b")), new HostTransaction() {}))
                .isInstanceOf(UnsupportedOperationException.class);
        assertThat(store.ledger().exposuresOf(List.of(ADA))).isEmpty();
        assertThat(store.ledger().expose(List.of(exposure(ADA, "c"))))
                .containsExactly(new Exposures.Recorded(exposure(ADA, "c"), true));
    }

    @Test
    void an_archive_holds_exposures_and_crossovers() {
        store.ledger()
                .expose(List.of(
                        exposure(OTHER, 1, SESSION, "b"),
                        exposure(BOB, "control"),
                        exposure(ADA, "b"),
                        exposure(ADA, "c")));
        List<ArchiveRecord> records = new ArrayList<>();
        store.upkeep().read(records::add);
        assertThat(records)
                .containsExactly(
                        new ArchiveRecord.Whole(0),
                        new ArchiveRecord.Exposed(exposure(ADA, "b")),
                        new ArchiveRecord.Exposed(exposure(BOB, "control")),
                        new ArchiveRecord.Exposed(exposure(OTHER, 1, SESSION, "b")),
                        new ArchiveRecord.Crossed(exposure(ADA, "c")));

        Store other = createStore(storeClock);
        other.upkeep().restore(records.iterator());
        List<ArchiveRecord> restored = new ArrayList<>();
        other.upkeep().read(restored::add);
        assertThat(restored).isEqualTo(records);
        assertThat(other.ledger().exposuresOf(List.of(ADA)))
                .isEqualTo(store.ledger().exposuresOf(List.of(ADA)));
        other.close();
    }
}
