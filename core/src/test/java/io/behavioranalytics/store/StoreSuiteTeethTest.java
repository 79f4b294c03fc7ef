package io.behavioranalytics.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.behavioranalytics.ForwardingDefinitions;
import io.behavioranalytics.action.Action;
import io.behavioranalytics.decision.Adoption;
import io.behavioranalytics.decision.Batch;
import io.behavioranalytics.decision.CommitUnit;
import io.behavioranalytics.decision.Relink;
import io.behavioranalytics.decision.SubjectChange;
import io.behavioranalytics.decision.SubjectState;
import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.EventBuilder;
import io.behavioranalytics.event.Retention;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.Timeline;
import io.behavioranalytics.experiment.Exposure;
import io.behavioranalytics.segment.MembershipChange;
import io.behavioranalytics.trigger.ScheduledAction;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.platform.engine.FilterResult;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.PostDiscoveryFilter;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * The contract has teeth: every test of it can fail, and each of many faults is found by the test that is about it.
 *
 * <p>Not named after the contract, as all that is leaves the house with the published suites.
 */
@Timeout(600)
class StoreSuiteTeethTest {
    @Test
    void every_test_fails_for_a_store_that_does_nothing() {
        Verdicts verdicts = run(DoesNothing.class, name -> true);

        assertThat(verdicts.passed).isEmpty();
        assertThat(verdicts.skipped).isZero();
        assertThat(verdicts.failed).hasSizeGreaterThan(100);
    }

    @Test
    void every_test_passes_for_a_store_behind_a_wrapper_that_changes_nothing() {
        Verdicts verdicts = run(Sound.class, name -> true);

        assertThat(verdicts.failed).isEmpty();
        assertThat(verdicts.skipped).isZero();
        assertThat(verdicts.passed).hasSizeGreaterThan(100);
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void each_fault_is_found_by_the_test_that_is_about_it(Fault fault) {
        Mutant.fault = fault;
        Verdicts verdicts = run(Mutant.class, fault.caughtBy::equals);

        assertThat(verdicts.failed).containsExactly(fault.caughtBy);
    }

    /** A fault and the name of the test that finds it. */
    private enum Fault {
        NO_VERSION_CHECK("a_subject_of_another_version_makes_the_unit_stale", NoVersionCheck::new),
        RACY_VERSION_CHECK("of_many_commits_on_one_version_exactly_one_is_stored", RacyVersionCheck::new),
        GUARD_IGNORED("a_guard_of_another_version_makes_the_unit_stale", GuardIgnored::new),
        LOST_DEDUPLICATION("a_known_event_id_refuses_the_unit_and_brings_the_original", LostDeduplication::new),
        HALF_A_UNIT("a_refused_unit_leaves_no_trace_and_does_not_sink_the_others", HalfUnit::new),
        FORGOTTEN_BATCH("a_repeated_batch_is_answered_as_the_first_time", ForgottenBatch::new),
        BATCH_OF_ANY_HOST("a_batch_of_another_host_is_another_batch_whatever_its_id", BatchOfAnyHost::new),
        MOVES_TOO_MUCH("the_range_of_a_move_is_half_open", MovesTooMuch::new),
        LEAKED_TIMELINE("every_subject_asked_for_is_answered_with_its_own", LeakedTimeline::new),
        STALE_READ("state_and_links_stay_if_a_change_does_not_bring_them", StaleRead::new),
        LATER_DUE("a_change_that_did_not_claim_only_moves_the_instant_to_an_earlier_one", LaterDue::new),
        UNFENCED_SETTLE("a_lost_claim_begins_and_settles_nothing", UnfencedSettle::new),
        CLAIM_WITHOUT_LEASE(
                "a_claim_counts_its_attempt_and_holds_while_its_lease_does",
                clock -> new InMemoryStore(new RunawayClock())),
        LEASE_BY_SYSTEM_CLOCK(
                "a_claim_holds_until_its_lease_is_over_on_the_stores_clock",
                clock -> new InMemoryStore(InstantSource.system())),
        CANCELLATION_LOST("a_cancelled_action_is_never_claimed", CancellationLost::new),
        RUNNING_CANCELLATION_LOST(
                "a_running_attempt_that_fails_after_a_cancellation_was_the_last", RunningCancellationLost::new),
        REQUEUE_FORGETS_KEY("a_dead_action_is_left_alone_until_it_is_requeued_under_its_key", RequeueForgetsKey::new),
        ADOPTION_LOST("adopted_actions_belong_to_the_new_subject", AdoptionLost::new),
        ADOPTION_OF_ALL(
                "actions_adopted_by_name_go_to_the_one_who_names_them_and_the_rest_to_the_other", AdoptionOfAll::new),
        RATE_IGNORED("the_rate_holds_within_each_minute_of_the_stores_clock", RateIgnored::new),
        VISITS_THE_NEWEST_THOUSAND(
                "every_change_of_a_segment_is_visited_in_the_order_of_the_commits",
                clock -> new CountsWhatIsNotDue(clock, 1_000)),
        EVERY_EXPOSURE_IS_THE_FIRST(
                "of_threads_that_expose_at_once_exactly_one_is_first",
                clock -> new CountsWhatIsNotDue(clock, Integer.MAX_VALUE, true)),
        SAVES_ONE_BY_ONE("of_several_none_is_saved_if_one_is_refused_or_somebody_was_faster", SavesOneByOne::new),
        LEAVES_THE_FIRST_INSTANT_OUT(
                "from_an_instant_on_come_its_events_and_those_that_the_state_does_not_know",
                clock -> new LoadsFrom(clock, 1)),
        LOADS_TOO_MUCH(
                "from_an_instant_on_come_its_events_and_those_that_the_state_does_not_know",
                clock -> new LoadsFrom(clock, -1_000_000)),
        COUNTS_WHO_LEFT("counted_are_those_who_have_events_now", CountsWhoLeft::new),
        COUNTS_WHAT_IS_NOT_DUE("pending_actions_that_are_due_are_counted_by_their_type", CountsWhatIsNotDue::new),
        LOST_MEMBERSHIP("members_are_those_who_entered_and_did_not_leave", LostMembership::new),
        RECORDS_WHAT_IS_APART(
                "members_apart_are_kept_without_a_history_and_are_no_segment_of_the_subject", RecordsWhatIsApart::new),
        PURGES_TOO_EARLY(
                "events_are_deleted_from_the_instant_of_their_expiry_on_and_the_others_stay",
                clock -> new Purging(clock, 1, false)),
        PURGES_TOO_LATE(
                "events_are_deleted_from_the_instant_of_their_expiry_on_and_the_others_stay",
                clock -> new Purging(clock, -1, false)),
        PURGES_WHAT_A_DECISION_STILL_SAW(
                "what_the_last_decision_still_saw_stays_until_the_next_one", PurgesBeyondTheDecision::new),
        PURGE_FORGETS_TO_DELETE(
                "steps_are_bounded_and_go_on_where_the_last_one_ended", clock -> new Purging(clock, 0, true)),
        ARCHIVE_DROPS_SKIPS(
                "records_come_in_the_order_of_an_archive",
                clock -> new Dropping(clock, ArchiveRecord.Skipped.class::isInstance)),
        ARCHIVE_DROPS_OLD_VERSIONS(
                "records_come_in_the_order_of_an_archive",
                clock -> new Dropping(
                        clock,
                        record -> record instanceof ArchiveRecord.Defined defined
                                && defined.definition().deleted())),
        RESTORE_FORGETS_TIMERS(
                "a_restored_store_goes_on_where_the_other_one_was", clock -> new Changing(clock, Changing::withoutDue)),
        RESTORE_FORGETS_TOKENS(
                "a_restored_store_goes_on_where_the_other_one_was",
                clock -> new Changing(clock, Changing::withoutToken)),
        TWO_HOSTS_OF_ONE_NAME(
                "of_two_hosts_of_one_name_the_second_gets_another_until_the_first_is_gone", SameName::new),
        OUTCOMES_WITHOUT_TIES(
                "firings_of_a_range_are_visited_by_instant_and_id_each_once_however_they_were_committed",
                clock -> new VisitsOutcomes(clock, VisitsOutcomes::pagesByInstants)),
        OUTCOMES_THAT_CAME_MEANWHILE(
                "what_is_committed_while_firings_are_visited_is_not_among_them",
                clock -> new VisitsOutcomes(clock, VisitsOutcomes::inTwoHalves)),
        OPEN_OUTCOMES_AS_FAILED(
                "a_firing_tells_how_many_actions_it_had_and_which_of_them_succeeded_or_failed_for_good",
                clock -> new VisitsOutcomes(clock, VisitsOutcomes::openAsFailed)),
        TRIMS_THE_NEWEST_SKIPS(
                "of_too_many_skips_the_oldest_are_forgotten_in_steps_and_the_newest_stay", ForgetsAll::new);

        private final String caughtBy;

        @SuppressWarnings("ImmutableEnumChecker") // a constructor reference, without state
        private final Function<InstantSource, Store> store;

        Fault(String caughtBy, Function<InstantSource, Store> store) {
            this.caughtBy = caughtBy;
            this.store = store;
        }
    }

    static class DoesNothing extends StoreContract {
        @Override
        protected Store createStore(InstantSource storeClock) {
            return new DoNothingStore();
        }
    }

    static class Sound extends StoreContract {
        @Override
        protected Store createStore(InstantSource storeClock) {
            return new MutantStore(new InMemoryStore(storeClock));
        }
    }

    static class Mutant extends StoreContract {
        private static Fault fault = Fault.NO_VERSION_CHECK;

        @Override
        protected Store createStore(InstantSource storeClock) {
            return fault.store.apply(storeClock);
        }
    }

    /** What became of each test, by its method's name. */
    private static final class Verdicts implements TestExecutionListener {
        private final Set<String> passed = new TreeSet<>();
        private final Set<String> failed = new TreeSet<>();
        private int skipped;

        @Override
        public void executionSkipped(TestIdentifier test, String reason) {
            skipped++;
        }

        @Override
        public void executionFinished(TestIdentifier test, TestExecutionResult result) {
            if (!test.isTest()) {
                return;
            }
            String name = ((MethodSource) test.getSource().orElseThrow()).getMethodName();
            switch (result.getStatus()) {
                case SUCCESSFUL -> passed.add(name);
                case FAILED -> failed.add(name);
                case ABORTED -> skipped++;
            }
        }
    }

    private static Verdicts run(Class<?> suite, Predicate<String> wanted) {
        PostDiscoveryFilter filter = test -> FilterResult.includedIf(
                !test.isTest() || wanted.test(((MethodSource) test.getSource().orElseThrow()).getMethodName()));
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(selectClass(suite))
                .filters(filter)
                .build();
        Verdicts verdicts = new Verdicts();
        LauncherFactory.create().execute(request, verdicts);
        return verdicts;
    }

    // The mutants

    private static final class NoVersionCheck extends MutantStore {
        NoVersionCheck(InstantSource clock) {
            super(new InMemoryStore(clock));
        }

        @Override
        public List<UnitOutcome> commit(Batch batch) {
            return commitSingly(
                    batch,
                    unit -> each(
                            unit,
                            change -> new ContractChange(change)
                                    .expectedVersion(version(sound, change.subject()))
                                    .build()));
        }
    }

    /** Checks, waits until somebody else has checked as well, and then commits whatever has happened meanwhile. */
    private static final class RacyVersionCheck extends MutantStore {
        private final CyclicBarrier another = new CyclicBarrier(2);

        RacyVersionCheck(InstantSource clock) {
            super(new InMemoryStore(clock));
        }

        @Override
        public List<UnitOutcome> commit(Batch batch) {
            SubjectChange only = batch.units().get(0).changes().get(0);
            long version = version(sound, only.subject());
            if (version != only.expectedVersion()) {
                return List.of(new UnitOutcome.Stale(only.subject(), version));
            }
            meetAnother();
            synchronized (this) {
                return sound.commit(new Batch(
                        batch.id(),
                        batch.host(),
                        batch.decidedAt(),
                        List.of(each(
                                batch.units().get(0),
                                change -> new ContractChange(change)
                                        .expectedVersion(version(sound, change.subject()))
                                        .executions()
                                        .build()))));
            }
        }

        private void meetAnother() {
            try {
                another.await(2, TimeUnit.SECONDS);
            } catch (BrokenBarrierException | TimeoutException e) {
                another.reset();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static final class SameName extends MutantStore {
        SameName(InstantSource clock) {
            super(new InMemoryStore(clock));
        }

        @Override
        public Hosts hosts() {
            Hosts hosts = sound.hosts();
            return new Hosts() {
                @Override
                public String enter(UUID instance, String name, Set<String> executors, Duration life) {
                    hosts.enter(instance, name, executors, life);
                    return name;
                }

                @Override
                public void leave(UUID instance) {
                    hosts.leave(instance);
                }

                @Override
                public List<HostRecord> living() {
                    return hosts.living();
                }

                @Override
                public Optional<Instant> now() {
                    return hosts.now();
                }
            };
        }
    }

    private static final class ForgetsAll extends MutantStore {
        ForgetsAll(InstantSource clock) {
            super(new InMemoryStore(clock));
        }

        @Override
        public long trimSkips(long most, int limit) {
            return sound.upkeep().trimSkips(0, limit);
        }
    }

    private static final class GuardIgnored extends MutantStore {
        GuardIgnored(InstantSource clock) {
            super(new InMemoryStore(clock));
        }

        @Override
        public List<UnitOutcome> commit(Batch batch) {
            return commitSingly(batch, unit -> {
                List<SubjectChange> changes = unit.changes().stream()
                        .filter(change -> !change.isGuard())
                        .toList();
                return changes.isEmpty() ? unit : new CommitUnit(changes);
            });
        }
    }

    private static final class LostDeduplication extends MutantStore {
        private final AtomicLong fresh = new AtomicLong();

        LostDeduplication(InstantSource clock) {
            super(new InMemoryStore(clock));
        }

        @Override
        public List<UnitOutcome> commit(Batch batch) {
            List<UnitOutcome> outcomes = new ArrayList<>();
            for (CommitUnit unit : batch.units()) {
                UnitOutcome outcome = commitOne(batch, UUID.randomUUID(), unit);
                if (outcome instanceof UnitOutcome.Duplicates duplicates) {
                    outcome = commitOne(
                            batch,
                            UUID.randomUUID(),
                            each(
                                    unit,
                                    change -> new ContractChange(change)
                                            .events(change.events().stream()
                                                    .map(event -> duplicates
                                                                    .originals()
                                                                    .containsKey(event.id())
                                                            ? withId(event, new UUID(0xf5e5, fresh.incrementAndGet()))
                                                            : event)
                                                    .toList())
                                            .build()));
                }
                outcomes.add(outcome);
            }
            return outcomes;
        }
    }

    /** Commits each change of a unit for itself. */
    private static final class HalfUnit extends MutantStore {
        HalfUnit(InstantSource clock) {
            super(new InMemoryStore(clock));
        }

        @Override
        public List<UnitOutcome> commit(Batch batch) {
            return batch.units().stream().map(unit -> commitParts(batch, unit)).toList();
        }

        private UnitOutcome commitParts(Batch batch, CommitUnit unit) {
            Map<SubjectId, Long> versions = new HashMap<>();
            for (SubjectChange change : unit.changes()) {
                UnitOutcome outcome = commitOne(batch, UUID.randomUUID(), new CommitUnit(List.of(change)));
                if (!(outcome instanceof UnitOutcome.Committed committed)) {
                    return outcome;
                }
                versions.putAll(committed.versions());
            }
            return new UnitOutcome.Committed(versions);
        }
    }

    private static final class CountsWhoLeft extends MutantStore {
        private final Set<SubjectId> seen = new HashSet<>();

        CountsWhoLeft(InstantSource clock) {
            super(new InMemoryStore(clock));
        }

        @Override
        public List<UnitOutcome> commit(Batch batch) {
            batch.units()
                    .forEach(unit -> unit.changes().forEach(change -> {
                        if (!change.events().isEmpty() || !change.relinks().isEmpty()) {
                            seen.add(change.subject());
                        }
                    }));
            return sound.commit(batch);
        }

        @Override
        public long count() {
            return seen.size();
        }
    }

    private static final class SavesOneByOne extends MutantStore {
        SavesOneByOne(InstantSource clock) {
            super(new InMemoryStore(clock));
        }

        @Override
        public Definitions definitions() {
            Definitions whole = sound.definitions();
            return new ForwardingDefinitions(whole) {
                @Override
                public boolean saveAll(List<DefinitionRecord> records, long expectedVersion) {
                    boolean saved = true;
                    for (int i = 0; i < records.size(); i++) {
                        saved &= whole.save(records.get(i), expectedVersion + i);
                    }
                    return saved;
                }
            };
        }
    }

    private static final class LoadsFrom extends MutantStore {
        private final long micros;

        LoadsFrom(InstantSource clock, long micros) {
            super(new InMemoryStore(clock));
            this.micros = micros;
        }

        @Override
        public Optional<SubjectRecord> load(SubjectId id, Instant from) {
            return super.load(id, from.plus(micros, ChronoUnit.MICROS));
        }
    }

    private static final class CountsWhatIsNotDue extends MutantStore {
        private final int visited;
        private final boolean everyFirst;

        CountsWhatIsNotDue(InstantSource clock) {
            this(clock, Integer.MAX_VALUE);
        }

        CountsWhatIsNotDue(InstantSource clock, int visited) {
            this(clock, visited, false);
        }

        CountsWhatIsNotDue(InstantSource clock, int visited, boolean everyFirst) {
            super(new InMemoryStore(clock));
            this.visited = visited;
            this.everyFirst = everyFirst;
        }

        @Override
        public Ledger ledger() {
            return new MutantLedger(sound.ledger()) {
                @Override
                public Map<String, Long> dueActions(Instant now) {
                    return super.dueActions(Instant.MAX);
                }

                @Override
                public void visitMemberships(UUID segmentId, Predicate<MembershipChange> visitor) {
                    for (MembershipChange change : memberships(segmentId, null, visited)) {
                        if (!visitor.test(change)) {
                            return;
                        }
                    }
                }

                @Override
                public List<Recorded> expose(List<Exposure> exposures) {
                    return super.expose(exposures).stream()
                            .map(answer -> new Recorded(answer.first(), everyFirst || answer.recorded()))
                            .toList();
                }
            };
        }
    }

    /** A visit of firings. */
    @FunctionalInterface
    private interface OutcomeVisit {
        void of(Ledger sound, Instant from, Instant to, Predicate<ExecutionOutcome> visitor);
    }

    private static final class VisitsOutcomes extends MutantStore {
        private final OutcomeVisit visit;

        VisitsOutcomes(InstantSource clock, OutcomeVisit visit) {
            super(new InMemoryStore(clock));
            this.visit = visit;
        }

        @Override
        public Ledger ledger() {
            return new MutantLedger(sound.ledger()) {
                @Override
                public void visitOutcomes(Instant from, Instant to, Predicate<ExecutionOutcome> visitor) {
                    visit.of(sound, from, to, visitor);
                }
            };
        }

        /** Goes on behind the instant of the last of a page, whatever else is of that. */
        static void pagesByInstants(Ledger sound, Instant from, Instant to, Predicate<ExecutionOutcome> visitor) {
            List<ExecutionOutcome> page = new ArrayList<>();
            sound.visitOutcomes(from, to, outcome -> page.add(outcome) && page.size() < 1_000);
            for (ExecutionOutcome outcome : page) {
                if (!visitor.test(outcome)) {
                    return;
                }
            }
            if (page.size() == 1_000) {
                pagesByInstants(sound, page.get(999).executedAt().plusNanos(1_000), to, visitor);
            }
        }

        /** Reads the second half after the first was visited. */
        static void inTwoHalves(Ledger sound, Instant from, Instant to, Predicate<ExecutionOutcome> visitor) {
            Instant middle = from.plusSeconds(300);
            sound.visitOutcomes(from, middle.isBefore(to) ? middle : to, visitor);
            sound.visitOutcomes(middle, to, visitor);
        }

        static void openAsFailed(Ledger sound, Instant from, Instant to, Predicate<ExecutionOutcome> visitor) {
            sound.visitOutcomes(
                    from,
                    to,
                    outcome -> visitor.test(new ExecutionOutcome(
                            outcome.id(),
                            outcome.triggerId(),
                            outcome.executedAt(),
                            outcome.scheduled(),
                            outcome.done(),
                            outcome.scheduled() - outcome.done())));
        }
    }

    private static final class ForgottenBatch extends MutantStore {
        ForgottenBatch(InstantSource clock) {
            super(new InMemoryStore(clock));
        }

        @Override
        public List<UnitOutcome> commit(Batch batch) {
            return sound.commit(new Batch(UUID.randomUUID(), batch.host(), batch.decidedAt(), batch.units()));
        }
    }

    private static final class BatchOfAnyHost extends MutantStore {
        BatchOfAnyHost(InstantSource clock) {
            super(new InMemoryStore(clock));
        }

        @Override
        public List<UnitOutcome> commit(Batch batch) {
            return sound.commit(new Batch(batch.id(), "any", batch.decidedAt(), batch.units()));
        }
    }

    private static final class MovesTooMuch extends MutantStore {
        MovesTooMuch(InstantSource clock) {
            super(new InMemoryStore(clock));
        }

        @Override
        public List<UnitOutcome> commit(Batch batch) {
            return commitSingly(
                    batch,
                    unit -> each(
                            unit,
                            change -> new ContractChange(change)
                                    .relinks(change.relinks().stream()
                                            .map(relink -> new Relink(
                                                    relink.source(), relink.sessionId(), relink.start(), null))
                                            .toList())
                                    .build()));
        }
    }

    private static final class LeakedTimeline extends MutantStore {
        LeakedTimeline(InstantSource clock) {
            super(new InMemoryStore(clock));
        }

        @Override
        public Map<SubjectId, SubjectRecord> load(Collection<SubjectId> ids, Projection projection) {
            Map<SubjectId, SubjectRecord> records = super.load(ids, projection);
            Timeline all = Timeline.of(records.values().stream()
                    .flatMap(record -> ContractFixture.events(record.timeline()).stream())
                    .toList());
            return records.values().stream()
                    .collect(Collectors.toMap(
                            SubjectRecord::subject,
                            record -> new SubjectRecord(
                                    record.subject(), record.version(), record.state(), record.links(), all)));
        }
    }

    private static final class StaleRead extends MutantStore {
        private final Map<SubjectId, SubjectRecord> first = new ConcurrentHashMap<>();

        StaleRead(InstantSource clock) {
            super(new InMemoryStore(clock));
        }

        @Override
        public Map<SubjectId, SubjectRecord> load(Collection<SubjectId> ids, Projection projection) {
            Map<SubjectId, SubjectRecord> records = new LinkedHashMap<>();
            super.load(ids, projection).forEach((id, record) -> {
                SubjectRecord known = first.putIfAbsent(id, record);
                records.put(id, known == null ? record : known);
            });
            return records;
        }
    }

    private static final class LaterDue extends MutantStore {
        LaterDue(InstantSource clock) {
            super(new InMemoryStore(clock));
        }

        @Override
        public List<UnitOutcome> commit(Batch batch) {
            return commitSingly(
                    batch,
                    unit -> each(
                            unit,
                            change -> new ContractChange(change)
                                    .dueWasClaimed(change.dueWasClaimed() || change.due() != null)
                                    .build()));
        }
    }

    private static final class UnfencedSettle extends MutantStore {
        private final Map<UUID, Claim> newest = new ConcurrentHashMap<>();

        UnfencedSettle(InstantSource clock) {
            super(new InMemoryStore(clock));
        }

        @Override
        public List<Claim> claim(Collection<String> types, Instant now, int limit, Duration lease, int ratePerMinute) {
            List<Claim> claims = super.claim(types, now, limit, lease, ratePerMinute);
            claims.forEach(claim -> newest.put(claim.action().id(), claim));
            return claims;
        }

        @Override
        public boolean settle(Claim claim, Settlement settlement) {
            return super.settle(newest.getOrDefault(claim.action().id(), claim), settlement);
        }
    }

    /** A day goes by whenever somebody looks. */
    private static final class RunawayClock implements InstantSource {
        private final AtomicLong days = new AtomicLong();

        @Override
        public Instant instant() {
            return Instant.EPOCH.plus(Duration.ofDays(days.incrementAndGet()));
        }
    }

    private static final class CancellationLost extends MutantStore {
        CancellationLost(InstantSource clock) {
            super(new InMemoryStore(clock));
        }

        @Override
        public List<UnitOutcome> commit(Batch batch) {
            return commitSingly(
                    batch,
                    unit -> each(
                            unit,
                            change -> new ContractChange(change).cancelled().build()));
        }
    }

    /** Loses the cancellations of actions whose attempt has begun. */
    private static final class RunningCancellationLost extends MutantStore {
        RunningCancellationLost(InstantSource clock) {
            super(new InMemoryStore(clock));
        }

        @Override
        public List<UnitOutcome> commit(Batch batch) {
            Set<UUID> running = list(ActionStatus.RUNNING, null, 1_000).stream()
                    .map(record -> record.action().id())
                    .collect(Collectors.toSet());
            return commitSingly(
                    batch,
                    unit -> each(
                            unit,
                            change -> new ContractChange(change)
                                    .cancelled(change.cancelled().stream()
                                            .filter(cancellation -> !running.contains(cancellation.actionId()))
                                            .toList())
                                    .build()));
        }
    }

    private static final class RequeueForgetsKey extends MutantStore {
        private final Set<UUID> requeued = new HashSet<>();

        RequeueForgetsKey(InstantSource clock) {
            super(new InMemoryStore(clock));
        }

        @Override
        public synchronized boolean requeue(UUID actionId, Instant notBefore) {
            requeued.add(actionId);
            return super.requeue(actionId, notBefore);
        }

        @Override
        public synchronized List<Claim> claim(
                Collection<String> types, Instant now, int limit, Duration lease, int ratePerMinute) {
            return super.claim(types, now, limit, lease, ratePerMinute).stream()
                    .map(claim -> requeued.contains(claim.action().id())
                            ? new Claim(withNewId(claim.action()), claim.attempt(), claim.token())
                            : claim)
                    .toList();
        }

        private static ScheduledAction withNewId(ScheduledAction action) {
            Action what = action.action();
            return new ScheduledAction(
                    UUID.randomUUID(),
                    action.executionId(),
                    action.triggerId(),
                    action.triggerKey(),
                    action.subject(),
                    what,
                    action.cause(),
                    action.priority(),
                    action.dueAt());
        }
    }

    private static final class AdoptionLost extends MutantStore {
        AdoptionLost(InstantSource clock) {
            super(new InMemoryStore(clock));
        }

        @Override
        public List<UnitOutcome> commit(Batch batch) {
            return commitSingly(
                    batch,
                    unit -> each(
                            unit, change -> new ContractChange(change).adopted().build()));
        }
    }

    /** Gives all to whoever adopts something, as if no action were named. */
    private static final class AdoptionOfAll extends MutantStore {
        AdoptionOfAll(InstantSource clock) {
            super(new InMemoryStore(clock));
        }

        @Override
        public List<UnitOutcome> commit(Batch batch) {
            return commitSingly(
                    batch,
                    unit -> each(
                            unit,
                            change -> new ContractChange(change)
                                    .adopted(change.adopted().stream()
                                            .map(adoption -> Adoption.ofTheRest(adoption.source()))
                                            .toList())
                                    .build()));
        }
    }

    private static final class RateIgnored extends MutantStore {
        RateIgnored(InstantSource clock) {
            super(new InMemoryStore(clock));
        }

        @Override
        public List<Claim> claim(Collection<String> types, Instant now, int limit, Duration lease, int ratePerMinute) {
            return super.claim(types, now, limit, lease, Integer.MAX_VALUE);
        }
    }

    /** Loses exits. */
    private static final class LostMembership extends MutantStore {
        LostMembership(InstantSource clock) {
            super(new InMemoryStore(clock));
        }

        @Override
        public List<UnitOutcome> commit(Batch batch) {
            return commitSingly(
                    batch,
                    unit -> each(
                            unit,
                            change -> new ContractChange(change)
                                    .memberships(change.memberships().stream()
                                            .filter(membership -> membership.entered())
                                            .toList())
                                    .build()));
        }
    }

    /** Takes who is a member apart for a member. */
    private static final class RecordsWhatIsApart extends MutantStore {
        RecordsWhatIsApart(InstantSource clock) {
            super(new InMemoryStore(clock));
        }

        @Override
        public List<UnitOutcome> commit(Batch batch) {
            return commitSingly(
                    batch,
                    unit -> each(
                            unit,
                            change -> new ContractChange(change)
                                    .memberships(change.memberships().stream()
                                            .map(RecordsWhatIsApart::plain)
                                            .toList())
                                    .build()));
        }

        private static MembershipChange plain(MembershipChange change) {
            return new MembershipChange(
                    change.segmentId(),
                    "plain",
                    change.segmentVersion(),
                    change.subject(),
                    change.entered(),
                    change.effectiveAt(),
                    change.decidedAt(),
                    change.cause());
        }
    }

    /** Is an instant off, or claims to have deleted what it left. */
    private static final class Purging extends MutantStore {
        private final long micros;
        private final boolean idle;

        Purging(InstantSource clock, long micros, boolean idle) {
            super(new InMemoryStore(clock));
            this.micros = micros;
            this.idle = idle;
        }

        @Override
        public Progress purge(Retention retention, Instant now, @Nullable SubjectId after, int limit) {
            return idle
                    ? new Progress(0, null, true)
                    : super.purge(retention, now.plusNanos(1_000 * micros), after, limit);
        }
    }

    /** Does not ask when a subject was decided last: decides it before it purges. */
    private static final class PurgesBeyondTheDecision extends MutantStore {
        PurgesBeyondTheDecision(InstantSource clock) {
            super(new InMemoryStore(clock));
        }

        @Override
        public Progress purge(Retention retention, Instant now, @Nullable SubjectId after, int limit) {
            sound.subjects().scan(Subjects.Projection.STATE, record -> {
                SubjectState state = record.state();
                if (state != null && state.asOf().isBefore(now)) {
                    SubjectState later = new SubjectState(
                            state.definitionsVersion(), now, state.profile(), state.accumulators(), state.memory());
                    ContractChange change =
                            new ContractChange(SubjectChange.guard(record.subject(), record.version())).state(later);
                    sound.commit(new Batch(
                            UUID.randomUUID(), "mutant", now, List.of(new CommitUnit(List.of(change.build())))));
                }
                return true;
            });
            return super.purge(retention, now, after, limit);
        }
    }

    /** Leaves something out of an archive. */
    private static final class Dropping extends MutantStore {
        private final Predicate<ArchiveRecord> dropped;

        Dropping(InstantSource clock, Predicate<ArchiveRecord> dropped) {
            super(new InMemoryStore(clock));
            this.dropped = dropped;
        }

        @Override
        public void read(Consumer<? super ArchiveRecord> visitor) {
            super.read(record -> {
                if (!dropped.test(record)) {
                    visitor.accept(record);
                }
            });
        }
    }

    /** Restores something else than it was given, and hides it when it is read. */
    private static final class Changing extends MutantStore {
        private final UnaryOperator<ArchiveRecord> change;
        private final List<ArchiveRecord> given = new ArrayList<>();

        Changing(InstantSource clock, UnaryOperator<ArchiveRecord> change) {
            super(new InMemoryStore(clock));
            this.change = change;
        }

        static ArchiveRecord withoutDue(ArchiveRecord record) {
            return record instanceof ArchiveRecord.Subject subject
                    ? new ArchiveRecord.Subject(
                            subject.subject(), subject.version(), subject.state(), subject.links(), null)
                    : record;
        }

        static ArchiveRecord withoutToken(ArchiveRecord record) {
            return record instanceof ArchiveRecord.Scheduled scheduled
                    ? new ArchiveRecord.Scheduled(
                            scheduled.action(),
                            scheduled.status(),
                            scheduled.attempts(),
                            0,
                            scheduled.notBefore(),
                            scheduled.settledAt(),
                            scheduled.lastError(),
                            scheduled.cancellation(),
                            scheduled.cancelledAt())
                    : record;
        }

        @Override
        public void restore(Iterator<? extends ArchiveRecord> records) {
            List<ArchiveRecord> changed = new ArrayList<>();
            records.forEachRemaining(record -> {
                given.add(record);
                changed.add(change.apply(record));
            });
            super.restore(changed.iterator());
        }

        @Override
        public void read(Consumer<? super ArchiveRecord> visitor) {
            if (given.isEmpty()) {
                super.read(visitor);
            } else {
                given.forEach(visitor);
            }
        }
    }

    private static long version(Store store, SubjectId subject) {
        return store.subjects().load(List.of(subject), Subjects.Projection.STATE).values().stream()
                .mapToLong(SubjectRecord::version)
                .sum();
    }

    private static BehaviorEvent withId(BehaviorEvent event, UUID id) {
        return EventBuilder.like(event).id(id).build();
    }
}
