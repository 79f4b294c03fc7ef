package io.behavioranalytics.store;

import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.Timeline;
import java.util.Optional;

/** A history that is in memory as it is wanted. */
record HeldHistory(SubjectId subject, int size, Timeline held) implements StoredHistory {
    @Override
    public Optional<Timeline> timeline() {
        return Optional.of(held);
    }
}
