package io.behavioranalytics.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.json.InvalidDefinitionException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Paths, written down visit by visit. */
class PathsAgreementTest {
    private static final Instant BEGIN = Instant.parse("2026-03-01T00:00:00Z");

    @Test
    void links_are_the_neighbors_of_the_paths_that_are_written_down() {
        long links = 0;
        for (int seed = 1; seed <= 3_000; seed++) {
            Random random = new Random(seed);
            Histories histories = Histories.random(random, 3, 12, BEGIN, Duration.ofMinutes(10), 20);
            Instant from = BEGIN.plus(Duration.ofMinutes(10L * random.nextInt(8)));
            EventPaths question = new EventPaths(
                    random.nextInt(3) == 0 ? null : EventChoice.of(EventType.of("a")),
                    random.nextBoolean() ? EventPaths.Direction.FROM : EventPaths.Direction.TO,
                    2 + random.nextInt(4),
                    random.nextBoolean() ? "eventType" : "properties.p",
                    random.nextBoolean(),
                    random.nextBoolean() ? EventPaths.Order.TRANSITIONS : EventPaths.Order.SUBJECTS,
                    100,
                    ReportFilter.everything().between(from, BEGIN.plus(Duration.ofHours(3))));

            PathsReport report = histories.scattered(question, ReportTerms.at(BEGIN.plus(Duration.ofDays(1))), random);

            Map<String, Long> transitions = new HashMap<>();
            Map<String, Set<Object>> subjects = new HashMap<>();
            Set<Object> who = new HashSet<>();
            long paths = 0;
            for (var entry : histories.events.entrySet()) {
                for (List<BehaviorEvent> visit : visits(entry.getValue())) {
                    List<String> path = path(question, visit);
                    if (!path.isEmpty()) {
                        paths++;
                        who.add(entry.getKey());
                    }
                    for (int k = 1; k < path.size(); k++) {
                        String link = question.direction() == EventPaths.Direction.FROM
                                ? k + " " + path.get(k - 1) + " " + path.get(k)
                                : k + " " + path.get(k) + " " + path.get(k - 1);
                        transitions.merge(link, 1L, Long::sum);
                        subjects.computeIfAbsent(link, unknown -> new HashSet<>())
                                .add(entry.getKey());
                    }
                }
            }
            assertThat(report.paths())
                    .as("seed %s %s %s", seed, question, histories.events)
                    .isEqualTo(paths);
            assertThat(report.subjects()).isEqualTo(who.size());
            assertThat(report.differentLinks()).isEqualTo(transitions.size());
            assertThat(report.links()).hasSize(transitions.size());
            long before = Long.MAX_VALUE;
            for (PathsReport.Link link : report.links()) {
                String name = link.step() + " " + link.from() + " " + link.to();
                assertThat(link.transitions()).as("seed %s %s", seed, name).isEqualTo(transitions.get(name));
                assertThat(link.subjects())
                        .isEqualTo(Objects.requireNonNull(subjects.get(name)).size());
                long number = question.order() == EventPaths.Order.TRANSITIONS ? link.transitions() : link.subjects();
                assertThat(number).isLessThanOrEqualTo(before);
                before = number;
                links++;
            }
        }
        assertThat(links).isGreaterThan(5_000);
    }

    private static List<List<BehaviorEvent>> visits(List<BehaviorEvent> events) {
        List<List<BehaviorEvent>> visits = new ArrayList<>();
        Map<String, List<BehaviorEvent>> open = new HashMap<>();
        for (BehaviorEvent event : events) {
            String session = Objects.requireNonNull(event.sessionId());
            List<BehaviorEvent> visit = open.get(session);
            if (visit == null
                    || Duration.between(visit.get(visit.size() - 1).timestamp(), event.timestamp())
                                    .toMinutes()
                            > 30) {
                visit = new ArrayList<>();
                visits.add(visit);
                open.put(session, visit);
            }
            visit.add(event);
        }
        return visits;
    }

    private static List<String> path(EventPaths question, List<BehaviorEvent> visit) {
        List<BehaviorEvent> way = new ArrayList<>(visit);
        if (question.direction() == EventPaths.Direction.TO) {
            Collections.reverse(way);
        }
        Instant from = Objects.requireNonNull(question.filter().from());
        Instant to = Objects.requireNonNull(question.filter().to());
        EventChoice anchor = question.anchor();
        while (!way.isEmpty()) {
            BehaviorEvent event = way.get(0);
            boolean inRange =
                    !event.timestamp().isBefore(from) && event.timestamp().isBefore(to);
            if (inRange && (anchor == null || NaiveFunnel.fits(anchor, event))) {
                break;
            }
            if (anchor == null) {
                return List.of();
            }
            way.remove(0);
        }
        List<String> places = new ArrayList<>();
        for (BehaviorEvent event : way) {
            Object value = question.field().equals("eventType")
                    ? event.type().name()
                    : event.properties().get("p");
            if (value != null) {
                places.add(String.valueOf(value));
            }
        }
        if (question.merged()) {
            List<String> merged = new ArrayList<>();
            for (String place : places) {
                if (merged.isEmpty() || !merged.get(merged.size() - 1).equals(place)) {
                    merged.add(place);
                }
            }
            places = merged;
        }
        return places.subList(0, Math.min(places.size(), question.steps()));
    }

    @Test
    void what_cannot_be_asked_is_refused() {
        assertThatThrownBy(() -> new EventPaths(
                        null,
                        EventPaths.Direction.FROM,
                        1,
                        "value",
                        true,
                        EventPaths.Order.SUBJECTS,
                        0,
                        ReportFilter.everything()))
                .isInstanceOf(InvalidDefinitionException.class)
                .hasMessageContainingAll("steps: must be 2 to 20: 1", "top: must be 1 to 10000: 0", "field");
    }
}
