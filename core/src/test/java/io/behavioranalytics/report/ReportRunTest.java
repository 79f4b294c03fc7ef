package io.behavioranalytics.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.Category;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.Timeline;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Timelines that are read whole, and those that something is left out of, are counted alike. */
class ReportRunTest {
    private static final Instant ORIGIN = Instant.parse("2026-03-01T00:00:00Z");
    private static final Instant AS_OF = ORIGIN.plus(Duration.ofHours(30));
    private static final ReportFilter RANGE =
            ReportFilter.everything().between(ORIGIN, ORIGIN.plus(Duration.ofDays(3)));

    @Test
    void events_are_counted_alike_beside_events_of_the_system_and_without() {
        for (int seed = 1; seed <= 500; seed++) {
            Random random = new Random(seed);
            Histories histories = Histories.random(random, 4, 10, ORIGIN, Duration.ofHours(1), 60);
            for (Trend.Measure measure : Trend.Measure.values()) {
                Trend trend = Trend.of(EventChoice.any(), measure, CalendarInterval.DAY, RANGE)
                        .by("eventType");

                TrendReport whole = report(trend, histories, false);
                TrendReport parted = report(trend, histories, true);

                assertThat(whole.lines()).as("seed %d", seed).isEqualTo(parted.lines());
                assertThat(whole.frame().coverage()).isEqualTo(parted.frame().coverage());
                assertThat(whole.frame().excluded().futureEvents())
                        .isEqualTo(parted.frame().excluded().futureEvents())
                        .isEqualTo(all(histories).stream()
                                .filter(event -> event.timestamp().isAfter(AS_OF))
                                .count());
            }
        }
    }

    @Test
    void each_type_has_the_events_that_are_visible() {
        for (int seed = 1; seed <= 500; seed++) {
            Histories histories = Histories.random(new Random(seed), 4, 10, ORIGIN, Duration.ofHours(1), 60);
            Map<String, Long> expected = new TreeMap<>();
            for (BehaviorEvent event : all(histories)) {
                if (!event.timestamp().isAfter(AS_OF)) {
                    expected.merge(event.type().name(), 1L, Long::sum);
                }
            }

            Map<String, Long> counted = new TreeMap<>();
            Trend trend = Trend.of(EventChoice.any(), Trend.Measure.TOTAL, CalendarInterval.DAY, RANGE)
                    .by("eventType");
            for (TrendReport.Line line : report(trend, histories, false).lines()) {
                counted.put(
                        String.valueOf(line.group()),
                        line.total() == null ? 0 : line.total().longValueExact());
            }

            assertThat(counted).as("seed %d", seed).isEqualTo(expected);
        }
    }

    private static List<BehaviorEvent> all(Histories histories) {
        return histories.events.values().stream().flatMap(List::stream).toList();
    }

    private static TrendReport report(Trend trend, Histories histories, boolean systemEvents) {
        ReportRun<TrendReport> run = new ReportRun<>(trend, ReportTerms.at(AS_OF));
        histories.events.forEach((subject, events) -> {
            List<BehaviorEvent> more = new ArrayList<>(events);
            if (systemEvents) {
                more.add(identify(subject));
            }
            run.accumulate(subject, Timeline.of(more), SegmentStays.ALWAYS);
        });
        return run.result(true);
    }

    private static BehaviorEvent identify(SubjectId subject) {
        return new BehaviorEvent(
                new UUID(7, subject.value().hashCode()),
                "s",
                subject.value(),
                null,
                0,
                EventType.IDENTIFY,
                Category.SYSTEM,
                ORIGIN.plus(Duration.ofHours(9)),
                "web",
                Map.of(),
                Map.of(),
                Map.of(),
                null,
                Map.of(),
                false);
    }
}
