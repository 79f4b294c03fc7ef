package io.behavioranalytics.examples.conformance;

import io.behavioranalytics.report.CalendarInterval;
import io.behavioranalytics.report.EventChoice;
import io.behavioranalytics.report.LifetimeValue;
import io.behavioranalytics.report.LifetimeValueReport;
import io.behavioranalytics.report.PurchaseSummary;
import io.behavioranalytics.report.ReportFilter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Summaries of purchases as the lifetimes package makes them. */
final class RfmSummary implements Kind {
    @Override
    public String name() {
        return "rfm_summary";
    }

    @Override
    public Object answer(Fields inputs) {
        Fields given = inputs.object("inputs");
        if (!given.has("transactions")) {
            return checked(given);
        }
        VectorEvents events = new VectorEvents();
        try {
            for (Object row : given.list("transactions")) {
                List<?> purchase = Fields.list(row, "a transaction");
                events.add(
                        String.valueOf(purchase.get(0)),
                        VectorEvents.instant(String.valueOf(purchase.get(1))),
                        "purchase",
                        Map.of(),
                        purchase.size() > 2 ? (Double) Fields.number(purchase.get(2), "a value") : null);
            }
        } catch (MalformedException refused) {
            return error(inputs, refused);
        }
        Instant end =
                given.has("observation_end") ? VectorEvents.instant(given.text("observation_end")) : events.last();
        String period = given.text("period", "D").substring(0, 1);
        CalendarInterval interval = switch (period) {
            case "D" -> CalendarInterval.DAY;
            case "W" -> CalendarInterval.WEEK;
            case "M" -> CalendarInterval.MONTH;
            case "H", "h" -> CalendarInterval.HOUR;
            default -> throw new MissingMethodException("no period " + period);
        };
        @Nullable
        Instant calibrated = given.has("calibration_end") ? VectorEvents.instant(given.text("calibration_end")) : null;
        LifetimeValueReport report = events.run(
                new LifetimeValue(
                        EventChoice.any(),
                        interval,
                        (int) given.whole("freq_multiplier", 1),
                        1,
                        0,
                        calibrated,
                        LifetimeValue.MOST_CUSTOMERS,
                        ReportFilter.everything()),
                end);
        List<LifetimeValueReport.Customer> customers = report.best().stream()
                .sorted(Comparator.comparing(
                        customer -> customer.subject().value(), Comparator.comparing(RfmSummary::number)))
                .toList();
        return calibrated == null ? summary(customers) : holdout(customers);
    }

    private static double number(String id) {
        try {
            return Double.parseDouble(id);
        } catch (NumberFormatException text) {
            return id.hashCode();
        }
    }

    private static Object id(LifetimeValueReport.Customer customer) {
        String value = customer.subject().value();
        return value.matches("\\d+") ? (Object) Long.parseLong(value) : value;
    }

    private static Object summary(List<LifetimeValueReport.Customer> customers) {
        List<Object> rows = new ArrayList<>();
        for (LifetimeValueReport.Customer customer : customers) {
            rows.add(Map.of(
                    "id",
                    id(customer),
                    "frequency",
                    customer.known().frequency(),
                    "recency",
                    customer.known().recency(),
                    "T",
                    customer.known().age(),
                    "monetary_value",
                    customer.known().value()));
        }
        return rows;
    }

    private static Object holdout(List<LifetimeValueReport.Customer> customers) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("id", customers.stream().map(RfmSummary::id).toList());
        answer.put(
                "frequency_cal",
                customers.stream().map(one -> one.known().frequency()).toList());
        answer.put(
                "recency_cal",
                customers.stream().map(one -> one.known().recency()).toList());
        answer.put("T_cal", customers.stream().map(one -> one.known().age()).toList());
        answer.put(
                "monetary_value_cal",
                customers.stream().map(one -> one.known().value()).toList());
        answer.put(
                "frequency_holdout",
                customers.stream()
                        .map(LifetimeValueReport.Customer::laterPurchases)
                        .toList());
        answer.put(
                "monetary_value_holdout",
                customers.stream().map(LifetimeValueReport.Customer::laterValue).toList());
        customers.forEach(one -> answer.put("frequency_holdout_id" + id(one), one.laterPurchases()));
        return answer;
    }

    /** Summaries that are given as columns: each customer is checked. */
    private static Object checked(Fields given) {
        List<Double> frequency = given.numbers("frequency");
        List<Double> recency = given.numbers("recency");
        List<Double> age = given.numbers("T");
        List<Double> value = given.has("monetary_value") ? given.numbers("monetary_value") : List.of();
        try {
            for (int i = 0; i < frequency.size(); i++) {
                new PurchaseSummary(frequency.get(i), recency.get(i), age.get(i), value.isEmpty() ? 0 : value.get(i));
            }
        } catch (IllegalArgumentException refused) {
            return "error";
        }
        return "accepted";
    }

    private static Object error(Fields inputs, MalformedException refused) {
        if ("error".equals(inputs.value("expected"))) {
            return "error";
        }
        throw refused;
    }
}
