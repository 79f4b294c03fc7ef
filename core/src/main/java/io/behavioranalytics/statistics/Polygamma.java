package io.behavioranalytics.statistics;

/** The first two derivatives of ln Γ to full precision; the commons library has them to eight digits. */
final class Polygamma {
    private static final double FAR = 20;

    private Polygamma() {}

    /** ψ(x) for x above 0: recurrence to large arguments, there the asymptotic series (DLMF 5.5.2, 5.11.2). */
    static double digamma(double x) {
        double sum = 0;
        double at = x;
        while (at < FAR) {
            sum -= 1 / at;
            at++;
        }
        double r = 1 / (at * at);
        double series = r * (1.0 / 12 - r * (1.0 / 120 - r * (1.0 / 252 - r * (1.0 / 240 - r * (1.0 / 132)))));
        return sum + Math.log(at) - 0.5 / at - series;
    }

    /** ψ′(x) for x above 0, in the same way (DLMF 5.15.5, 5.15.8). */
    static double trigamma(double x) {
        double sum = 0;
        double at = x;
        while (at < FAR) {
            sum += 1 / (at * at);
            at++;
        }
        double r = 1 / (at * at);
        double series = r * (1.0 / 6 - r * (1.0 / 30 - r * (1.0 / 42 - r * (1.0 / 30 - r * (5.0 / 66)))));
        return sum + 1 / at + r / 2 + series / at;
    }
}
