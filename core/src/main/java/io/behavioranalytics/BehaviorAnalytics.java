package io.behavioranalytics;

import io.behavioranalytics.action.ActionExecutor;
import io.behavioranalytics.event.EventCatalog;
import io.behavioranalytics.event.InvalidEventException;
import io.behavioranalytics.event.Retention;
import io.behavioranalytics.event.TrackRequest;
import io.behavioranalytics.profile.ScoringModel;
import io.behavioranalytics.store.InMemoryStore;
import io.behavioranalytics.store.Store;
import io.behavioranalytics.store.StoreException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The entry: behavior tracking, live segments, triggers and their actions, embedded in the host.
 *
 * <p>Thread-safe; one for a store and a process is enough. No thread is started before {@link #start()}; callers that wait for
 * their events commit for each other. Time comes from the builder's clock alone.
 */
public final class BehaviorAnalytics implements AutoCloseable {
    private final Core core;

    private BehaviorAnalytics(Core core) {
        this.core = core;
    }

    /**
     * Makes a builder.
     *
     * @return a builder that knows only defaults
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Takes an event, and returns when it is durable and everything is decided that follows from it.
     *
     * @param request the event
     * @return what became of it
     * @throws InvalidEventException if the event is not as events have to be; nothing is stored
     * @throws DecisionFailedException if it could not be decided because of a defect; nothing is acknowledged
     * @throws IllegalStateException if this is closed
     */
    public TrackResult track(TrackRequest request) {
        return core.tracking().track(Objects.requireNonNull(request, "request"));
    }

    /**
     * Takes an event, and returns at once.
     *
     * @param request the event
     * @return what will become of it; fails with {@link InvalidEventException} or {@link DecisionFailedException}
     * @throws IllegalStateException if this is closed
     */
    public CompletableFuture<TrackResult> trackAsync(TrackRequest request) {
        return core.tracking().trackAsync(Objects.requireNonNull(request, "request"));
    }

    /**
     * Takes many events in their order, and returns when each is durable or refused.
     *
     * @param requests the events
     * @return what became of each, at the same place
     * @throws IllegalStateException if this is closed
     */
    public List<TrackResult> trackAll(List<TrackRequest> requests) {
        core.requireOpen();
        return core.tracking().trackAll(Objects.requireNonNull(requests, "requests"));
    }

    /**
     * Reads events as JSON and takes them as {@link #trackAll(List)} does. Whatever is refused is answered and counted, also what
     * is no JSON at all.
     *
     * @param json one JSON object in UTF-8, or an array of at most 500 objects and 500,000 bytes
     * @return what became of each event, at the same place; one answer for a document that cannot be read
     * @throws IllegalStateException if this is closed
     */
    public List<TrackResult> trackJson(byte[] json) {
        return core.tracking().trackJson(json);
    }

    /**
     * Takes old events: they change profiles and segments as any others, and fire nothing (S26). Waits for room as long as it takes.
     *
     * @param requests the events, read once, in bounded memory
     * @return how many were taken, and the first problems
     * @throws IllegalStateException if this is closed
     */
    public ImportResult importHistory(Iterable<TrackRequest> requests) {
        core.requireOpen();
        return core.tracking().importHistory(Objects.requireNonNull(requests, "requests"));
    }

    /**
     * Links a session to a lead from now on; what the session did before without a lead becomes the lead's (S11).
     *
     * @param sessionId the session
     * @param leadId the lead
     * @return what became of the system event that does it
     * @throws InvalidEventException if an id is malformed
     * @throws IllegalStateException if this is closed
     */
    public TrackResult identify(String sessionId, String leadId) {
        return core.tracking().identify(sessionId, leadId, null, null);
    }

    /**
     * Links a session to a lead from an instant on.
     *
     * @param sessionId the session
     * @param leadId the lead
     * @param at when it became known
     * @param id the idempotency key
     * @return what became of the system event that does it
     * @throws InvalidEventException if an id is malformed
     * @throws IllegalStateException if this is closed
     */
    public TrackResult identify(String sessionId, String leadId, Instant at, UUID id) {
        return core.tracking().identify(sessionId, leadId, at, id);
    }

    /**
     * Unlinks a session from whom it was linked to until now: what it did without naming a lead is the session's own again, until it is
     * linked anew (S11). What a lead was sent stays with the lead; pending actions whose cause goes back are cancelled.
     *
     * @param sessionId the session
     * @return what became of the system event that does it
     * @throws InvalidEventException if the id is malformed
     * @throws IllegalStateException if this is closed
     */
    public TrackResult unlink(String sessionId) {
        return core.tracking().unlink(sessionId, null, null);
    }

    /**
     * Unlinks a session as of an instant: links before it count no more, those behind it do.
     *
     * @param sessionId the session
     * @param at when
     * @param id the idempotency key
     * @return what became of the system event that does it
     * @throws InvalidEventException if the id is malformed
     * @throws IllegalStateException if this is closed
     */
    public TrackResult unlink(String sessionId, Instant at, UUID id) {
        return core.tracking().unlink(sessionId, at, id);
    }

    /**
     * What is known of subjects.
     *
     * @return the same object each time
     */
    public Profiles profiles() {
        return core.profiles();
    }

    /**
     * What the host says of leads: tags and attributes.
     *
     * @return the same object each time
     */
    public Leads leads() {
        return core.leads();
    }

    /**
     * The segments and their members.
     *
     * @return the same object each time
     */
    public Segments segments() {
        return core.segments();
    }

    /**
     * The triggers and their executions.
     *
     * @return the same object each time
     */
    public Triggers triggers() {
        return core.triggers();
    }

    /**
     * The experiments: who gets which variant.
     *
     * @return the same object each time
     */
    public Experiments experiments() {
        return core.experiments();
    }

    /**
     * What experiments came to, how large they have to be, and whether they could be trusted.
     *
     * @return the same object each time
     */
    public ExperimentReports experimentReports() {
        return core.experimentReports();
    }

    /**
     * Who was in a segment when, how it grew, how its members do, and who would be in a draft.
     *
     * @return the same object each time
     */
    public SegmentReports segmentReports() {
        return core.segmentReports();
    }

    /**
     * How many subjects behave: funnels and other reports over their timelines.
     *
     * @return the same object each time
     */
    public Reports reports() {
        return core.reports();
    }

    /**
     * Definitions kept as files: a folder compared with what is in force, applied, and written back.
     *
     * @return the same object each time
     */
    public DefinitionFolders definitionFolders() {
        return core.definitionFolders();
    }

    /**
     * The scheduled actions.
     *
     * @return the same object each time
     */
    public Actions actions() {
        return core.actions();
    }

    /**
     * What definitions would have done.
     *
     * @return the same object each time
     */
    public Simulations simulations() {
        return core.simulations();
    }

    /**
     * Why decisions are what they are.
     *
     * @return the same object each time
     */
    public Explanations explanations() {
        return core.explanations();
    }

    /**
     * What keeps the store small and sound, and moves it.
     *
     * @return the same object each time
     */
    public Maintenance maintenance() {
        return core.maintenance();
    }

    /**
     * Runs what is due: timers, then actions, until nothing is due any more, and waits for the actions that it began. For hosts
     * that do not {@link #start()}, for tests, and for simulations. Called by an executor it does nothing.
     *
     * @return what was done
     * @throws StoreException if the store cannot be reached
     * @throws IllegalStateException if this is closed
     */
    public DueReport runDue() {
        core.requireOpen();
        core.follow();
        core.presence().show();
        return core.dispatcher().runDue();
    }

    /**
     * When something is due next: a timer, or an action that could be begun.
     *
     * @return the instant, which may be past, or empty if nothing is scheduled
     */
    public Optional<Instant> nextDue() {
        return core.dispatcher().nextDue();
    }

    /**
     * Starts the thread that runs timers and actions until {@link #close()}.
     *
     * @return this
     * @throws IllegalStateException if it was started before, or this is closed
     */
    public BehaviorAnalytics start() {
        core.start();
        return this;
    }

    /**
     * What was done so far, on this host.
     *
     * @return a snapshot of the counters
     */
    public Statistics statistics() {
        return core.counters().snapshot();
    }

    /**
     * Ends: takes nothing in any more, commits what waits or answers it with RETRY_LATER, lets running actions end, and interrupts
     * them after {@link Settings#closeTimeout()} in all. The store stays open: it belongs to whoever made it, and until it is closed
     * what is stored may still be asked for. A second call does nothing.
     */
    @Override
    public void close() {
        core.close();
    }

    /** Collects what a {@link BehaviorAnalytics} is made of; each setter may be called once. Not thread-safe. */
    public static final class Builder {
        final Map<String, ActionExecutor> executors = new LinkedHashMap<>();

        @Nullable
        Store store;

        @Nullable
        InstantSource clock;

        @Nullable
        InstantSource hostClock;

        @Nullable
        Settings settings;

        @Nullable
        EventCatalog catalog;

        @Nullable
        ScoringModel scoring;

        @Nullable
        Retention retention;

        @Nullable
        Executor executor;

        @Nullable
        BackPressure backPressure;

        @Nullable
        ThreadFactory threads;

        @Nullable
        RandomGenerator random;

        @Nullable
        String host;

        boolean inline;

        private Builder() {}

        /**
         * Sets where everything is kept; in memory unless set.
         *
         * @param value the store; it is not closed with the facade
         * @return this
         * @throws IllegalStateException if it was set before
         */
        public Builder store(Store value) {
            store = once("store", store, value);
            return this;
        }

        /**
         * Sets the clock, for virtual time; it is taken as it is. Unless set, {@link #hostClock} is the source of time.
         *
         * @param value the only source of time for decisions
         * @return this
         * @throws IllegalStateException if it was set before
         */
        public Builder clock(InstantSource value) {
            clock = once("clock", clock, value);
            return this;
        }

        /**
         * Sets the clock of this machine; the system's unless set. Of hosts that share a store one may be wrong: a clock that is more
         * than 5 seconds away from the store's is corrected by the difference, and a warning is logged.
         *
         * @param value runs with the time of day
         * @return this
         * @throws IllegalStateException if it was set before
         */
        public Builder hostClock(InstantSource value) {
            hostClock = once("hostClock", hostClock, value);
            return this;
        }

        /**
         * Sets the settings; {@link Settings#defaults()} unless set.
         *
         * @param value the settings
         * @return this
         * @throws IllegalStateException if they were set before
         */
        public Builder settings(Settings value) {
            settings = once("settings", settings, value);
            return this;
        }

        /**
         * Sets the types of events that are accepted; the built-in ones unless set.
         *
         * @param value the catalog
         * @return this
         * @throws IllegalStateException if it was set before
         */
        public Builder catalog(EventCatalog value) {
            catalog = once("catalog", catalog, value);
            return this;
        }

        /**
         * Sets how scores, visits and patterns are computed; unless set, the defaults with the catalog's points and the setting's
         * session timeout.
         *
         * @param value the model, which brings its own points and session timeout
         * @return this
         * @throws IllegalStateException if it was set before
         */
        public Builder scoring(ScoringModel value) {
            scoring = once("scoring", scoring, value);
            return this;
        }

        /**
         * Sets how long events are visible by type and category; the setting's one span unless set.
         *
         * @param value the retention
         * @return this
         * @throws IllegalStateException if it was set before
         */
        public Builder retention(Retention value) {
            retention = once("retention", retention, value);
            return this;
        }

        /**
         * Sets who commits for asynchronous calls and recalculates; the common pool unless set, untouched before the first need.
         * The common pool also steps in for an executor that refuses a task. One that runs tasks at once, on the thread that hands
         * them in, makes that caller do the work of all who track meanwhile.
         *
         * @param value runs tasks that call the store
         * @return this
         * @throws IllegalStateException if it was set before
         */
        public Builder executor(Executor value) {
            executor = once("executor", executor, value);
            return this;
        }

        /**
         * Sets what a call does that finds the intake full; {@link BackPressure#reject()} unless set.
         *
         * @param value the policy
         * @return this
         * @throws IllegalStateException if it was set before
         */
        public Builder backPressure(BackPressure value) {
            backPressure = once("backPressure", backPressure, value);
            return this;
        }

        /**
         * Sets who makes the threads of the loop and of actions; named daemon threads unless set.
         *
         * @param value the factory
         * @return this
         * @throws IllegalStateException if it was set before
         */
        public Builder threads(ThreadFactory value) {
            threads = once("threads", threads, value);
            return this;
        }

        /**
         * Sets the source of chance: ids and the jitter of back-off. A simulation repeats itself with a seeded one.
         *
         * @param value used by one thread at a time
         * @return this
         * @throws IllegalStateException if it was set before
         */
        public Builder random(RandomGenerator value) {
            random = once("random", random, value);
            return this;
        }

        /**
         * Sets the name of this host among those that share the store; a random one unless set.
         *
         * @param value 1 to 64 characters of {@code A-Z a-z 0-9 . _ -}
         * @return this
         * @throws IllegalArgumentException if it is malformed
         * @throws IllegalStateException if it was set before
         */
        public Builder host(String value) {
            if (value.isEmpty() || value.length() > 64 || !value.chars().allMatch(Builder::isNameCharacter)) {
                throw new IllegalArgumentException("a host's name must be 1 to 64 characters of A-Z a-z 0-9 . _ -");
            }
            host = once("host", host, value);
            return this;
        }

        /**
         * Runs actions on the thread that runs what is due: for tests and simulations, where one thread does everything in a fixed
         * order. A deadline then only informs, since there is nobody to interrupt at it.
         *
         * @return this
         */
        public Builder inlineActions() {
            inline = true;
            return this;
        }

        /**
         * Adds an executor of actions.
         *
         * @param value carries out the actions of its type
         * @return this
         * @throws IllegalArgumentException if its type is malformed, reserved, or has an executor already
         */
        public Builder action(ActionExecutor value) {
            ExecutorTypes.add(executors, value);
            return this;
        }

        /**
         * Adds all executors that are declared to {@link ServiceLoader}; without this call nobody looks for them.
         *
         * @return this
         * @throws IllegalArgumentException if one has a type that is malformed, reserved, or has an executor already
         */
        public Builder discoverExecutors() {
            ServiceLoader.load(ActionExecutor.class).forEach(this::action);
            return this;
        }

        /**
         * Makes the facade; the builder stays as it is. Starts no thread.
         *
         * @return the facade, open
         * @throws IllegalStateException if both a clock and a clock of the host were set
         */
        public BehaviorAnalytics build() {
            if (clock != null && hostClock != null) {
                throw new IllegalStateException("give either a clock or a clock of the host");
            }
            InstantSource machine = hostClock == null ? InstantSource.system() : hostClock;
            Store kept = store == null ? new InMemoryStore(clock == null ? machine : clock) : store;
            return new BehaviorAnalytics(
                    new Core(this, kept, clock == null ? new HostClock(machine, hostClock == null, kept) : clock));
        }

        private static boolean isNameCharacter(int c) {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || "._-".indexOf(c) >= 0;
        }

        private static <T> T once(String name, @Nullable T before, T value) {
            Objects.requireNonNull(value, name);
            if (before != null) {
                throw new IllegalStateException(name + " is set already");
            }
            return value;
        }
    }
}
