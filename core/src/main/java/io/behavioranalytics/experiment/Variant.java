package io.behavioranalytics.experiment;

import io.behavioranalytics.condition.DefinitionKey;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One arm of an experiment.
 *
 * @param id what answers, exposures and results name: a key, unique in the experiment; the slug of the name unless the author gave one
 * @param name what people call it, 1 to 200 characters
 * @param description what it is, or null
 * @param content what the host shows; data that is not interpreted
 * @param isControl whether the others are compared with it; true for exactly one
 * @param weight its part of the traffic in basis points, 0 to 10,000; those of an experiment sum to 10,000
 */
public record Variant(
        String id,
        String name,
        @Nullable String description,
        Map<String, @Nullable Object> content,
        boolean isControl,
        int weight) {
    /** Copies the content, in its order. */
    public Variant {
        content = Collections.unmodifiableMap(new LinkedHashMap<>(content));
    }

    /**
     * A variant whose id is the slug of its name.
     *
     * @param name what people call it
     * @param isControl whether the others are compared with it
     * @param weight its part of the traffic in basis points
     * @param content what the host shows
     * @return the variant, with an empty id if no slug can be made of the name, which a definition refuses
     */
    public static Variant of(String name, boolean isControl, int weight, Map<String, ?> content) {
        String slug = DefinitionKey.slug(name);
        return new Variant(slug == null ? "" : slug, name, null, new LinkedHashMap<>(content), isControl, weight);
    }
}
