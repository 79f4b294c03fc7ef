package io.behavioranalytics.store;

import java.time.Instant;
import java.util.UUID;

/**
 * A firing of a trigger and what became of its actions. Immutable.
 *
 * @param id the execution's id
 * @param triggerId the trigger
 * @param executedAt the decision instant
 * @param scheduled how many actions it scheduled, those among them that are forgotten by now
 * @param done how many of them succeeded; those that are forgotten count for none
 * @param dead how many of them failed for good; those that are forgotten count for none
 */
public record ExecutionOutcome(UUID id, UUID triggerId, Instant executedAt, int scheduled, int done, int dead) {}
