package io.behavioranalytics.examples.conformance;

import io.behavioranalytics.experiment.BucketRange;
import io.behavioranalytics.experiment.Bucketing;
import java.util.ArrayList;
import java.util.List;

/** GrowthBook's choice of the variation whose range has a bucket. */
final class GrowthBookChooseVariation implements Kind {
    @Override
    public String name() {
        return "growthbook_chooseVariation";
    }

    @Override
    public Object answer(Fields inputs) {
        List<BucketRange> ranges = new ArrayList<>();
        for (Object range : inputs.list("ranges")) {
            List<Double> ends = Fields.numbers(range, inputs.path("ranges"));
            if (ends.size() != 2) {
                throw new MalformedException(inputs.path("ranges") + " must be pairs: " + ends);
            }
            ranges.add(new BucketRange(ends.get(0), ends.get(1)));
        }
        return Bucketing.chooseVariation(inputs.number("bucket"), ranges);
    }
}
