package io.behavioranalytics.report;

import org.apache.commons.math3.analysis.MultivariateFunction;
import org.apache.commons.math3.exception.TooManyEvaluationsException;
import org.apache.commons.math3.optim.InitialGuess;
import org.apache.commons.math3.optim.MaxEval;
import org.apache.commons.math3.optim.PointValuePair;
import org.apache.commons.math3.optim.SimpleValueChecker;
import org.apache.commons.math3.optim.nonlinear.scalar.GoalType;
import org.apache.commons.math3.optim.nonlinear.scalar.ObjectiveFunction;
import org.apache.commons.math3.optim.nonlinear.scalar.noderiv.NelderMeadSimplex;
import org.apache.commons.math3.optim.nonlinear.scalar.noderiv.SimplexOptimizer;

/**
 * The greatest likelihood of positive parameters, looked for in their logarithms by the simplex of Nelder and Mead (1965), which begins
 * anew from what it found until that is no better.
 */
final class Likelihood {
    private static final int MOST_EVALUATIONS = 5_000;
    private static final int MOST_STARTS = 12;
    private static final double FARTHEST = 24;

    private Likelihood() {}

    /**
     * @param fitted what the parameters are fitted to, in the plural, for the exception
     * @param logLikelihood of parameters
     * @param guess where to begin
     * @return the parameters
     * @throws IllegalArgumentException if the likelihood has no maximum that can be found
     */
    static double[] maximum(String fitted, MultivariateFunction logLikelihood, double... guess) {
        MultivariateFunction ofLogs = logs -> {
            if (isFarOut(logs, FARTHEST)) {
                return Double.NEGATIVE_INFINITY;
            }
            double value = logLikelihood.value(exp(logs));
            return Double.isNaN(value) ? Double.NEGATIVE_INFINITY : value;
        };
        double[] at = new double[guess.length];
        for (int i = 0; i < at.length; i++) {
            at[i] = Math.log(guess[i]);
        }
        double best = ofLogs.value(at);
        for (int start = 0; start < MOST_STARTS; start++) {
            PointValuePair found = climb(fitted, ofLogs, at, start == 0 ? 0.7 : 0.1);
            double gain = found.getValue() - best;
            at = found.getPoint();
            best = found.getValue();
            if (isFarOut(at, FARTHEST - 1)) {
                throw withoutMaximum(fitted);
            }
            if (start > 0 && gain < 1e-9) {
                break;
            }
        }
        return exp(at);
    }

    private static PointValuePair climb(String fitted, MultivariateFunction ofLogs, double[] from, double side) {
        try {
            return new SimplexOptimizer(new SimpleValueChecker(1e-13, 1e-10))
                    .optimize(
                            new MaxEval(MOST_EVALUATIONS),
                            new ObjectiveFunction(ofLogs),
                            GoalType.MAXIMIZE,
                            new InitialGuess(from),
                            new NelderMeadSimplex(from.length, side));
        } catch (TooManyEvaluationsException endless) {
            throw withoutMaximum(fitted);
        }
    }

    private static boolean isFarOut(double[] logs, double farthest) {
        for (double log : logs) {
            if (!(Math.abs(log) <= farthest)) {
                return true;
            }
        }
        return false;
    }

    private static IllegalArgumentException withoutMaximum(String fitted) {
        return new IllegalArgumentException(
                "the model cannot be fitted to these " + fitted + ": its likelihood grows without end");
    }

    private static double[] exp(double[] logs) {
        double[] values = new double[logs.length];
        for (int i = 0; i < logs.length; i++) {
            values[i] = Math.exp(logs[i]);
        }
        return values;
    }
}
