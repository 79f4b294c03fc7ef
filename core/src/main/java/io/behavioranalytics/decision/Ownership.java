package io.behavioranalytics.decision;

import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.EventKey;
import io.behavioranalytics.event.EventView;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.Timeline;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.BiPredicate;
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
            @Nullable EventKey end) {}

    private final String sessionId;
    private final List<SessionLink> before;
    /** The same list as {@link #before} until the first change. */
    private List<SessionLink> links;
    /** How many links at the beginning are the same in both lists; behind them lies what changed. */
    private int sameFirst;
    /** How many links at the end are the same in both lists. */
    private int sameLast;

    Ownership(String sessionId, List<SessionLink> links) {
        this.sessionId = sessionId;
        this.before = List.copyOf(links);
        this.links = before;
        this.sameFirst = before.size();
        this.sameLast = before.size();
    }

    String sessionId() {
        return sessionId;
    }

    List<SessionLink> links() {
        return List.copyOf(links);
    }

    boolean changed() {
        return links != before;
    }

    SubjectId ownerOf(EventKey key) {
        return owner(links, key);
    }

    private SubjectId owner(List<SessionLink> of, @Nullable EventKey key) {
        if (of.isEmpty()) {
            return SubjectId.session(sessionId);
        }
        int run = key == null ? 0 : Math.max(0, runAt(of, key));
        return SubjectId.lead(of.get(run).leadId());
    }

    /** The place of the last link at or before a key; -1 before the first. */
    static int runAt(List<SessionLink> links, EventKey key) {
        int low = 0;
        int high = links.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (links.get(middle).from().compareTo(key) <= 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low - 1;
    }

    /**
     * Adds an identified event.
     *
     * @param endsBefore whether it is known without reading that every event of a lead lies before a key
     * @param timelineOf the whole timeline of a lead whose run the event may split, or null if it has to be read first
     * @return the lead whose timeline has to be read first, or null if the event was added
     */
    @Nullable
    SubjectId identify(
            BehaviorEvent event,
            BiPredicate<SubjectId, EventKey> endsBefore,
            Function<SubjectId, @Nullable Timeline> timelineOf) {
        EventKey key = event.key();
        String leadId = Objects.requireNonNull(event.leadId(), "an identified event names a lead");
        int run = runAt(links, key);
        if (run >= 0 && links.get(run).leadId().equals(leadId)) {
            return null;
        }
        List<SessionLink> added = new ArrayList<>(2);
        added.add(new SessionLink(key, leadId));
        if (run >= 0) {
            SubjectId holder = SubjectId.lead(links.get(run).leadId());
            if (!endsBefore.test(holder, key)) {
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
        }
        insert(run + 1, added);
        return null;
    }

    /** Puts links at a place; the one that stood there goes if it now names the lead of the one before it. */
    private void insert(int place, List<SessionLink> added) {
        int behind = links.size() - place;
        if (!changed()) {
            links = new ArrayList<>(before);
        }
        links.addAll(place, added);
        int next = place + added.size();
        if (behind > 0 && links.get(next).leadId().equals(links.get(next - 1).leadId())) {
            links.remove(next);
            behind--;
        }
        sameFirst = Math.min(sameFirst, place);
        sameLast = Math.min(sameLast, behind);
    }

    private @Nullable EventKey firstIdentified(Timeline timeline, EventKey after, @Nullable EventKey end) {
        for (int i = timeline.lowerBound(after); i < timeline.size(); i++) {
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
        if (!changed()) {
            return List.of();
        }
        // Where both lists begin alike nothing moves; the last link that is alike is where the first stretch begins.
        int alike = Math.max(0, sameFirst - 1);
        List<SessionLink> old = before.subList(alike, Math.min(before.size(), before.size() - sameLast + 1));
        List<SessionLink> now = links.subList(alike, Math.min(links.size(), links.size() - sameLast + 1));
        TreeSet<EventKey> borders = new TreeSet<>(Comparator.naturalOrder());
        old.forEach(link -> borders.add(link.from()));
        now.forEach(link -> borders.add(link.from()));
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
                && Objects.equals(last.end(), start)) {
            moves.set(moves.size() - 1, new Move(source, target, last.start(), end));
        } else {
            moves.add(new Move(source, target, start, end));
        }
    }
}
