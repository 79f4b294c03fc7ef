package io.behavioranalytics.decision;

import io.behavioranalytics.event.Category;
import io.behavioranalytics.event.EventView;
import io.behavioranalytics.event.Micros;
import io.behavioranalytics.event.SubjectId;
import io.behavioranalytics.profile.BehaviorPattern;
import io.behavioranalytics.segment.Calculations;
import io.behavioranalytics.segment.Cause;
import io.behavioranalytics.segment.MembershipChange;
import io.behavioranalytics.segment.Segment;
import io.behavioranalytics.trigger.TriggerCause;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Walks one subject's timeline from where it changed up to now, instant by instant: at each the events in order, then the
 * expiries, then the timers (S3).
 *
 * <p>Up to the last decision's instant the walk is a correction: it looks what the timeline would have led to, and only where
 * it ends the difference to what was decided is recorded; firings are never retracted (S18). From there on it is live: each
 * change of membership is recorded at its own instant. A trigger on an event is asked at the event's own place, in both parts,
 * but only for events that were never decided before.
 *
 * <p>A correction of a long timeline goes over all that lies between its {@link Waypoints} without asking who was a member, and
 * has {@link Hindsight} look where it must know when a membership began.
 */
final class Walk {
    private static final long UNSET = Micros.ALWAYS;

    /**
     * What is new in this decision.
     *
     * @param newcomers events that were never decided for this subject
     * @param fresh ids of events that were never decided
     * @param arrived up to when events that come from another subject were decided there, by their ids
     * @param inherited segments in which the other subject was already
     * @param movedBy the event by which others of this subject went over to another, or null
     * @param decidedOn the version of the definitions on which the last decision was made
     * @param pattern the behavior pattern as it was decided last
     */
    record News(
            List<EventView> newcomers,
            Set<UUID> fresh,
            Map<UUID, Long> arrived,
            Set<UUID> inherited,
            @Nullable UUID movedBy,
            long decidedOn,
            BehaviorPattern pattern) {}

    private final Plan plan;
    private final SubjectMemory memory;
    private final News news;
    private final long asOf;
    private final long now;
    private final long oldestByEvent;
    private final long oldestByClock;
    private final Firings firings;
    private final Checkpoints.Builder checkpoints;
    private final MembershipLog memberships;
    private final CompletedSequences completed;
    private final BitSet affected = new BitSet();
    private final BitSet redefined = new BitSet();
    private final long[] since;
    private final @Nullable EventView[] sinceEvent;
    private final Hindsight hindsight = new Hindsight();
    private final boolean everyInstant;
    private final WatchedProfile watched;
    private final PendingCauses pending;
    /** Up to when what came from other subjects was decided there. */
    private final long elsewhere;

    private SubjectFold fold;
    private List<? extends EventView> events = List.of();
    private int next;
    private @Nullable EventView firstFresh;

    Walk(
            SubjectId subject,
            SubjectFold fold,
            SubjectMemory memory,
            News news,
            long asOf,
            long now,
            Checkpoints.Builder checkpoints,
            boolean everyInstant) {
        this.plan = fold.plan();
        this.fold = fold;
        this.memory = memory;
        this.news = news;
        this.asOf = asOf;
        this.now = now;
        this.oldestByEvent = now - Plan.micros(plan.settings().maxEventAge());
        this.oldestByClock = now - Plan.micros(plan.settings().maxLateness());
        this.firings = new Firings(plan, subject, memory, now);
        this.memberships = new MembershipLog(plan, subject, memory, news, firings, now);
        this.completed = new CompletedSequences(plan, news, firings, asOf, oldestByEvent, oldestByClock);
        this.checkpoints = checkpoints;
        this.everyInstant = everyInstant;
        this.elsewhere = news.arrived().values().stream()
                .mapToLong(Long::longValue)
                .max()
                .orElse(Micros.ALWAYS);
        this.watched = new WatchedProfile(plan, memory, news, firings, elsewhere);
        this.pending = new PendingCauses(plan, memory, firings, watched, redefined);
        List<Segment> segments = plan.segments();
        this.since = new long[segments.size()];
        this.sinceEvent = new EventView[segments.size()];
        java.util.Arrays.fill(since, UNSET);
        for (int i = 0; i < segments.size(); i++) {
            redefined.set(i, plan.versions().since(i) > news.decidedOn());
        }
    }

    SubjectFold fold() {
        return fold;
    }

    Firings firings() {
        return firings;
    }

    List<MembershipChange> memberships() {
        return memberships.changes();
    }

    /** The place of the first event that is not visible yet. */
    int stopped() {
        return next;
    }

    /**
     * Walks.
     *
     * @param timeline events in order; those before the start are folded already
     * @param start the first place to fold
     */
    void run(List<? extends EventView> timeline, int start) {
        events = timeline;
        next = start;
        long begin = start < timeline.size() ? timeline.get(start).micros() : Micros.NEVER;
        pending.begin(begin);
        Waypoints waypoints = everyInstant
                ? null
                : Waypoints.of(fold, timeline, start, news.newcomers(), memory.pending(), asOf, oldestByEvent);
        completed.begin(fold, begin);
        boolean reconciled = false;
        while (true) {
            long instant = nextInstant();
            if (!reconciled && instant > asOf) {
                pending.checkStates(fold, Micros.plus(asOf, 1));
                reconcile();
                reconciled = true;
            }
            if (instant > now) {
                break;
            }
            if (reconciled) {
                redefine(instant);
            } else {
                pending.checkStates(fold, instant);
                if (waypoints != null && goOver(waypoints.next(instant))) {
                    continue;
                }
            }
            visit(instant, !reconciled);
        }
        redefine(now);
        if (news.decidedOn() != plan.version()) {
            memberships.leaveVanished();
        }
        firings.fire(fold, now);
    }

    private long nextInstant() {
        long instant = next < events.size() ? events.get(next).micros() : Micros.NEVER;
        return Math.min(
                Math.min(Math.min(instant, fold.nextFlip()), fold.nextWatch()),
                Math.min(fold.absences().next(), fold.visibleUntil()));
    }

    /**
     * Folds the events before an instant without asking who is a member.
     *
     * @return false if there are too few of them
     */
    private boolean goOver(long instant) {
        if (!Waypoints.worthwhile(events, next, instant)) {
            return false;
        }
        hindsight.goingOver(events, fold, next, instant - 1);
        long pendingSince = pending.earliest();
        checkpoints.expect(fold.events() + Decider.firstAt(events, instant) - next);
        Absences.Listener prevented = pending.hasAbsence() ? pending::prevented : SubjectFold.UNHEARD;
        for (EventView event = events.get(next); event.micros() < instant; event = events.get(++next)) {
            overUntil(event.micros() - 1);
            fold.apply(event, affected, prevented);
            checkpoints.offer(fold);
            completed.happened(event, fold);
            firings.fire(
                    fold,
                    event.micros()); // what a late event lets come true here is too old, which is all that is asked
            if (event.micros() >= pendingSince) {
                firings.cancelOn(event);
            }
        }
        overUntil(instant - 1);
        fold.passUntil(instant - 1);
        fold.evaluateAll(instant - 1);
        // The clock may have changed something up to here, so whatever comes earlier is late.
        memory.clockChanged(instant - 1);
        return true;
    }

    /** Ends what has waited long enough, one instant after the other. */
    private void overUntil(long instant) {
        for (long at = fold.absences().next();
                at <= instant;
                at = fold.absences().next()) {
            fold.absences().mature(at, completed::matured);
            firings.fire(fold, at);
        }
    }

    private void visit(long instant, boolean correcting) {
        while (next < events.size() && events.get(next).micros() == instant) {
            happen(events.get(next), correcting);
            next++;
        }
        if (fold.visibleUntil() <= instant) {
            forget(instant);
        }
        for (int i = 0; i < since.length; i++) {
            if (fold.mayFlip(i, instant) && fold.evaluate(i, instant)) {
                flipped(i, instant, null, correcting);
            }
        }
        Watches watches = fold.watches();
        if (watches != null && watches.next() <= instant) {
            memory.clockChanged(instant);
            watches.advance(fold.profile(), instant);
            if (!correcting) {
                watched.compare(watches, null, instant, oldest(null));
            }
        }
        firings.fire(fold, instant);
        fold.absences().mature(instant, (rule, start) -> matured(rule, start, instant));
        firings.fire(fold, instant);
    }

    /** S7: what is past its retention is invisible from this instant, so the fold is made anew without it. */
    private void forget(long instant) {
        SubjectFold shorter = new SubjectFold(plan);
        shorter.replay(events, 0, next, instant, instant - 1, new Checkpoints.Builder(Checkpoints.NONE, null));
        shorter.standAs(fold);
        fold = shorter;
        completed.forget(events, next, instant);
        memory.clockChanged(instant);
    }

    private void happen(EventView event, boolean correcting) {
        long instant = event.micros();
        boolean fresh = news.fresh().contains(event.id());
        if (fresh && firstFresh == null) {
            firstFresh = event;
        }
        affected.clear();
        if (fold.events() == 0) {
            affected.set(0, since.length);
        }
        fold.apply(event, affected, pending::prevented);
        checkpoints.offer(fold);
        firings.cancelOn(event);
        for (int i = affected.nextSetBit(0); i >= 0; i = affected.nextSetBit(i + 1)) {
            if (fold.evaluate(i, instant, false)) {
                affected.or(plan.evaluator().dependants(i));
                flipped(i, instant, event, correcting);
            }
        }
        Watches watches = fold.watches();
        if (watches != null && !correcting) {
            watched.compare(watches, event, instant, oldest(event));
        }
        completed.happened(event, fold);
        // An event that was ahead of the clock when it came (S2) is decided now, by the timer.
        boolean undecided = fresh || instant > decidedUntil(event.id());
        if (undecided && !event.imported() && event.category() != Category.SYSTEM) {
            for (CompiledTrigger trigger : plan.onEvent(event.type())) {
                firings.wake(new Firings.Wake(
                        trigger,
                        new TriggerCause.Event(event.id()),
                        SubjectMemory.CauseKind.EVENT,
                        event.key(),
                        null,
                        event,
                        instant,
                        fresh ? oldestByEvent : oldestByClock));
            }
        } else if (correcting && !news.arrived().containsKey(event.id())) {
            pending.checkEvent(fold, event);
        }
        firings.fire(fold, instant);
    }

    private void flipped(int place, long instant, @Nullable EventView event, boolean correcting) {
        if (event == null) {
            memory.clockChanged(instant);
        }
        if (correcting) {
            since[place] = instant;
            sinceEvent[place] = event;
            return;
        }
        if (!redefined.get(place)) {
            Cause cause = event == null ? byTime(place, instant) : new Cause.Event(event.id());
            boolean late = event != null || firstFresh != null;
            change(place, instant, cause, event, late ? oldestByEvent : oldestByClock);
        }
    }

    /** What changed a membership without an event: the clock, or a calculation. */
    private Cause byTime(int place, long instant) {
        Calculations calculations = plan.segments().get(place).calculations();
        return calculations.latest(instant) == instant
                ? new Cause.Calculation(calculations.isDemanded(instant))
                : new Cause.Clock();
    }

    /** The last instant up to the last decision at which a membership may have changed, where none was seen to change it. */
    private long lastChance(int place) {
        long calculated = plan.segments().get(place).calculations().latest(asOf);
        return calculated == Micros.ALWAYS ? asOf : calculated;
    }

    private void change(int place, long effective, Cause cause, @Nullable EventView event, long oldest) {
        memberships.record(place, fold.members().get(place), effective, cause, event, oldest);
    }

    /** Where the correction ends: records the difference between what was decided and what the timeline now says. */
    private void reconcile() {
        if (asOf == Micros.ALWAYS) {
            return;
        }
        List<Segment> segments = plan.segments();
        BitSet corrected = new BitSet();
        for (int i = 0; i < segments.size(); i++) {
            boolean decided = memory.members().containsKey(segments.get(i).id());
            corrected.set(i, !redefined.get(i) && decided != fold.members().get(i));
        }
        if (!corrected.isEmpty()) {
            hindsight.look(corrected, since, checkpoints.build(), (segment, instant, event) -> {
                since[segment] = instant;
                sinceEvent[segment] = event;
            });
        }
        for (int i = corrected.nextSetBit(0); i >= 0; i = corrected.nextSetBit(i + 1)) {
            EventView event = sinceEvent[i] != null ? sinceEvent[i] : firstFresh;
            UUID eventId = event != null ? event.id() : news.movedBy();
            long instant = since[i] == UNSET ? lastChance(i) : since[i];
            Cause cause = eventId == null ? byTime(i, instant) : new Cause.Event(eventId);
            change(i, instant, cause, event, oldestByEvent);
        }
        Watches watches = fold.watches();
        if (watches != null) {
            watched.compare(watches, firstFresh, Micros.ALWAYS, oldest(firstFresh));
        }
        firings.fire(fold, asOf);
    }

    /** Records what changed definitions change, as of the instant from which they hold (S16). */
    private void redefine(long until) {
        for (int i = redefined.nextSetBit(0); i >= 0; i = redefined.nextSetBit(i + 1)) {
            Segment segment = plan.segments().get(i);
            long from = Math.max(asOf, plan.versions().from(i));
            if (from > until && until < now) {
                continue;
            }
            long instant = Math.min(from, now);
            redefined.clear(i);
            if (fold.evaluate(i, instant)) {
                memory.clockChanged(instant);
            }
            SubjectMemory.Member decided = memory.members().get(segment.id());
            boolean member = fold.members().get(i);
            if ((decided != null) != member) {
                change(i, instant, new Cause.Definition(plan.versions().since(i)), null, oldestByClock);
            } else if (decided != null) {
                memory.members()
                        .put(segment.id(), new SubjectMemory.Member(segment.key(), segment.version(), decided.since()));
            }
            firings.fire(fold, instant);
        }
    }

    /** Ends every membership of a subject whose events all went over to another. */
    void dissolve(@Nullable UUID eventId) {
        memberships.dissolve(eventId);
        fold.dissolve();
    }

    private void matured(AbsenceRule rule, Absences.Start start, long instant) {
        memory.clockChanged(instant);
        boolean fresh = news.fresh().contains(start.id()) || completed.isLate(rule, start);
        if (fresh || instant > decidedUntil(start.id())) {
            if (!start.imported()) {
                firings.wake(CompletedSequences.stayedAway(rule, start, instant, oldest(null)));
            }
        } else {
            pending.checkAbsence(fold, rule, start, instant);
        }
    }

    /** What came true before this instant is too old to fire (S18). */
    private long oldest(@Nullable EventView event) {
        return event != null || firstFresh != null ? oldestByEvent : oldestByClock;
    }

    /** Up to when what an event leads to was decided already, for this subject or the one it came from. */
    private long decidedUntil(UUID eventId) {
        return news.arrived().getOrDefault(eventId, asOf);
    }
}
