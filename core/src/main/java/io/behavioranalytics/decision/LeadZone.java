package io.behavioranalytics.decision;

import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.EventView;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The zone in which a subject lives (S21): what the host set as the attribute {@code timezone}, else what the last event's context
 * says. What is no zone says nothing. Not thread-safe.
 */
final class LeadZone {
    private static final String NAME = "timezone";
    private static final int MOST_KNOWN = 1_000;
    private static final Map<String, ZoneId> KNOWN = new ConcurrentHashMap<>();

    private @Nullable ZoneId attribute;
    private @Nullable ZoneId context;

    LeadZone copy() {
        LeadZone copy = new LeadZone();
        copy.attribute = attribute;
        copy.context = context;
        return copy;
    }

    void apply(EventView event) {
        if (event.type().equals(EventType.ATTRIBUTES_SET)) {
            if (event.properties().containsKey(NAME)) {
                attribute = zone(event.properties().get(NAME));
            }
            return;
        }
        ZoneId said = zone(event.context().get(NAME));
        if (said != null) {
            context = said;
        }
    }

    ZoneId orElse(ZoneId fallback) {
        return attribute != null ? attribute : context != null ? context : fallback;
    }

    private static @Nullable ZoneId zone(@Nullable Object value) {
        if (!(value instanceof String text) || text.isEmpty() || text.length() > 64) {
            return null;
        }
        ZoneId known = KNOWN.get(text);
        if (known != null) {
            return known;
        }
        try {
            ZoneId zone = ZoneId.of(text);
            if (KNOWN.size() < MOST_KNOWN) {
                KNOWN.put(text, zone);
            }
            return zone;
        } catch (DateTimeException unknown) {
            return null;
        }
    }

    void writeTo(DataOutput out) throws IOException {
        out.writeUTF(attribute == null ? "" : attribute.getId());
        out.writeUTF(context == null ? "" : context.getId());
    }

    static LeadZone readFrom(DataInput in) throws IOException {
        LeadZone read = new LeadZone();
        read.attribute = zone(in.readUTF());
        read.context = zone(in.readUTF());
        return read;
    }
}
