package io.behavioranalytics.examples.benchmarks;

import io.behavioranalytics.examples.benchmarks.ReportAnswers.Asked;
import java.util.List;

/** One way of asking one question, and the best that it came to: the round that others disturbed least. */
final class Contestant {
    final Asked asked;
    final String words;
    private final int rounds;
    private final ReportAnswers answers;
    private final Runnable setting;

    /** Seconds of processor time, of this process and its servers together. */
    double cpu = Double.MAX_VALUE;

    /** What this process had of them. */
    double own = Double.MAX_VALUE;

    double wall = Double.MAX_VALUE;

    /**
     * Makes one.
     *
     * @param asked what is asked
     * @param words what it is called
     * @param rounds how many rounds it takes part in
     * @param answers who is asked
     * @param setting what is set before it is asked
     */
    Contestant(Asked asked, String words, int rounds, ReportAnswers answers, Runnable setting) {
        this.asked = asked;
        this.words = words;
        this.rounds = rounds;
        this.answers = answers;
        this.setting = setting;
    }

    /**
     * Has all take turns, a round after the other; whoever answers otherwise than the scan ends the run.
     *
     * @param all who takes part
     * @param scan knows the answers
     * @param leastSeconds for so long each is asked again and again
     */
    static void takeTurns(List<Contestant> all, PrimitiveScan scan, double leastSeconds) {
        int rounds = all.stream().mapToInt(one -> one.rounds).max().orElse(0);
        for (int round = 0; round < rounds; round++) {
            for (Contestant one : all) {
                if (round < one.rounds) {
                    one.run(scan.answer(one.asked), leastSeconds);
                }
            }
        }
    }

    private void run(List<Long> expected, double leastSeconds) {
        setting.run();
        double childrenBefore = Machine.childSeconds();
        long cpuBefore = Machine.cpuNanos();
        long start = System.nanoTime();
        int times = 0;
        double seconds;
        do {
            List<Long> answer = answers.answer(asked);
            if (!answer.equals(expected)) {
                throw new IllegalStateException(
                        words + " answers " + asked + " with " + answer + ", and the scan with " + expected);
            }
            times++;
            seconds = (System.nanoTime() - start) / 1e9;
        } while (seconds < leastSeconds);
        double here = (Machine.cpuNanos() - cpuBefore) / 1e9 / times;
        double together = here + (Machine.childSeconds() - childrenBefore) / times;
        if (together < cpu) {
            cpu = together;
            own = here;
        }
        wall = Math.min(wall, seconds / times);
    }
}
