package io.behavioranalytics.decision;

import io.behavioranalytics.profile.Profile;
import java.time.Instant;
import java.util.Arrays;

/**
 * What was decided about a subject, as a store keeps it.
 *
 * @param definitionsVersion the version of the definitions it was decided on (S16)
 * @param asOf the decision instant
 * @param profile the profile at that instant
 * @param accumulators state that equals a recomputation from the events (S8), opaque to stores
 * @param memory facts that are never recomputed (S8), opaque to stores
 */
@SuppressWarnings("ArrayRecordComponent") // opaque, written once, compared by the methods below
public record SubjectState(long definitionsVersion, Instant asOf, Profile profile, byte[] accumulators, byte[] memory) {
    @Override
    public boolean equals(Object other) {
        return other instanceof SubjectState that
                && definitionsVersion == that.definitionsVersion
                && asOf.equals(that.asOf)
                && profile.equals(that.profile)
                && Arrays.equals(accumulators, that.accumulators)
                && Arrays.equals(memory, that.memory);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(accumulators) + Arrays.hashCode(memory);
    }
}
