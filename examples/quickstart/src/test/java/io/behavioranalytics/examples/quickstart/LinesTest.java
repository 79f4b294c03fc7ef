package io.behavioranalytics.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.behavioranalytics.examples.quickstart.Lines.Line;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

class LinesTest {
    @Test
    void lines_end_by_lf_or_cr_lf_and_the_last_needs_no_end() throws IOException {
        assertThat(texts("a\nb\r\n\r\nc")).containsExactly("a", "b", "", "c");
        assertThat(texts("a\n")).containsExactly("a");
        assertThat(texts("")).isEmpty();
    }

    @Test
    void a_byte_order_mark_is_no_part_of_the_text() throws IOException {
        assertThat(texts("\uFEFFa\r\n\uFEFFb")).containsExactly("a", "\uFEFFb");
        assertThat(texts("\uFEFF")).containsExactly("");
    }

    @Test
    void gzip_is_told_by_its_first_bytes() throws IOException {
        assertThat(read(gzip("ä\nb\n"))).extracting(Line::text).containsExactly("ä", "b");
        assertThat(texts("\u001f")).containsExactly("\u001f");
    }

    @Test
    void a_gzip_that_breaks_off_is_an_error_and_not_the_end() throws IOException {
        byte[] whole = gzip("line\n".repeat(10_000));
        byte[] cut = Arrays.copyOf(whole, whole.length - 20);

        assertThatThrownBy(() -> read(cut)).isInstanceOf(EOFException.class);
    }

    @Test
    void a_gzip_bomb_is_stopped_at_the_limit() throws IOException { // bad-input.md C12
        byte[] bomb = gzip("\0".repeat(10_000_000));
        assertThat(bomb.length).isLessThan(11_000);
        long limit = Inflation.ALLOWANCE + Inflation.MOST_TIMES * bomb.length;

        long[] inflated = {0};
        try (InputStream in = Inflation.of(new ByteArrayInputStream(bomb))) {
            assertThatThrownBy(() -> {
                        while (in.read() >= 0) {
                            inflated[0]++;
                        }
                    })
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("it inflates to more than")
                    .hasMessageContaining("unpack it first");
        }
        assertThat(inflated[0]).isEqualTo(limit);
        assertThatThrownBy(() -> read(bomb)).isInstanceOf(IOException.class).hasMessageContaining("unpack it first");
    }

    @Test
    void a_bomb_inside_a_longer_gzip_is_stopped_where_it_lies() throws IOException { // C12
        byte[] good = gzip(journeys(200));
        byte[] bomb = gzip("\0".repeat(20_000_000));
        byte[] both = Arrays.copyOf(good, good.length + bomb.length);
        System.arraycopy(bomb, 0, both, good.length, bomb.length);

        assertThatThrownBy(() -> read(both)).isInstanceOf(IOException.class).hasMessageContaining("unpack it first");
    }

    @Test
    void a_short_gzip_may_be_as_regular_as_it_likes_and_a_long_clickstream_is_far_from_the_limit() throws IOException {
        assertThat(read(gzip("\0".repeat((int) Inflation.ALLOWANCE)))).hasSize(1);
        String journeys = journeys(1_500);
        assertThat((long) journeys.length()).isGreaterThan(2 * Inflation.ALLOWANCE);
        byte[] packed = gzip(journeys);
        assertThat(journeys.length() / packed.length).isLessThan((int) Inflation.MOST_TIMES / 4);
        assertThat(read(packed)).hasSize((int) journeys.lines().count());
    }

    @Test
    void bytes_that_are_not_utf_8_make_their_own_line_unreadable() throws IOException {
        byte[] bytes = {'a', '\n', 'b', 'c', (byte) 0xff, '\n', 'd', (byte) 0xc3, '\n', 'e'};

        assertThat(read(bytes))
                .containsExactly(
                        new Line(1, "a", null),
                        new Line(2, "", "not UTF-8: byte 0xFF at position 3"),
                        new Line(3, "", "not UTF-8: byte 0xC3 at position 2"),
                        new Line(4, "e", null));
    }

    @Test
    void a_line_longer_than_the_limit_is_unreadable_and_the_next_one_is_not() throws IOException {
        String longest = "x".repeat(Lines.MAX_BYTES);

        List<Line> lines = read((longest + "\n" + longest + "y\nz").getBytes(StandardCharsets.UTF_8));

        assertThat(lines.get(0).text()).isEqualTo(longest);
        assertThat(lines.get(1)).isEqualTo(new Line(2, "", "longer than 1048576 bytes"));
        assertThat(lines.get(2)).isEqualTo(new Line(3, "z", null));
    }

    @Test
    void lines_given_back_come_again_in_order() throws IOException {
        try (Lines lines = Lines.open(new ByteArrayInputStream("a\nb\nc".getBytes(StandardCharsets.UTF_8)))) {
            assertThat(lines.peek()).isEqualTo(lines.peek());
            Line a = lines.next();
            Line b = lines.next();
            lines.pushBack(List.of(a, b));

            assertThat(rest(lines)).extracting(Line::text).containsExactly("a", "b", "c");
        }
    }

    private static List<String> texts(String content) throws IOException {
        return read(content.getBytes(StandardCharsets.UTF_8)).stream()
                .map(Line::text)
                .toList();
    }

    private static List<Line> read(byte[] content) throws IOException {
        try (Lines lines = Lines.open(new ByteArrayInputStream(content))) {
            return rest(lines);
        }
    }

    private static List<Line> rest(Lines lines) throws IOException {
        List<Line> all = new ArrayList<>();
        for (Line line = lines.next(); line != null; line = lines.next()) {
            all.add(line);
        }
        return all;
    }

    private static String journeys(int visitors) throws IOException {
        StringWriter out = new StringWriter();
        JourneyGenerator.write(visitors, 1, out);
        return out.toString();
    }

    private static byte[] gzip(String content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(content.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }
}
