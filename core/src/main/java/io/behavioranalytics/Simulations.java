package io.behavioranalytics;

import io.behavioranalytics.DefinitionsCache.Defined;
import io.behavioranalytics.decision.Plan;
import io.behavioranalytics.decision.Rehearsal;
import io.behavioranalytics.event.EventCatalog;
import io.behavioranalytics.event.Retention;
import io.behavioranalytics.json.Violation;
import io.behavioranalytics.segment.Calculations;
import io.behavioranalytics.segment.Segment;
import io.behavioranalytics.segment.SegmentDraft;
import io.behavioranalytics.store.Store;
import io.behavioranalytics.store.SubjectRecord;
import io.behavioranalytics.store.Subjects.Projection;
import io.behavioranalytics.trigger.Trigger;
import io.behavioranalytics.trigger.TriggerDraft;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a segment or trigger would have done over the stored history, before it goes live. Each subject's timeline is lived again under
 * a virtual clock by the code that decides; nothing is carried out and nothing written. Memory is bounded by the largest timeline, the
 * number of threads and of examples. Thread-safe.
 */
public final class Simulations {
    private static final UUID DRAFT = new UUID(0, 1);

    private final Store store;
    private final DefinitionsCache definitions;
    private final EventCatalog catalog;
    private final Retention retention;
    private final Duration defaultCooldown;
    private final InstantSource clock;

    Simulations(
            Store store,
            DefinitionsCache definitions,
            EventCatalog catalog,
            Retention retention,
            Duration defaultCooldown,
            InstantSource clock) {
        this.store = store;
        this.definitions = definitions;
        this.catalog = catalog;
        this.retention = retention;
        this.defaultCooldown = defaultCooldown;
        this.clock = clock;
    }

    /**
     * Lives history with a draft of a segment, and with the live version of the same key if there is one.
     *
     * @param draft of any status; it is taken for active
     * @param query what counts, and how it runs
     * @return what it would have done, and the difference
     * @throws io.behavioranalytics.json.InvalidDefinitionException if a save would refuse the draft, listing everything that is wrong
     */
    public Simulation segment(SegmentDraft draft, SimulationQuery query) {
        draft.check(catalog::accepts);
        Defined defined = definitions.newest();
        Instant now = clock.instant();
        Segment live = defined.segment(draft.resolvedKey()).orElse(null);
        Segment simulated = draft.toSegment(
                live == null ? DRAFT : live.id(), live == null ? 1 : live.version() + 1, defined.version(), now, now);
        Segments.refuseUnfit(draft, simulated, defined, catalog, retention, now);
        if (simulated.isBehavioral()) {
            simulated = simulated.calculatedAt(demanded(simulated, live, query, defined.version()));
        }
        Plan draftPlan = plan(defined, with(defined.segments(), active(simulated)), List.of());
        Plan livePlan = live == null ? null : plan(defined, with(defined.segments(), active(live)), List.of());
        return run(simulated.id(), simulated.key(), draftPlan, livePlan, query, now);
    }

    /** A draft is calculated as if it had been saved when the query begins, and whenever the live version was asked to be. */
    private static Calculations demanded(
            Segment simulated, @Nullable Segment live, SimulationQuery query, long version) {
        List<Instant> demanded =
                new ArrayList<>(live == null ? List.of() : live.calculations().demanded());
        if (query.from() != null) {
            demanded.add(query.from());
        }
        return new Calculations(simulated.calculations().schedule(), demanded, version);
    }

    /**
     * Lives history with a segment as it is defined.
     *
     * @param keyOrId the segment, of any status; it is taken for active
     * @param query what counts, and how it runs
     * @return what it would have done
     * @throws io.behavioranalytics.json.InvalidDefinitionException if it is the built-in segment, of which everybody is a member
     * @throws UnknownDefinitionException if there is no such segment
     */
    public Simulation segment(String keyOrId, SimulationQuery query) {
        Segments.refuseToExplain(keyOrId);
        Defined defined = definitions.newest();
        Segment live = defined.requireSegment(keyOrId);
        Plan plan = plan(defined, with(defined.segments(), active(live)), List.of());
        return run(live.id(), live.key(), plan, null, query, clock.instant());
    }

    /**
     * Lives history with a draft of a trigger, among all others, and with the live version of the same key if there is one; both fire
     * from the query's beginning on.
     *
     * @param draft of any status; it is taken for active. Whether an executor carries out its actions is not asked.
     * @param query what counts, and how it runs
     * @return what it would have done, and the difference
     * @throws io.behavioranalytics.json.InvalidDefinitionException if a save at the query's beginning would refuse the draft, listing
     *     everything that is wrong
     */
    public Simulation trigger(TriggerDraft draft, SimulationQuery query) {
        List<Violation> faults = new ArrayList<>(draft.violations(catalog::accepts, type -> true));
        Defined defined = definitions.newest();
        Instant now = clock.instant();
        Instant from = query.from() == null ? Instant.EPOCH : query.from();
        if (faults.isEmpty()) {
            // As if it were saved when the query begins: a campaign that is over may be asked about.
            faults.addAll(Triggers.among(
                    draft, draft.resolvedKey(), defined, Segments.context(defined, catalog, retention, from)));
        }
        Triggers.refuseIfAny(faults, draft, defined);
        Trigger live = defined.trigger(draft.resolvedKey()).orElse(null);
        Trigger simulated = draft.toTrigger(
                live == null ? DRAFT : live.id(),
                live == null ? 1 : live.version() + 1,
                defaultCooldown,
                from,
                now,
                now);
        Plan draftPlan = plan(defined, defined.segments(), withTrigger(defined, active(simulated, from)));
        Plan livePlan =
                live == null ? null : plan(defined, defined.segments(), withTrigger(defined, active(live, from)));
        return run(simulated.id(), simulated.key(), draftPlan, livePlan, query, now);
    }

    /**
     * Lives history with a trigger as it is defined, among all others: from the instant from which it fires. So it tells what the
     * trigger did, had every event come at its own instant.
     *
     * @param keyOrId the trigger, of any status; it is taken for active
     * @param query what counts, and how it runs
     * @return what it would have done
     * @throws UnknownDefinitionException if there is no such trigger
     */
    public Simulation trigger(String keyOrId, SimulationQuery query) {
        Defined defined = definitions.newest();
        Trigger live = defined.requireTrigger(keyOrId);
        Plan plan = plan(defined, defined.segments(), withTrigger(defined, active(live, live.activeFrom())));
        return run(live.id(), live.key(), plan, null, query, clock.instant());
    }

    private Plan plan(Defined defined, List<Segment> segments, List<Trigger> triggers) {
        return definitions.compile(defined.version(), segments, triggers);
    }

    private static List<Trigger> withTrigger(Defined defined, Trigger one) {
        List<Trigger> all = new ArrayList<>(defined.triggers());
        all.removeIf(trigger -> trigger.id().equals(one.id()));
        all.add(one);
        return all;
    }

    private static List<Segment> with(List<Segment> segments, Segment one) {
        List<Segment> all = new ArrayList<>(segments);
        all.removeIf(segment -> segment.id().equals(one.id()));
        all.add(one);
        return all;
    }

    private static Segment active(Segment segment) {
        return segment.as(Segment.Status.ACTIVE);
    }

    private static Trigger active(Trigger trigger, Instant from) {
        return trigger.activeFrom(Trigger.Status.ACTIVE, from);
    }

    private Simulation run(UUID id, String key, Plan draft, @Nullable Plan live, SimulationQuery query, Instant now) {
        Instant to = query.to() == null || query.to().isAfter(now) ? now : query.to();
        Rehearsal draftLife = new Rehearsal(draft, query.importedToo());
        Rehearsal liveLife = live == null ? null : new Rehearsal(live, query.importedToo());
        SimulationFold whole = new SimulationFold(id, query, live != null);
        SubjectWork work = new SubjectWork(query, record -> {
            SimulationFold one = whole.another();
            Rehearsal.Outcome first = draftLife.run(record.subject(), record.timeline(), to, query.cancelled());
            Rehearsal.Outcome second = liveLife == null || !first.complete()
                    ? null
                    : liveLife.run(record.subject(), record.timeline(), to, query.cancelled());
            one.add(record.subject(), first, second);
            synchronized (whole) {
                whole.merge(one);
            }
        });
        store.subjects().scan(Projection.TIMELINE, work::take);
        boolean all = work.finish();
        synchronized (whole) {
            if (!all) {
                whole.interrupted();
            }
            return whole.result(key, to);
        }
    }

    /** Work on one subject after another, some of them at once where an executor helps. */
    private static final class SubjectWork {
        private final SimulationQuery query;
        private final Consumer<SubjectRecord> work;
        private final Semaphore places;
        private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        private boolean ended;

        SubjectWork(SimulationQuery query, Consumer<SubjectRecord> work) {
            this.query = query;
            this.work = work;
            this.places = new Semaphore(query.parallelism());
        }

        /** Takes a subject from the scan; false ends it. */
        boolean take(SubjectRecord record) {
            if (query.cancelled().getAsBoolean() || failure.get() != null) {
                ended = true;
                return false;
            }
            Executor executor = query.executor();
            if (executor == null) {
                work.accept(record);
                return true;
            }
            places.acquireUninterruptibly();
            try {
                executor.execute(() -> {
                    try {
                        work.accept(record);
                    } catch (RuntimeException | Error failed) {
                        failure.compareAndSet(null, failed);
                    } finally {
                        places.release();
                    }
                });
            } catch (RejectedExecutionException refused) {
                try {
                    work.accept(record);
                } finally {
                    places.release();
                }
            }
            return true;
        }

        /** Waits for all that was begun; true if nothing was left out. */
        boolean finish() {
            places.acquireUninterruptibly(query.parallelism());
            Throwable failed = failure.get();
            if (failed instanceof Error error) {
                throw error;
            }
            if (failed instanceof RuntimeException exception) {
                throw exception;
            }
            return !ended;
        }
    }
}
