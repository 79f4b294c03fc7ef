package io.behavioranalytics.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Cases of growthbook/growthbook, packages/sdk-js/test/cases.json (specVersion 0.8.0), at 8f1db4456915. */
class BucketingTest {
    @ParameterizedTest
    @CsvSource({
        "'', a, 1, 0.22",
        "b, a, 1, 0.946",
        "'', 123, 1, 0.011",
        "seed, a, 2, 0.0505",
        "foo, def, 2, 0.2019",
        "90850943850283058242805, 123, 2, 0.7516"
    })
    void a_hash_is_the_published_one(String seed, String value, int version, double expected) {
        assertThat(Bucketing.hash(seed, value, version)).hasValue(expected);
    }

    @Test
    void an_unknown_version_of_the_hash_has_no_bucket() {
        assertThat(Bucketing.hash("seed", "a", 99)).isEqualTo(OptionalDouble.empty());
        assertThat(Bucketing.hash("seed", "a", 0)).isEqualTo(OptionalDouble.empty());
    }

    @Test
    void ranges_are_the_published_ones() {
        assertRanges(Bucketing.ranges(2, 1, null), 0, 0.5, 0.5, 1);
        assertRanges(Bucketing.ranges(2, 0, null), 0, 0, 0.5, 0.5);
        assertRanges(Bucketing.ranges(3, 1, List.of(0.2, 0.3, 0.5)), 0, 0.2, 0.2, 0.5, 0.5, 1);
        assertRanges(Bucketing.ranges(2, -0.2, null), 0, 0, 0.5, 0.5);
        assertRanges(Bucketing.ranges(2, 1, List.of(0.7, 0.6)), 0, 0.5, 0.5, 1);
        assertRanges(Bucketing.ranges(2, 1, List.of(0.4, 0.5999)), 0, 0.4, 0.4, 0.9999);
        assertRanges(Bucketing.ranges(2, 7, List.of(1.0)), 0, 0.5, 0.5, 1);
        assertThat(Bucketing.ranges(0, 1, null)).isEmpty();
        assertThatThrownBy(() -> Bucketing.ranges(2, Double.NaN, null)).isInstanceOf(IllegalArgumentException.class);
    }

    private static void assertRanges(List<BucketRange> ranges, double... bounds) {
        assertThat(ranges).hasSize(bounds.length / 2);
        for (int i = 0; i < ranges.size(); i++) {
            assertThat(ranges.get(i).start()).isCloseTo(bounds[2 * i], within(1e-9));
            assertThat(ranges.get(i).end()).isCloseTo(bounds[2 * i + 1], within(1e-9));
        }
    }

    @Test
    void a_bucket_chooses_the_first_range_that_holds_it() {
        List<BucketRange> even = List.of(new BucketRange(0, 0.5), new BucketRange(0.5, 1));
        List<BucketRange> reduced = List.of(new BucketRange(0, 0.25), new BucketRange(0.5, 0.75));
        assertThat(Bucketing.chooseVariation(0.2, even)).isZero();
        assertThat(Bucketing.chooseVariation(0.6, even)).isEqualTo(1);
        assertThat(Bucketing.chooseVariation(0.5, even)).isEqualTo(1);
        assertThat(Bucketing.chooseVariation(0.4, reduced)).isEqualTo(-1);
        assertThat(Bucketing.chooseVariation(0.25, reduced)).isEqualTo(-1);
        assertThat(Bucketing.chooseVariation(
                        0.5, List.of(new BucketRange(0, 0.5), new BucketRange(0.5, 0.5), new BucketRange(0.5, 1))))
                .isEqualTo(2);
        assertThatThrownBy(() -> new BucketRange(0, Double.NaN)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "1, namespace1, 0, 0.4, false",
        "1, namespace2, 0, 0.4, false",
        "2, namespace1, 0.4, 1, true",
        "2, namespace2, 0.4, 1, true",
        "3, namespace2, 0, 0.4, true",
        "4, namespace1, 0, 0.4, false",
        "4, namespace2, 0.4, 1, false"
    })
    void a_namespace_holds_whom_the_published_one_holds(
            String value, String namespace, double start, double end, boolean expected) {
        assertThat(Bucketing.inNamespace(value, namespace, start, end)).isEqualTo(expected);
    }

    @Test
    void equal_weights_are_equal_and_none_of_nothing() {
        assertThat(Bucketing.equalWeights(-1)).isEmpty();
        assertThat(Bucketing.equalWeights(0)).isEmpty();
        assertThat(Bucketing.equalWeights(1)).containsExactly(1.0);
        assertThat(Bucketing.equalWeights(4)).containsExactly(0.25, 0.25, 0.25, 0.25);
    }

    @Test
    void a_thousand_ids_keep_their_bucket_and_variant_for_ever() throws IOException {
        List<BucketRange> ranges = Bucketing.ranges(3, 1, List.of(0.5, 0.3, 0.2));
        List<String> variants = List.of("control", "variant-a", "variant-b");
        List<String> wrong = new ArrayList<>();
        List<String> lines = golden();
        for (String line : lines) {
            List<String> fields = List.of(line.split("\t", -1));
            int bucket = Bucketing.bucket("quote-page-cta-test", fields.get(0));
            String variant = variants.get(Bucketing.chooseVariation(bucket / 10_000.0, ranges));
            if (bucket != Integer.parseInt(fields.get(1)) || !variant.equals(fields.get(2))) {
                wrong.add(line + " but got " + bucket + " " + variant);
            }
        }
        assertThat(lines).hasSize(1_000);
        assertThat(wrong).isEmpty();
    }

    /** Ids with the buckets that another implementation of the published algorithm gave (seed {@code quote-page-cta-test}, version 2). */
    static List<String> golden() throws IOException {
        try (InputStream in = BucketingTest.class.getResourceAsStream("/golden/variants-v2.tsv")) {
            return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        }
    }

    @Test
    void the_digits_of_every_length_are_hashed_as_they_are_written() {
        SplittableRandom random = new SplittableRandom(9);
        List<Long> numbers = new ArrayList<>(List.of(0L, 4_294_967_295L));
        for (long power = 1; power < 4_294_967_296L; power *= 10) {
            numbers.addAll(List.of(power - 1, power, power + 1));
            for (int i = 0; i < 2_000; i++) {
                numbers.add(random.nextLong(Math.min(power * 10, 4_294_967_296L)));
            }
        }
        for (long number : numbers) {
            int expected = 0x811c9dc5;
            for (char digit : Long.toString(number).toCharArray()) {
                expected = (expected ^ digit) * 0x01000193;
            }
            assertThat(Bucketing.ofDecimal((int) number)).as("%d", number).isEqualTo(expected);
        }
    }

    @Test
    void the_hash_in_place_agrees_with_one_that_writes_everything_down() {
        SplittableRandom random = new SplittableRandom(7);
        for (int i = 0; i < 20_000; i++) {
            String seed = text(random);
            String value = text(random);
            long once = written(seed + value);
            assertThat(Bucketing.bucket(seed, value)).isEqualTo((int) (written(Long.toString(once)) % 10_000));
            assertThat(Bucketing.bucket(Bucketing.seedState(seed), value)).isEqualTo(Bucketing.bucket(seed, value));
            assertThat(Bucketing.bucketOfVersion1(seed, value)).isEqualTo((int) (written(value + seed) % 1_000));
        }
    }

    private static long written(String text) {
        long hash = 0x811c9dc5L;
        for (int unit : text.chars().toArray()) {
            hash = ((hash ^ unit) * 0x01000193L) & 0xffffffffL;
        }
        return hash;
    }

    private static String text(SplittableRandom random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(20); i > 0; i--) {
            text.append((char) (random.nextInt(10) == 0 ? random.nextInt(0xd800) : 32 + random.nextInt(95)));
        }
        return text.toString();
    }

    @Test
    void more_coverage_moves_nobody_who_was_in() {
        List<BucketRange> narrow = Bucketing.ranges(3, 0.1, List.of(0.2, 0.3, 0.5));
        List<BucketRange> wide = Bucketing.ranges(3, 0.5, List.of(0.2, 0.3, 0.5));
        int in = 0;
        for (int bucket = 0; bucket < Bucketing.BUCKETS; bucket++) {
            int before = Bucketing.chooseVariation(bucket / 10_000.0, narrow);
            if (before >= 0) {
                in++;
                assertThat(Bucketing.chooseVariation(bucket / 10_000.0, wide)).isEqualTo(before);
            }
        }
        // The published bounds are sums of doubles, so a range may hold one bucket more or less.
        assertThat(in).isBetween(997, 1_003);
    }
}
