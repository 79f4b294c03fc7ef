package io.behavioranalytics.profile;

import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.EventView;
import io.behavioranalytics.json.Json;
import io.behavioranalytics.json.JsonLimits;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What the host has said of one subject: its tags, and its attributes by their names (S10). The last word on each counts. Not
 * thread-safe.
 */
final class Traits {
    private static final Set<String> NO_TAGS = Set.of();
    private static final Map<String, String> NO_ATTRIBUTES = Map.of();

    /** Never changed once they were shared; replaced instead. */
    private Set<String> tags = NO_TAGS;
    /** The values as JSON, so that equal ones have equal bytes. */
    private Map<String, String> attributes = NO_ATTRIBUTES;

    Traits() {}

    Traits(Traits other) {
        tags = other.tags;
        attributes = other.attributes;
    }

    /** Takes a system event; most say nothing of either. */
    void apply(EventView event) {
        EventType type = event.type();
        if (type.equals(EventType.ATTRIBUTES_SET)) {
            set(event.properties());
            return;
        }
        boolean added = type.equals(EventType.TAG_ADDED);
        if ((added || type.equals(EventType.TAG_REMOVED)) && event.properties().get("tag") instanceof String tag) {
            Set<String> changed = new TreeSet<>(tags);
            if (added ? changed.add(tag) : changed.remove(tag)) {
                tags = Collections.unmodifiableSet(changed);
            }
        }
    }

    private void set(Map<String, @Nullable Object> properties) {
        Map<String, String> changed = new TreeMap<>(attributes);
        properties.forEach((name, value) -> {
            if (value == null) {
                changed.remove(name);
            } else {
                changed.put(name, Json.write(value));
            }
        });
        attributes = changed;
    }

    /** Sorted; not to be changed. */
    Set<String> tags() {
        return tags;
    }

    Map<String, Object> attributes() {
        Map<String, Object> values = new TreeMap<>();
        attributes.forEach(
                (name, value) -> values.put(name, Objects.requireNonNull(Json.parse(value, JsonLimits.DEFINITION))));
        return values;
    }

    long weight() {
        long weight = 16;
        for (String tag : tags) {
            weight += 80 + tag.length();
        }
        for (Map.Entry<String, String> attribute : attributes.entrySet()) {
            weight += 120 + attribute.getKey().length() + attribute.getValue().length();
        }
        return weight;
    }

    void writeTo(DataOutput out) throws IOException {
        boolean silent = tags.isEmpty() && attributes.isEmpty();
        out.writeBoolean(!silent);
        if (silent) {
            return;
        }
        out.writeInt(tags.size());
        for (String tag : tags) {
            out.writeUTF(tag);
        }
        out.writeInt(attributes.size());
        for (Map.Entry<String, String> attribute : attributes.entrySet()) {
            out.writeUTF(attribute.getKey());
            out.writeUTF(attribute.getValue());
        }
    }

    static Traits readFrom(DataInput in) throws IOException {
        Traits read = new Traits();
        if (in.readBoolean()) {
            Set<String> tags = new TreeSet<>();
            for (int i = in.readInt(); i > 0; i--) {
                tags.add(in.readUTF());
            }
            Map<String, String> attributes = new TreeMap<>();
            for (int i = in.readInt(); i > 0; i--) {
                attributes.put(in.readUTF(), in.readUTF());
            }
            read.tags = Collections.unmodifiableSet(tags);
            read.attributes = attributes;
        }
        return read;
    }
}
