package io.behavioranalytics.experiment;

import io.behavioranalytics.experiment.Experiment.Status;
import io.behavioranalytics.experiment.ExperimentFold.Stratum;
import io.behavioranalytics.experiment.ExperimentResults.SampleRatio;
import io.behavioranalytics.experiment.MetricResult.ArmValue;
import io.behavioranalytics.experiment.MetricResult.Comparison;
import io.behavioranalytics.experiment.MetricResult.Guard;
import io.behavioranalytics.experiment.MetricResult.Role;
import io.behavioranalytics.statistics.Alternative;
import io.behavioranalytics.statistics.ChiSquaredTest;
import io.behavioranalytics.statistics.ConfidenceSequence;
import io.behavioranalytics.statistics.Effect;
import io.behavioranalytics.statistics.EffectPosterior;
import io.behavioranalytics.statistics.EffectScale;
import io.behavioranalytics.statistics.Finding;
import io.behavioranalytics.statistics.MeanTest;
import io.behavioranalytics.statistics.NormalPrior;
import io.behavioranalytics.statistics.Proportion;
import io.behavioranalytics.statistics.SampleRatioTest;
import io.behavioranalytics.statistics.Shortage;
import io.behavioranalytics.statistics.TestResult;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Makes results of a fold. Pure: the same fold and query give the same numbers. */
public final class ResultsAnalysis {
    private final Experiment experiment;
    private final ExperimentDraft draft;
    private final ExperimentFold fold;
    private final ResultsQuery query;
    private final List<Variant> variants;
    private final int control;

    private ResultsAnalysis(Experiment experiment, ExperimentFold fold, ResultsQuery query) {
        this.experiment = experiment;
        this.fold = fold;
        this.query = query;
        draft = experiment.definition();
        variants = draft.variants();
        control = variants.indexOf(draft.control());
    }

    /**
     * Makes results.
     *
     * @param experiment what was measured
     * @param fold the exposed users
     * @param query how results are computed
     * @param crossovers how many users were left out because they were shown several variants
     * @return the results as of the fold's instant
     */
    public static ExperimentResults of(
            Experiment experiment, ExperimentFold fold, ResultsQuery query, long crossovers) {
        return new ResultsAnalysis(experiment, fold, query).results(crossovers);
    }

    private ExperimentResults results(long crossovers) {
        boolean ended = experiment.statusAt(fold.asOf()) == Status.COMPLETED;
        Map<String, Long> users = new LinkedHashMap<>();
        for (int v = 0; v < variants.size(); v++) {
            long count = 0;
            for (Stratum stratum : fold.strata(any -> true)) {
                count += fold.users(stratum)[v];
            }
            users.put(variants.get(v).id(), count);
        }
        List<SampleRatio> ratios = sampleRatios();
        List<MetricResult> metrics = corrected(metrics(any -> true, ended));
        List<ExperimentResults.Group> groups = query.breakdown() == null ? List.of() : groups(ended);
        boolean mismatch = ratios.stream().anyMatch(SampleRatio::isMismatch);
        List<ExperimentResults.Decision> decisions = new ArrayList<>();
        for (Variant variant : variants) {
            if (!variant.isControl()) {
                decisions.add(new VariantVerdict(variant.id(), metrics, query.alpha(), ended, mismatch).decision());
            }
        }
        return new ExperimentResults(
                experiment,
                fold.asOf(),
                experiment.isStarted() ? experiment.phase().bucketVersion() : 0,
                ended,
                query,
                users,
                crossovers,
                ratios,
                metrics,
                groups,
                decisions,
                VariantVerdict.together(decisions, metrics));
    }

    /** Users by phase and band, whatever their groups, against the weights that they had. */
    private List<SampleRatio> sampleRatios() {
        Map<Stratum, long[]> counts = new TreeMap<>();
        for (Stratum stratum : fold.strata(any -> true)) {
            long[] users = fold.users(stratum);
            long[] sum = counts.computeIfAbsent(
                    new Stratum(ExperimentFold.EVERYBODY, stratum.phase(), stratum.band()),
                    same -> new long[variants.size()]);
            for (int v = 0; v < users.length; v++) {
                sum[v] += users[v];
            }
        }
        List<SampleRatio> ratios = new ArrayList<>();
        counts.forEach((stratum, users) -> experiment
                .phase(stratum.phase())
                .filter(phase -> stratum.band() < phase.bands().size())
                .ifPresent(phase -> {
                    Map<String, Integer> weights = phase.weights(stratum.band());
                    List<Long> observed = new ArrayList<>();
                    List<Double> expected = new ArrayList<>();
                    Map<String, Long> byVariant = new LinkedHashMap<>();
                    for (int v = 0; v < variants.size(); v++) {
                        String id = variants.get(v).id();
                        observed.add(users[v]);
                        expected.add((double) Objects.requireNonNullElse(weights.get(id), 0));
                        byVariant.put(id, users[v]);
                    }
                    ratios.add(new SampleRatio(
                            stratum.phase(), stratum.band(), byVariant, SampleRatioTest.of(observed, expected)));
                }));
        return ratios;
    }

    // ---- metrics

    private List<MetricResult> metrics(Function<Stratum, Boolean> wanted, boolean ended) {
        List<MetricResult> results = new ArrayList<>();
        List<Metric> measured = fold.metrics();
        for (int m = 0; m < measured.size(); m++) {
            results.add(metric(m, measured.get(m), wanted, ended));
        }
        return results;
    }

    private List<MetricResult> corrected(List<MetricResult> results) {
        return query.correction() == null ? results : new CorrectedMetrics(query.correction()).of(results);
    }

    /** The groups of the breakdown. Their p-values are one family: who looks at all groups looks that often. */
    private List<ExperimentResults.Group> groups(boolean ended) {
        List<String> names = fold.groups();
        List<MetricResult> all = new ArrayList<>();
        names.forEach(name -> all.addAll(metrics(stratum -> stratum.group().equals(name), ended)));
        List<MetricResult> corrected = corrected(all);
        int each = fold.metrics().size();
        List<ExperimentResults.Group> groups = new ArrayList<>();
        for (int g = 0; g < names.size(); g++) {
            groups.add(new ExperimentResults.Group(names.get(g), corrected.subList(g * each, (g + 1) * each)));
        }
        return groups;
    }

    private MetricResult metric(int m, Metric metric, Function<Stratum, Boolean> wanted, boolean ended) {
        Map<Stratum, ArmSums[]> strata = new TreeMap<>();
        long[] immature = new long[variants.size()];
        fold.sums(m).forEach((stratum, arms) -> {
            if (wanted.apply(stratum)) {
                // Users had the same chances whatever their group.
                ArmSums[] together = strata.computeIfAbsent(
                        new Stratum(ExperimentFold.EVERYBODY, stratum.phase(), stratum.band()), same -> empty());
                for (int v = 0; v < together.length; v++) {
                    together[v].merge(arms[v]);
                    immature[v] += fold.immature(stratum, m, v);
                }
            }
        });
        List<ArmValue> arms = new ArrayList<>();
        for (int v = 0; v < variants.size(); v++) {
            arms.add(arm(metric, strata, v, immature[v]));
        }
        long mixed = strata.values().stream()
                .filter(sums -> Arrays.stream(sums).filter(arm -> arm.n > 0).count() > 1)
                .count();
        Finding<ChiSquaredTest> homogeneity = metric.kind().isBinary() ? homogeneity(strata) : null;
        List<Comparison> comparisons = new ArrayList<>();
        for (int v = 0; v < variants.size(); v++) {
            if (v != control) {
                comparisons.add(comparison(metric, strata, v, arms, ended));
            }
        }
        return new MetricResult(metric, role(metric), (int) mixed, fold.percentile(m), arms, homogeneity, comparisons);
    }

    private Role role(Metric metric) {
        int place = draft.successMetrics().indexOf(metric.name());
        if (place >= 0) {
            return place == 0 ? Role.PRIMARY : Role.SUCCESS;
        }
        return guardrail(metric) == null ? Role.MEASURED : Role.GUARDRAIL;
    }

    private @Nullable Guardrail guardrail(Metric metric) {
        return draft.guardrails().stream()
                .filter(one -> one.metric().equals(metric.name()))
                .findFirst()
                .orElse(null);
    }

    private ArmSums[] empty() {
        ArmSums[] sums = new ArmSums[variants.size()];
        for (int v = 0; v < sums.length; v++) {
            sums[v] = new ArmSums();
        }
        return sums;
    }

    private ArmValue arm(Metric metric, Map<Stratum, ArmSums[]> strata, int v, long immature) {
        long n = 0;
        double x = 0;
        double y = 0;
        for (ArmSums[] arms : strata.values()) {
            n += arms[v].n;
            x += arms[v].x;
            y += arms[v].y;
        }
        double value = metric.kind().isRatio() ? x / y : x / n;
        return new ArmValue(variants.get(v).id(), n, immature, Double.isFinite(value) ? value : null);
    }

    /** All arms in each stratum, since strata may differ in their proportions and their arms' weights. */
    private Finding<ChiSquaredTest> homogeneity(Map<Stratum, ArmSums[]> strata) {
        long[] users = new long[variants.size()];
        List<ChiSquaredTest> tests = new ArrayList<>();
        for (ArmSums[] sums : strata.values()) {
            List<Proportion> arms = new ArrayList<>();
            for (int v = 0; v < sums.length; v++) {
                users[v] += sums[v].n;
                if (sums[v].n > 0) {
                    arms.add(new Proportion(Math.round(sums[v].x), sums[v].n));
                }
            }
            if (arms.size() > 1) {
                ChiSquaredTest.homogeneity(arms).value().ifPresent(tests::add);
            }
        }
        long[] seen = Arrays.stream(users).filter(n -> n > 0).toArray();
        if (seen.length < 2 || Arrays.stream(seen).anyMatch(n -> n < query.minSampleSize())) {
            return Finding.insufficientData(Shortage.TOO_FEW_OBSERVATIONS);
        }
        return tests.isEmpty()
                ? Finding.insufficientData(Shortage.NO_VARIANCE)
                : Finding.of(ChiSquaredTest.together(tests));
    }

    private Comparison comparison(
            Metric metric, Map<Stratum, ArmSums[]> strata, int v, List<ArmValue> arms, boolean ended) {
        boolean few =
                arms.get(v).users() < query.minSampleSize() || arms.get(control).users() < query.minSampleSize();
        Finding<Effect> absolute = few
                ? Finding.insufficientData(Shortage.TOO_FEW_OBSERVATIONS)
                : ArmEstimate.effect(metric, strata, control, v, EffectScale.ABSOLUTE);
        Finding<Effect> relative = few
                ? Finding.insufficientData(Shortage.TOO_FEW_OBSERVATIONS)
                : ArmEstimate.effect(metric, strata, control, v, EffectScale.RELATIVE);
        List<ArmSums[]> both = ArmEstimate.both(strata, control, v);
        boolean stratified = both.size() > 1;
        long unmatched = users(strata.values(), v) - users(both, v);
        String method = (metric.kind().isBinary() ? "z_unpooled" : "welch_t") + (stratified ? "+post_stratified" : "");
        Finding<ArmEstimate.Means> means = few
                ? Finding.insufficientData(Shortage.TOO_FEW_OBSERVATIONS)
                : ArmEstimate.means(metric, strata, control, v);
        ConfidenceSequence sequence = ConfidenceSequence.twoSided(query.alpha(), query.sequentialTuning());
        NormalPrior prior = query.prior();
        Finding<EffectPosterior> posterior = prior == null
                ? relative.map(EffectPosterior::flat)
                : relative.flatMap(effect -> EffectPosterior.of(effect, prior));
        return new Comparison(
                variants.get(v).id(),
                method,
                unmatched,
                absolute.map(effect -> fixed(metric, effect, Alternative.TWO_SIDED)),
                relative.map(effect -> fixed(metric, effect, Alternative.TWO_SIDED)),
                OptionalDouble.empty(),
                absolute.map(sequence::test),
                means.flatMap(pair -> sequence.lift(pair.control(), pair.treatment())),
                OptionalDouble.empty(),
                posterior,
                cuped(metric, strata, v, few, EffectScale.ABSOLUTE),
                cuped(metric, strata, v, few, EffectScale.RELATIVE),
                guard(metric, absolute, means, ended));
    }

    /** The users of a treatment and the control. */
    private long users(Collection<ArmSums[]> strata, int v) {
        return strata.stream().mapToLong(arms -> arms[control].n + arms[v].n).sum();
    }

    private TestResult fixed(Metric metric, Effect effect, Alternative alternative) {
        return metric.kind().isBinary()
                ? MeanTest.z(effect, alternative, query.alpha())
                : MeanTest.welch(effect, alternative, query.alpha());
    }

    private @Nullable Finding<TestResult> cuped(
            Metric metric, Map<Stratum, ArmSums[]> strata, int v, boolean few, EffectScale scale) {
        if (metric.lookback() == null) {
            return null;
        }
        return few
                ? Finding.insufficientData(Shortage.TOO_FEW_OBSERVATIONS)
                : ReducedEffect.of(metric, strata, control, v, scale)
                        .map(effect -> fixed(metric, effect, Alternative.TWO_SIDED));
    }

    /**
     * Non-inferiority: whether the difference, turned so that more is better, and the margin's part of the control's value are more than 0
     * together. That is the lift against the margin, but no quotient, which a small control would make uncertain. While the experiment runs
     * the bound is one that holds at every look.
     */
    private @Nullable Guard guard(
            Metric metric, Finding<Effect> absolute, Finding<ArmEstimate.Means> means, boolean ended) {
        Guardrail guardrail = guardrail(metric);
        if (guardrail == null) {
            return null;
        }
        double sign = metric.goal() == Metric.Goal.INCREASE ? 1 : -1;
        return absolute.flatMap(effect -> means.map(both -> {
                    double c = both.control().mean();
                    double ofControl = guardrail.margin() * Math.signum(c) - sign;
                    double left = sign * both.treatment().mean() + ofControl * c;
                    double variance = both.treatment().variance()
                            + ofControl * ofControl * both.control().variance();
                    if (c == 0 || !Double.isFinite(left) || !(variance > 0) || Double.isInfinite(variance)) {
                        return Guard.UNDECIDED;
                    }
                    Effect more = new Effect(
                            left, Math.sqrt(variance), effect.degreesOfFreedom(), effect.n(), EffectScale.ABSOLUTE, 0);
                    OptionalDouble least = bound(metric, more, Alternative.GREATER, ended)
                            .interval()
                            .lower();
                    OptionalDouble most = bound(metric, more, Alternative.LESS, ended)
                            .interval()
                            .upper();
                    if (least.isPresent() && least.getAsDouble() > 0) {
                        return Guard.HOLDS;
                    }
                    return most.isPresent() && most.getAsDouble() < 0 ? Guard.BROKEN : Guard.UNDECIDED;
                }))
                .value()
                .orElse(Guard.UNDECIDED);
    }

    private TestResult bound(Metric metric, Effect effect, Alternative alternative, boolean ended) {
        // A one-sided sequence needs a level below a half.
        double level = Math.min(query.alpha(), 0.499);
        return ended
                ? fixed(metric, effect, alternative)
                : ConfidenceSequence.of(alternative, level, query.sequentialTuning())
                        .test(effect);
    }
}
