package io.behavioranalytics.examples.conformance;

import io.behavioranalytics.report.CalendarInterval;
import io.behavioranalytics.report.EventChoice;
import io.behavioranalytics.report.LifetimeValue;
import io.behavioranalytics.report.LifetimeValueReport;
import io.behavioranalytics.report.PurchaseSummary;
import io.behavioranalytics.report.ReportFilter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** What customers bought, from the data that a case names: a summary, or purchases that are summed up here. */
final class Purchases {
    private static final String SAMPLE = "CDNOW_sample.txt";
    private static final Instant CALIBRATED = Instant.parse("1997-09-30T00:00:00Z");

    private Purchases() {}

    /** Reads the file named first in {@code dataset}, relative to the folder of vectors. */
    static List<PurchaseSummary> of(Fields given, VectorFile vectors) {
        String named = given.text("dataset").split("[ (]", 2)[0];
        Path file = vectors.folder().resolve(named).normalize();
        try {
            if (Files.exists(file)) {
                return named.endsWith(SAMPLE) ? sample(file) : table(Files.readAllLines(file));
            }
            Path sample = file.resolveSibling(SAMPLE);
            // The summaries of CDNOW are those of the sample, calibrated to the end of September 1997.
            if (named.contains("cdnow") && Files.exists(sample)) {
                return sample(sample);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        throw new NotApplicableException("its data, " + named + ", are not there");
    }

    private static List<PurchaseSummary> table(List<String> lines) {
        List<String> names = cells(lines.get(0));
        if (names.contains("date")) {
            VectorEvents events = new VectorEvents();
            for (String line : lines.subList(1, lines.size())) {
                if (!line.isBlank()) {
                    List<String> cells = cells(line);
                    events.add(
                            cells.get(names.indexOf("id")),
                            VectorEvents.instant(
                                    cells.get(names.indexOf("date")).substring(0, 10)),
                            "purchase",
                            Map.of(),
                            null);
                }
            }
            return summaries(events, CalendarInterval.DAY, 1, null, events.last());
        }
        int frequency = column(names, "frequency", "x");
        int recency = column(names, "recency", "t_x");
        int age = column(names, "T", "T");
        int value = column(names, "monetary_value", "zbar");
        List<PurchaseSummary> customers = new ArrayList<>();
        for (String line : lines.subList(1, lines.size())) {
            if (!line.isBlank()) {
                List<String> cells = cells(line);
                customers.add(new PurchaseSummary(
                        Double.parseDouble(cells.get(frequency)),
                        Double.parseDouble(cells.get(recency)),
                        Double.parseDouble(cells.get(age)),
                        value < 0 ? 0 : Double.parseDouble(cells.get(value))));
            }
        }
        return customers;
    }

    private static int column(List<String> names, String one, String other) {
        return names.contains(one) ? names.indexOf(one) : names.indexOf(other);
    }

    private static List<String> cells(String line) {
        return Arrays.stream(line.split("[,\\s]+", -1))
                .map(cell -> cell.replace("\"", "").strip())
                .toList();
    }

    private static List<PurchaseSummary> sample(Path file) throws IOException {
        VectorEvents events = new VectorEvents();
        for (String line : Files.readAllLines(file)) {
            if (!line.isBlank()) {
                String[] fields = line.strip().split("\\s+", -1);
                Instant at = LocalDate.parse(fields[2], DateTimeFormatter.BASIC_ISO_DATE)
                        .atStartOfDay(ZoneOffset.UTC)
                        .toInstant();
                events.add(fields[1], at, "purchase", Map.of(), Double.parseDouble(fields[4]));
            }
        }
        return summaries(events, CalendarInterval.DAY, 7, CALIBRATED, events.last());
    }

    private static List<PurchaseSummary> summaries(
            VectorEvents events,
            CalendarInterval period,
            int perUnit,
            @org.jspecify.annotations.Nullable Instant calibrated,
            Instant asOf) {
        LifetimeValue question = new LifetimeValue(
                EventChoice.any(),
                period,
                perUnit,
                1,
                0,
                calibrated,
                LifetimeValue.MOST_CUSTOMERS,
                ReportFilter.everything());
        return events.run(question, asOf).best().stream()
                .map(LifetimeValueReport.Customer::known)
                .toList();
    }
}
