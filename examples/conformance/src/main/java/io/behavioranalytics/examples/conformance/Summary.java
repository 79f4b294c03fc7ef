package io.behavioranalytics.examples.conformance;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Collects what came of the files, and prints it. */
final class Summary {
    private final List<FileReport> reports = new ArrayList<>();

    void add(FileReport report) {
        reports.add(report);
    }

    /** Cases that failed, and files that could not be read. */
    int failed() {
        return reports.stream().mapToInt(report -> report.failures().size()).sum();
    }

    void print(PrintStream out) {
        int cases = 0;
        int passed = 0;
        int apart = 0;
        for (FileReport report : reports) {
            cases += report.cases();
            passed += report.passed();
            if (report.notApplicable().isEmpty()) {
                out.println(line(report));
                apart += report.leftOut().size();
                report.failures().forEach(failure -> out.println("    FAILED " + failure));
                report.leftOut().forEach(reason -> out.println("    not applicable " + reason));
            } else {
                apart += report.cases();
                out.println(String.format(
                        Locale.ROOT,
                        "%-40s %4d cases  not applicable: %s",
                        report.file(),
                        report.cases(),
                        report.notApplicable()));
            }
        }
        out.println(String.format(
                Locale.ROOT,
                "%d files: %d cases, %d passed, %d failed, %d not applicable",
                reports.size(),
                cases,
                passed,
                failed(),
                apart));
    }

    private static String line(FileReport report) {
        return String.format(
                        Locale.ROOT,
                        "%-40s %4d cases  %4d passed  %4d failed",
                        report.file(),
                        report.cases(),
                        report.passed(),
                        report.failures().size())
                + (report.againstRecomputed() == 0
                        ? ""
                        : "  (" + report.againstRecomputed()
                                + " held against a second computation: the source's own figure is marked as off)");
    }
}
