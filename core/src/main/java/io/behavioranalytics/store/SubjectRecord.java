package io.behavioranalytics.store;

import io.behavioranalytics.decision.SessionLink;
import io.behavioranalytics.decision.SubjectState;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.Timeline;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A subject as loaded, all of one version.
 *
 * @param subject who
 * @param version 0 for a subject that does not exist
 * @param state what was decided last, or null if nothing was
 * @param links a session's links, empty for a lead
 * @param timeline with {@link Subjects.Projection#TIMELINE} all events; with {@link Subjects.Projection#STATE} at least those
 *     later than the state's decision instant, all events if there is no state
 */
public record SubjectRecord(
        SubjectId subject, long version, @Nullable SubjectState state, List<SessionLink> links, Timeline timeline) {
    /** Copies the links. */
    public SubjectRecord {
        links = List.copyOf(links);
    }
}
