package io.behavioranalytics.examples.conformance;

import io.behavioranalytics.experiment.Bucketing;
import java.util.List;

/** GrowthBook's ranges of buckets. */
final class GrowthBookBucketRange implements Kind {
    @Override
    public String name() {
        return "growthbook_getBucketRange";
    }

    @Override
    public Object answer(Fields inputs) {
        return Bucketing.ranges(
                        (int) inputs.whole("numVariations"),
                        inputs.number("coverage", 1),
                        inputs.has("weights") ? inputs.numbers("weights") : null)
                .stream()
                .map(range -> List.of(range.start(), range.end()))
                .toList();
    }
}
