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
import java.util.function.Consumer;
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
            List<PackedTimeline> chunks = new ArrayList<>();
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

    private static byte[] turned(byte[] bytes, int bit) {
        bytes[bit / 8] ^= (byte) (1 << bit % 8);
        return bytes;
    }

    @Test
    void damaged_bytes_are_refused_wherever_they_are_cut_or_changed() {
        SplittableRandom random = new SplittableRandom(2);
        Timeline timeline = Timeline.of(List.of(event(random, 1), event(random, 2), event(random, 3)));
        PackedTimeline sound = PackedTimeline.pack(timeline, 0, 3);
        assertThat(sound.count()).isEqualTo(3);
        assertThat(PackedTimeline.count(sound.outline())).isEqualTo(3);

        for (int length = 0; length < sound.detail().length; length++) {
            byte[] cut = Arrays.copyOf(sound.detail(), length);
            PackedTimeline damaged = PackedTimeline.of(sound.outline(), cut);
            assertThatThrownBy(() -> PackedTimeline.unpack(List.of(damaged)))
                    .as("detail cut at %d", length)
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(damaged::count)
                    .as("detail cut at %d", length)
                    .isInstanceOf(IllegalArgumentException.class);
        }
        for (int length = 0; length < sound.outline().length; length++) {
            byte[] cut = Arrays.copyOf(sound.outline(), length);
            PackedTimeline damaged = PackedTimeline.of(cut, sound.detail());
            assertThatThrownBy(() -> PackedTimeline.unpack(List.of(damaged)))
                    .as("outline cut at %d", length)
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(damaged::count)
                    .as("outline cut at %d", length)
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> PackedTimeline.outline(List.of(cut), List.of()))
                    .as("outline cut at %d", length)
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> PackedTimeline.count(cut))
                    .as("outline cut at %d", length)
                    .isInstanceOf(IllegalArgumentException.class);
        }
        for (int bit = 0; bit < sound.detail().length * 8; bit++) {
            byte[] turned = turned(sound.detail(), bit);
            PackedTimeline damaged = PackedTimeline.of(sound.outline(), turned);
            assertThatThrownBy(() -> PackedTimeline.unpack(List.of(damaged)))
                    .as("bit %d of the detail", bit)
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(damaged::count)
                    .as("bit %d of the detail", bit)
                    .isInstanceOf(IllegalArgumentException.class);
        }
        for (int bit = 0; bit < sound.outline().length * 8; bit++) {
            byte[] turned = turned(sound.outline(), bit);
            PackedTimeline damaged = PackedTimeline.of(turned, sound.detail());
            assertThatThrownBy(() -> PackedTimeline.unpack(List.of(damaged)))
                    .as("bit %d of the outline", bit)
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(damaged::count)
                    .as("bit %d of the outline", bit)
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> PackedTimeline.outline(List.of(turned), List.of()))
                    .as("bit %d of the outline", bit)
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> PackedTimeline.count(turned))
                    .as("bit %d of the outline", bit)
                    .isInstanceOf(IllegalArgumentException.class);
        }
        byte[] others = PackedTimeline.pack(timeline, 0, 2).outline();
        PackedTimeline mixed = PackedTimeline.of(others, sound.detail());
        assertThatThrownBy(() -> PackedTimeline.unpack(List.of(mixed))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(mixed::count).isInstanceOf(IllegalArgumentException.class);
        byte[] later = sound.detail();
        later[0] = 9;
        assertThatThrownBy(() -> PackedTimeline.unpack(List.of(PackedTimeline.of(sound.outline(), later))))
                .hasMessageContaining("version 9");
        byte[] laterOutline = sound.outline();
        laterOutline[0] = 9;
        assertThatThrownBy(() -> PackedTimeline.outline(List.of(laterOutline), List.of()))
                .hasMessageContaining("version 9");
    }

    @Test
    void an_outline_tells_when_and_what_and_refuses_to_tell_more() {
        for (int seed = 0; seed < 300; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            long unit = List.of(1_000L, 1_000_000L, 1_000_000_000L).get(random.nextInt(3));
            List<BehaviorEvent> events = new ArrayList<>();
            int size = random.nextInt(300);
            for (int i = 0; i < size; i++) {
                BehaviorEvent event = event(random, i);
                long seconds = random.nextLong(-1_000_000, 1_000_000);
                Instant at = Instant.ofEpochSecond(seconds, random.nextLong(1_000_000_000L / unit) * unit);
                events.add(EventBuilder.like(event)
                        .type(random.nextInt(3) == 0 ? EventType.of("type_" + i) : event.type())
                        .at(at)
                        .build());
            }
            Timeline timeline = Timeline.of(events);
            int packed = size == 0 ? 0 : random.nextInt(size + 1);
            List<EventOutline> behind = new ArrayList<>();
            for (int i = packed; i < size; i++) {
                behind.add(new EventOutline(timeline.micros(i), timeline.type(i), timeline.category(i)));
            }

            Timeline outline = PackedTimeline.outline(
                    List.of(PackedTimeline.pack(timeline, 0, packed).outline()), behind);

            assertThat(outline.size()).as("seed %d", seed).isEqualTo(size);
            for (int i = 0; i < size; i++) {
                assertThat(outline.micros(i)).as("seed %d", seed).isEqualTo(timeline.micros(i));
                assertThat(outline.type(i)).as("seed %d", seed).isEqualTo(timeline.type(i));
                assertThat(outline.category(i)).as("seed %d", seed).isEqualTo(timeline.category(i));
                assertThat(outline.view(i).type()).isEqualTo(timeline.type(i));
                assertThat(outline.lowerBound(0, outline.micros(i) + 1))
                        .isEqualTo(timeline.lowerBound(timeline.micros(i) + 1, Long.MIN_VALUE, new UUID(0, 0)));
            }
        }
        Timeline one = Timeline.of(List.of(event(new SplittableRandom(1), 1)));
        Timeline outline =
                PackedTimeline.outline(List.of(PackedTimeline.pack(one, 0, 1).outline()), List.of());
        for (Consumer<Timeline> question : List.<Consumer<Timeline>>of(
                timeline -> timeline.id(0),
                timeline -> timeline.key(0),
                timeline -> timeline.event(0),
                timeline -> timeline.sessionId(0),
                timeline -> timeline.leadId(0),
                timeline -> timeline.view(0).value(),
                timeline -> timeline.view(0).properties(),
                timeline -> timeline.view(0).source(),
                timeline -> timeline.view(0).imported(),
                timeline -> timeline.view(0).sequence(),
                timeline -> timeline.from(1),
                timeline -> timeline.minus(event -> true),
                timeline -> timeline.indexOf(one.id(0)),
                timeline -> timeline.lowerBound(one.key(0)),
                timeline -> PackedTimeline.pack(timeline, 0, 1),
                timeline -> timeline.plus(List.of(one.event(0))))) {
            assertThatThrownBy(() -> question.accept(outline)).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void ids_that_tell_the_time_take_less_and_come_back_as_they_were() {
        EventIds ids = new EventIds(new java.util.Random(1));
        List<BehaviorEvent> events = new ArrayList<>();
        List<BehaviorEvent> foreign = new ArrayList<>();
        SplittableRandom random = new SplittableRandom(3);
        for (int i = 0; i < 100; i++) {
            Instant at = START.plusSeconds(i);
            events.add(bare(ids.next(at.plusMillis(3)), at));
            foreign.add(bare(new UUID(random.nextLong(), random.nextLong()), at));
        }
        Timeline timeline = Timeline.of(events);
        Timeline others = Timeline.of(foreign);
        PackedTimeline packed = PackedTimeline.pack(timeline, 0, 100);
        PackedTimeline othersPacked = PackedTimeline.pack(others, 0, 100);

        assertThat(events(PackedTimeline.unpack(List.of(packed)))).isEqualTo(events);
        assertThat(events(PackedTimeline.unpack(List.of(othersPacked)))).isEqualTo(foreign);
        assertThat(packed.detail()).hasSizeLessThan(100 * 11 + 50);
        assertThat(othersPacked.detail()).hasSizeBetween(100 * 16, 100 * 16 + 50);
    }

    private static BehaviorEvent bare(UUID id, Instant at) {
        return EventBuilder.event(id, at).lead("lead-1").build();
    }

    @Test
    void the_places_of_types_and_categories_in_stored_bytes_never_change() {
        assertThat(PackedOutline.TYPES)
                .as("stored outlines refer to the places")
                .containsExactlyElementsOf(EventType.BUILT_IN.stream()
                        .map(EventType::name)
                        .limit(20)
                        .toList());
        assertThat(PackedOutline.CATEGORIES)
                .startsWith("engagement", "content", "intent", "conversion", "communication", "system")
                .containsAll(
                        Arrays.stream(Category.values()).map(Category::json).toList());
    }
}
