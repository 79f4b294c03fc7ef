package io.behavioranalytics.report;

import io.behavioranalytics.event.Micros;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/** Answers {@link EventPaths}, visit by visit. */
final class PathsFold implements TimelineFold<PathsReport> {
    private static final int MOST_LINKS = 100_000;
    private static final Comparator<Link> IN_ORDER =
            Comparator.comparingInt(Link::step).thenComparing(Link::from).thenComparing(Link::to);

    private final EventPaths question;
    private final EventProperty property;
    private final SelectorMasks masks;
    private final Visits visits;
    private final long from;
    private final long to;
    private long paths;
    private long subjects;

    /** By link, how often it was gone and by how many. */
    private final NavigableMap<Link, long[]> links = new TreeMap<>(IN_ORDER);

    /** A step of a path: so far from the anchor, from a place to another. */
    private record Link(int step, String from, String to) {}

    PathsFold(EventPaths question, ReportTerms terms) {
        this.question = question;
        property = EventProperty.of(question.field(), "", new ArrayList<>());
        EventChoice anchor = question.anchor();
        masks = new SelectorMasks(List.of(anchor == null ? EventChoice.any() : anchor));
        visits = new Visits(terms.sessionTimeout());
        ReportFilter filter = question.filter();
        from = filter.from() == null ? Micros.ALWAYS : Micros.of(filter.from());
        to = filter.to() == null ? Micros.NEVER : Micros.of(filter.to());
    }

    @Override
    public void accumulate(SubjectHistory history) {
        visits.read(history);
        List<List<Integer>> byVisit = new ArrayList<>();
        for (int i = 0; i < history.size(); i++) {
            if (visits.visit(i) == byVisit.size()) {
                byVisit.add(new ArrayList<>());
            }
            byVisit.get(visits.visit(i)).add(i);
        }
        Set<Link> gone = new HashSet<>();
        long before = paths;
        for (List<Integer> visit : byVisit) {
            follow(history, visit, gone);
        }
        subjects += paths > before ? 1 : 0;
        gone.forEach(link -> counts(link)[1]++);
    }

    private void follow(SubjectHistory history, List<Integer> visit, Set<Link> gone) {
        boolean onward = question.direction() == EventPaths.Direction.FROM;
        int step = onward ? 1 : -1;
        int begin = onward ? 0 : visit.size() - 1;
        int anchor = begin;
        while (anchor >= 0 && anchor < visit.size() && !isAnchor(history, visit.get(anchor))) {
            anchor += step;
        }
        // Without one that is asked for, the visit's first or last event has to lie in the range itself.
        if (anchor < 0 || anchor >= visit.size() || (question.anchor() == null && anchor != begin)) {
            return;
        }
        List<String> places = new ArrayList<>();
        for (int i = anchor; i >= 0 && i < visit.size() && places.size() < question.steps(); i += step) {
            String value = property.of(history.view(visit.get(i)));
            boolean again = !places.isEmpty() && places.get(places.size() - 1).equals(value);
            if (value != null && !(again && question.merged())) {
                places.add(value);
            }
        }
        if (places.isEmpty()) {
            return;
        }
        paths++;
        for (int k = 1; k < places.size(); k++) {
            Link link = onward
                    ? new Link(k, places.get(k - 1), places.get(k))
                    : new Link(k, places.get(k), places.get(k - 1));
            counts(link)[0]++;
            gone.add(link);
        }
    }

    private boolean isAnchor(SubjectHistory history, int index) {
        long at = history.micros(index);
        return at >= from && at < to && masks.of(history, index) != 0;
    }

    private long[] counts(Link link) {
        long[] counts = links.computeIfAbsent(link, unknown -> new long[2]);
        if (links.size() > MOST_LINKS) {
            throw new ReportLimitException("paths would have more than " + MOST_LINKS + " different links");
        }
        return counts;
    }

    @Override
    public void merge(TimelineFold<PathsReport> other) {
        PathsFold more = (PathsFold) other;
        paths += more.paths;
        subjects += more.subjects;
        more.links.forEach((link, counted) -> {
            long[] counts = counts(link);
            counts[0] += counted[0];
            counts[1] += counted[1];
        });
    }

    @Override
    public PathsReport result(ReportFrame frame) {
        int by = question.order() == EventPaths.Order.TRANSITIONS ? 0 : 1;
        List<PathsReport.Link> told = links.entrySet().stream()
                .sorted(Comparator.comparingLong((Map.Entry<Link, long[]> entry) -> -entry.getValue()[by])
                        .thenComparing(Map.Entry::getKey, IN_ORDER))
                .limit(question.top())
                .map(entry -> new PathsReport.Link(
                        entry.getKey().step(),
                        entry.getKey().from(),
                        entry.getKey().to(),
                        entry.getValue()[0],
                        entry.getValue()[1]))
                .toList();
        return new PathsReport(frame, paths, subjects, links.size(), told);
    }
}
