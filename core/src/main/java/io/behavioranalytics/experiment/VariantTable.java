package io.behavioranalytics.experiment;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Which variant each bucket has: the published ranges, turned into whole buckets once. */
final class VariantTable {
    private final int[] starts;
    private final int[] ends;

    /**
     * Makes the table.
     *
     * @param buckets how many buckets there are: 10,000, or 1,000 with version 1 of the hash
     * @param coverage the part of the traffic that takes part, in basis points
     * @param weights in basis points, one for each variant
     */
    VariantTable(int buckets, int coverage, List<Integer> weights) {
        double whole = Allocation.WHOLE;
        List<BucketRange> ranges = Bucketing.ranges(
                weights.size(),
                coverage / whole,
                weights.stream().map(weight -> weight / whole).toList());
        starts = new int[ranges.size()];
        ends = new int[ranges.size()];
        for (int i = 0; i < ranges.size(); i++) {
            starts[i] = firstFrom(ranges.get(i).start(), buckets);
            ends[i] = firstFrom(ranges.get(i).end(), buckets);
        }
    }

    static VariantTable of(int buckets, int coverage, List<Variant> variants, Map<String, Integer> weights) {
        List<Integer> ordered = new ArrayList<>();
        variants.forEach(variant -> ordered.add(weights.getOrDefault(variant.id(), 0)));
        return new VariantTable(buckets, coverage, ordered);
    }

    /** The first bucket whose part of 1 is not below a bound. */
    private static int firstFrom(double bound, int buckets) {
        int first = (int) Math.ceil(bound * buckets);
        while (first > 0 && (first - 1) / (double) buckets >= bound) {
            first--;
        }
        while (first / (double) buckets < bound) {
            first++;
        }
        return first;
    }

    /** The place of the variant that has a bucket, or -1 if none has it. */
    int variantOf(int bucket) {
        // Ranges stand in order; of those that begin at the same bucket all but the last are empty. No jump depends on
        // the bucket, which
        // no processor could foresee.
        int last = -1;
        for (int start : starts) {
            last += (start - 1 - bucket) >>> 31;
        }
        return last >= 0 && bucket < ends[last] ? last : -1;
    }
}
