package io.behavioranalytics.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

/** Rare interleavings are found before release, and can be replayed. */
class SimulationTest {
    private static final int SEEDS = 500;
    private static final int TWICE = 50;

    @Test
    void whatever_fails_the_invariants_hold_and_one_seed_is_one_journal() {
        Map<String, Integer> seen = new ConcurrentHashMap<>();
        // Each life has one thread; while one waits out a store that is busy, others live.
        Seeds.forEachAtOnce("simulation", SEEDS, 8, seed -> {
            Simulation simulation = new Simulation(seed).run();
            if (seed <= TWICE) {
                Journal again = new Simulation(seed).run().journal;
                assertThat(again.lines()).as("the second run of seed %s", seed).isEqualTo(simulation.journal.lines());
                assertThat(again.hash()).isEqualTo(simulation.journal.hash());
            }
            for (String line : simulation.journal.lines()) {
                String[] words = line.split(" ", -1);
                String key = words[0].equals("fault") || words[0].equals("commit")
                        ? words[0] + " " + words[1] + (words[0].equals("fault") ? " " + words[2] : "")
                        : words[0];
                seen.merge(key, 1, Integer::sum);
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
                        "attempt",
                        "conflict");
    }
}
