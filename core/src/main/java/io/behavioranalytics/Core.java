package io.behavioranalytics;

import io.behavioranalytics.action.ActionExecutor;
import io.behavioranalytics.action.ActionRequest;
import io.behavioranalytics.action.ActionResult;
import io.behavioranalytics.decision.DecisionSettings;
import io.behavioranalytics.event.EventCatalog;
import io.behavioranalytics.event.EventDefinition;
import io.behavioranalytics.event.EventIds;
import io.behavioranalytics.event.EventLimits;
import io.behavioranalytics.event.EventNormalizer;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.Retention;
import io.behavioranalytics.event.TrackRequest;
import io.behavioranalytics.experiment.ExperimentLife;
import io.behavioranalytics.profile.InsightRules;
import io.behavioranalytics.profile.ScoringModel;
import io.behavioranalytics.segment.Segment;
import io.behavioranalytics.store.Definitions;
import io.behavioranalytics.store.Store;
import io.behavioranalytics.trigger.SegmentEffects;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The parts of a facade, put together, and their common end. */
final class Core {
    private final Counters counters = new Counters();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final ThreadFactory threads;
    private final long closeNanos;
    private final Intake intake;
    private final Tracking tracking;
    private final Recalculation recalculation;
    private final Dispatcher dispatcher;
    private final Loop loop;
    private final Profiles profiles;
    private final Leads leads;
    private final Segments segments;
    private final Triggers triggers;
    private final Experiments experiments;
    private final ExperimentReports experimentReports;
    private final ExposureIntake exposureIntake;
    private final Rebalancing rebalancing;
    private final DefinitionFolders definitionFolders;
    private final SegmentReports segmentReports;
    private final Reports reports;
    private final Actions actions;
    private final Maintenance maintenance;
    private final Explanations explanations;
    private final Simulations simulations;
    private final Presence presence;
    private final Store store;
    private final DefinitionsCache definitions;
    private final AtomicReference<Definitions.@Nullable Watch> watch = new AtomicReference<>();

    Core(BehaviorAnalytics.Builder parts, Store store, InstantSource clock) {
        Settings settings = parts.settings == null ? Settings.defaults() : parts.settings;
        closeNanos = settings.closeTimeout().toNanos();
        EventCatalog catalog = parts.catalog == null ? EventCatalog.builtIn() : parts.catalog;
        RandomGenerator random =
                new Turns(parts.random == null ? new SplittableRandom(new SecureRandom().nextLong()) : parts.random);
        EventIds ids = new EventIds(random);
        Retention retention = parts.retention == null
                ? settings.retention().map(Retention::of).orElse(Retention.unlimited())
                : parts.retention;
        ScoringModel scoring = parts.scoring == null ? scoring(catalog, settings) : parts.scoring;
        DecisionSettings decisions = new DecisionSettings(
                scoring,
                retention,
                settings.triggerMaxEventAge(),
                settings.triggerMaxLateness(),
                settings.triggerCaps(),
                settings.triggerQuietHours(),
                settings.zone());
        Map<String, ActionExecutor> executors = ExecutorTypes.withBuiltIn(parts.executors);
        Set<String> own = Set.copyOf(executors.keySet());
        executors.put(TrackEffect.TYPE, new TrackEffect(this::trackEffect));
        executors.put(TagEffect.TYPE, new TagEffect(this::systemEffect));
        for (String type : List.of(SegmentEffects.ADD, SegmentEffects.REMOVE)) {
            executors.put(type, new MembershipEffect(type, this::segment, this::systemEffect));
        }
        threads = parts.threads == null ? new Daemons() : parts.threads;
        String host = parts.host == null ? "host-" + UUID.randomUUID() : parts.host;
        presence = new Presence(store, UUID.randomUUID(), host, own, life(settings));

        SubjectCache cache = new SubjectCache(store, settings, counters);
        this.store = store;
        definitions = new DefinitionsCache(
                store,
                decisions,
                settings.experimentHoldout(),
                settings.cacheTtl().toNanos(),
                clock instanceof HostClock hostClock ? hostClock::compareNowAndThen : () -> {});
        Alarm alarm = new Alarm();
        SessionExposures sessionExposures = new SessionExposures(store, settings, clock);
        Pipeline pipeline = new Pipeline(
                store,
                clock,
                cache,
                definitions,
                counters,
                presence::name,
                () -> ids.next(clock.instant()),
                settings,
                alarm::due,
                sessionExposures::linked);
        Background background = new Background(parts.executor);
        intake = new Intake(
                pipeline,
                background,
                settings,
                parts.backPressure == null ? BackPressure.reject() : parts.backPressure,
                counters);
        EventNormalizer normalizer = new EventNormalizer(catalog, EventLimits.defaults(), retention);
        tracking = new Tracking(intake, normalizer, clock, ids, counters, settings);
        Rollouts rollouts = new Rollouts(store, definitions, clock);
        recalculation = new Recalculation(store, pipeline, definitions, rollouts, background, settings, host);
        dispatcher = new Dispatcher(
                store,
                pipeline,
                new Clearance(pipeline, definitions),
                clock,
                settings,
                counters,
                new Backoff(settings.actionBackoff(), random),
                executors,
                parts.inline ? null : threads,
                alarm);
        Unhandled unhandled = new Unhandled(store.ledger(), clock, executors.keySet());
        maintenance = new Maintenance(store, definitions, counters, clock, settings, retention);
        MaintenanceRounds rounds = new MaintenanceRounds(maintenance, clock, settings, random);
        loop = new Loop(dispatcher, alarm, clock, settings.processingInterval(), () -> {
            presence.show();
            follow();
            unhandled.watch();
            return rounds.step();
        });
        explanations = new Explanations(store, definitions, decisions, catalog, normalizer, clock);
        simulations = new Simulations(store, definitions, catalog, retention, settings.triggerDefaultCooldown(), clock);
        profiles = new Profiles(
                store, cache, definitions, decisions, new InsightRules(settings.zone(), settings.botRate()), clock);
        leads = new Leads(tracking);
        segments = new Segments(store, definitions, rollouts, recalculation, catalog, retention, tracking, clock, ids);
        triggers = new Triggers(
                store, definitions, recalculation, catalog, retention, settings, clock, ids, presence::isCarriedOut);
        ExperimentLife life = new ExperimentLife(settings.experimentDefaultDuration());
        DefinitionWriter writer = new DefinitionWriter(store, definitions, recalculation);
        ExposureCache exposures = new ExposureCache(store.ledger(), settings);
        exposureIntake = new ExposureIntake(store.ledger(), exposures, sessionExposures, background, settings);
        ExposedUsers exposed = new ExposedUsers(store, retention);
        rebalancing = new Rebalancing(definitions, writer, life, exposed, background, clock, settings.callTimeout());
        experiments = new Experiments(
                definitions,
                writer,
                life,
                new Assigner(definitions, exposures, sessionExposures, profiles, clock),
                exposureIntake,
                rebalancing,
                catalog,
                clock,
                ids);
        experimentReports = new ExperimentReports(
                definitions,
                exposed,
                new ExperimentForecasts(store, life, definitions, profiles, settings.experimentHoldout()),
                settings,
                catalog,
                clock);
        segmentReports = new SegmentReports(store, segments, definitions, decisions, catalog, clock);
        reports = new Reports(
                store,
                segments,
                definitions,
                decisions,
                segmentReports,
                exposed,
                settings.experimentHoldout(),
                new Dashboards(store, segments, segmentReports, definitions),
                clock);
        definitionFolders = new DefinitionFolders(
                definitions,
                writer,
                new DefinitionChanges(
                        definitions,
                        catalog,
                        retention,
                        presence::isCarriedOut,
                        settings.triggerDefaultCooldown(),
                        life,
                        clock,
                        ids,
                        segments::isAnybodyDecided),
                rollouts);
        actions = new Actions(store.queue(), store.ledger(), clock, alarm, unhandled);
    }

    /** Three times in each life the loop comes by, at the least. */
    private static Duration life(Settings settings) {
        Duration rounds = settings.processingInterval().multipliedBy(3);
        return rounds.compareTo(settings.actionLease()) > 0 ? rounds : settings.actionLease();
    }

    private static ScoringModel scoring(EventCatalog catalog, Settings settings) {
        Map<EventType, Integer> points = new LinkedHashMap<>();
        for (EventDefinition definition : catalog.definitions()) {
            points.put(definition.type(), definition.points());
        }
        return ScoringModel.builder()
                .engagementPoints(points)
                .otherEngagementPoints(0)
                .sessionTimeout(settings.sessionTimeout())
                .build();
    }

    void requireOpen() {
        if (closed.get()) {
            throw new IllegalStateException("this BehaviorAnalytics is closed");
        }
    }

    /** Begins in the background what the definitions ask for. */
    void follow() {
        recalculation.follow();
        rebalancing.follow();
    }

    void start() {
        requireOpen();
        loop.start(threads);
        if (watch.get() == null) {
            Definitions.Watch started = store.definitions().watch(definitions::expire);
            if (!watch.compareAndSet(null, started)) {
                started.close();
            }
            if (closed.get()) {
                endWatch(); // a close meanwhile may have looked too early
            }
        }
    }

    void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        long deadline = System.nanoTime() + closeNanos;
        endWatch();
        exposureIntake.close();
        intake.close(deadline);
        recalculation.close(deadline);
        rebalancing.close(deadline);
        loop.close(deadline);
        dispatcher.close(deadline);
        presence.leave();
    }

    private void endWatch() {
        Definitions.Watch watched = watch.getAndSet(null);
        if (watched != null) {
            watched.close();
        }
    }

    private ActionResult trackEffect(TrackRequest.Builder event, ActionRequest action) {
        return EffectEvents.track(event, action, tracking::track);
    }

    private ActionResult systemEffect(TrackRequest.Builder event, ActionRequest action) {
        return EffectEvents.track(event, action, tracking::system);
    }

    private Optional<Segment> segment(String keyOrId) {
        return definitions.newest().segment(keyOrId);
    }

    Tracking tracking() {
        return tracking;
    }

    Recalculation recalculation() {
        return recalculation;
    }

    Presence presence() {
        return presence;
    }

    Dispatcher dispatcher() {
        return dispatcher;
    }

    Profiles profiles() {
        return profiles;
    }

    Leads leads() {
        return leads;
    }

    Segments segments() {
        return segments;
    }

    Triggers triggers() {
        return triggers;
    }

    Experiments experiments() {
        return experiments;
    }

    ExperimentReports experimentReports() {
        return experimentReports;
    }

    SegmentReports segmentReports() {
        return segmentReports;
    }

    Reports reports() {
        return reports;
    }

    DefinitionFolders definitionFolders() {
        return definitionFolders;
    }

    Actions actions() {
        return actions;
    }

    Simulations simulations() {
        return simulations;
    }

    Explanations explanations() {
        return explanations;
    }

    Maintenance maintenance() {
        return maintenance;
    }

    Counters counters() {
        return counters;
    }
}
