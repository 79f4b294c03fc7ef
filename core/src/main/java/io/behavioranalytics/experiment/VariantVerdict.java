package io.behavioranalytics.experiment;

import io.behavioranalytics.experiment.ExperimentResults.Action;
import io.behavioranalytics.experiment.ExperimentResults.Decision;
import io.behavioranalytics.experiment.ExperimentResults.Rule;
import io.behavioranalytics.experiment.MetricResult.Comparison;
import io.behavioranalytics.experiment.MetricResult.Guard;
import io.behavioranalytics.experiment.MetricResult.Role;
import io.behavioranalytics.statistics.Finding;
import io.behavioranalytics.statistics.TestResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What follows for a variant. While the experiment runs, what holds at every look decides, so that peeking is safe; once it has ended, the
 * fixed-horizon test does.
 */
record VariantVerdict(String variant, List<MetricResult> metrics, double alpha, boolean ended, boolean mismatch) {
    Decision decision() {
        if (mismatch) {
            return new Decision(variant, Action.KEEP_RUNNING, Rule.SAMPLE_RATIO_MISMATCH);
        }
        List<Guard> guards = new ArrayList<>();
        int primary = 0;
        boolean known = false;
        boolean otherWorse = false;
        for (MetricResult result : metrics) {
            Comparison comparison = of(result).orElse(null);
            if (comparison == null) {
                continue;
            }
            if (comparison.guard() != null) {
                guards.add(comparison.guard());
            }
            if (result.role() == Role.PRIMARY) {
                known = test(comparison).value().isPresent();
                primary = side(result, comparison);
            } else if (result.role() == Role.SUCCESS) {
                otherWorse |= side(result, comparison) < 0;
            }
        }
        if (!known) {
            return new Decision(variant, Action.KEEP_RUNNING, Rule.NOT_ENOUGH_DATA);
        }
        if (guards.contains(Guard.BROKEN)) {
            return new Decision(variant, Action.ROLL_BACK, Rule.GUARDRAIL_BROKEN);
        }
        if (primary < 0) {
            return new Decision(variant, Action.ROLL_BACK, Rule.PRIMARY_WORSE);
        }
        if (primary == 0) {
            return ended
                    ? new Decision(variant, Action.ROLL_BACK, Rule.NOT_BETTER_AT_END)
                    : new Decision(variant, Action.KEEP_RUNNING, Rule.UNDECIDED);
        }
        if (otherWorse) {
            return new Decision(variant, Action.KEEP_RUNNING, Rule.MIXED);
        }
        return guards.contains(Guard.UNDECIDED)
                ? new Decision(variant, Action.KEEP_RUNNING, Rule.GUARDRAIL_UNDECIDED)
                : new Decision(variant, Action.SHIP, Rule.PRIMARY_BETTER);
    }

    private Optional<Comparison> of(MetricResult result) {
        return result.comparisons().stream()
                .filter(one -> one.variant().equals(variant))
                .findFirst();
    }

    private Finding<TestResult> test(Comparison comparison) {
        return ended ? comparison.absolute() : comparison.sequential();
    }

    /** 1 if it is significantly better, -1 if significantly worse, else 0. */
    private int side(MetricResult result, Comparison comparison) {
        Optional<TestResult> found = test(comparison).value();
        if (found.isEmpty()) {
            return 0;
        }
        OptionalDouble adjusted = ended ? comparison.adjustedP() : comparison.adjustedSequentialP();
        if (adjusted.orElse(found.get().pValue()) > alpha) {
            return 0;
        }
        int sign = result.metric().goal() == Metric.Goal.INCREASE ? 1 : -1;
        return sign * (int) Math.signum(found.get().estimate());
    }

    /** Of the variants that may be shipped the one with the greatest lift; roll back if there is nothing else left; else go on. */
    static Decision together(List<Decision> decisions, List<MetricResult> metrics) {
        Decision best = null;
        double greatest = Double.NEGATIVE_INFINITY;
        for (Decision decision : decisions) {
            if (decision.action() == Action.SHIP && decision.variant() != null) {
                double lift = lift(decision.variant(), metrics);
                if (best == null || lift > greatest) {
                    best = decision;
                    greatest = lift;
                }
            }
        }
        if (best != null) {
            return best;
        }
        boolean none = !decisions.isEmpty() && decisions.stream().allMatch(one -> one.action() == Action.ROLL_BACK);
        Decision open = decisions.stream()
                .filter(one -> one.action() == Action.KEEP_RUNNING)
                .findFirst()
                .orElse(decisions.get(0));
        return new Decision(null, none ? Action.ROLL_BACK : Action.KEEP_RUNNING, open.rule());
    }

    private static double lift(String variant, List<MetricResult> metrics) {
        for (MetricResult result : metrics) {
            if (result.role() == Role.PRIMARY) {
                double sign = result.metric().goal() == Metric.Goal.INCREASE ? 1 : -1;
                for (Comparison one : result.comparisons()) {
                    if (one.variant().equals(variant)) {
                        return one.relative()
                                .value()
                                .map(test -> sign * test.estimate())
                                .orElse(Double.NEGATIVE_INFINITY);
                    }
                }
            }
        }
        return Double.NEGATIVE_INFINITY;
    }
}
