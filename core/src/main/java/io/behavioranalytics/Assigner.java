package io.behavioranalytics;

import io.behavioranalytics.event.Micros;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.experiment.Assignment;
import io.behavioranalytics.experiment.Exposure;
import io.behavioranalytics.experiment.KnownSubject;
import io.behavioranalytics.profile.Profile;
import io.behavioranalytics.store.DefinitionRecord.Kind;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Assigns by the definitions in force; what is known of a subject is fetched where it matters. Thread-safe. */
final class Assigner {
    private static final int ID_LENGTH = 128;

    private final DefinitionsCache definitions;
    private final ExposureCache exposures;
    private final Profiles profiles;
    private final InstantSource clock;
    private final KnownSubject plain;

    Assigner(DefinitionsCache definitions, ExposureCache exposures, Profiles profiles, InstantSource clock) {
        this.definitions = definitions;
        this.exposures = exposures;
        this.profiles = profiles;
        this.clock = clock;
        plain = new Known(Map.of());
    }

    Assignment assign(String keyOrId, SubjectId subject, Map<String, @Nullable Object> attributes) {
        requireShort(subject.value());
        return definitions
                .current()
                .assignments()
                .assign(
                        keyOrId,
                        subject,
                        Micros.of(clock.instant()),
                        attributes.isEmpty() ? plain : new Known(attributes))
                .orElseThrow(() -> new UnknownDefinitionException(Kind.EXPERIMENT, keyOrId));
    }

    Assignment assign(String keyOrId, String leadId) {
        if (leadId.isEmpty()) {
            throw new IllegalArgumentException("a subject's id must not be empty");
        }
        requireShort(leadId);
        Assignment assignment =
                definitions.current().assignments().assignLead(keyOrId, leadId, Micros.of(clock.instant()), plain);
        if (assignment == null) {
            throw new UnknownDefinitionException(Kind.EXPERIMENT, keyOrId);
        }
        return assignment;
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
        public @Nullable Profile profile(SubjectId subject) {
            return profiles.cached(subject).orElse(null);
        }

        @Override
        public Map<String, @Nullable Object> attributes() {
            return attributes;
        }
    }
}
