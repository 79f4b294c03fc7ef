package io.behavioranalytics.experiment;

import io.behavioranalytics.profile.Profile;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is known of a subject when it is assigned; each is asked for only where it matters, and at most once. */
public interface KnownSubject {
    /**
     * Its first exposures.
     *
     * @return those of all experiments and bucket versions, or at least those of the experiment that is asked about
     */
    List<Exposure> exposures();

    /**
     * Its profile as of now.
     *
     * @return the profile, or null if nothing is known of it
     */
    @Nullable
    Profile profile();

    /**
     * What the host says of it at this moment.
     *
     * @return attributes by name
     */
    Map<String, @Nullable Object> attributes();
}
