package io.behavioranalytics.decision;

import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.EventKey;
import io.behavioranalytics.event.EventView;
import io.behavioranalytics.event.Micros;
import io.behavioranalytics.event.Retention;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.Timeline;
import io.behavioranalytics.profile.BehaviorPattern;
import io.behavioranalytics.trigger.Cancellation;
import io.behavioranalytics.trigger.Channel;
import io.behavioranalytics.trigger.ScheduledAction;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What happens to one subject in one decision: what comes, what goes, where to fold from, and what follows. Used once. */
final class SubjectUpdate {
    private final Plan plan;
    private final SubjectSnapshot snapshot;
    private final boolean dueClaimed;
    private final boolean everyInstant;
    private final SubjectMemory memory;
    private final List<BehaviorEvent> fresh = new ArrayList<>();
    private final List<EventView> arrivals = new ArrayList<>();
    private final List<EventView> departures = new ArrayList<>();
    private final List<Relink> relinks = new ArrayList<>();
    private final List<Adoption> adopted = new ArrayList<>();
    private final Set<UUID> inherited = new HashSet<>();
    /** Up to when what came from others was decided there, by event. */
    private final Map<UUID, Long> decidedElsewhere = new HashMap<>();

    private long arrivedUntil = Micros.ALWAYS;
    private @Nullable UUID departedBy;
    private long taken;
    private long linkAt = Micros.NEVER;

    private @Nullable ScheduledAction asked;
    private Release release = new Release.Unknown();
    private @Nullable Walk walk;
    private @Nullable SubjectState state;
    private List<EventView> ahead;
    private Checkpoints checkpoints;
    private @Nullable Instant due;
    private SubjectMemory nextMemory;

    /**
     * @param everyInstant whether a correction has to look at every instant; it is slow, and finds the same
     */
    SubjectUpdate(Plan plan, SubjectSnapshot snapshot, boolean dueClaimed, boolean everyInstant) {
        this.plan = plan;
        this.everyInstant = everyInstant;
        this.snapshot = snapshot;
        this.dueClaimed = dueClaimed;
        this.memory = snapshot.memory().copy();
        this.nextMemory = memory;
        this.ahead = snapshot.ahead();
        this.checkpoints = snapshot.checkpoints();
        this.state = snapshot.state().orElse(null);
    }

    /** A session's events in a stretch that name no lead. */
    static List<EventView> anonymous(Timeline timeline, String sessionId, Ownership.Move move) {
        EventKey start = move.start();
        EventKey end = move.end();
        int to = end == null ? timeline.size() : timeline.lowerBound(end);
        List<EventView> found = new ArrayList<>();
        for (int i = start == null ? 0 : timeline.lowerBound(start); i < to; i++) {
            if (timeline.leadId(i) == null && sessionId.equals(timeline.sessionId(i))) {
                found.add(timeline.view(i));
            }
        }
        return found;
    }

    SubjectId subject() {
        return snapshot.subject();
    }

    SubjectSnapshot snapshot() {
        return snapshot;
    }

    void fresh(BehaviorEvent event) {
        fresh.add(event);
    }

    void depart(List<EventView> events, @Nullable UUID cause) {
        departures.addAll(events);
        departedBy = cause;
    }

    void arrive(SubjectSnapshot source, List<EventView> events, String sessionId, Ownership.Move move) {
        arrivals.addAll(events);
        events.forEach(event -> decidedElsewhere.put(event.id(), source.asOf()));
        arrivedUntil = Math.max(arrivedUntil, source.asOf());
        if (!events.isEmpty()) {
            relinks.add(new Relink(source.subject(), sessionId, move.start(), move.end()));
        }
        if (!subject().isLead()) {
            // What comes back by an unlink: where the lead was, the session does not enter anew.
            inherited.addAll(source.memory().members().keySet());
        }
    }

    /**
     * Takes over what a session was sent, since at least a part of what it did is this lead's (S11).
     *
     * <p>Firings are kept without their causes. So each heir takes all of them: a cooldown may then spare a lead whom nothing
     * reached, but nobody is reached twice within one.
     *
     * @param session the session as it was
     * @param pending those of its pending actions whose causes are this lead's from now on
     * @param rest whether what nobody else takes is this lead's too
     */
    void inherit(SubjectSnapshot session, List<SubjectMemory.Pending> pending, boolean rest) {
        memory.inheritFirings(session.memory());
        memory.inheritPending(session.memory(), pending);
        inherited.addAll(session.memory().members().keySet());
        if (rest) {
            adopted.add(Adoption.ofTheRest(session.subject()));
        } else if (!pending.isEmpty()) {
            adopted.add(new Adoption(
                    session.subject(),
                    pending.stream().map(SubjectMemory.Pending::actionId).toList()));
        }
    }

    /** Leaves this session without anything that it was sent: heirs have it. */
    void bequeath() {
        memory.bequeath();
    }

    /** Says when a link of this session takes effect next. */
    void linkAt(long instant) {
        linkAt = instant;
    }

    /** Decides; false if the whole timeline has to be read first. */
    boolean decide(Instant decidedAt) {
        long asOf = snapshot.asOf();
        // A clock that went back, or another host's that is ahead, must not undo what was decided, here or where events
        // come from.
        long now = Math.max(Math.max(Micros.of(decidedAt), asOf), arrivedUntil);
        SubjectFold head = snapshot.fold(plan);
        boolean moved = !arrivals.isEmpty() || !departures.isEmpty();
        boolean late = head != null && !fresh.isEmpty() && isLate(fresh.get(0), head);
        boolean forgets = head != null
                && (head.visibleUntil() <= now || isForgotten(snapshot.ahead(), now) || isForgotten(fresh, now));
        boolean whole = head == null || moved || late || forgets;
        if (whole && snapshot.timeline() == null) {
            return false;
        }
        List<EventView> events;
        SubjectFold fold;
        int start;
        Checkpoints.Builder builder;
        if (head != null && !moved && !late) {
            events = whole ? merged(null) : inOrder(snapshot.ahead(), fresh);
            fold = head;
            start = whole ? firstUnfolded(events, asOf) : 0;
            builder = new Checkpoints.Builder(checkpoints, fold);
        } else if (snapshot.state().isEmpty()) {
            events = merged(null);
            fold = new SubjectFold(plan);
            start = 0;
            builder = new Checkpoints.Builder(Checkpoints.NONE, null);
        } else {
            long change = Math.min(firstChange(), asOf + 1);
            SubjectFold base = head == null ? null : usable(checkpoints.before(change, change - 1));
            events = merged(base);
            start = Decider.firstAt(events, change);
            builder = new Checkpoints.Builder(checkpoints, base);
            fold = base == null ? new SubjectFold(plan) : base.copy();
            EventKey folded = fold.last();
            int from = folded == null ? 0 : Decider.firstBehind(events, folded);
            fold.replay(events, from, start, change - 1, change - 1, builder);
            taken = Math.max(0, start - from);
            if (fold.events() > 0) {
                fold.evaluateAll(change - 1);
            }
        }
        follow(fold, events, start, asOf, now, builder);
        return true;
    }

    private @Nullable SubjectFold usable(@Nullable SubjectFold checkpoint) {
        return checkpoint != null && checkpoint.plan() == plan ? checkpoint : null;
    }

    private boolean isLate(BehaviorEvent first, SubjectFold head) {
        EventKey last = head.last();
        return (last != null && first.key().compareTo(last) < 0) || first.micros() <= memory.lastClock();
    }

    /** Whether one of the events that are still to be folded passes its retention up to an instant. */
    private boolean isForgotten(List<? extends EventView> events, long instant) {
        for (EventView event : events) {
            if (plan.settings().retention().expiresAt(event) <= instant) {
                return true;
            }
        }
        return false;
    }

    /** Where to go on in a whole timeline if nothing is late: new events may lie before the last decision's instant. */
    private int firstUnfolded(List<EventView> events, long asOf) {
        int behind = Decider.firstAt(events, asOf + 1);
        return fresh.isEmpty()
                ? behind
                : Math.min(behind, Decider.firstBehind(events, fresh.get(0).key()) - 1);
    }

    private long firstChange() {
        long first = Micros.NEVER;
        for (EventView event : fresh) {
            first = Math.min(first, event.micros());
        }
        for (EventView event : arrivals) {
            first = Math.min(first, event.micros());
        }
        for (EventView event : departures) {
            first = Math.min(first, event.micros());
        }
        return first;
    }

    /** The timeline as it is from now on; only from a checkpoint on, if nothing before it can be asked for again. */
    private List<EventView> merged(@Nullable SubjectFold base) {
        Timeline timeline = snapshot.timeline();
        if (timeline == null) {
            throw new IllegalStateException("the timeline of " + subject() + " was not read");
        }
        EventKey folded = base == null ? null : base.last();
        int first = 0;
        // An event that passes its retention has the fold made anew from the very beginning.
        if (folded != null && plan.settings().retention().equals(Retention.unlimited())) {
            first = timeline.lowerBound(folded.micros(), folded.sequence(), folded.id());
        }
        if (departures.isEmpty()) {
            return new GrownTimeline(timeline, first, inOrder(List.of(), arrivals, fresh));
        }
        Set<UUID> gone = new HashSet<>();
        departures.forEach(event -> gone.add(event.id()));
        List<EventView> kept = new ArrayList<>(timeline.size() - first + arrivals.size() + fresh.size());
        for (int i = first; i < timeline.size(); i++) {
            EventView event = timeline.view(i);
            if (!gone.contains(event.id())) {
                kept.add(event);
            }
        }
        return inOrder(kept, arrivals, fresh);
    }

    /** Puts a few events at their places among many that are in order. */
    @SafeVarargs
    private static List<EventView> inOrder(List<EventView> sorted, List<? extends EventView>... more) {
        List<EventView> added = new ArrayList<>();
        for (List<? extends EventView> list : more) {
            added.addAll(list);
        }
        if (added.isEmpty()) {
            return sorted;
        }
        added.sort(Comparator.comparing(EventView::key));
        List<EventView> all = new ArrayList<>(sorted.size() + added.size());
        int from = 0;
        for (EventView event : added) {
            int place = Math.max(from, Decider.firstBehind(sorted, event.key()));
            all.addAll(sorted.subList(from, place));
            all.add(event);
            from = place;
        }
        all.addAll(sorted.subList(from, sorted.size()));
        return all;
    }

    private void follow(
            SubjectFold fold, List<EventView> events, int start, long asOf, long now, Checkpoints.Builder builder) {
        Walk walked = new Walk(subject(), fold, memory, news(), asOf, now, builder, everyInstant);
        Set<UUID> gone = new HashSet<>();
        departures.forEach(event -> gone.add(event.id()));
        boolean dissolved = events.isEmpty() && fold.events() == 0 && !gone.isEmpty();
        if (dissolved) {
            walked.dissolve(departedBy);
        } else {
            // Before the walk, which would find the cause of an entry gone and call it superseded.
            walked.firings()
                    .cancel(
                            Cancellation.Reason.UNLINKED,
                            pending -> gone.contains(pending.cause().id()));
            walked.run(events, start);
        }
        if (!subject().isLead() && dissolved) {
            nextMemory = new SubjectMemory();
        }
        if (asked != null) {
            release = walked.firings().release(asked.id(), !Channel.isCoreEffect(asked.action()), walked.fold());
        }
        walk = walked;
        taken += walked.stopped() - start;
        ahead = List.copyOf(events.subList(walked.stopped(), events.size()));
        checkpoints = builder.build();
        SubjectFold folded = walked.fold();
        state = new SubjectState(
                plan.version(),
                Micros.toInstant(now),
                folded.profile().profile(subject(), now, folded.keys()),
                SubjectSnapshot.bytes(folded),
                SubjectSnapshot.bytes(nextMemory));
        long next = Math.min(
                Math.min(
                        Math.min(linkAt, folded.nextWatch()),
                        Math.min(folded.nextFlip(), folded.absences().next())),
                Math.min(
                        folded.visibleUntil(),
                        ahead.isEmpty() ? Micros.NEVER : ahead.get(0).micros()));
        due = next == Micros.NEVER ? null : Micros.toInstant(next);
    }

    private Walk.News news() {
        Set<UUID> freshIds = new HashSet<>();
        fresh.forEach(event -> freshIds.add(event.id()));
        // Who was never decided enters a segment by an event, not by its definition.
        long decidedOn = snapshot.state().map(SubjectState::definitionsVersion).orElse(plan.version());
        List<EventView> newcomers = new ArrayList<>(fresh);
        newcomers.addAll(arrivals);
        BehaviorPattern pattern = snapshot.state()
                .map(decided -> decided.profile().behaviorPattern())
                .orElse(BehaviorPattern.EXPLORING);
        return new Walk.News(newcomers, freshIds, decidedElsewhere, inherited, departedBy, decidedOn, pattern);
    }

    /** Asks about an action that is due, in the decision that follows. */
    void ask(ScheduledAction action) {
        asked = action;
    }

    /** The answer. */
    Release release() {
        return release;
    }

    /** How many events this decision took in, those that it had to take in again included. */
    long folded() {
        return taken;
    }

    SubjectChange change(@Nullable List<SessionLink> links) {
        Walk walked = walk;
        return new SubjectChange(
                subject(),
                snapshot.version(),
                fresh,
                relinks,
                links,
                walked == null ? null : state,
                due,
                dueClaimed,
                walked == null ? List.of() : walked.memberships(),
                walked == null ? List.of() : walked.firings().executions,
                walked == null ? List.of() : walked.firings().skips,
                walked == null ? List.of() : walked.firings().scheduled,
                walked == null ? List.of() : walked.firings().cancelled,
                adopted);
    }

    SubjectSnapshot next(List<SessionLink> links) {
        return snapshot.next(state, links, ahead, walk == null ? null : walk.fold(), nextMemory, checkpoints);
    }
}
