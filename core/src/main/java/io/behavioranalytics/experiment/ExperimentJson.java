package io.behavioranalytics.experiment;

import io.behavioranalytics.condition.Condition;
import io.behavioranalytics.condition.ConditionJson;
import io.behavioranalytics.condition.DefinitionJson;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.json.InvalidDefinitionException;
import io.behavioranalytics.json.Json;
import io.behavioranalytics.json.JsonObject;
import io.behavioranalytics.json.Violation;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Experiments as JSON: drafts as authors write them, and saved experiments with all that the library adds. */
public final class ExperimentJson {
    private ExperimentJson() {}

    // ---- writing

    /**
     * Writes a saved experiment.
     *
     * @param experiment any experiment
     * @return JSON that {@link #read} reads as an equal experiment
     */
    public static String write(Experiment experiment) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        object.put("id", experiment.id().toString());
        object.put("version", experiment.version());
        object.putAll(write(experiment.definition()));
        object.put(
                "phases",
                experiment.phases().stream().map(ExperimentJson::write).toList());
        object.put("minBucketVersion", (long) experiment.minBucketVersion());
        put(object, "startsAt", experiment.startsAt());
        put(object, "endsAt", experiment.endsAt());
        if (experiment.winner() != null) {
            object.put("winner", experiment.winner());
        }
        object.put("createdAt", experiment.createdAt().toString());
        object.put("updatedAt", experiment.updatedAt().toString());
        return Json.write(object);
    }

    private static void put(Map<String, @Nullable Object> object, String name, @Nullable Instant instant) {
        if (instant != null) {
            object.put(name, instant.toString());
        }
    }

    private static Map<String, @Nullable Object> write(Phase phase) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        object.put("startedAt", phase.startedAt().toString());
        object.put("bucketVersion", (long) phase.bucketVersion());
        object.put("weights", AllocationJson.weights(phase.weights()));
        object.put("bands", phase.bands().stream().map(AllocationJson::write).toList());
        return object;
    }

    static Map<String, @Nullable Object> write(ExperimentDraft draft) {
        Map<String, @Nullable Object> object = DefinitionJson.header(draft.key(), draft.name(), draft.description());
        object.put("type", draft.type().json());
        object.put("status", draft.status().json());
        object.put("hypothesis", draft.hypothesis());
        object.put("successMetrics", draft.successMetrics());
        if (!draft.guardrails().isEmpty()) {
            List<Object> guardrails = new ArrayList<>();
            for (Guardrail guardrail : draft.guardrails()) {
                guardrails.add(Map.of("metric", guardrail.metric(), "margin", Json.fromDouble(guardrail.margin())));
            }
            object.put("guardrails", guardrails);
        }
        if (!draft.metrics().isEmpty()) {
            object.put(
                    "metrics", draft.metrics().stream().map(MetricJson::write).toList());
        }
        object.put("targetSegments", draft.targetSegments());
        if (!draft.conditions().isEmpty()) {
            object.put(
                    "conditions",
                    draft.conditions().stream().map(ConditionJson::write).toList());
        }
        object.put("trafficAllocation", AllocationJson.write(draft.allocation()));
        object.put(
                "variants", draft.variants().stream().map(ExperimentJson::write).toList());
        ExclusionGroup group = draft.exclusionGroup();
        if (group != null) {
            Map<String, Object> part = new LinkedHashMap<>();
            part.put("name", group.name());
            part.put("from", AllocationJson.percent(group.start()));
            part.put("to", AllocationJson.percent(group.end()));
            object.put("exclusionGroup", part);
        }
        if (!draft.forced().isEmpty()) {
            object.put("forcedVariants", draft.forced());
        }
        if (draft.seed() != null) {
            object.put("seed", draft.seed());
        }
        if (draft.hashVersion() != 2) {
            object.put("hashVersion", (long) draft.hashVersion());
        }
        put(object, "startDate", draft.startDate());
        put(object, "endDate", draft.endDate());
        return object;
    }

    private static Map<String, @Nullable Object> write(Variant variant) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        object.put("id", variant.id());
        object.put("name", variant.name());
        if (variant.description() != null) {
            object.put("description", variant.description());
        }
        if (!variant.content().isEmpty()) {
            object.put("content", variant.content());
        }
        object.put("isControl", variant.isControl());
        object.put("trafficPercentage", AllocationJson.percent(variant.weight()));
        return object;
    }

    // ---- reading

    /**
     * Reads a saved experiment.
     *
     * @param json what {@link #write(Experiment)} wrote
     * @return the experiment
     * @throws InvalidDefinitionException listing everything that is wrong
     */
    public static Experiment read(String json) {
        List<Violation> out = new ArrayList<>();
        JsonObject object = DefinitionJson.parse(json, out);
        UUID id = DefinitionJson.id(object);
        long version = object.integer("version", 1, Long.MAX_VALUE);
        List<Phase> phases = new ArrayList<>();
        for (JsonObject phase : object.objects("phases")) {
            phases.add(new Phase(
                    phases.size() + 1,
                    phase.instant("startedAt"),
                    (int) phase.integer("bucketVersion", 0, Integer.MAX_VALUE),
                    AllocationJson.weights(phase, "weights"),
                    AllocationJson.bands(phase, "bands")));
        }
        int minBucketVersion = (int) object.integer("minBucketVersion", 0, Integer.MAX_VALUE);
        Instant startsAt = object.optionalInstant("startsAt");
        Instant endsAt = object.optionalInstant("endsAt");
        String winner = object.optionalText("winner", ExperimentValidator.ID_LENGTH);
        Instant createdAt = object.instant("createdAt");
        Instant updatedAt = object.instant("updatedAt");
        ExperimentDraft draft = readDraft(object, type -> true);
        return new Experiment(
                id,
                draft.resolvedKey(),
                version,
                draft,
                phases,
                minBucketVersion,
                startsAt,
                endsAt,
                winner,
                createdAt,
                updatedAt);
    }

    static ExperimentDraft readDraft(String json, Predicate<EventType> knownTypes) {
        return readDraft(DefinitionJson.parse(json, new ArrayList<>()), knownTypes);
    }

    private static ExperimentDraft readDraft(JsonObject object, Predicate<EventType> knownTypes) {
        List<Violation> out = object.violations();
        int faults = out.size();
        String key = object.optionalText("key", DefinitionJson.NAME_LENGTH);
        String name = object.text("name", DefinitionJson.NAME_LENGTH);
        String description = object.optionalText("description", DefinitionJson.DESCRIPTION_LENGTH);
        if (out.size() == faults) {
            DefinitionJson.checkHeader(key, name, description, out);
        }
        if (!object.has("type")) {
            object.violate("type", "REQUIRED", "must be given: content, layout, offer, message or flow");
        }
        Experiment.Type type =
                object.optionalChoice("type", Experiment.Type::parse, "content, layout, offer, message, flow");
        Experiment.Status status =
                object.optionalChoice("status", Experiment.Status::parse, "draft, running, paused, completed");
        String hypothesis = object.text("hypothesis", DefinitionJson.DESCRIPTION_LENGTH);
        List<String> successMetrics = object.texts("successMetrics");
        List<Guardrail> guardrails = guardrails(object);
        List<Metric> metrics = new ArrayList<>();
        for (JsonObject metric : object.objects("metrics")) {
            metrics.add(MetricJson.read(metric));
        }
        List<String> targets = object.texts("targetSegments");
        List<Condition> conditions = AllocationJson.conditions(object, "conditions");
        AllocationJson allocation = new AllocationJson(object);
        List<Variant> variants = variants(object, allocation);
        ExclusionGroup group = group(object);
        Map<String, String> forced = forced(object);
        String seed = object.optionalText("seed", ExperimentValidator.SEED_LENGTH);
        int hashVersion = (int) object.integer("hashVersion", 1, 2, 2);
        Instant startDate = object.optionalInstant("startDate");
        Instant endDate = object.optionalInstant("endDate");
        Allocation allocated = allocation.read();
        object.refuseUnknown();
        ExperimentDraft draft = new ExperimentDraft(
                key,
                name,
                description,
                type == null ? Experiment.Type.CONTENT : type,
                status == null ? Experiment.Status.DRAFT : status,
                hypothesis,
                successMetrics,
                guardrails,
                metrics,
                targets,
                conditions,
                allocated,
                variants,
                group,
                forced,
                seed,
                hashVersion,
                startDate,
                endDate);
        // What could be read is checked as well, so that everything is said at once; what could not was said already.
        List<Violation> said = List.copyOf(out);
        List<Violation> found = new ArrayList<>();
        new ExperimentValidator(knownTypes, found).check(draft);
        for (Violation violation : found) {
            if (said.stream().noneMatch(before -> touches(element(before.path()), violation.path()))) {
                out.add(violation);
            }
        }
        DefinitionJson.refuseIfAny(out);
        return draft;
    }

    /** The element of a list that a path leads into: what could not be read in it makes the rest of it uncertain. */
    private static String element(String path) {
        int end = path.indexOf(']');
        return end < 0 ? path : path.substring(0, end + 1);
    }

    /** Whether one path leads to the other, or into it. */
    private static boolean touches(String said, String path) {
        return said.equals(path) || leadsInto(path, said) || leadsInto(said, path);
    }

    private static boolean leadsInto(String path, String outer) {
        return path.startsWith(outer)
                && path.length() > outer.length()
                && (path.charAt(outer.length()) == '.' || path.charAt(outer.length()) == '[');
    }

    private static List<Guardrail> guardrails(JsonObject object) {
        List<Guardrail> guardrails = new ArrayList<>();
        for (JsonObject given : object.objects("guardrails")) {
            String metric = given.text("metric", ExperimentValidator.ID_LENGTH);
            BigDecimal margin = given.optionalDecimal("margin");
            given.refuseUnknown();
            guardrails.add(new Guardrail(metric, margin == null ? 0 : margin.doubleValue()));
        }
        return guardrails;
    }

    /** The variants stand at top level or in the allocation; both at once is refused (S27). */
    private static List<Variant> variants(JsonObject object, AllocationJson allocation) {
        List<Variant> variants = new ArrayList<>();
        List<JsonObject> given = object.objects("variants");
        List<JsonObject> inside = allocation.variants();
        if (object.has("variants") && allocation.hasVariants()) {
            object.violate("variants", "DUPLICATE", "stand in trafficAllocation too: give them at one place");
        } else if (!object.has("variants") && !allocation.hasVariants()) {
            object.violate("variants", "REQUIRED", "must be given: 2 to 100 variants, one of them the control");
        }
        for (JsonObject variant : object.has("variants") ? given : inside) {
            String name = variant.text("name", DefinitionJson.NAME_LENGTH);
            String id = variant.optionalText("id", ExperimentValidator.ID_LENGTH);
            String description = variant.optionalText("description", DefinitionJson.DESCRIPTION_LENGTH);
            Map<String, @Nullable Object> content = new LinkedHashMap<>();
            Object value = variant.value("content");
            if (value instanceof Map<?, ?> map) {
                map.forEach((field, shown) -> content.put(String.valueOf(field), shown));
            } else if (value != null) {
                variant.violate("content", "TYPE", "must be an object, not " + Json.kind(value));
            }
            if (!variant.has("trafficPercentage")) {
                variant.violate("trafficPercentage", "REQUIRED", "must be given: percent with at most two decimals");
            }
            int weight = AllocationJson.basisPoints(variant, "trafficPercentage", 0);
            boolean isControl = variant.bool("isControl", false);
            variant.refuseUnknown();
            String ownId = id == null ? Variant.of(name, false, 0, Map.of()).id() : id;
            variants.add(new Variant(ownId, name, description, content, isControl, weight));
        }
        return variants;
    }

    private static @Nullable ExclusionGroup group(JsonObject object) {
        JsonObject given = object.optionalObject("exclusionGroup");
        if (given == null) {
            return null;
        }
        String name = given.text("name", ExperimentValidator.ID_LENGTH);
        int start = AllocationJson.basisPoints(given, "from", 0);
        int end = AllocationJson.basisPoints(given, "to", 0);
        given.refuseUnknown();
        return new ExclusionGroup(name, start, end);
    }

    private static Map<String, String> forced(JsonObject object) {
        Map<String, String> forced = new LinkedHashMap<>();
        Object value = object.value("forcedVariants");
        if (value instanceof Map<?, ?> map) {
            map.forEach((subject, variant) -> {
                if (variant instanceof String text) {
                    forced.put(String.valueOf(subject), text);
                } else {
                    object.violate(
                            "forcedVariants", "TYPE", "must name a variant's id for each, not " + Json.kind(variant));
                }
            });
        } else if (value != null) {
            object.violate("forcedVariants", "TYPE", "must be an object, not " + Json.kind(value));
        }
        return forced;
    }
}
