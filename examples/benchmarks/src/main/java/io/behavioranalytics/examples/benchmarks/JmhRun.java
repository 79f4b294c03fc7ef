package io.behavioranalytics.examples.benchmarks;

import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** Runs the JMH benchmarks in a process of their own. */
final class JmhRun {
    private JmhRun() {}

    /**
     * Runs benchmarks.
     *
     * @param regex which
     * @param rounds how often all of them take turns, each time in a new process
     */
    static void run(String regex, int rounds) throws RunnerException {
        System.setProperty("java.class.path", Machine.classPath());
        for (int round = 0; round < rounds; round++) {
            new Runner(new OptionsBuilder()
                            .include(regex)
                            .addProfiler(GCProfiler.class)
                            .jvmArgs("-Xmx1g") // else the process inherits what Maven was started with
                            .build())
                    .run();
        }
    }
}
