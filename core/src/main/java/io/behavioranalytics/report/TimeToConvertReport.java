package io.behavioranalytics.report;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a {@link TimeToConvert}. Immutable.
 *
 * @param frame what data it is of
 * @param attempts how many did both steps
 * @param time what it took them
 * @param bins stretches of equal width in whole seconds, from the shortest time on; one more than asked for, which begins where the last one
 *     ends and holds the longest time if that falls on it. Of a minute each where all took equally long, empty where nobody did both.
 */
public record TimeToConvertReport(ReportFrame frame, long attempts, FunnelReport.Times time, List<Bin> bins)
        implements Report {
    /** Copies the list. */
    public TimeToConvertReport {
        bins = List.copyOf(bins);
    }

    /**
     * A stretch of time, up to where the next one begins.
     *
     * @param from where it begins, in seconds
     * @param attempts how many took so long
     */
    public record Bin(double from, long attempts) {}

    @Override
    public List<ReportTable> tables() {
        List<List<@Nullable Object>> rows = new ArrayList<>();
        bins.forEach(bin -> rows.add(FunnelReport.cells(bin.from(), bin.attempts())));
        return List.of(
                new ReportTable(
                        "time",
                        List.of("attempts", "mean", "median", "p75", "p90"),
                        List.of(FunnelReport.cells(attempts, time.mean(), time.median(), time.p75(), time.p90()))),
                new ReportTable("bins", List.of("from", "attempts"), rows));
    }
}
