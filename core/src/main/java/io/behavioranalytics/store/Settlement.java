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
     * @param error why; cut to 1,024 characters
     */
    record Retry(Instant at, Instant notBefore, String error) implements Settlement {
        /** Cuts the error to 1,024 characters. */
        public Retry {
            error = cut(error);
        }
    }

    /**
     * Put back before it was begun, to be claimed later; that attempt does not count.
     *
     * @param at when
     * @param notBefore when it may be claimed again
     */
    record Held(Instant at, Instant notBefore) implements Settlement {}

    /**
     * Given up.
     *
     * @param at when
     * @param error why; cut to 1,024 characters
     */
    record Dead(Instant at, String error) implements Settlement {
        /** Cuts the error to 1,024 characters. */
        public Dead {
            error = cut(error);
        }
    }

    private static String cut(String error) {
        int most = 1_024;
        if (error.length() <= most) {
            return error;
        }
        return error.substring(0, Character.isHighSurrogate(error.charAt(most - 1)) ? most - 1 : most);
    }
}
