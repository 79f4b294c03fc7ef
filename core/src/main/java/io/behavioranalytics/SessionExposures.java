package io.behavioranalytics;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.behavioranalytics.DefinitionsCache.Defined;
import io.behavioranalytics.decision.SessionLink;
import io.behavioranalytics.event.Micros;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.Timeline;
import io.behavioranalytics.experiment.Experiment;
import io.behavioranalytics.experiment.Exposure;
import io.behavioranalytics.store.Store;
import io.behavioranalytics.store.StoreException;
import io.behavioranalytics.store.SubjectRecord;
import io.behavioranalytics.store.Subjects.Projection;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What leads were shown when they were sessions, as last seen. Whose a session is, is asked of its links each time that something is read, so
 * that an unlink takes effect here too. Thread-safe.
 */
final class SessionExposures {
    private static final GuardedLog LOG = GuardedLog.of(SessionExposures.class);
    /** An assignment of a lead may be by its own hash for so long after another host exposed the first session of all. */
    private static final long LONGEST_NANOS = 10_000_000_000L;

    private static final int MOST_LEADS = 100_000;
    private static final Comparator<Exposure> EARLIEST =
            Comparator.comparing(Exposure::exposedAt).thenComparing(Exposure::subject);

    /** What was found for a lead from an instant on. */
    private record Found(Instant since, List<Exposure> exposures) {}

    private final Store store;
    private final InstantSource clock;
    private final long periodNanos;
    /** Those to which sessions were exposed. */
    private final Set<UUID> experiments = ConcurrentHashMap.newKeySet();

    private final ReentrantLock looking = new ReentrantLock();
    private volatile boolean anywhere;
    private volatile long lookAt;
    /** The version of the definitions that were looked at last. */
    private volatile long lookedAt = -1;

    private final Cache<SubjectId, Found> leads;

    SessionExposures(Store store, Settings settings, InstantSource clock) {
        this.store = store;
        this.clock = clock;
        periodNanos = Math.min(settings.cacheTtl().toNanos(), LONGEST_NANOS);
        leads = Caffeine.newBuilder()
                .maximumSize(MOST_LEADS)
                .expireAfterWrite(settings.cacheTtl())
                .executor(Runnable::run) // no thread, no common pool
                .build();
    }

    /**
     * Looks for experiments to which sessions were exposed, if it is time; of those that are known it is true for ever. A store that fails is asked
     * again later: an assignment by the hash does without it.
     *
     * @param nanos now, on {@link System#nanoTime()}
     * @param defined the definitions in force
     */
    void look(long nanos, Defined defined) {
        if (defined.version() == lookedAt && nanos - lookAt < 0) {
            return;
        }
        if (!looking.tryLock()) {
            return; // another one looks
        }
        try {
            lookAt = nanos + periodNanos;
            lookedAt = defined.version();
            for (Experiment experiment : defined.experiments()) {
                if (experiment.isStarted() && experiment.definition().status() == Experiment.Status.RUNNING) {
                    look(experiment);
                }
            }
        } catch (StoreException failed) {
            LOG.warn("exposures of sessions could not be looked for, and will be again: {}", failed.getMessage());
        } finally {
            looking.unlock();
        }
    }

    /** Older bucket versions count too: who was exposed under them may have to be left out. */
    private void look(Experiment experiment) {
        for (int version = experiment.phase().bucketVersion(); version >= 0 && !any(experiment.id()); version--) {
            if (store.ledger().hasSessions(experiment.id(), version)) {
                remember(experiment.id());
            }
        }
    }

    /** Whether sessions were exposed to an experiment, as far as is known. */
    boolean any(UUID experimentId) {
        return anywhere && experiments.contains(experimentId);
    }

    private void remember(UUID experimentId) {
        experiments.add(experimentId);
        anywhere = true;
    }

    /** Somebody is exposed here: if it is a session, its lead is to be looked for from now on. */
    void exposed(Exposure exposure) {
        if (!exposure.subject().isLead()) {
            remember(exposure.experimentId());
        }
    }

    /** The links of a session changed: what was found for the leads that it names, or named, is outdated. */
    void linked(List<SessionLink> links) {
        for (SessionLink link : links) {
            if (!link.isUnlink()) {
                leads.invalidate(SubjectId.lead(link.leadId()));
            }
        }
    }

    /** The first exposures of a lead's sessions from an instant on, the earliest first. */
    List<Exposure> of(SubjectId lead, Instant since) {
        Found found = leads.getIfPresent(lead);
        if (found == null || found.since.isAfter(since)) {
            // Within the cache, so that a link that is committed meanwhile comes before the reading or after it.
            found = leads.asMap()
                    .compute(
                            lead,
                            (same, old) -> old == null || old.since.isAfter(since)
                                    ? new Found(since, read(lead, since))
                                    : old);
        }
        return found.exposures;
    }

    private List<Exposure> read(SubjectId lead, Instant since) {
        Timeline timeline =
                store.subjects().load(lead, since).map(SubjectRecord::timeline).orElse(Timeline.empty());
        Set<SubjectId> sessions = new LinkedHashSet<>();
        for (int i = 0; i < timeline.size(); i++) {
            String session = timeline.sessionId(i);
            if (session != null) {
                sessions.add(SubjectId.session(session));
            }
        }
        Map<SubjectId, List<Exposure>> exposed = store.ledger().exposuresOf(sessions);
        long now = Micros.of(clock.instant());
        List<Exposure> all = new ArrayList<>();
        for (SubjectRecord session :
                store.subjects().load(exposed.keySet(), Projection.STATE).values()) {
            if (lead.value().equals(SessionLink.newest(session.links(), now))) {
                all.addAll(exposed.getOrDefault(session.subject(), List.of()));
            }
        }
        all.sort(EARLIEST);
        return List.copyOf(all);
    }
}
