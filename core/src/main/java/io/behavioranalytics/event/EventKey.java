package io.behavioranalytics.event;

import java.util.UUID;

/**
 * An event's place in the total order of events: (timestamp, sequence, id), S1.
 *
 * <p>Ids are ordered as unsigned 128-bit numbers, which is also the order of PostgreSQL's {@code uuid}.
 *
 * @param micros the timestamp in {@link Micros}
 * @param sequence the caller's tie-breaker, 0 unless given
 * @param id the event's id
 */
public record EventKey(long micros, long sequence, UUID id) implements Comparable<EventKey> {
    @Override
    public int compareTo(EventKey other) {
        return compare(micros, sequence, id, other.micros, other.sequence, other.id);
    }

    /**
     * Compares two places without making keys of them.
     *
     * @param micros1 first timestamp
     * @param sequence1 first sequence
     * @param id1 first id
     * @param micros2 second timestamp
     * @param sequence2 second sequence
     * @param id2 second id
     * @return negative, zero or positive
     */
    public static int compare(long micros1, long sequence1, UUID id1, long micros2, long sequence2, UUID id2) {
        int order = Long.compare(micros1, micros2);
        if (order == 0) {
            order = Long.compare(sequence1, sequence2);
        }
        if (order == 0) {
            order = Long.compareUnsigned(id1.getMostSignificantBits(), id2.getMostSignificantBits());
        }
        return order != 0 ? order : Long.compareUnsigned(id1.getLeastSignificantBits(), id2.getLeastSignificantBits());
    }
}
