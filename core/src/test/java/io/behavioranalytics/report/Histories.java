package io.behavioranalytics.report;

import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.Category;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.Timeline;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Small histories of a few subjects, and reports over them by any number of folds. */
final class Histories {
    static final List<EventType> TYPES =
            List.of(EventType.of("a"), EventType.of("b"), EventType.of("c"), EventType.of("x"));

    final NavigableMap<SubjectId, List<BehaviorEvent>> events = new TreeMap<>();

    /** Adds an event; events of one instant are in the order in which they are added. */
    Histories add(String lead, Instant at, String type, Map<String, Object> properties, @Nullable Double value) {
        return add(lead, "s", at, type, properties, value);
    }

    Histories add(
            String lead,
            String session,
            Instant at,
            String type,
            Map<String, Object> properties,
            @Nullable Double value) {
        List<BehaviorEvent> list = events.computeIfAbsent(SubjectId.lead(lead), id -> new ArrayList<>());
        list.add(new BehaviorEvent(
                new UUID(lead.hashCode(), list.size()),
                session,
                lead,
                null,
                list.size(),
                EventType.of(type),
                Category.ENGAGEMENT,
                at,
                "web",
                Map.of(),
                new HashMap<>(properties),
                Map.of(),
                value,
                Map.of(),
                false));
        return this;
    }

    Histories add(String lead, String at, String type) {
        return add(lead, Instant.parse(at), type, Map.of(), null);
    }

    /** Up to {@code subjects} leads with up to {@code most} events each, many of them at one instant. */
    static Histories random(Random random, int subjects, int most, Instant from, Duration step, int steps) {
        Histories histories = new Histories();
        for (int s = 0; s < subjects; s++) {
            int count = random.nextInt(most + 1);
            List<Integer> at = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                at.add(random.nextInt(steps));
            }
            Collections.sort(at);
            for (int i = 0; i < count; i++) {
                Map<String, Object> properties = new HashMap<>();
                if (random.nextInt(4) > 0) {
                    properties.put("p", random.nextBoolean() ? "one" : "two");
                }
                if (random.nextInt(3) > 0) {
                    properties.put("n", (long) random.nextInt(3));
                }
                histories.add(
                        "lead-" + s,
                        "s" + random.nextInt(2),
                        from.plus(step.multipliedBy(at.get(i))),
                        TYPES.get(random.nextInt(TYPES.size())).name(),
                        properties,
                        random.nextBoolean() ? (Double) (random.nextInt(400) / 4.0) : null);
            }
        }
        return histories;
    }

    Timeline timeline(SubjectId subject) {
        return Timeline.of(events.getOrDefault(subject, List.of()));
    }

    /** The report by one fold. */
    <R extends Report> R run(Question<R> question, ReportTerms terms) {
        ReportRun<R> run = new ReportRun<>(question, terms);
        events.keySet().forEach(subject -> run.accumulate(subject, timeline(subject), SegmentStays.ALWAYS));
        return run.result(true);
    }

    <R extends Report> R run(Question<R> question, Instant asOf) {
        return run(question, ReportTerms.at(asOf));
    }

    /** The report by several folds, with subjects in any order. */
    <R extends Report> R scattered(Question<R> question, ReportTerms terms, Random random) {
        List<ReportRun<R>> runs = new ArrayList<>();
        for (int i = 0; i <= random.nextInt(3); i++) {
            runs.add(new ReportRun<>(question, terms));
        }
        List<SubjectId> subjects = new ArrayList<>(events.keySet());
        Collections.shuffle(subjects, random);
        for (SubjectId subject : subjects) {
            runs.get(random.nextInt(runs.size())).accumulate(subject, timeline(subject), SegmentStays.ALWAYS);
        }
        for (int i = 1; i < runs.size(); i++) {
            runs.get(0).merge(runs.get(i));
        }
        return runs.get(0).result(true);
    }
}
