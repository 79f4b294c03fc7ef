package io.behavioranalytics.experiment;

import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.profile.Profile;
import java.util.List;
import java.util.Map;
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
