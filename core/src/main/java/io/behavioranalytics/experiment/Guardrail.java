package io.behavioranalytics.experiment;

/**
 * A metric that must not get worse by more than a margin (non-inferiority).
 *
 * @param metric the name of a metric
 * @param margin how much worse than the control it may be, as a part of the control's value, 0 to 1: 0.02 is two percent
 */
public record Guardrail(String metric, double margin) {}
