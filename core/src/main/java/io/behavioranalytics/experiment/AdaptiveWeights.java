package io.behavioranalytics.experiment;

import io.behavioranalytics.experiment.ExperimentFold.Stratum;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * The next weights of an adaptive experiment: Thompson sampling (Thompson, Biometrika 1933) by batches. Each variant's part is the
 * probability that it is the best by the primary metric, from 10,000 draws of normal posteriors of the variants' means, above a floor that
 * every variant keeps: {@code floor + (1 − n·floor)·probability}. Means are put together over phases and bands by their users, so that a
 * change of weights does not move them. Pure: the same users give the same weights.
 */
public final class AdaptiveWeights {
    private static final int DRAWS = 10_000;

    private AdaptiveWeights() {}

    /**
     * Computes the weights.
     *
     * @param experiment an adaptive one that was started
     * @param fold its exposed users
     * @return basis points by variant id, which sum to 10,000; empty if a variant has fewer users than the definition asks for, or its mean
     *     is not known well enough to be drawn
     */
    public static Optional<Map<String, Integer>> of(Experiment experiment, ExperimentFold fold) {
        ExperimentDraft draft = experiment.definition();
        List<Variant> variants = draft.variants();
        Metric metric = fold.metrics().get(0);
        Map<Stratum, ArmSums[]> strata = new TreeMap<>(fold.sums(0));
        long[] users = new long[variants.size()];
        for (ArmSums[] arms : strata.values()) {
            for (int v = 0; v < users.length; v++) {
                users[v] += arms[v].n;
            }
        }
        List<ArmSums[]> shared = strata.values().stream()
                .filter(arms -> Arrays.stream(arms).allMatch(arm -> arm.n >= 2 && arm.isSound()))
                .toList();
        if (shared.isEmpty()
                || Arrays.stream(users)
                        .anyMatch(n -> n < draft.allocation().adaptive().minUsers())) {
            return Optional.empty();
        }
        double all = shared.stream()
                .mapToDouble(arms -> Arrays.stream(arms).mapToLong(arm -> arm.n).sum())
                .sum();
        List<Double> parts = shared.stream()
                .map(arms -> Arrays.stream(arms).mapToLong(arm -> arm.n).sum() / all)
                .toList();
        List<ArmEstimate> estimates = new ArrayList<>();
        for (int v = 0; v < users.length; v++) {
            ArmEstimate estimate = ArmEstimate.of(metric, shared, parts, v);
            if (!(estimate.variance() > 0) || !Double.isFinite(estimate.mean())) {
                return Optional.empty();
            }
            estimates.add(estimate);
        }
        double sign = metric.goal() == Metric.Goal.INCREASE ? 1 : -1;
        double[] best = best(estimates, sign, seed(experiment, users));
        return Optional.of(weights(variants, best, draft.allocation().adaptive().floor()));
    }

    /** The same users give the same draws, on every host. */
    private static long seed(Experiment experiment, long[] users) {
        return experiment.id().getMostSignificantBits()
                ^ experiment.id().getLeastSignificantBits()
                ^ (31L * experiment.phase().number() + Arrays.hashCode(users));
    }

    private static double[] best(List<ArmEstimate> estimates, double sign, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        double[] won = new double[estimates.size()];
        for (int draw = 0; draw < DRAWS; draw++) {
            int greatest = 0;
            double value = Double.NEGATIVE_INFINITY;
            for (int v = 0; v < won.length; v++) {
                ArmEstimate estimate = estimates.get(v);
                double drawn = sign * (estimate.mean() + Math.sqrt(estimate.variance()) * random.nextGaussian());
                if (drawn > value) {
                    value = drawn;
                    greatest = v;
                }
            }
            won[greatest]++;
        }
        for (int v = 0; v < won.length; v++) {
            won[v] /= DRAWS;
        }
        return won;
    }

    /** Whole basis points, of which those that rounding leaves go to the largest remainders. */
    private static Map<String, Integer> weights(List<Variant> variants, double[] best, int floor) {
        int n = variants.size();
        double free = Allocation.WHOLE - (double) n * floor;
        int[] points = new int[n];
        List<Integer> byRemainder = new ArrayList<>();
        double[] exact = new double[n];
        int left = Allocation.WHOLE;
        for (int v = 0; v < n; v++) {
            exact[v] = floor + free * best[v];
            points[v] = (int) Math.floor(exact[v]);
            left -= points[v];
            byRemainder.add(v);
        }
        byRemainder.sort((one, other) -> Double.compare(exact[other] - points[other], exact[one] - points[one]));
        for (int i = 0; i < left; i++) {
            points[byRemainder.get(i % n)]++;
        }
        Map<String, Integer> weights = new LinkedHashMap<>();
        for (int v = 0; v < n; v++) {
            weights.put(variants.get(v).id(), points[v]);
        }
        return weights;
    }
}
