package io.behavioranalytics.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonTest {
    @Test
    void a_document_keeps_its_order_and_is_written_as_it_was_read() {
        String document = "{\"b\":[1,2.5,\"x\\\"\\\\\\n\\u0001é😀/\",null,true,{}],\"a\":{\"z\":false,\"y\":[]}}";
        assertThat(Json.write(Json.parse(document, JsonLimits.DEFINITION))).isEqualTo(document);
    }

    @ParameterizedTest
    @CsvSource({
        "1, 1",
        "1.0, 1",
        "1e0, 1",
        "100e-2, 1",
        "-0, 0",
        "-0.0, 0",
        "0e5, 0",
        "0.10, 0.1",
        "1e3, 1000",
        "1.5e1, 15",
        "9223372036854775807, 9223372036854775807",
        "-9223372036854775808, -9223372036854775808",
        "9223372036854775808, 9223372036854775808",
        "1e18, 1000000000000000000",
        "1e19, 1E+19",
        "12e-10, 1.2E-9",
        "123456789012345678, 123456789012345678",
        "1234567890123456789, 1234567890123456789",
        "0.001, 0.001"
    })
    void equal_numbers_are_one_value(String given, String written) {
        Object number = Json.parse(given, JsonLimits.DEFINITION);
        assertThat(Json.write(number)).isEqualTo(written);
        assertThat(Json.parse(written, JsonLimits.DEFINITION)).isEqualTo(number);
        // As plain digits it is a whole number that fits, or it is not.
        assertThat(number instanceof Long)
                .isEqualTo(written.matches("-?[0-9]+") && !written.equals("9223372036854775808"));
    }

    @ParameterizedTest
    @CsvSource({
        "1e1000, OK",
        "1e1001, NUMBER_RANGE",
        "10e1000, NUMBER_RANGE",
        "0.1e1001, OK",
        "0.1e1002, NUMBER_RANGE",
        "1e-1000, OK",
        "1e-1001, NUMBER_RANGE",
        "0.001e-997, OK",
        "0.001e-998, NUMBER_RANGE",
        "1e000000000000000000000000000000001, OK",
        "0.0e99999999999, OK"
    })
    void a_number_is_judged_by_the_place_of_its_first_digit_before_it_is_expanded(String given, String outcome) {
        if (outcome.equals("OK")) {
            assertThat(Json.parse(given, JsonLimits.DEFINITION)).isNotNull();
        } else {
            assertThatThrownBy(() -> Json.parse(given, JsonLimits.DEFINITION))
                    .isInstanceOfSatisfying(
                            JsonException.class, e -> assertThat(e.code()).isEqualTo(outcome));
        }
    }

    @Test
    void a_double_becomes_the_shortest_decimal_that_reads_back_as_it() {
        assertThat(Json.fromDouble(0.1)).isEqualTo(new BigDecimal("0.1"));
        assertThat(Json.fromDouble(-0.0)).isEqualTo(0L);
        assertThat(Json.fromDouble(1e20)).isEqualTo(new BigDecimal("1E+20"));
        assertThat(Json.fromDouble(Double.parseDouble("2e23"))).isEqualTo(new BigDecimal("2E+23")); // JDK-4511638
        assertThat(Json.fromDouble(1.1920928955078125e-7)).isEqualTo(new BigDecimal("1.1920928955078125E-7"));
        assertThat(Json.fromFloat(0.1f)).isEqualTo(new BigDecimal("0.1"));
        assertThatThrownBy(() -> Json.fromDouble(Double.NaN)).isInstanceOf(IllegalArgumentException.class);
        SplittableRandom random = new SplittableRandom(7);
        for (int i = 0; i < 10_000; i++) {
            double any = Double.longBitsToDouble(random.nextLong());
            double cents = random.nextInt(-10_000_000, 10_000_000) / 100.0;
            for (double value : new double[] {any, cents, cents * 1e12}) {
                if (Double.isFinite(value)) {
                    Number number = Json.fromDouble(value);
                    assertThat(number.doubleValue()).isEqualTo(value == 0 ? 0.0 : value);
                    if (number instanceof BigDecimal decimal) {
                        assertThat(decimal.precision()).isLessThanOrEqualTo(17);
                        assertThat(decimal).isEqualTo(Json.number(decimal));
                    }
                }
            }
            float small = Float.intBitsToFloat(random.nextInt());
            if (Float.isFinite(small)) {
                assertThat(Json.fromFloat(small).floatValue()).isEqualTo(small == 0 ? 0f : small);
            }
        }
    }

    @Test
    void random_values_survive_writing_and_reading() {
        SplittableRandom random = new SplittableRandom(11);
        for (int i = 0; i < 2_000; i++) {
            Object value = randomValue(random, 0);
            String written = Json.write(value);
            assertThat(Json.parse(written, JsonLimits.DEFINITION)).isEqualTo(value);
            assertThat(Json.parse(written.getBytes(StandardCharsets.UTF_8), JsonLimits.DEFINITION))
                    .isEqualTo(value);
            assertThat(Json.utf8Length(written)).isEqualTo(written.getBytes(StandardCharsets.UTF_8).length);
        }
    }

    private static @Nullable Object randomValue(SplittableRandom random, int depth) {
        return switch (random.nextInt(depth < 4 ? 7 : 5)) {
            case 0 -> random.nextLong() >> random.nextInt(64);
            case 1 -> Json.number(BigDecimal.valueOf(random.nextLong(), random.nextInt(-20, 60)));
            case 2 -> random.nextBoolean();
            case 3 -> randomText(random);
            case 4 -> "";
            case 5 -> {
                List<@Nullable Object> list = new ArrayList<>();
                for (int i = random.nextInt(5); i > 0; i--) {
                    list.add(random.nextInt(6) == 0 ? null : randomValue(random, depth + 1));
                }
                yield list;
            }
            default -> {
                Map<String, @Nullable Object> map = new LinkedHashMap<>();
                for (int i = random.nextInt(5); i > 0; i--) {
                    map.put(randomText(random), randomValue(random, depth + 1));
                }
                yield map;
            }
        };
    }

    private static String randomText(SplittableRandom random) {
        int[] alphabet = {'a', '"', '\\', '\n', 1, 0x7f, 0x9b, 'é', 'İ', 0x2028, 0xfffe, 0x1f600, '/', '$'};
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(20); i > 0; i--) {
            text.appendCodePoint(alphabet[random.nextInt(alphabet.length)]);
        }
        return text.toString();
    }

    @Test
    void definitions_may_be_64_deep_and_no_deeper() {
        assertThat(Json.parse("[".repeat(64) + "]".repeat(64), JsonLimits.DEFINITION))
                .isNotNull();
        assertThatThrownBy(() -> Json.parse("[".repeat(65) + "]".repeat(65), JsonLimits.DEFINITION))
                .isInstanceOfSatisfying(
                        JsonException.class, e -> assertThat(e.code()).isEqualTo("DEPTH"));
    }

    @Test
    void names_whose_hashes_collide_are_read_like_others() {
        StringBuilder document = new StringBuilder("{");
        for (int i = 0; i < 4_096; i++) { // "Aa" and "BB" have one hash
            StringBuilder name = new StringBuilder();
            for (int bit = 0; bit < 12; bit++) {
                name.append((i >> bit & 1) == 0 ? "Aa" : "BB");
            }
            document.append(i == 0 ? "\"" : ",\"").append(name).append("\":").append(i);
        }
        assertThat(Json.parseObject(document.append('}').toString(), JsonLimits.DEFINITION))
                .hasSize(4_096);
    }

    @Test
    void a_path_shows_unusual_names_in_quotes_and_in_one_line() {
        assertThat(JsonPath.child(JsonPath.element(JsonPath.child("", "items"), 3), "name"))
                .isEqualTo("items[3].name");
        assertThat(JsonPath.child("a", "b.c")).isEqualTo("a[\"b.c\"]");
        assertThat(JsonPath.child("", "x\r\n\u001b[2J\u202e")).isEqualTo("[\"x\\u000d\\u000a\\u001b[2J\\u202e\"]");
        assertThat(JsonPath.quote("é".repeat(65))).isEqualTo("\"" + "é".repeat(64) + "…\"");
    }

    @Test
    void what_json_has_no_form_for_is_refused_when_written() {
        List<Object> endless = new ArrayList<>();
        endless.add(endless);
        for (Object value : Arrays.asList(Double.NaN, new Object(), Map.of(1, 2), endless)) {
            assertThatThrownBy(() -> Json.write(value)).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
