package io.behavioranalytics.store;

import java.time.Instant;

/** How an attempt ended. */
public sealed interface Settlement {
    /**
     * When it ended.
     *
     * @return the decision clock's instant
     */
    Instant at();

    /**
     * Carried out.
     *
     * @param at when
     */
    record Done(Instant at) implements Settlement {}

    /**
     * To be tried again.
     *
     * @param at when it ended
     * @param notBefore when to try again
     * @param error why, at most 1,024 characters
     */
    record Retry(Instant at, Instant notBefore, String error) implements Settlement {}

    /**
     * Given up.
     *
     * @param at when
     * @param error why, at most 1,024 characters
     */
    record Dead(Instant at, String error) implements Settlement {}
}
