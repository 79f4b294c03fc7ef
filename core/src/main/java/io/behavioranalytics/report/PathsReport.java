package io.behavioranalytics.report;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The answer to {@link EventPaths}. Immutable.
 *
 * @param frame what data it is of
 * @param paths how many paths there are, those of the anchor alone among them
 * @param subjects whose they are
 * @param differentLinks how many links there are in all
 * @param links those that are told, the greatest first, then by their step and places
 */
public record PathsReport(ReportFrame frame, long paths, long subjects, long differentLinks, List<Link> links)
        implements Report {
    /** Copies the list. */
    public PathsReport {
        links = List.copyOf(links);
    }

    /**
     * A step of paths.
     *
     * @param step how far it is from the anchor: 1 for the step that begins or ends there
     * @param from the place that it leads from
     * @param to the place that it leads to
     * @param transitions how often it was gone
     * @param subjects by how many subjects
     */
    public record Link(int step, String from, String to, long transitions, long subjects) {}

    @Override
    public List<ReportTable> tables() {
        List<List<@Nullable Object>> rows = new ArrayList<>();
        links.forEach(link -> rows.add(
                FunnelReport.cells((long) link.step(), link.from(), link.to(), link.transitions(), link.subjects())));
        return List.of(
                new ReportTable(
                        "paths",
                        List.of("paths", "subjects", "differentLinks"),
                        List.of(FunnelReport.cells(paths, subjects, differentLinks))),
                new ReportTable("links", List.of("step", "from", "to", "transitions", "subjects"), rows));
    }
}
