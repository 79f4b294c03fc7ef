package io.behavioranalytics.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class TextTableTest {
    @Test
    void columns_are_as_wide_as_their_widest_cell_and_numbers_stand_to_the_right() {
        TextTable table = new TextTable("type", ">events", ">share")
                .row("page_view", 12_345L, TextTable.percent(1, 3))
                .row("form", 7, TextTable.percent(0, 0));

        assertThat(print(table)).isEqualTo("""
                  type       events   share
                  page_view  12,345  33.3 %
                  form            7       -
                """);
    }

    private static String print(TextTable table) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        table.print(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        return bytes.toString(StandardCharsets.UTF_8).replace(System.lineSeparator(), "\n");
    }
}
