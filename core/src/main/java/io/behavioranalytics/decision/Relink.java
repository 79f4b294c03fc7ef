package io.behavioranalytics.decision;

import io.behavioranalytics.event.EventKey;
import io.behavioranalytics.event.SubjectId;
import org.jspecify.annotations.Nullable;

/**
 * The move of a session's anonymous events to the subject whose change carries it (S11).
 *
 * <p>Moved are the events of the session that name no lead and lie in [start, end).
 *
 * @param source the subject that they leave; its own change stands in the same unit
 * @param sessionId the session
 * @param start the first place, or null for the beginning
 * @param end the first place that is not moved any more, or null for all that follow
 */
public record Relink(
        SubjectId source,
        String sessionId,
        @Nullable EventKey start,
        @Nullable EventKey end) {}
