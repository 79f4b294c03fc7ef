package io.behavioranalytics.report;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a {@link CohortRetention}. Immutable.
 *
 * @param frame what data it is of
 * @param columns the names of the columns
 * @param cohorts one for each period in which somebody might have begun, in order
 */
public record RetentionReport(ReportFrame frame, List<String> columns, List<Cohort> cohorts) implements Report {
    /** Copies the lists. */
    public RetentionReport {
        columns = List.copyOf(columns);
        cohorts = List.copyOf(cohorts);
    }

    /**
     * Those who began in one period.
     *
     * @param begin the period, by its first day or instant
     * @param size how many they are
     * @param cells one for each column, null where the column's first period has not begun
     */
    public record Cohort(String begin, long size, List<@Nullable Cell> cells) {
        /** Copies the list. */
        public Cohort {
            cells = Collections.unmodifiableList(new ArrayList<>(cells));
        }

        /**
         * The part of a cohort that returned.
         *
         * @param column the column's place
         * @return 0 to 1, or null if nobody began or the column has not begun
         */
        public @Nullable Double rate(int column) {
            Cell cell = cells.get(column);
            return cell == null ? null : FunnelReport.rate(cell.returned(), size);
        }

        /** Whether a column has passed for everybody of it. */
        boolean isComplete(int column) {
            Cell cell = cells.get(column);
            return cell != null && cell.complete();
        }
    }

    /**
     * Those of a cohort who returned in a column's periods.
     *
     * @param returned how many
     * @param complete whether the periods have passed for everybody of the cohort, of a column without an end the first one; if not, more
     *     may come
     */
    public record Cell(long returned, boolean complete) {}

    /**
     * The mean over the cohorts whose cell is complete and who are at least one.
     *
     * @param cohorts how many cohorts
     * @param simple the mean of their rates, each cohort alike; null if there is none
     * @param weighted all that returned as a part of all that began, each subject alike; null if there is none
     */
    public record Mean(
            long cohorts, @Nullable Double simple, @Nullable Double weighted) {}

    /**
     * The mean of a column.
     *
     * @param column the column's place
     * @return its means
     */
    public Mean mean(int column) {
        long count = 0;
        long began = 0;
        long returned = 0;
        double rates = 0;
        for (Cohort cohort : cohorts) {
            Cell cell = cohort.cells().get(column);
            if (cell != null && cell.complete() && cohort.size() > 0) {
                count++;
                began += cohort.size();
                returned += cell.returned();
                rates += (double) cell.returned() / cohort.size();
            }
        }
        return new Mean(count, count == 0 ? null : (Double) (rates / count), FunnelReport.rate(returned, began));
    }

    @Override
    public List<ReportTable> tables() {
        List<String> names = new ArrayList<>(List.of("cohort", "size"));
        names.addAll(columns);
        names.add("complete");
        List<List<@Nullable Object>> rows = new ArrayList<>();
        for (Cohort cohort : cohorts) {
            List<@Nullable Object> row = new ArrayList<>();
            row.add(cohort.begin());
            row.add(cohort.size());
            long complete = 0;
            for (int k = 0; k < columns.size(); k++) {
                Cell cell = cohort.cells().get(k);
                row.add(cell == null ? null : (Object) cell.returned());
                complete += cohort.isComplete(k) ? 1 : 0;
            }
            row.add(complete);
            rows.add(row);
        }
        List<List<@Nullable Object>> means = new ArrayList<>();
        for (int k = 0; k < columns.size(); k++) {
            Mean mean = mean(k);
            means.add(FunnelReport.cells(columns.get(k), mean.cohorts(), mean.simple(), mean.weighted()));
        }
        return List.of(
                new ReportTable("retention", names, rows),
                rates(names.subList(0, names.size() - 1)),
                new ReportTable("means", List.of("column", "cohorts", "simple", "weighted"), means));
    }

    /** The rates as text: what is not complete has a star. */
    private ReportTable rates(List<String> names) {
        List<List<@Nullable Object>> rows = new ArrayList<>();
        for (Cohort cohort : cohorts) {
            List<@Nullable Object> row = new ArrayList<>();
            row.add(cohort.begin());
            row.add(cohort.size());
            for (int k = 0; k < columns.size(); k++) {
                Double rate = cohort.rate(k);
                row.add(
                        rate == null
                                ? null
                                : java.math.BigDecimal.valueOf(rate * 100)
                                                .setScale(1, java.math.RoundingMode.HALF_EVEN)
                                                .toPlainString()
                                        + (cohort.isComplete(k) ? " %" : " %*"));
            }
            rows.add(row);
        }
        return new ReportTable("rates", names, rows);
    }
}
