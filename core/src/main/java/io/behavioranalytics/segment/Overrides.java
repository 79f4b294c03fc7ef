package io.behavioranalytics.segment;

import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.EventView;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What the host has said of one subject's membership in segments (S10): the last word on each. It is kept for every segment that was
 * ever named, so that a segment that is switched on again knows it.
 */
final class Overrides {
    private static final Map<UUID, Boolean> NONE = Map.of();

    /** Never changed once it was shared; replaced instead. */
    private Map<UUID, Boolean> members = NONE;

    Overrides copy() {
        Overrides copy = new Overrides();
        copy.members = members;
        return copy;
    }

    long weight() {
        return 16 + 80L * members.size();
    }

    /**
     * Takes a system event.
     *
     * @return the segment that it speaks of, or null if it speaks of none
     */
    @Nullable
    UUID apply(EventView event) {
        EventType type = event.type();
        boolean joined = type.equals(EventType.SEGMENT_JOINED);
        if (!joined && !type.equals(EventType.SEGMENT_LEFT) && !type.equals(EventType.SEGMENT_RELEASED)) {
            return null;
        }
        UUID segment = segment(event.properties().get("segment"));
        if (segment != null) {
            Map<UUID, Boolean> changed = new TreeMap<>(members);
            if (type.equals(EventType.SEGMENT_RELEASED)) {
                changed.remove(segment);
            } else {
                changed.put(segment, joined);
            }
            members = changed;
        }
        return segment;
    }

    private static @Nullable UUID segment(@Nullable Object id) {
        try {
            return id instanceof String text ? UUID.fromString(text) : null;
        } catch (IllegalArgumentException notAnId) {
            return null;
        }
    }

    /** Whether the host has made the subject a member, or no member; null if it has not said. */
    @Nullable
    Boolean of(Segment segment) {
        for (Map.Entry<UUID, Boolean> entry : members.entrySet()) {
            if (segment.isVersionOf(entry.getKey())) {
                return entry.getValue();
            }
        }
        return null;
    }

    void writeTo(DataOutput out) throws IOException {
        out.writeInt(members.size());
        for (Map.Entry<UUID, Boolean> entry : members.entrySet()) {
            out.writeLong(entry.getKey().getMostSignificantBits());
            out.writeLong(entry.getKey().getLeastSignificantBits());
            out.writeBoolean(entry.getValue());
        }
    }

    void readFrom(DataInput in) throws IOException {
        int size = in.readInt();
        Map<UUID, Boolean> read = new TreeMap<>();
        for (int i = 0; i < size; i++) {
            read.put(new UUID(in.readLong(), in.readLong()), in.readBoolean());
        }
        members = read.isEmpty() ? NONE : read;
    }
}
