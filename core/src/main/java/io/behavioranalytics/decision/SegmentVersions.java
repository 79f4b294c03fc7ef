package io.behavioranalytics.decision;

import io.behavioranalytics.event.Micros;
import io.behavioranalytics.segment.Rollout;
import io.behavioranalytics.segment.Segment;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;

/**
 * The versions of segments that one plan evaluates, each at its place (S16): the one that answers, under the segment's id; and apart
 * from it, under an id of its own, the one that is being calculated, or that answers already and is still being recorded.
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
                    places.add(apart(answering));
                } else {
                    places.add(new Place(answering, false, answering.definedIn(), Micros.of(answering.updatedAt())));
                }
            }
            if (rollout.isCalculating(segment) && segment.status() == Segment.Status.ACTIVE) {
                places.add(apart(segment));
            }
        }
        places.sort(Comparator.comparing(place -> place.segment().id()));
        return new SegmentVersions(places);
    }

    private static Place apart(Segment segment) {
        return new Place(segment.apart(), true, segment.definedIn(), Micros.of(segment.updatedAt()));
    }

    /** In the order of the ids; a segment's place is its place in this list. */
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
