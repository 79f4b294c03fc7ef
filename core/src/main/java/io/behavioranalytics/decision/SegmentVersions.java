package io.behavioranalytics.decision;

import io.behavioranalytics.event.Micros;
import io.behavioranalytics.segment.Rollout;
import io.behavioranalytics.segment.RolloutLayer;
import io.behavioranalytics.segment.Segment;
import io.behavioranalytics.segment.SegmentOrder;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/**
 * The versions of segments that one plan evaluates, each at its place (S16): the one that answers, under the segment's id; and apart
 * from it, under an id of its own, the one that is being calculated, or that answers already and is still being recorded; and so
 * whoever refers to it.
 *
 * <p>Who is a member apart is nobody's business yet: no profile, no condition and no trigger knows of it. It is kept for the instant at
 * which that version answers, for all subjects at once. Immutable.
 */
final class SegmentVersions {
    /**
     * A version at its place.
     *
     * @param segment under the id by which members are kept
     * @param apart whether it does not answer
     * @param since who was decided on definitions before this version was decided without it
     * @param from the instant from which it holds for those
     */
    private record Place(Segment segment, boolean apart, long since, long from) {}

    private final List<Segment> segments;
    private final BitSet apart = new BitSet();
    private final long[] since;
    private final long[] from;

    private SegmentVersions(List<Place> places) {
        segments = places.stream().map(Place::segment).toList();
        since = new long[places.size()];
        from = new long[places.size()];
        for (int i = 0; i < places.size(); i++) {
            apart.set(i, places.get(i).apart());
            since[i] = places.get(i).since();
            from[i] = places.get(i).from();
        }
    }

    /**
     * Finds what is to be evaluated.
     *
     * @param newest the newest version of each segment
     * @param rollout which of them do not answer yet, or are not recorded yet
     */
    static SegmentVersions of(List<Segment> newest, Rollout rollout) {
        List<Place> places = new ArrayList<>();
        for (Segment segment : newest) {
            Segment answering = rollout.answering(segment);
            if (answering != null && answering.status() == Segment.Status.ACTIVE) {
                Rollout.Change change = rollout.changes().get(segment.id());
                if (change != null && change.recording()) {
                    places.add(new Place(answering, false, change.answersSince(), Micros.of(change.answersFrom())));
                } else {
                    places.add(new Place(answering, false, answering.definedIn(), Micros.of(answering.updatedAt())));
                }
            }
        }
        if (!rollout.changes().isEmpty()) {
            addApart(RolloutLayer.recording(newest, rollout), places);
            addApart(RolloutLayer.calculating(newest, rollout), places);
        }
        Map<UUID, Place> byId = new HashMap<>();
        places.forEach(place -> byId.put(place.segment().id(), place));
        List<Place> sorted = new ArrayList<>();
        for (Segment segment :
                SegmentOrder.sorted(places.stream().map(Place::segment).toList())) {
            sorted.add(Objects.requireNonNull(byId.get(segment.id())));
        }
        return new SegmentVersions(changedByOthers(sorted, newest));
    }

    /** Whoever refers to a segment is changed when that one answers by another version, or is switched off. */
    private static List<Place> changedByOthers(List<Place> sorted, List<Segment> newest) {
        Map<String, Place> known = new HashMap<>();
        for (Segment segment : newest) {
            Place off = new Place(segment, false, segment.definedIn(), Micros.of(segment.updatedAt()));
            known.put(segment.key(), off);
            known.put(segment.id().toString(), off);
        }
        sorted.forEach(place -> known(known, place));
        List<Place> changed = new ArrayList<>();
        for (Place place : sorted) {
            Place later = place;
            for (String reference : place.segment().criteria().references()) {
                Place other = known.get(reference);
                if (other != null) {
                    later = new Place(
                            place.segment(),
                            place.apart(),
                            Math.max(later.since(), other.since()),
                            Math.max(later.from(), other.from()));
                }
            }
            changed.add(later);
            known(known, later);
        }
        return changed;
    }

    private static void known(Map<String, Place> known, Place place) {
        known.put(place.segment().key(), place);
        known.put(place.segment().id().toString(), place);
    }

    private static void addApart(RolloutLayer layer, List<Place> places) {
        for (Segment segment : layer.apart().values()) {
            if (segment.status() == Segment.Status.ACTIVE) {
                places.add(new Place(segment, true, segment.definedIn(), Micros.of(segment.updatedAt())));
            }
        }
    }

    /** Each behind all that it refers to; a segment's place is its place in this list. */
    List<Segment> segments() {
        return segments;
    }

    /** Whether the version at a place does not answer. */
    boolean isApart(int place) {
        return apart.get(place);
    }

    /** The version of the definitions since which the version at a place is evaluated, or answers. */
    long since(int place) {
        return since[place];
    }

    /** The instant from which it holds for those who were decided before, {@link Micros}. */
    long from(int place) {
        return from[place];
    }
}
