package io.behavioranalytics.event;

import io.behavioranalytics.json.JsonLimits;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * How large an event may be and how far ahead of the clock; the same for events from Java and from JSON. Immutable.
 *
 * @param json the event as JSON: length in bytes, depth, tokens, code points of texts and names, digits of numbers
 * @param idLength code points of a session, lead or user id and of the source, 1 to 128
 * @param keys names in page, properties, context and metadata together, at all levels
 * @param batchEvents events in one JSON batch
 * @param batchBytes bytes of one JSON batch
 * @param ahead how far a timestamp may be ahead of the clock, not negative, at most a day
 * @param illegalIds session and lead ids that are refused, compared without regard to case and surrounding blanks, since
 *     they stand for a fault of the caller and would make many people one
 */
public record EventLimits(
        JsonLimits json,
        int idLength,
        int keys,
        int batchEvents,
        int batchBytes,
        Duration ahead,
        Set<String> illegalIds) {
    private static final EventLimits DEFAULTS = new EventLimits(
            JsonLimits.EVENT,
            128,
            256,
            500,
            500_000,
            Duration.ofMinutes(5),
            Set.of(
                    "0",
                    "null",
                    "nil",
                    "none",
                    "nan",
                    "undefined",
                    "true",
                    "false",
                    "guest",
                    "anonymous",
                    "anon",
                    "unknown",
                    "id",
                    "email",
                    "distinct_id",
                    "distinctid",
                    "not_authenticated",
                    "[object object]",
                    "{}",
                    "[]",
                    "\"\"",
                    "''"));

    /** Checks the limits and brings the illegal ids into lower case. */
    public EventLimits {
        require("idLength", idLength, 128);
        require("keys", keys, Integer.MAX_VALUE);
        require("batchEvents", batchEvents, Integer.MAX_VALUE);
        require("batchBytes", batchBytes, Integer.MAX_VALUE);
        if (ahead.isNegative() || ahead.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException("ahead must be PT0S to PT24H: " + ahead);
        }
        illegalIds = illegalIds.stream().map(EventLimits::folded).collect(Collectors.toUnmodifiableSet());
    }

    private static void require(String name, int value, int most) {
        if (value < 1 || value > most) {
            throw new IllegalArgumentException(name + " must be 1 to " + most + ": " + value);
        }
    }

    private static String folded(String id) {
        return id.strip().toLowerCase(Locale.ROOT);
    }

    /**
     * The limits by default: ids of 128 code points, 32 KiB of JSON, depth 8, 256 names, texts of 8,192 code points, names of
     * 128, 5,000 tokens, numbers of 40 digits, 500 events and 500,000 bytes a batch, 5 minutes ahead of the clock.
     *
     * @return the defaults
     */
    public static EventLimits defaults() {
        return DEFAULTS;
    }

    /**
     * These limits with other illegal ids.
     *
     * @param ids the ids, none to accept all
     * @return the limits
     */
    public EventLimits withIllegalIds(Set<String> ids) {
        return new EventLimits(json, idLength, keys, batchEvents, batchBytes, ahead, ids);
    }

    boolean isIllegal(String id) {
        return id.isBlank() || illegalIds.contains(folded(id));
    }
}
