package io.behavioranalytics.examples.conformance;

import io.behavioranalytics.experiment.Bucketing;

/** GrowthBook's namespaces, in which a user is in one experiment at most. */
final class GrowthBookNamespace implements Kind {
    @Override
    public String name() {
        return "growthbook_inNamespace";
    }

    @Override
    public Object answer(Fields inputs) {
        return Bucketing.inNamespace(
                inputs.text("hashValue"),
                inputs.text("namespace"),
                inputs.number("rangeStart"),
                inputs.number("rangeEnd"));
    }
}
