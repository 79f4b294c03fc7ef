package io.behavioranalytics.proof;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongConsumer;

/**
 * The seeds that a randomized test runs: first those that once failed, then a fixed row of new ones.
 *
 * <p>A seed that fails is named in the assertion's message; to keep it, add it as a line of its own to {@code
 * src/test/resources/seeds/NAME.txt}. {@code -Dproof.NAME.seeds=20000} runs more, {@code -Dproof.NAME.seed=17} only that one.
 */
final class Seeds {
    private Seeds() {}

    /**
     * Runs a test for each seed and names the seed that fails.
     *
     * @param name the test's name, which is also the name of the file with the seeds that are kept
     * @param count how many seeds beside those kept, unless the system property says otherwise
     * @param test the test
     */
    static void forEach(String name, int count, LongConsumer test) {
        for (long seed : of(name, count)) {
            run(name, seed, test);
        }
    }

    /**
     * Runs a test for each seed, several seeds at once, each on one thread: for tests that wait more than they compute.
     *
     * @param name the test's name
     * @param count how many seeds beside those kept
     * @param threads how many at once
     * @param test the test; what it shares has to be thread-safe
     */
    static void forEachAtOnce(String name, int count, int threads, LongConsumer test) {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Future<?>> runs = new ArrayList<>();
            for (long seed : of(name, count)) {
                runs.add(pool.submit(() -> run(name, seed, test)));
            }
            for (Future<?> run : runs) {
                run.get(10, TimeUnit.MINUTES);
            }
        } catch (ExecutionException failed) {
            throw new AssertionError(failed.getCause().getMessage(), failed.getCause());
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError(e);
        } finally {
            pool.shutdownNow();
        }
    }

    private static void run(String name, long seed, LongConsumer test) {
        try {
            test.accept(seed);
        } catch (Throwable failure) {
            throw new AssertionError(
                    "seed " + seed + " of " + name + " failed (run it alone with -Dproof." + name + ".seed=" + seed
                            + ", keep it in src/test/resources/seeds/" + name + ".txt): " + failure,
                    failure);
        }
    }

    /**
     * The seeds of a test.
     *
     * @param name the test's name
     * @param count how many beside those kept
     * @return the seeds, those kept first
     */
    static Set<Long> of(String name, int count) {
        Long only = Long.getLong("proof." + name + ".seed");
        if (only != null) {
            return Set.of(only);
        }
        Set<Long> seeds = new LinkedHashSet<>(kept(name));
        int more = Integer.getInteger("proof." + name + ".seeds", count);
        for (long seed = 1; seed <= more; seed++) {
            seeds.add(seed);
        }
        return seeds;
    }

    private static Set<Long> kept(String name) {
        Set<Long> seeds = new LinkedHashSet<>();
        try (InputStream in = Seeds.class.getResourceAsStream("/seeds/" + name + ".txt")) {
            if (in == null) {
                return seeds;
            }
            BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                String text = line.strip();
                if (!text.isEmpty() && !text.startsWith("#")) {
                    seeds.add(Long.parseLong(text));
                }
            }
            return seeds;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
