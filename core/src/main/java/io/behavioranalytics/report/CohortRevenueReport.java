package io.behavioranalytics.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a {@link CohortRevenue}. Immutable.
 *
 * @param frame what data it is of
 * @param ages how many periods each cohort is looked at
 * @param cohorts one for each period in which somebody might have begun, in order
 */
public record CohortRevenueReport(ReportFrame frame, int ages, List<Cohort> cohorts) implements Report {
    /** Copies the list. */
    public CohortRevenueReport {
        cohorts = List.copyOf(cohorts);
    }

    /**
     * Those who began in one period.
     *
     * @param begin the period, by its first day or instant
     * @param size how many they are
     * @param ages one for each age, null where it has not begun
     */
    public record Cohort(String begin, long size, List<@Nullable Age> ages) {
        /** Copies the list. */
        public Cohort {
            ages = Collections.unmodifiableList(new ArrayList<>(ages));
        }

        /**
         * The revenue of each subject up to an age.
         *
         * @param age the age
         * @return the mean, or null if nobody began or the age has not begun
         */
        public @Nullable Double mean(int age) {
            Age at = ages.get(age);
            return at == null || size == 0
                    ? null
                    : (Double) at.revenue()
                            .divide(BigDecimal.valueOf(size), MathContext.DECIMAL128)
                            .doubleValue();
        }
    }

    /**
     * What a cohort was worth up to an age.
     *
     * @param revenue the sum, from its beginning on
     * @param complete whether the age has passed for everybody of it; if not, more may come
     */
    public record Age(BigDecimal revenue, boolean complete) {}

    @Override
    public List<ReportTable> tables() {
        List<String> names = new ArrayList<>(List.of("cohort", "size"));
        for (int age = 0; age < ages; age++) {
            names.add("age" + age);
        }
        names.add("complete");
        List<List<@Nullable Object>> sums = new ArrayList<>();
        List<List<@Nullable Object>> means = new ArrayList<>();
        for (Cohort cohort : cohorts) {
            List<@Nullable Object> sum = new ArrayList<>(List.of(cohort.begin(), cohort.size()));
            List<@Nullable Object> mean = new ArrayList<>(List.of(cohort.begin(), cohort.size()));
            long complete = 0;
            for (int age = 0; age < ages; age++) {
                Age at = cohort.ages().get(age);
                sum.add(at == null ? null : at.revenue());
                mean.add(cohort.mean(age));
                complete += at != null && at.complete() ? 1 : 0;
            }
            sum.add(complete);
            mean.add(complete);
            sums.add(sum);
            means.add(mean);
        }
        return List.of(new ReportTable("revenue", names, sums), new ReportTable("perSubject", names, means));
    }
}
