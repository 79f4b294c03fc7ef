package io.behavioranalytics.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.behavioranalytics.condition.Operator;
import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.Category;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.json.Json;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Whatever hosts and visitors call things: JSON reads back as the same values, and no cell of a CSV file is a formula. */
class HostileNamesTest {
    private static final Instant BEGIN = Instant.parse("2026-03-27T20:00:00Z");
    private static final List<String> SIGNS =
            List.of("=", "+", "-", "@", "\t", "\r", "\n", "\0", "\uff1d", "\uff0b", "\uff0d", "\uff20");
    private static final List<String> BLANKS =
            List.of("", " ", "  ", "\u00a0", "\u3000", "\u200b", "\ufeff", "\u2028", "\t", "\u000b");
    private static final List<String> TEXTS = List.of(
            "1+1",
            "cmd|' /C calc'!A0",
            "HYPERLINK(\"http://x\",\"y\")",
            "a,b;c",
            "\"",
            "\\",
            "line\r\nline",
            "\u0001\u001f\u007f\u0085",
            "\ud83d\ude00",
            "\ud800",
            "x\udc00y",
            "\u202egnp",
            "");

    @Test
    void a_text_is_a_formula_for_no_spreadsheet_whatever_stands_before_its_sign() {
        for (String blank : BLANKS) {
            for (String sign : SIGNS) {
                for (String text : TEXTS) {
                    String hostile = blank + sign + text;
                    List<List<String>> lines = read(table(hostile).toCsv());
                    assertThat(lines).as(Json.write(hostile)).hasSize(2);
                    assertThat(lines.get(0)).containsExactly("'" + whole(hostile), "harmless");
                    assertThat(lines.get(1)).containsExactly("'" + whole(hostile), "harmless");
                }
            }
        }
        for (String harmless : List.of("a=1", "a\t=1", "1-1", "'=1", " a", "\ufeffa", "", " ", "\u00a0")) {
            assertThat(read(table(harmless).toCsv()).get(1)).containsExactly(harmless, "harmless");
        }
    }

    private static ReportTable table(String text) {
        return new ReportTable("t", List.of(text, "harmless"), List.of(List.of(text, "harmless")));
    }

    @Test
    void what_a_report_says_can_be_written_in_unicode_and_reads_back_as_the_same() throws IOException {
        Set<String> told = new TreeSet<>();
        for (int seed = 1; seed <= 60; seed++) {
            Random random = new Random(seed);
            Histories histories = histories(random);
            for (Question<?> question : questions(random)) {
                Report report = histories.run(question, BEGIN.plus(Duration.ofDays(9)));
                String json = report.toJson();
                assertThat(histories
                                .run(question, BEGIN.plus(Duration.ofDays(9)))
                                .toJson())
                        .isEqualTo(json);
                assertThat(new String(utf8(json), StandardCharsets.UTF_8)).isEqualTo(json);
                assertThat(parsed(json)).as("seed %s, %s", seed, question).isEqualTo(said(report));
                utf8(report.toText());
                for (ReportTable table : report.tables()) {
                    check(report, table, told);
                }
            }
        }
        assertThat(told)
                .containsExactlyInAnyOrder(
                        "CorrelationReport correlation.value",
                        "FunnelReport groups.value1",
                        "FunnelReport groups.value2",
                        "FunnelReport leads.subject",
                        "LifetimeValueReport customers.subject",
                        "PathsReport links.from",
                        "PathsReport links.to",
                        "PatternCountReport examples.subject",
                        "ReturnOnInvestmentReport agents.agent",
                        "ReturnOnInvestmentReport lift.group",
                        "ReturnOnInvestmentReport sources.source",
                        "TrendReport totals.group",
                        "TrendReport trend.group");
    }

    /** Every cell of a CSV file is what the table says, harmless; notes in which columns a hostile text stood. */
    private static void check(Report report, ReportTable table, Set<String> told) throws IOException {
        String csv = table.toCsv();
        utf8(csv);
        List<List<String>> lines = read(csv);
        assertThat(lines).hasSize(table.rows().size() + 1);
        for (int row = 0; row < table.rows().size(); row++) {
            List<@Nullable Object> cells = table.rows().get(row);
            assertThat(lines.get(row + 1)).hasSize(cells.size());
            for (int i = 0; i < cells.size(); i++) {
                String read = lines.get(row + 1).get(i);
                if (cells.get(i) instanceof String text) {
                    boolean hostile = isHostile(text);
                    assertThat(read).isEqualTo((hostile ? "'" : "") + whole(text));
                    if (hostile) {
                        told.add(report.getClass().getSimpleName() + " " + table.name() + "."
                                + table.columns().get(i));
                    }
                } else if (cells.get(i) instanceof Number number) {
                    assertThat(new BigDecimal(read)).isEqualByComparingTo(new BigDecimal(number.toString()));
                }
            }
        }
    }

    private static boolean isHostile(String text) {
        return SIGNS.stream().anyMatch(sign -> BLANKS.stream().anyMatch(blank -> text.startsWith(blank + sign)));
    }

    private static String whole(String text) {
        return text.replaceAll(
                "(?<![\\ud800-\\udbff])[\\udc00-\\udfff]|[\\ud800-\\udbff](?![\\udc00-\\udfff])", "\ufffd");
    }

    private static byte[] utf8(String text) throws CharacterCodingException {
        ByteBuffer bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        return copy;
    }

    private static Histories histories(Random random) {
        Histories histories = new Histories();
        for (int s = 0; s < 4; s++) {
            String lead = name(random) + s;
            String session = name(random) + "s";
            List<BehaviorEvent> list = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                list.add(new BehaviorEvent(
                        new UUID(s, i),
                        session,
                        lead,
                        null,
                        i,
                        EventType.of(i % 2 == 0 ? "a" : "b"),
                        Category.ENGAGEMENT,
                        BEGIN.plus(Duration.ofMinutes(20L * i)),
                        name(random) + "w",
                        Map.of(),
                        new HashMap<>(Map.of("p", name(random), "n", name(random))),
                        Map.of(),
                        i / 4.0,
                        Map.of(),
                        false));
            }
            histories.events.put(SubjectId.lead(lead), list);
        }
        return histories;
    }

    private static String name(Random random) {
        return BLANKS.get(random.nextInt(BLANKS.size()))
                + SIGNS.get(random.nextInt(SIGNS.size()))
                + TEXTS.get(random.nextInt(TEXTS.size()));
    }

    private static List<Question<?>> questions(Random random) {
        EventChoice a = EventChoice.of(EventType.of("a"));
        EventChoice b = EventChoice.of(EventType.of("b"))
                .where("properties.p", Operator.NOT_EQUALS, TEXTS.get(random.nextInt(8)) + "z");
        ReportFilter filter = ReportFilter.everything().between(BEGIN, BEGIN.plus(Duration.ofDays(2)));
        Funnel funnel = Funnel.builder()
                .step(a)
                .step(b)
                .breakdown(Funnel.Attribution.FIRST, "properties.p", "sessionId")
                .trend(CalendarInterval.HOUR)
                .leads(9)
                .filter(filter)
                .build();
        Periods days = Periods.calendar(CalendarInterval.DAY);
        return List.of(
                funnel,
                new TimeToConvert(funnel, 1, 2, 3),
                CohortRetention.on(a, b, days, 2, filter),
                new CohortRevenue(a, b, days, 2, filter),
                LifetimeValue.of(a, filter),
                new EventPaths(
                        a, EventPaths.Direction.FROM, 4, "properties.n", true, EventPaths.Order.SUBJECTS, 50, filter),
                Trend.of(a, Trend.Measure.VALUE, CalendarInterval.DAY, filter).by("properties.p"),
                new Correlation(a, EventChoice.of(EventType.of("c")), Duration.ofHours(9), "source", 0.9, 1, filter),
                Lifecycle.of(a, CalendarInterval.DAY, filter),
                Stickiness.of(a, CalendarInterval.DAY, filter),
                Activity.of(filter),
                new PatternCount(List.of(a, b), EventPattern.parse("(?1).*(?2)"), 9, filter),
                ReturnOnInvestment.builder(filter)
                        .conversion(b)
                        .source("properties.p", ReturnOnInvestment.Attribution.LINEAR, Duration.ofHours(9))
                        .costs(List.of(new Cost(name(random), BEGIN, BEGIN.plusSeconds(9), BigDecimal.ONE)))
                        .against(
                                ComparedGroups.of(
                                        name(random),
                                        Map.of(SubjectId.lead("l"), new ComparedGroups.Member(name(random), BEGIN))),
                                0.9)
                        .agent("properties.n")
                        .lifetimeValue(3, 0.01)
                        .build());
    }

    /** What a report says, as JSON knows values. */
    private static @Nullable Object said(Report report) {
        Map<String, @Nullable Object> said = new LinkedHashMap<>(report.frame().toMap());
        for (ReportTable table : report.tables()) {
            List<@Nullable Object> rows = new ArrayList<>();
            for (List<@Nullable Object> row : table.rows()) {
                Map<String, @Nullable Object> fields = new LinkedHashMap<>();
                for (int i = 0; i < row.size(); i++) {
                    fields.put(table.columns().get(i), row.get(i));
                }
                assertThat(fields).hasSize(row.size());
                rows.add(fields);
            }
            assertThat(said.put(table.name(), rows)).isNull();
        }
        return plain(said);
    }

    private static @Nullable Object plain(@Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            Map<String, @Nullable Object> copy = new LinkedHashMap<>();
            map.forEach((name, inner) -> copy.put(String.valueOf(name), plain(inner)));
            return copy;
        } else if (value instanceof List<?> list) {
            List<@Nullable Object> copy = new ArrayList<>();
            list.forEach(inner -> copy.add(plain(inner)));
            return copy;
        } else if (value instanceof Number number) {
            return new BigDecimal(number.toString()).stripTrailingZeros().toPlainString();
        }
        return value;
    }

    /** By a parser that takes what RFC 8259 takes, half pairs too. */
    private static @Nullable Object parsed(String json) throws IOException {
        try (JsonParser parser = new JsonFactory().createParser(json)) {
            Object value = value(parser, parser.nextToken());
            assertThat(parser.nextToken()).isNull();
            return value;
        }
    }

    private static @Nullable Object value(JsonParser parser, JsonToken token) throws IOException {
        switch (token) {
            case START_OBJECT -> {
                Map<String, @Nullable Object> map = new LinkedHashMap<>();
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    String name = parser.currentName();
                    assertThat(map.containsKey(name)).isFalse();
                    map.put(name, value(parser, parser.nextToken()));
                }
                return map;
            }
            case START_ARRAY -> {
                List<@Nullable Object> list = new ArrayList<>();
                for (JsonToken next = parser.nextToken(); next != JsonToken.END_ARRAY; next = parser.nextToken()) {
                    list.add(value(parser, next));
                }
                return list;
            }
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> {
                return parser.getDecimalValue().stripTrailingZeros().toPlainString();
            }
            case VALUE_TRUE, VALUE_FALSE -> {
                return parser.getBooleanValue();
            }
            case VALUE_NULL -> {
                return null;
            }
            default -> {
                return parser.getText();
            }
        }
    }

    /** RFC 4180, read to the letter. */
    private static List<List<String>> read(String csv) {
        List<List<String>> lines = new ArrayList<>();
        List<String> line = new ArrayList<>();
        int at = 0;
        while (at < csv.length()) {
            StringBuilder cell = new StringBuilder();
            if (csv.charAt(at) == '"') {
                at++;
                while (csv.charAt(at) != '"' || (at + 1 < csv.length() && csv.charAt(at + 1) == '"')) {
                    at += csv.charAt(at) == '"' ? 1 : 0;
                    cell.append(csv.charAt(at++));
                }
                at++;
            } else {
                while (csv.charAt(at) != ',' && csv.charAt(at) != '\r') {
                    assertThat(csv.charAt(at)).isNotIn('"', '\n');
                    cell.append(csv.charAt(at++));
                }
            }
            line.add(cell.toString());
            if (csv.charAt(at) == ',') {
                at++;
            } else {
                assertThat(csv.substring(at, at + 2)).isEqualTo("\r\n");
                at += 2;
                lines.add(line);
                line = new ArrayList<>();
            }
        }
        return lines;
    }
}
