package io.behavioranalytics.examples.quickstart;

import io.behavioranalytics.json.Json;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/**
 * Writes a clickstream of made-up visitors of an insurance site, as JSON lines in the order of time: the bundled sample, or
 * a larger one. The same number of visitors and the same seed give the same lines on every machine.
 *
 * <p>The visitors arrive over four weeks from {@link #START}, between 13:00 and 03:00 UTC, which is daytime in America. Each
 * has dice of its own, so that a larger sample holds the journeys of a smaller one of the same seed.
 */
final class JourneyGenerator {
    /** The bundled sample's number of visitors. */
    static final int SAMPLE_VISITORS = 450;
    /** The bundled sample's seed. */
    static final long SAMPLE_SEED = 1;

    static final Instant START = Instant.parse("2026-03-02T00:00:00Z");
    static final Instant END = START.plus(Duration.ofDays(28));

    private JourneyGenerator() {}

    private record Event(Instant timestamp, String json) {}

    /**
     * Writes to a file.
     *
     * @param visitors how many, at least 1
     * @return the number of events
     */
    static int write(int visitors, long seed, Path file) throws IOException {
        try (OutputStream bytes = Files.newOutputStream(file);
                OutputStream packed = file.toString().endsWith(".gz") ? new GZIPOutputStream(bytes, 1 << 16) : bytes;
                Writer out = new BufferedWriter(new OutputStreamWriter(packed, StandardCharsets.UTF_8))) {
            return write(visitors, seed, out);
        }
    }

    /** Writes to a writer, which stays open. */
    static int write(int visitors, long seed, Writer out) throws IOException {
        List<Event> events = new ArrayList<>();
        for (int visitor = 1; visitor <= visitors; visitor++) {
            Dice dice = new Dice(seed * 1_000_003L + visitor);
            Instant arrival = START.plus(Duration.ofDays(dice.between(0, 27)))
                    .plus(Duration.ofHours(13))
                    .plus(dice.seconds(0, 14 * 3_600));
            new Journey(dice, visitor, arrival, (at, event) -> events.add(new Event(at, Json.write(event)))).run(END);
        }
        events.sort(Comparator.comparing(Event::timestamp)); // stable
        for (Event event : events) {
            out.write(event.json());
            out.write('\n');
        }
        out.flush();
        return events.size();
    }
}
