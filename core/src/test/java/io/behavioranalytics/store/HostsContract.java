package io.behavioranalytics.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** {@link Store#hosts}. */
abstract class HostsContract extends ContractFixture {
    private static final Duration LIFE = Duration.ofSeconds(30);
    private static final UUID ONE = new UUID(0x4057, 1);
    private static final UUID OTHER = new UUID(0x4057, 2);

    @Test
    void a_host_lives_until_its_life_is_over_on_the_stores_clock_unless_it_enters_again() {
        assertThat(store.hosts().living()).isEmpty();
        assertThat(store.hosts().enter(ONE, "one", Set.of("send_email", "log"), LIFE))
                .isEqualTo("one");
        assertThat(store.hosts().living())
                .containsExactly(new Hosts.HostRecord("one", storeClock.instant(), Set.of("log", "send_email")));

        storeClock.move(LIFE.minusMillis(1));
        assertThat(store.hosts().enter(ONE, "one", Set.of("log"), LIFE)).isEqualTo("one");
        storeClock.move(LIFE.minusMillis(1));
        assertThat(store.hosts().living())
                .containsExactly(new Hosts.HostRecord(
                        "one", storeClock.instant().minus(LIFE).plusMillis(1), Set.of("log")));

        storeClock.move(Duration.ofMillis(1));
        assertThat(store.hosts().living()).isEmpty();
    }

    @Test
    void of_two_hosts_of_one_name_the_second_gets_another_until_the_first_is_gone() {
        assertThat(store.hosts().enter(ONE, "host", Set.of("log"), LIFE)).isEqualTo("host");
        String second = store.hosts().enter(OTHER, "host", Set.of(), LIFE.multipliedBy(2));
        assertThat(second).startsWith("host-").hasSizeLessThan(120);
        assertThat(store.hosts().enter(OTHER, second, Set.of("push"), LIFE.multipliedBy(2)))
                .isEqualTo(second);
        assertThat(store.hosts().enter(ONE, "host", Set.of("log"), LIFE)).isEqualTo("host");
        assertThat(store.hosts().living()).extracting(host -> host.name()).containsExactly("host", second);

        storeClock.move(LIFE);
        assertThat(store.hosts().living()).extracting(host -> host.executors()).containsExactly(Set.of("push"));
        UUID third = new UUID(0x4057, 3);
        assertThat(store.hosts().enter(third, "host", Set.of(), LIFE)).isEqualTo("host");
        assertThat(store.hosts().enter(ONE, "host", Set.of(), LIFE)).startsWith("host-");
    }

    @Test
    void a_host_that_leaves_is_gone_at_once_and_its_name_is_free() {
        store.hosts().enter(ONE, "host", Set.of("log"), LIFE);
        store.hosts().leave(OTHER);
        assertThat(store.hosts().living()).hasSize(1);

        store.hosts().leave(ONE);
        store.hosts().leave(ONE);
        assertThat(store.hosts().living()).isEmpty();
        assertThat(store.hosts().enter(OTHER, "host", Set.of(), LIFE)).isEqualTo("host");
    }

    @Test
    void a_life_that_is_not_positive_is_refused() {
        for (Duration life : new Duration[] {Duration.ZERO, Duration.ofMillis(-1)}) {
            assertThatThrownBy(() -> store.hosts().enter(ONE, "host", Set.of(), life))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(life.toString());
        }
    }
}
