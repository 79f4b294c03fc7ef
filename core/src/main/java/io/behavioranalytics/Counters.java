package io.behavioranalytics;

import java.util.concurrent.atomic.LongAdder;

/** The counters of one facade; {@link Statistics} is their snapshot. */
final class Counters {
    final LongAdder accepted = new LongAdder();
    final LongAdder duplicates = new LongAdder();
    final LongAdder conflicts = new LongAdder();
    final LongAdder invalid = new LongAdder();
    final LongAdder throttled = new LongAdder();
    final LongAdder rejected = new LongAdder();
    final LongAdder timedOut = new LongAdder();
    final LongAdder unavailable = new LongAdder();
    final LongAdder failed = new LongAdder();
    final LongAdder batches = new LongAdder();
    final LongAdder staleRetries = new LongAdder();
    final LongAdder busyRetries = new LongAdder();
    final LongAdder cacheHits = new LongAdder();
    final LongAdder cacheMisses = new LongAdder();
    final LongAdder timers = new LongAdder();
    final LongAdder actionsDone = new LongAdder();
    final LongAdder actionRetries = new LongAdder();
    final LongAdder actionsDead = new LongAdder();
    final LongAdder actionTimeouts = new LongAdder();
    final LongAdder staleResults = new LongAdder();
    final LongAdder stuckThreads = new LongAdder();
    final LongAdder purged = new LongAdder();
    final LongAdder verified = new LongAdder();
    final LongAdder differences = new LongAdder();

    Statistics snapshot() {
        return new Statistics(
                accepted.sum(),
                duplicates.sum(),
                conflicts.sum(),
                invalid.sum(),
                throttled.sum(),
                rejected.sum(),
                timedOut.sum(),
                unavailable.sum(),
                failed.sum(),
                batches.sum(),
                staleRetries.sum(),
                busyRetries.sum(),
                cacheHits.sum(),
                cacheMisses.sum(),
                timers.sum(),
                actionsDone.sum(),
                actionRetries.sum(),
                actionsDead.sum(),
                actionTimeouts.sum(),
                staleResults.sum(),
                stuckThreads.sum(),
                purged.sum(),
                verified.sum(),
                differences.sum());
    }
}
