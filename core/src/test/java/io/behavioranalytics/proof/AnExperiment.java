package io.behavioranalytics.proof;

import io.behavioranalytics.experiment.Experiment;
import io.behavioranalytics.experiment.ExperimentDraft;
import io.behavioranalytics.experiment.ExperimentDraftBuilder;

/** An experiment for tests, of which only what they are about has to be said. */
public final class AnExperiment {
    private AnExperiment() {}

    /** Half of the users get the control, half the variant {@code b}, to convert. */
    public static ExperimentDraftBuilder named(String name) {
        return ExperimentDraft.builder(name, Experiment.Type.CONTENT)
                .hypothesis("h")
                .successMetric("conversion_rate")
                .control("Control", 5_000)
                .variant("B", 5_000);
    }
}
