package io.behavioranalytics.jdbc.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class ChildJvmTest {
    private static final Duration LIMIT = Duration.ofMinutes(2);

    @Test
    void a_child_is_killed_while_it_prints_and_all_that_it_said_is_known() {
        try (ChildJvm child = ChildJvm.of(Counter.class).start()) {
            List<String> lines = child.killAfter(1_000, LIMIT, Duration.ZERO);
            assertThat(child.isAlive()).isFalse();
            assertThat(lines).hasSizeGreaterThanOrEqualTo(1_000).isEqualTo(numbersTo(lines.size()));
        }
    }

    @Test
    void a_child_is_killed_at_random_instants() {
        Random random = new Random(20_260_101);
        for (int round = 0; round < 3; round++) {
            try (ChildJvm child = ChildJvm.of(Counter.class).start()) {
                List<String> lines = child.killAtRandom(random, 20, LIMIT, Duration.ofMillis(200));
                assertThat(lines).hasSizeGreaterThanOrEqualTo(20).isEqualTo(numbersTo(lines.size()));
            }
        }
    }

    @Test
    void a_child_that_ends_gives_its_exit_code_its_lines_and_its_errors() {
        try (ChildJvm child = ChildJvm.of(Failing.class, "a b", "\"c\"")
                .jvmOptions("-Dgreeting=hello")
                .start()) {
            assertThat(child.awaitEnd(LIMIT)).isEqualTo(1);
            assertThat(child.lines()).containsExactly("hello", "a b", "\"c\"");
            assertThat(child.errors()).contains("planted");
            assertThatThrownBy(() -> child.awaitLines(4, LIMIT))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("3 lines of 4")
                    .hasMessageContaining("planted");
        }
    }

    @Test
    void a_line_without_its_end_was_told_to_nobody() {
        try (ChildJvm child = ChildJvm.of(HalfLine.class).start()) {
            assertThat(child.awaitEnd(LIMIT)).isZero();
            assertThat(child.lines()).containsExactly("whole");
        }
    }

    @Test
    void a_frozen_child_goes_on_where_it_stood() {
        try (ChildJvm child = ChildJvm.of(Counter.class).start()) {
            child.awaitLines(10, LIMIT);
            child.freeze();
            assertThat(child.isAlive()).isTrue();
            int before = child.lines().size();
            child.thaw();
            List<String> lines = child.awaitLines(before + 1_000, LIMIT);
            assertThat(lines).isEqualTo(numbersTo(lines.size()));
            child.freeze();
            child.kill();
            assertThat(child.isAlive()).isFalse();
        }
    }

    @Test
    void a_child_does_not_outlive_a_parent_that_is_killed() {
        long grandchild;
        try (ChildJvm child = ChildJvm.of(Parent.class).start()) {
            grandchild = Long.parseLong(child.awaitLines(1, LIMIT).get(0));
            assertThat(ProcessHandle.of(grandchild)).isPresent();
            child.kill();
        }
        assertThat(Signal.await(
                        LIMIT,
                        () -> ProcessHandle.of(grandchild).map(Signal::isGone).orElse(true)))
                .isTrue();
    }

    @Test
    void a_child_has_the_properties_of_the_tests_that_its_parent_has() {
        try (ChildJvm child = ChildJvm.of(Forwarding.class)
                .jvmOptions("-Dbehavior.greeting=hello", "-Dgreeting=nobody")
                .start()) {
            assertThat(child.awaitEnd(LIMIT)).as(child.errors()).isZero();
            assertThat(child.lines()).containsExactly("hello", "null", "a folder of its own");
        }
    }

    private static List<String> numbersTo(int count) {
        return IntStream.range(0, count).mapToObj(String::valueOf).toList();
    }

    static final class Counter {
        private Counter() {}

        public static void main(String[] args) {
            for (int i = 0; i < 5_000_000; i++) {
                ChildJvm.acknowledge(String.valueOf(i));
            }
        }
    }

    static final class Failing {
        private Failing() {}

        public static void main(String[] args) {
            ChildJvm.acknowledge(System.getProperty("greeting"));
            for (String arg : args) {
                ChildJvm.acknowledge(arg);
            }
            throw new IllegalStateException("planted");
        }
    }

    static final class HalfLine {
        private HalfLine() {}

        public static void main(String[] args) {
            System.out.print("whole\nha");
            System.out.flush();
        }
    }

    static final class Parent {
        private Parent() {}

        public static void main(String[] args) throws InterruptedException {
            ChildJvm child = ChildJvm.of(Sleeper.class).start();
            ChildJvm.acknowledge(child.awaitLines(1, LIMIT).get(0));
            Thread.currentThread().join();
        }
    }

    static final class Sleeper {
        private Sleeper() {}

        public static void main(String[] args) throws InterruptedException {
            ChildJvm.acknowledge(String.valueOf(ProcessHandle.current().pid()));
            Thread.currentThread().join();
        }
    }

    static final class Forwarding {
        private Forwarding() {}

        public static void main(String[] args) {
            try (ChildJvm child = ChildJvm.of(Greeting.class, System.getProperty("behavior.child.folder"))
                    .start()) {
                child.awaitEnd(LIMIT);
                child.lines().forEach(ChildJvm::acknowledge);
            }
        }
    }

    static final class Greeting {
        private Greeting() {}

        public static void main(String[] args) {
            ChildJvm.acknowledge(String.valueOf(System.getProperty("behavior.greeting")));
            ChildJvm.acknowledge(String.valueOf(System.getProperty("greeting")));
            boolean own = !args[0].equals(System.getProperty("behavior.child.folder"));
            ChildJvm.acknowledge(own ? "a folder of its own" : "its parent's folder");
        }
    }
}
