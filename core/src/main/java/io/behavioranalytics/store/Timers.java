package io.behavioranalytics.store;

import io.behavioranalytics.event.SubjectId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The timers of the {@link Subjects} of a store, one each: when time alone may change something of a subject. Thread-safe.
 *
 * <p>A negative limit and a lease that is not positive are refused with {@link IllegalArgumentException}.
 */
public interface Timers {
    /**
     * Claims subjects whose due instant has come, earliest first. A claimed subject is not claimed again until a change with
     * {@code dueWasClaimed} has set a new instant or the lease, on the store's clock, is over.
     *
     * @param now the decision clock's instant
     * @param limit the most subjects
     * @param lease how long the claim holds
     * @return whom
     */
    List<SubjectId> claimDue(Instant now, int limit, Duration lease);

    /**
     * The earliest due instant that is not claimed.
     *
     * @return the instant, or empty if none is known
     */
    Optional<Instant> nextDue();

    /**
     * The earliest due instant, claimed or not: whatever was due before it is decided.
     *
     * @return the instant, or empty if none is known
     */
    Optional<Instant> firstDue();
}
