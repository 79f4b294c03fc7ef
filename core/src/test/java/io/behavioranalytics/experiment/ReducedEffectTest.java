package io.behavioranalytics.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.behavioranalytics.event.EventType;
import io.behavioranalytics.experiment.ExperimentFold.Stratum;
import io.behavioranalytics.statistics.Effect;
import io.behavioranalytics.statistics.EffectScale;
import io.behavioranalytics.statistics.Shortage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** Effects reduced by what was before, held against the same written out user by user. */
class ReducedEffectTest {
    private static final Metric MEAN = Metric.count("views", EventType.PAGE_VIEW);
    private static final Metric RATIO =
            Metric.ratio("forms", EventSelector.of(EventType.FORM_SUBMIT), EventSelector.of(EventType.FORM_START));

    /** A user's totals; y and q are 1 for a mean. */
    private record User(double x, double y, double p, double q) {}

    /** The users of control and treatment of a stratum. */
    private record Arms(List<User> control, List<User> treatment) {
        List<User> of(int arm) {
            return arm == 0 ? control : treatment;
        }

        double n() {
            return control.size() + (double) treatment.size();
        }
    }

    private static User user(RandomGenerator random, boolean ratio, double level, double lift) {
        double habit = level + random.nextGaussian();
        double q = ratio ? 1 + random.nextInt(5) : 1;
        double y = ratio ? Math.max(1, q + random.nextInt(3) - 1) : 1;
        double p = q * (habit + 0.4 * random.nextGaussian());
        double x = y * (habit * (1 + lift) + 0.5 * random.nextGaussian());
        return new User(x, y, p, q);
    }

    private static Arms arms(RandomGenerator random, boolean ratio, int a, int b, double level, double lift) {
        List<User> control = new ArrayList<>();
        List<User> treatment = new ArrayList<>();
        for (int i = 0; i < a; i++) {
            control.add(user(random, ratio, level, 0));
        }
        for (int i = 0; i < b; i++) {
            treatment.add(user(random, ratio, level, lift));
        }
        return new Arms(control, treatment);
    }

    private static Map<Stratum, ArmSums[]> sums(List<Arms> strata, boolean ratio) {
        Map<Stratum, ArmSums[]> sums = new TreeMap<>();
        for (int s = 0; s < strata.size(); s++) {
            ArmSums[] arms = {new ArmSums(), new ArmSums()};
            for (int arm = 0; arm < 2; arm++) {
                for (User user : strata.get(s).of(arm)) {
                    if (ratio) {
                        arms[arm].add(user.x, user.y, user.p, user.q);
                    } else {
                        arms[arm].add(user.x, user.p);
                    }
                }
            }
            sums.put(new Stratum("", s + 1, -1), arms);
        }
        return sums;
    }

    private static Effect effect(List<Arms> strata, boolean ratio, EffectScale scale) {
        return ReducedEffect.of(ratio ? RATIO : MEAN, sums(strata, ratio), 0, 1, scale)
                .orElseThrow();
    }

    // ---- user by user

    private static double mean(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return sum / values.length;
    }

    private static double covariance(double[] some, double[] others) {
        double sum = 0;
        for (int i = 0; i < some.length; i++) {
            sum += (some[i] - mean(some)) * (others[i] - mean(others));
        }
        return sum / (some.length - 1);
    }

    /** What each user of an arm adds to the arm's value, after and before: deviations of the ratio of weighted means. */
    private static double[][][] deviations(List<Arms> strata, int arm) {
        double all = strata.stream().mapToDouble(Arms::n).sum();
        double[] weighted = new double[4];
        for (Arms stratum : strata) {
            double weight = stratum.n() / all;
            List<User> users = stratum.of(arm);
            weighted[0] +=
                    weight * users.stream().mapToDouble(User::x).average().orElseThrow();
            weighted[1] +=
                    weight * users.stream().mapToDouble(User::y).average().orElseThrow();
            weighted[2] +=
                    weight * users.stream().mapToDouble(User::p).average().orElseThrow();
            weighted[3] +=
                    weight * users.stream().mapToDouble(User::q).average().orElseThrow();
        }
        double after = weighted[0] / weighted[1];
        double before = weighted[2] / weighted[3];
        double[][][] deviations = new double[strata.size() + 1][][];
        for (int s = 0; s < strata.size(); s++) {
            List<User> users = strata.get(s).of(arm);
            deviations[s] = new double[][] {
                users.stream()
                        .mapToDouble(u -> (u.x - after * u.y) / weighted[1])
                        .toArray(),
                users.stream()
                        .mapToDouble(u -> (u.p - before * u.q) / weighted[3])
                        .toArray()
            };
        }
        deviations[strata.size()] = new double[][] {{after, before}};
        return deviations;
    }

    /** Estimate and standard error of a ratio with one slope over all strata, user by user. */
    private static double[] ratioByUsers(List<Arms> strata, EffectScale scale) {
        double all = strata.stream().mapToDouble(Arms::n).sum();
        double[][][][] both = {deviations(strata, 0), deviations(strata, 1)};
        double covariances = 0;
        double variances = 0;
        for (int s = 0; s < strata.size(); s++) {
            for (double[][][] arm : both) {
                covariances += strata.get(s).n() / all * covariance(arm[s][0], arm[s][1]);
                variances += strata.get(s).n() / all * covariance(arm[s][1], arm[s][1]);
            }
        }
        double theta = covariances / variances;
        double[] control = both[0][strata.size()][0];
        double[] treatment = both[1][strata.size()][0];
        double difference = treatment[0] - theta * treatment[1] - (control[0] - theta * control[1]);
        double factor = scale == EffectScale.RELATIVE ? 1 + difference / control[0] : 1;
        double variance = 0;
        for (int s = 0; s < strata.size(); s++) {
            double weight = strata.get(s).n() / all;
            for (int arm = 0; arm < 2; arm++) {
                double k = arm == 0 ? factor : 1;
                double[] after = both[arm][s][0];
                double[] before = both[arm][s][1];
                double[] left = new double[after.length];
                for (int i = 0; i < left.length; i++) {
                    left[i] = k * after[i] - theta * before[i];
                }
                variance += weight * weight * covariance(left, left) / left.length;
            }
        }
        double size = scale == EffectScale.RELATIVE ? Math.abs(control[0]) : 1;
        return new double[] {difference / size, Math.sqrt(variance) / size};
    }

    /** Estimate and standard error of a mean with a slope for each stratum, user by user. */
    private static double[] meanByUsers(List<Arms> strata, EffectScale scale) {
        double all = strata.stream().mapToDouble(Arms::n).sum();
        double[] thetas = new double[strata.size()];
        double difference = 0;
        double ofControl = 0;
        double ofTreatment = 0;
        for (int s = 0; s < thetas.length; s++) {
            List<User> pooled = new ArrayList<>(strata.get(s).control);
            pooled.addAll(strata.get(s).treatment);
            double[] x = pooled.stream().mapToDouble(User::x).toArray();
            double[] p = pooled.stream().mapToDouble(User::p).toArray();
            thetas[s] = covariance(x, p) / covariance(p, p);
            double weight = strata.get(s).n() / all;
            double[] sides = new double[2];
            for (int arm = 0; arm < 2; arm++) {
                double theta = thetas[s];
                sides[arm] = strata.get(s).of(arm).stream()
                        .mapToDouble(u -> u.x - theta * u.p)
                        .average()
                        .orElseThrow();
            }
            difference += weight * (sides[1] - sides[0]);
            ofControl += weight
                    * mean(strata.get(s).control.stream().mapToDouble(User::x).toArray());
            ofTreatment += weight
                    * mean(strata.get(s).treatment.stream().mapToDouble(User::x).toArray());
        }
        double factor = scale == EffectScale.RELATIVE ? ofTreatment / ofControl : 1;
        double variance = 0;
        for (int s = 0; s < thetas.length; s++) {
            double weight = strata.get(s).n() / all;
            double theta = thetas[s];
            for (int arm = 0; arm < 2; arm++) {
                double k = arm == 0 ? factor : 1;
                double[] left = strata.get(s).of(arm).stream()
                        .mapToDouble(u -> k * u.x - theta * u.p)
                        .toArray();
                variance += weight * weight * covariance(left, left) / left.length;
            }
        }
        double size = scale == EffectScale.RELATIVE ? Math.abs(ofControl) : 1;
        return new double[] {difference / size, Math.sqrt(variance) / size};
    }

    @Test
    void one_stratum_and_several_are_what_they_are_user_by_user() {
        SplittableRandom random = new SplittableRandom(31);
        for (int round = 0; round < 300; round++) {
            List<Arms> ratios = new ArrayList<>();
            List<Arms> means = new ArrayList<>();
            for (int s = 1 + random.nextInt(3); s > 0; s--) {
                int a = 5 + random.nextInt(40);
                int b = 5 + random.nextInt(40);
                ratios.add(arms(random, true, a, b, 3 + s, 0.1));
                means.add(arms(random, false, a, b, 3 + s, 0.1));
            }
            for (EffectScale scale : List.of(EffectScale.ABSOLUTE, EffectScale.RELATIVE)) {
                Effect ratio = effect(ratios, true, scale);
                double[] expected = ratioByUsers(ratios, scale);
                assertThat(ratio.estimate()).isCloseTo(expected[0], within(1e-9));
                assertThat(ratio.standardError()).isCloseTo(expected[1], within(1e-9));
                Effect mean = effect(means, false, scale);
                expected = meanByUsers(means, scale);
                assertThat(mean.estimate()).isCloseTo(expected[0], within(1e-9));
                assertThat(mean.standardError()).isCloseTo(expected[1], within(1e-9));
            }
        }
    }

    @Test
    void intervals_over_strata_of_different_weights_cover_a_true_lift() {
        SplittableRandom random = new SplittableRandom(32);
        int runs = 1_000;
        int[] covered = new int[4];
        for (int run = 0; run < runs; run++) {
            for (int i = 0; i < 4; i++) {
                boolean ratio = i % 2 == 1;
                EffectScale scale = i < 2 ? EffectScale.RELATIVE : EffectScale.ABSOLUTE;
                // Who comes to the second stratum has more, and mostly gets the treatment.
                List<Arms> strata = List.of(arms(random, ratio, 180, 60, 3, 0.1), arms(random, ratio, 60, 180, 5, 0.1));
                Effect effect = effect(strata, ratio, scale);
                double truth = scale == EffectScale.RELATIVE ? 0.1 : 0.4;
                covered[i] += Math.abs(effect.estimate() - truth) <= 1.96 * effect.standardError() ? 1 : 0;
            }
        }
        // Four standard errors of 1,000 runs about 95 %.
        for (int one : covered) {
            assertThat(one).isBetween(950 - 28, 950 + 28);
        }
    }

    @Test
    void the_variance_of_a_ratio_that_is_left_is_one_less_the_squared_correlation() {
        SplittableRandom random = new SplittableRandom(33);
        List<Arms> strata = List.of(arms(random, true, 30_000, 30_000, 4, 0));
        double[][] users = deviations(strata, 0)[0];
        double squared = covariance(users[0], users[1])
                * covariance(users[0], users[1])
                / (covariance(users[0], users[0]) * covariance(users[1], users[1]));
        Effect plain = ArmEstimate.effect(RATIO, sums(strata, true), 0, 1, EffectScale.ABSOLUTE)
                .orElseThrow();
        Effect reduced = effect(strata, true, EffectScale.ABSOLUTE);
        double left = Math.pow(reduced.standardError() / plain.standardError(), 2);
        assertThat(left).isCloseTo(1 - squared, within(0.02 * (1 - squared))).isLessThan(0.6);
    }

    @Test
    void where_nothing_varied_before_there_is_no_reduced_effect_rather_than_the_plain_one() {
        SplittableRandom random = new SplittableRandom(34);
        for (boolean ratio : new boolean[] {false, true}) {
            for (int size = 1; size <= 2; size++) {
                List<Arms> never = new ArrayList<>();
                List<Arms> alike = new ArrayList<>();
                for (int s = 0; s < size; s++) {
                    Arms arms = arms(random, ratio, 50, 50, 4, 0);
                    never.add(with(arms, 0, 0));
                    alike.add(with(arms, 0.1, 0.7));
                }
                for (List<Arms> strata : List.of(never, alike)) {
                    for (EffectScale scale : List.of(EffectScale.ABSOLUTE, EffectScale.RELATIVE)) {
                        assertThat(ReducedEffect.of(ratio ? RATIO : MEAN, sums(strata, ratio), 0, 1, scale)
                                        .shortage())
                                .contains(Shortage.NO_COVARIATE);
                    }
                }
            }
        }
    }

    private static Arms with(Arms arms, double p, double q) {
        return new Arms(
                arms.control.stream().map(u -> new User(u.x, u.y, p, q)).toList(),
                arms.treatment.stream().map(u -> new User(u.x, u.y, p, q)).toList());
    }
}
