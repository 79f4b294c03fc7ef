package io.behavioranalytics.proof;

import io.behavioranalytics.condition.Operator;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.report.Activity;
import io.behavioranalytics.report.CalendarInterval;
import io.behavioranalytics.report.CohortRetention;
import io.behavioranalytics.report.CohortRevenue;
import io.behavioranalytics.report.ComparedGroups;
import io.behavioranalytics.report.Correlation;
import io.behavioranalytics.report.Cost;
import io.behavioranalytics.report.EventChoice;
import io.behavioranalytics.report.EventPaths;
import io.behavioranalytics.report.EventPattern;
import io.behavioranalytics.report.Funnel;
import io.behavioranalytics.report.Lifecycle;
import io.behavioranalytics.report.LifetimeValue;
import io.behavioranalytics.report.PatternCount;
import io.behavioranalytics.report.Periods;
import io.behavioranalytics.report.Question;
import io.behavioranalytics.report.ReportFilter;
import io.behavioranalytics.report.ReportFilter.Membership;
import io.behavioranalytics.report.ReturnOnInvestment;
import io.behavioranalytics.report.Stickiness;
import io.behavioranalytics.report.TimeToConvert;
import io.behavioranalytics.report.Trend;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;

/** What is asked of every store: one question of each kind that folds timelines. */
final class ReportQuestions {
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    private ReportQuestions() {}

    /** Those of all, and some of members. */
    static List<Question<?>> all() {
        ReportFilter berlin = ReportFilter.everything().in(BERLIN);
        ReportFilter days = berlin.between(ReportContract.BEGIN, ReportContract.BEGIN.plus(Duration.ofDays(4)));
        List<Question<?>> questions = new ArrayList<>(of(berlin));
        questions.add(funnel().filter(berlin.members("started", Membership.NOW)).build());
        questions.add(
                funnel().filter(berlin.members("started", Membership.AT_EVENT).onlyLeads())
                        .count(Funnel.Counting.TOTALS)
                        .build());
        questions.add(Trend.of(
                        EventChoice.any(),
                        Trend.Measure.VALUE,
                        CalendarInterval.DAY,
                        days.members("started", Membership.AT_EVENT))
                .by("eventType"));
        return questions;
    }

    private static Funnel.Builder funnel() {
        return Funnel.builder()
                .step(EventChoice.of(EventType.FORM_START))
                .step(EventChoice.of(EventType.FORM_SUBMIT))
                .step(EventChoice.of(EventType.QUOTE_REQUEST))
                .exclude(EventChoice.of(EventType.FORM_ABANDON), 2, 3)
                .breakdown(Funnel.Attribution.FIRST, "properties.plan")
                .trend(CalendarInterval.DAY)
                .leads(5);
    }

    /** One of each kind that folds timelines. */
    static List<Question<?>> of(ReportFilter berlin) {
        ReportFilter days = berlin.between(ReportContract.BEGIN, ReportContract.BEGIN.plus(Duration.ofDays(4)));
        return List.of(
                funnel().filter(berlin).build(),
                held(Funnel.Order.ANY).filter(berlin).build(),
                held(Funnel.Order.STRICT)
                        .count(Funnel.Counting.VISITS)
                        .filter(days)
                        .build(),
                Trend.of(EventChoice.any(), Trend.Measure.VALUE, CalendarInterval.DAY, days)
                        .by("eventType"),
                CohortRetention.on(
                        EventChoice.any(),
                        EventChoice.any(),
                        Periods.rollingDays(),
                        4,
                        days.where("properties.plan", Operator.NOT_EQUALS, "plus")),
                CohortRetention.on(EventChoice.any(), EventChoice.any(), Periods.rollingDays(), 4, days),
                CohortRetention.on(
                                EventChoice.of(EventType.FORM_START),
                                EventChoice.any(),
                                Periods.calendar(CalendarInterval.DAY),
                                3,
                                days)
                        .recurring(),
                new CohortRevenue(
                        EventChoice.any(), EventChoice.any(), Periods.calendar(CalendarInterval.DAY), 3, days),
                Activity.of(days),
                EventPaths.to(EventChoice.of(EventType.QUOTE_REQUEST), 4, berlin),
                Trend.of(EventChoice.any(), Trend.Measure.VISITS, CalendarInterval.DAY, days)
                        .by("properties.plan")
                        .withPrevious(),
                Trend.whole(EventChoice.any(), Trend.Measure.UNIQUES, days)
                        .by("eventType")
                        .withPrevious(),
                Correlation.of(
                        EventChoice.of(EventType.PAGE_VIEW),
                        EventChoice.of(EventType.QUOTE_REQUEST),
                        Duration.ofDays(2),
                        berlin),
                Lifecycle.of(EventChoice.any(), CalendarInterval.DAY, days),
                Stickiness.of(EventChoice.any(), CalendarInterval.DAY, days),
                new TimeToConvert(funnel().filter(berlin).build(), 1, 2, 5),
                new PatternCount(
                        List.of(EventChoice.of(EventType.FORM_START), EventChoice.of(EventType.FORM_SUBMIT)),
                        EventPattern.parse("(?1)(?t<=86400)(?2)"),
                        9,
                        berlin),
                ReturnOnInvestment.builder(days)
                        .conversion(EventChoice.of(EventType.QUOTE_REQUEST))
                        .source("properties.plan", ReturnOnInvestment.Attribution.LINEAR, Duration.ofDays(2))
                        .costs(List.of(new Cost(
                                "plus",
                                ReportContract.BEGIN,
                                ReportContract.BEGIN.plus(Duration.ofDays(7)),
                                new BigDecimal("99.90"))))
                        .against(
                                ComparedGroups.holdout(
                                        subject -> subject.value().hashCode() % 2 == 0),
                                0.95)
                        .response(
                                EventChoice.of(EventType.FORM_ABANDON),
                                EventChoice.of(EventType.FORM_SUBMIT),
                                Duration.ofHours(6))
                        .agent("properties.plan")
                        .lifetimeValue(5, 0.01)
                        .build(),
                LifetimeValue.of(EventChoice.of(EventType.QUOTE_REQUEST), berlin)
                        .ahead(5, 0.01));
    }

    private static Funnel.Builder held(Funnel.Order order) {
        return Funnel.builder()
                .order(order)
                .ties(Funnel.Ties.BY_STEP)
                .step(EventChoice.of(EventType.PAGE_VIEW))
                .step(Funnel.Step.of(EventChoice.of(EventType.FORM_START)).asFirstEver())
                .step(EventChoice.of(EventType.FORM_SUBMIT, EventType.FORM_ABANDON))
                .withinEvents(9)
                .holdingConstant("properties.plan")
                .breakdownAtStep(2, "properties.plan")
                .leads(5);
    }
}
