package io.behavioranalytics.examples.conformance;

import io.behavioranalytics.experiment.Bucketing;

/** GrowthBook's equal weights. */
final class GrowthBookEqualWeights implements Kind {
    @Override
    public String name() {
        return "growthbook_getEqualWeights";
    }

    @Override
    public Object answer(Fields inputs) {
        return Bucketing.equalWeights((int) inputs.whole("n"));
    }
}
