package io.behavioranalytics.decision;

import io.behavioranalytics.event.BehaviorEvent;
import io.behavioranalytics.event.EventKey;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.EventView;
import io.behavioranalytics.event.Micros;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.event.Timeline;
import io.behavioranalytics.trigger.ScheduledAction;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Says what follows from timelines, definitions and an instant: the one function behind live traffic, timers, recalculation and
 * previews. Pure and thread-safe.
 *
 * <p>The design in one paragraph. A subject's timeline is folded in event order into accumulators; a segment's answer is
 * evaluated from them together with the instant until which it holds. So an event in order costs one step, time costs a look at
 * the earliest such instant, and a late event costs folding again from a checkpoint before it: the accumulators are the same as
 * if it had come in order (S8). What was sent to the world is a fact and stays (S18).
 */
public final class Decider {
    private final Plan plan;
    private final boolean everyInstant;
    private final LongAdder folded = new LongAdder();

    /**
     * Decides under a plan.
     *
     * @param plan the definitions
     */
    public Decider(Plan plan) {
        this(plan, false);
    }

    /** One that may have to look at every instant of a correction, against which the one that does not is proven. */
    Decider(Plan plan, boolean everyInstant) {
        this.plan = plan;
        this.everyInstant = everyInstant;
    }

    /**
     * The definitions.
     *
     * @return the plan
     */
    public Plan plan() {
        return plan;
    }

    /** How many events all decisions took in: the measure of the work, where time would be no measure for a test. */
    long foldedEvents() {
        return folded.sum();
    }

    /**
     * The subjects that have to be loaded before an event can be decided: its session, its lead, or both.
     *
     * @param event the event
     * @return one or two subjects
     */
    public static List<SubjectId> subjectsOf(BehaviorEvent event) {
        List<SubjectId> subjects = new ArrayList<>(2);
        String sessionId = event.sessionId();
        if (sessionId != null) {
            subjects.add(SubjectId.session(sessionId));
        }
        String leadId = event.leadId();
        if (leadId != null) {
            subjects.add(SubjectId.lead(leadId));
        }
        return subjects;
    }

    /**
     * The lead whose run of a session an event falls into: it may own the event, or lose what follows it.
     *
     * @param event an event of the session
     * @param links the session's links
     * @return the lead, or empty if the session is not linked
     */
    public static Optional<SubjectId> holderOf(BehaviorEvent event, List<SessionLink> links) {
        SessionLink run = links.isEmpty() ? null : links.get(Math.max(0, Ownership.runAt(links, event.key())));
        return run == null || run.isUnlink() ? Optional.empty() : Optional.of(SubjectId.lead(run.leadId()));
    }

    /**
     * Decides about subjects that belong together.
     *
     * @param subjects the snapshots of all subjects of the events; absent ones as {@link SubjectSnapshot#absent}
     * @param events new events, none of them stored; without any, every subject given is decided again
     * @param dueClaimed subjects whose due instant the caller has claimed; they are decided in any case
     * @param now the decision instant; a subject that was decided at a later one is decided at that again
     * @return what follows, or what has to be read first
     */
    public Decision decide(
            Map<SubjectId, SubjectSnapshot> subjects,
            List<BehaviorEvent> events,
            Set<SubjectId> dueClaimed,
            Instant now) {
        return new Unit(subjects, events, dueClaimed, now, null).decide();
    }

    /**
     * Says whether an action that is due may be begun. The decision is worth a commit only if it cancels the action.
     *
     * @param subjects the action's subject, and what a first answer asked for
     * @param action the action
     * @param now the decision instant
     * @return what follows, with its {@link Decision.Decided#release}, or what has to be read first
     */
    public Decision release(Map<SubjectId, SubjectSnapshot> subjects, ScheduledAction action, Instant now) {
        return new Unit(subjects, List.of(), Set.of(), now, action).decide();
    }

    /** One question; used once. */
    private final class Unit {
        private final Map<SubjectId, SubjectSnapshot> subjects;
        private final List<BehaviorEvent> events;
        private final Set<SubjectId> dueClaimed;
        private final Instant now;
        private final @Nullable ScheduledAction asked;
        private final Map<SubjectId, Boolean> needs = new LinkedHashMap<>();
        private final Map<String, Ownership> ownerships = new TreeMap<>();
        private final Map<SubjectId, SubjectUpdate> updates = new LinkedHashMap<>();
        private final Map<UUID, SubjectId> placed = new HashMap<>();
        private @Nullable Release release;
        /** Subjects whose timelines decided where links lie, or that nothing moves: their versions are relied on. */
        private final Set<SubjectId> consulted = new LinkedHashSet<>();

        Unit(
                Map<SubjectId, SubjectSnapshot> subjects,
                List<BehaviorEvent> events,
                Set<SubjectId> dueClaimed,
                Instant now,
                @Nullable ScheduledAction asked) {
            this.asked = asked;
            this.subjects = subjects;
            this.events = new ArrayList<>(events);
            this.events.sort(Comparator.comparing(BehaviorEvent::key));
            this.dueClaimed = dueClaimed;
            this.now = now;
        }

        Decision decide() {
            resolveSessions();
            if (needs.isEmpty()) {
                placeEvents();
            }
            if (needs.isEmpty()) {
                ownerships.values().forEach(this::move);
            }
            if (!needs.isEmpty()) {
                return new Decision.NeedsHistory(needs);
            }
            for (SubjectId subject : events.isEmpty() ? subjects.keySet() : dueClaimed) {
                SubjectSnapshot snapshot = subjects.get(subject);
                if (snapshot != null && snapshot.state().isPresent()) {
                    update(snapshot);
                }
            }
            SubjectUpdate subject = asked == null ? null : updates.get(asked.subject());
            if (asked != null && subject != null) {
                subject.ask(asked);
            }
            ownerships.values().forEach(this::follow);
            for (SubjectUpdate update : updates.values()) {
                if (!update.decide(now)) {
                    needs.put(update.subject(), true);
                }
                folded.add(update.folded());
            }
            if (asked != null && needs.isEmpty()) {
                SubjectUpdate update = updates.get(asked.subject());
                release = update == null ? new Release.Unknown() : update.release();
            }
            return needs.isEmpty() ? decided() : new Decision.NeedsHistory(needs);
        }

        private void resolveSessions() {
            for (SubjectSnapshot snapshot : subjects.values()) {
                if (!snapshot.subject().isLead()) {
                    ownership(snapshot.subject().value());
                } else {
                    for (EventView event : snapshot.ahead()) {
                        // It may make a link, or have become another's by one that waited with it.
                        String sessionId = event.sessionId();
                        if (event.micros() <= Micros.of(now) && sessionId != null) {
                            ownership(sessionId);
                        }
                    }
                }
            }
            for (BehaviorEvent event : events) {
                String sessionId = event.sessionId();
                Ownership ownership = sessionId == null ? null : ownership(sessionId);
                SubjectId unread = null;
                if (ownership != null && event.leadId() != null) {
                    unread = ownership.identify(event, this::endsBefore, this::timelineOf);
                } else if (ownership != null && event.type().equals(EventType.UNLINK)) {
                    unread = ownership.unlink(event.key(), this::endsBefore, this::timelineOf);
                }
                if (unread != null) {
                    needs.put(unread, true);
                }
            }
        }

        private @Nullable Timeline timelineOf(SubjectId lead) {
            SubjectSnapshot snapshot = subjects.get(lead);
            return snapshot == null ? null : snapshot.timeline();
        }

        /** Whose a session's events are; null if the session has to be read first. */
        private @Nullable Ownership ownership(String sessionId) {
            SubjectSnapshot session = subjects.get(SubjectId.session(sessionId));
            if (session == null) {
                needs.put(SubjectId.session(sessionId), false);
                return null;
            }
            return ownerships.computeIfAbsent(sessionId, id -> new Ownership(session, Micros.of(now)));
        }

        /** Decides a session that a link waits for, so that its state says up to when links took effect, and when the next does. */
        private void follow(Ownership ownership) {
            SubjectSnapshot session = subjects.get(SubjectId.session(ownership.sessionId()));
            if (session == null) {
                return;
            }
            long next = ownership.nextEffect();
            boolean follows = session.state().isPresent() || next != Micros.NEVER;
            if (follows && (ownership.changed() || ownership.advances())) {
                update(session);
            }
            SubjectUpdate update = updates.get(session.subject());
            if (update != null) {
                update.linkAt(next);
            }
        }

        /** Whether every event of a subject is known to lie before a place, without reading them. */
        private boolean endsBefore(SubjectId subject, EventKey key) {
            SubjectSnapshot snapshot = subjects.get(subject);
            // Whatever it answers is true of this version only: another host may be adding an event.
            consulted.add(subject);
            return snapshot != null && snapshot.endsBefore(key, plan);
        }

        private void placeEvents() {
            for (BehaviorEvent event : events) {
                String leadId = event.leadId();
                SubjectId owner;
                if (leadId != null) {
                    owner = SubjectId.lead(leadId);
                } else {
                    Ownership ownership = ownerships.get(event.sessionId());
                    if (ownership == null) {
                        throw new IllegalArgumentException("event " + event.id() + " has neither a lead nor a session");
                    }
                    owner = ownership.ownerOf(event.key());
                }
                placed.put(event.id(), owner);
                SubjectSnapshot snapshot = subjects.get(owner);
                if (snapshot == null) {
                    needs.putIfAbsent(owner, false);
                } else {
                    update(snapshot).fresh(event);
                }
            }
        }

        private void move(Ownership ownership) {
            Map<UUID, SubjectId> left = new LinkedHashMap<>();
            for (Ownership.Move move : ownership.moves()) {
                SubjectSnapshot source = subjects.get(move.source());
                EventKey start = move.start();
                // The usual link is made now, and nobody has done anything later: then nothing has to be read.
                boolean nothing = start != null && endsBefore(move.source(), start);
                if (source == null || (!nothing && source.version() > 0 && source.timeline() == null)) {
                    needs.put(move.source(), true);
                    continue;
                }
                List<EventView> moved = nothing || source.timeline() == null
                        ? List.of()
                        : SubjectUpdate.anonymous(source.timeline(), ownership.sessionId(), move);
                if (!move.source().isLead()) {
                    moved.forEach(event -> left.put(event.id(), move.target()));
                }
                if (moved.isEmpty()) {
                    // That nothing moves is true of this version only: another host may be adding what should.
                    consulted.add(move.source());
                    continue;
                }
                SubjectSnapshot target = whole(move.target());
                if (target != null) {
                    update(source).depart(moved, leadAfter(move));
                    update(target).arrive(source, moved, ownership.sessionId(), move);
                }
            }
            SubjectSnapshot session = subjects.get(SubjectId.session(ownership.sessionId()));
            if (session != null && !session.memory().isEmpty() && ownership.linked()) {
                bequeath(session, ownership, left);
            }
        }

        /**
         * Has the leads of a session take over its memory: all whom events or pending actions go to.
         *
         * @param left the events that leave it and to whom they go
         */
        private void bequeath(SubjectSnapshot session, Ownership ownership, Map<UUID, SubjectId> left) {
            Map<SubjectId, List<SubjectMemory.Pending>> heirs = new LinkedHashMap<>();
            left.values().forEach(lead -> heirs.putIfAbsent(lead, new ArrayList<>()));
            for (SubjectMemory.Pending pending : session.memory().pending()) {
                // Where no event is the cause, or it was deleted, the place of the cause says whose it would be.
                SubjectId lead = left.getOrDefault(pending.cause().id(), ownership.ownerOf(pending.cause()));
                heirs.computeIfAbsent(lead, any -> new ArrayList<>()).add(pending);
            }
            if (heirs.isEmpty()) {
                heirs.put(ownership.firstOwner(), List.of());
            }
            boolean rest = true;
            for (Map.Entry<SubjectId, List<SubjectMemory.Pending>> heir : heirs.entrySet()) {
                SubjectSnapshot lead = whole(heir.getKey());
                if (lead != null) {
                    update(lead).inherit(session, heir.getValue(), rest);
                }
                rest = false;
            }
            update(session).bequeath();
        }

        /** A subject with its timeline; null if that has to be read first. */
        private @Nullable SubjectSnapshot whole(SubjectId subject) {
            SubjectSnapshot snapshot = subjects.get(subject);
            if (snapshot == null || (snapshot.version() > 0 && snapshot.timeline() == null)) {
                needs.put(subject, true);
                return null;
            }
            return snapshot;
        }

        /** The first new event that names the target, or unlinks it: the cause of the move, as far as one can be named. */
        private @Nullable UUID leadAfter(Ownership.Move move) {
            for (BehaviorEvent event : events) {
                boolean unlinks = !move.target().isLead()
                        && event.type().equals(EventType.UNLINK)
                        && move.target().value().equals(event.sessionId());
                if (unlinks || (move.target().isLead() && move.target().value().equals(event.leadId()))) {
                    return event.id();
                }
            }
            return null;
        }

        private SubjectUpdate update(SubjectSnapshot snapshot) {
            return updates.computeIfAbsent(
                    snapshot.subject(),
                    subject -> new SubjectUpdate(plan, snapshot, dueClaimed.contains(subject), everyInstant));
        }

        private Decision decided() {
            List<SubjectChange> changes = new ArrayList<>();
            Map<SubjectId, SubjectSnapshot> next = new HashMap<>();
            Set<SubjectId> sessions = new LinkedHashSet<>();
            for (Ownership ownership : ownerships.values()) {
                SubjectId session = SubjectId.session(ownership.sessionId());
                sessions.add(session);
                SubjectSnapshot snapshot = subjects.get(session);
                SubjectUpdate update = updates.get(session);
                if (snapshot == null) {
                    continue;
                }
                if (update == null && !ownership.changed()) {
                    changes.add(SubjectChange.guard(session, snapshot.version()));
                } else {
                    SubjectUpdate linked =
                            update != null ? update : new SubjectUpdate(plan, snapshot, false, everyInstant);
                    List<SessionLink> links = ownership.changed() ? ownership.links() : null;
                    changes.add(linked.change(links));
                    next.put(session, linked.next(ownership.links()));
                }
            }
            for (SubjectUpdate update : updates.values()) {
                if (!sessions.contains(update.subject())) {
                    changes.add(update.change(null));
                    next.put(update.subject(), update.next(update.snapshot().links()));
                }
            }
            for (SubjectId subject : consulted) {
                SubjectSnapshot snapshot = subjects.get(subject);
                if (snapshot != null && !sessions.contains(subject) && !updates.containsKey(subject)) {
                    changes.add(SubjectChange.guard(subject, snapshot.version()));
                }
            }
            if (changes.isEmpty()) {
                subjects.values()
                        .forEach(snapshot -> changes.add(SubjectChange.guard(snapshot.subject(), snapshot.version())));
            }
            changes.sort(Comparator.comparing(SubjectChange::subject));
            return new Decision.Decided(new CommitUnit(changes), next, placed, release);
        }
    }

    /** The place of the first event at or behind an instant. */
    static int firstAt(List<? extends EventView> events, long micros) {
        int low = 0;
        int high = events.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (events.get(middle).micros() < micros) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** The place of the first event behind another. */
    static int firstBehind(List<? extends EventView> events, EventKey key) {
        int place = firstAt(events, key.micros());
        while (place < events.size() && events.get(place).key().compareTo(key) <= 0) {
            place++;
        }
        return place;
    }
}
