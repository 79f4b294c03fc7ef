package io.behavioranalytics.profile;

import io.behavioranalytics.event.Micros;

/**
 * The arithmetic of decaying points (S9): points halve every half-life, and a score saturates at 100.
 *
 * <p>All of it is {@link StrictMath} and correctly rounded operations, so that every machine gets the same bits. Division,
 * multiplication and subtraction are monotone when rounded; {@code pow} and {@code expm1} may waver by one unit in the last
 * place, which is a relative change of 2e-16. In one microsecond points shrink by ln 2 / half-life, at least 2e-15 for the
 * longest half-life allowed (3650 days) and 6e-13 for 14 days. So a score does not rise from one microsecond to the next by
 * more than rounding, and {@link #NEIGHBORHOOD} microseconds cover any wavering amply; where the fall is steep there is none.
 */
final class Decay {
    /** How many microseconds before a boundary are looked at one by one. */
    static final int NEIGHBORHOOD = 16;

    /** The part of a microsecond's fall that rounding may amount to where it cannot matter. */
    private static final double STEEP = 0.125;

    /** Below lie numbers that are rounded more coarsely. */
    private static final double TINY = 1e-200;

    private static final double LN_2 = StrictMath.log(2);

    /** More half-lives than it takes the largest double to become 0: 2^1024 down to less than 2^-1075. */
    private static final double HALF_LIVES_TO_ZERO = 2_200;

    /** How far from the closed form the boundary is looked for before all of time is searched; about 36 years. */
    private static final long WIDEST = 1L << 50;

    private Decay() {}

    /** The points left at an instant. */
    static double decayed(double points, long since, long now, double halfLife) {
        if (now == since || points == 0) {
            return points;
        }
        return points * StrictMath.pow(2, -((double) (now - since) / halfLife));
    }

    /** The score of a number of points: 0 to 100. */
    static double score(double points, double scale) {
        return -100 * StrictMath.expm1(-points / scale);
    }

    /**
     * The first microsecond after now at which the score no longer compares with the bound as it does now.
     *
     * @return micros, or {@link Micros#NEVER}
     */
    static long nextFlip(double points, long since, long now, double halfLife, double scale, double bound) {
        if (points == 0 || Double.isNaN(bound)) {
            return Micros.NEVER;
        }
        Curve curve = new Curve(points, since, halfLife, scale, bound);
        int side = curve.side(now);
        int reach = curve.reachOfRounding();
        if (curve.sideInTheEnd() == side) {
            // A falling score does not come back; only rounding could lift it over a bound it has just passed.
            return reach > 0 && curve.touches(now) ? curve.firstOther(side, now, now + reach) : Micros.NEVER;
        }
        long same = now;
        long other = Micros.plus(now, (long) (HALF_LIVES_TO_ZERO * halfLife));
        long guess = curve.crossing();
        if (guess > same && guess < other) {
            long low;
            long high;
            long span = 0;
            do {
                low = guess - span;
                high = guess + 1 + span;
                if (low > same && curve.side(low) == side) {
                    same = low;
                }
                if (high < other && curve.side(high) != side) {
                    other = high;
                }
                span = Math.max(1, span * 32);
            } while (span < WIDEST && (same < low || other > high));
        }
        while (other - same > 1) {
            long middle = same + (other - same) / 2;
            if (curve.side(middle) == side) {
                same = middle;
            } else {
                other = middle;
            }
        }
        return Math.min(other, curve.firstOther(side, Math.max(now, other - reach), other));
    }

    /** A falling score and a bound. */
    private record Curve(double points, long since, double halfLife, double scale, double bound) {
        int side(long at) {
            double value = score(decayed(points, since, at, halfLife), scale);
            return value > bound ? 1 : value == bound ? 0 : -1;
        }

        /** The side when all points are gone, which they are after {@link #HALF_LIVES_TO_ZERO}. */
        int sideInTheEnd() {
            return bound < 0 ? 1 : bound == 0 ? 0 : -1;
        }

        /**
         * How many microseconds from the boundary rounding may put the score on the wrong side: none where it falls in each by
         * far more than {@code pow} and {@code expm1} waver.
         */
        int reachOfRounding() {
            double part = bound / 100;
            if (!(part > TINY && part < 1)) {
                return NEIGHBORHOOD;
            }
            // In one microsecond the points fall by ln 2 / half-life of themselves. An ulp of pow is 2^-52 of them; an
            // ulp of
            // expm1 moves the score as much as part / ((1 - part) * left) times that.
            double left = -StrictMath.log1p(-part);
            double ulps = 0x1p-52 * (1 + part / ((1 - part) * left));
            return ulps < STEEP * LN_2 / halfLife ? 0 : NEIGHBORHOOD;
        }

        /** Tells whether the score is so near the bound that rounding matters. */
        boolean touches(long at) {
            double value = score(decayed(points, since, at, halfLife), scale);
            return Math.abs(value - bound) <= 1e-9 * Math.abs(bound);
        }

        /** Where the score meets the bound by closed form; any number where there is no such place. */
        long crossing() {
            double left = -StrictMath.log1p(-bound / 100) * scale;
            return since + (long) (halfLife * (StrictMath.log(points / left) / LN_2));
        }

        /** The first instant in (after, end) on another side, or NEVER. */
        long firstOther(int side, long after, long end) {
            for (long at = after + 1; at < end; at++) {
                if (side(at) != side) {
                    return at;
                }
            }
            return Micros.NEVER;
        }
    }
}
