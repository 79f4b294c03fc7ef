package io.behavioranalytics.profile;

import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.event.EventType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The numbers of docs/scores.md are those that the code computes with: none is missing, none is another. */
class DocumentedNumbersTest {
    private static final Path PAGE = Path.of("../docs/scores.md");

    /** The rows of the table under a heading, each as its cells. */
    private static List<String[]> table(String firstCell) throws IOException {
        List<String> lines = Files.readAllLines(PAGE);
        int head = lines.indexOf(lines.stream()
                .filter(line -> line.startsWith("| " + firstCell + " |"))
                .findFirst()
                .orElseThrow());
        return lines.subList(head + 2, lines.size()).stream()
                .takeWhile(line -> line.startsWith("|"))
                .map(line -> Arrays.stream(
                                line.substring(1, line.lastIndexOf('|')).split("\\|", -1))
                        .map(String::strip)
                        .toArray(String[]::new))
                .toList();
    }

    @Test
    void each_coefficient_of_the_prior_is_the_documented_one() throws IOException {
        Map<String, String> documented = new LinkedHashMap<>();
        for (String[] row : table("coefficient")) {
            documented.put(row[1], row[0].replace('\u2212', '-'));
        }

        Map<String, String> computed = new LinkedHashMap<>();
        computed.put("1", text(ConversionPrior.INTERCEPT));
        computed.put(
                "2^(\u2212days since the last event / " + (int) ConversionPrior.RECENCY_HALF_LIFE_DAYS + ")",
                text(ConversionPrior.RECENCY));
        computed.put("ln(1 + events / max(1, days since the first event))", text(ConversionPrior.VELOCITY));
        computed.put("ln(1 + content events), by category", text(ConversionPrior.CONTENT));
        computed.put("ln(1 + search_query + filter_usage)", text(ConversionPrior.SEARCHING));
        computed.put("ln(1 + communication events), by category", text(ConversionPrior.COMMUNICATION));
        computed.put("ln(1 + form_submit)", text(ConversionPrior.FORM_SUBMITS));
        computed.put("ln(1 + quote_request)", text(ConversionPrior.QUOTE_REQUESTS));
        computed.put("1 if a form_abandon has no form_submit after it", text(ConversionPrior.ABANDON));
        computed.put(
                "furthest step: looked closer (high-value page, search, filter) / form_start / form_submit or quote_request"
                        + " / application_start / application_complete",
                String.join(
                        " / ",
                        IntStream.rangeClosed(1, 5)
                                .mapToDouble(ConversionPrior::funnel)
                                .mapToObj(Double::toString)
                                .toList()));
        computed.put("engagement score / 100", text(ConversionPrior.ENGAGEMENT));
        computed.put("interest score / 100", text(ConversionPrior.INTEREST));
        computed.put("intent score / 100", text(ConversionPrior.INTENT));
        computed.put(
                "1 if any source was phone or offline, or a phone_call happened",
                text(ConversionPrior.PERSONAL_CONTACT));
        computed.put(
                "different sources \u2212 1 (the host's own sources count as one)",
                text(ConversionPrior.MORE_CHANNELS));
        computed.put(
                "desktop / mobile: `context.device` of the latest visit whose first event names one",
                text(ConversionPrior.DESKTOP) + " / " + text(ConversionPrior.MOBILE));
        documented.replaceAll((feature, coefficient) -> numbers(coefficient));
        computed.replaceAll((feature, coefficient) -> numbers(coefficient));
        assertThat(documented).isEqualTo(computed);
        assertThat(ConversionPrior.funnel(0)).as("0 before the first step").isZero();
    }

    /** The same number has one text, however many zeros were written. */
    private static String numbers(String coefficients) {
        return String.join(
                " / ",
                Arrays.stream(coefficients.split(" / ", -1))
                        .map(Double::valueOf)
                        .map(String::valueOf)
                        .toList());
    }

    private static String text(double coefficient) {
        return Double.toString(coefficient);
    }

    @Test
    void each_type_has_the_documented_points() throws IOException {
        Map<String, List<Integer>> documented = new TreeMap<>();
        for (String[] row : table("type")) {
            for (int first : new int[] {0, 5}) {
                if (!row[first].isEmpty()) {
                    documented.put(
                            row[first],
                            Arrays.stream(row, first + 1, first + 4)
                                    .map(cell -> cell.isEmpty() ? 0 : Integer.parseInt(cell))
                                    .toList());
                }
            }
        }

        Map<String, List<Integer>> computed = new TreeMap<>();
        ScoringModel model = ScoringModel.defaults();
        for (EventType type : EventType.BUILT_IN) {
            computed.put(
                    type.name(),
                    List.of(
                            model.points(Score.ENGAGEMENT, type),
                            model.points(Score.INTEREST, type),
                            model.points(Score.INTENT, type)));
        }
        assertThat(documented).isEqualTo(computed);
    }
}
