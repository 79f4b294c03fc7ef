package io.behavioranalytics.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Answers a {@link Stickiness}, subject by subject. */
final class StickinessFold implements TimelineFold<StickinessReport> {
    private final Stickiness question;
    private final IntervalRange range;
    private final SelectorMasks masks;

    /** By the number of active intervals. */
    private final long[] subjects;

    private final int[] events;

    StickinessFold(Stickiness question, ReportTerms terms) {
        this.question = question;
        range = IntervalRange.of(question.interval(), question.every(), question.filter(), terms.asOf(), 0);
        masks = new SelectorMasks(List.of(question.activity()));
        subjects = new long[range.size() + 1];
        events = new int[range.size()];
    }

    @Override
    public void accumulate(SubjectHistory history) {
        Arrays.fill(events, 0);
        for (int i = 0; i < history.size(); i++) {
            int at = range.of(history.micros(i));
            if (at >= 0 && masks.of(history, i) != 0) {
                events[at]++;
            }
        }
        Integer most = question.most();
        int active = 0;
        for (int count : events) {
            active += count >= question.least() && (most == null || count <= most) ? 1 : 0;
        }
        subjects[active]++;
    }

    @Override
    public void merge(TimelineFold<StickinessReport> other) {
        StickinessFold more = (StickinessFold) other;
        for (int k = 0; k < subjects.length; k++) {
            subjects[k] += more.subjects[k];
        }
    }

    @Override
    public StickinessReport result(ReportFrame frame) {
        List<StickinessReport.Line> lines = new ArrayList<>();
        long orMore = 0;
        for (int k = subjects.length - 1; k > 0; k--) {
            orMore += subjects[k];
            lines.add(0, new StickinessReport.Line(k, subjects[k], orMore));
        }
        return new StickinessReport(frame, lines);
    }
}
