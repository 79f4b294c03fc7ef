package io.behavioranalytics.experiment;

import io.behavioranalytics.condition.Condition;
import io.behavioranalytics.condition.DefinitionJson;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.json.InvalidDefinitionException;
import io.behavioranalytics.json.Json;
import io.behavioranalytics.json.Violation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What an author says of an experiment; the rest of an {@link Experiment} (id, version, phases, instants) is the library's.
 *
 * <p>A draft may be faulty: {@link #violations} says how, and a faulty one cannot be saved.
 *
 * @param key the key, or null to take the slug of the name; see {@link io.behavioranalytics.condition.DefinitionKey}
 * @param name what people call it, 1 to 200 characters, not blank
 * @param description what it is for, at most 2,000 characters, or null
 * @param type what is varied
 * @param status where its life is to stand
 * @param hypothesis what is expected, 1 to 2,000 characters
 * @param successMetrics names of metrics, 1 to 20: predefined ones, or those of {@code metrics}; the first one decides
 * @param guardrails metrics that must not get worse, at most 20
 * @param metrics metrics of its own, at most 40
 * @param targetSegments keys or ids of segments of which the subject must be in at least one; empty for everybody
 * @param conditions what must hold of the profile and of the attributes that the host gives, all of them; at most 100
 * @param allocation how traffic is given to the variants
 * @param variants 2 to 100, one of them the control
 * @param exclusionGroup its part of a group of experiments that exclude each other, or null
 * @param forced variants that some subjects get for trying it out, by the subject's id, at most 1,000; they are in no analysis
 * @param seed what the hash begins with, 1 to 128 characters; null for the key
 * @param hashVersion 2, or 1 for an experiment that began in another system with it
 * @param startDate when it begins once it runs, or null for at once
 * @param endDate when it ends, excluded, or null for the setting's duration after the start
 */
public record ExperimentDraft(
        @Nullable String key,
        String name,
        @Nullable String description,
        Experiment.Type type,
        Experiment.Status status,
        String hypothesis,
        List<String> successMetrics,
        List<Guardrail> guardrails,
        List<Metric> metrics,
        List<String> targetSegments,
        List<Condition> conditions,
        Allocation allocation,
        List<Variant> variants,
        @Nullable ExclusionGroup exclusionGroup,
        Map<String, String> forced,
        @Nullable String seed,
        int hashVersion,
        @Nullable Instant startDate,
        @Nullable Instant endDate) {
    /** Copies the lists and the map, in their order. */
    public ExperimentDraft {
        successMetrics = List.copyOf(successMetrics);
        guardrails = List.copyOf(guardrails);
        metrics = List.copyOf(metrics);
        targetSegments = List.copyOf(targetSegments);
        conditions = List.copyOf(conditions);
        variants = List.copyOf(variants);
        forced = Collections.unmodifiableMap(new LinkedHashMap<>(forced));
    }

    /**
     * Begins a draft for everybody, by the hash alone, that is not started.
     *
     * @param name what people call it
     * @param type what is varied
     * @return a builder
     */
    public static ExperimentDraftBuilder builder(String name, Experiment.Type type) {
        return new ExperimentDraftBuilder(name, type);
    }

    /**
     * Reads a draft from JSON and checks all of it but the event types against a catalog.
     *
     * @param json the whole document, at most 500,000 bytes
     * @return the draft
     * @throws InvalidDefinitionException listing everything that is wrong
     */
    public static ExperimentDraft fromJson(String json) {
        return fromJson(json, type -> true);
    }

    /**
     * Reads a draft from JSON and checks it.
     *
     * @param json the whole document, at most 500,000 bytes
     * @param knownTypes tells which event types there are; all of them for an open catalog
     * @return the draft
     * @throws InvalidDefinitionException listing everything that is wrong
     */
    public static ExperimentDraft fromJson(String json, Predicate<EventType> knownTypes) {
        return ExperimentJson.readDraft(json, knownTypes);
    }

    /**
     * Writes this draft as JSON.
     *
     * @return JSON that {@link #fromJson(String)} reads as an equal draft, if the draft has no fault
     */
    public String toJson() {
        return Json.write(ExperimentJson.write(this));
    }

    /**
     * Finds everything that is wrong with this draft by itself.
     *
     * @param knownTypes tells which event types there are; all of them for an open catalog
     * @return the violations, empty if it can be saved
     */
    public List<Violation> violations(Predicate<EventType> knownTypes) {
        List<Violation> out = new ArrayList<>();
        DefinitionJson.checkHeader(key, name, description, out);
        new ExperimentValidator(knownTypes, out).check(this);
        if (out.isEmpty()) {
            reread(knownTypes, out);
        }
        return out;
    }

    /** Refuses what was built in Java and could not be read from a store again: lone surrogates, NUL. */
    private void reread(Predicate<EventType> knownTypes, List<Violation> out) {
        try {
            ExperimentJson.readDraft(toJson(), knownTypes);
        } catch (InvalidDefinitionException e) {
            out.addAll(e.violations());
        }
    }

    /**
     * The key that the experiment will have: the one given, else the slug of the name.
     *
     * @return the key
     * @throws InvalidDefinitionException if none was given and none can be made of the name
     */
    public String resolvedKey() {
        return DefinitionJson.resolveKey(key, name);
    }

    /**
     * Finds a metric that this experiment may name.
     *
     * @param metric its name
     * @return its own, else the predefined one, or empty if there is none
     */
    public Optional<Metric> metric(String metric) {
        return metrics.stream()
                .filter(own -> own.name().equals(metric))
                .findFirst()
                .or(() -> PredefinedMetrics.find(metric));
    }

    /**
     * Finds a variant.
     *
     * @param id the variant's id
     * @return the variant, or empty if there is none
     */
    public Optional<Variant> variant(String id) {
        return variants.stream().filter(variant -> variant.id().equals(id)).findFirst();
    }

    /**
     * The variant that the others are compared with.
     *
     * @return the control
     * @throws IllegalStateException if there is none, which no saved experiment is
     */
    public Variant control() {
        return variants.stream()
                .filter(Variant::isControl)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("an experiment has a control"));
    }

    /**
     * A builder that holds all of this draft.
     *
     * @return the builder
     */
    public ExperimentDraftBuilder toBuilder() {
        return new ExperimentDraftBuilder(this);
    }
}
