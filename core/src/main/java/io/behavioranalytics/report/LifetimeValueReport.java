package io.behavioranalytics.report;

import io.behavioranalytics.event.SubjectId;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a {@link LifetimeValue}. What stands under {@code purchases}, {@code values}, {@code expectedPurchases} and {@code
 * predictedValue} is of a model: an expectation, not an observation. Immutable.
 *
 * @param frame what data it is of
 * @param calibrationEnd the last instant that the models know of
 * @param customers who bought until then
 * @param repeating those of them who bought again
 * @param paid what they paid until then, the first purchase too
 * @param horizon how far the models look ahead, in units of time
 * @param purchases the fitted model of purchases, or null if it cannot be fitted
 * @param values the fitted model of values, or null if it cannot be fitted
 * @param expectedPurchases all that the customers are expected to buy within the horizon, or null without a model
 * @param predictedValue what it is expected to be worth, discounted, or null without both models
 * @param notes why a model is missing
 * @param best customers one by one, by their predicted value
 */
public record LifetimeValueReport(
        ReportFrame frame,
        Instant calibrationEnd,
        long customers,
        long repeating,
        BigDecimal paid,
        double horizon,
        @Nullable BgNbd purchases,
        @Nullable GammaGamma values,
        @Nullable Double expectedPurchases,
        @Nullable Double predictedValue,
        List<String> notes,
        List<Customer> best)
        implements Report {
    /** Copies the lists. */
    public LifetimeValueReport {
        notes = List.copyOf(notes);
        best = List.copyOf(best);
    }

    /**
     * A customer.
     *
     * @param subject who
     * @param known what the models know of them
     * @param paid what they paid until the models' last instant
     * @param probabilityAlive how likely they may still buy, by the model; null without one
     * @param expectedPurchases how much they will buy within the horizon, by the model; null without one
     * @param expectedValue what a purchase of theirs is worth, by the model; null without one, or if it has no mean
     * @param predictedValue what they will pay within the horizon, discounted, by both models; null without
     * @param laterPurchases what they bought behind the models' last instant, in periods
     * @param laterValue the mean of these
     */
    public record Customer(
            SubjectId subject,
            PurchaseSummary known,
            BigDecimal paid,
            @Nullable Double probabilityAlive,
            @Nullable Double expectedPurchases,
            @Nullable Double expectedValue,
            @Nullable Double predictedValue,
            long laterPurchases,
            double laterValue) {}

    @Override
    public List<ReportTable> tables() {
        List<ReportTable> tables = new ArrayList<>();
        tables.add(new ReportTable(
                "observed",
                List.of("calibrationEnd", "customers", "repeating", "paid"),
                List.of(FunnelReport.cells(calibrationEnd.toString(), customers, repeating, paid))));
        BgNbd often = purchases;
        GammaGamma much = values;
        tables.add(new ReportTable(
                "model",
                List.of(
                        "horizon",
                        "expectedPurchases",
                        "predictedValue",
                        "r",
                        "alpha",
                        "a",
                        "b",
                        "p",
                        "q",
                        "v",
                        "notes"),
                List.of(FunnelReport.cells(
                        horizon,
                        expectedPurchases,
                        predictedValue,
                        often == null ? null : (Double) often.r(),
                        often == null ? null : (Double) often.alpha(),
                        often == null ? null : (Double) often.a(),
                        often == null ? null : (Double) often.b(),
                        much == null ? null : (Double) much.p(),
                        much == null ? null : (Double) much.q(),
                        much == null ? null : (Double) much.v(),
                        notes.isEmpty() ? null : String.join("; ", notes)))));
        List<List<@Nullable Object>> rows = new ArrayList<>();
        for (Customer one : best) {
            rows.add(FunnelReport.cells(
                    one.subject().isLead() ? "lead" : "session",
                    one.subject().value(),
                    one.known().frequency(),
                    one.known().recency(),
                    one.known().age(),
                    one.known().value(),
                    one.paid(),
                    one.probabilityAlive(),
                    one.expectedPurchases(),
                    one.expectedValue(),
                    one.predictedValue(),
                    one.laterPurchases(),
                    one.laterValue()));
        }
        tables.add(new ReportTable(
                "customers",
                List.of(
                        "kind",
                        "subject",
                        "frequency",
                        "recency",
                        "age",
                        "value",
                        "paid",
                        "modelAlive",
                        "modelPurchases",
                        "modelPurchaseValue",
                        "modelValue",
                        "laterPurchases",
                        "laterValue"),
                rows));
        return tables;
    }
}
