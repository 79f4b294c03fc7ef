package io.behavioranalytics.segment;

import io.behavioranalytics.condition.CompiledCondition;
import io.behavioranalytics.condition.Condition;
import io.behavioranalytics.condition.Operator;
import io.behavioranalytics.condition.Scope;
import io.behavioranalytics.condition.TimeWindow;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.json.JsonPath;
import io.behavioranalytics.json.Violation;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Events one after the other (S14): the pattern holds if any assignment of events to its steps, in event order, meets all
 * constraints.
 *
 * <p>A negated step is given no event: it forbids its event between its neighbors, or, as the last step, for its {@code within}
 * behind the one before it. Whether a pattern makes sense is checked by {@link #check}.
 *
 * @param steps the steps in order
 * @param within the longest time from the first assigned event to the last, inclusive, or null for any
 * @param strict whether no other event, of whatever type, may lie between two assigned events
 */
public record SequencePattern(List<Step> steps, @Nullable Duration within, boolean strict) {
    /** The most steps of one pattern. */
    public static final int MAX_STEPS = 20;

    /**
     * One step.
     *
     * @param eventType the type of its event, or null for any
     * @param conditions what the event must meet, all of them
     * @param negate whether such an event is forbidden rather than wanted
     * @param minGap the least time since the event before it, inclusive, or null for none
     * @param maxGap the longest time since the event before it, inclusive, or null for any
     * @param within of a negated last step: how long its event must stay away, in (A, A + within]; else null
     */
    public record Step(
            @Nullable EventType eventType,
            List<Condition> conditions,
            boolean negate,
            @Nullable Duration minGap,
            @Nullable Duration maxGap,
            @Nullable Duration within) {
        /** Copies the conditions and truncates the times to microseconds. */
        public Step {
            conditions = List.copyOf(conditions);
            minGap = truncated(minGap);
            maxGap = truncated(maxGap);
            within = truncated(within);
        }

        String words() {
            StringBuilder words = new StringBuilder(negate ? "no " : "");
            words.append(eventType == null ? "any event" : eventType.name());
            if (!conditions.isEmpty()) {
                words.append(" with ")
                        .append(conditions.stream().map(Condition::words).collect(Collectors.joining(" and ")));
            }
            if (minGap != null) {
                words.append(" at least ").append(minGap).append(" later");
            }
            if (maxGap != null) {
                words.append(" at most ").append(maxGap).append(" later");
            }
            return words + (within == null ? "" : " within " + within);
        }

        /**
         * A step that an event of a type takes.
         *
         * @param eventType the type
         * @return the step
         */
        public static Step of(EventType eventType) {
            return new Step(eventType, List.of(), false, null, null, null);
        }

        /**
         * A step that forbids events of a type between its neighbors.
         *
         * @param eventType the type
         * @return the step
         */
        public static Step no(EventType eventType) {
            return new Step(eventType, List.of(), true, null, null, null);
        }

        /**
         * This step with one condition more.
         *
         * @param field a field of the event
         * @param operator how it is compared
         * @param value what it is compared with
         * @return the step
         * @throws IllegalArgumentException if a condition cannot hold the value
         */
        public Step where(String field, Operator operator, @Nullable Object value) {
            List<Condition> more = new ArrayList<>(conditions);
            more.add(Condition.of(field, operator, value));
            return new Step(eventType, more, negate, minGap, maxGap, within);
        }

        /**
         * This step at some distance from the event before it.
         *
         * @param least the least time, or null for none
         * @param longest the longest time, or null for any
         * @return the step
         */
        public Step after(@Nullable Duration least, @Nullable Duration longest) {
            return new Step(eventType, conditions, negate, least, longest, within);
        }

        /**
         * This step, the negated last one, with the time for which its event must stay away.
         *
         * @param time how long
         * @return the step
         */
        public Step within(Duration time) {
            return new Step(eventType, conditions, negate, minGap, maxGap, time);
        }
    }

    /** Copies the steps and truncates the time to microseconds. */
    public SequencePattern {
        steps = List.copyOf(steps);
        within = truncated(within);
    }

    /**
     * Some steps, with any events between them and any time for them.
     *
     * @param steps the steps in order
     * @return the pattern
     */
    public static SequencePattern of(Step... steps) {
        return new SequencePattern(List.of(steps), null, false);
    }

    /**
     * This pattern with a longest time.
     *
     * @param longest from the first event to the last
     * @return the pattern
     */
    public SequencePattern within(Duration longest) {
        return new SequencePattern(steps, longest, strict);
    }

    /**
     * This pattern with nothing else between its events.
     *
     * @return the pattern
     */
    public SequencePattern strictly() {
        return new SequencePattern(steps, within, true);
    }

    /**
     * The pattern, for people.
     *
     * @return such as {@code page_view, then form_start, then no form_submit within PT30M}
     */
    public String words() {
        StringBuilder words = new StringBuilder();
        for (Step step : steps) {
            words.append(words.isEmpty() ? "" : ", then ").append(step.words());
        }
        if (strict) {
            words.append(", with nothing between");
        }
        return words + (within == null ? "" : ", within " + within);
    }

    private static @Nullable Duration truncated(@Nullable Duration duration) {
        return duration == null ? null : duration.truncatedTo(ChronoUnit.MICROS);
    }

    /**
     * Finds everything that is wrong with this pattern.
     *
     * @param path where it stands in the definition
     * @param knownTypes tells which event types there are
     * @param out receives what is wrong
     */
    public void check(String path, Predicate<EventType> knownTypes, List<Violation> out) {
        int faults = out.size();
        if (steps.size() < 2 || steps.size() > MAX_STEPS) {
            out.add(new Violation(
                    JsonPath.child(path, "steps"),
                    "RANGE",
                    "must be 2 to " + MAX_STEPS + " steps, are " + steps.size()));
        }
        checkTime(JsonPath.child(path, "within"), within, true, out);
        Duration least = Duration.ZERO;
        for (int i = 0; i < steps.size(); i++) {
            Step step = steps.get(i);
            String at = JsonPath.element(JsonPath.child(path, "steps"), i);
            checkStep(i, at, knownTypes, out);
            if (step.minGap() != null) {
                least = least.plus(step.minGap());
            }
        }
        if (out.size() == faults && within != null && least.compareTo(within) > 0) {
            out.add(new Violation(
                    JsonPath.child(path, "within"),
                    "CONTRADICTION",
                    "is shorter than the least gaps together, which take " + least + ": this never holds"));
        }
    }

    private void checkStep(int i, String at, Predicate<EventType> knownTypes, List<Violation> out) {
        Step step = steps.get(i);
        boolean last = i == steps.size() - 1;
        if (step.eventType() != null && !knownTypes.test(step.eventType())) {
            out.add(new Violation(
                    JsonPath.child(at, "eventType"),
                    "TYPE",
                    "there is no event type " + step.eventType() + "; declare it in the catalog"));
        }
        for (int c = 0; c < step.conditions().size(); c++) {
            CompiledCondition.compile(
                    step.conditions().get(c), Scope.EVENT, JsonPath.element(JsonPath.child(at, "conditions"), c), out);
        }
        checkTime(JsonPath.child(at, "minGap"), step.minGap(), false, out);
        checkTime(JsonPath.child(at, "maxGap"), step.maxGap(), false, out);
        checkTime(JsonPath.child(at, "within"), step.within(), true, out);
        if (step.negate() && i == 0) {
            out.add(new Violation(
                    JsonPath.child(at, "negate"),
                    "RANGE",
                    "a negated step forbids its event between its neighbors, so it cannot be the first"));
        }
        if ((step.negate() || i == 0) && (step.minGap() != null || step.maxGap() != null)) {
            out.add(new Violation(at, "RANGE", "only a step that is not negated and not the first has gaps"));
        } else if (step.minGap() != null
                && step.maxGap() != null
                && step.minGap().compareTo(step.maxGap()) > 0) {
            out.add(new Violation(JsonPath.child(at, "maxGap"), "RANGE", "must not be shorter than minGap"));
        }
        if (step.negate() && last) {
            if (step.within() == null) {
                out.add(new Violation(
                        JsonPath.child(at, "within"),
                        "REQUIRED",
                        "must be given: how long the event of a negated last step must stay away"));
            }
            if (i > 0 && steps.get(i - 1).negate()) {
                out.add(new Violation(at, "RANGE", "only one negated step may stand behind the last event"));
            }
        } else if (step.within() != null) {
            out.add(new Violation(
                    JsonPath.child(at, "within"), "RANGE", "only a negated last step has its own within"));
        }
    }

    private static void checkTime(String path, @Nullable Duration time, boolean positive, List<Violation> out) {
        if (time != null
                && (time.isNegative() || (positive && time.isZero()) || time.compareTo(TimeWindow.MAX_LENGTH) > 0)) {
            out.add(new Violation(
                    path, "RANGE", "must be " + (positive ? "more than 0" : "0 or more") + " and at most P3650D"));
        }
    }
}
