package io.behavioranalytics.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class EventBodyTest {
    private static final String GOLDEN =
            "1b0100422f6104184571756f7465636f776e0301616e0404fa01616c070600010285043b0208010041" + "7801636269670650"
                    + "c3a9".repeat(40);

    private static BehaviorEvent event(
            Map<String, @Nullable Object> page,
            Map<String, @Nullable Object> properties,
            Map<String, @Nullable Object> context,
            Map<String, @Nullable Object> metadata) {
        return EventBuilder.event(new UUID(1, 2), Instant.EPOCH)
                .lead("lead-1")
                .page(page)
                .properties(properties)
                .context(context)
                .metadata(metadata)
                .build();
    }

    private static void assertThatItComesBack(BehaviorEvent event) {
        byte[] bytes = EventBody.encode(event);
        EventBody body = EventBody.decode(bytes);
        assertThat(body.page()).isEqualTo(event.page());
        assertThat(body.properties()).isEqualTo(event.properties());
        assertThat(body.properties().keySet())
                .containsExactlyElementsOf(event.properties().keySet());
        assertThat(body.context()).isEqualTo(event.context());
        assertThat(body.metadata()).isEqualTo(event.metadata());
        byte[] shifted = new byte[bytes.length + 7];
        System.arraycopy(bytes, 0, shifted, 3, bytes.length);
        assertThat(EventBody.decode(shifted, 3, 3 + bytes.length).properties()).isEqualTo(event.properties());
    }

    @Test
    void four_empty_maps_are_no_bytes() {
        BehaviorEvent event = event(Map.of(), Map.of(), Map.of(), Map.of());
        assertThat(EventBody.encode(event)).isEmpty();
        assertThatItComesBack(event);
    }

    @Test
    void stored_bytes_are_readable_for_ever() { // never change these bytes: stores have kept them
        Map<String, @Nullable Object> properties = new LinkedHashMap<>();
        properties.put("formId", "quote");
        properties.put("own", -1L);
        properties.put("n", new BigDecimal("1.25"));
        properties.put("l", Arrays.asList(null, true, false, 5L, new BigDecimal("1E+30"), Map.of("url", "x")));
        BehaviorEvent event = event(Map.of("url", "/a"), properties, Map.of(), Map.of("big", "é".repeat(40)));
        assertThat(HexFormat.of().formatHex(EventBody.encode(event))).isEqualTo(GOLDEN);
        assertThatItComesBack(event);
    }

    @Test
    void random_maps_come_back_without_loss() {
        SplittableRandom random = new SplittableRandom(5);
        for (int i = 0; i < 3_000; i++) {
            assertThatItComesBack(
                    event(randomMap(random, 2), randomMap(random, 0), randomMap(random, 1), randomMap(random, 2)));
        }
    }

    private static Map<String, @Nullable Object> randomMap(SplittableRandom random, int depth) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        int size = random.nextInt(10) == 0 ? random.nextInt(60) : random.nextInt(6);
        for (int i = 0; i < size; i++) {
            String name = random.nextBoolean()
                    ? List.of("url", "userAgent", "outcome").get(random.nextInt(3))
                    : "é" + i;
            map.put(name, randomValue(random, depth));
        }
        return map;
    }

    private static @Nullable Object randomValue(SplittableRandom random, int depth) {
        return switch (random.nextInt(depth < 3 ? 8 : 6)) {
            case 0 -> null;
            case 1 -> random.nextBoolean();
            case 2 -> random.nextLong() >> random.nextInt(64);
            case 3 -> BigDecimal.valueOf(random.nextLong(), random.nextInt(-300, 300));
            case 4 -> new BigDecimal("-1234567890123456789012345678901234567890e" + random.nextInt(-300, 300));
            case 5 -> "x😀".repeat(random.nextInt(60));
            case 6 -> {
                List<@Nullable Object> list = new ArrayList<>();
                for (int i = random.nextInt(4); i > 0; i--) {
                    list.add(randomValue(random, depth + 1));
                }
                yield list;
            }
            default -> randomMap(random, depth + 1);
        };
    }

    @Test
    void damaged_bytes_are_refused_and_ask_for_no_memory() {
        Map<String, @Nullable Object> properties =
                Map.of("a", List.of("x", 1L, new BigDecimal("0.5")), "b", "y".repeat(100));
        byte[] bytes = EventBody.encode(event(Map.of(), properties, Map.of(), Map.of()));
        SplittableRandom random = new SplittableRandom(9);
        for (int i = 0; i < 20_000; i++) {
            byte[] damaged = Arrays.copyOf(bytes, 1 + random.nextInt(bytes.length));
            damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            try {
                EventBody.decode(damaged);
            } catch (IllegalArgumentException e) {
                assertThat(e.getMessage()).startsWith("event body");
            }
        }
        assertThatIllegalArgumentException().isThrownBy(() -> EventBody.decode(new byte[] {0x21, 0}));
    }
}
