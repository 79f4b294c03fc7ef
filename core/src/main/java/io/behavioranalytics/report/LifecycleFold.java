package io.behavioranalytics.report;

import io.behavioranalytics.event.Micros;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Answers a {@link Lifecycle}, subject by subject. */
final class LifecycleFold implements TimelineFold<LifecycleReport> {
    private final IntervalRange range;
    private final SelectorMasks masks;
    private final long asOf;

    /** For each interval the new, the returning, the resurrecting and the dormant. */
    private final long[][] counts;

    /** Whether the subject was active in the interval before the range and in each of it. */
    private final boolean[] active;

    LifecycleFold(Lifecycle question, ReportTerms terms) {
        range = IntervalRange.of(question.interval(), question.every(), question.filter(), terms.asOf(), 1);
        masks = new SelectorMasks(List.of(question.activity(), question.creation()));
        asOf = Micros.of(terms.asOf());
        counts = new long[range.size()][4];
        active = new boolean[range.size() + 1];
    }

    @Override
    public void accumulate(SubjectHistory history) {
        Arrays.fill(active, false);
        int created = Integer.MIN_VALUE;
        boolean exists = false;
        for (int i = 0; i < history.size(); i++) {
            long fits = masks.of(history, i);
            int at = range.of(history.micros(i));
            if (!exists && (fits & 2) != 0) {
                exists = true;
                created = at;
            }
            if ((fits & 1) != 0 && at >= -1) {
                active[at + 1] = true;
            }
        }
        for (int i = 0; i < counts.length; i++) {
            if (active[i + 1]) {
                counts[i][created == i ? 0 : active[i] ? 1 : 2]++;
            } else if (active[i]) {
                counts[i][3]++;
            }
        }
    }

    @Override
    public void merge(TimelineFold<LifecycleReport> other) {
        LifecycleFold more = (LifecycleFold) other;
        for (int i = 0; i < counts.length; i++) {
            for (int k = 0; k < 4; k++) {
                counts[i][k] += more.counts[i][k];
            }
        }
    }

    @Override
    public LifecycleReport result(ReportFrame frame) {
        List<LifecycleReport.Line> lines = new ArrayList<>();
        for (int i = 0; i < counts.length; i++) {
            lines.add(new LifecycleReport.Line(
                    range.label(i), counts[i][0], counts[i][1], counts[i][2], counts[i][3], range.isComplete(i, asOf)));
        }
        return new LifecycleReport(frame, lines);
    }
}
