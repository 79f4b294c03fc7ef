package io.behavioranalytics.examples.benchmarks;

import io.behavioranalytics.DefinitionFolders;
import io.behavioranalytics.Settings;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.TrackRequest;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * The time of {@code track} beside the ten definitions and many triggers that all wait for one type of event: at events of that type,
 * and at others. None of the many fires: each asks for a value that no event has.
 */
final class ManyTriggers implements Benchmark.Run {
    private static final int FEW = 100;
    private static final int MANY = 10_000;
    private static final EventType AWAITED = EventType.FORM_ABANDON;

    private final int events;

    ManyTriggers(int events) {
        this.events = events;
    }

    @Override
    public void run(PrintStream out) {
        MarkdownTable table =
                new MarkdownTable(2, "triggers", "beside", "events", "p50 µs", "p99 µs", "p99.9 µs", "greatest µs");
        // To define ten thousand takes seconds: a try on few events makes do with fewer.
        int many = Math.min(MANY, Math.max(2 * FEW, events));
        for (int count : new int[] {FEW, many}) {
            for (EventType type : List.of(EventType.PAGE_VIEW, AWAITED)) {
                measure(count, type); // warms up
                Percentiles found = measure(count, type);
                table.row(
                        String.format(Locale.ROOT, "%,d", count),
                        DefinitionSet.TEN.toString(),
                        type.equals(AWAITED) ? "of the type" : "of another type",
                        found.micros(0.5),
                        found.micros(0.99),
                        found.micros(0.999),
                        found.micros(1));
            }
        }
        table.print(out);
    }

    private Percentiles measure(int count, EventType type) {
        // Each trigger that an event wakes and that does not fire is logged with its reason, so few events say enough.
        long[] nanos = new long[type.equals(AWAITED) ? Math.max(1, events / 50) : events];
        System.gc(); // what other runs left behind is not this one's pause
        try (Rig rig = new Rig(DefinitionSet.TEN, Settings.builder().triggerDefaultCooldown(Duration.ZERO))) {
            define(rig, count);
            for (int i = 0; i < nanos.length; i++) {
                TrackRequest request = TrackRequest.builder(type)
                        .leadId("lead-" + i % 1_000)
                        .timestamp(WorkloadRows.BASE.plus(Duration.ofSeconds(i)))
                        .value(1)
                        .build();
                rig.reach(request);
                nanos[i] = Latency.timeOfTrack(rig, request);
            }
        }
        return new Percentiles(nanos);
    }

    /** A folder comes into force at once; one by one, ten thousand would be compiled ten thousand times. */
    private static void define(Rig rig, int count) {
        try {
            Path folder = Files.createTempDirectory("behavior-analytics-triggers-");
            try {
                Path triggers = Files.createDirectories(folder.resolve("triggers"));
                for (int i = 0; i < count; i++) {
                    Files.writeString(
                            triggers.resolve("t" + i + ".json"),
                            "{\"name\": \"T " + i + "\", \"event\": \"" + AWAITED
                                    + "\", \"actions\": [{\"action\": \"log\"}],"
                                    + " \"conditions\": [{\"field\": \"value\", \"operator\": \"greater_than\", \"value\": "
                                    + (1_000_000 + i) + "}]}");
                }
                DefinitionFolders folders = rig.analytics.definitionFolders();
                folders.apply(folders.compare(folder));
            } finally {
                delete(folder);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            List<Path> deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
            for (Path path : deepestFirst) {
                Files.delete(path);
            }
        }
    }
}
