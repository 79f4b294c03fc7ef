package io.behavioranalytics;

import io.behavioranalytics.segment.SegmentDraft;
import io.behavioranalytics.store.DefinitionRecord.Kind;
import io.behavioranalytics.trigger.TriggerDraft;
import org.jspecify.annotations.Nullable;

/**
 * A definition as a file has it, read and checked by itself.
 *
 * @param place where it lies, for messages
 * @param kind what it defines
 * @param key its key
 * @param segment the draft, if it is a segment
 * @param trigger the draft, if it is a trigger
 */
record DefinitionFile(
        String place,
        Kind kind,
        String key,
        @Nullable SegmentDraft segment,
        @Nullable TriggerDraft trigger) {
    static DefinitionFile of(String place, SegmentDraft draft) {
        return new DefinitionFile(place, Kind.SEGMENT, draft.resolvedKey(), draft, null);
    }

    static DefinitionFile of(String place, TriggerDraft draft) {
        return new DefinitionFile(place, Kind.TRIGGER, draft.resolvedKey(), null, draft);
    }
}
