package io.behavioranalytics;

import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.event.Micros;
import io.behavioranalytics.event.TrackRequest;
import io.behavioranalytics.store.Hosts;
import io.behavioranalytics.store.InMemoryStore;
import io.behavioranalytics.store.Store;
import io.behavioranalytics.store.StoreException;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.slf4j.simple.SimpleLogger;
import org.slf4j.spi.LocationAwareLogger;

class HostClockTest {
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

    private final AtomicReference<Instant> machine = new AtomicReference<>(NOON);
    private final AtomicReference<Optional<Instant>> stores = new AtomicReference<>(Optional.empty());
    private final AtomicInteger asked = new AtomicInteger();
    private boolean unreachable;

    private final HostClock clock = new HostClock(machine::get, false, store());

    /** A store in memory that has a clock of its own. */
    private Store store() {
        Store memory = new InMemoryStore();
        return new ForwardingStore(memory) {
            @Override
            public Hosts hosts() {
                return (Hosts) Proxy.newProxyInstance(
                        HostClockTest.class.getClassLoader(), new Class<?>[] {Hosts.class}, (proxy, method, args) -> {
                            if (method.getName().equals("now")) {
                                asked.incrementAndGet();
                                if (unreachable) {
                                    throw new StoreException("nobody answers");
                                }
                                return stores.get();
                            }
                            try {
                                return method.invoke(memory.hosts(), args);
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        });
            }
        };
    }

    private void storeIs(Duration ahead) {
        stores.set(Optional.of(Objects.requireNonNull(machine.get()).plus(ahead)));
    }

    @Test
    void without_a_clock_of_the_store_the_machines_is_right() {
        assertThat(clock.instant()).isEqualTo(NOON);
    }

    @Test
    void a_difference_of_five_seconds_is_left_alone_and_one_of_more_is_applied() {
        storeIs(Duration.ofSeconds(5));
        assertThat(clock.instant()).isEqualTo(NOON);

        storeIs(Duration.ofSeconds(5).plusNanos(1_000));
        HostClock other = new HostClock(machine::get, false, store());
        assertThat(other.instant()).isEqualTo(NOON.plusSeconds(5).plusNanos(1_000));
    }

    @Test
    void a_clock_that_was_given_is_read_at_every_assignment() {
        storeIs(Duration.ofMinutes(1));
        assertThat(clock.microsAt(0)).isEqualTo(Micros.of(NOON.plusSeconds(60)));
        machine.set(NOON.plusNanos(7_000));
        assertThat(clock.microsAt(0)).isEqualTo(Micros.of(NOON.plusSeconds(60)) + 7);
    }

    @Test
    void the_systems_clock_is_counted_on_for_a_tenth_of_a_second_and_then_read_again() {
        HostClock system = new HostClock(InstantSource.system(), true, new InMemoryStore());
        long nanos = System.nanoTime();
        long before = Micros.of(Instant.now());
        long first = system.microsAt(nanos);
        assertThat(first).isBetween(before, Micros.of(Instant.now()));
        assertThat(system.microsAt(nanos + 50_000_999)).isEqualTo(first + 50_000);
        assertThat(system.microsAt(nanos + 100_000_000)).isEqualTo(first + 100_000);

        // As if this had been asked an hour later: what was read is the clock, which is not that far.
        long later = system.microsAt(nanos + Duration.ofHours(1).toNanos());
        assertThat(later).isBetween(first, Micros.of(Instant.now()));
    }

    /** What is logged as a warning by what is done, each without its thread and logger. */
    private static List<String> warningsOf(Runnable work) throws ReflectiveOperationException {
        PrintStream before = System.err;
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        level(LocationAwareLogger.WARN_INT);
        System.setErr(new PrintStream(written, true, StandardCharsets.UTF_8));
        try {
            work.run();
        } finally {
            System.setErr(before);
            level(LocationAwareLogger.ERROR_INT);
        }
        return written.toString(StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.contains(" WARN "))
                .map(line -> line.substring(line.indexOf(" - ") + 3))
                .toList();
    }

    /** The other tests are quiet about warnings. */
    private static void level(int level) throws ReflectiveOperationException {
        Field field = SimpleLogger.class.getDeclaredField("currentLogLevel");
        field.setAccessible(true);
        field.setInt(LoggerFactory.getLogger(HostClock.class), level);
    }

    @Test
    void a_difference_of_more_than_five_seconds_is_warned_of_once_with_its_size_and_direction()
            throws ReflectiveOperationException {
        storeIs(Duration.ofSeconds(5));
        assertThat(warningsOf(clock::instant)).as("five seconds").isEmpty();

        storeIs(Duration.ofSeconds(6));
        HostClock behind = new HostClock(machine::get, false, store());
        assertThat(warningsOf(() -> {
                    behind.instant();
                    behind.instant();
                }))
                .singleElement(InstanceOfAssertFactories.STRING)
                .startsWith("this host's clock is PT6S behind the store's, and is corrected by that");

        storeIs(Duration.ofMinutes(-10));
        HostClock ahead = new HostClock(machine::get, false, store());
        assertThat(warningsOf(ahead::instant))
                .singleElement(InstanceOfAssertFactories.STRING)
                .startsWith("this host's clock is PT10M ahead of the store's, and is corrected by that");
    }

    @Test
    void a_clock_that_jumps_while_the_host_runs_is_warned_of_when_it_does() throws ReflectiveOperationException {
        storeIs(Duration.ZERO);
        assertThat(warningsOf(clock::instant)).isEmpty();

        machine.set(NOON.plus(Duration.ofHours(1)));
        assertThat(warningsOf(clock::instant))
                .singleElement(InstanceOfAssertFactories.STRING)
                .startsWith("this host's clock is PT1H ahead of the store's");
    }

    @Test
    void a_host_ahead_of_the_store_goes_back() {
        storeIs(Duration.ofMinutes(-10));
        assertThat(clock.instant()).isEqualTo(NOON.minus(Duration.ofMinutes(10)));
    }

    @Test
    void the_store_is_asked_once_and_again_when_the_clock_jumps() {
        storeIs(Duration.ofMinutes(10));
        clock.instant();
        clock.instant();
        assertThat(asked).hasValue(1);

        // The machine's clock is set right: it jumps, and the store's does not.
        Instant right = NOON.plus(Duration.ofMinutes(10));
        machine.set(right);
        stores.set(Optional.of(right));
        assertThat(clock.instant()).isEqualTo(right);
        assertThat(asked).hasValue(2);
    }

    @Test
    void while_the_store_cannot_be_asked_the_last_difference_stays() {
        storeIs(Duration.ofMinutes(10));
        clock.instant();
        unreachable = true;
        machine.set(NOON.plus(Duration.ofHours(1)));
        assertThat(clock.instant()).isEqualTo(NOON.plus(Duration.ofMinutes(70)));
    }

    @Test
    void a_clock_that_is_given_as_virtual_time_is_taken_as_it_is() {
        VirtualClock virtual = VirtualClock.at(NOON);
        storeIs(Duration.ofMinutes(10));
        try (BehaviorAnalytics analytics =
                BehaviorAnalytics.builder().store(store()).clock(virtual).build()) {
            TrackResult result = analytics.track(
                    TrackRequest.builder("page_view").leadId("lead").build());
            assertThat(Objects.requireNonNull(result.event()).timestamp()).isEqualTo(NOON);
            assertThat(asked).hasValue(0);
        }
    }

    @Test
    void a_clock_of_the_host_is_corrected_for_everything_that_is_decided() {
        storeIs(Duration.ofMinutes(10));
        try (BehaviorAnalytics analytics = BehaviorAnalytics.builder()
                .store(store())
                .hostClock(machine::get)
                .build()) {
            TrackResult result = analytics.track(
                    TrackRequest.builder("page_view").leadId("lead").build());
            assertThat(Objects.requireNonNull(result.event()).timestamp()).isEqualTo(NOON.plus(Duration.ofMinutes(10)));
        }
    }
}
