package io.behavioranalytics.examples.conformance;

import io.behavioranalytics.experiment.Bucketing;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** GrowthBook's bucketing hash; a version that is not known has no bucket. */
final class GrowthBookHash implements Kind {
    @Override
    public String name() {
        return "growthbook_hash";
    }

    @Override
    public @Nullable Object answer(Fields inputs) {
        OptionalDouble bucket = Bucketing.hash(
                inputs.text("seed"), inputs.text("value"), (int) Math.min(Integer.MAX_VALUE, inputs.whole("version")));
        return bucket.isPresent() ? bucket.getAsDouble() : null;
    }
}
