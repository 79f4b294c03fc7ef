package io.behavioranalytics.examples.benchmarks;

import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
        giveClassPath();
        for (int round = 0; round < rounds; round++) {
            new Runner(new OptionsBuilder()
                            .include(regex)
                            .addProfiler(GCProfiler.class)
                            .jvmArgs("-Xmx1g") // else the process inherits what Maven was started with
                            .build())
                    .run();
        }
    }

    /** Inside Maven the class path that a new process needs is known to the class loader only. */
    private static void giveClassPath() {
        if (Main.class.getClassLoader() instanceof URLClassLoader loader) {
            List<String> paths = new ArrayList<>();
            for (URL url : loader.getURLs()) {
                try {
                    paths.add(Path.of(url.toURI()).toString());
                } catch (URISyntaxException malformed) {
                    throw new IllegalStateException("not a place in the class path: " + url, malformed);
                }
            }
            System.setProperty("java.class.path", String.join(java.io.File.pathSeparator, paths));
        }
    }
}
