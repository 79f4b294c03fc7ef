package io.behavioranalytics.examples.conformance;

import static io.behavioranalytics.examples.conformance.Answers.found;

import io.behavioranalytics.statistics.SampleRatioTest;
import java.util.Map;

/** The test for sample ratio mismatch as GrowthBook has it: arms of weight 0 count among the degrees of freedom. */
final class Srm implements Kind {
    @Override
    public String name() {
        return "srm";
    }

    @Override
    public Object answer(Fields outer) {
        Fields inputs = outer.object("inputs");
        SampleRatioTest test = found(
                SampleRatioTest.of(inputs.wholes("observed"), inputs.numbers("weights"), SampleRatioTest.Arms.ALL));
        return Map.of("p_value", test.pValue(), "chi2", test.statistic(), "df", test.degreesOfFreedom());
    }
}
