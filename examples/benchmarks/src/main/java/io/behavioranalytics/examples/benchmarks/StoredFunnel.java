package io.behavioranalytics.examples.benchmarks;

import io.behavioranalytics.examples.benchmarks.ReportAnswers.Asked;
import io.behavioranalytics.jdbc.JdbcStore;

/** Asks a store the funnel in a process of its own, on two threads. */
final class StoredFunnel {
    private StoredFunnel() {}

    public static void main(String[] arguments) {
        try (LibraryReports reports = new LibraryReports(
                JdbcStore.builder().url(arguments[0]).connections(2).build())) {
            reports.together(true);
            System.out.println(reports.answer(Asked.FUNNEL));
        }
    }
}
