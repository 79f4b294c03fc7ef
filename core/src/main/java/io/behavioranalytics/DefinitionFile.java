package io.behavioranalytics;

import io.behavioranalytics.experiment.ExperimentDraft;
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
 * @param experiment the draft, if it is an experiment
 */
record DefinitionFile(
        String place,
        Kind kind,
        String key,
        @Nullable SegmentDraft segment,
        @Nullable TriggerDraft trigger,
        @Nullable ExperimentDraft experiment) {
    static DefinitionFile of(String place, SegmentDraft draft) {
        return new DefinitionFile(place, Kind.SEGMENT, draft.resolvedKey(), draft, null, null);
    }

    static DefinitionFile of(String place, TriggerDraft draft) {
        return new DefinitionFile(place, Kind.TRIGGER, draft.resolvedKey(), null, draft, null);
    }

    static DefinitionFile of(String place, ExperimentDraft draft) {
        return new DefinitionFile(place, Kind.EXPERIMENT, draft.resolvedKey(), null, null, draft);
    }

    /** The same definition as found at a place. */
    DefinitionFile at(String where) {
        return new DefinitionFile(where, kind, key, segment, trigger, experiment);
    }
}
