package io.behavioranalytics;

import io.behavioranalytics.DefinitionDiff.FieldChange;
import io.behavioranalytics.experiment.Experiment;
import io.behavioranalytics.experiment.ExperimentJson;
import io.behavioranalytics.json.Json;
import io.behavioranalytics.json.JsonLimits;
import io.behavioranalytics.segment.Segment;
import io.behavioranalytics.segment.SegmentJson;
import io.behavioranalytics.trigger.Trigger;
import io.behavioranalytics.trigger.TriggerJson;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A definition as the tree of its JSON, in the one form in which definitions are compared and exported. */
final class DefinitionTree {
    /** What the library adds to what an author says. */
    private static final Set<String> OF_THE_LIBRARY =
            Set.of("id", "version", "calculations", "demandedIn", "definedIn", "activeFrom", "createdAt", "updatedAt");

    /** What the library adds to an experiment beside that. */
    private static final Set<String> OF_EXPERIMENTS =
            Set.of("phases", "minBucketVersion", "startsAt", "endsAt", "winner");

    /** Where definitions name segments. */
    private static final Set<String> REFERENCES = Set.of("targetSegments", "segment", "segments");

    private DefinitionTree() {}

    /** The tree of a segment; references to segments become keys. */
    static Map<String, @Nullable Object> of(Segment segment, UnaryOperator<String> keys) {
        return tree(SegmentJson.write(segment), keys);
    }

    /** The tree of a trigger; references to segments become keys. */
    static Map<String, @Nullable Object> of(Trigger trigger, UnaryOperator<String> keys) {
        return tree(TriggerJson.write(trigger), keys);
    }

    /** The tree of an experiment; references to segments become keys. */
    static Map<String, @Nullable Object> of(Experiment experiment, UnaryOperator<String> keys) {
        Map<String, @Nullable Object> tree = tree(ExperimentJson.write(experiment), keys);
        tree.keySet().removeAll(OF_EXPERIMENTS);
        return tree;
    }

    private static Map<String, @Nullable Object> tree(String json, UnaryOperator<String> keys) {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        Json.parseObject(json, JsonLimits.DEFINITION).forEach((name, value) -> {
            if (!OF_THE_LIBRARY.contains(name)) {
                tree.put(name, byKey(value, REFERENCES.contains(name), keys));
            }
        });
        return tree;
    }

    private static @Nullable Object byKey(@Nullable Object value, boolean reference, UnaryOperator<String> keys) {
        if (value instanceof String text) {
            return reference ? keys.apply(text) : text;
        }
        if (value instanceof List<?> list) {
            List<@Nullable Object> replaced = new ArrayList<>();
            list.forEach(element -> replaced.add(byKey(element, reference, keys)));
            return replaced;
        }
        if (value instanceof Map<?, ?> map) {
            Map<String, @Nullable Object> replaced = new LinkedHashMap<>();
            map.forEach((name, element) ->
                    replaced.put((String) name, byKey(element, REFERENCES.contains((String) name), keys)));
            return replaced;
        }
        return value;
    }

    /** What differs, field by field, in the order of paths. */
    static List<FieldChange> changes(Map<String, @Nullable Object> before, Map<String, @Nullable Object> after) {
        List<FieldChange> changes = new ArrayList<>();
        compare("", before, after, changes);
        return changes;
    }

    private static void compare(
            String path, @Nullable Object before, @Nullable Object after, List<FieldChange> changes) {
        if (before instanceof Map<?, ?> old && after instanceof Map<?, ?> fresh) {
            Set<String> names = new TreeSet<>();
            old.keySet().forEach(name -> names.add((String) name));
            fresh.keySet().forEach(name -> names.add((String) name));
            for (String name : names) {
                String inner = path.isEmpty() ? name : path + "." + name;
                if (old.containsKey(name) && fresh.containsKey(name)) {
                    compare(inner, old.get(name), fresh.get(name), changes);
                } else {
                    changes.add(new FieldChange(inner, text(old, name), text(fresh, name)));
                }
            }
        } else if (before instanceof List<?> old && after instanceof List<?> fresh) {
            for (int i = 0; i < Math.max(old.size(), fresh.size()); i++) {
                String inner = path + "[" + i + "]";
                if (i < old.size() && i < fresh.size()) {
                    compare(inner, old.get(i), fresh.get(i), changes);
                } else {
                    changes.add(new FieldChange(
                            inner,
                            i < old.size() ? Json.write(old.get(i)) : null,
                            i < fresh.size() ? Json.write(fresh.get(i)) : null));
                }
            }
        } else if (!Objects.equals(before, after)) {
            changes.add(new FieldChange(path, Json.write(before), Json.write(after)));
        }
    }

    private static @Nullable String text(Map<?, ?> map, String name) {
        return map.containsKey(name) ? Json.write(map.get(name)) : null;
    }
}
