package io.behavioranalytics.experiment;

import io.behavioranalytics.event.EventType;
import java.util.List;
import java.util.Optional;

/** The metrics that every experiment may name without defining them. */
public final class PredefinedMetrics {
    private static final List<Metric> ALL = List.of(
            Metric.count("quote_requests", EventType.QUOTE_REQUEST),
            Metric.proportion("quote_request_rate", EventType.QUOTE_REQUEST),
            Metric.proportion("conversion_rate", EventType.APPLICATION_COMPLETE),
            Metric.count("conversions", EventType.APPLICATION_COMPLETE),
            Metric.sum("revenue", "value", EventType.APPLICATION_COMPLETE),
            Metric.count("page_views", EventType.PAGE_VIEW),
            Metric.proportion("form_submit_rate", EventType.FORM_SUBMIT),
            Metric.proportion("form_abandon_rate", EventType.FORM_ABANDON).lessIsBetter(),
            Metric.proportion("application_start_rate", EventType.APPLICATION_START));

    private PredefinedMetrics() {}

    /**
     * All of them.
     *
     * @return in the order of the documentation
     */
    public static List<Metric> all() {
        return ALL;
    }

    /**
     * Finds one.
     *
     * @param name such as {@code conversion_rate}
     * @return the metric, or empty if none has that name
     */
    public static Optional<Metric> find(String name) {
        return ALL.stream().filter(metric -> metric.name().equals(name)).findFirst();
    }
}
