package io.behavioranalytics.profile;

import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.Micros;

/**
 * The prior model of the conversion probability: a logistic regression whose coefficients were set by judgment.
 *
 * <p>It serves until a host has conversions of its own to learn from. {@code docs/scores.md} tables the coefficients and
 * gives the reasons. All but {@link #ABANDON} and {@link #MOBILE} are positive, and every feature of time falls as time
 * passes, so the probability never rises by time alone.
 */
final class ConversionPrior {
    static final double INTERCEPT = -4.6;
    static final double RECENCY = 1.0;
    static final double RECENCY_HALF_LIFE_DAYS = 7;
    static final double VELOCITY = 0.25;
    static final double CONTENT = 0.15;
    static final double SEARCHING = 0.15;
    static final double COMMUNICATION = 0.20;
    static final double FORM_SUBMITS = 0.25;
    static final double QUOTE_REQUESTS = 0.50;
    static final double ABANDON = -0.40;
    static final double ENGAGEMENT = 0.40;
    static final double INTEREST = 0.50;
    static final double INTENT = 1.20;
    static final double PERSONAL_CONTACT = 0.30;
    static final double MORE_CHANNELS = 0.10;
    static final double DESKTOP = 0.10;
    static final double MOBILE = -0.10;

    /** By the furthest step of the funnel: nothing, looking closer, form begun, form or quote, applying, applied. */
    private static final double[] FUNNEL = {0, 0.3, 0.7, 1.2, 1.8, 2.6};

    private static final long HOUR = 3_600_000_000L;
    private static final double DAY = 86_400_000_000.0;

    /** Far more than rounding can move a probability, far less than anybody cares about. */
    private static final double MARGIN = 1e-9;

    private static final int MOST_SCANNED_HOURS = 48;
    private static final int MOST_HOURS = 1 << 15;

    private ConversionPrior() {}

    /** The probability at the later of the last event and the last whole hour. */
    static double probability(ProfileFold fold, long now) {
        return estimate(fold, Math.max(fold.lastMicros(), wholeHour(now)));
    }

    private static long wholeHour(long now) {
        return now - Math.floorMod(now, HOUR);
    }

    private static double estimate(ProfileFold fold, long at) {
        double daysSilent = (at - fold.lastMicros()) / DAY;
        double daysKnown = Math.max(1, (at - fold.firstMicros()) / DAY);
        double logit = INTERCEPT
                + RECENCY * StrictMath.pow(2, -daysSilent / RECENCY_HALF_LIFE_DAYS)
                + VELOCITY * StrictMath.log1p(fold.totalEvents() / daysKnown)
                + CONTENT * some(fold.contentEvents())
                + SEARCHING * some(fold.count(EventType.SEARCH_QUERY) + fold.count(EventType.FILTER_USAGE))
                + COMMUNICATION * some(fold.communicationEvents())
                + FORM_SUBMITS * some(fold.count(EventType.FORM_SUBMIT))
                + QUOTE_REQUESTS * some(fold.count(EventType.QUOTE_REQUEST))
                + (fold.abandonStands() ? ABANDON : 0)
                + funnel(furthestStep(fold))
                + ENGAGEMENT * fold.score(Score.ENGAGEMENT, at) / 100
                + INTEREST * fold.score(Score.INTEREST, at) / 100
                + INTENT * fold.score(Score.INTENT, at) / 100
                + channels(fold)
                + device(fold);
        return 100 / (1 + StrictMath.exp(-logit));
    }

    /** A count whose first matters more than its tenth. */
    private static double some(long count) {
        return StrictMath.log1p((double) count);
    }

    /** What a furthest step adds, from 0, none, to 5, applied. */
    static double funnel(int step) {
        return FUNNEL[step];
    }

    private static int furthestStep(ProfileFold fold) {
        if (fold.count(EventType.APPLICATION_COMPLETE) > 0) {
            return 5;
        }
        if (fold.count(EventType.APPLICATION_START) > 0) {
            return 4;
        }
        if (fold.count(EventType.QUOTE_REQUEST) > 0 || fold.count(EventType.FORM_SUBMIT) > 0) {
            return 3;
        }
        if (fold.count(EventType.FORM_START) > 0) {
            return 2;
        }
        boolean lookedCloser = fold.highValueViews() > 0
                || fold.count(EventType.SEARCH_QUERY) > 0
                || fold.count(EventType.FILTER_USAGE) > 0;
        return lookedCloser ? 1 : 0;
    }

    private static double channels(ProfileFold fold) {
        boolean personal =
                (fold.sources() & (Sources.PHONE | Sources.OFFLINE)) != 0 || fold.count(EventType.PHONE_CALL) > 0;
        return (personal ? PERSONAL_CONTACT : 0) + MORE_CHANNELS * (Integer.bitCount(fold.sources()) - 1);
    }

    private static double device(ProfileFold fold) {
        return switch (fold.device()) {
            case DESKTOP -> DESKTOP;
            case MOBILE -> MOBILE;
            case UNKNOWN, TABLET, OTHER -> 0;
        };
    }

    /**
     * A whole hour after now before which the probability does not compare otherwise with the bound.
     *
     * <p>As it falls with time, but for rounding, hours at which it is above the bound by a margin are skipped.
     *
     * @return micros, the first such hour if it comes within 48 hours of the last one skipped; or NEVER
     */
    static long nextChange(ProfileFold fold, long now, double bound) {
        double current = probability(fold, now);
        if (Double.isNaN(bound) || bound < -MARGIN || current < bound - MARGIN) {
            return Micros.NEVER;
        }
        long hour = wholeHour(now);
        int safe = 0;
        int near = 1;
        while (near <= MOST_HOURS && estimate(fold, hour + near * HOUR) > bound + MARGIN) {
            safe = near;
            near *= 2;
        }
        if (near > MOST_HOURS) {
            return hour + safe * HOUR;
        }
        while (near - safe > 1) {
            int middle = (safe + near) >>> 1;
            if (estimate(fold, hour + middle * HOUR) > bound + MARGIN) {
                safe = middle;
            } else {
                near = middle;
            }
        }
        int side = Double.compare(current, bound);
        int next = safe + 1;
        while (next < safe + MOST_SCANNED_HOURS && Double.compare(estimate(fold, hour + next * HOUR), bound) == side) {
            next++;
        }
        return hour + next * HOUR;
    }
}
