package io.behavioranalytics;

import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.profile.Profile;
import java.util.List;

/**
 * The answer to a {@link ProfileQuery}.
 *
 * @param profile the profile of the range
 * @param events the range's events in order, system events included; empty unless they were asked for
 */
public record ProfileDetail(Profile profile, List<BehaviorEvent> events) {
    /** Copies the events. */
    public ProfileDetail {
        events = List.copyOf(events);
    }
}
