package io.behavioranalytics.examples.benchmarks;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.openjdk.jmh.runner.RunnerException;

/** Measures what the arguments name; without any, lists what there is and tries each for a moment. */
final class Main {
    private static final String REPORT = "report";
    private static final String JMH = "jmh";

    private Main() {}

    public static void main(String[] arguments) throws RunnerException {
        PrintStream out = System.out;
        if (arguments.length == 0) {
            list(out);
            out.println("A quick try of each, on too few events for figures:\n");
            for (Benchmark benchmark : Benchmark.values()) {
                benchmark.run(benchmark.fewEvents(), out);
            }
            return;
        }
        if (arguments[0].equals(JMH) && arguments.length <= 3) {
            int rounds = arguments.length == 3 ? positive(arguments[2]) : 1;
            if (rounds > 0) {
                JmhRun.run(arguments.length > 1 ? arguments[1] : ".*", rounds);
                return;
            }
        }
        if (!run(new ArrayList<>(Arrays.asList(arguments)), out)) {
            list(out);
        }
    }

    /** False if the arguments are not understood; nothing was run then. */
    private static boolean run(List<String> arguments, PrintStream out) {
        int events = 0;
        int option = arguments.indexOf("--events");
        if (option >= 0) {
            events = option + 1 < arguments.size() ? positive(arguments.remove(option + 1)) : -1;
            arguments.remove(option);
        }
        List<Benchmark> chosen = new ArrayList<>();
        for (String argument : arguments) {
            if (argument.equals(REPORT)) {
                chosen.addAll(List.of(Benchmark.values()));
            } else {
                Benchmark.of(argument).ifPresent(chosen::add);
            }
        }
        boolean allKnown = arguments.stream()
                .allMatch(name -> name.equals(REPORT) || Benchmark.of(name).isPresent());
        if (events < 0 || chosen.isEmpty() || !allKnown) {
            return false;
        }
        out.println(Machine.describe() + "\n");
        for (Benchmark benchmark : chosen) {
            benchmark.run(events == 0 ? benchmark.events() : events, out);
        }
        return true;
    }

    /** The number that a text says, or -1. */
    private static int positive(String text) {
        try {
            int number = Integer.parseInt(text);
            return number > 0 ? number : -1;
        } catch (NumberFormatException notOne) {
            return -1;
        }
    }

    private static void list(PrintStream out) {
        out.println("Arguments: NAME ... [--events N], or jmh [REGEX [ROUNDS]]\n");
        for (Benchmark benchmark : Benchmark.values()) {
            out.printf(Locale.ROOT, "  %-12s %s (N %,d)%n", benchmark.command(), benchmark.words(), benchmark.events());
        }
        out.printf("  %-12s %s%n", REPORT, "all of these, as Markdown");
        out.printf(
                "  %-12s %s%n%n",
                JMH, "single steps: normalize, condition, segments, decide; assignment beside other libraries");
    }
}
