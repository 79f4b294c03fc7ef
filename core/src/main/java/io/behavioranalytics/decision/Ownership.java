package io.behavioranalytics.decision;

import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.EventKey;
import io.behavioranalytics.event.EventView;
import io.behavioranalytics.event.Micros;
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
 * the first later one, in event order; without any, the session itself. An identified event before an unlink of the session does not
 * count.
 *
 * <p>An identified event ahead of the clock is kept among the links at once, and takes no effect before its instant (S2). Links
 * hold no more than where the lead changes, so those up to an instant are what the events up to it alone would have made.
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
    /** Whether an unlink stands in one of the lists. */
    private boolean unlinks;
    /** Up to which instant links were in effect when the session was decided last. */
    private final long effectiveBefore;
    /** Up to which instant they are now. */
    private final long effective;

    /**
     * @param session the session; one without a state has no link that waits
     * @param now the decision instant; what was in effect at a later one stays so
     */
    Ownership(SubjectSnapshot session, long now) {
        sessionId = session.subject().value();
        before = List.copyOf(session.links());
        links = before;
        sameFirst = before.size();
        sameLast = before.size();
        unlinks = before.stream().anyMatch(SessionLink::isUnlink);
        long last = before.isEmpty()
                ? Micros.ALWAYS
                : before.get(before.size() - 1).from().micros();
        effectiveBefore = session.state().isPresent() ? session.asOf() : last;
        effective = Math.max(effectiveBefore, now);
        forgetUnlinked();
    }

    /** Leaves out what stands before an unlink that has taken effect; nothing that comes later can make it count again. */
    private void forgetUnlinked() {
        int unlink = upTo(effective, links).size() - 1;
        while (unlink >= 0 && !links.get(unlink).isUnlink()) {
            unlink--;
        }
        if (unlink > 0) {
            links = new ArrayList<>(links.subList(unlink, links.size()));
        }
        unlinks |= links.stream().anyMatch(SessionLink::isUnlink);
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

    /** Whether links that waited for their instant take effect now. */
    boolean advances() {
        return upTo(effectiveBefore, before).size() != upTo(effective, before).size();
    }

    /** The instant at which the next link takes effect, or {@link Micros#NEVER}. */
    long nextEffect() {
        int seen = upTo(effective, links).size();
        return seen == links.size() ? Micros.NEVER : links.get(seen).from().micros();
    }

    SubjectId ownerOf(EventKey key) {
        return owner(counting(effective, links), key);
    }

    /** Whose the beginning of the session is. */
    SubjectId firstOwner() {
        return owner(counting(effective, links), null);
    }

    /** Whether the session was nobody's before and is somebody's now. */
    boolean linked() {
        return counting(effectiveBefore, before).isEmpty()
                && !counting(effective, links).isEmpty();
    }

    /** The links that count at an instant: those behind the last unlink. */
    static List<SessionLink> counting(long instant, List<SessionLink> links) {
        List<SessionLink> known = upTo(instant, links);
        int first = known.size();
        while (first > 0 && !known.get(first - 1).isUnlink()) {
            first--;
        }
        return known.subList(first, known.size());
    }

    private static List<SessionLink> upTo(long instant, List<SessionLink> links) {
        int count = links.size();
        while (count > 0 && links.get(count - 1).from().micros() > instant) {
            count--;
        }
        return links.subList(0, count);
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
        return add(new SessionLink(key, leadId), run, endsBefore, timelineOf);
    }

    /**
     * Adds an unlink: identified events before it do not count any more once it takes effect.
     *
     * @param key its place
     * @param endsBefore as for {@link #identify}
     * @param timelineOf as for {@link #identify}
     * @return the lead whose timeline has to be read first, or null if the unlink was added
     */
    @Nullable
    SubjectId unlink(
            EventKey key,
            BiPredicate<SubjectId, EventKey> endsBefore,
            Function<SubjectId, @Nullable Timeline> timelineOf) {
        return add(SessionLink.unlink(key), runAt(links, key), endsBefore, timelineOf);
    }

    private @Nullable SubjectId add(
            SessionLink link,
            int run,
            BiPredicate<SubjectId, EventKey> endsBefore,
            Function<SubjectId, @Nullable Timeline> timelineOf) {
        EventKey key = link.from();
        List<SessionLink> added = new ArrayList<>(2);
        added.add(link);
        if (run >= 0 && !links.get(run).isUnlink()) {
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
        forgetUnlinked();
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
        if (behind > 0
                && !links.get(next).isUnlink()
                && links.get(next).leadId().equals(links.get(next - 1).leadId())) {
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
        if (!changed() && !advances()) {
            return List.of();
        }
        List<SessionLink> seen = counting(effectiveBefore, before);
        List<SessionLink> sees = counting(effective, links);
        if (unlinks) {
            return moves(seen, sees, seen, sees);
        }
        // Where both lists begin alike nothing moves; the last link that is alike is where the first stretch begins.
        int alike = Math.max(0, Math.min(sameFirst, Math.min(seen.size(), sees.size())) - 1);
        // They end alike only if the same links wait.
        int waiting = before.size() - seen.size();
        int alikeLast = waiting == links.size() - sees.size() ? Math.max(0, sameLast - waiting) : 0;
        List<SessionLink> old = seen.subList(alike, Math.min(seen.size(), seen.size() - alikeLast + 1));
        List<SessionLink> now = sees.subList(alike, Math.min(sees.size(), sees.size() - alikeLast + 1));
        return moves(seen, sees, old, now);
    }

    /** The stretches between the links of two lists whose owner is another by the one and by the other. */
    private List<Move> moves(
            List<SessionLink> seen, List<SessionLink> sees, List<SessionLink> old, List<SessionLink> now) {
        TreeSet<EventKey> borders = new TreeSet<>(Comparator.naturalOrder());
        old.forEach(link -> borders.add(link.from()));
        now.forEach(link -> borders.add(link.from()));
        List<Move> moves = new ArrayList<>();
        EventKey start = null;
        for (EventKey border : borders) {
            add(moves, seen, sees, start, border);
            start = border;
        }
        add(moves, seen, sees, start, null);
        return moves;
    }

    private void add(
            List<Move> moves,
            List<SessionLink> seen,
            List<SessionLink> sees,
            @Nullable EventKey start,
            @Nullable EventKey end) {
        SubjectId source = owner(seen, start);
        SubjectId target = owner(sees, start);
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
