package io.behavioranalytics.statistics;

import java.util.function.DoubleUnaryOperator;
import org.apache.commons.math3.analysis.integration.gauss.GaussIntegrator;
import org.apache.commons.math3.analysis.integration.gauss.GaussIntegratorFactory;

/** Gauss and Legendre's rule on panels side by side: exact to the last digits where a function is smooth on the scale of a panel. */
final class Quadrature {
    private static final int POINTS = 16;

    private final double[] points = new double[POINTS];
    private final double[] weights = new double[POINTS];

    Quadrature() {
        GaussIntegrator rule = new GaussIntegratorFactory().legendre(POINTS);
        for (int i = 0; i < POINTS; i++) {
            points[i] = rule.getPoint(i);
            weights[i] = rule.getWeight(i);
        }
    }

    double integrate(DoubleUnaryOperator f, double low, double high, int panels) {
        double sum = 0;
        double half = (high - low) / panels / 2;
        for (int panel = 0; panel < panels; panel++) {
            double middle = low + (2 * panel + 1) * half;
            for (int i = 0; i < POINTS; i++) {
                sum += weights[i] * f.applyAsDouble(middle + half * points[i]);
            }
        }
        return sum * half;
    }

    int points() {
        return POINTS;
    }

    /** A point's place, −1 to 1. */
    double point(int i) {
        return points[i];
    }

    double weight(int i) {
        return weights[i];
    }
}
