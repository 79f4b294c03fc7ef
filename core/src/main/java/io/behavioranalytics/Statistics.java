package io.behavioranalytics;

/**
 * What a facade has done since it was built, on this host. A snapshot of counters that are written without a common lock.
 *
 * @param accepted events made durable
 * @param duplicates events that were stored before
 * @param conflicts events whose id belongs to another one
 * @param invalid events that were refused as malformed
 * @param throttled events refused because their subject has too many
 * @param rejected events that found the intake full
 * @param timedOut events that were not taken up in time
 * @param unavailable events that the store did not take: it failed, or their subject changed all the time
 * @param failed events whose decision failed
 * @param batches commits that were asked of the store
 * @param staleRetries units decided again because a subject had changed
 * @param busyRetries units put off because somebody else held a subject
 * @param cacheHits subjects found in the cache
 * @param cacheMisses subjects read from the store
 * @param timers subjects decided again because their instant had come
 * @param actionsDone actions carried out
 * @param actionRetries attempts that are to be repeated
 * @param actionsDead actions given up
 * @param actionTimeouts attempts that passed their deadline
 * @param staleResults results of attempts whose claim was lost: not recorded
 * @param stuckThreads threads that ignore their interrupt, now
 * @param purged events deleted since they were past their retention
 * @param verified subjects whose stored state was compared with their events
 * @param differences subjects whose stored state was not what their events say: more than 0 wants a look
 */
public record Statistics(
        long accepted,
        long duplicates,
        long conflicts,
        long invalid,
        long throttled,
        long rejected,
        long timedOut,
        long unavailable,
        long failed,
        long batches,
        long staleRetries,
        long busyRetries,
        long cacheHits,
        long cacheMisses,
        long timers,
        long actionsDone,
        long actionRetries,
        long actionsDead,
        long actionTimeouts,
        long staleResults,
        long stuckThreads,
        long purged,
        long verified,
        long differences) {}
