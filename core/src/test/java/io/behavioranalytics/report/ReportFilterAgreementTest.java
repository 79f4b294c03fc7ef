package io.behavioranalytics.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.condition.Operator;
import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.Micros;
import io.behavioranalytics.event.Retention;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.Timeline;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Every report with a filter is the report without one over what the filter lets through. */
class ReportFilterAgreementTest {
    private static final Instant BEGIN = Instant.parse("2026-03-27T20:00:00Z");
    private static final EventChoice A = EventChoice.of(EventType.of("a"));
    private static final EventChoice B = EventChoice.of(EventType.of("b"));
    private static final EventChoice ANY = EventChoice.any();
    private static final Retention KEPT = Retention.unlimited().withType(EventType.of("x"), Duration.ofHours(20));

    /** What one random filter leaves out, counted by hand. */
    private static final class LeftOut {
        long sessions;
        long subjects;
        long future;
        long expired;
        long outside;
        long other;
        long unclear;
    }

    @Test
    void a_filtered_report_is_the_report_over_what_the_filter_lets_through() {
        long[] leftOut = new long[7];
        for (int seed = 1; seed <= 400; seed++) {
            Random random = new Random(seed);
            Histories histories = Histories.random(random, 5, 14, BEGIN, Duration.ofMinutes(170), 30);
            move(histories, "lead-1", SubjectId.session("s1"));
            for (int i = 0; i < 3; i++) {
                histories.add("odd", BEGIN.plus(Duration.ofHours(9L * i)), "a", Map.of("n", "many"), null);
            }
            Instant asOf = BEGIN.plus(Duration.ofHours(40 + random.nextInt(60)));
            ReportTerms terms = new ReportTerms(asOf, KEPT, ReportTerms.at(asOf).scoring());
            ReportFilter plain = ReportFilter.everything()
                    .in(ZoneId.of("Europe/Berlin"))
                    .between(BEGIN, BEGIN.plus(Duration.ofDays(3)));
            ReportFilter filter = random.nextBoolean() ? plain.onlyLeads() : plain;
            filter = random.nextBoolean() ? filter.where("properties.n", Operator.GREATER_THAN, 0) : filter;
            Map<SubjectId, SegmentStays> stays = new HashMap<>();
            Map<SubjectId, boolean[]> inside = new HashMap<>();
            histories.events.keySet().forEach(subject -> stay(random, subject, stays, inside));
            LeftOut out = new LeftOut();
            Histories through = through(histories, filter, terms, inside, out);

            List<Question<?>> filtered = questions(filter);
            List<Question<?>> unfiltered = questions(plain);
            for (int i = 0; i < filtered.size(); i++) {
                String name = "seed " + seed + " " + filtered.get(i);
                Report report = scattered(filtered.get(i), histories, terms, stays, random);
                Report expected = through.run(unfiltered.get(i), asOf);
                assertThat(report.tables()).as(name).isEqualTo(expected.tables());
                assertThat(report.frame().coverage())
                        .as(name)
                        .isEqualTo(expected.frame().coverage());
                assertThat(report.frame().excluded())
                        .as(name)
                        .isEqualTo(new Excluded(
                                out.sessions,
                                out.subjects,
                                0,
                                out.future,
                                out.expired,
                                out.outside,
                                out.other,
                                out.unclear));
                assertThat(report.frame().zone()).isEqualTo(filter.zone());
                assertThat(report.frame().asOf()).isEqualTo(asOf);
            }
            long[] now = {out.sessions, out.subjects, out.future, out.expired, out.outside, out.other, out.unclear};
            for (int i = 0; i < now.length; i++) {
                leftOut[i] += now[i];
            }
        }
        assertThat(leftOut).doesNotContain(0);
    }

    private static void move(Histories histories, String lead, SubjectId to) {
        List<BehaviorEvent> events = histories.events.remove(SubjectId.lead(lead));
        if (events != null) {
            histories.events.put(to, events);
        }
    }

    /** In the segment always, never, or hour by hour as a coin says, which is what a turn at each hour records. */
    private static void stay(
            Random random, SubjectId subject, Map<SubjectId, SegmentStays> stays, Map<SubjectId, boolean[]> inside) {
        boolean[] hours = new boolean[100];
        int kind = random.nextInt(4);
        if (kind == 0) {
            stays.put(subject, SegmentStays.NEVER);
        } else if (kind == 1) {
            java.util.Arrays.fill(hours, true);
            stays.put(subject, SegmentStays.ALWAYS);
        } else {
            SegmentStays.Builder builder = new SegmentStays.Builder();
            boolean member = false;
            for (int hour = 0; hour < hours.length; hour++) {
                if (random.nextInt(4) == 0) {
                    member = !member;
                    builder.turn(Micros.of(BEGIN.plus(Duration.ofHours(hour))), member);
                }
                hours[hour] = member;
            }
            stays.put(subject, builder.build());
        }
        inside.put(subject, hours);
    }

    private static Histories through(
            Histories histories,
            ReportFilter filter,
            ReportTerms terms,
            Map<SubjectId, boolean[]> inside,
            LeftOut out) {
        Histories through = new Histories();
        new TreeMap<>(histories.events).forEach((subject, events) -> {
            boolean[] hours = Objects.requireNonNull(inside.get(subject));
            if (filter.leadsOnly() && !subject.isLead()) {
                out.sessions++;
                return;
            }
            if (!java.util.stream.IntStream.range(0, hours.length).anyMatch(hour -> hours[hour])) {
                out.subjects++;
                return;
            }
            List<BehaviorEvent> kept = new ArrayList<>();
            for (BehaviorEvent event : events) {
                Instant at = event.timestamp();
                Object n = event.properties().get("n");
                if (at.isAfter(terms.asOf())) {
                    out.future++;
                } else if (event.type().name().equals("x")
                        && !at.plus(Duration.ofHours(20)).isAfter(terms.asOf())) {
                    out.expired++;
                } else if (!hours[(int) Duration.between(BEGIN, at).toHours()]) {
                    out.outside++;
                } else if (!filter.where().isEmpty() && n == null) {
                    // What an event lacks is not greater; only a value of another kind gives no answer.
                    out.other++;
                } else if (!filter.where().isEmpty() && !(n instanceof Long)) {
                    out.unclear++;
                } else if (!filter.where().isEmpty() && n instanceof Long number && number <= 0) {
                    out.other++;
                } else {
                    kept.add(event);
                }
            }
            if (!kept.isEmpty()) {
                through.events.put(subject, kept);
            }
        });
        return through;
    }

    private static <R extends Report> Report scattered(
            Question<R> question,
            Histories histories,
            ReportTerms terms,
            Map<SubjectId, SegmentStays> stays,
            Random random) {
        List<ReportRun<R>> runs = List.of(new ReportRun<>(question, terms), new ReportRun<>(question, terms));
        histories.events.forEach((subject, events) -> runs.get(random.nextInt(2))
                .accumulate(subject, Timeline.of(events), Objects.requireNonNull(stays.get(subject))));
        runs.get(0).merge(runs.get(1));
        return runs.get(0).result(true);
    }

    /** One of each kind that folds timelines. */
    private static List<Question<?>> questions(ReportFilter filter) {
        Funnel funnel = Funnel.builder()
                .step(A)
                .step(B)
                .within(Duration.ofHours(20))
                .breakdown(Funnel.Attribution.FIRST, "properties.p")
                .trend(CalendarInterval.DAY)
                .leads(10)
                .filter(filter)
                .build();
        return List.of(
                funnel,
                new TimeToConvert(funnel, 1, 2, 3),
                CohortRetention.on(ANY, ANY, Periods.calendar(CalendarInterval.DAY), 3, filter),
                CohortRetention.on(A, B, Periods.rollingDays(), 3, filter).recurring(),
                new CohortRevenue(ANY, A, Periods.calendar(CalendarInterval.DAY), 3, filter),
                LifetimeValue.of(A, filter).ahead(5, 0.01),
                EventPaths.from(A, 4, filter),
                EventPaths.to(B, 4, filter),
                Trend.of(ANY, Trend.Measure.TOTAL, CalendarInterval.DAY, filter).by("eventType"),
                Trend.of(A, Trend.Measure.UNIQUES, CalendarInterval.DAY, filter)
                        .by("properties.p")
                        .withPrevious(),
                Trend.of(ANY, Trend.Measure.VISITS, CalendarInterval.DAY, filter),
                Trend.of(ANY, Trend.Measure.VALUE, CalendarInterval.DAY, filter),
                Correlation.of(A, B, Duration.ofHours(20), filter),
                Lifecycle.of(ANY, CalendarInterval.DAY, filter),
                Stickiness.of(ANY, CalendarInterval.DAY, filter),
                Activity.of(filter),
                new PatternCount(List.of(A, B), EventPattern.parse("(?1)(?t<=36000)(?2)"), 9, filter),
                ReturnOnInvestment.builder(filter)
                        .lead(A)
                        .conversion(B)
                        .source("properties.p", ReturnOnInvestment.Attribution.LINEAR, Duration.ofHours(9))
                        .costs(List.of(new Cost("one", BEGIN, BEGIN.plus(Duration.ofDays(2)), BigDecimal.TEN)))
                        .response(A, B, Duration.ofHours(9))
                        .agent("properties.n")
                        .build());
    }
}
