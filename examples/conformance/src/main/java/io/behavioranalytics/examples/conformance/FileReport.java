package io.behavioranalytics.examples.conformance;

import java.util.List;

/**
 * What came of one file.
 *
 * @param file its name
 * @param cases how many cases it has
 * @param passed how many agreed
 * @param againstRecomputed how many of these were held against the second computation, because the source's own figure is marked as off
 * @param failures one line for each case that did not agree or could not be read, or for the file
 * @param leftOut one line for each case that was not run, with the reason
 * @param notApplicable why its cases were not run; empty if they were
 */
record FileReport(
        String file,
        int cases,
        int passed,
        int againstRecomputed,
        List<String> failures,
        List<String> leftOut,
        String notApplicable) {

    static FileReport notApplicable(String file, int cases, String reason) {
        return new FileReport(file, cases, 0, 0, List.of(), List.of(), reason);
    }

    static FileReport malformed(String file, String reason) {
        return new FileReport(file, 0, 0, 0, List.of("malformed: " + reason), List.of(), "");
    }
}
