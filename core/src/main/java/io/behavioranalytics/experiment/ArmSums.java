package io.behavioranalytics.experiment;

import java.util.Arrays;

/**
 * One metric of the users of one variant in one stratum: their number and the sums of their totals and of products of these. Where totals
 * are cut at a percentile, the totals themselves, since it is known only when all are. Mergeable; not thread-safe.
 */
final class ArmSums {
    private final boolean kept;
    long n;
    double x;
    double xx;
    double y;
    double yy;
    double xy;
    double p;
    double pp;
    double xp;
    private double[] values = new double[0];
    private double[] befores = new double[0];

    /**
     * Makes empty sums.
     *
     * @param kept whether the totals are kept
     */
    ArmSums(boolean kept) {
        this.kept = kept;
    }

    void add(double value, double second, double before) {
        if (kept) {
            if (n == values.length) {
                int more = Math.max(16, values.length * 2);
                values = Arrays.copyOf(values, more);
                befores = Arrays.copyOf(befores, more);
            }
            values[(int) n] = value;
            befores[(int) n] = before;
        }
        n++;
        x += value;
        xx += value * value;
        y += second;
        yy += second * second;
        xy += value * second;
        p += before;
        pp += before * before;
        xp += value * before;
    }

    void merge(ArmSums other) {
        if (kept) {
            int all = Math.toIntExact(n + other.n);
            values = Arrays.copyOf(values, Math.max(values.length, all));
            befores = Arrays.copyOf(befores, Math.max(befores.length, all));
            System.arraycopy(other.values, 0, values, (int) n, (int) other.n);
            System.arraycopy(other.befores, 0, befores, (int) n, (int) other.n);
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
    }

    /** The totals that were kept. */
    double[] values() {
        return Arrays.copyOf(values, (int) n);
    }

    /** The same users with totals cut at a value, those before the exposure as well. */
    ArmSums cutAt(double most) {
        ArmSums cut = new ArmSums(false);
        for (int i = 0; i < n; i++) {
            cut.add(Math.min(values[i], most), 0, Math.min(befores[i], most));
        }
        return cut;
    }

    /** Whether every sum is a number. */
    boolean isSound() {
        return Double.isFinite(xx) && Double.isFinite(yy) && Double.isFinite(pp);
    }
}
