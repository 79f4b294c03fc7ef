package io.behavioranalytics.decision;

import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.EventKey;
import io.behavioranalytics.event.EventView;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.Timeline;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * To whom a session's anonymous events belong (S11): the lead of the nearest earlier identified event of the session, else of
 * the first later one, in event order; without any, the session itself.
 */
final class Ownership {
    /** A stretch of a session's events whose owner changes. */
    record Move(
            SubjectId source,
            SubjectId target,
            @Nullable EventKey start,
            @Nullable EventKey end) {
        boolean covers(EventKey key) {
            return (start == null || start.compareTo(key) <= 0) && (end == null || key.compareTo(end) < 0);
        }
    }

    private final String sessionId;
    private final List<SessionLink> before;
    private final List<SessionLink> links;

    Ownership(String sessionId, List<SessionLink> links) {
        this.sessionId = sessionId;
        this.before = List.copyOf(links);
        this.links = new ArrayList<>(links);
    }

    String sessionId() {
        return sessionId;
    }

    List<SessionLink> links() {
        return List.copyOf(links);
    }

    boolean changed() {
        return !links.equals(before);
    }

    SubjectId ownerOf(EventKey key) {
        return owner(links, key);
    }

    private SubjectId owner(List<SessionLink> of, @Nullable EventKey key) {
        if (of.isEmpty()) {
            return SubjectId.session(sessionId);
        }
        SessionLink found = of.get(0);
        for (SessionLink link : of) {
            if (key != null && link.from().compareTo(key) <= 0) {
                found = link;
            }
        }
        return SubjectId.lead(found.leadId());
    }

    /**
     * Adds an identified event.
     *
     * @param timelineOf the whole timeline of a lead whose run the event may split, or null if it has to be read first
     * @return the lead whose timeline has to be read first, or null if the event was added
     */
    @Nullable
    SubjectId identify(BehaviorEvent event, Function<SubjectId, @Nullable Timeline> timelineOf) {
        EventKey key = event.key();
        String leadId = java.util.Objects.requireNonNull(event.leadId(), "an identified event names a lead");
        int run = -1;
        while (run + 1 < links.size() && links.get(run + 1).from().compareTo(key) <= 0) {
            run++;
        }
        if (run >= 0 && links.get(run).leadId().equals(leadId)) {
            return null;
        }
        List<SessionLink> added = new ArrayList<>();
        added.add(new SessionLink(key, leadId));
        if (run >= 0) {
            SubjectId holder = SubjectId.lead(links.get(run).leadId());
            Timeline timeline = timelineOf.apply(holder);
            if (timeline == null) {
                return holder;
            }
            EventKey end = run + 1 < links.size() ? links.get(run + 1).from() : null;
            EventKey again = firstIdentified(timeline, key, end);
            if (again != null) {
                added.add(new SessionLink(again, holder.value()));
            }
        }
        links.addAll(run + 1, added);
        for (int i = links.size() - 1; i > 0; i--) {
            if (links.get(i).leadId().equals(links.get(i - 1).leadId())) {
                links.remove(i);
            }
        }
        return null;
    }

    private @Nullable EventKey firstIdentified(Timeline timeline, EventKey after, @Nullable EventKey end) {
        for (int i = timeline.lowerBound(after.micros(), after.sequence(), after.id()); i < timeline.size(); i++) {
            EventView event = timeline.view(i);
            EventKey key = event.key();
            if (end != null && key.compareTo(end) >= 0) {
                return null;
            }
            if (sessionId.equals(event.sessionId()) && event.leadId() != null && key.compareTo(after) > 0) {
                return key;
            }
        }
        return null;
    }

    /** The stretches whose owner is now another than before. */
    List<Move> moves() {
        TreeSet<EventKey> borders = new TreeSet<>(Comparator.naturalOrder());
        before.forEach(link -> borders.add(link.from()));
        links.forEach(link -> borders.add(link.from()));
        List<Move> moves = new ArrayList<>();
        EventKey start = null;
        for (EventKey border : borders) {
            add(moves, start, border);
            start = border;
        }
        add(moves, start, null);
        return moves;
    }

    private void add(List<Move> moves, @Nullable EventKey start, @Nullable EventKey end) {
        SubjectId source = owner(before, start);
        SubjectId target = owner(links, start);
        if (source.equals(target)) {
            return;
        }
        Move last = moves.isEmpty() ? null : moves.get(moves.size() - 1);
        if (last != null
                && last.source().equals(source)
                && last.target().equals(target)
                && java.util.Objects.equals(last.end(), start)) {
            moves.set(moves.size() - 1, new Move(source, target, last.start(), end));
        } else {
            moves.add(new Move(source, target, start, end));
        }
    }
}
