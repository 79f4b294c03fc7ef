package io.behavioranalytics.examples.conformance;

import static io.behavioranalytics.examples.conformance.Answers.found;

import io.behavioranalytics.statistics.Alternative;
import io.behavioranalytics.statistics.CovariateRatioSample;
import io.behavioranalytics.statistics.CovariateRatioSample.Products;
import io.behavioranalytics.statistics.CovariateSample;
import io.behavioranalytics.statistics.Effect;
import io.behavioranalytics.statistics.EffectScale;
import io.behavioranalytics.statistics.Finding;
import io.behavioranalytics.statistics.MeanTest;
import io.behavioranalytics.statistics.Observed;
import io.behavioranalytics.statistics.PostStratification;
import io.behavioranalytics.statistics.PostStratification.Stratum;
import io.behavioranalytics.statistics.RatioSample;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** GrowthBook's post-stratified effects: means, ratios, and both with covariates. */
final class GbstatsPoststratification implements Kind {
    private static final String STRATA = "strata_[control,treatment]";
    private static final String PRODUCTS = "_sum_of_products";

    @Override
    public String name() {
        return "gbstats_poststratification";
    }

    @Override
    public Object answer(Fields outer) {
        Fields inputs = outer.object("inputs");
        Effect effect = found(effect(inputs, Answers.scale(inputs)));
        return Answers.of(MeanTest.z(effect, Alternative.TWO_SIDED, inputs.number("alpha", 0.05)));
    }

    private static Finding<Effect> effect(Fields inputs, EffectScale scale) {
        List<Stratum<Fields>> strata = strata(inputs);
        Fields first = strata.get(0).control();
        if (first.has("m_statistic_post")) {
            return PostStratification.ofCovariateRatios(each(strata, GbstatsPoststratification::covariateRatio), scale);
        }
        if (first.has("m_statistic")) {
            return PostStratification.ofRatios(each(strata, GbstatsPoststratification::ratio), scale);
        }
        if (first.has("post_statistic")) {
            return PostStratification.ofCovariates(each(strata, GbstatsPoststratification::covariate), scale);
        }
        return PostStratification.ofMeans(each(strata, arm -> GrowthBookArm.observed(arm, "")), scale);
    }

    private static List<Stratum<Fields>> strata(Fields inputs) {
        List<Stratum<Fields>> strata = new ArrayList<>();
        for (Object stratum : inputs.list(STRATA)) {
            String path = inputs.path(STRATA) + "[" + strata.size() + "]";
            List<?> arms = Fields.list(stratum, path);
            if (arms.size() != 2) {
                throw new MalformedException(path + " must be control and treatment");
            }
            strata.add(new Stratum<>(Fields.of(arms.get(0), path + "[0]"), Fields.of(arms.get(1), path + "[1]")));
        }
        if (strata.isEmpty()) {
            throw new MalformedException(inputs.path(STRATA) + " must not be empty");
        }
        return strata;
    }

    private static <T> List<Stratum<T>> each(List<Stratum<Fields>> strata, Function<Fields, T> read) {
        List<Stratum<T>> result = new ArrayList<>();
        for (Stratum<Fields> stratum : strata) {
            result.add(new Stratum<>(read.apply(stratum.control()), read.apply(stratum.treatment())));
        }
        return result;
    }

    private static Observed part(Fields arm, String name) {
        return GrowthBookArm.observed(arm.object(name), "");
    }

    private static RatioSample ratio(Fields arm) {
        return new RatioSample(part(arm, "m_statistic"), part(arm, "d_statistic"), arm.number("m_d" + PRODUCTS));
    }

    private static CovariateSample covariate(Fields arm) {
        return new CovariateSample(
                part(arm, "post_statistic"), part(arm, "pre_statistic"), arm.number("post_pre" + PRODUCTS));
    }

    private static CovariateRatioSample covariateRatio(Fields arm) {
        return new CovariateRatioSample(
                part(arm, "m_statistic_post"),
                part(arm, "d_statistic_post"),
                part(arm, "m_statistic_pre"),
                part(arm, "d_statistic_pre"),
                new Products(
                        arm.number("m_post_d_post" + PRODUCTS),
                        arm.number("m_post_m_pre" + PRODUCTS),
                        arm.number("m_post_d_pre" + PRODUCTS),
                        arm.number("m_pre_d_post" + PRODUCTS),
                        arm.number("d_post_d_pre" + PRODUCTS),
                        arm.number("m_pre_d_pre" + PRODUCTS)));
    }
}
