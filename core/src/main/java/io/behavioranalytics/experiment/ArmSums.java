package io.behavioranalytics.experiment;

import java.util.Arrays;

/**
 * One metric of the users of one variant in one stratum: their number and the sums of their totals and of products of these. Where totals
 * are cut at a percentile, the totals themselves, since it is known only when all are. Mergeable; not thread-safe.
 *
 * <p>x is a user's total, or the numerator of a ratio, and y the denominator; p and q are the same before the exposure.
 */
final class ArmSums {
    private final boolean kept;
    private final boolean keptBefore;
    long n;
    double x;
    double xx;
    double y;
    double yy;
    double xy;
    double p;
    double pp;
    double xp;
    double q;
    double qq;
    double pq;
    double xq;
    double yp;
    double yq;
    private double[] values = new double[0];
    private double[] befores = new double[0];

    /** Makes empty sums without the totals. */
    ArmSums() {
        this(false, false);
    }

    /**
     * Makes empty sums.
     *
     * @param kept whether the totals are kept
     * @param keptBefore whether those before the exposure are kept as well
     */
    ArmSums(boolean kept, boolean keptBefore) {
        this.kept = kept;
        this.keptBefore = kept && keptBefore;
    }

    void add(double value, double second, double before, double secondBefore) {
        add(value, before);
        y += second;
        yy += second * second;
        xy += value * second;
        q += secondBefore;
        qq += secondBefore * secondBefore;
        pq += before * secondBefore;
        xq += value * secondBefore;
        yp += second * before;
        yq += second * secondBefore;
    }

    /** Adds a user of a metric that is no ratio. */
    void add(double value, double before) {
        if (kept) {
            int at = Math.toIntExact(n);
            values = withRoom(values, at);
            values[at] = value;
            if (keptBefore) {
                befores = withRoom(befores, at);
                befores[at] = before;
            }
        }
        n++;
        x += value;
        xx += value * value;
        p += before;
        pp += before * before;
        xp += value * before;
    }

    private static double[] withRoom(double[] numbers, int at) {
        return at < numbers.length ? numbers : Arrays.copyOf(numbers, Math.max(16, at + (at >> 1)));
    }

    void merge(ArmSums other) {
        if (kept) {
            int all = Math.toIntExact(n + other.n);
            values = Arrays.copyOf(values, Math.max(values.length, all));
            System.arraycopy(other.values, 0, values, (int) n, (int) other.n);
            if (keptBefore) {
                befores = Arrays.copyOf(befores, Math.max(befores.length, all));
                System.arraycopy(other.befores, 0, befores, (int) n, (int) other.n);
            }
        }
        n += other.n;
        x += other.x;
        xx += other.xx;
        y += other.y;
        yy += other.yy;
        xy += other.xy;
        p += other.p;
        pp += other.pp;
        xp += other.xp;
        q += other.q;
        qq += other.qq;
        pq += other.pq;
        xq += other.xq;
        yp += other.yp;
        yq += other.yq;
    }

    /** The totals that were kept. */
    double[] values() {
        return Arrays.copyOf(values, (int) n);
    }

    /** The same users with totals cut at a value, those before the exposure as well. */
    ArmSums cutAt(double most) {
        ArmSums cut = new ArmSums();
        for (int i = 0; i < n; i++) {
            cut.add(Math.min(values[i], most), keptBefore ? Math.min(befores[i], most) : 0);
        }
        return cut;
    }

    /** Whether every sum is a number. */
    boolean isSound() {
        return Double.isFinite(xx) && Double.isFinite(yy) && Double.isFinite(pp) && Double.isFinite(qq);
    }
}
