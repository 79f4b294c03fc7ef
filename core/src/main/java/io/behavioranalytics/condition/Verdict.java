package io.behavioranalytics.condition;

import io.behavioranalytics.event.Micros;

/**
 * An answer and how long it holds if nothing more happens.
 *
 * @param truth the answer at the instant of evaluation
 * @param validUntil the earliest instant, in {@link Micros} and after the instant of evaluation, at which the answer could
 *     change without a new event; {@link Micros#NEVER} if it cannot. Never later than the true change.
 */
public record Verdict(Truth truth, long validUntil) {
    /**
     * An answer that time alone does not change.
     *
     * @param truth the answer
     * @return the verdict
     */
    public static Verdict constant(Truth truth) {
        return new Verdict(truth, Micros.NEVER);
    }

    /**
     * Tells whether the answer counts as a match: only true does.
     *
     * @return true for TRUE, false for FALSE and UNKNOWN
     */
    public boolean matches() {
        return truth == Truth.TRUE;
    }

    /**
     * Negates the answer; it holds as long.
     *
     * @return the negated verdict
     */
    public Verdict not() {
        return new Verdict(truth.not(), validUntil);
    }

    /**
     * Joins by AND. A false side keeps the whole false for as long as it stays false itself.
     *
     * @param other the other verdict
     * @return the conjunction
     */
    public Verdict and(Verdict other) {
        return join(other, Truth.FALSE, truth.and(other.truth));
    }

    /**
     * Joins by OR. A true side keeps the whole true for as long as it stays true itself.
     *
     * @param other the other verdict
     * @return the disjunction
     */
    public Verdict or(Verdict other) {
        return join(other, Truth.TRUE, truth.or(other.truth));
    }

    private Verdict join(Verdict other, Truth deciding, Truth joined) {
        boolean mine = truth == deciding;
        boolean theirs = other.truth == deciding;
        long until;
        if (mine && theirs) {
            until = Math.max(validUntil, other.validUntil);
        } else if (mine) {
            until = validUntil;
        } else if (theirs) {
            until = other.validUntil;
        } else {
            until = Math.min(validUntil, other.validUntil);
        }
        return new Verdict(joined, until);
    }
}
