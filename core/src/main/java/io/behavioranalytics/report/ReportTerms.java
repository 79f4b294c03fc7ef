package io.behavioranalytics.report;

import io.behavioranalytics.event.Retention;
import io.behavioranalytics.profile.ScoringModel;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

/**
 * What a report depends on beside its question and the events.
 *
 * @param asOf its instant; nothing later is seen
 * @param retention how long events are visible (S7)
 * @param scoring how scores are computed, and after how long a silence a visit is over
 */
public record ReportTerms(Instant asOf, Retention retention, ScoringModel scoring) {
    /**
     * Checks that all are there, and the instant.
     *
     * @throws IllegalArgumentException if it does not lie in the years 0001 to 9999
     */
    public ReportTerms {
        ReportFilter.check("asOf", Objects.requireNonNull(asOf, "asOf"));
        Objects.requireNonNull(retention, "retention");
        Objects.requireNonNull(scoring, "scoring");
    }

    /**
     * Terms under which every event is visible, with the scores and visits by default.
     *
     * @param asOf the instant of the report
     * @return the terms
     * @throws IllegalArgumentException if it does not lie in the years 0001 to 9999
     */
    public static ReportTerms at(Instant asOf) {
        return new ReportTerms(asOf, Retention.unlimited(), ScoringModel.defaults());
    }

    Duration sessionTimeout() {
        return scoring.sessionTimeout();
    }
}
