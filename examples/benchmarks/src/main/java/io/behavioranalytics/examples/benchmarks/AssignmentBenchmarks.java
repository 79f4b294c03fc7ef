package io.behavioranalytics.examples.benchmarks;

import com.launchdarkly.sdk.LDContext;
import com.launchdarkly.sdk.server.Components;
import com.launchdarkly.sdk.server.LDClient;
import com.launchdarkly.sdk.server.LDConfig;
import com.launchdarkly.sdk.server.integrations.FileData;
import dev.openfeature.sdk.Client;
import dev.openfeature.sdk.ImmutableContext;
import dev.openfeature.sdk.OpenFeatureAPI;
import dev.openfeature.sdk.providers.memory.Flag;
import dev.openfeature.sdk.providers.memory.InMemoryProvider;
import io.behavioranalytics.BehaviorAnalytics;
import io.behavioranalytics.experiment.Assignment;
import io.behavioranalytics.experiment.Bucketing;
import io.behavioranalytics.experiment.Experiment;
import io.behavioranalytics.experiment.ExperimentDraft;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Which variant a user gets, by the user's id, of a hundred experiments of two equal variants: this library, LaunchDarkly from a file and
 * without events, OpenFeature's in-memory provider, and the least that has to be done. Each call makes what a request makes: the
 * context of the user, too.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class AssignmentBenchmarks {
    private static final int EXPERIMENTS = 100;
    private static final int USERS = 100_000;
    private static final String CONTROL = "control";
    private static final String OTHER = "b";

    /** Whose turn it is. */
    @State(Scope.Thread)
    public static class Turn {
        private final String[] keys = IntStream.range(0, EXPERIMENTS)
                .mapToObj(AssignmentBenchmarks::key)
                .toArray(String[]::new);
        private final String[] users = IntStream.range(0, USERS)
                .mapToObj(i -> String.format(Locale.ROOT, "lead-%06d", i))
                .toArray(String[]::new);
        private final String[] splitKeys = IntStream.range(0, EXPERIMENTS)
                .mapToObj(AssignmentBenchmarks::splitKey)
                .toArray(String[]::new);
        private int next;

        String key() {
            return keys[next % EXPERIMENTS];
        }

        String splitKey() {
            return splitKeys[next % EXPERIMENTS];
        }

        String user() {
            next = next + 1 == USERS ? 0 : next + 1;
            return users[next];
        }
    }

    /** This library, with its defaults. */
    @State(Scope.Benchmark)
    public static class Library {
        private final BehaviorAnalytics analytics = BehaviorAnalytics.builder().build();

        /** Starts the experiments. */
        @Setup
        public void start() {
            for (int i = 0; i < EXPERIMENTS; i++) {
                analytics
                        .experiments()
                        .create(ExperimentDraft.builder(key(i), Experiment.Type.CONTENT)
                                .hypothesis("none")
                                .successMetric("conversion_rate")
                                .status(Experiment.Status.RUNNING)
                                .control("Control", 5_000)
                                .variant("B", 5_000)
                                .build());
            }
        }

        /** Ends it. */
        @TearDown
        public void close() {
            analytics.close();
        }
    }

    /** LaunchDarkly with the flags of a file: rollouts of the kind "experiment", as it splits users by their key. */
    @State(Scope.Benchmark)
    public static class LaunchDarkly {
        private final LDClient client;

        /** Reads the flags. */
        public LaunchDarkly() {
            try {
                client = client();
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }

        private static LDClient client() throws IOException {
            Path file = Files.createTempFile("flags", ".json");
            Files.writeString(
                    file,
                    IntStream.range(0, EXPERIMENTS)
                            .mapToObj(i -> String.format(
                                    Locale.ROOT,
                                    "\"%1$s\":{\"key\":\"%1$s\",\"version\":1,\"on\":true,\"salt\":\"%1$s\",\"variations\":[\"control\",\"b\"],"
                                            + "\"fallthrough\":{\"rollout\":{\"kind\":\"experiment\",\"seed\":%2$d,\"variations\":["
                                            + "{\"variation\":0,\"weight\":50000},{\"variation\":1,\"weight\":50000}]}}}",
                                    key(i),
                                    i))
                            .collect(Collectors.joining(",", "{\"flags\":{", "}}")));
            LDClient client = new LDClient(
                    "none",
                    new LDConfig.Builder()
                            .dataSource(FileData.dataSource().filePaths(file))
                            .events(Components.noEvents())
                            .build());
            Files.delete(file);
            if (!client.isInitialized() || !client.isFlagKnown(key(0))) {
                throw new IllegalStateException("the flags were not read");
            }
            return client;
        }

        /** Ends it. */
        @TearDown
        public void close() {
            try {
                client.close();
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }
    }

    /** OpenFeature with the provider that comes with it. */
    @State(Scope.Benchmark)
    public static class OpenFeature {
        private final Client client;

        /** Loads flags that give everybody the same, and flags that give what this library's hash says. */
        public OpenFeature() {
            Map<String, Flag<?>> flags = new HashMap<>();
            for (int i = 0; i < EXPERIMENTS; i++) {
                String key = key(i);
                flags.put(key, flag().build());
                flags.put(
                        splitKey(i),
                        flag().contextEvaluator((flag, context) ->
                                        Bucketing.bucket(key, context.getTargetingKey()) < 5_000 ? CONTROL : OTHER)
                                .build());
            }
            OpenFeatureAPI api = OpenFeatureAPI.getInstance();
            api.setProviderAndWait(new InMemoryProvider(flags));
            client = api.getClient();
        }

        private static Flag.FlagBuilder<String> flag() {
            return Flag.<String>builder()
                    .variant(CONTROL, CONTROL)
                    .variant(OTHER, OTHER)
                    .defaultVariant(CONTROL);
        }

        /** Ends it. */
        @TearDown
        public void close() {
            OpenFeatureAPI.getInstance().shutdown();
        }
    }

    /** The least that has to be done: find the experiment, hash the id in place, say the answer. */
    @State(Scope.Benchmark)
    public static class Floor {
        private static final int BASIS = 0x811c9dc5;
        private static final int PRIME = 0x01000193;

        private record Split(int seedState, int cut, String first, String second) {}

        private record Answer(String variant, int bucket) {}

        private final Map<String, Split> splits = IntStream.range(0, EXPERIMENTS)
                .boxed()
                .collect(Collectors.toUnmodifiableMap(
                        AssignmentBenchmarks::key, i -> new Split(hash(BASIS, key(i)), 5_000, CONTROL, OTHER)));

        private static int hash(int state, String text) {
            int hash = state;
            for (int i = 0; i < text.length(); i++) {
                hash = (hash ^ text.charAt(i)) * PRIME;
            }
            return hash;
        }

        private static int hashOfDigits(int number) {
            long rest = Integer.toUnsignedLong(number);
            long digits = 0;
            int bits = 0;
            do {
                digits |= rest % 10 << bits;
                bits += 4;
                rest /= 10;
            } while (rest != 0);
            int hash = BASIS;
            do {
                bits -= 4;
                hash = (hash ^ (int) ('0' + (digits >>> bits & 15))) * PRIME;
            } while (bits > 0);
            return hash;
        }

        private Answer answer(String key, String user) {
            Split split = Objects.requireNonNull(splits.get(key));
            int bucket = Integer.remainderUnsigned(hashOfDigits(hash(split.seedState, user)), 10_000);
            return new Answer(bucket < split.cut ? split.first : split.second, bucket);
        }
    }

    private static String key(int i) {
        return "experiment-" + i;
    }

    private static String splitKey(int i) {
        return "split-" + i;
    }

    /**
     * This library: by the lead's id, with the reason, the bucket and the phase.
     *
     * @param library the library
     * @param turn whose turn it is
     * @return the answer
     */
    @Benchmark
    public Assignment library(Library library, Turn turn) {
        return library.analytics.experiments().assign(turn.key(), turn.user());
    }

    /**
     * LaunchDarkly: the user's context, and the variation.
     *
     * @param launchDarkly the client
     * @param turn whose turn it is
     * @return the answer
     */
    @Benchmark
    public String launchDarkly(LaunchDarkly launchDarkly, Turn turn) {
        return launchDarkly.client.stringVariation(turn.key(), LDContext.create(turn.user()), "");
    }

    /**
     * OpenFeature: the user's context, and a flag that gives everybody the same, which is no assignment yet.
     *
     * @param openFeature the client
     * @param turn whose turn it is
     * @return the answer
     */
    @Benchmark
    public String openFeatureStatic(OpenFeature openFeature, Turn turn) {
        return openFeature.client.getStringValue(turn.key(), "", new ImmutableContext(turn.user()));
    }

    /**
     * OpenFeature: the user's context, and a flag that gives what this library's hash says.
     *
     * @param openFeature the client
     * @param turn whose turn it is
     * @return the answer
     */
    @Benchmark
    public String openFeatureSplit(OpenFeature openFeature, Turn turn) {
        return openFeature.client.getStringValue(turn.splitKey(), "", new ImmutableContext(turn.user()));
    }

    /**
     * The least.
     *
     * @param floor what is known of the experiments
     * @param turn whose turn it is
     * @return the answer
     */
    @Benchmark
    public Object floor(Floor floor, Turn turn) {
        return floor.answer(turn.key(), turn.user());
    }
}
