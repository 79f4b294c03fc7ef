package io.behavioranalytics.experiment;

import io.behavioranalytics.event.Micros;
import io.behavioranalytics.event.Timeline;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What exposed users came to: a fold over their timelines that merges, so that any part of the users may be counted anywhere. Of each user
 * it takes the first exposure and all events; the order of users does not matter. Not thread-safe.
 */
public final class ExperimentFold {
    /** The group of all users, where they are not told apart. */
    public static final String EVERYBODY = "";

    /** Users who had the same chances: of one group, phase and band. */
    record Stratum(String group, int phase, int band) implements Comparable<Stratum> {
        @Override
        public int compareTo(Stratum other) {
            int byGroup = group.compareTo(other.group);
            int byPhase = byGroup != 0 ? byGroup : Integer.compare(phase, other.phase);
            return byPhase != 0 ? byPhase : Integer.compare(band, other.band);
        }
    }

    /** The users of a stratum, by variant. */
    private static final class Cell {
        final long[] users;
        final long[][] immature;
        final ArmSums[][] sums;

        Cell(int variants, List<Metric> metrics) {
            users = new long[variants];
            immature = new long[metrics.size()][variants];
            sums = new ArmSums[metrics.size()][variants];
            for (int m = 0; m < metrics.size(); m++) {
                Metric metric = metrics.get(m);
                for (int v = 0; v < variants; v++) {
                    sums[m][v] = new ArmSums(isCutLater(metric), metric.lookback() != null);
                }
            }
        }

        void merge(Cell other) {
            for (int v = 0; v < users.length; v++) {
                users[v] += other.users[v];
                for (int m = 0; m < sums.length; m++) {
                    immature[m][v] += other.immature[m][v];
                    sums[m][v].merge(other.sums[m][v]);
                }
            }
        }
    }

    private final List<String> variants;
    private final List<Metric> metrics;
    private final UserTotals totals;
    private final long asOf;
    private final Map<Stratum, Cell> cells = new TreeMap<>();

    // Of the user before: mostly the next one is of the same.
    private @Nullable Stratum lastStratum;
    private @Nullable Cell lastCell;

    // What was found of the users so far; forgotten when another comes.
    private final Map<Integer, Double> percentiles = new HashMap<>();
    private final Map<Integer, Map<Stratum, ArmSums[]>> cut = new HashMap<>();

    /**
     * Makes a fold of nobody.
     *
     * @param experiment what is measured
     * @param asOf no event behind it counts, and no exposure
     */
    public ExperimentFold(Experiment experiment, Instant asOf) {
        ExperimentDraft draft = experiment.definition();
        variants = draft.variants().stream().map(Variant::id).toList();
        Map<String, Metric> measured = new LinkedHashMap<>();
        draft.successMetrics().forEach(name -> draft.metric(name).ifPresent(metric -> measured.put(name, metric)));
        draft.guardrails()
                .forEach(guardrail -> draft.metric(guardrail.metric())
                        .ifPresent(metric -> measured.putIfAbsent(guardrail.metric(), metric)));
        draft.metrics().forEach(metric -> measured.putIfAbsent(metric.name(), metric));
        metrics = List.copyOf(measured.values());
        totals = new UserTotals(metrics);
        this.asOf = Micros.of(asOf);
    }

    /**
     * What the primary metric of one user comes to, cut at a value if the metric says one.
     *
     * @param experiment what is measured
     * @param exposure the user's first exposure
     * @param timeline all events of the user
     * @param asOf no event behind it counts
     * @return the total, of a ratio the numerator; null if the user does not count: the window is not over, or the total is not finite
     */
    public static @Nullable Double total(Experiment experiment, Exposure exposure, Timeline timeline, Instant asOf) {
        ExperimentFold fold = new ExperimentFold(experiment, asOf);
        fold.accumulate(exposure, timeline);
        for (ArmSums[] arms : fold.cells.isEmpty()
                ? List.<ArmSums[]>of()
                : List.copyOf(fold.sums(0).values())) {
            for (ArmSums arm : arms) {
                if (arm.n == 1 && Double.isFinite(arm.xx)) {
                    return arm.x;
                }
            }
        }
        return null;
    }

    private static boolean isCutLater(Metric metric) {
        Metric.Cap cap = metric.cap();
        return cap != null && cap.percentile() != null;
    }

    /**
     * Adds a user.
     *
     * @param exposure the user's first exposure; one behind the instant, or of a variant that there is not, is left out
     * @param timeline all events of the user
     */
    public void accumulate(Exposure exposure, Timeline timeline) {
        accumulate(exposure, EVERYBODY, timeline);
    }

    /**
     * Adds a user of a group.
     *
     * @param exposure the user's first exposure; one behind the instant, or of a variant that there is not, is left out
     * @param group what the breakdown calls it
     * @param timeline all events of the user
     */
    public void accumulate(Exposure exposure, String group, Timeline timeline) {
        int variant = variants.indexOf(exposure.variant());
        long exposed = Micros.of(exposure.exposedAt());
        if (variant < 0 || exposed > asOf) {
            return;
        }
        Cell cell = cell(group, exposure.phase(), exposure.band());
        cell.users[variant]++;
        forget();
        totals.take(timeline, exposed, asOf);
        for (int m = 0; m < metrics.size(); m++) {
            Metric metric = metrics.get(m);
            if (metric.matureOnly() && !totals.isMature(m)) {
                cell.immature[m][variant]++;
                continue;
            }
            ArmSums sums = cell.sums[m][variant];
            Double most = metric.cap() == null ? null : metric.cap().value();
            if (metric.kind().isRatio()) {
                sums.add(totals.value(m), totals.second(m), totals.before(m), totals.secondBefore(m));
            } else if (most == null) {
                sums.add(totals.value(m), totals.before(m));
            } else {
                sums.add(Math.min(totals.value(m), most), Math.min(totals.before(m), most));
            }
        }
    }

    private Cell cell(String group, int phase, int band) {
        Stratum before = lastStratum;
        Cell cell = lastCell;
        if (before == null
                || cell == null
                || before.phase != phase
                || before.band != band
                || !before.group.equals(group)) {
            lastStratum = new Stratum(group, phase, band);
            cell = cells.computeIfAbsent(lastStratum, same -> new Cell(variants.size(), metrics));
            lastCell = cell;
        }
        return cell;
    }

    private void forget() {
        if (!percentiles.isEmpty() || !cut.isEmpty()) {
            percentiles.clear();
            cut.clear();
        }
    }

    /**
     * Adds the users of another fold of the same experiment and instant.
     *
     * @param other what stays as it is
     * @throws IllegalArgumentException if it measures something else, or as of another instant
     */
    public void merge(ExperimentFold other) {
        if (other.asOf != asOf || !other.variants.equals(variants) || !other.metrics.equals(metrics)) {
            throw new IllegalArgumentException("only folds of one experiment and instant are merged");
        }
        forget();
        other.cells.forEach((stratum, cell) -> cells.computeIfAbsent(
                        stratum, same -> new Cell(variants.size(), metrics))
                .merge(cell));
    }

    Instant asOf() {
        return Micros.toInstant(asOf);
    }

    /** The metrics in the order of their results. */
    List<Metric> metrics() {
        return metrics;
    }

    List<String> groups() {
        return cells.keySet().stream().map(Stratum::group).distinct().toList();
    }

    /** The strata of some groups, in their order. */
    List<Stratum> strata(Function<Stratum, Boolean> wanted) {
        return cells.keySet().stream().filter(wanted::apply).toList();
    }

    /** The users of a stratum by variant, in the order of the definition. */
    long[] users(Stratum stratum) {
        return Objects.requireNonNull(cells.get(stratum)).users.clone();
    }

    long immature(Stratum stratum, int metric, int variant) {
        return Objects.requireNonNull(cells.get(stratum)).immature[metric][variant];
    }

    /** The sums of a metric with totals cut as it says, by stratum and variant; to be read only. */
    Map<Stratum, ArmSums[]> sums(int metric) {
        return cut.computeIfAbsent(metric, this::cutSums);
    }

    private Map<Stratum, ArmSums[]> cutSums(int metric) {
        Map<Stratum, ArmSums[]> found = new TreeMap<>();
        Double most = percentile(metric);
        cells.forEach((stratum, cell) -> {
            ArmSums[] arms = cell.sums[metric];
            found.put(
                    stratum,
                    most == null
                            ? arms
                            : Arrays.stream(arms).map(arm -> arm.cutAt(most)).toArray(ArmSums[]::new));
        });
        return found;
    }

    /** What totals are cut at: the nearest-rank percentile of those of all users together; null for a metric that is not cut so. */
    @Nullable
    Double percentile(int metric) {
        Metric.Cap cap = metrics.get(metric).cap();
        Double percentile = cap == null ? null : cap.percentile();
        if (percentile == null) {
            return null;
        }
        return percentiles.computeIfAbsent(metric, same -> nearestRank(metric, percentile));
    }

    private double nearestRank(int metric, double percentile) {
        List<double[]> parts = new ArrayList<>();
        int size = 0;
        for (Cell cell : cells.values()) {
            for (ArmSums arm : cell.sums[metric]) {
                parts.add(arm.values());
                size += (int) arm.n;
            }
        }
        double[] all = new double[size];
        int at = 0;
        for (double[] part : parts) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        if (size == 0) {
            return 0.0;
        }
        Arrays.sort(all);
        int rank = (int) Math.ceil(percentile / 100 * size);
        return all[Math.max(1, rank) - 1];
    }
}
