package io.behavioranalytics.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.behavioranalytics.condition.Condition;
import io.behavioranalytics.condition.Operator;
import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.EventBuilder;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.Timeline;
import io.behavioranalytics.experiment.ExperimentFold.Stratum;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Metrics from events after the exposure, held against a plain reading of their definitions on thousands of random histories. */
class ExperimentFoldTest {
    private static final Instant START = Instant.parse("2026-03-01T00:00:00Z");
    private static final List<EventType> TYPES =
            List.of(EventType.PAGE_VIEW, EventType.FORM_START, EventType.FORM_SUBMIT, EventType.APPLICATION_COMPLETE);

    private static final List<Metric> METRICS = List.of(
            Metric.proportion("p", EventType.APPLICATION_COMPLETE).within(Duration.ofHours(20)),
            Metric.count("c", EventType.PAGE_VIEW, EventType.FORM_START).cappedAt(2),
            Metric.sum("s", "value", EventType.APPLICATION_COMPLETE).cappedAtPercentile(80),
            new Metric(
                    "prop",
                    Metric.Kind.SUM,
                    List.of(new EventSelector(
                            List.of(EventType.PAGE_VIEW),
                            List.of(Condition.of("properties.big", Operator.EQUALS, true)))),
                    List.of("properties.amount"),
                    Duration.ofHours(3),
                    Duration.ofHours(30),
                    true,
                    Duration.ofHours(9),
                    null,
                    Metric.Goal.DECREASE),
            Metric.mean("m", "value", EventType.APPLICATION_COMPLETE, EventType.PAGE_VIEW),
            Metric.ratio("r", EventSelector.of(EventType.FORM_SUBMIT), EventSelector.of(EventType.FORM_START)),
            Metric.retention("back", Duration.ofHours(10), Duration.ofHours(10), EventType.PAGE_VIEW),
            Metric.funnel(
                    "f",
                    Duration.ofHours(40),
                    EventType.PAGE_VIEW,
                    EventType.FORM_START,
                    EventType.FORM_START,
                    EventType.FORM_SUBMIT));

    private static Experiment experiment() {
        ExperimentDraftBuilder draft = ExperimentDraft.builder("Test", Experiment.Type.CONTENT)
                .hypothesis("h")
                .status(Experiment.Status.RUNNING)
                .control("Control", 5_000)
                .variant("B", 5_000);
        METRICS.forEach(draft::successMetric);
        assertThat(draft.build().violations(type -> true)).isEmpty();
        return new ExperimentLife(Duration.ofDays(14)).first(new UUID(1, 1), draft.build(), START);
    }

    /** A user: exposed once, with events around it. */
    private record User(Exposure exposure, List<BehaviorEvent> events) {}

    private static User user(int number, SplittableRandom random) {
        List<BehaviorEvent> events = new ArrayList<>();
        for (int i = random.nextInt(12); i > 0; i--) {
            // Whole hours, so that events lie exactly on the bounds of windows.
            Instant at = START.plus(Duration.ofHours(random.nextInt(96)));
            EventType type = TYPES.get(random.nextInt(TYPES.size()));
            Map<String, @Nullable Object> properties =
                    Map.of("big", random.nextBoolean(), "amount", (long) random.nextInt(10));
            Double value = random.nextInt(3) == 0 ? null : (Double) (double) random.nextInt(100);
            events.add(EventBuilder.event(new UUID(number, i), at)
                    .session("s")
                    .sequence(i)
                    .type(type)
                    .properties(properties)
                    .value(value)
                    .build());
        }
        Exposure exposure = new Exposure(
                new UUID(1, 1),
                1,
                0,
                SubjectId.lead("lead-" + number),
                random.nextInt(3) == 0 ? "b" : "control",
                1 + random.nextInt(2),
                random.nextInt(2) - 1,
                START.plus(Duration.ofHours(random.nextInt(96))));
        return new User(exposure, events);
    }

    // ---- the plain reading

    private static boolean counts(EventSelector selector, BehaviorEvent event) {
        return selector.eventTypes().contains(event.type())
                && (selector.conditions().isEmpty()
                        || Boolean.TRUE.equals(event.properties().get("big")));
    }

    private static Predicate<BehaviorEvent> after(Metric metric, Exposure exposure, Instant asOf) {
        Instant from = exposure.exposedAt().plus(metric.delay());
        return event -> !event.timestamp().isBefore(from)
                && !event.timestamp().isAfter(asOf)
                && (metric.within() == null || !event.timestamp().isAfter(from.plus(metric.within())));
    }

    private static double total(Metric metric, int selector, User user, Predicate<BehaviorEvent> when, boolean having) {
        double total = 0;
        String field = metric.fields().get(selector);
        for (BehaviorEvent event : user.events) {
            if (!when.test(event) || !counts(metric.events().get(selector), event)) {
                continue;
            }
            Number number = field.equals("value")
                    ? event.value()
                    : (Number) event.properties().get("amount");
            if (field.isEmpty()) {
                total++;
            } else if (number != null) {
                total += having ? 1 : number.doubleValue();
            }
        }
        return total;
    }

    /** Whether any way of choosing events for the steps keeps their order. */
    private static boolean funnel(Metric metric, List<BehaviorEvent> ordered, int step, int from) {
        if (step == metric.events().size()) {
            return true;
        }
        for (int i = from; i < ordered.size(); i++) {
            if (counts(metric.events().get(step), ordered.get(i)) && funnel(metric, ordered, step + 1, i + 1)) {
                return true;
            }
        }
        return false;
    }

    private static double value(Metric metric, User user, Predicate<BehaviorEvent> when) {
        return switch (metric.kind()) {
            case PROPORTION, RETENTION -> total(metric, 0, user, when, false) > 0 ? 1 : 0;
            case COUNT, SUM, MEAN, RATIO -> total(metric, 0, user, when, false);
            case FUNNEL -> {
                List<BehaviorEvent> ordered =
                        new ArrayList<>(user.events.stream().filter(when).toList());
                ordered.sort((one, other) -> one.key().compareTo(other.key()));
                yield funnel(metric, ordered, 0, 0) ? 1 : 0;
            }
        };
    }

    private static boolean mature(Metric metric, User user, Instant asOf) {
        return metric.within() != null
                && !user.exposure
                        .exposedAt()
                        .plus(metric.delay())
                        .plus(metric.within())
                        .isAfter(asOf);
    }

    @Test
    void every_metric_is_what_a_plain_reading_of_its_definition_gives() {
        Experiment experiment = experiment();
        SplittableRandom random = new SplittableRandom(11);
        for (int round = 0; round < 40; round++) {
            Instant asOf = START.plus(Duration.ofHours(20 + random.nextInt(100)));
            List<User> users = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                users.add(user(i, random));
            }
            ExperimentFold whole = new ExperimentFold(experiment, asOf);
            users.forEach(user -> whole.accumulate(user.exposure, Timeline.of(user.events)));
            List<User> seen = users.stream()
                    .filter(user -> !user.exposure.exposedAt().isAfter(asOf))
                    .toList();
            for (int m = 0; m < METRICS.size(); m++) {
                Metric metric = METRICS.get(m);
                List<User> counted = seen.stream()
                        .filter(user -> !metric.matureOnly() || mature(metric, user, asOf))
                        .toList();
                double most = most(metric, counted, asOf);
                for (Stratum stratum : whole.strata(any -> true)) {
                    for (int v = 0; v < 2; v++) {
                        String variant = v == 0 ? "control" : "b";
                        Predicate<User> here = user -> user.exposure.variant().equals(variant)
                                && user.exposure.phase() == stratum.phase()
                                && user.exposure.band() == stratum.band();
                        ArmSums sums = arm(whole, m, stratum, v);
                        check(metric, counted.stream().filter(here).toList(), asOf, most, sums);
                        long immature = seen.stream()
                                .filter(here)
                                .filter(user -> metric.matureOnly() && !mature(metric, user, asOf))
                                .count();
                        assertThat(whole.immature(stratum, m, v)).isEqualTo(immature);
                        assertThat(whole.users(stratum)[v])
                                .isEqualTo(seen.stream().filter(here).count());
                    }
                }
            }
        }
    }

    private static double most(Metric metric, List<User> users, Instant asOf) {
        Metric.Cap cap = metric.cap();
        if (cap == null) {
            return Double.MAX_VALUE;
        }
        if (cap.value() != null) {
            return cap.value();
        }
        List<Double> totals = new ArrayList<>();
        users.forEach(user -> totals.add(value(metric, user, after(metric, user.exposure, asOf))));
        Collections.sort(totals);
        return totals.isEmpty() ? 0 : totals.get((int) Math.ceil(0.8 * totals.size()) - 1);
    }

    private static void check(Metric metric, List<User> users, Instant asOf, double most, ArmSums sums) {
        double x = 0;
        double xx = 0;
        double y = 0;
        double xy = 0;
        double p = 0;
        double xp = 0;
        double[] second = new double[6];
        for (User user : users) {
            Predicate<BehaviorEvent> when = after(metric, user.exposure, asOf);
            double value = Math.min(most, value(metric, user, when));
            double denominator = denominator(metric, user, when);
            Duration lookback = metric.lookback();
            Predicate<BehaviorEvent> earlier = event -> lookback != null
                    && event.timestamp().isBefore(user.exposure.exposedAt())
                    && !event.timestamp().isAfter(asOf)
                    && !event.timestamp().isBefore(user.exposure.exposedAt().minus(lookback));
            double before = Math.min(most, value(metric, user, earlier));
            double denominatorBefore = denominator(metric, user, earlier);
            second[0] += denominatorBefore;
            second[1] += denominatorBefore * denominatorBefore;
            second[2] += before * denominatorBefore;
            second[3] += value * denominatorBefore;
            second[4] += denominator * before;
            second[5] += denominator * denominatorBefore;
            x += value;
            xx += value * value;
            y += denominator;
            xy += value * denominator;
            p += before;
            xp += value * before;
        }
        assertThat(sums.n).as(metric.name()).isEqualTo(users.size());
        assertThat(sums.x).as(metric.name()).isEqualTo(x);
        assertThat(sums.xx).isEqualTo(xx);
        assertThat(sums.y).as(metric.name()).isEqualTo(y);
        assertThat(sums.xy).isEqualTo(xy);
        assertThat(sums.p).as(metric.name()).isEqualTo(p);
        assertThat(sums.xp).isEqualTo(xp);
        assertThat(new double[] {sums.q, sums.qq, sums.pq, sums.xq, sums.yp, sums.yq})
                .as(metric.name())
                .containsExactly(second);
    }

    private static double denominator(Metric metric, User user, Predicate<BehaviorEvent> when) {
        return switch (metric.kind()) {
            case RATIO -> total(metric, 1, user, when, false);
            case MEAN -> total(metric, 0, user, when, true);
            default -> 0;
        };
    }

    private static ArmSums arm(ExperimentFold fold, int metric, Stratum stratum, int variant) {
        return Objects.requireNonNull(fold.sums(metric).get(stratum))[variant];
    }

    @Test
    void parts_that_are_merged_are_the_whole_however_users_are_shared_out() {
        Experiment experiment = experiment();
        SplittableRandom random = new SplittableRandom(12);
        Instant asOf = START.plus(Duration.ofHours(90));
        List<User> users = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            users.add(user(i, random));
        }
        ExperimentFold whole = new ExperimentFold(experiment, asOf);
        users.forEach(user -> whole.accumulate(user.exposure, Timeline.of(user.events)));
        Collections.shuffle(users, new Random(3));
        List<ExperimentFold> parts = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            parts.add(new ExperimentFold(experiment, asOf));
        }
        users.forEach(user -> parts.get(random.nextInt(7)).accumulate(user.exposure, Timeline.of(user.events)));
        ExperimentFold merged = new ExperimentFold(experiment, asOf);
        parts.forEach(merged::merge);

        assertThat(merged.strata(any -> true)).isEqualTo(whole.strata(any -> true));
        for (int m = 0; m < METRICS.size(); m++) {
            assertThat(merged.percentile(m)).isEqualTo(whole.percentile(m));
            for (Stratum stratum : whole.strata(any -> true)) {
                assertThat(merged.users(stratum)).isEqualTo(whole.users(stratum));
                for (int v = 0; v < 2; v++) {
                    ArmSums one = arm(merged, m, stratum, v);
                    ArmSums other = arm(whole, m, stratum, v);
                    assertThat(one.n).isEqualTo(other.n);
                    assertThat(one.xx).isCloseTo(other.xx, within(1e-6));
                    assertThat(one.xp).isCloseTo(other.xp, within(1e-6));
                }
            }
        }
        assertThatThrownBy(() -> whole.merge(new ExperimentFold(experiment, asOf.plusSeconds(1))))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
