package io.behavioranalytics.segment;

import io.behavioranalytics.condition.CompiledCondition;
import io.behavioranalytics.condition.Condition;
import io.behavioranalytics.condition.Scope;
import io.behavioranalytics.condition.Truth;
import io.behavioranalytics.event.Category;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.EventView;
import io.behavioranalytics.event.Micros;
import io.behavioranalytics.json.JsonPath;
import io.behavioranalytics.json.Violation;
import java.io.DataInput;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A {@link SequencePattern} made ready: it takes events in order and tells which of them completes an assignment of events to
 * steps. Immutable and thread-safe.
 *
 * <p>All that a continuation asks of an assignment is when its first and its last event happened. Of two that wait at one step,
 * the later is as good or better in both, unless the next step's {@code minGap} still holds it back. So of those that are held
 * back by nothing only the newest is kept, and beside it those that a {@code minGap} holds back, at most {@value
 * SequenceProgress#MOST_WAITING}; more are dropped, oldest first, which {@link SequenceProgress} remembers.
 *
 * <p>A negated last step is not waited for here: who uses the matcher asks {@link #waits()} and {@link #prevents}.
 */
public final class SequenceMatcher {
    /** No assignment was completed. */
    static final long NONE = Micros.ALWAYS;

    /** The events that a step accepts. */
    record Accepted(@Nullable EventType type, List<CompiledCondition> conditions) {
        Truth test(EventView event) {
            if (type != null && !type.equals(event.type())) {
                return Truth.FALSE;
            }
            return Accumulator.all(conditions, event);
        }
    }

    /** A step that takes an event, and what is forbidden between the event before and its own. */
    record Stage(Accepted accepted, long minGap, long maxGap, List<Accepted> forbidden) {}

    private final SequencePattern pattern;
    private final List<Stage> stages;
    private final @Nullable Accepted stayingAway;
    private final long waits;
    private final long within;
    private final boolean firstsMatter;

    private SequenceMatcher(
            SequencePattern pattern, List<Stage> stages, @Nullable Accepted stayingAway, boolean firstsMatter) {
        this.pattern = pattern;
        this.stages = List.copyOf(stages);
        this.stayingAway = stayingAway;
        this.waits = stayingAway == null
                ? 0
                : micros(pattern.steps().get(pattern.steps().size() - 1).within(), 0);
        this.within = micros(pattern.within(), Micros.NEVER);
        this.firstsMatter = firstsMatter || pattern.within() != null;
    }

    /**
     * Makes a pattern ready for a question that is not about a window: what happened when does not matter but for the pattern's
     * own times.
     *
     * @param pattern a pattern that was checked
     * @param path where it stands in the definition
     * @param out receives what does not compile
     * @return the matcher
     */
    public static SequenceMatcher compile(SequencePattern pattern, String path, List<Violation> out) {
        return compile(pattern, path, out, false);
    }

    /**
     * Makes a pattern ready.
     *
     * @param firstsMatter whether it is asked when the first event of an assignment happened
     */
    static SequenceMatcher compile(SequencePattern pattern, String path, List<Violation> out, boolean firstsMatter) {
        List<Stage> stages = new ArrayList<>();
        List<Accepted> forbidden = new ArrayList<>();
        for (int i = 0; i < pattern.steps().size(); i++) {
            SequencePattern.Step step = pattern.steps().get(i);
            List<CompiledCondition> conditions = new ArrayList<>();
            for (Condition condition : step.conditions()) {
                String at = JsonPath.element(JsonPath.child(path, "steps"), i);
                conditions.add(CompiledCondition.compile(condition, Scope.EVENT, at, out));
            }
            Accepted accepted = new Accepted(step.eventType(), List.copyOf(conditions));
            if (step.negate()) {
                forbidden.add(accepted);
            } else {
                stages.add(new Stage(
                        accepted,
                        micros(step.minGap(), 0),
                        micros(step.maxGap(), Micros.NEVER),
                        List.copyOf(forbidden)));
                forbidden.clear();
            }
        }
        return new SequenceMatcher(pattern, stages, forbidden.isEmpty() ? null : forbidden.get(0), firstsMatter);
    }

    private static long micros(@Nullable Duration duration, long otherwise) {
        return duration == null ? otherwise : Micros.of(duration);
    }

    /**
     * The pattern.
     *
     * @return as given
     */
    public SequencePattern pattern() {
        return pattern;
    }

    /**
     * The types of event that it has to be shown.
     *
     * @return the types, or empty for all
     */
    public Set<EventType> types() {
        Set<EventType> types = new TreeSet<>();
        for (SequencePattern.Step step : pattern.steps()) {
            if (pattern.strict() || step.eventType() == null) {
                return Set.of();
            }
            types.add(step.eventType());
        }
        return types;
    }

    /** The steps that take an event, in order. */
    List<Stage> stages() {
        return stages;
    }

    /** Whether an event may meet a step or not, which nobody can tell. */
    boolean mayBeUnknown() {
        return pattern.steps().stream().anyMatch(step -> !step.conditions().isEmpty());
    }

    /**
     * Tells whether a completed assignment holds only when an event has stayed away for a while (S5).
     *
     * @return true if the last step is negated
     */
    public boolean waits() {
        return stayingAway != null;
    }

    /**
     * For how long the event of a negated last step must stay away: in (A, A + this], A being the event that completed.
     *
     * @return microseconds, 0 if the last step is not negated
     */
    public long waitMicros() {
        return waits;
    }

    /**
     * Tells whether an event is the one that must stay away.
     *
     * @param event any event
     * @return unknown if the step's conditions are; false if the last step is not negated
     */
    public Truth prevents(EventView event) {
        return stayingAway == null || event.category() == Category.SYSTEM ? Truth.FALSE : stayingAway.test(event);
    }

    /**
     * Progress before the first event.
     *
     * @return nothing
     */
    public SequenceProgress newProgress() {
        return new SequenceProgress(stages.size() - 1);
    }

    /**
     * Reads what {@link SequenceProgress#writeTo} wrote for an equal pattern.
     *
     * @param in where from
     * @return the progress
     * @throws IOException if the bytes are no such progress
     */
    public SequenceProgress readProgress(DataInput in) throws IOException {
        return SequenceProgress.readFrom(in, stages.size() - 1);
    }

    /**
     * Takes the next event and tells whether it completes an assignment: whether it is, for certain, the last event that a step
     * wants. System events are not seen.
     *
     * @param event not before any event given earlier; none of the {@link #types()} may be left out
     * @param progress changed
     * @return true if it does; at most one answer for one event, however many assignments it completes
     */
    public boolean completes(EventView event, SequenceProgress progress) {
        return event.category() != Category.SYSTEM && apply(event, progress, true, true) != NONE;
    }

    /**
     * Takes the next event.
     *
     * @param mayBeAssigned whether it lies in the window; one that does not can still be in the way
     * @param certainly whether only certain matches count, and all that may be in the way; else the other way round
     * @return the latest first event of an assignment that it completes, or {@link #NONE}
     */
    long apply(EventView event, SequenceProgress progress, boolean mayBeAssigned, boolean certainly) {
        return apply(event, progress, mayBeAssigned, certainly, null);
    }

    /**
     * Takes the next event and lets somebody see which assignments it continues.
     *
     * @param trail is told of each step that the event takes
     */
    long apply(
            EventView event,
            SequenceProgress progress,
            boolean mayBeAssigned,
            boolean certainly,
            @Nullable SequenceTrail trail) {
        long now = event.micros();
        long completed = NONE;
        // From the last step to the first, so that no event takes two steps of one assignment.
        for (int i = stages.size() - 1; i >= 0; i--) {
            Stage stage = stages.get(i);
            SequenceProgress.Waiting before = i == 0 ? null : progress.at(i - 1);
            long first = NONE;
            boolean possible = mayBeAssigned && (before == null || before.size() > 0);
            if (possible && counts(stage.accepted.test(event), certainly)) {
                first = before == null ? (firstsMatter ? now : 0) : first(before, stage, now);
                if (first != NONE && trail != null) {
                    trail.took(i, event, before == null ? 0 : before.last(before.newestUntil(now - stage.minGap)));
                }
            }
            if (before != null && before.size() > 0 && isInTheWay(stage, event, !certainly)) {
                before.clear();
            }
            if (first == NONE) {
                continue;
            }
            if (i == stages.size() - 1) {
                completed = first;
            } else {
                add(progress, i, first, now);
            }
        }
        return completed;
    }

    static boolean counts(Truth truth, boolean certainly) {
        return truth == Truth.TRUE || (!certainly && truth == Truth.UNKNOWN);
    }

    private boolean isInTheWay(Stage stage, EventView event, boolean certainly) {
        if (pattern.strict()) {
            return true;
        }
        for (Accepted forbidden : stage.forbidden) {
            if (counts(forbidden.test(event), certainly)) {
                return true;
            }
        }
        return false;
    }

    /** The first event of the newest assignment that an event may continue; if that one is too old, all others are. */
    private long first(SequenceProgress.Waiting waiting, Stage stage, long now) {
        int newest = waiting.newestUntil(now - stage.minGap);
        if (newest < 0 || isOver(waiting, newest, stage, now)) {
            return NONE;
        }
        return waiting.first(newest);
    }

    private boolean isOver(SequenceProgress.Waiting waiting, int place, Stage next, long now) {
        return now - waiting.last(place) > next.maxGap || (firstsMatter && now - waiting.first(place) > within);
    }

    private void add(SequenceProgress progress, int step, long first, long now) {
        SequenceProgress.Waiting waiting = progress.at(step);
        Stage next = stages.get(step + 1);
        int gone = Math.max(0, waiting.newestUntil(now - next.minGap));
        while (gone < waiting.size() && isOver(waiting, gone, next, now)) {
            gone++;
        }
        waiting.removeFirst(gone);
        int newest = waiting.size() - 1;
        if (newest >= 0 && (next.minGap == 0 || waiting.last(newest) == now)) {
            waiting.removeLast();
        } else if (newest >= 0 && next.maxGap == Micros.NEVER && waiting.first(newest) == first) {
            return; // It begins no later and may be continued earlier.
        }
        if (waiting.size() == SequenceProgress.MOST_WAITING) {
            progress.lose(waiting.first(0));
            waiting.removeFirst(1);
        }
        waiting.add(first, now);
    }

    /**
     * A text that is equal for matchers that can read each other's progress.
     *
     * @return the description
     */
    public String describe() {
        StringBuilder text = new StringBuilder();
        text.append(within).append(' ').append(pattern.strict()).append(' ').append(firstsMatter);
        for (SequencePattern.Step step : pattern.steps()) {
            text.append('|')
                    .append(step.eventType())
                    .append(' ')
                    .append(step.negate())
                    .append(' ')
                    .append(step.minGap())
                    .append(' ')
                    .append(step.maxGap())
                    .append(' ')
                    .append(step.within())
                    .append(' ')
                    .append(CounterKey.describe(step.conditions()));
        }
        return text.toString();
    }
}
