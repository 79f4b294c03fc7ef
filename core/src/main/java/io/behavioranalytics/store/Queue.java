package io.behavioranalytics.store;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The scheduled actions of a store. Thread-safe. A negative limit and a lease that is not positive are refused with {@link
 * IllegalArgumentException}; ids are ordered as unsigned 128-bit numbers.
 *
 * <p>Leases and the rate run on the store's clock (S6); whether an action is due is asked with the decision clock's instant. An
 * action whose lease is over may be claimed anew, with a greater token; until that happens the old claim still holds. A cancelled
 * action is never begun; the cancellation of a running one lets the attempt end and forbids the next. Cancelling an action that
 * has ended, dead ones included, or that does not exist, changes nothing.
 */
public interface Queue {
    /**
     * Claims due actions: earliest first, then higher priority, then lower id.
     *
     * @param types the executors that the caller has; others are left alone
     * @param now the decision clock's instant
     * @param limit the most actions
     * @param lease how long the claims hold without renewal
     * @param ratePerMinute the most claims of all hosts in one whole minute of the store's clock (S22)
     * @return the claims, each with its attempt counted
     */
    List<Claim> claim(Collection<String> types, Instant now, int limit, Duration lease, int ratePerMinute);

    /**
     * Begins an attempt, or prolongs the lease of one that has begun.
     *
     * @param claim the claim
     * @param lease how long it holds from now on
     * @return false if the claim is lost or the action was cancelled before the attempt began: then it must not be carried out
     */
    boolean renew(Claim claim, Duration lease);

    /**
     * Records how an attempt ended. An attempt that failed, for now or for good, of an action that was cancelled meanwhile ends it
     * as cancelled.
     *
     * @param claim the claim
     * @param settlement how it ended
     * @return false if the claim is lost: then nothing is recorded
     */
    boolean settle(Claim claim, Settlement settlement);

    /**
     * Makes a dead action pending again, with its attempts forgotten and its idempotency key kept.
     *
     * @param actionId the action
     * @param notBefore when it may be claimed
     * @return false if there is no dead action of that id
     */
    boolean requeue(UUID actionId, Instant notBefore);

    /**
     * Reads actions.
     *
     * @param actionIds which
     * @return those that exist
     */
    Map<UUID, ActionRecord> find(Collection<UUID> actionIds);

    /**
     * Lists actions of one status in the order of their ids.
     *
     * @param status which
     * @param after only actions behind this one, or null from the first on
     * @param limit the most actions
     * @return the actions
     */
    List<ActionRecord> list(ActionStatus status, @Nullable UUID after, int limit);

    /**
     * The earliest instant at which an action may be claimed that is pending or whose lease is over.
     *
     * @param types the executors that the caller has
     * @return the instant, or empty if there is no such action
     */
    Optional<Instant> nextDue(Collection<String> types);
}
