package io.behavioranalytics.report;

import io.behavioranalytics.event.Micros;
import java.util.ArrayList;
import java.util.List;

/** Answers a {@link TimeToConvert}, subject by subject. */
final class TimeToConvertFold implements TimelineFold<TimeToConvertReport> {
    private static final long SECOND = 1_000_000;
    private static final long MINUTE = 60 * SECOND;

    private final TimeToConvert question;
    private final DurationSample times = new DurationSample();
    private final FunnelAttempts attempts;

    TimeToConvertFold(TimeToConvert question, ReportTerms terms) {
        this.question = question;
        int from = question.fromStep() - 1;
        int to = question.toStep() - 1;
        attempts = new FunnelAttempts(question.funnel(), terms, (subject, at, converted, open, values) -> {
            if (at[from] != Micros.NEVER && at[to] != Micros.NEVER) {
                times.add(at[to] - at[from]);
            }
        });
    }

    @Override
    public void accumulate(SubjectHistory history) {
        attempts.accumulate(history);
    }

    @Override
    public void merge(TimelineFold<TimeToConvertReport> other) {
        times.merge(((TimeToConvertFold) other).times);
    }

    @Override
    public TimeToConvertReport result(ReportFrame frame) {
        long[] sorted = times.sorted();
        return new TimeToConvertReport(frame, sorted.length, FunnelReport.Times.of(times), bins(sorted));
    }

    private List<TimeToConvertReport.Bin> bins(long[] sorted) {
        List<TimeToConvertReport.Bin> bins = new ArrayList<>();
        if (sorted.length == 0) {
            return bins;
        }
        Integer wanted = question.bins();
        int count = wanted == null ? (int) Math.ceil(Math.cbrt(sorted.length)) : wanted;
        long first = sorted[0];
        long range = sorted[sorted.length - 1] - first;
        // Whole seconds, rounded up; a minute where all took equally long.
        long width = range == 0 ? MINUTE : secondsUp(range, count);
        int next = 0;
        for (int bin = 0; bin <= count; bin++) {
            long from = first + bin * width;
            long inside = 0;
            while (next < sorted.length && (sorted[next] < from + width || bin == count)) {
                inside++;
                next++;
            }
            bins.add(new TimeToConvertReport.Bin((double) from / SECOND, inside));
        }
        return bins;
    }

    private static long secondsUp(long range, int count) {
        long parts = SECOND * count;
        return (range + parts - 1) / parts * SECOND;
    }
}
