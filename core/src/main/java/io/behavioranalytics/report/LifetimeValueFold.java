package io.behavioranalytics.report;

import io.behavioranalytics.event.Micros;
import io.behavioranalytics.event.SubjectId;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Answers a {@link LifetimeValue}: keeps a few numbers of each customer, and fits the models in the end. */
final class LifetimeValueFold implements TimelineFold<LifetimeValueReport> {
    private final LifetimeValue question;
    private final ZoneId zone;
    private final long from;
    private final long to;
    private final long calibrated;
    private final long end;
    private final SelectorMasks masks;
    private final NavigableMap<SubjectId, Customer> customers = new TreeMap<>();

    /** What a customer bought: until the models' last instant, and behind it. */
    private record Customer(PurchaseSummary known, BigDecimal paid, long later, double laterValue) {}

    LifetimeValueFold(LifetimeValue question, long asOf) {
        this.question = question;
        ReportFilter filter = question.filter();
        zone = filter.zone();
        from = filter.from() == null ? Micros.ALWAYS : Micros.of(filter.from());
        to = filter.to() == null ? Micros.NEVER : Micros.of(filter.to());
        end = to == Micros.NEVER ? asOf : Math.min(asOf, to - 1);
        calibrated = question.calibrationEnd() == null ? end : Math.min(end, Micros.of(question.calibrationEnd()));
        masks = new SelectorMasks(List.of(question.purchase()));
    }

    @Override
    public void accumulate(SubjectHistory history) {
        long first = -1;
        long last = -1;
        long current = Long.MIN_VALUE;
        long frequency = 0;
        long later = 0;
        BigDecimal paid = BigDecimal.ZERO;
        BigDecimal repeated = BigDecimal.ZERO;
        BigDecimal laterPaid = BigDecimal.ZERO;
        boolean customer = false;
        for (int i = 0; i < history.size(); i++) {
            long at = history.micros(i);
            if (at < from || at >= to || masks.of(history, i) == 0) {
                continue;
            }
            Double value = history.view(i).value();
            BigDecimal amount = value == null ? BigDecimal.ZERO : BigDecimal.valueOf(value);
            long period = question.period().number(at, zone);
            if (at <= calibrated) {
                if (!customer) {
                    customer = true;
                    first = period;
                } else if (period != current) {
                    frequency++;
                }
                last = period;
                paid = paid.add(amount);
                repeated = period == first ? repeated : repeated.add(amount);
            } else if (customer) {
                later += period == current ? 0 : 1;
                laterPaid = laterPaid.add(amount);
            }
            current = period;
        }
        if (customer) {
            double unit = question.periodsPerUnit();
            long age = question.period().number(calibrated, zone) - first;
            customers.put(
                    history.subject(),
                    new Customer(
                            new PurchaseSummary(
                                    frequency,
                                    (last - first) / unit,
                                    age / unit,
                                    Math.max(0, mean(repeated, frequency))),
                            paid,
                            later,
                            mean(laterPaid, later)));
            checkCustomers();
        }
    }

    private void checkCustomers() {
        if (customers.size() > LifetimeValue.MOST_CUSTOMERS) {
            throw new ReportLimitException(
                    "lifetime value is of at most " + LifetimeValue.MOST_CUSTOMERS + " customers");
        }
    }

    private static double mean(BigDecimal sum, long count) {
        return count == 0
                ? 0
                : sum.divide(BigDecimal.valueOf(count), MathContext.DECIMAL128).doubleValue();
    }

    @Override
    public void merge(TimelineFold<LifetimeValueReport> other) {
        customers.putAll(((LifetimeValueFold) other).customers);
        checkCustomers();
    }

    @Override
    public LifetimeValueReport result(ReportFrame frame) {
        List<PurchaseSummary> known =
                customers.values().stream().map(Customer::known).toList();
        BigDecimal paid = customers.values().stream().map(Customer::paid).reduce(BigDecimal.ZERO, BigDecimal::add);
        List<String> notes = new ArrayList<>();
        BgNbd purchases = null;
        GammaGamma values = null;
        try {
            purchases = BgNbd.fit(known);
        } catch (IllegalArgumentException impossible) {
            notes.add("purchases: " + impossible.getMessage());
        }
        try {
            values = GammaGamma.fit(known);
        } catch (IllegalArgumentException impossible) {
            notes.add("value: " + impossible.getMessage());
        }
        List<LifetimeValueReport.Customer> told = new ArrayList<>();
        double expected = 0;
        double predicted = 0;
        for (var entry : customers.entrySet()) {
            LifetimeValueReport.Customer one = told(entry.getKey(), entry.getValue(), purchases, values);
            told.add(one);
            expected += one.expectedPurchases() == null ? 0 : one.expectedPurchases();
            predicted += one.predictedValue() == null ? 0 : one.predictedValue();
        }
        told.sort(Comparator.comparing(
                        LifetimeValueReport.Customer::predictedValue,
                        Comparator.nullsLast(Comparator.<Double>naturalOrder().reversed()))
                .thenComparing(LifetimeValueReport.Customer::subject));
        return new LifetimeValueReport(
                frame,
                Micros.toInstant(calibrated),
                customers.size(),
                known.stream().filter(one -> one.frequency() > 0).count(),
                paid,
                question.horizon(),
                purchases,
                values,
                purchases == null ? null : (Double) expected,
                purchases == null || values == null ? null : (Double) predicted,
                notes,
                told.subList(0, Math.min(told.size(), question.customers())));
    }

    private LifetimeValueReport.Customer told(
            SubjectId subject, Customer customer, @Nullable BgNbd purchases, @Nullable GammaGamma values) {
        PurchaseSummary known = customer.known();
        Double expected = purchases == null ? null : (Double) purchases.expectedPurchases(question.horizon(), known);
        Double value = values == null ? null : finite(values.expectedValue(known));
        Double predicted = purchases == null || value == null ? null : (Double) (value * discounted(purchases, known));
        return new LifetimeValueReport.Customer(
                subject,
                known,
                customer.paid(),
                purchases == null ? null : (Double) purchases.probabilityAlive(known),
                expected,
                value,
                predicted,
                customer.later(),
                customer.laterValue());
    }

    private static @Nullable Double finite(double value) {
        return Double.isFinite(value) ? (Double) value : null;
    }

    /** The purchases of each unit of time, each the less the later. */
    private double discounted(BgNbd purchases, PurchaseSummary known) {
        double horizon = question.horizon();
        if (question.discount() == 0) {
            return purchases.expectedPurchases(horizon, known);
        }
        double sum = 0;
        double before = 0;
        for (int unit = 1; before < horizon && unit <= Math.ceil(horizon); unit++) {
            double until = Math.min(unit, horizon);
            double bought = purchases.expectedPurchases(until, known)
                    - purchases.expectedPurchases(Math.min(unit - 1.0, horizon), known);
            sum += bought / Math.pow(1 + question.discount(), unit);
            before = until;
        }
        return sum;
    }
}
