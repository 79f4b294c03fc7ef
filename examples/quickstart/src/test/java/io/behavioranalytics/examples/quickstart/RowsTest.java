package io.behavioranalytics.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.behavioranalytics.examples.quickstart.Rows.Format;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RowsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"a,b;c|,", "a;b,;c;d|;"})
    void the_separator_is_the_most_frequent_candidate_of_the_first_line(String line, char separator) {
        assertThat(DelimitedRows.separator(line)).isEqualTo(separator);
    }

    @Test
    void a_line_without_candidates_is_separated_by_blanks() {
        assertThat(DelimitedRows.separator("a  b")).isEqualTo(DelimitedRows.BLANKS);
        assertThat(DelimitedRows.separator("a\tb")).isEqualTo('\t');
    }

    @Test
    void the_first_line_names_the_columns_and_empty_fields_are_left_out() throws IOException {
        assertThat(read("a,b,c\n1,,3\n\n,,\n"))
                .containsExactly(Row.of(2, "1,,3", Map.of("a", "1", "c", "3"), true), Row.of(4, ",,", Map.of(), true));
    }

    @Test
    void a_file_without_a_header_line_takes_the_names_given() throws IOException {
        assertThat(read("1;2\n", Format.AUTO, List.of("x", "y")))
                .containsExactly(Row.of(1, "1;2", Map.of("x", "1", "y", "2"), true));
    }

    @Test
    void quoted_fields_hold_separators_quotes_and_ends_of_line() throws IOException {
        List<Row> rows = read("a,b\r\n\"x,y\",\"say \"\"hi\"\"\"\r\n\"two\r\nlines\",2\r\n\"\",3\r\n");

        assertThat(rows)
                .extracting(Row::fields)
                .containsExactly(
                        Map.of("a", "x,y", "b", "say \"hi\""), Map.of("a", "two\nlines", "b", "2"), Map.of("b", "3"));
        assertThat(rows).extracting(Row::line).containsExactly(2L, 3L, 5L);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {
                "1,2,3|3 fields where 2 are expected: '1,2,3'",
                "1|1 fields where 2 are expected: '1'",
                "1,a\"b\"|a quote inside field 2, which is not quoted",
                "\"a\"b,2|text after the closing quote of field 1",
                "\"a,2|a quote is never closed: '\"a,2'"
            })
    void a_malformed_record_is_unreadable_with_its_reason_and_the_next_one_is_read(String line, String reason)
            throws IOException {
        List<Row> rows = read("a,b\n" + line + "\nx,y\n");

        assertThat(rows).extracting(Row::problem).containsExactly(reason, null);
        assertThat(rows.get(0).line()).isEqualTo(2);
        assertThat(rows.get(1)).isEqualTo(Row.of(3, "x,y", Map.of("a", "x", "b", "y"), true));
    }

    @Test
    void columns_between_runs_of_blanks_need_no_quotes() throws IOException {
        assertThat(read(" id  date \r\n 007 1997\t\r\n \"x\"   1998 \r\n"))
                .extracting(Row::fields)
                .containsExactly(Map.of("id", "007", "date", "1997"), Map.of("id", "\"x\"", "date", "1998"));
    }

    @Test
    void a_json_object_a_line_keeps_its_values() throws IOException {
        List<Row> rows = read("{\"a\":1,\"b\":{\"c\":\"2\"}}\n\n[1]\n{\"a\":1,\"a\":2}\n");

        assertThat(rows.get(0).fields()).isEqualTo(Map.of("a", 1L, "b", Map.of("c", "2")));
        assertThat(rows.get(0).untyped()).isFalse();
        assertThat(rows).extracting(Row::line).containsExactly(1L, 3L, 4L);
        assertThat(rows.subList(1, 3))
                .allSatisfy(row -> assertThat(row.problem()).isNotEmpty());
    }

    @Test
    void a_header_that_cannot_be_used_is_an_error() {
        assertThatThrownBy(() -> read("a,b,a\n"))
                .isInstanceOf(UsageException.class)
                .hasMessage("a column is named twice: a, b, a");
        assertThatThrownBy(() -> read("a,\"b\n"))
                .isInstanceOf(UsageException.class)
                .hasMessageStartingWith("the header line cannot be read: a quote is never closed");
    }

    private static List<Row> read(String content) throws IOException {
        return read(content, Format.AUTO, null);
    }

    private static List<Row> read(String content, Format format, @Nullable List<String> columns) throws IOException {
        try (Lines lines = Lines.open(new ByteArrayInputStream(content.getBytes(StandardCharsets.UTF_8)))) {
            Rows rows = Rows.of(lines, format, null, columns);
            List<Row> all = new ArrayList<>();
            for (Row row = rows.next(); row != null; row = rows.next()) {
                all.add(row);
            }
            return all;
        }
    }
}
