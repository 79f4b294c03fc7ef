package io.behavioranalytics;

import io.behavioranalytics.DefinitionsCache.Defined;
import io.behavioranalytics.event.Micros;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.experiment.Assignment;
import io.behavioranalytics.experiment.Exposure;
import io.behavioranalytics.experiment.KnownSubject;
import io.behavioranalytics.profile.Profile;
import io.behavioranalytics.store.DefinitionRecord.Kind;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Assigns by the definitions in force; what is known of a subject is fetched where it matters. Thread-safe. */
final class Assigner {
    private static final int ID_LENGTH = 128;

    private final DefinitionsCache definitions;
    private final ExposureCache exposures;
    private final SessionExposures sessions;
    private final Profiles profiles;
    private final InstantSource clock;
    private final @Nullable HostClock hostClock;
    private final KnownSubject plain;

    Assigner(
            DefinitionsCache definitions,
            ExposureCache exposures,
            SessionExposures sessions,
            Profiles profiles,
            InstantSource clock) {
        this.definitions = definitions;
        this.sessions = sessions;
        this.exposures = exposures;
        this.profiles = profiles;
        this.clock = clock;
        hostClock = clock instanceof HostClock one ? one : null;
        plain = new Known(Map.of());
    }

    Assignment assign(String keyOrId, SubjectId subject, Map<String, @Nullable Object> attributes) {
        requireShort(subject.value());
        long nanos = System.nanoTime();
        return current(nanos)
                .assignments()
                .assign(keyOrId, subject, microsAt(nanos), attributes.isEmpty() ? plain : new Known(attributes))
                .orElseThrow(() -> new UnknownDefinitionException(Kind.EXPERIMENT, keyOrId));
    }

    Assignment assign(String keyOrId, String leadId) {
        if (leadId.isEmpty()) {
            throw new IllegalArgumentException("a subject's id must not be empty");
        }
        requireShort(leadId);
        long nanos = System.nanoTime();
        Assignment assignment = current(nanos).assignments().assignLead(keyOrId, leadId, microsAt(nanos), plain);
        if (assignment == null) {
            throw new UnknownDefinitionException(Kind.EXPERIMENT, keyOrId);
        }
        return assignment;
    }

    private Defined current(long nanos) {
        Defined defined = definitions.current(nanos);
        sessions.look(nanos, defined);
        return defined;
    }

    private long microsAt(long nanos) {
        return hostClock == null ? Micros.of(clock.instant()) : hostClock.microsAt(nanos);
    }

    private static void requireShort(String id) {
        if (id.length() > ID_LENGTH && id.codePointCount(0, id.length()) > ID_LENGTH) {
            throw new IllegalArgumentException("a subject's id must have 1 to " + ID_LENGTH + " characters");
        }
    }

    /** Fetches where it is asked; one for all subjects of whom the host says nothing more. */
    private final class Known implements KnownSubject {
        private final Map<String, @Nullable Object> attributes;

        Known(Map<String, @Nullable Object> attributes) {
            this.attributes = attributes;
        }

        @Override
        public List<Exposure> exposures(SubjectId subject) {
            return exposures.of(subject);
        }

        @Override
        public boolean mayHaveSessions(UUID experimentId) {
            return sessions.any(experimentId);
        }

        @Override
        public List<Exposure> sessionExposures(SubjectId lead, Instant since) {
            return sessions.of(lead, since);
        }

        @Override
        public @Nullable Profile profile(SubjectId subject) {
            return profiles.cached(subject).orElse(null);
        }

        @Override
        public Map<String, @Nullable Object> attributes() {
            return attributes;
        }
    }
}
