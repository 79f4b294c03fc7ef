package io.behavioranalytics.report;

import io.behavioranalytics.event.SubjectId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a {@link PatternCount}. Immutable.
 *
 * @param frame what data it is of
 * @param subjects who have a match
 * @param matches how many matches there are, none overlapping another of the same subject
 * @param examples the first subjects by their order that have a match, or the beginning of one
 */
public record PatternCountReport(ReportFrame frame, long subjects, long matches, List<Example> examples)
        implements Report {
    /** Copies the list. */
    public PatternCountReport {
        examples = List.copyOf(examples);
    }

    /**
     * The first match of a subject, or the longest beginning of one.
     *
     * @param subject who
     * @param whole whether it is a match
     * @param instants when its conditions were met
     */
    public record Example(SubjectId subject, boolean whole, List<Instant> instants) {
        /** Copies the list. */
        public Example {
            instants = List.copyOf(instants);
        }
    }

    @Override
    public List<ReportTable> tables() {
        List<List<@Nullable Object>> rows = new ArrayList<>();
        for (Example example : examples) {
            rows.add(FunnelReport.cells(
                    example.subject().isLead() ? "lead" : "session",
                    example.subject().value(),
                    example.whole(),
                    example.instants().stream().map(Instant::toString).collect(Collectors.joining(" "))));
        }
        return List.of(
                new ReportTable(
                        "pattern", List.of("subjects", "matches"), List.of(FunnelReport.cells(subjects, matches))),
                new ReportTable("examples", List.of("kind", "subject", "whole", "instants"), rows));
    }
}
