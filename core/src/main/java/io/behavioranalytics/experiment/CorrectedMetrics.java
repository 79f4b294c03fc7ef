package io.behavioranalytics.experiment;

import io.behavioranalytics.experiment.MetricResult.Comparison;
import io.behavioranalytics.experiment.MetricResult.Role;
import io.behavioranalytics.statistics.Correction;
import io.behavioranalytics.statistics.Finding;
import io.behavioranalytics.statistics.TestResult;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Function;

/** Corrects the p-values of all success metrics and variants together; guardrails and what is only measured are not in the family. */
final class CorrectedMetrics {
    private final Correction correction;

    CorrectedMetrics(Correction correction) {
        this.correction = correction;
    }

    List<MetricResult> of(List<MetricResult> results) {
        Deque<Double> fixed = adjusted(results, Comparison::absolute);
        Deque<Double> sequential = adjusted(results, Comparison::sequential);
        List<MetricResult> corrected = new ArrayList<>();
        for (MetricResult result : results) {
            List<Comparison> comparisons = new ArrayList<>();
            for (Comparison one : result.comparisons()) {
                comparisons.add(
                        isSuccess(result)
                                ? new Comparison(
                                        one.variant(),
                                        one.method(),
                                        one.unmatched(),
                                        one.absolute(),
                                        one.relative(),
                                        next(one.absolute(), fixed),
                                        one.sequential(),
                                        one.sequentialRelative(),
                                        next(one.sequential(), sequential),
                                        one.posterior(),
                                        one.cuped(),
                                        one.cupedRelative(),
                                        one.guard())
                                : one);
            }
            corrected.add(new MetricResult(
                    result.metric(),
                    result.role(),
                    result.strata(),
                    result.cappedAt(),
                    result.arms(),
                    result.homogeneity(),
                    comparisons));
        }
        return corrected;
    }

    private static boolean isSuccess(MetricResult result) {
        return result.role() == Role.PRIMARY || result.role() == Role.SUCCESS;
    }

    private Deque<Double> adjusted(List<MetricResult> results, Function<Comparison, Finding<TestResult>> test) {
        List<Double> pValues = new ArrayList<>();
        for (MetricResult result : results) {
            if (isSuccess(result)) {
                result.comparisons()
                        .forEach(one -> test.apply(one).value().ifPresent(found -> pValues.add(found.pValue())));
            }
        }
        return new ArrayDeque<>(correction.adjust(pValues));
    }

    /** The next adjusted value, if there was one to adjust. */
    private static OptionalDouble next(Finding<TestResult> finding, Deque<Double> adjusted) {
        return finding.value().isPresent() ? OptionalDouble.of(adjusted.removeFirst()) : OptionalDouble.empty();
    }
}
