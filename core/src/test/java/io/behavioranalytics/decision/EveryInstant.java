package io.behavioranalytics.decision;

/** Hands out the decider that looks at every instant of a correction, which only this package can make. */
public final class EveryInstant {
    private EveryInstant() {}

    /**
     * A slow decider.
     *
     * @param plan the definitions
     * @return it decides what {@code new Decider(plan)} decides
     */
    public static Decider decider(Plan plan) {
        return new Decider(plan, true);
    }
}
