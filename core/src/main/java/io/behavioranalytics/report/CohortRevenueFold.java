package io.behavioranalytics.report;

import io.behavioranalytics.event.Micros;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Answers a {@link CohortRevenue}, subject by subject. */
final class CohortRevenueFold implements TimelineFold<CohortRevenueReport> {
    private final CohortRevenue question;
    private final long asOf;
    private final long from;
    private final long to;
    private final PeriodGrid grid;
    private final SelectorMasks masks;
    private final long[] sizes;
    private final BigDecimal[][] paid;

    CohortRevenueFold(CohortRevenue question, ReportTerms terms) {
        this.question = question;
        asOf = Micros.of(terms.asOf());
        ReportFilter filter = question.filter();
        from = Micros.of(Objects.requireNonNull(filter.from()));
        to = filter.to() == null ? Math.max(asOf, from) + 1 : Micros.of(filter.to());
        grid = PeriodGrid.of(
                question.periods(), Micros.toInstant(from), Micros.toInstant(to), question.ages(), filter.zone());
        masks = new SelectorMasks(List.of(question.start(), question.revenue()));
        sizes = new long[grid.rows()];
        paid = new BigDecimal[grid.rows()][question.ages()];
        for (BigDecimal[] row : paid) {
            Arrays.fill(row, BigDecimal.ZERO);
        }
    }

    @Override
    public void accumulate(SubjectHistory history) {
        int row = -1;
        long began = 0;
        for (int i = 0; i < history.size(); i++) {
            long fits = masks.of(history, i);
            long at = history.micros(i);
            if (row < 0 && (fits & 1) != 0) {
                if (at < from || at >= to) {
                    return;
                }
                began = at;
                row = grid.row(at);
                sizes[row]++;
            }
            if (row >= 0 && (fits & 2) != 0) {
                int age = grid.column(row, began, at, 0);
                Double value = history.view(i).value();
                if (age < question.ages() && value != null) {
                    paid[row][age] = paid[row][age].add(BigDecimal.valueOf(value));
                }
            }
        }
    }

    @Override
    public void merge(TimelineFold<CohortRevenueReport> other) {
        CohortRevenueFold more = (CohortRevenueFold) other;
        for (int row = 0; row < sizes.length; row++) {
            sizes[row] += more.sizes[row];
            for (int age = 0; age < paid[row].length; age++) {
                paid[row][age] = paid[row][age].add(more.paid[row][age]);
            }
        }
    }

    @Override
    public CohortRevenueReport result(ReportFrame frame) {
        List<CohortRevenueReport.Cohort> cohorts = new ArrayList<>();
        for (int row = 0; row < sizes.length; row++) {
            List<CohortRevenueReport.@Nullable Age> cells = new ArrayList<>();
            BigDecimal sum = BigDecimal.ZERO;
            for (int age = 0; age < question.ages(); age++) {
                sum = sum.add(paid[row][age]);
                cells.add(
                        grid.begins(row, age) > asOf
                                ? null
                                : new CohortRevenueReport.Age(plain(sum), grid.ends(row, age) <= asOf));
            }
            cohorts.add(new CohortRevenueReport.Cohort(grid.label(row), sizes[row], cells));
        }
        return new CohortRevenueReport(frame, question.ages(), cohorts);
    }

    static BigDecimal plain(BigDecimal sum) {
        BigDecimal plain = sum.signum() == 0 ? BigDecimal.ZERO : sum.stripTrailingZeros();
        return plain.scale() < 0 ? plain.setScale(0) : plain;
    }
}
