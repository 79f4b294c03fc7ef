package io.behavioranalytics.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.report.ReturnOnInvestment.Attribution;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Each figure of the report by itself, counted over plain lists of events. */
class ReturnOnInvestmentAgreementTest {
    private static final Instant BEGIN = Instant.parse("2026-03-28T12:00:00Z");
    private static final EventChoice A = EventChoice.of(EventType.of("a"));
    private static final EventChoice B = EventChoice.of(EventType.of("b"));
    private static final EventChoice C = EventChoice.of(EventType.of("c"));
    private static final EventChoice X = EventChoice.of(EventType.of("x"));

    private final Random random = new Random(17);
    private Histories histories = new Histories();
    private Instant from = BEGIN;
    private Instant end = BEGIN;
    private Instant asOf = BEGIN;
    private Duration lookback = Duration.ZERO;
    private Duration wait = Duration.ZERO;
    private Attribution attribution = Attribution.LAST;

    private void draw() {
        histories = Histories.random(random, 4, 9, BEGIN, Duration.ofMinutes(30), 60);
        asOf = BEGIN.plus(Duration.ofMinutes(30L * (20 + random.nextInt(50))));
        from = BEGIN.plus(Duration.ofMinutes(30L * random.nextInt(20)));
        Instant to = from.plus(Duration.ofMinutes(30L * (1 + random.nextInt(50))));
        end = to.isAfter(asOf) ? asOf.plusNanos(1_000) : to;
        lookback = Duration.ofMinutes(30L * random.nextInt(20));
        wait = Duration.ofMinutes(30L * random.nextInt(10));
        attribution = List.of(Attribution.values()).get(random.nextInt(3));
        question = question(to);
    }

    private ReturnOnInvestment question =
            ReturnOnInvestment.builder(ReportFilter.everything()).build();

    private ReturnOnInvestment question(Instant to) {
        List<Cost> costs = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            Instant begin = BEGIN.plus(Duration.ofMinutes(30L * random.nextInt(60)));
            costs.add(new Cost(
                    List.of("one", "two", "=three").get(random.nextInt(3)),
                    begin,
                    begin.plus(Duration.ofMinutes(30L * (1 + random.nextInt(30)))),
                    BigDecimal.valueOf(random.nextInt(10_000), 2)));
        }
        return ReturnOnInvestment.builder(ReportFilter.everything().between(from, to))
                .lead(A)
                .conversion(B)
                .source("properties.p", attribution, lookback)
                .costs(costs)
                .response(X, C, wait)
                .agent("properties.n")
                .lifetimeValue(10, 0.01)
                .build();
    }

    private List<BehaviorEvent> seen(SubjectId subject) {
        return Objects.requireNonNull(histories.events.get(subject)).stream()
                .filter(event -> !event.timestamp().isAfter(asOf))
                .toList();
    }

    private boolean inRange(BehaviorEvent event) {
        return !event.timestamp().isBefore(from) && event.timestamp().isBefore(end);
    }

    @Test
    void leads_conversions_value_and_cost_by_source_are_those_of_a_plain_count() {
        int attributed = 0;
        int costed = 0;
        for (int round = 0; round < 2_000; round++) {
            draw();
            ReturnOnInvestmentReport report = histories.scattered(question, ReportTerms.at(asOf), random);

            Map<String, BigDecimal> leads = new TreeMap<>();
            Map<String, BigDecimal> conversions = new TreeMap<>();
            Map<String, BigDecimal> value = new TreeMap<>();
            for (SubjectId subject : histories.events.keySet()) {
                List<BehaviorEvent> events = seen(subject);
                List<BehaviorEvent> first = events.stream()
                        .filter(event -> NaiveFunnel.fits(A, event))
                        .limit(1)
                        .filter(this::inRange)
                        .toList();
                for (BehaviorEvent event : first) {
                    shares(events, event, BigDecimal.ONE)
                            .forEach((key, part) -> leads.merge(key, part, BigDecimal::add));
                }
                for (BehaviorEvent event : events) {
                    if (NaiveFunnel.fits(B, event) && inRange(event)) {
                        shares(events, event, BigDecimal.ONE)
                                .forEach((key, part) -> conversions.merge(key, part, BigDecimal::add));
                        Double worth = event.value();
                        shares(events, event, worth == null ? BigDecimal.ZERO : BigDecimal.valueOf(worth))
                                .forEach((key, part) -> value.merge(key, part, BigDecimal::add));
                    }
                }
            }
            Map<String, BigDecimal> costs = costs();
            TreeSet<String> names = new TreeSet<>(leads.keySet());
            names.addAll(conversions.keySet());
            names.addAll(costs.keySet());
            assertThat(report.sources().stream().map(one -> name(one.source())))
                    .as("round %s", round)
                    .containsExactlyElementsOf(names);
            for (ReturnOnInvestmentReport.Source one : report.sources()) {
                String name = name(one.source());
                BigDecimal told = leads.getOrDefault(name, BigDecimal.ZERO);
                assertThat(one.leads()).isEqualByComparingTo(told);
                assertThat(one.conversions()).isEqualByComparingTo(conversions.getOrDefault(name, BigDecimal.ZERO));
                assertThat(one.value()).isEqualByComparingTo(value.getOrDefault(name, BigDecimal.ZERO));
                BigDecimal cost = costs.get(name);
                attributed += told.signum();
                if (cost == null) {
                    assertThat(one.cost()).isNull();
                    assertThat(one.costPerLead()).isNull();
                    assertThat(one.returnOnCost()).isNull();
                    assertThat(one.note()).isEqualTo("no cost data");
                } else {
                    costed++;
                    assertThat(one.note()).isNull();
                    assertThat(one.cost()).isNotNull();
                    assertThat(Objects.requireNonNull(one.cost()).doubleValue())
                            .isCloseTo(cost.doubleValue(), within(1e-9));
                    if (told.signum() > 0) {
                        assertThat(one.costPerLead()).isCloseTo(cost.doubleValue() / told.doubleValue(), within(1e-9));
                    } else {
                        assertThat(one.costPerLead()).isNull();
                    }
                    if (one.conversions().signum() > 0) {
                        assertThat(one.costPerConversion())
                                .isCloseTo(
                                        cost.doubleValue() / one.conversions().doubleValue(), within(1e-9));
                    } else {
                        assertThat(one.costPerConversion()).isNull();
                    }
                    if (cost.signum() > 0) {
                        assertThat(one.returnOnCost())
                                .isCloseTo(
                                        (one.value().doubleValue() - cost.doubleValue()) / cost.doubleValue(),
                                        within(1e-6));
                    } else {
                        assertThat(one.returnOnCost()).isNull();
                    }
                }
            }
            assertThat(report.total().leads())
                    .isEqualByComparingTo(leads.values().stream().reduce(BigDecimal.ZERO, BigDecimal::add));
            assertThat(report.toJson()).doesNotContain("NaN").doesNotContain("Infinity");
        }
        assertThat(attributed).isGreaterThan(500);
        assertThat(costed).isGreaterThan(500);
    }

    /** What is behind every name, so that it may be a key. */
    private static String name(@Nullable String source) {
        return source == null ? "\uffff" : source;
    }

    private Map<String, BigDecimal> shares(List<BehaviorEvent> events, BehaviorEvent of, BigDecimal whole) {
        List<String> touches = new ArrayList<>();
        for (BehaviorEvent event : events.subList(0, events.indexOf(of) + 1)) {
            Object source = event.properties().get("p");
            if (source != null
                    && Duration.between(event.timestamp(), of.timestamp()).compareTo(lookback) <= 0) {
                touches.add(source.toString());
            }
        }
        Map<String, BigDecimal> shares = new HashMap<>();
        if (touches.isEmpty()) {
            shares.put(name(null), whole);
        } else if (attribution == Attribution.FIRST) {
            shares.put(touches.get(0), whole);
        } else if (attribution == Attribution.LAST) {
            shares.put(touches.get(touches.size() - 1), whole);
        } else {
            BigDecimal left = whole;
            BigDecimal part = whole.divide(BigDecimal.valueOf(touches.size()), MathContext.DECIMAL128);
            for (String touch : touches.subList(0, touches.size() - 1)) {
                shares.merge(touch, part, BigDecimal::add);
                left = left.subtract(part);
            }
            shares.merge(touches.get(touches.size() - 1), left, BigDecimal::add);
        }
        return shares;
    }

    /** Microsecond by microsecond would be the definition; here half hour by half hour, on whose borders all lies but the end. */
    private Map<String, BigDecimal> costs() {
        Map<String, BigDecimal> costs = new HashMap<>();
        for (Cost cost : question.costs()) {
            double inside = 0;
            double all = 0;
            for (Instant at = cost.from(); at.isBefore(cost.to()); at = at.plus(Duration.ofMinutes(30))) {
                all++;
                inside += !at.isBefore(from) && !at.plus(Duration.ofMinutes(30)).isAfter(end)
                        ? 1
                        : !at.isBefore(from) && at.isBefore(end) ? 1 / 1.8e9 : 0;
            }
            if (inside > 0) {
                costs.merge(cost.source(), cost.amount().multiply(BigDecimal.valueOf(inside / all)), BigDecimal::add);
            }
        }
        return costs;
    }

    @Test
    void waits_and_agents_are_those_of_a_plain_count() {
        int contacted = 0;
        int missed = 0;
        int waiting = 0;
        for (int round = 0; round < 3_000; round++) {
            draw();
            ReturnOnInvestmentReport report = histories.scattered(question, ReportTerms.at(asOf), random);

            List<Double> times = new ArrayList<>();
            int late = 0;
            int open = 0;
            Map<String, long[]> agents = new TreeMap<>();
            for (SubjectId subject : histories.events.keySet()) {
                List<BehaviorEvent> events = seen(subject);
                int next = 0;
                for (int i = 0; i < events.size(); i++) {
                    if (i < next || !NaiveFunnel.fits(X, events.get(i))) {
                        continue;
                    }
                    Instant begun = events.get(i).timestamp();
                    Instant until = begun.plus(wait);
                    int contact = -1;
                    next = events.size();
                    for (int k = events.size() - 1; k > i; k--) {
                        if (events.get(k).timestamp().isAfter(until)) {
                            next = k;
                        } else if (NaiveFunnel.fits(C, events.get(k))) {
                            contact = k;
                        }
                    }
                    next = contact < 0 ? next : contact;
                    if (!inRange(events.get(i))) {
                        continue;
                    }
                    if (contact >= 0) {
                        times.add(Duration.between(begun, events.get(contact).timestamp())
                                        .toSeconds()
                                * 1.0);
                    } else if (asOf.isBefore(until)) {
                        open++;
                    } else {
                        late++;
                    }
                }
                for (String agent : List.of("0", "1", "2")) {
                    List<BehaviorEvent> inside =
                            events.stream().filter(this::inRange).toList();
                    for (int i = 0; i < inside.size(); i++) {
                        if (agent.equals(
                                String.valueOf(inside.get(i).properties().get("n")))) {
                            boolean converted = inside.subList(i, inside.size()).stream()
                                    .anyMatch(event -> NaiveFunnel.fits(B, event));
                            long[] line = agents.computeIfAbsent(agent, same -> new long[2]);
                            line[0]++;
                            line[1] += converted ? 1 : 0;
                            break;
                        }
                    }
                }
            }
            times.sort(Comparator.naturalOrder());
            ReturnOnInvestmentReport.ResponseTime response = Objects.requireNonNull(report.response());
            assertThat(List.of(response.contacted(), response.missed(), response.waiting()))
                    .as("round %s", round)
                    .containsExactly((long) times.size(), (long) late, (long) open);
            assertThat(response.waits()).isEqualTo(times.size() + late + open);
            FunnelAgreementTest.checkTimes("round " + round, response.time(), times);
            assertThat(report.agents().stream().map(one -> one.agent() + " " + one.leads() + " " + one.converted()))
                    .containsExactlyElementsOf(agents.entrySet().stream()
                            .map(one -> one.getKey() + " " + one.getValue()[0] + " " + one.getValue()[1])
                            .toList());
            if (agents.isEmpty()) {
                assertThat(report.leadsPerAgent()).isNull();
            } else {
                assertThat(report.leadsPerAgent())
                        .isCloseTo(
                                agents.values().stream()
                                        .mapToLong(line -> line[0])
                                        .average()
                                        .orElseThrow(),
                                within(1e-12));
            }
            contacted += times.size();
            missed += late;
            waiting += open;
            assertThat(histories.run(question, asOf).toJson()).isEqualTo(report.toJson());
        }
        assertThat(contacted).isGreaterThan(200);
        assertThat(missed).isGreaterThan(200);
        assertThat(waiting).isGreaterThan(50);
    }

    @Test
    void groups_convert_from_their_exposure_on_and_members_without_events_count_too() {
        int unseen = 0;
        for (int round = 0; round < 2_000; round++) {
            draw();
            Map<SubjectId, ComparedGroups.Member> members = new HashMap<>();
            for (int i = 0; i < 6; i++) {
                if (random.nextInt(4) > 0) {
                    members.put(
                            SubjectId.lead("lead-" + i),
                            new ComparedGroups.Member(
                                    random.nextBoolean() ? "control" : "new",
                                    BEGIN.plus(Duration.ofMinutes(30L * random.nextInt(40)))));
                }
            }
            ReturnOnInvestment compared = ReturnOnInvestment.builder(question.filter())
                    .conversion(B)
                    .against(ComparedGroups.of("control", members), 0.9)
                    .build();

            ReturnOnInvestmentReport report = histories.scattered(compared, ReportTerms.at(asOf), random);

            for (ReturnOnInvestmentReport.Group group : report.lift()) {
                long size = 0;
                long converted = 0;
                long without = 0;
                for (Map.Entry<SubjectId, ComparedGroups.Member> one : members.entrySet()) {
                    Instant since = one.getValue().since();
                    if (one.getValue().group().equals(group.group()) && !since.isBefore(from) && since.isBefore(end)) {
                        List<BehaviorEvent> events =
                                histories.events.containsKey(one.getKey()) ? seen(one.getKey()) : List.of();
                        size++;
                        without += events.isEmpty() ? 1 : 0;
                        converted += events.stream()
                                        .anyMatch(event -> NaiveFunnel.fits(B, event)
                                                && inRange(event)
                                                && !event.timestamp().isBefore(since))
                                ? 1
                                : 0;
                    }
                }
                assertThat(List.of(group.subjects(), group.converted(), group.unseen()))
                        .as("round %s", round)
                        .containsExactly(size, converted, without);
                unseen += (int) without;
            }
        }
        assertThat(unseen).isGreaterThan(200);
    }
}
