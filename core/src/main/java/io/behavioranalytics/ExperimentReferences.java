package io.behavioranalytics;

import io.behavioranalytics.DefinitionsCache.Defined;
import io.behavioranalytics.experiment.Allocation;
import io.behavioranalytics.experiment.Band;
import io.behavioranalytics.experiment.ExclusionGroup;
import io.behavioranalytics.experiment.Experiment;
import io.behavioranalytics.experiment.ExperimentDraft;
import io.behavioranalytics.json.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

/** What experiments refer to among the other definitions, and what is wrong with it. */
final class ExperimentReferences {
    private ExperimentReferences() {}

    /** The segments that an experiment refers to. */
    static List<String> segments(ExperimentDraft draft) {
        List<String> references = new ArrayList<>(draft.targetSegments());
        draft.allocation().bands().stream()
                .map(Band::segment)
                .filter(Objects::nonNull)
                .forEach(references::add);
        return references;
    }

    /** What is wrong with a draft among the other definitions: segments that are not there, a part of a group that is taken. */
    static List<Violation> among(ExperimentDraft draft, UUID id, Defined defined) {
        List<Violation> all = new ArrayList<>();
        for (int i = 0; i < draft.targetSegments().size(); i++) {
            SegmentReferences.require(draft.targetSegments().get(i), "targetSegments[" + i + "]", defined, all);
        }
        Allocation allocation = draft.allocation();
        for (int i = 0; i < allocation.bands().size(); i++) {
            SegmentReferences.require(
                    allocation.bands().get(i).segment(), "trafficAllocation.bands[" + i + "].segment", defined, all);
        }
        ExclusionGroup group = draft.exclusionGroup();
        if (group != null && draft.status() != Experiment.Status.COMPLETED) {
            for (Experiment other : defined.experiments()) {
                ExclusionGroup taken = other.definition().exclusionGroup();
                if (!other.id().equals(id)
                        && other.definition().status() != Experiment.Status.COMPLETED
                        && taken != null
                        && taken.overlaps(group)) {
                    all.add(new Violation(
                            "exclusionGroup",
                            "OVERLAP",
                            "experiment '" + other.key() + "' has a part of it: a user would be in both"));
                }
            }
        }
        return all;
    }
}
