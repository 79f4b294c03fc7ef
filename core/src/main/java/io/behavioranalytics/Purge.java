package io.behavioranalytics;

/**
 * What a purge deleted.
 *
 * @param events events past their retention
 * @param facts old skips, and actions that were done or cancelled long ago
 */
public record Purge(long events, long facts) {}
