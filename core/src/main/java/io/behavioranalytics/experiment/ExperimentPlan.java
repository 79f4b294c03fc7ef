package io.behavioranalytics.experiment;

import io.behavioranalytics.statistics.Alternative;
import io.behavioranalytics.statistics.Finding;
import io.behavioranalytics.statistics.LiftPower;
import io.behavioranalytics.statistics.Power;
import io.behavioranalytics.statistics.Shortage;
import java.time.Duration;
import java.time.Instant;

/**
 * How large and how long an experiment has to be, by the host's own traffic and variance: the primary metric of users who came in the
 * history, each measured from the first event there on, as if nothing had been changed.
 *
 * @param metric the primary metric
 * @param asOf when it was planned
 * @param query for what
 * @param users the users of the history that the metric has
 * @param usersPerDay how many of those who came a day would be in the experiment, by its targets and total traffic
 * @param mean the metric's value
 * @param variance of a user's total, of a ratio by the delta method
 * @param usersPerArm the users of the smallest arm; unequal arms are planned as if all had its size
 * @param usersNeeded of all arms together
 * @param daysNeeded until as many have come as are needed, if each day brings as many new ones as a day of the history
 * @param minimumLift the least lift that is found with the power in the days that the experiment is to run
 * @param powerAtEnd the power to find the lift in these days
 */
public record ExperimentPlan(
        Metric metric,
        Instant asOf,
        PlanQuery query,
        long users,
        double usersPerDay,
        double mean,
        double variance,
        Finding<Long> usersPerArm,
        Finding<Long> usersNeeded,
        Finding<Long> daysNeeded,
        Finding<Double> minimumLift,
        Finding<Double> powerAtEnd) {
    private static final double MOST_USERS = 1e15;

    /**
     * Makes a plan.
     *
     * @param experiment what is planned; only its definition is read
     * @param fold users of the history as if they had been exposed to the control at their first event there
     * @param query for what
     * @param duration how long the experiment is to run
     * @return the plan as of the fold's instant
     */
    public static ExperimentPlan of(Experiment experiment, ExperimentFold fold, PlanQuery query, Duration duration) {
        ExperimentDraft draft = experiment.definition();
        Metric metric = fold.metrics().get(0);
        int control = draft.variants().indexOf(draft.control());
        ArmSums sums = new ArmSums();
        fold.sums(0).values().forEach(arms -> sums.merge(arms[control]));
        long came = 0;
        for (ExperimentFold.Stratum stratum : fold.strata(any -> true)) {
            came += fold.users(stratum)[control];
        }
        double days = query.history().toMillis() / (double) Duration.ofDays(1).toMillis();
        double usersPerDay = came / days * draft.allocation().total() / Allocation.WHOLE;
        double smallest = draft.variants().stream()
                        .mapToInt(Variant::weight)
                        .filter(weight -> weight > 0)
                        .min()
                        .orElse(Allocation.WHOLE)
                / (double) Allocation.WHOLE;
        boolean known = sums.n >= 2 && sums.isSound();
        double mean = known ? ArmEstimate.sample(metric, sums).mean() : 0;
        double variance = known ? ArmEstimate.sample(metric, sums).variance() : 0;
        Finding<LiftPower> ofOne =
                known && mean != 0 && variance > 0 && Double.isFinite(mean) && Double.isFinite(variance)
                        ? Finding.of(new LiftPower(mean, variance, 1))
                        : Finding.insufficientData(
                                !known
                                        ? Shortage.TOO_FEW_OBSERVATIONS
                                        : mean == 0 ? Shortage.NO_BASELINE : Shortage.NO_VARIANCE);
        Finding<Double> exact = ofOne.flatMap(one -> {
            // The error falls with the root of the users, so the users follow from the error of one.
            double errors = Power.minimumEffect(
                            one.standardError(query.lift()), Alternative.TWO_SIDED, query.alpha(), query.power())
                    / query.lift();
            double perArm = Math.max(2, errors * errors);
            return perArm < MOST_USERS ? Finding.of(perArm) : Finding.<Double>insufficientData(Shortage.OUT_OF_REACH);
        });
        Finding<Long> needed = exact.map(perArm -> (long) Math.ceil(Math.ceil(perArm) / smallest));
        Finding<Long> daysNeeded = needed.flatMap(all -> usersPerDay > 0
                ? Finding.of((long) Math.ceil(all / usersPerDay))
                : Finding.<Long>insufficientData(Shortage.TOO_FEW_OBSERVATIONS));
        double perArmAtEnd =
                usersPerDay * duration.toMillis() / Duration.ofDays(1).toMillis() * smallest;
        Finding<LiftPower> atEnd = ofOne.flatMap(one -> perArmAtEnd >= 2
                ? Finding.of(new LiftPower(one.mean(), one.variance(), perArmAtEnd))
                : Finding.<LiftPower>insufficientData(Shortage.TOO_FEW_OBSERVATIONS));
        return new ExperimentPlan(
                metric,
                fold.asOf(),
                query,
                sums.n,
                usersPerDay,
                Double.isFinite(mean) ? mean : 0,
                Double.isFinite(variance) ? variance : 0,
                exact.map(perArm -> (long) Math.ceil(perArm)),
                needed,
                daysNeeded,
                atEnd.flatMap(end -> end.minimumLift(query.power(), Alternative.TWO_SIDED, query.alpha())),
                atEnd.map(end -> end.power(query.lift(), Alternative.TWO_SIDED, query.alpha())));
    }
}
