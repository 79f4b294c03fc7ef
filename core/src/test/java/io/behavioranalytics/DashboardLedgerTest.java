package io.behavioranalytics;

import static org.assertj.core.api.Assertions.assertThat;

import io.behavioranalytics.action.Action;
import io.behavioranalytics.condition.LocalDays;
import io.behavioranalytics.decision.Batch;
import io.behavioranalytics.decision.CommitUnit;
import io.behavioranalytics.decision.SubjectChange;
import io.behavioranalytics.event.Micros;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.report.Activity;
import io.behavioranalytics.report.ReportFilter;
import io.behavioranalytics.store.ActionRecord;
import io.behavioranalytics.store.ActionStatus;
import io.behavioranalytics.store.Claim;
import io.behavioranalytics.store.ExecutionOutcome;
import io.behavioranalytics.store.InMemoryStore;
import io.behavioranalytics.store.Ledger;
import io.behavioranalytics.store.Queue;
import io.behavioranalytics.store.Settlement;
import io.behavioranalytics.store.Store;
import io.behavioranalytics.trigger.ScheduledAction;
import io.behavioranalytics.trigger.TriggerCause;
import io.behavioranalytics.trigger.TriggerExecution;
import java.lang.ref.WeakReference;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a dashboard reads of the ledger: against reading all of it, in bounded memory, and to an end before its time. */
class DashboardLedgerTest {
    private static final Instant BEGIN = Instant.parse("2026-03-27T00:00:00Z");
    private static final SubjectId SESSION = SubjectId.session("session-1");
    private static final int LEDGERS = 60;
    private static final int DASHBOARDS = 50;

    /** On the 29th clocks are set forward in Berlin, on the 30th the sun rises first in Auckland. */
    private static final List<ZoneId> ZONES = List.of(
            ZoneOffset.UTC, ZoneId.of("Europe/Berlin"), ZoneId.of("Pacific/Auckland"), ZoneId.of("America/New_York"));

    private final VirtualClock clock = VirtualClock.at(BEGIN.plus(Duration.ofDays(6)));

    private static BehaviorAnalytics host(Store store, VirtualClock clock) {
        return BehaviorAnalytics.builder()
                .store(store)
                .clock(clock)
                .executor(Runnable::run)
                .build();
    }

    @Test
    void its_counts_are_those_of_reading_all_executions_and_their_actions() {
        for (int seed = 0; seed < LEDGERS; seed++) {
            Random random = new Random(seed);
            Store store = new InMemoryStore(clock);
            fill(store, random);
            try (BehaviorAnalytics host = host(store, clock)) {
                for (int i = 0; i < DASHBOARDS; i++) {
                    ReportFilter filter = filter(random);
                    DashboardReport dashboard = host.reports().dashboard(Activity.of(filter), ReportOptions.defaults());
                    assertAgrees(store, dashboard, "ledger " + seed + ", " + dashboard.frame());
                }
            }
        }
    }

    private ReportFilter filter(Random random) {
        Instant from = instant(random);
        ReportFilter filter = ReportFilter.everything()
                .in(ZONES.get(random.nextInt(ZONES.size())))
                .between(from, from.plus(Duration.ofHours(1 + random.nextInt(96))));
        return random.nextInt(3) == 0 ? filter : filter.asOf(instant(random));
    }

    /** Few enough that many are the same, some of them midnights. */
    private static Instant instant(Random random) {
        return BEGIN.plus(Duration.ofHours(random.nextInt(120)))
                .minus(random.nextInt(2), ChronoUnit.MICROS)
                .minus(Duration.ofMinutes(30L * random.nextInt(2)));
    }

    private void fill(Store store, Random random) {
        int version = 0;
        for (int commits = random.nextInt(5); commits > 0; commits--) {
            List<TriggerExecution> fired = new ArrayList<>();
            List<ScheduledAction> scheduled = new ArrayList<>();
            for (int firings = random.nextInt(12); firings > 0; firings--) {
                List<UUID> actions = new ArrayList<>();
                for (int i = random.nextInt(3); i > 0; i--) {
                    UUID id = new UUID(random.nextLong(), random.nextLong());
                    actions.add(id);
                    scheduled.add(action(id));
                }
                fired.add(execution(new UUID(random.nextLong(), random.nextLong()), instant(random), actions));
            }
            commit(store, version++, fired, scheduled);
            for (Claim claim : store.queue()
                    .claim(List.of("call"), BEGIN, random.nextInt(9), Duration.ofDays(1), Integer.MAX_VALUE)) {
                store.queue()
                        .settle(
                                claim,
                                random.nextInt(3) == 0 ? new Settlement.Dead(BEGIN, "no") : new Settlement.Done(BEGIN));
            }
            store.upkeep().forget(BEGIN.plusSeconds(1), random.nextInt(2));
        }
    }

    private static ScheduledAction action(UUID id) {
        return new ScheduledAction(
                id,
                new UUID(1, 1),
                new UUID(1, 2),
                "call",
                SESSION,
                new Action("first", "call", Map.of(), Duration.ZERO),
                "quote_request",
                0,
                BEGIN);
    }

    private static TriggerExecution execution(UUID id, Instant at, List<UUID> actions) {
        return new TriggerExecution(
                id, new UUID(1, 2), "call", 1, SESSION, null, at, at, new TriggerCause.Event(id), actions);
    }

    private static void commit(
            Store store, int version, List<TriggerExecution> fired, List<ScheduledAction> scheduled) {
        store.commit(new Batch(
                new UUID(2, version),
                "host",
                BEGIN,
                List.of(new CommitUnit(List.of(new SubjectChange(
                        SESSION, version, List.of(), List.of(), List.of(), null, null, false, List.of(), fired,
                        List.of(), scheduled, List.of(), List.of()))))));
    }

    private static void assertAgrees(Store store, DashboardReport dashboard, String which) {
        Instant asOf = dashboard.frame().asOf();
        Instant from = dashboard.frame().from();
        Instant to = dashboard.frame().to();
        ZoneId zone = dashboard.frame().zone();
        LocalDate today = LocalDays.dayOf(Micros.of(asOf), zone);
        List<UUID> inRange = new ArrayList<>();
        List<UUID> ofToday = new ArrayList<>();
        long executionsToday = 0;
        for (TriggerExecution execution : store.ledger().executions(null, null, Integer.MAX_VALUE)) {
            Instant at = execution.executedAt();
            if (at.isAfter(asOf)) {
                continue;
            }
            if (from != null && to != null && !at.isBefore(from) && at.isBefore(to)) {
                inRange.addAll(execution.actions());
            }
            if (LocalDays.dayOf(Micros.of(at), zone).equals(today)) {
                executionsToday++;
                ofToday.addAll(execution.actions());
            }
        }
        assertThat(dashboard.personalization().triggeredActions()).as(which).isEqualTo(inRange.size());
        assertThat(dashboard.personalization().successRate()).as(which).isEqualTo(successRate(store, inRange));
        assertThat(dashboard.triggers().executionsToday()).as(which).isEqualTo(executionsToday);
        assertThat(dashboard.triggers().successRate()).as(which).isEqualTo(successRate(store, ofToday));
        assertThat(dashboard.frame().coverage().complete()).as(which).isTrue();
    }

    private static @Nullable Double successRate(Store store, List<UUID> actions) {
        List<ActionStatus> ended = store.queue().find(actions).values().stream()
                .map(ActionRecord::status)
                .filter(status -> status == ActionStatus.DONE || status == ActionStatus.DEAD)
                .toList();
        long done = ended.stream().filter(status -> status == ActionStatus.DONE).count();
        return ended.isEmpty() ? null : (Double) ((double) done / ended.size());
    }

    /** A store whose firings are made while they are visited, and which hands out no list of them and no actions. */
    private static Store madeUp(int firings, AtomicInteger mostHeld) {
        Ledger empty = new InMemoryStore(VirtualClock.at(BEGIN)).ledger();
        Ledger ledger = (Ledger) Proxy.newProxyInstance(
                DashboardLedgerTest.class.getClassLoader(),
                new Class<?>[] {Ledger.class},
                (self, method, arguments) -> {
                    if (method.getName().equals("executions")) {
                        throw new AssertionError("all executions are asked for");
                    }
                    if (!method.getName().equals("visitOutcomes")) {
                        try {
                            return method.invoke(empty, arguments);
                        } catch (InvocationTargetException failed) {
                            throw failed.getTargetException();
                        }
                    }
                    @SuppressWarnings("unchecked")
                    Predicate<ExecutionOutcome> visitor = (Predicate<ExecutionOutcome>) arguments[2];
                    visit(firings, (Instant) arguments[0], visitor, mostHeld);
                    return null;
                });
        return new ForwardingStore(new InMemoryStore(VirtualClock.at(BEGIN))) {
            @Override
            public Ledger ledger() {
                return ledger;
            }

            @Override
            public Queue queue() {
                Queue queue = to.queue();
                return (Queue) Proxy.newProxyInstance(
                        DashboardLedgerTest.class.getClassLoader(),
                        new Class<?>[] {Queue.class},
                        (self, method, arguments) -> {
                            if (method.getName().equals("find")) {
                                throw new AssertionError("actions are asked for");
                            }
                            return method.invoke(queue, arguments);
                        });
            }
        };
    }

    private static void visit(int firings, Instant from, Predicate<ExecutionOutcome> visitor, AtomicInteger mostHeld) {
        List<WeakReference<ExecutionOutcome>> made = new ArrayList<>();
        for (int i = 0; i < firings; i++) {
            ExecutionOutcome outcome = new ExecutionOutcome(
                    new UUID(1, i), new UUID(2, 2), from.plusMillis(i), 2, i % 3 == 0 ? 1 : 0, i % 2);
            made.add(new WeakReference<>(outcome));
            if (!visitor.test(outcome)) {
                return;
            }
            if (i % 50_000 == 49_999) {
                System.gc();
                int held = (int) made.stream()
                        .filter(reference -> reference.get() != null)
                        .count();
                mostHeld.accumulateAndGet(held, Math::max);
            }
        }
    }

    @Test
    void nothing_is_held_of_a_firing_that_was_counted() {
        AtomicInteger mostHeld = new AtomicInteger();
        try (BehaviorAnalytics host = host(madeUp(200_000, mostHeld), clock)) {
            DashboardReport dashboard = host.reports()
                    .dashboard(
                            Activity.of(ReportFilter.everything().between(BEGIN, BEGIN.plus(Duration.ofDays(5)))),
                            ReportOptions.defaults());
            assertThat(dashboard.personalization().triggeredActions()).isEqualTo(400_000);
            assertThat(mostHeld.get()).isBetween(0, 1);
        }
    }

    @Test
    void it_ends_while_firings_are_counted_when_it_is_told_to_and_says_so() {
        AtomicLong asked = new AtomicLong();
        try (BehaviorAnalytics host = host(madeUp(10_000, new AtomicInteger()), clock)) {
            DashboardReport dashboard = host.reports()
                    .dashboard(
                            Activity.of(ReportFilter.everything().between(BEGIN, BEGIN.plus(Duration.ofDays(7)))),
                            ReportOptions.defaults().until(() -> asked.incrementAndGet() > 3));
            assertThat(dashboard.personalization().triggeredActions()).isEqualTo(2 * 3_000);
            assertThat(dashboard.frame().coverage().complete()).isFalse();
            assertThat(dashboard.toText()).contains("cancelled before the end");
        }
    }
}
