package io.behavioranalytics.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

/** Rare interleavings are found before release, and can be replayed: each seed is lived twice. */
class SimulationTest {
    private static final int SEEDS = 500;

    @Test
    void whatever_fails_the_invariants_hold_and_one_seed_is_one_journal() {
        Map<String, Integer> seen = new ConcurrentHashMap<>();
        // Each life has one thread; while one waits out a store that is busy, others live.
        Seeds.forEachAtOnce("simulation", SEEDS, 8, seed -> {
            Simulation simulation = new Simulation(seed).run();
            Journal again = new Simulation(seed).run().journal;
            assertThat(again.lines()).as("the second run of seed %s", seed).isEqualTo(simulation.journal.lines());
            assertThat(again.hash()).isEqualTo(simulation.journal.hash());
            for (String line : simulation.journal.lines()) {
                seen.merge(kindOf(line.split(" ", -1)), 1, Integer::sum);
            }
        });
        System.out.println("simulation: " + new TreeMap<>(seen));

        if (Long.getLong("proof.simulation.seed") != null) {
            return; // one life need not contain everything
        }
        assertThat(seen.keySet())
                .as("what a simulation has to contain to prove anything")
                .contains(
                        "fault commit before",
                        "fault commit after",
                        "fault load before",
                        "fault settle before",
                        "fault settle after",
                        "fault renew before",
                        "fault claim after",
                        "fault claimDue after",
                        "commit Committed",
                        "commit Stale",
                        "commit Busy",
                        "commit Duplicates",
                        "commit repeated",
                        "fired",
                        "conflict",
                        "shared by 0",
                        "shared by 1",
                        "shared by 2",
                        "attempt SUCCESS",
                        "attempt RETRY",
                        "attempt RETRY_IN_THREE_MINUTES",
                        "attempt FAILURE",
                        "attempt EXCEPTION",
                        "attempt ERROR",
                        "action DONE",
                        "action DEAD",
                        "action CANCELLED");
    }

    /** What a line is an example of: a fault of which call, an attempt with which end, ... */
    private static String kindOf(String... words) {
        return switch (words[0]) {
            case "fault" -> words[0] + " " + words[1] + " " + words[2];
            case "commit" -> words[0] + " " + words[1];
            case "attempt" -> words[0] + " " + words[5];
            case "shared" -> words[0] + " by " + words[2];
            case "action" -> words[0] + " " + words[2];
            default -> words[0];
        };
    }
}
