package io.behavioranalytics.decision;

import io.behavioranalytics.event.SubjectId;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What a decider answers. */
public sealed interface Decision {
    /**
     * All that follows, ready to be committed.
     *
     * @param unit what to commit
     * @param next each decided subject as it will be once the unit is committed; guards are left out
     * @param placed the subject to which each new event belongs
     * @param release whether the action that was asked about may be begun; null if none was
     */
    record Decided(
            CommitUnit unit,
            Map<SubjectId, SubjectSnapshot> next,
            Map<UUID, SubjectId> placed,
            @Nullable Release release)
            implements Decision {
        /** Copies the maps. */
        public Decided {
            next = Map.copyOf(next);
            placed = Map.copyOf(placed);
        }
    }

    /**
     * More has to be read first; then ask again with everything that was there before and this.
     *
     * @param subjects whom, and whether with the whole timeline (true) or the state alone (false)
     */
    record NeedsHistory(Map<SubjectId, Boolean> subjects) implements Decision {
        /** Copies the map. */
        public NeedsHistory {
            subjects = Map.copyOf(subjects);
        }
    }
}
