package io.behavioranalytics.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PackedTimelineTest {
    private static final Instant START = Instant.parse("2026-03-01T10:00:00.000001Z");

    private static BehaviorEvent event(SplittableRandom random, int number) {
        Map<String, @Nullable Object> properties = new LinkedHashMap<>();
        if (random.nextBoolean()) {
            properties.put("step", (long) number);
            properties.put("own name", random.nextBoolean() ? null : new BigDecimal("-0.0001"));
            properties.put("list", Arrays.asList(1L, null, Map.of("deep", "Grüße 😀")));
        }
        boolean anonymous = random.nextBoolean();
        return new BehaviorEvent(
                new UUID(random.nextLong(), random.nextLong()),
                anonymous || random.nextBoolean() ? "session-" + random.nextInt(3) : null,
                anonymous ? null : "lead-1",
                random.nextBoolean() ? null : "user-" + random.nextInt(5),
                random.nextInt(3) == 0 ? random.nextLong() : 0,
                random.nextBoolean() ? EventType.PAGE_VIEW : EventType.of("own_type_" + random.nextInt(9)),
                List.of(Category.values()).get(random.nextInt(Category.values().length)),
                START.plusNanos(random.nextLong(-1_000_000_000_000_000L, 1_000_000_000_000_000L)),
                random.nextBoolean() ? "web" : "own_source",
                random.nextBoolean() ? Map.of() : Map.of("url", "/page/" + number),
                properties,
                Map.of(),
                random.nextBoolean() ? null : random.nextDouble() * Double.MAX_VALUE,
                Map.of(),
                random.nextBoolean());
    }

    private static List<BehaviorEvent> events(Timeline timeline) {
        return IntStream.range(0, timeline.size()).mapToObj(timeline::event).toList();
    }

    @Test
    void what_is_unpacked_is_what_was_packed_however_it_was_cut() {
        for (int seed = 0; seed < 300; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            List<BehaviorEvent> events = new ArrayList<>();
            int size = random.nextInt(60);
            for (int i = 0; i < size; i++) {
                events.add(event(random, i));
            }
            Timeline timeline = Timeline.of(events);
            List<byte[]> chunks = new ArrayList<>();
            for (int from = 0; from < timeline.size(); ) {
                int to = Math.min(timeline.size(), from + 1 + random.nextInt(20));
                chunks.add(PackedTimeline.pack(timeline, from, to));
                from = to;
            }

            Timeline unpacked = PackedTimeline.unpack(chunks);

            assertThat(events(unpacked)).as("seed %d", seed).isEqualTo(events(timeline));
            assertThat(unpacked.bytes())
                    .as("seed %d", seed)
                    .isEqualTo(Timeline.of(events).bytes());
        }
    }

    @Test
    void nothing_is_packed_as_nothing() {
        assertThat(PackedTimeline.unpack(List.of()).size()).isZero();
        assertThat(PackedTimeline.unpack(List.of(PackedTimeline.pack(Timeline.empty(), 0, 0)))
                        .size())
                .isZero();
    }

    @Test
    void what_is_unpacked_can_grow() {
        SplittableRandom random = new SplittableRandom(1);
        BehaviorEvent one = event(random, 1);
        BehaviorEvent other = event(random, 2);

        Timeline grown = PackedTimeline.unpack(List.of(PackedTimeline.pack(Timeline.of(List.of(one)), 0, 1)))
                .plus(List.of(other));

        assertThat(events(grown)).isEqualTo(events(Timeline.of(List.of(one, other))));
    }

    @Test
    void damaged_bytes_are_refused_wherever_they_are_cut() {
        SplittableRandom random = new SplittableRandom(2);
        Timeline timeline = Timeline.of(List.of(event(random, 1), event(random, 2), event(random, 3)));
        byte[] sound = PackedTimeline.pack(timeline, 0, 3);

        for (int length = 0; length < sound.length; length++) {
            byte[] cut = Arrays.copyOf(sound, length);
            assertThatThrownBy(() -> PackedTimeline.unpack(List.of(cut)))
                    .as("cut at %d", length)
                    .isInstanceOf(IllegalArgumentException.class);
        }
        byte[] later = sound.clone();
        later[0] = 9;
        assertThatThrownBy(() -> PackedTimeline.unpack(List.of(later))).hasMessageContaining("version 9");
    }
}
