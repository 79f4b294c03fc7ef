package io.behavioranalytics.experiment;

import io.behavioranalytics.statistics.Alternative;
import io.behavioranalytics.statistics.Finding;
import io.behavioranalytics.statistics.LiftPower;
import io.behavioranalytics.statistics.Power;
import io.behavioranalytics.statistics.Shortage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How large and how long an experiment has to be, by the host's own traffic and variance: the primary metric of users who came in the
 * history, each measured from the first event there on, as if nothing had been changed.
 *
 * <p>Arms count as large as their weights make them. Where bands have weights of their own, users are put together band by band, as results put
 * them together, and have one variance.
 *
 * @param metric the primary metric
 * @param asOf when it was planned
 * @param query for what
 * @param users the users of the history who meet the targeting and whom the metric has
 * @param usersPerDay how many of those who came a day would be in the experiment, by targeting, total traffic, exclusion group and holdout
 * @param mean the metric's value
 * @param variance of a user's total, of a ratio by the delta method
 * @param usersNeeded of all arms together, so that the lift of each treatment is found with the power
 * @param usersByVariant the same by the variants' ids
 * @param daysNeeded until as many have come as are needed, if each day brings as many new ones as a day of the history
 * @param minimumLift the least lift that is found with the power in the days that the experiment is to run, whichever treatment has it
 * @param powerAtEnd the power to find the lift in these days, of the treatment for which it is least
 */
public record ExperimentPlan(
        Metric metric,
        Instant asOf,
        PlanQuery query,
        long users,
        double usersPerDay,
        double mean,
        double variance,
        Finding<Long> usersNeeded,
        Finding<Map<String, Long>> usersByVariant,
        Finding<Long> daysNeeded,
        Finding<Double> minimumLift,
        Finding<Double> powerAtEnd) {
    private static final double MOST_USERS = 1e15;

    /**
     * A treatment beside the control, for each user of all arms.
     *
     * @param control how many units of the control are as exact as the arm is; the share of its users where all have the same weights
     * @param treatment the same of the treatment
     */
    private record Shares(double control, double treatment) {
        LiftPower of(double mean, double variance, double users) {
            return new LiftPower(mean, variance, users * control, users * treatment);
        }
    }

    /**
     * Makes a plan.
     *
     * @param experiment what is planned; only its definition and its phase are read
     * @param fold users of the history as if they had been exposed to the control at their first event there, in the bands that they would be in
     * @param query for what
     * @param duration how long the experiment is to run
     * @param holdout the part of all users that is in no experiment, in basis points, 0 to 10,000
     * @return the plan as of the fold's instant
     */
    public static ExperimentPlan of(
            Experiment experiment, ExperimentFold fold, PlanQuery query, Duration duration, int holdout) {
        ExperimentDraft draft = experiment.definition();
        Metric metric = fold.metrics().get(0);
        int control = draft.variants().indexOf(draft.control());
        ArmSums sums = new ArmSums();
        fold.sums(0).values().forEach(arms -> sums.merge(arms[control]));
        Map<Integer, Long> byBand = new TreeMap<>();
        for (ExperimentFold.Stratum stratum : fold.strata(any -> true)) {
            byBand.merge(stratum.band(), fold.users(stratum)[control], Long::sum);
        }
        long came = byBand.values().stream().mapToLong(users -> users).sum();
        double days = query.history().toMillis() / (double) Duration.ofDays(1).toMillis();
        double usersPerDay = came / days * part(draft, holdout);
        boolean known = sums.n >= 2 && sums.isSound();
        double mean = known ? ArmEstimate.sample(metric, sums).mean() : 0;
        double variance = known ? ArmEstimate.sample(metric, sums).variance() : 0;
        List<Shares> treatments = treatments(experiment, byBand, came);
        Finding<List<Shares>> arms =
                known && mean != 0 && variance > 0 && Double.isFinite(mean) && Double.isFinite(variance)
                        ? treatments.isEmpty()
                                ? Finding.insufficientData(Shortage.OUT_OF_REACH)
                                : Finding.of(treatments)
                        : Finding.insufficientData(
                                !known
                                        ? Shortage.TOO_FEW_OBSERVATIONS
                                        : mean == 0 ? Shortage.NO_BASELINE : Shortage.NO_VARIANCE);
        Finding<Double> exact = arms.flatMap(all -> {
            double most = 0;
            for (Shares one : all) {
                // The error falls with the root of the users, so the users follow from the error of one.
                double errors = Power.minimumEffect(
                                one.of(mean, variance, 1).standardError(query.lift()),
                                Alternative.TWO_SIDED,
                                query.alpha(),
                                query.power())
                        / query.lift();
                most = Math.max(most, Math.max(errors * errors, 2 / Math.min(one.control, one.treatment)));
            }
            return most < MOST_USERS ? Finding.of(most) : Finding.<Double>insufficientData(Shortage.OUT_OF_REACH);
        });
        Finding<Map<String, Long>> byVariant = exact.map(users -> byVariant(experiment, byBand, users / came));
        Finding<Long> needed = byVariant.map(
                users -> users.values().stream().mapToLong(one -> one).sum());
        Finding<Long> daysNeeded = needed.flatMap(all -> usersPerDay > 0
                ? Finding.of((long) Math.ceil(all / usersPerDay))
                : Finding.<Long>insufficientData(Shortage.TOO_FEW_OBSERVATIONS));
        double atEnd = usersPerDay * duration.toMillis() / Duration.ofDays(1).toMillis();
        Finding<List<LiftPower>> powers = arms.flatMap(all -> all.stream()
                        .allMatch(one -> atEnd * Math.min(one.control, one.treatment) >= 2)
                ? Finding.of(
                        all.stream().map(one -> one.of(mean, variance, atEnd)).toList())
                : Finding.<List<LiftPower>>insufficientData(Shortage.TOO_FEW_OBSERVATIONS));
        return new ExperimentPlan(
                metric,
                fold.asOf(),
                query,
                sums.n,
                usersPerDay,
                Double.isFinite(mean) ? mean : 0,
                Double.isFinite(variance) ? variance : 0,
                needed,
                byVariant,
                daysNeeded,
                powers.flatMap(all -> minimumLift(all, query)),
                powers.map(all -> all.stream()
                        .mapToDouble(one -> one.power(query.lift(), Alternative.TWO_SIDED, query.alpha()))
                        .min()
                        .orElse(0)));
    }

    /** Of those who meet the targeting, the part that gets in. */
    private static double part(ExperimentDraft draft, int holdout) {
        ExclusionGroup group = draft.exclusionGroup();
        double whole = Allocation.WHOLE;
        double ofGroup = group == null ? 1 : (group.end() - group.start()) / whole;
        return draft.allocation().total() / whole * ofGroup * (Allocation.WHOLE - holdout) / whole;
    }

    /**
     * The treatments that anybody gets. A band without users of both arms says nothing of the two and is left out, as in results; with bands of
     * shares s and weights w, the mean of an arm over them has the variance v/N · Σ s/w, by the square of the part of users that they hold.
     */
    private static List<Shares> treatments(Experiment experiment, Map<Integer, Long> byBand, long came) {
        String control = experiment.definition().control().id();
        List<Shares> treatments = new ArrayList<>();
        for (Variant variant : experiment.definition().variants()) {
            double held = 0;
            double ofControl = 0;
            double ofTreatment = 0;
            boolean given = false;
            for (Map.Entry<Integer, Long> band : byBand.entrySet()) {
                Map<String, Integer> weights = experiment.phase().weights(band.getKey());
                double c = weight(weights, control);
                double t = weight(weights, variant.id());
                given |= t > 0;
                if (c > 0 && t > 0) {
                    double share = band.getValue() / (double) came;
                    held += share;
                    ofControl += share / c;
                    ofTreatment += share / t;
                }
            }
            if (!variant.isControl() && given) {
                if (held == 0) {
                    return List.of(); // never beside the control
                }
                treatments.add(new Shares(held * held / ofControl, held * held / ofTreatment));
            }
        }
        return treatments;
    }

    private static Map<String, Long> byVariant(Experiment experiment, Map<Integer, Long> byBand, double perUser) {
        Map<String, Long> users = new LinkedHashMap<>();
        for (Variant variant : experiment.definition().variants()) {
            double sum = 0;
            for (Map.Entry<Integer, Long> band : byBand.entrySet()) {
                sum += band.getValue() * weight(experiment.phase().weights(band.getKey()), variant.id());
            }
            users.put(variant.id(), (long) Math.ceil(sum * perUser - 1e-9));
        }
        return Collections.unmodifiableMap(users);
    }

    private static double weight(Map<String, Integer> weights, String variant) {
        return weights.getOrDefault(variant, 0) / (double) Allocation.WHOLE;
    }

    private static Finding<Double> minimumLift(List<LiftPower> all, PlanQuery query) {
        double most = 0;
        for (LiftPower one : all) {
            Finding<Double> lift = one.minimumLift(query.power(), Alternative.TWO_SIDED, query.alpha());
            if (lift.value().isEmpty()) {
                return lift;
            }
            most = Math.max(most, lift.orElseThrow());
        }
        return Finding.of(most);
    }
}
