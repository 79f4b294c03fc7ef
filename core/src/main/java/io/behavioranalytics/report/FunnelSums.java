package io.behavioranalytics.report;

import io.behavioranalytics.event.Micros;
import io.behavioranalytics.event.SubjectId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What a funnel counts, attempt by attempt. Not thread-safe. */
final class FunnelSums {
    private static final int MOST_GROUPS = 10_000;

    private static final Comparator<List<@Nullable String>> BY_VALUES = FunnelSums::compare;

    private final Funnel funnel;
    private final int steps;
    private final Part whole;
    private final NavigableMap<List<@Nullable String>, Part> byValue = new TreeMap<>(BY_VALUES);
    private final NavigableMap<Long, long[]> byDate = new TreeMap<>();
    private final @Nullable IntervalCursor dates;
    private final List<NavigableSet<SubjectId>> dropped = new ArrayList<>();
    private final List<NavigableSet<SubjectId>> underWay = new ArrayList<>();

    /** Counts and times of some of the attempts. */
    private static final class Part {
        private final long[] reached;
        private final long[] open;
        private final DurationSample[] times;
        private final DurationSample total = new DurationSample();

        Part(int steps) {
            reached = new long[steps];
            open = new long[steps];
            times = new DurationSample[steps];
            Arrays.setAll(times, k -> new DurationSample());
        }

        void merge(Part other) {
            for (int k = 0; k < reached.length; k++) {
                reached[k] += other.reached[k];
                open[k] += other.open[k];
                times[k].merge(other.times[k]);
            }
            total.merge(other.total);
        }
    }

    FunnelSums(Funnel funnel) {
        this.funnel = funnel;
        steps = funnel.steps().size();
        whole = new Part(steps);
        CalendarInterval trend = funnel.trend();
        dates = trend == null ? null : new IntervalCursor(trend, funnel.filter().zone());
        for (int k = 0; k < steps; k++) {
            dropped.add(new TreeSet<>());
            underWay.add(new TreeSet<>());
        }
    }

    private static int compare(List<@Nullable String> one, List<@Nullable String> two) {
        for (int i = 0; i < one.size(); i++) {
            String a = one.get(i);
            String b = two.get(i);
            int order = a == null || b == null ? Boolean.compare(a == null, b == null) : a.compareTo(b);
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }

    /**
     * Counts an attempt.
     *
     * @param at when each step was done, {@link Micros#NEVER} for one that was not
     * @param values of the breakdown, empty if there is none
     */
    void count(SubjectId subject, long[] at, boolean converted, boolean open, List<@Nullable String> values) {
        int last = lastRequired(at);
        add(whole, at, last, converted, open);
        if (!values.isEmpty()) {
            Part part = byValue.get(values);
            if (part == null) {
                part = new Part(steps);
                byValue.put(values, part);
                checkGroups("values of the breakdown", byValue.size());
            }
            add(part, at, last, converted, open);
        }
        if (dates != null) {
            long[] line = byDate.computeIfAbsent(dates.startOf(at[0]), date -> new long[steps + 1]);
            checkGroups("lines of the trend", byDate.size());
            for (int k = 0; k < steps; k++) {
                line[k] += at[k] == Micros.NEVER ? 0 : 1;
            }
            line[steps] += open ? 1 : 0;
        }
        if (funnel.leads() > 0) {
            name(open ? underWay.get(last) : dropped.get(last), subject);
        }
    }

    private static void checkGroups(String what, int size) {
        if (size > MOST_GROUPS) {
            throw new ReportLimitException("the funnel would have more than " + MOST_GROUPS + " " + what);
        }
    }

    private int lastRequired(long[] at) {
        int last = 0;
        for (int k = 0; k < steps; k++) {
            last = at[k] != Micros.NEVER && !funnel.steps().get(k).optional() ? k : last;
        }
        return last;
    }

    private void add(Part part, long[] at, int last, boolean converted, boolean open) {
        long before = at[0];
        for (int k = 0; k < steps; k++) {
            if (at[k] != Micros.NEVER) {
                part.reached[k]++;
                if (k > 0) {
                    part.times[k].add(at[k] - before);
                }
                before = at[k];
            }
        }
        part.open[last] += open ? 1 : 0;
        if (converted) {
            part.total.add(at[steps - 1] - at[0]);
        }
    }

    private void name(NavigableSet<SubjectId> leads, SubjectId subject) {
        leads.add(subject);
        if (leads.size() > funnel.leads()) {
            leads.pollLast();
        }
    }

    void merge(FunnelSums other) {
        whole.merge(other.whole);
        other.byValue.forEach((values, part) -> {
            Part known = byValue.get(values);
            if (known == null) {
                byValue.put(values, part);
                checkGroups("values of the breakdown", byValue.size());
            } else {
                known.merge(part);
            }
        });
        other.byDate.forEach((date, line) -> {
            long[] known = byDate.computeIfAbsent(date, day -> new long[steps + 1]);
            for (int k = 0; k <= steps; k++) {
                known[k] += line[k];
            }
        });
        checkGroups("lines of the trend", byDate.size());
        for (int k = 0; k < steps; k++) {
            for (SubjectId subject : other.dropped.get(k)) {
                name(dropped.get(k), subject);
            }
            for (SubjectId subject : other.underWay.get(k)) {
                name(underWay.get(k), subject);
            }
        }
    }

    FunnelReport result(ReportFrame frame) {
        List<FunnelReport.Group> groups = new ArrayList<>();
        for (Map.Entry<List<@Nullable String>, Part> entry : byValue.entrySet()) {
            Part part = entry.getValue();
            groups.add(new FunnelReport.Group(entry.getKey(), results(part, false), conversion(part)));
        }
        List<FunnelReport.Entries> trend = new ArrayList<>();
        CalendarInterval interval = funnel.trend();
        if (interval != null) {
            for (Map.Entry<Long, long[]> line : byDate.entrySet()) {
                List<Long> reached =
                        Arrays.stream(line.getValue(), 0, steps).boxed().toList();
                trend.add(new FunnelReport.Entries(
                        interval.label(line.getKey(), funnel.filter().zone()), reached, line.getValue()[steps]));
            }
        }
        return new FunnelReport(frame, results(whole, true), conversion(whole), groups, trend);
    }

    private FunnelReport.Conversion conversion(Part part) {
        return new FunnelReport.Conversion(
                part.reached[0],
                part.reached[steps - 1],
                Arrays.stream(part.open).sum(),
                FunnelReport.Times.of(part.total));
    }

    private List<FunnelReport.StepResult> results(Part part, boolean leads) {
        List<FunnelReport.StepResult> results = new ArrayList<>();
        for (int k = 0; k < steps; k++) {
            boolean optional = funnel.steps().get(k).optional();
            int next = k + 1;
            while (next < steps && funnel.steps().get(next).optional()) {
                next++;
            }
            int previous = k - 1;
            while (previous > 0 && funnel.steps().get(previous).optional()) {
                previous--;
            }
            Long left = optional || next >= steps ? null : (Long) (part.reached[k] - part.reached[next]);
            results.add(new FunnelReport.StepResult(
                    k + 1,
                    funnel.steps().get(k).event().words(),
                    optional,
                    part.reached[k],
                    k == 0 ? null : (Long) part.reached[previous],
                    part.reached[0],
                    left,
                    part.open[k],
                    FunnelReport.Times.of(part.times[k]),
                    leads ? List.copyOf(dropped.get(k)) : List.of(),
                    leads ? List.copyOf(underWay.get(k)) : List.of()));
        }
        return results;
    }
}
