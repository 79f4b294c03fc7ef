package io.behavioranalytics.statistics;

/** What holds of metrics by the units they were observed on. */
final class Units {
    private Units() {}

    /** Two arms in one. */
    static Observed pooled(Observed a, Observed b) {
        return a instanceof Proportion p && b instanceof Proportion q
                ? new Proportion(p.successes() + q.successes(), p.n() + q.n())
                : new Moments(a.n() + b.n(), a.sum() + b.sum(), a.sumOfSquares() + b.sumOfSquares());
    }

    /** Refuses two metrics that cannot have been observed on the same units. */
    static void same(Observed x, Observed y) {
        if (x.n() != y.n()) {
            throw new IllegalArgumentException(
                    "metrics of the same units must have the same n: " + x.n() + " and " + y.n());
        }
    }
}
