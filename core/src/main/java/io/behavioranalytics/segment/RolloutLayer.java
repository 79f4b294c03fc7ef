package io.behavioranalytics.segment;

import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Segments that turn to other members in one instant (S16): those that change, and those that refer to them, directly or not. Each is
 * evaluated apart from the version that answers, and refers there to the others of the layer as they are apart. Immutable.
 */
public final class RolloutLayer {
    private final Map<UUID, Segment> apart;
    private final long number;
    private final boolean tied;
    /** What versions refer to that answer until the layer turns. */
    private final Set<String> outgoing;

    private RolloutLayer(Map<UUID, Segment> apart, long number, boolean tied, Set<String> outgoing) {
        this.apart = Collections.unmodifiableMap(apart);
        this.number = number;
        this.tied = tied;
        this.outgoing = outgoing;
    }

    /**
     * What is being calculated.
     *
     * @param newest the newest version of each segment
     * @param rollout which of them do not answer yet
     * @return the layer, empty if nothing is calculated
     */
    public static RolloutLayer calculating(Collection<Segment> newest, Rollout rollout) {
        long number = newest.stream()
                .filter(rollout::isCalculating)
                .mapToLong(Segment::definedIn)
                .max()
                .orElse(0);
        Set<String> outgoing = new HashSet<>();
        for (Segment segment : newest) {
            Segment answering = rollout.isCalculating(segment) ? rollout.answering(segment) : null;
            if (answering != null && answering.status() == Segment.Status.ACTIVE) {
                outgoing.addAll(answering.criteria().references());
            }
        }
        return of(newest, segment -> segment, rollout::isCalculating, number, outgoing);
    }

    /**
     * What answers already by the members kept apart, until its entries and exits are recorded.
     *
     * @param newest the newest version of each segment
     * @param rollout which of them answer, and which are not recorded yet
     * @return the layer, empty if everything is recorded
     */
    public static RolloutLayer recording(Collection<Segment> newest, Rollout rollout) {
        return of(newest, rollout::answering, segment -> rollout.isRecording(segment.id()), rollout.layer(), Set.of());
    }

    private static RolloutLayer of(
            Collection<Segment> newest,
            Function<Segment, @Nullable Segment> versions,
            Predicate<Segment> changes,
            long number,
            Set<String> outgoing) {
        Map<UUID, Segment> members = new TreeMap<>();
        Map<String, Segment> byReference = new HashMap<>();
        boolean tied = false;
        for (Segment segment : newest) {
            Segment version = changes.test(segment) ? versions.apply(segment) : null;
            if (version != null) {
                add(version, members, byReference);
            }
        }
        for (Segment changed : List.copyOf(members.values())) {
            tied |= refersToAny(changed, byReference);
        }
        for (boolean more = !members.isEmpty(); more; ) {
            more = false;
            for (Segment segment : newest) {
                Segment version = members.containsKey(segment.id()) ? null : versions.apply(segment);
                if (version != null && version.status() == Segment.Status.ACTIVE && refersToAny(version, byReference)) {
                    add(version.definedAs(number), members, byReference);
                    more = true;
                    tied = true;
                }
            }
        }
        // A version that answers still and refers to one that turns would have to follow that; it turns with it
        // instead.
        tied |= outgoing.stream().anyMatch(byReference::containsKey);
        Map<UUID, Segment> apart = new TreeMap<>();
        members.forEach((id, version) -> apart.put(id, version.apart(reference -> {
            Segment other = byReference.get(reference);
            return other == null ? reference : other.apartKey();
        })));
        return new RolloutLayer(apart, number, tied, outgoing);
    }

    /**
     * Whether a segment has to wait for the others of the layer.
     *
     * @param segment one of the layer
     * @return true if some are tied; but a segment that is switched off and to which none of them refers is empty at once
     */
    boolean ties(Segment segment) {
        boolean leaves = segment.status() != Segment.Status.ACTIVE
                && !outgoing.contains(segment.key())
                && !outgoing.contains(segment.id().toString())
                && apart.values().stream()
                        .noneMatch(other -> other.criteria().references().contains(segment.apartKey()));
        return tied && !leaves;
    }

    private static void add(Segment version, Map<UUID, Segment> members, Map<String, Segment> byReference) {
        members.put(version.id(), version);
        byReference.put(version.key(), version);
        byReference.put(version.id().toString(), version);
    }

    private static boolean refersToAny(Segment segment, Map<String, Segment> byReference) {
        return segment.criteria().references().stream().anyMatch(byReference::containsKey);
    }

    /**
     * The segments as they are evaluated apart, of any status.
     *
     * @return by the ids under which they answer
     */
    public Map<UUID, Segment> apart() {
        return apart;
    }

    /**
     * Whether some of them refer to others of them, so that all have to turn at once.
     *
     * @return false if each may turn by itself
     */
    public boolean isTied() {
        return tied;
    }

    /**
     * What tells the members that are kept for segments that did not change themselves from those of another layer.
     *
     * @return the version of the definitions that brought the newest change
     */
    public long number() {
        return number;
    }
}
