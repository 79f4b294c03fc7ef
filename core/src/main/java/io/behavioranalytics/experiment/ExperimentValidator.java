package io.behavioranalytics.experiment;

import io.behavioranalytics.condition.CompiledCondition;
import io.behavioranalytics.condition.Condition;
import io.behavioranalytics.condition.DefinitionJson;
import io.behavioranalytics.condition.DefinitionKey;
import io.behavioranalytics.condition.EventValue;
import io.behavioranalytics.condition.Scope;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.json.Json;
import io.behavioranalytics.json.JsonPath;
import io.behavioranalytics.json.Violation;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** Checks an experiment before it is saved. */
final class ExperimentValidator {
    static final int ID_LENGTH = 64;
    static final int SEED_LENGTH = 128;
    static final Duration LEAST_EVERY = Duration.ofMinutes(15);
    static final Duration MOST_EVERY = Duration.ofDays(30);

    private static final int MOST_VARIANTS = 100;
    private static final int MOST_SUCCESS_METRICS = 20;
    private static final int MOST_METRICS = 40;
    private static final int MOST_TARGETS = 100;
    private static final int MOST_CONDITIONS = 100;
    private static final int MOST_BANDS = 50;
    private static final int MOST_STEPS = 20;
    private static final int MOST_FORCED = 1_000;
    private static final int MOST_CONTENT = 16 * 1024;

    private final Predicate<EventType> knownTypes;
    private final List<Violation> out;

    ExperimentValidator(Predicate<EventType> knownTypes, List<Violation> out) {
        this.knownTypes = knownTypes;
        this.out = out;
    }

    void check(ExperimentDraft draft) {
        if (draft.hypothesis().isBlank()
                || draft.hypothesis().codePointCount(0, draft.hypothesis().length())
                        > DefinitionJson.DESCRIPTION_LENGTH) {
            refuse(
                    "hypothesis",
                    "SIZE",
                    "must have 1 to " + DefinitionJson.DESCRIPTION_LENGTH + " characters, not only blanks");
        }
        variants(draft.variants());
        allocation(draft);
        metrics(draft);
        count("targetSegments", draft.targetSegments().size(), 0, MOST_TARGETS);
        for (int i = 0; i < draft.targetSegments().size(); i++) {
            reference(draft.targetSegments().get(i), JsonPath.element("targetSegments", i));
        }
        conditions(draft.conditions(), "conditions", Scope.ASSIGNMENT);
        ExclusionGroup group = draft.exclusionGroup();
        if (group != null) {
            if (group.name().isBlank() || group.name().length() > ID_LENGTH) {
                refuse("exclusionGroup.name", "SIZE", "must have 1 to " + ID_LENGTH + " characters, not only blanks");
            }
            if (group.start() < 0 || group.end() > Allocation.WHOLE || group.start() >= group.end()) {
                refuse("exclusionGroup", "RANGE", "must go from at least 0 to at most 100 percent, upwards");
            }
        }
        count("forcedVariants", draft.forced().size(), 0, MOST_FORCED);
        draft.forced().forEach((subject, variant) -> {
            if (draft.variant(variant).isEmpty()) {
                refuse("forcedVariants", "UNKNOWN_REF", "there is no variant " + JsonPath.quote(variant));
            }
        });
        String seed = draft.seed();
        if (seed != null && (seed.isBlank() || seed.length() > SEED_LENGTH)) {
            refuse("seed", "SIZE", "must have 1 to " + SEED_LENGTH + " characters, not only blanks");
        }
        if (draft.hashVersion() != 1 && draft.hashVersion() != 2) {
            refuse("hashVersion", "RANGE", "must be 1 or 2");
        }
        if (draft.startDate() != null
                && draft.endDate() != null
                && !draft.endDate().isAfter(draft.startDate())) {
            refuse("endDate", "TIME", "must lie behind startDate");
        }
    }

    // ---- variants and their weights

    private void variants(List<Variant> variants) {
        count("variants", variants.size(), 2, MOST_VARIANTS);
        Set<String> ids = new HashSet<>();
        Set<String> names = new HashSet<>();
        int controls = 0;
        int sum = 0;
        for (int i = 0; i < variants.size(); i++) {
            Variant variant = variants.get(i);
            String path = JsonPath.element("variants", i);
            if (!DefinitionKey.isKey(variant.id())) {
                refuse(JsonPath.child(path, "id"), "NAME", "must be " + DefinitionKey.FORM);
            } else if (!ids.add(variant.id())) {
                refuse(
                        JsonPath.child(path, "id"),
                        "DUPLICATE",
                        "another variant has the id " + JsonPath.quote(variant.id()));
            }
            if (variant.name().isBlank()
                    || variant.name().codePointCount(0, variant.name().length()) > DefinitionJson.NAME_LENGTH) {
                refuse(
                        JsonPath.child(path, "name"),
                        "SIZE",
                        "must have 1 to " + DefinitionJson.NAME_LENGTH + " characters, not only blanks");
            } else if (!names.add(variant.name())) {
                refuse(
                        JsonPath.child(path, "name"),
                        "DUPLICATE",
                        "another variant has the name " + JsonPath.quote(variant.name()));
            }
            String description = variant.description();
            if (description != null
                    && description.codePointCount(0, description.length()) > DefinitionJson.DESCRIPTION_LENGTH) {
                refuse(
                        JsonPath.child(path, "description"),
                        "SIZE",
                        "must have at most " + DefinitionJson.DESCRIPTION_LENGTH + " characters");
            }
            if (Json.utf8Length(Json.write(variant.content())) > MOST_CONTENT) {
                refuse(JsonPath.child(path, "content"), "SIZE", "must take at most " + MOST_CONTENT + " bytes as JSON");
            }
            if (variant.weight() < 0 || variant.weight() > Allocation.WHOLE) {
                refuse(JsonPath.child(path, "trafficPercentage"), "RANGE", "must be 0 to 100 percent");
            }
            sum += variant.weight();
            controls += variant.isControl() ? 1 : 0;
        }
        if (controls != 1) {
            refuse("variants", "CONTROL", "must have exactly one control, isControl: true, and not " + controls);
        }
        if (sum != Allocation.WHOLE) {
            refuse("variants", "SUM", "must sum to 100 percent, not to " + AllocationJson.percent(sum));
        }
    }

    private void allocation(ExperimentDraft draft) {
        Allocation allocation = draft.allocation();
        if (allocation.total() < 1 || allocation.total() > Allocation.WHOLE) {
            refuse("trafficAllocation.total", "RANGE", "must be more than 0 and at most 100 percent");
        }
        boolean bySegment = allocation.method() == Allocation.Method.SEGMENT_BASED;
        boolean byBehavior = allocation.method() == Allocation.Method.BEHAVIOR_BASED;
        String path = "trafficAllocation.bands";
        if (bySegment || byBehavior) {
            count(path, allocation.bands().size(), 1, MOST_BANDS);
        } else if (!allocation.bands().isEmpty()) {
            refuse(path, "UNSUPPORTED", "belong to segment_based and behavior_based allocation alone");
        }
        for (int i = 0; i < allocation.bands().size(); i++) {
            band(allocation.bands().get(i), bySegment, draft, JsonPath.element(path, i));
        }
        Adaptive adaptive = allocation.adaptive();
        if (adaptive.floor() < 1
                || adaptive.floor() > Allocation.WHOLE / 2
                || (allocation.method() == Allocation.Method.ADAPTIVE
                        && (long) adaptive.floor() * draft.variants().size() > Allocation.WHOLE)) {
            refuse(
                    "trafficAllocation.adaptive.floor",
                    "RANGE",
                    "must be 0.01 to 50 percent, and 100 percent at most for all variants together");
        }
        if (adaptive.every().compareTo(LEAST_EVERY) < 0 || adaptive.every().compareTo(MOST_EVERY) > 0) {
            refuse("trafficAllocation.adaptive.every", "RANGE", "must be " + LEAST_EVERY + " to " + MOST_EVERY);
        }
        if (adaptive.minUsers() < 1 || adaptive.minUsers() > 1_000_000) {
            refuse("trafficAllocation.adaptive.minUsers", "RANGE", "must be 1 to 1000000");
        }
    }

    private void band(Band band, boolean bySegment, ExperimentDraft draft, String path) {
        String segment = band.segment();
        if (bySegment) {
            if (segment == null || !band.conditions().isEmpty()) {
                refuse(path, "TYPE", "must have a segment and no conditions, as the allocation is segment_based");
            } else {
                reference(segment, JsonPath.child(path, "segment"));
            }
        } else {
            if (segment != null || band.conditions().isEmpty()) {
                refuse(path, "TYPE", "must have conditions and no segment, as the allocation is behavior_based");
            }
            conditions(band.conditions(), JsonPath.child(path, "conditions"), Scope.PROFILE);
        }
        int sum = 0;
        for (Map.Entry<String, Integer> weight : band.weights().entrySet()) {
            String at = JsonPath.child(JsonPath.child(path, "weights"), weight.getKey());
            if (draft.variant(weight.getKey()).isEmpty()) {
                refuse(at, "UNKNOWN_REF", "there is no variant " + JsonPath.quote(weight.getKey()));
            }
            if (weight.getValue() < 0 || weight.getValue() > Allocation.WHOLE) {
                refuse(at, "RANGE", "must be 0 to 100 percent");
            }
            sum += weight.getValue();
        }
        if (sum != Allocation.WHOLE) {
            refuse(
                    JsonPath.child(path, "weights"),
                    "SUM",
                    "must sum to 100 percent, not to " + AllocationJson.percent(sum));
        }
    }

    // ---- metrics

    private void metrics(ExperimentDraft draft) {
        count("metrics", draft.metrics().size(), 0, MOST_METRICS);
        Set<String> names = new HashSet<>();
        for (int i = 0; i < draft.metrics().size(); i++) {
            Metric metric = draft.metrics().get(i);
            String path = JsonPath.element("metrics", i);
            if (!EventType.isName(metric.name())) {
                refuse(
                        JsonPath.child(path, "name"),
                        "NAME",
                        "must be lower case letters, digits and _, a letter first, at most 64");
            } else if (!names.add(metric.name())
                    || PredefinedMetrics.find(metric.name()).isPresent()) {
                refuse(
                        JsonPath.child(path, "name"),
                        "DUPLICATE",
                        "another metric has the name " + JsonPath.quote(metric.name()) + ", or it is predefined");
            }
            metric(metric, path);
        }
        count("successMetrics", draft.successMetrics().size(), 1, MOST_SUCCESS_METRICS);
        Set<String> named = new HashSet<>();
        for (int i = 0; i < draft.successMetrics().size(); i++) {
            named(draft, draft.successMetrics().get(i), JsonPath.element("successMetrics", i), named);
        }
        count("guardrails", draft.guardrails().size(), 0, MOST_SUCCESS_METRICS);
        Set<String> guarded = new HashSet<>();
        for (int i = 0; i < draft.guardrails().size(); i++) {
            Guardrail guardrail = draft.guardrails().get(i);
            String path = JsonPath.element("guardrails", i);
            named(draft, guardrail.metric(), JsonPath.child(path, "metric"), guarded);
            if (!(guardrail.margin() >= 0 && guardrail.margin() <= 1)) {
                refuse(JsonPath.child(path, "margin"), "RANGE", "must be a number from 0 to 1: 0.02 is two percent");
            }
        }
    }

    private void named(ExperimentDraft draft, String metric, String path, Set<String> before) {
        if (draft.metric(metric).isEmpty()) {
            refuse(
                    path,
                    "UNKNOWN_REF",
                    "there is no metric " + JsonPath.quote(metric) + ": define it under metrics, or name one of "
                            + String.join(
                                    ", ",
                                    PredefinedMetrics.all().stream()
                                            .map(Metric::name)
                                            .toList()));
        } else if (!before.add(metric)) {
            refuse(path, "DUPLICATE", "is named twice");
        }
    }

    private void metric(Metric metric, String path) {
        boolean funnel = metric.kind() == Metric.Kind.FUNNEL;
        int selectors = metric.events().size();
        int wanted = metric.kind() == Metric.Kind.RATIO ? 2 : 1;
        if (funnel) {
            count(JsonPath.child(path, "steps"), selectors, 2, MOST_STEPS);
        } else if (selectors != wanted) {
            refuse(path, "TYPE", "a " + metric.kind().json() + " looks at " + wanted + " selections of events");
        }
        if (metric.fields().size() != selectors) {
            refuse(path, "TYPE", "must have one field for each selection of events, empty for their number");
            return;
        }
        for (int i = 0; i < selectors; i++) {
            EventSelector events = metric.events().get(i);
            String at = funnel
                    ? JsonPath.element(JsonPath.child(path, "steps"), i)
                    : i == 0 ? path : JsonPath.child(path, "denominator");
            count(JsonPath.child(at, "eventTypes"), events.eventTypes().size(), 1, DefinitionJson.MAX_TYPES);
            for (int t = 0; t < events.eventTypes().size(); t++) {
                EventType type = events.eventTypes().get(t);
                if (!knownTypes.test(type)) {
                    refuse(
                            JsonPath.element(JsonPath.child(at, "eventTypes"), t),
                            "TYPE",
                            "there is no event type " + type + "; declare it in the catalog");
                }
            }
            conditions(events.conditions(), JsonPath.child(at, "conditions"), Scope.EVENT);
            field(metric, metric.fields().get(i), JsonPath.child(at, "field"));
        }
        window(metric, path);
        cap(metric, JsonPath.child(path, "cap"));
    }

    private void field(Metric metric, String field, String path) {
        boolean summed = metric.kind() == Metric.Kind.SUM || metric.kind() == Metric.Kind.MEAN;
        if (field.isEmpty()) {
            if (summed) {
                refuse(path, "REQUIRED", "must be given: what is added up, such as value");
            }
        } else if (!summed && metric.kind() != Metric.Kind.RATIO) {
            refuse(path, "UNSUPPORTED", "a " + metric.kind().json() + " adds nothing up");
        } else {
            EventValue value = EventValue.compile(field, path, out);
            if (value != null && !value.mayBeNumber()) {
                refuse(path, "TYPE", JsonPath.quote(field) + " is always text and cannot be added up");
            }
        }
    }

    private void window(Metric metric, String path) {
        span(metric.delay(), Duration.ZERO, JsonPath.child(path, "delay"));
        if (metric.within() != null) {
            span(metric.within(), Duration.ofSeconds(1), JsonPath.child(path, "within"));
        } else if (metric.matureOnly() || metric.kind() == Metric.Kind.RETENTION) {
            refuse(JsonPath.child(path, "within"), "REQUIRED", "must be given: when a user's window is over");
        }
        if (metric.lookback() != null) {
            span(metric.lookback(), Duration.ofSeconds(1), JsonPath.child(path, "lookback"));
            if (!metric.kind().hasBefore()) {
                refuse(
                        JsonPath.child(path, "lookback"),
                        "UNSUPPORTED",
                        "a " + metric.kind().json() + " is not measured before the exposure");
            }
        }
    }

    private void span(Duration span, Duration least, String path) {
        if (span.compareTo(least) < 0 || span.compareTo(Metric.MOST) > 0) {
            refuse(path, "RANGE", "must be " + least + " to " + Metric.MOST);
        }
    }

    private void cap(Metric metric, String path) {
        Metric.Cap cap = metric.cap();
        if (cap == null) {
            return;
        }
        if (metric.kind() != Metric.Kind.COUNT && metric.kind() != Metric.Kind.SUM) {
            refuse(path, "UNSUPPORTED", "only the totals of a count or a sum are cut");
        }
        Double value = cap.value();
        Double percentile = cap.percentile();
        if ((value == null) == (percentile == null)) {
            refuse(path, "TYPE", "must be either a value or a percentile");
        } else if (value != null && !(value > 0 && Double.isFinite(value))) {
            refuse(JsonPath.child(path, "value"), "RANGE", "must be a finite number above 0");
        } else if (percentile != null && !(percentile > 0 && percentile < 100)) {
            refuse(JsonPath.child(path, "percentile"), "RANGE", "must be above 0 and below 100");
        }
    }

    // ---- both

    private void conditions(List<Condition> conditions, String path, Scope scope) {
        count(path, conditions.size(), 0, MOST_CONDITIONS);
        for (int i = 0; i < conditions.size(); i++) {
            CompiledCondition.compile(conditions.get(i), scope, JsonPath.element(path, i), out);
        }
    }

    private void reference(String text, String path) {
        if (text.isBlank() || text.length() > ID_LENGTH) {
            refuse(path, "NAME", "must be the key or id of a segment");
        }
    }

    private void count(String path, int count, int least, int most) {
        if (count < least) {
            refuse(path, "REQUIRED", "must have at least " + least);
        } else if (count > most) {
            refuse(path, "TOO_MANY", "must have at most " + most);
        }
    }

    private void refuse(String path, String code, String message) {
        out.add(new Violation(path, code, message));
    }
}
