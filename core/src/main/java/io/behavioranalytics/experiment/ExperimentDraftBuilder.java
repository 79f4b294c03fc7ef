package io.behavioranalytics.experiment;

import io.behavioranalytics.condition.Condition;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Collects what an author says of an experiment. Not safe for several threads; may be built from more than once. */
public final class ExperimentDraftBuilder {
    private final String name;
    private final Experiment.Type type;
    private final List<String> successMetrics = new ArrayList<>();
    private final List<Guardrail> guardrails = new ArrayList<>();
    private final List<Metric> metrics = new ArrayList<>();
    private final List<String> targetSegments = new ArrayList<>();
    private final List<Condition> conditions = new ArrayList<>();
    private final List<Variant> variants = new ArrayList<>();
    private final Map<String, String> forced = new LinkedHashMap<>();
    private @Nullable String key;
    private @Nullable String description;
    private Experiment.Status status = Experiment.Status.DRAFT;
    private String hypothesis = "";
    private Allocation allocation = Allocation.everybody();
    private @Nullable ExclusionGroup exclusionGroup;
    private @Nullable String seed;
    private int hashVersion = 2;
    private @Nullable Instant startDate;
    private @Nullable Instant endDate;

    ExperimentDraftBuilder(String name, Experiment.Type type) {
        this.name = name;
        this.type = type;
    }

    ExperimentDraftBuilder(ExperimentDraft draft) {
        this(draft.name(), draft.type());
        key = draft.key();
        description = draft.description();
        status = draft.status();
        hypothesis = draft.hypothesis();
        successMetrics.addAll(draft.successMetrics());
        guardrails.addAll(draft.guardrails());
        metrics.addAll(draft.metrics());
        targetSegments.addAll(draft.targetSegments());
        conditions.addAll(draft.conditions());
        allocation = draft.allocation();
        variants.addAll(draft.variants());
        exclusionGroup = draft.exclusionGroup();
        forced.putAll(draft.forced());
        seed = draft.seed();
        hashVersion = draft.hashVersion();
        startDate = draft.startDate();
        endDate = draft.endDate();
    }

    /**
     * Sets the key.
     *
     * @param value the key
     * @return this builder
     */
    public ExperimentDraftBuilder key(String value) {
        key = value;
        return this;
    }

    /**
     * Sets what it is for.
     *
     * @param value at most 2,000 characters
     * @return this builder
     */
    public ExperimentDraftBuilder description(String value) {
        description = value;
        return this;
    }

    /**
     * Sets where its life is to stand.
     *
     * @param value the status
     * @return this builder
     */
    public ExperimentDraftBuilder status(Experiment.Status value) {
        status = value;
        return this;
    }

    /**
     * Sets what is expected.
     *
     * @param value 1 to 2,000 characters
     * @return this builder
     */
    public ExperimentDraftBuilder hypothesis(String value) {
        hypothesis = value;
        return this;
    }

    /**
     * Adds a metric that it is to move; the first one decides.
     *
     * @param metric the name of a predefined metric or of one of its own
     * @return this builder
     */
    public ExperimentDraftBuilder successMetric(String metric) {
        successMetrics.add(metric);
        return this;
    }

    /**
     * Adds a metric of its own that it is to move; the first one decides.
     *
     * @param metric the metric
     * @return this builder
     */
    public ExperimentDraftBuilder successMetric(Metric metric) {
        return metric(metric).successMetric(metric.name());
    }

    /**
     * Adds a metric of its own, which is measured and decides nothing.
     *
     * @param metric the metric
     * @return this builder
     */
    public ExperimentDraftBuilder metric(Metric metric) {
        metrics.add(metric);
        return this;
    }

    /**
     * Adds a metric that must not get worse.
     *
     * @param metric the name of a metric
     * @param margin how much worse than the control it may be, 0 to 1
     * @return this builder
     */
    public ExperimentDraftBuilder guardrail(String metric, double margin) {
        guardrails.add(new Guardrail(metric, margin));
        return this;
    }

    /**
     * Adds a segment; the subject must be in at least one of those added.
     *
     * @param keyOrId the segment
     * @return this builder
     */
    public ExperimentDraftBuilder targetSegment(String keyOrId) {
        targetSegments.add(keyOrId);
        return this;
    }

    /**
     * Adds a condition.
     *
     * @param condition on the profile or on an attribute
     * @return this builder
     */
    public ExperimentDraftBuilder when(Condition condition) {
        conditions.add(condition);
        return this;
    }

    /**
     * Sets how traffic is given to the variants.
     *
     * @param value the allocation
     * @return this builder
     */
    public ExperimentDraftBuilder allocation(Allocation value) {
        allocation = value;
        return this;
    }

    /**
     * Adds the variant that the others are compared with.
     *
     * @param variant its name
     * @param weight its part in basis points
     * @return this builder
     */
    public ExperimentDraftBuilder control(String variant, int weight) {
        return variant(Variant.of(variant, true, weight, Map.of()));
    }

    /**
     * Adds a variant.
     *
     * @param variant its name
     * @param weight its part in basis points
     * @return this builder
     */
    public ExperimentDraftBuilder variant(String variant, int weight) {
        return variant(Variant.of(variant, false, weight, Map.of()));
    }

    /**
     * Adds a variant.
     *
     * @param variant the variant
     * @return this builder
     */
    public ExperimentDraftBuilder variant(Variant variant) {
        variants.add(variant);
        return this;
    }

    /**
     * Sets all variants anew.
     *
     * @param all the variants
     * @return this builder
     */
    public ExperimentDraftBuilder variants(List<Variant> all) {
        variants.clear();
        variants.addAll(all);
        return this;
    }

    /**
     * Sets its part of a group of experiments that exclude each other.
     *
     * @param value the part
     * @return this builder
     */
    public ExperimentDraftBuilder exclusionGroup(ExclusionGroup value) {
        exclusionGroup = value;
        return this;
    }

    /**
     * Gives a subject a variant to try it out; it is in no analysis.
     *
     * @param subject the subject's id
     * @param variant the variant's id
     * @return this builder
     */
    public ExperimentDraftBuilder force(String subject, String variant) {
        forced.put(subject, variant);
        return this;
    }

    /**
     * Sets how it is hashed, for an experiment that began in another system.
     *
     * @param value what the hash begins with
     * @param version 1 or 2
     * @return this builder
     */
    public ExperimentDraftBuilder hash(String value, int version) {
        seed = value;
        hashVersion = version;
        return this;
    }

    /**
     * Sets when it begins once it runs.
     *
     * @param value the instant
     * @return this builder
     */
    public ExperimentDraftBuilder startDate(Instant value) {
        startDate = value;
        return this;
    }

    /**
     * Sets when it ends.
     *
     * @param value the instant, excluded
     * @return this builder
     */
    public ExperimentDraftBuilder endDate(Instant value) {
        endDate = value;
        return this;
    }

    /**
     * Makes the draft.
     *
     * @return the draft
     */
    public ExperimentDraft build() {
        return new ExperimentDraft(
                key,
                name,
                description,
                type,
                status,
                hypothesis,
                successMetrics,
                guardrails,
                metrics,
                targetSegments,
                conditions,
                allocation,
                variants,
                exclusionGroup,
                forced,
                seed,
                hashVersion,
                startDate,
                endDate);
    }
}
