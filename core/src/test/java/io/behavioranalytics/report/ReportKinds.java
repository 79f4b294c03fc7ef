package io.behavioranalytics.report;

import io.behavioranalytics.condition.Operator;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.SubjectId;
import java.math.BigDecimal;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;

/** A question of every kind that folds timelines, with what it may be asked beside drawn at random. */
final class ReportKinds {
    private static final List<EventChoice> CHOICES = List.of(
            EventChoice.any(),
            EventChoice.of(EventType.of("a")),
            EventChoice.of(EventType.of("b")),
            EventChoice.of(EventType.of("a"), EventType.of("c")),
            EventChoice.any().where("properties.p", Operator.EQUALS, "one"));
    private static final List<String> FIELDS =
            List.of("eventType", "properties.p", "properties.n", "sessionId", "source");

    private ReportKinds() {}

    /** Each kind by its name, waiting for its filter. */
    static Map<String, Function<ReportFilter, Question<?>>> of(Random random) {
        Map<String, Function<ReportFilter, Question<?>>> kinds = new LinkedHashMap<>();
        Funnel.Builder funnel = funnel(random);
        int bins = 1 + random.nextInt(5);
        kinds.put("funnel", filter -> funnel.filter(filter).build());
        kinds.put(
                "time to convert",
                filter -> new TimeToConvert(funnel.filter(filter).build(), 1, 2, bins));
        EventChoice one = choice(random);
        EventChoice two = choice(random);
        kinds.put(
                "latest start",
                filter -> Funnel.builder()
                        .step(one)
                        .step(two)
                        .latestStart()
                        .leads(3)
                        .filter(filter)
                        .build());
        Periods periods = periods(random);
        int columns = 1 + random.nextInt(4);
        boolean recurring = random.nextBoolean();
        boolean after = random.nextBoolean();
        kinds.put("retention", filter -> {
            CohortRetention on = CohortRetention.on(one, two, periods, columns, filter);
            CohortRetention begun = recurring ? on.recurring() : on;
            return after ? begun.orAfter() : begun;
        });
        kinds.put("revenue", filter -> new CohortRevenue(one, two, periods, columns, filter));
        kinds.put("lifetime value", filter -> LifetimeValue.of(one, filter).ahead(columns, 0.01));
        String field = FIELDS.get(random.nextInt(FIELDS.size()));
        kinds.put("paths from", filter -> EventPaths.from(one, 2 + columns, filter));
        kinds.put(
                "paths to",
                filter -> new EventPaths(
                        recurring ? null : two,
                        EventPaths.Direction.TO,
                        3,
                        field,
                        after,
                        EventPaths.Order.SUBJECTS,
                        7,
                        filter));
        CalendarInterval interval = interval(random);
        Trend.Measure measure = List.of(Trend.Measure.values()).get(random.nextInt(4));
        Trend.Measure other = List.of(Trend.Measure.values()).get(random.nextInt(4));
        kinds.put(
                "trend",
                filter -> new Trend(
                        List.of(new Trend.Series(one, measure), new Trend.Series(two, other)),
                        List.of(Trend.Formula.values()).get(columns - 1),
                        interval,
                        recurring ? field : null,
                        after,
                        filter));
        kinds.put(
                "trend of everything",
                filter -> new Trend(
                        List.of(new Trend.Series(EventChoice.any(), Trend.Measure.TOTAL)),
                        null,
                        interval,
                        after ? "eventType" : null,
                        recurring,
                        filter));
        kinds.put(
                "trend as a whole",
                filter -> new Trend(
                        List.of(new Trend.Series(one, measure), new Trend.Series(two, other)),
                        null,
                        null,
                        after ? field : null,
                        recurring,
                        filter));
        kinds.put("correlation", filter -> new Correlation(one, two, Duration.ofHours(9), field, 0.9, 1, filter));
        kinds.put("lifecycle", filter -> new Lifecycle(one, two, interval, columns, filter));
        kinds.put("stickiness", filter -> new Stickiness(one, interval, columns, 1, null, filter));
        kinds.put("activity", filter -> new Activity(one, 2, filter));
        kinds.put(
                "pattern", filter -> new PatternCount(List.of(one, two), EventPattern.parse("(?1).*(?2)"), 3, filter));
        boolean known = random.nextBoolean();
        ReturnOnInvestment.Attribution attribution =
                List.of(ReturnOnInvestment.Attribution.values()).get(random.nextInt(3));
        kinds.put("return on investment", filter -> {
            Instant last = Instant.parse("9999-12-30T00:00:00Z");
            Instant from = filter.from();
            Instant begin = from == null || from.isAfter(last) ? last : from;
            return ReturnOnInvestment.builder(filter)
                    .lead(one)
                    .conversion(two)
                    .source(field, attribution, Duration.ofHours(30))
                    .costs(List.of(
                            new Cost("one", begin, begin.plusSeconds(90_000), BigDecimal.TEN),
                            new Cost("web", begin, begin.plusSeconds(1), new BigDecimal("0.01"))))
                    .against(groups(known, begin), 0.95)
                    .response(one, two, Duration.ofHours(5))
                    .agent("properties.n")
                    .lifetimeValue(5, 0.01)
                    .build();
        });
        return kinds;
    }

    private static ComparedGroups groups(boolean known, Instant begin) {
        return known
                ? ComparedGroups.of(
                        "off",
                        Map.of(
                                SubjectId.lead("lead-0"), new ComparedGroups.Member("off", begin),
                                SubjectId.lead("lead-1"), new ComparedGroups.Member("on", begin),
                                SubjectId.lead("lead-2"), new ComparedGroups.Member("on", begin)))
                : ComparedGroups.holdout(subject -> subject.value().hashCode() % 2 == 0);
    }

    static CalendarInterval interval(Random random) {
        return switch (random.nextInt(5)) {
            case 0 -> CalendarInterval.HOUR;
            case 1 -> CalendarInterval.MONTH;
            case 2 -> CalendarInterval.weekFrom(DayOfWeek.of(1 + random.nextInt(7)));
            default -> CalendarInterval.DAY;
        };
    }

    private static Periods periods(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> Periods.rollingDays();
            case 1 -> new Periods.Equal(Instant.parse("2026-03-27T05:00:00Z"), Duration.ofHours(7));
            case 2 -> new Periods.Calendar(interval(random), 1 + random.nextInt(3));
            default -> Periods.calendar(CalendarInterval.DAY);
        };
    }

    private static EventChoice choice(Random random) {
        return CHOICES.get(random.nextInt(CHOICES.size()));
    }

    private static Funnel.Builder funnel(Random random) {
        Funnel.Builder funnel = Funnel.builder()
                .order(List.of(Funnel.Order.values()).get(random.nextInt(3)))
                .ties(List.of(Funnel.Ties.values()).get(random.nextInt(2)))
                .count(List.of(Funnel.Counting.values()).get(random.nextInt(3)))
                .within(Duration.ofHours(1 + random.nextInt(40)))
                .leads(random.nextInt(4));
        int steps = 2 + random.nextInt(3);
        for (int i = 0; i < steps; i++) {
            funnel.step(choice(random));
        }
        if (random.nextBoolean()) {
            funnel.exclude(EventChoice.of(EventType.of("x")), 1, 2);
        }
        if (random.nextBoolean()) {
            funnel.holdingConstant("properties.p");
        }
        switch (random.nextInt(4)) {
            case 0 -> funnel.breakdown(Funnel.Attribution.FIRST, "properties.p", "properties.n");
            case 1 -> funnel.breakdown(Funnel.Attribution.LAST, "eventType");
            case 2 -> funnel.breakdownAtStep(2, "properties.p");
            default -> {}
        }
        return random.nextBoolean() ? funnel.trend(interval(random)) : funnel;
    }
}
