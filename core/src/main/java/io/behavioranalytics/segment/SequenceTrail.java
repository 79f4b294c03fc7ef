package io.behavioranalytics.segment;

import io.behavioranalytics.condition.SeenStep;
import io.behavioranalytics.condition.SeenStep.Outcome;
import io.behavioranalytics.condition.TimeWindow;
import io.behavioranalytics.condition.Truth;
import io.behavioranalytics.event.EventView;
import io.behavioranalytics.event.Micros;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which events took which steps: what the {@link SequenceMatcher} forgets on its way and an explanation needs. It watches the
 * matcher, so that nothing is assigned a second way. Used once, for one instant.
 */
final class SequenceTrail {
    /** An event that took a step, behind the one that took the step before. */
    private record Taken(
            EventView event, int place, @Nullable Taken before) {
        EventView first() {
            Taken first = this;
            while (first.before != null) {
                first = first.before;
            }
            return first.event;
        }
    }

    /** Why the next step was not met. */
    private record Failure(int step, @Nullable EventView event, String reason, Outcome outcome) {}

    private final SequenceMatcher matcher;
    private final SequencePattern pattern;
    private final TimeWindow window;
    private final long now;
    private final boolean certainly;
    private final SequenceProgress progress;
    /** For each step, who took it, by the instant, which is how the matcher's progress knows them. */
    private final List<TreeMap<Long, Taken>> taken = new ArrayList<>();
    /** Where the steps that take events stand in the pattern. */
    private final List<Integer> places = new ArrayList<>();

    private final List<EventView> events = new ArrayList<>();
    private final Deque<Taken> waiting = new ArrayDeque<>();
    private @Nullable Taken completed;
    private @Nullable Taken held;
    private @Nullable Taken prevented;
    private @Nullable EventView preventer;

    /**
     * @param now the instant of the question
     * @param certainly whether only certain matches count, and all that may be in the way; else the other way round
     */
    SequenceTrail(Sequence sequence, long now, boolean certainly) {
        this.matcher = sequence.matcher();
        this.pattern = matcher.pattern();
        this.window = sequence.window();
        this.now = now;
        this.certainly = certainly;
        this.progress = matcher.newProgress();
        for (int i = 0; i < pattern.steps().size(); i++) {
            if (!pattern.steps().get(i).negate()) {
                places.add(i);
                taken.add(new TreeMap<>());
            }
        }
    }

    /** Takes the next visible event that the host has not set itself. */
    void take(EventView event) {
        events.add(event);
        completed = null;
        matcher.apply(event, progress, window.contains(event.micros(), now), certainly, this);
        forget();
        if (!matcher.waits()) {
            held = completed == null ? held : completed;
            return;
        }
        while (!waiting.isEmpty() && lastMicros(waiting.getFirst()) < event.micros() - matcher.waitMicros()) {
            held = waiting.removeFirst();
        }
        if (SequenceMatcher.counts(matcher.prevents(event), !certainly)) {
            while (!waiting.isEmpty() && lastMicros(waiting.getFirst()) < event.micros()) {
                prevented = waiting.removeFirst();
                preventer = event;
            }
        }
        if (completed != null) {
            waiting.addLast(completed);
        }
    }

    /** The matcher says that an event takes a step behind the event of an instant. */
    void took(int stage, EventView event, long lastMicros) {
        Taken own = new Taken(
                event,
                events.size() - 1,
                stage == 0 ? null : taken.get(stage - 1).get(lastMicros));
        taken.get(stage).put(event.micros(), own);
        if (stage == places.size() - 1) {
            completed = own;
        }
    }

    /** Lets go of what the matcher does not wait with any more, but for the newest. */
    private void forget() {
        for (int i = 0; i < taken.size() - 1; i++) {
            TreeMap<Long, Taken> kept = taken.get(i);
            SequenceProgress.Waiting waits = progress.at(i);
            if (!kept.isEmpty()) {
                kept.headMap(waits.size() > 0 ? Math.min(waits.last(0), kept.lastKey()) : kept.lastKey())
                        .clear();
            }
        }
    }

    private static long lastMicros(Taken assignment) {
        return assignment.event.micros();
    }

    /** What became of each step, by the assignment that holds or else by the one that came furthest. */
    List<SeenStep> steps() {
        while (!waiting.isEmpty() && lastMicros(waiting.getFirst()) <= now - matcher.waitMicros()) {
            held = waiting.removeFirst();
        }
        if (held != null) {
            return steps(chain(held), null);
        }
        int last = pattern.steps().size() - 1;
        if (!waiting.isEmpty()) {
            Taken newest = waiting.getLast();
            long until = Micros.plus(lastMicros(newest), matcher.waitMicros());
            boolean stays = window.leavesAt(newest.first().micros()) > until;
            String reason = (stays ? "not before " : "the window ends before ") + Micros.toInstant(until);
            return steps(chain(newest), new Failure(last, null, reason, stays ? Outcome.OPEN : Outcome.FAILED));
        }
        if (prevented != null) {
            return steps(chain(prevented), new Failure(last, preventer, "it came", Outcome.FAILED));
        }
        for (int i = places.size() - 2; i >= 0; i--) {
            if (!taken.get(i).isEmpty()) {
                return furthest(i);
            }
        }
        return steps(List.of(), none(0));
    }

    private List<SeenStep> furthest(int stage) {
        int next = stage + 1;
        SequenceProgress.Waiting waits = progress.at(stage);
        for (int i = waits.size() - 1; i >= 0; i--) {
            Taken assignment = taken.get(stage).get(waits.last(i));
            if (assignment != null && isOpen(assignment, next)) {
                return steps(chain(assignment), none(next));
            }
        }
        Taken newest = taken.get(stage).lastEntry().getValue();
        return steps(chain(newest), failure(newest, next));
    }

    /** Whether an event may still come that continues an assignment. */
    private boolean isOpen(Taken assignment, int next) {
        SequenceMatcher.Stage stage = matcher.stages().get(next);
        long last = lastMicros(assignment);
        long first = assignment.first().micros();
        long earliest = Math.max(now, Micros.plus(last, stage.minGap()));
        return earliest - last <= stage.maxGap()
                && earliest - first <= within()
                && (window instanceof TimeWindow.Absolute
                        ? window.contains(earliest, earliest)
                        : window.leavesAt(first) > earliest);
    }

    private long within() {
        return pattern.within() == null ? Micros.NEVER : Micros.of(pattern.within());
    }

    private Failure none(int stage) {
        boolean over = window instanceof TimeWindow.Absolute absolute
                && !Micros.toInstant(now).isBefore(absolute.end());
        return new Failure(places.get(stage), null, "none came", over ? Outcome.FAILED : Outcome.OPEN);
    }

    /** Looks for the event that ended an assignment, in the order in which the matcher asks. */
    private Failure failure(Taken assignment, int next) {
        SequenceMatcher.Stage stage = matcher.stages().get(next);
        long last = lastMicros(assignment);
        long first = assignment.first().micros();
        EventView early = null;
        int begin = assignment.place + 1;
        for (EventView event : events.subList(begin, events.size())) {
            if (SequenceMatcher.counts(stage.accepted().test(event), certainly)) {
                if (event.micros() - last < stage.minGap()) {
                    early = early == null ? event : early;
                } else if (event.micros() - last > stage.maxGap() || event.micros() - first > within()) {
                    return failed(next, event, "it came too late");
                } else if (!window.contains(event.micros(), now)) {
                    return failed(next, event, "it came outside of the window");
                }
            }
            for (int i = 0; i < stage.forbidden().size(); i++) {
                if (SequenceMatcher.counts(stage.forbidden().get(i).test(event), !certainly)) {
                    return new Failure(places.get(next - 1) + 1 + i, event, "it came", Outcome.FAILED);
                }
            }
            if (pattern.strict()) {
                return failed(next, event, "another event came first");
            }
        }
        return early == null ? failed(next, null, "none came in time") : failed(next, early, "it came too early");
    }

    private Failure failed(int stage, @Nullable EventView event, String reason) {
        return new Failure(places.get(stage), event, reason, Outcome.FAILED);
    }

    private static List<Taken> chain(Taken newest) {
        Deque<Taken> chain = new ArrayDeque<>();
        for (Taken at = newest; at != null; at = at.before) {
            chain.addFirst(at);
        }
        return List.copyOf(chain);
    }

    private List<SeenStep> steps(List<Taken> chain, @Nullable Failure failure) {
        List<SeenStep> steps = new ArrayList<>();
        int took = 0;
        for (int i = 0; i < pattern.steps().size(); i++) {
            SequencePattern.Step step = pattern.steps().get(i);
            String words = step.words();
            if (failure != null && i == failure.step) {
                EventView event = failure.event;
                steps.add(new SeenStep(words, failure.outcome, event == null ? null : event.id(), failure.reason));
            } else if (failure != null && (i > failure.step || (!step.negate() && took == chain.size()))) {
                steps.add(new SeenStep(words, Outcome.NOT_REACHED, null, null));
            } else if (step.negate()) {
                steps.add(stayedAway(i, chain, took, words));
            } else {
                EventView event = chain.get(took).event;
                boolean certain = matcher.stages().get(took).accepted().test(event) == Truth.TRUE;
                took++;
                steps.add(new SeenStep(words, certain ? Outcome.MET : Outcome.MAY_BE_MET, event.id(), null));
            }
        }
        return steps;
    }

    /** A negated step that did not fail: for certain, or as far as can be told. */
    private SeenStep stayedAway(int place, List<Taken> chain, int took, String words) {
        boolean last = place == pattern.steps().size() - 1;
        int begin = chain.get(took - 1).place + 1;
        int end = took < chain.size() ? chain.get(took).place : events.size();
        for (EventView event : events.subList(begin, end)) {
            Truth came;
            if (last) {
                long behind = event.micros() - lastMicros(chain.get(took - 1));
                came = behind > 0 && behind <= matcher.waitMicros() ? matcher.prevents(event) : Truth.FALSE;
            } else {
                int i = place - places.get(took - 1) - 1;
                came = matcher.stages().get(took).forbidden().get(i).test(event);
            }
            if (came != Truth.FALSE) {
                return new SeenStep(words, Outcome.MAY_BE_MET, event.id(), "it may have come");
            }
        }
        return new SeenStep(words, Outcome.MET, null, null);
    }
}
