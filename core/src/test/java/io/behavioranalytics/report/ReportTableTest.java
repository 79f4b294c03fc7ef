package io.behavioranalytics.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ReportTableTest {
    @Test
    void C69_what_a_spreadsheet_takes_for_a_formula_gets_an_apostrophe() {
        assertThat(csv("=1+1")).isEqualTo("'=1+1");
        assertThat(csv("+cmd")).isEqualTo("'+cmd");
        assertThat(csv("-2")).isEqualTo("'-2");
        assertThat(csv("@SUM")).isEqualTo("'@SUM");
        assertThat(csv("\tx")).isEqualTo("\"'\tx\"");
        assertThat(csv("\rx")).isEqualTo("\"'\rx\"");
        assertThat(csv("\0x")).isEqualTo("\"'\0x\"");
        assertThat(csv("a=1")).isEqualTo("a=1");
    }

    @Test
    void C69_quotes_commas_and_line_ends_are_quoted() {
        assertThat(csv("a\"b")).isEqualTo("\"a\"\"b\"");
        assertThat(csv("a,b")).isEqualTo("\"a,b\"");
        assertThat(csv("a\nb")).isEqualTo("\"a\nb\"");
        assertThat(csv("=\"x\"")).isEqualTo("\"'=\"\"x\"\"\"");
    }

    @Test
    void C69_numbers_stay_as_they_are_and_nothing_is_empty() {
        assertThat(csv(-2L)).isEqualTo("-2");
        assertThat(csv(-0.5)).isEqualTo("-0.5");
        assertThat(csv(new BigDecimal("1E+3"))).isEqualTo("1000");
        assertThat(csv(true)).isEqualTo("true");
        assertThat(csv(null)).isEmpty();
    }

    @Test
    void C69_json_is_unchanged() {
        assertThat(new ReportTable("t", List.of("c"), List.of(List.of("=1+1")))
                        .toMaps()
                        .get(0))
                .containsEntry("c", "=1+1");
    }

    @Test
    void text_stands_in_columns_and_a_line_stays_a_line() {
        assertThat(new ReportTable("t", List.of("name", "n"), List.of(row("a\nb", 1.25), row("c", null))).toText())
                .isEqualTo("t\n  name     n\n  a?b   1.25\n  c        -\n");
    }

    @Test
    void a_row_of_another_length_is_refused() {
        assertThatThrownBy(() -> new ReportTable("t", List.of("a", "b"), List.of(row("x"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a row of 1 cells in a table of 2 columns");
    }

    private static List<@Nullable Object> row(@Nullable Object... cells) {
        return Arrays.asList(cells);
    }

    private static String csv(@Nullable Object cell) {
        String csv = new ReportTable("t", List.of("c"), List.of(Arrays.asList(new @Nullable Object[] {cell}))).toCsv();
        assertThat(csv).startsWith("c\r\n").endsWith("\r\n");
        return csv.substring(3, csv.length() - 2);
    }
}
