package io.behavioranalytics.examples.conformance;

import io.behavioranalytics.condition.Operator;
import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.Category;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.Micros;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.Timeline;
import io.behavioranalytics.report.EventChoice;
import io.behavioranalytics.report.Question;
import io.behavioranalytics.report.Report;
import io.behavioranalytics.report.ReportRun;
import io.behavioranalytics.report.ReportTerms;
import io.behavioranalytics.report.SegmentStays;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The events of a case, as timelines. Names of events and properties that are no names here get one of their own; events of one instant
 * keep the order of the case.
 */
final class VectorEvents {
    static final Instant LATER = Instant.parse("2200-01-01T00:00:00Z");

    private final Map<String, List<BehaviorEvent>> byUser = new LinkedHashMap<>();
    private final Map<String, String> types = new HashMap<>();
    private final Map<String, String> properties = new HashMap<>();
    private int count;

    VectorEvents user(String user) {
        byUser.computeIfAbsent(user, name -> new ArrayList<>());
        return this;
    }

    VectorEvents add(String user, Instant at, String type, Map<?, ?> values, @Nullable Double value) {
        Map<String, Object> named = new HashMap<>();
        values.forEach((name, held) -> {
            if (held != null) {
                named.put(property(String.valueOf(name)), held);
            }
        });
        user(user);
        count++;
        byUser.getOrDefault(user, new ArrayList<>())
                .add(new BehaviorEvent(
                        new UUID(0, count),
                        "s",
                        user,
                        null,
                        count,
                        type(type),
                        Category.ENGAGEMENT,
                        at,
                        "vectors",
                        Map.of(),
                        named,
                        Map.of(),
                        value,
                        Map.of(),
                        false));
        return this;
    }

    EventType type(String name) {
        return EventType.of(types.computeIfAbsent(name, unknown -> "type_" + types.size()));
    }

    private String property(String name) {
        return properties.computeIfAbsent(name, unknown -> "p" + properties.size());
    }

    /** Where a property is read. */
    String field(String name) {
        return "properties." + property(name);
    }

    /** Events of a type, or of any if it is null, with some values. */
    EventChoice selector(@Nullable String type, Map<?, ?> values) {
        EventChoice selector = type == null ? EventChoice.any() : EventChoice.of(type(type));
        for (Map.Entry<?, ?> value : values.entrySet()) {
            String field = field(String.valueOf(value.getKey()));
            selector = value.getValue() instanceof List<?> many
                    ? selector.where(field, Operator.IN, many)
                    : selector.where(field, Operator.EQUALS, value.getValue());
        }
        return selector;
    }

    /** The selector of an object with the fields {@code event} and {@code properties}, both optional. */
    EventChoice selector(Fields described) {
        Object values = described.value("properties");
        return selector(
                described.has("event") ? described.text("event") : null,
                values instanceof Map<?, ?> map ? map : Map.of());
    }

    List<String> users() {
        return List.copyOf(byUser.keySet());
    }

    Instant first() {
        return byUser.values().stream()
                .flatMap(List::stream)
                .map(BehaviorEvent::timestamp)
                .min(Instant::compareTo)
                .orElseThrow(() -> new MalformedException("the case has no events"));
    }

    Instant last() {
        return byUser.values().stream()
                .flatMap(List::stream)
                .map(BehaviorEvent::timestamp)
                .max(Instant::compareTo)
                .orElseThrow(() -> new MalformedException("the case has no events"));
    }

    <R extends Report> R run(Question<R> question, Instant asOf) {
        ReportRun<R> run = new ReportRun<>(question, ReportTerms.at(asOf));
        byUser.forEach(
                (user, events) -> run.accumulate(SubjectId.lead(user), Timeline.of(events), SegmentStays.ALWAYS));
        return run.result(true);
    }

    /** An instant of UTC, written as a date or as date and time with a blank or a T between. */
    static Instant instant(String text) {
        try {
            String iso = text.strip().replace(' ', 'T');
            if (iso.length() == 10) {
                return LocalDate.parse(iso).atStartOfDay().toInstant(ZoneOffset.UTC);
            }
            return iso.endsWith("Z")
                    ? Instant.parse(iso)
                    : LocalDateTime.parse(iso).toInstant(ZoneOffset.UTC);
        } catch (DateTimeParseException e) {
            throw new MalformedException("no instant: " + text);
        }
    }

    /** The instant right behind one. */
    static Instant behind(Instant instant) {
        return Micros.toInstant(Micros.of(instant) + 1);
    }
}
