package io.behavioranalytics.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class JsonLayoutTest {
    @Test
    void every_value_has_a_line() {
        assertThat(JsonLayout.indent("{\"a\":1,\"b\":[true,{\"c\":\"x\"}],\"d\":{},\"e\":[]}"))
                .isEqualTo("""
                        {
                          "a": 1,
                          "b": [
                            true,
                            {
                              "c": "x"
                            }
                          ],
                          "d": {},
                          "e": []
                        }
                        """);
    }

    @Test
    void what_looks_like_json_within_a_text_stays() {
        assertThat(JsonLayout.indent("{\"a\":\"{[,:]}\\\\\\\"}\"}")).isEqualTo("{\n  \"a\": \"{[,:]}\\\\\\\"}\"\n}\n");
    }

    @Test
    void any_document_reads_the_same_and_is_laid_out_once_for_all() {
        for (long seed = 1; seed <= 2_000; seed++) {
            String compact = Json.write(value(new Random(seed), 4));
            String laid = JsonLayout.indent(compact);
            String again = Json.write(Json.parse(laid, JsonLimits.DEFINITION));
            assertThat(again).as("seed %s", seed).isEqualTo(compact);
            assertThat(JsonLayout.indent(again)).isEqualTo(laid);
        }
    }

    private static @Nullable Object value(Random random, int depth) {
        int kind = random.nextInt(depth == 0 ? 4 : 7);
        if (kind == 4) {
            List<@Nullable Object> list = new ArrayList<>();
            for (int i = random.nextInt(4); i > 0; i--) {
                list.add(value(random, depth - 1));
            }
            return list;
        }
        if (kind > 4) {
            Map<String, @Nullable Object> map = new LinkedHashMap<>();
            for (int i = random.nextInt(4); i > 0; i--) {
                map.put("k\"" + i, value(random, depth - 1));
            }
            return map;
        }
        return switch (kind) {
            case 0 -> (long) random.nextInt();
            case 1 -> random.nextBoolean();
            case 2 -> null;
            default -> "a\"\\{}[]:,\n\u00fc".substring(random.nextInt(10));
        };
    }
}
