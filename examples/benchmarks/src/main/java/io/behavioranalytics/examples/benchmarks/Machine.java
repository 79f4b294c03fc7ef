package io.behavioranalytics.examples.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.StringTokenizer;

/** What the figures were taken on, and how much of it others used meanwhile. */
final class Machine {
    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private static final double TICKS_PER_SECOND = 100;

    /** In /proc/stat: user, nice, system, idle, iowait, irq, softirq, steal; what follows is counted in those. */
    private static final int KINDS_OF_TIME = 8;

    /** In /proc/PID/stat, behind the name: where user and system time of the process and of its ended children stand. */
    private static final int TIMES_BEGIN = 11;

    private static final int TIMES = 4;

    private static final int IDLE = 3;
    private static final int IDLE_WAITING = 4;

    private Machine() {}

    /** CPU time of this process so far, all its threads, the compiler and the collector among them; nanoseconds. */
    static long cpuNanos() {
        return SYSTEM.getProcessCpuTime();
    }

    /** CPU time of the calling thread so far; nanoseconds. */
    static long threadNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    static String describe() {
        return String.format(
                Locale.ROOT,
                "%d cores, %s; %s %s, heap at most %,d MiB; %s",
                Runtime.getRuntime().availableProcessors(),
                model(),
                System.getProperty("java.vm.name"),
                System.getProperty("java.version"),
                Runtime.getRuntime().maxMemory() >> 20,
                LocalDate.now(ZoneOffset.UTC));
    }

    private static String model() {
        for (String line : lines("/proc/cpuinfo")) {
            if (line.startsWith("model name")) {
                return line.substring(line.indexOf(':') + 1).strip();
            }
        }
        return System.getProperty("os.arch");
    }

    private static List<String> lines(String file) {
        try {
            return Files.readAllLines(Path.of(file));
        } catch (IOException notLinux) {
            return List.of();
        }
    }

    /** CPU seconds that all processes used since the machine started, or -1 where nobody tells. */
    static double busySeconds() {
        for (String line : lines("/proc/stat")) {
            if (line.startsWith("cpu ")) {
                double busy = 0;
                StringTokenizer ticks = new StringTokenizer(line.substring("cpu ".length()));
                for (int i = 0; i < KINDS_OF_TIME && ticks.hasMoreTokens(); i++) {
                    double time = Double.parseDouble(ticks.nextToken());
                    busy += i == IDLE || i == IDLE_WAITING ? 0 : time;
                }
                return busy / TICKS_PER_SECOND;
            }
        }
        return -1;
    }

    /** CPU seconds of the processes that this one started, of theirs, and of those that these outlived; 0 where nobody tells. */
    static double childSeconds() {
        double ticks = 0;
        for (ProcessHandle child : ProcessHandle.current().descendants().toList()) {
            for (String line : lines("/proc/" + child.pid() + "/stat")) {
                // Behind the name, which may hold blanks.
                StringTokenizer fields = new StringTokenizer(line.substring(line.lastIndexOf(')') + 1));
                for (int i = 0; i < TIMES_BEGIN + TIMES && fields.hasMoreTokens(); i++) {
                    String field = fields.nextToken();
                    ticks += i < TIMES_BEGIN ? 0 : Double.parseDouble(field);
                }
            }
        }
        return ticks / TICKS_PER_SECOND;
    }

    /** Measures how many cores others kept busy since it was made. */
    static final class Load {
        private final double busy = busySeconds();
        private final long own = cpuNanos();
        private final long start = System.nanoTime();

        /** In words, for people who judge the figures. */
        String describe() {
            if (busy < 0) {
                return "load of others unknown";
            }
            double wall = (System.nanoTime() - start) / 1e9;
            double foreign = busySeconds() - busy - (cpuNanos() - own) / 1e9;
            double cores = Math.max(0, foreign) / wall;
            return String.format(
                    Locale.ROOT,
                    "others kept %.2f cores busy meanwhile: %s",
                    cores,
                    cores < 0.2 ? "quiet" : "NOT QUIET, figures are preliminary");
        }
    }

    /** What a new process needs to find the classes of this one: inside Maven the class loader alone knows it. */
    static String classPath() {
        if (!(Machine.class.getClassLoader() instanceof URLClassLoader loader)) {
            return System.getProperty("java.class.path");
        }
        List<String> paths = new ArrayList<>();
        for (URL url : loader.getURLs()) {
            try {
                paths.add(Path.of(url.toURI()).toString());
            } catch (URISyntaxException malformed) {
                throw new IllegalStateException("not a place in the class path: " + url, malformed);
            }
        }
        return String.join(File.pathSeparator, paths);
    }
}
