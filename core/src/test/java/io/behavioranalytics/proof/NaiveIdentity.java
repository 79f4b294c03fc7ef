package io.behavioranalytics.proof;

import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.SubjectId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Whose an event is, by S11 as written: looked up among all events of its session, each time anew. */
final class NaiveIdentity {
    /** The total order of events (S1), spelled out: timestamp, sequence, id as an unsigned number. */
    static final Comparator<BehaviorEvent> ORDER = Comparator.comparing(BehaviorEvent::timestamp)
            .thenComparing(BehaviorEvent::sequence)
            // The hexadecimal digits of a UUID sort as its 128 bits do.
            .thenComparing(event -> event.id().toString());

    private NaiveIdentity() {}

    /**
     * The timelines of all subjects.
     *
     * @param events every event there is
     * @param now the instant up to which identified events take effect (S2)
     * @return the subjects that have events, each with its events in order
     */
    static Map<SubjectId, List<BehaviorEvent>> timelines(Collection<BehaviorEvent> events, Instant now) {
        List<BehaviorEvent> sorted = new ArrayList<>(events);
        sorted.sort(ORDER);
        Map<SubjectId, List<BehaviorEvent>> timelines = new TreeMap<>();
        for (BehaviorEvent event : sorted) {
            timelines
                    .computeIfAbsent(subjectOf(event, sorted, now), subject -> new ArrayList<>())
                    .add(event);
        }
        return timelines;
    }

    /** Whether the session of an identified event was unlinked behind it. */
    private static boolean isUnlinked(BehaviorEvent identified, List<BehaviorEvent> sorted, Instant now) {
        return sorted.stream()
                .anyMatch(other -> other.type().name().equals("unlink")
                        && identified.sessionId().equals(other.sessionId())
                        && !other.timestamp().isAfter(now)
                        && ORDER.compare(other, identified) > 0);
    }

    private static SubjectId subjectOf(BehaviorEvent event, List<BehaviorEvent> sorted, Instant now) {
        if (event.leadId() != null) {
            return SubjectId.lead(event.leadId());
        }
        BehaviorEvent earlier = null;
        BehaviorEvent later = null;
        for (BehaviorEvent other : sorted) {
            boolean visible = !other.timestamp().isAfter(now);
            if (visible
                    && other.leadId() != null
                    && event.sessionId().equals(other.sessionId())
                    && !isUnlinked(other, sorted, now)) {
                if (ORDER.compare(other, event) < 0) {
                    earlier = other;
                } else if (later == null) {
                    later = other;
                }
            }
        }
        BehaviorEvent nearest = earlier != null ? earlier : later;
        return nearest != null ? SubjectId.lead(nearest.leadId()) : SubjectId.session(event.sessionId());
    }
}
