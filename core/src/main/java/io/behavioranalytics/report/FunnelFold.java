package io.behavioranalytics.report;

/** Answers a {@link Funnel}, subject by subject. */
final class FunnelFold implements TimelineFold<FunnelReport> {
    private final FunnelSums sums;
    private final FunnelAttempts attempts;

    FunnelFold(Funnel funnel, ReportTerms terms) {
        sums = new FunnelSums(funnel);
        attempts = new FunnelAttempts(funnel, terms, sums::count);
    }

    @Override
    public void accumulate(SubjectHistory history) {
        attempts.accumulate(history);
    }

    @Override
    public void merge(TimelineFold<FunnelReport> other) {
        sums.merge(((FunnelFold) other).sums);
    }

    @Override
    public FunnelReport result(ReportFrame frame) {
        return sums.result(frame);
    }
}
