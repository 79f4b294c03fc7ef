package io.behavioranalytics.store;

import io.behavioranalytics.trigger.ScheduledAction;

/**
 * The right to make one attempt at an action, until its lease is over.
 *
 * @param action the action
 * @param attempt 1 for the first
 * @param token the fence: a later claim of the same action has a greater one, and this one then settles nothing
 */
public record Claim(ScheduledAction action, int attempt, long token) {}
