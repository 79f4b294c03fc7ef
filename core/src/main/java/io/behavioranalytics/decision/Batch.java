package io.behavioranalytics.decision;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * Decisions that become durable in one commit; each unit whole or not at all, whatever becomes of the others.
 *
 * @param id the commit's identity among those of its host, by which an unknown outcome is resolved
 * @param host who decided; a batch of another host is another batch, whatever its id
 * @param decidedAt the decision instant
 * @param units what was decided; no subject stands in two of them, guards aside
 */
public record Batch(UUID id, String host, Instant decidedAt, List<CommitUnit> units) {
    /** Copies the units. */
    public Batch {
        units = List.copyOf(units);
    }
}
