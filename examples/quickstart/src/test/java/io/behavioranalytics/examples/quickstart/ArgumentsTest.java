package io.behavioranalytics.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArgumentsTest {
    @Test
    void options_and_the_file_may_stand_in_any_order() {
        Arguments arguments = Arguments.parse("--lead", "who", "clicks.csv", "--map", "a=b", "--map", "c=d");

        assertThat(arguments.input()).isEqualTo(Path.of("clicks.csv"));
        assertThat(arguments.first(Option.LEAD)).contains("who");
        assertThat(arguments.all(Option.MAP)).containsExactly("a=b", "c=d");
        assertThat(arguments.has(Option.HELP)).isFalse();
    }

    @Test
    void a_file_of_options_names_others_relative_to_itself(@TempDir Path folder) throws IOException {
        Path options = folder.resolve("options");
        Files.writeString(options, "# remark\n\n--time-format yyyy-MM-dd HH:mm\n--definitions definitions\n--help\n");

        Arguments arguments = Arguments.parse("@" + options);

        assertThat(arguments.first(Option.TIME_FORMAT)).contains("yyyy-MM-dd HH:mm");
        assertThat(arguments.file(Option.DEFINITIONS)).contains(folder.resolve("definitions"));
        assertThat(arguments.has(Option.HELP)).isTrue();
    }

    @Test
    void what_makes_no_sense_is_refused_with_its_name() {
        assertThatThrownBy(() -> Arguments.parse("--laed", "who"))
                .hasMessage("unknown option '--laed'; --help lists them");
        assertThatThrownBy(() -> Arguments.parse("--lead")).hasMessage("--lead needs a value: COLUMN");
        assertThatThrownBy(() -> Arguments.parse("--lead", "a", "--lead", "b")).hasMessage("--lead is given twice");
        assertThatThrownBy(() -> Arguments.parse("a", "b")).hasMessage("one input file is read at a time: a, b");
        assertThatThrownBy(() -> Arguments.parse("@nowhere"))
                .hasMessageStartingWith("cannot read the options in nowhere");
    }

    @Test
    void the_help_names_every_option() {
        assertThat(Option.values())
                .allSatisfy(option -> assertThat(Option.help()).contains("  " + option.flag() + " "));
    }
}
