package io.behavioranalytics.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Lifetime value on the CDNOW sample, as Fader, Hardie and Lee published it in 2005. The data are not part of this repository, so this is no
 * test of every build: it runs when it is named, and {@code -Dbehavior.data=FOLDER} says where CDNOW_sample.txt lies, in it or one level
 * below, seen from the root of the repository; docs/lifetime-value.md has the command. Nothing smaller than the data would do: of the 946 who bought
 * again no more than 28 share their count, recency and age with somebody, and a likelihood needs all three.
 */
class CdnowCheck {
    private static final Instant CALIBRATED = Instant.parse("1997-09-30T00:00:00Z");

    @Test
    void the_models_are_those_that_were_published() throws IOException {
        Histories histories = new Histories();
        for (String line : Files.readAllLines(find())) {
            String[] fields = line.strip().split("\\s+", -1);
            Instant at = LocalDate.parse(fields[2], DateTimeFormatter.BASIC_ISO_DATE)
                    .atStartOfDay(ZoneOffset.UTC)
                    .toInstant();
            histories.add("c" + fields[1], at, "purchase", Map.of(), Double.parseDouble(fields[4]));
        }
        LifetimeValue question = LifetimeValue.of(EventChoice.any(), ReportFilter.everything())
                .calibratedTo(CALIBRATED)
                .ahead(39, 0);

        LifetimeValueReport report = histories.run(question, Instant.parse("1998-07-01T00:00:00Z"));

        BgNbd fitted = Objects.requireNonNull(report.purchases());
        assertThat(report.customers()).isEqualTo(2_357);
        assertThat(report.repeating()).isEqualTo(946);
        assertThat(fitted.r()).isCloseTo(0.243, within(0.0005));
        assertThat(fitted.alpha()).isCloseTo(4.414, within(0.0005));
        assertThat(fitted.a()).isCloseTo(0.793, within(0.0005));
        assertThat(fitted.b()).isCloseTo(2.426, within(0.0005));
        List<PurchaseSummary> known = histories
                .run(
                        new LifetimeValue(
                                question.purchase(),
                                CalendarInterval.DAY,
                                7,
                                39,
                                0,
                                CALIBRATED,
                                5_000,
                                question.filter()),
                        Instant.parse("1998-07-01T00:00:00Z"))
                .best()
                .stream()
                .map(LifetimeValueReport.Customer::known)
                .toList();
        assertThat(fitted.logLikelihood(known)).isCloseTo(-9_582.43, within(0.005));
    }

    private static Path find() throws IOException {
        String named = System.getProperty("behavior.data");
        assertThat(named)
                .as("-Dbehavior.data=FOLDER has to say where the data lie")
                .isNotNull();
        Path folder = Stream.of(Path.of("..").resolve(named), Path.of(named))
                .filter(Files::exists)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("behavior.data: there is no " + named));
        try (Stream<Path> files = Files.walk(folder, 2)) {
            return files.filter(file -> file.endsWith("CDNOW_sample.txt"))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("behavior.data: no CDNOW_sample.txt in " + named));
        }
    }
}
