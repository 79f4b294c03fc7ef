package io.behavioranalytics.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class TimelineTest {
    private static final Comparator<BehaviorEvent> ORDER = Comparator.comparing(BehaviorEvent::key);
    private static final List<Category> CATEGORIES = List.of(Category.values());
    private static final Instant START = Instant.parse("2026-03-01T10:00:00Z");

    @Test
    void random_additions_removals_and_tails_agree_with_a_sorted_list() {
        for (long seed = 0; seed < 1_000; seed++) {
            agreesWithAList(seed);
        }
    }

    private static void agreesWithAList(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Timeline> timelines = new ArrayList<>(List.of(Timeline.empty()));
        List<List<BehaviorEvent>> models = new ArrayList<>(List.of(List.of()));
        for (int step = 0; step < 12; step++) {
            int base = random.nextInt(3) == 0 ? random.nextInt(timelines.size()) : timelines.size() - 1;
            Timeline timeline = timelines.get(base);
            List<BehaviorEvent> model = models.get(base);
            switch (random.nextInt(8)) {
                case 0 -> {
                    int from = random.nextInt(model.size() + 1);
                    timelines.add(timeline.from(from));
                    models.add(model.subList(from, model.size()));
                }
                case 1 -> {
                    int parts = 2 + random.nextInt(3);
                    Predicate<EventView> removed =
                            event -> Math.floorMod(event.id().hashCode(), parts) == 0;
                    timelines.add(timeline.minus(removed));
                    models.add(model.stream().filter(removed.negate()).toList());
                }
                default -> {
                    // Behind the last event more often than not, as in life.
                    long earliest = random.nextInt(3) > 0 && !model.isEmpty()
                            ? model.get(model.size() - 1).micros() + 1
                            : Micros.of(START);
                    List<BehaviorEvent> added = IntStream.rangeClosed(0, random.nextInt(6))
                            .mapToObj(i -> randomEvent(random, earliest))
                            .toList();
                    List<BehaviorEvent> longer = new ArrayList<>(model);
                    longer.addAll(added);
                    longer.sort(ORDER);
                    timelines.add(timeline.plus(added));
                    models.add(longer);
                }
            }
        }
        for (int i = 0; i < timelines.size(); i++) {
            assertThat(events(timelines.get(i))).as("seed %d step %d", seed, i).isEqualTo(models.get(i));
            findsEveryPlace(timelines.get(i), models.get(i), random);
        }
    }

    private static void findsEveryPlace(Timeline timeline, List<BehaviorEvent> model, SplittableRandom random) {
        long bodies = 0;
        for (int i = 0; i < model.size(); i++) {
            BehaviorEvent event = model.get(i);
            bodies += EventBody.encode(event).length;
            assertThat(timeline.lowerBound(event.key())).isEqualTo(i);
            assertThat(timeline.indexOf(event.id())).isEqualTo(i);
            assertThat(timeline.micros(i)).isEqualTo(event.micros());
            assertThat(timeline.type(i)).isEqualTo(event.type());
            assertThat(timeline.category(i)).isEqualTo(event.category());
            assertThat(timeline.sessionId(i)).isEqualTo(event.sessionId());
            assertThat(timeline.leadId(i)).isEqualTo(event.leadId());
            assertThat(timeline.id(i)).isEqualTo(event.id());
            assertThat(timeline.key(i)).isEqualTo(event.key());
        }
        assertThat(timeline.bytes() - timeline.bytesWithoutBodies()).isEqualTo(bodies);
        EventKey anywhere = randomEvent(random, Micros.of(START)).key();
        assertThat(timeline.lowerBound(anywhere)).isEqualTo((int) model.stream()
                .filter(event -> event.key().compareTo(anywhere) < 0)
                .count());
        assertThat(timeline.indexOf(new UUID(1, 1))).isEqualTo(-1);
    }

    @Test
    void types_have_the_numbers_that_the_timeline_says_however_many_there_are() {
        for (long seed = 0; seed < 60; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            int kinds = List.of(3, 40, 600).get(random.nextInt(3));
            List<BehaviorEvent> model = new ArrayList<>();
            Timeline timeline = Timeline.empty();
            for (int round = 0; round < 6; round++) {
                List<BehaviorEvent> added = IntStream.range(0, 100)
                        .mapToObj(i -> typed(random, kinds))
                        .toList();
                model.addAll(added);
                timeline = timeline.plus(added);
                if (random.nextInt(3) == 0) {
                    int part = random.nextInt(5);
                    timeline = timeline.minus(event -> Math.floorMod(event.id().hashCode(), 5) == part);
                    model.removeIf(event -> Math.floorMod(event.id().hashCode(), 5) == part);
                }
            }
            model.sort(ORDER);
            int from = random.nextInt(model.size());
            int to = from + random.nextInt(model.size() - from + 1);
            long[] expected = new long[EventTypes.UNLISTED + 1];
            for (int i = 0; i < model.size(); i++) {
                int number = timeline.typeNumber(i);
                assertThat(timeline.type(i)).isEqualTo(model.get(i).type());
                if (number != EventTypes.UNLISTED) {
                    assertThat(timeline.types().type(number))
                            .isEqualTo(model.get(i).type());
                }
                expected[number] += i >= from && i < to ? 1 : 0;
            }
            long[] counts = new long[EventTypes.UNLISTED + 1];
            timeline.countTypes(from, to, counts);
            assertThat(counts).isEqualTo(expected);
            assertThat(timeline.types().size()).isLessThanOrEqualTo(EventTypes.UNLISTED);
        }
    }

    private static BehaviorEvent typed(SplittableRandom random, int kinds) {
        EventType type = random.nextBoolean()
                ? EventType.BUILT_IN.get(random.nextInt(20))
                : EventType.of("own_" + random.nextInt(kinds));
        return EventBuilder.event(
                        new UUID(random.nextLong(), random.nextLong()), START.plusSeconds(random.nextInt(1_000)))
                .session("session")
                .type(type)
                .build();
    }

    @Test
    void events_are_found_by_the_numbers_of_their_types_wherever_a_timeline_begins() {
        for (long seed = 0; seed < 300; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            Timeline timeline = Timeline.of(IntStream.range(0, random.nextInt(100))
                    .mapToObj(i -> typed(random, 600))
                    .toList());
            Timeline tail = timeline.from(random.nextInt(timeline.size() + 1));
            int[] wanted = new int[EventTypes.UNLISTED + 1];
            Arrays.setAll(wanted, number -> random.nextInt(2));
            int count = random.nextInt(tail.size() + 1);
            int[] places = new int[count];

            int found = tail.find(count, wanted, places);

            assertThat(Arrays.copyOf(places, found))
                    .isEqualTo(IntStream.range(0, count)
                            .filter(i -> wanted[tail.typeNumber(i)] == 1)
                            .toArray());
        }
    }

    @Test
    void the_first_event_from_a_place_on_that_is_not_before_an_instant_is_found() {
        for (long seed = 0; seed < 300; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            Timeline timeline = Timeline.of(IntStream.range(0, random.nextInt(200))
                    .mapToObj(i -> typed(random, 3))
                    .toList());
            int first = random.nextInt(timeline.size() + 1);
            Timeline tail = timeline.from(first);
            assertThat(tail.lastMicros()).isEqualTo(tail.size() == 0 ? Micros.ALWAYS : tail.micros(tail.size() - 1));
            for (int i = 0; i < 30; i++) {
                int from = random.nextInt(tail.size() + 1);
                long instant = Micros.of(START.plusSeconds(random.nextInt(1_002) - 1));
                int expected = from;
                while (expected < tail.size() && tail.micros(expected) < instant) {
                    expected++;
                }
                assertThat(tail.lowerBound(from, instant)).isEqualTo(expected);
            }
        }
    }

    @Test
    void a_category_is_told_to_be_here_only_as_long_as_one_of_its_events_is() {
        for (long seed = 0; seed < 300; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            Timeline timeline = Timeline.of(IntStream.rangeClosed(0, random.nextInt(8))
                    .mapToObj(i -> randomEvent(random, Micros.of(START)))
                    .toList());
            int first = random.nextInt(timeline.size() + 1);
            Category gone = CATEGORIES.get(random.nextInt(CATEGORIES.size()));
            Timeline less = timeline.from(first).minus(event -> event.category() == gone);
            for (Category category : CATEGORIES) {
                boolean expected = category != gone
                        && IntStream.range(first, timeline.size()).anyMatch(i -> timeline.category(i) == category);
                assertThat(less.has(category)).isEqualTo(expected);
            }
        }
    }

    @Test
    void an_event_comes_back_with_every_field() {
        Map<String, @Nullable Object> properties = new LinkedHashMap<>();
        properties.put("text", "Größe");
        properties.put("whole", 7L);
        properties.put("decimal", new BigDecimal("7.10"));
        properties.put("flag", true);
        properties.put("nothing", null);
        properties.put("list", Arrays.asList("a", null, 1L));
        properties.put("nested", Map.of("x", Map.of("y", "z")));
        BehaviorEvent full = new BehaviorEvent(
                new UUID(-1, 5),
                "session",
                "lead",
                "user",
                -4,
                EventType.of("own_type"),
                Category.SYSTEM,
                Instant.parse("1969-12-31T23:59:59.999999Z"),
                "own",
                Map.of("url", "https://example.com/"),
                properties,
                Map.of("ip", "192.0.2.1"),
                -0.0,
                Map.of("k", "v"),
                true);
        BehaviorEvent bare =
                EventBuilder.event(new UUID(0, 0), START).lead("lead").build();
        Timeline timeline = Timeline.of(List.of(bare, full));

        assertThat(events(timeline)).containsExactly(full, bare);
        assertThat(timeline.event(0).properties()).containsExactlyEntriesOf(properties);
        EventView view = timeline.view(0);
        assertThat(view.properties()).isSameAs(view.properties());
        assertThat(view.key()).isEqualTo(full.key());
        assertThat(view.value()).isEqualTo(-0.0);
    }

    @Test
    void two_additions_to_one_timeline_know_nothing_of_each_other() {
        Timeline base = Timeline.of(eventsAt(0, 1, 2)).plus(eventsAt(3));
        Timeline left = base.plus(eventsAt(10, 11));
        Timeline right = base.plus(eventsAt(20));

        assertThat(seconds(left)).containsExactly(0L, 1L, 2L, 3L, 10L, 11L);
        assertThat(seconds(right)).containsExactly(0L, 1L, 2L, 3L, 20L);
        assertThat(seconds(base)).containsExactly(0L, 1L, 2L, 3L);
        assertThat(seconds(left.plus(eventsAt(12)))).containsExactly(0L, 1L, 2L, 3L, 10L, 11L, 12L);
        assertThat(seconds(base.from(2).plus(eventsAt(30)))).containsExactly(2L, 3L, 30L);
    }

    @Test
    void threads_that_add_to_one_timeline_at_once_know_nothing_of_each_other() throws Exception {
        int threads = 4;
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            for (int round = 0; round < 200; round++) {
                Timeline base = Timeline.of(eventsAt(0, 1)).plus(eventsAt(2));
                CyclicBarrier barrier = new CyclicBarrier(threads);
                List<Future<Timeline>> longer = new ArrayList<>();
                for (int thread = 0; thread < threads; thread++) {
                    long mine = 10L * (thread + 1);
                    Callable<Timeline> work = () -> {
                        barrier.await(120, TimeUnit.SECONDS);
                        return base.plus(eventsAt(mine)).plus(eventsAt(mine + 1));
                    };
                    longer.add(pool.submit(work));
                }
                for (int thread = 0; thread < threads; thread++) {
                    long mine = 10L * (thread + 1);
                    assertThat(seconds(longer.get(thread).get(120, TimeUnit.SECONDS)))
                            .containsExactly(0L, 1L, 2L, mine, mine + 1);
                }
                assertThat(seconds(base)).containsExactly(0L, 1L, 2L);
            }
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void a_timeline_never_changes_while_others_grow_out_of_it() throws Exception {
        Published published = new Published();
        AtomicBoolean done = new AtomicBoolean();
        ExecutorService pool = Executors.newFixedThreadPool(2);
        try {
            List<Future<Integer>> readers = new ArrayList<>();
            for (int reader = 0; reader < 2; reader++) {
                Callable<Integer> reading = () -> {
                    int seen = 0;
                    while (!done.get()) {
                        Timeline timeline = published.newest;
                        for (int i = Math.max(0, timeline.size() - 20); i < timeline.size(); i++) {
                            assertThat(timeline.event(i)).isEqualTo(eventAt(i));
                        }
                        seen = Math.max(seen, timeline.size());
                    }
                    return seen;
                };
                readers.add(pool.submit(reading));
            }
            for (int i = 0; i < 20_000; i++) {
                published.newest = published.newest.plus(List.of(eventAt(i)));
            }
            done.set(true);
            for (Future<Integer> reader : readers) {
                assertThat(reader.get(120, TimeUnit.SECONDS)).isBetween(0, 20_000);
            }
        } finally {
            done.set(true);
            pool.shutdownNow();
        }
        assertThat(published.newest.size()).isEqualTo(20_000);
    }

    @Test
    void equal_types_are_one_object() {
        List<BehaviorEvent> events = IntStream.range(0, 8)
                .mapToObj(i -> event(i, EventType.of(i % 2 == 0 ? "page_view" : "own_" + i % 3)))
                .toList();
        Timeline timeline = Timeline.of(events);

        assertThat(events(timeline)).isEqualTo(events);
        assertThat(timeline.type(4)).isSameAs(EventType.PAGE_VIEW);
        assertThat(timeline.type(7)).isEqualTo(EventType.of("own_1")).isSameAs(timeline.type(1));
    }

    @Test
    void a_place_that_is_not_there_is_refused() {
        Timeline timeline = Timeline.of(eventsAt(0, 1)).plus(eventsAt(2)).from(1);

        assertThatThrownBy(() -> timeline.micros(2)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> timeline.event(-1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> timeline.from(3)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> timeline.find(3, new int[256], new int[3]))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThat(timeline.from(2).size()).isZero();
    }

    /** How a store hands timelines over. */
    private static final class Published {
        volatile Timeline newest = Timeline.empty();
    }

    private static List<BehaviorEvent> events(Timeline timeline) {
        return IntStream.range(0, timeline.size()).mapToObj(timeline::event).toList();
    }

    private static List<Long> seconds(Timeline timeline) {
        return events(timeline).stream()
                .map(event -> event.timestamp().getEpochSecond() - START.getEpochSecond())
                .toList();
    }

    private static List<BehaviorEvent> eventsAt(long... seconds) {
        return Arrays.stream(seconds).mapToObj(TimelineTest::eventAt).toList();
    }

    private static BehaviorEvent eventAt(long second) {
        return event(second, EventType.BUILT_IN.get((int) (second % 20)));
    }

    private static BehaviorEvent event(long second, EventType type) {
        return EventBuilder.event(new UUID(7, second), START.plusSeconds(second))
                .session("session-" + second / 5)
                .type(type)
                .category(Category.CONTENT)
                .properties(Map.of("second", second))
                .value(second % 3 == 0 ? (double) second : null)
                .build();
    }

    /** Few instants and sequences, so that ties are common. */
    private static BehaviorEvent randomEvent(SplittableRandom random, long earliest) {
        return new BehaviorEvent(
                new UUID(random.nextLong(), random.nextLong()),
                random.nextBoolean() ? "s" + random.nextInt(3) : null,
                random.nextBoolean() ? "l" + random.nextInt(2) : null,
                random.nextInt(4) == 0 ? "u" : null,
                random.nextInt(4) == 0 ? random.nextInt(3) - 1 : 0,
                random.nextInt(5) == 0
                        ? EventType.of("own_" + random.nextInt(3))
                        : EventType.BUILT_IN.get(random.nextInt(20)),
                CATEGORIES.get(random.nextInt(CATEGORIES.size())),
                Micros.toInstant(earliest + random.nextInt(10)),
                random.nextBoolean() ? "web" : "email",
                random.nextInt(3) == 0 ? Map.of("url", "/" + random.nextInt(9)) : Map.of(),
                random.nextBoolean() ? Map.of("n", random.nextLong()) : Map.of(),
                random.nextInt(3) == 0 ? Map.of("country", "NZ") : Map.of(),
                random.nextInt(4) == 0 ? random.nextDouble() : null,
                Map.of(),
                random.nextInt(8) == 0);
    }
}
