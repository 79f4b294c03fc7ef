package io.behavioranalytics.decision;

import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.EventView;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;

/**
 * The zone in which a subject lives (S21): what the host set as the attribute {@code timezone}, else what the last event's context
 * says. What is no zone says nothing. Not thread-safe.
 */
final class LeadZone {
    private static final String NAME = "timezone";
    private static final int LONGEST = 64;

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
        Object said = event.context().get(NAME);
        if (context != null && context.getId().equals(said)) {
            return; // most events of a lead come from one zone
        }
        ZoneId zone = zone(said);
        if (zone != null) {
            context = zone;
        }
    }

    ZoneId orElse(ZoneId fallback) {
        return attribute != null ? attribute : context != null ? context : fallback;
    }

    private static @Nullable ZoneId zone(@Nullable Object value) {
        if (!(value instanceof String text) || text.isEmpty() || text.length() > LONGEST) {
            return null;
        }
        try {
            return ZoneId.of(text);
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
