package io.behavioranalytics;

import io.behavioranalytics.event.SubjectId;
import java.util.List;

/**
 * Who would be in a segment now if a draft were saved.
 *
 * @param subjects how many subjects were looked at
 * @param members how many of them would be members
 * @param sample some of those: always the same for the same members, whatever their ids have in common; in order
 * @param complete false if it was stopped before everybody was looked at
 */
public record SegmentPreview(long subjects, long members, List<SubjectId> sample, boolean complete) {
    /** Copies the sample. */
    public SegmentPreview {
        sample = List.copyOf(sample);
    }
}
