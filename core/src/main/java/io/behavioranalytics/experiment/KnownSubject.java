package io.behavioranalytics.experiment;

import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.profile.Profile;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What is known of a subject when it is assigned; each is asked for only where it matters, and at most once. */
public interface KnownSubject {
    /**
     * Its first exposures.
     *
     * @param subject who
     * @return those of all experiments and bucket versions, or at least those of the experiment that is asked about
     */
    List<Exposure> exposures(SubjectId subject);

    /**
     * Whether sessions may have been exposed to an experiment; if not, no lead can have been one when it was exposed. Asked for every lead, so it
     * has to answer from what is at hand.
     *
     * @param experimentId the experiment
     * @return false if none was, as far as is known
     */
    default boolean mayHaveSessions(UUID experimentId) {
        return false;
    }

    /**
     * The first exposures of the sessions that are the lead's by now: what it was shown before it was known.
     *
     * @param lead who
     * @param since the instant at which the experiment that is asked about began
     * @return those of all experiments and bucket versions that are not older, or at least those of the experiment; the earliest first
     */
    default List<Exposure> sessionExposures(SubjectId lead, Instant since) {
        return List.of();
    }

    /**
     * Its profile as of now.
     *
     * @param subject who
     * @return the profile, or null if nothing is known of it
     */
    @Nullable
    Profile profile(SubjectId subject);

    /**
     * What the host says of it at this moment.
     *
     * @return attributes by name
     */
    Map<String, @Nullable Object> attributes();
}
