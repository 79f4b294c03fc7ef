package io.behavioranalytics.report;

import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.EventTypes;
import io.behavioranalytics.event.EventView;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.Timeline;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What a report sees of a subject's timeline: its events that are not of the system, visible, and let through by the filter, in their
 * total order (S1). One object goes from subject to subject: it may be read during {@link TimelineFold#accumulate} only. Not thread-safe.
 */
public final class SubjectHistory {
    private SubjectId subject;
    private Timeline timeline = Timeline.empty();
    private int[] places = new int[64];
    private int size;

    /** Whether all events up to {@link #size} are seen, so that nobody had to note their places. */
    private boolean whole;

    SubjectHistory(SubjectId subject) {
        this.subject = subject;
    }

    void begin(SubjectId next, Timeline events) {
        subject = next;
        timeline = events;
        size = 0;
        whole = false;
    }

    /** Takes the first events of a timeline that nothing was taken of. */
    void addFirst(int count) {
        size = count;
        whole = true;
    }

    private int place(int index) {
        return whole ? index : places[index];
    }

    void add(int place) {
        if (size == places.length) {
            places = Arrays.copyOf(places, size * 2);
        }
        places[size++] = place;
    }

    /**
     * Whose it is.
     *
     * @return the subject
     */
    public SubjectId subject() {
        return subject;
    }

    /**
     * The number of events that are seen.
     *
     * @return 1 or more
     */
    public int size() {
        return size;
    }

    /**
     * When an event happened.
     *
     * @param index its place, 0 to {@link #size()} - 1
     * @return {@link io.behavioranalytics.event.Micros}
     */
    public long micros(int index) {
        return timeline.micros(place(index));
    }

    /**
     * What happened.
     *
     * @param index its place
     * @return the type
     */
    public EventType type(int index) {
        return timeline.type(place(index));
    }

    /** What {@link #typeNumber} means. */
    EventTypes types() {
        return timeline.types();
    }

    /** The type of an event by its number, or {@link EventTypes#UNLISTED}. */
    int typeNumber(int index) {
        return timeline.typeNumber(place(index));
    }

    /** The first event from one on that is not before an instant. */
    int lowerBound(int from, long micros) {
        if (whole) {
            return Math.min(size, timeline.lowerBound(from, micros));
        }
        int index = from;
        while (index < size && timeline.micros(places[index]) < micros) {
            index++;
        }
        return index;
    }

    /** Counts events by the numbers of their types. */
    void countTypes(int from, int to, long[] counts) {
        if (whole) {
            timeline.countTypes(from, to, counts);
        } else {
            for (int index = from; index < to; index++) {
                counts[timeline.typeNumber(places[index])]++;
            }
        }
    }

    /** Finds events by the numbers of their types, as {@link Timeline#find} does; returns how many. */
    int find(int[] wanted, int[] found) {
        if (whole) {
            return timeline.find(size, wanted, found);
        }
        int count = 0;
        for (int index = 0; index < size; index++) {
            found[count] = index;
            count += wanted[timeline.typeNumber(places[index])];
        }
        return count;
    }

    /**
     * The session that an event happened in.
     *
     * @param index its place
     * @return the session's id, or null
     */
    public @Nullable String sessionId(int index) {
        return timeline.sessionId(place(index));
    }

    /**
     * An event for reading.
     *
     * @param index its place
     * @return a view that stays valid
     */
    public EventView view(int index) {
        return timeline.view(place(index));
    }
}
