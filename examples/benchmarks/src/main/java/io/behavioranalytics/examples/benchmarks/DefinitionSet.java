package io.behavioranalytics.examples.benchmarks;

import io.behavioranalytics.BehaviorAnalytics;
import io.behavioranalytics.json.Json;
import io.behavioranalytics.json.JsonLimits;
import io.behavioranalytics.segment.Segment;
import io.behavioranalytics.segment.SegmentDraft;
import io.behavioranalytics.trigger.Trigger;
import io.behavioranalytics.trigger.TriggerDraft;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** What is decided at every event: nothing, or the ten segments and ten triggers in this package's resources. */
enum DefinitionSet {
    NONE("none"),
    TEN("10 segments, 10 triggers");

    private final String words;

    DefinitionSet(String words) {
        this.words = words;
    }

    /**
     * What was saved.
     *
     * @param segments in the order of the file
     * @param triggers in the order of the file
     */
    record Saved(List<Segment> segments, List<Trigger> triggers) {
        Saved {
            segments = List.copyOf(segments);
            triggers = List.copyOf(triggers);
        }
    }

    Saved saveIn(BehaviorAnalytics analytics) {
        List<Segment> segments = new ArrayList<>();
        List<Trigger> triggers = new ArrayList<>();
        if (this == TEN) {
            for (String json : read("segments.json")) {
                segments.add(analytics.segments().create(SegmentDraft.fromJson(json)));
            }
            for (String json : read("triggers.json")) {
                triggers.add(analytics.triggers().create(TriggerDraft.fromJson(json)));
            }
        }
        return new Saved(segments, triggers);
    }

    private static List<String> read(String name) {
        try (InputStream in = Objects.requireNonNull(DefinitionSet.class.getResourceAsStream(name), name)) {
            Object parsed = Json.parse(in.readAllBytes(), JsonLimits.DEFINITION);
            List<String> texts = new ArrayList<>();
            for (Object definition : (List<?>) Objects.requireNonNull(parsed)) {
                texts.add(Json.write(definition));
            }
            return texts;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Override
    public String toString() {
        return words;
    }
}
