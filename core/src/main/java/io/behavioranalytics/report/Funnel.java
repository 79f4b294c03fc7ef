package io.behavioranalytics.report;

import io.behavioranalytics.json.InvalidDefinitionException;
import io.behavioranalytics.json.Violation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Asks how many get from a first step to a last one, where they drop out, and how long it takes them.
 *
 * <p>An <em>attempt</em> begins with an event of the first step that lies in the filter's range. Later steps have to follow it within the
 * window, its end included, which no later step prolongs; they may lie behind the range. An event fills one step of an attempt.
 * Immutable; made by {@link #builder()}.
 *
 * @param steps 2 to {@value #MOST_STEPS}
 * @param window from the first step's event to the last step's, 1 microsecond to {@link #LONGEST_WINDOW}
 * @param windowEvents the most events, of any kind, from behind the first step's to the last step's, 1 or more; null for any number
 * @param order how steps have to follow each other
 * @param ties how events of one instant follow each other
 * @param counting what is counted
 * @param selection which attempt counts
 * @param strictness what makes {@link Selection#LATEST_START} stricter
 * @param exclusions events that void an attempt
 * @param holding fields whose values all events of an attempt have in common, at most 3
 * @param breakdown by which fields' values the answer is split, or null
 * @param trend the interval of entries by date, or null for none
 * @param leads the most leads that are named for each step, 0 to {@value #MOST_LEADS}
 * @param filter whose events are seen; an attempt has to begin within its range
 */
public record Funnel(
        List<Step> steps,
        Duration window,
        @Nullable Integer windowEvents,
        Order order,
        Ties ties,
        Counting counting,
        Selection selection,
        Set<Strictness> strictness,
        List<Exclusion> exclusions,
        List<String> holding,
        @Nullable Breakdown breakdown,
        @Nullable CalendarInterval trend,
        int leads,
        ReportFilter filter)
        implements Question<FunnelReport> {
    /** The most steps. */
    public static final int MOST_STEPS = 20;

    /** The most exclusions. */
    public static final int MOST_EXCLUSIONS = 20;

    /** The most leads that are named for each step. */
    public static final int MOST_LEADS = 100_000;

    /** The longest window: 10 years. */
    public static final Duration LONGEST_WINDOW = Duration.ofDays(3_650);

    private static final int MOST_FIELDS = 3;

    /** How steps have to follow each other. */
    public enum Order {
        /** One after the other; other events may lie between. */
        ORDERED,
        /** Each by the very next event that is seen. */
        STRICT,
        /** In any order: the k-th step is reached when k different steps are done. */
        ANY
    }

    /** How events of one instant follow each other. */
    public enum Ties {
        /** As everywhere: by sequence, then by id (S1). */
        BY_SEQUENCE,
        /** By the first step that they fit, so that a tie is never out of order; then by sequence. */
        BY_STEP
    }

    /** What is counted. */
    public enum Counting {
        /** Each subject once, with the attempt that is selected. */
        UNIQUES,
        /** Every attempt; the next one begins after the last one converted, timed out or was voided. */
        TOTALS,
        /** Each visit once, with the attempt that is selected in it; attempts do not go on from visit to visit. */
        VISITS
    }

    /** Which attempt counts, of a subject or visit. */
    public enum Selection {
        /** The one that goes deepest, of these the earliest. */
        BEST_ATTEMPT,
        /**
         * The one that the newest start carries on: a step may be filled again at any time, and then goes on from the newest way to the step
         * before it. One event may fill several steps. Known from column stores as {@code windowFunnel}.
         */
        LATEST_START
    }

    /** What makes {@link Selection#LATEST_START} stricter. */
    public enum Strictness {
        /** A step that comes again, other than the first, ends the search. */
        DEDUPLICATION,
        /** Once it has begun, an event of no step, or a step whose step before is missing, ends the search. */
        ORDER,
        /** Every step has to be later than the one before it; without it one instant suffices. */
        INCREASE,
        /** An event fills one step of a chain. */
        ONCE,
        /** With {@link #ORDER}: a step whose step before is missing is passed over. */
        REENTRY
    }

    /**
     * A step.
     *
     * @param event which events fill it
     * @param optional whether it may be left out; not the first and not the last
     * @param firstEver whether only the first event of the subject's whole history that fits it counts
     */
    public record Step(EventChoice event, boolean optional, boolean firstEver) {
        /**
         * A step that is required.
         *
         * @param event which events fill it
         * @return the step
         */
        public static Step of(EventChoice event) {
            return new Step(event, false, false);
        }

        /**
         * This step, which may be left out. It counts if its event lies between those of the required steps around it.
         *
         * @return the step
         */
        public Step asOptional() {
            return new Step(event, true, firstEver);
        }

        /**
         * This step, filled only by the subject's first event ever that fits it, in the range or before.
         *
         * @return the step
         */
        public Step asFirstEver() {
            return new Step(event, optional, true);
        }
    }

    /**
     * An event that voids an attempt, as if it had not been; another attempt may still count. It does so between the events of two
     * steps, or until the window's end if the later one is not reached. In any order, steps are numbers of steps done.
     *
     * @param event which events
     * @param fromStep after this step, 1 to one less than the steps; a required one
     * @param toStep before this step, behind {@code fromStep}; a required one
     */
    public record Exclusion(EventChoice event, int fromStep, int toStep) {}

    /**
     * How the answer is split by the values of fields.
     *
     * @param fields 1 to 3, such as {@code properties.plan}
     * @param attribution at which of the attempt's events they are read
     * @param step with {@link Attribution#STEP}, which step's, from 1; else 0
     */
    public record Breakdown(List<String> fields, Attribution attribution, int step) {
        /** Copies the fields. */
        public Breakdown {
            fields = List.copyOf(fields);
            Objects.requireNonNull(attribution, "attribution");
        }
    }

    /** At which of the attempt's events the values of a breakdown are read. */
    public enum Attribution {
        /** For each field at the first event of a step that has it. */
        FIRST,
        /** For each field at the last event of a step that has it. */
        LAST,
        /** At the event of one step; attempts that have not reached it have no value. */
        STEP
    }

    /**
     * Copies the lists and checks the whole.
     *
     * @throws InvalidDefinitionException listing everything that is wrong
     */
    public Funnel {
        steps = List.copyOf(steps);
        exclusions = List.copyOf(exclusions);
        holding = List.copyOf(holding);
        strictness =
                strictness.isEmpty() ? Set.of() : java.util.Collections.unmodifiableSet(EnumSet.copyOf(strictness));
        Objects.requireNonNull(order, "order");
        Objects.requireNonNull(ties, "ties");
        Objects.requireNonNull(counting, "counting");
        Objects.requireNonNull(selection, "selection");
        Objects.requireNonNull(filter, "filter");
        List<Violation> faults = new ArrayList<>();
        checkSteps(steps, order, faults);
        if (window.compareTo(Duration.ofNanos(1_000)) < 0 || window.compareTo(LONGEST_WINDOW) > 0) {
            range("window", "must be 1 microsecond to " + LONGEST_WINDOW + ": " + window, faults);
        }
        if (windowEvents != null && windowEvents < 1) {
            range("windowEvents", "must be 1 or more: " + windowEvents, faults);
        }
        checkExclusions(steps, exclusions, faults);
        fields("holding", holding, 0, faults);
        if (breakdown != null) {
            fields("breakdown.fields", breakdown.fields(), 1, faults);
            boolean atStep = breakdown.attribution() == Attribution.STEP;
            if (atStep ? breakdown.step() < 1 || breakdown.step() > steps.size() : breakdown.step() != 0) {
                range(
                        "breakdown.step",
                        "must be 1 to " + steps.size() + " with attribution step, else 0: " + breakdown.step(),
                        faults);
            }
        }
        if (leads < 0 || leads > MOST_LEADS) {
            range("leads", "must be 0 to " + MOST_LEADS + ": " + leads, faults);
        }
        if (selection == Selection.LATEST_START) {
            if (order != Order.ORDERED
                    || counting != Counting.UNIQUES
                    || windowEvents != null
                    || !exclusions.isEmpty()
                    || steps.stream().anyMatch(Step::optional)) {
                faults.add(
                        new Violation(
                                "selection",
                                "UNSUPPORTED",
                                "latest start is offered for uniques of ordered steps, all of them required, without exclusions and windows of events"));
            }
        } else if (!strictness.isEmpty()) {
            faults.add(new Violation("strictness", "UNSUPPORTED", "is offered with selection latest start alone"));
        }
        if (!faults.isEmpty()) {
            throw new InvalidDefinitionException(faults);
        }
    }

    private static void checkSteps(List<Step> steps, Order order, List<Violation> faults) {
        int size = steps.size();
        if (size < 2 || size > MOST_STEPS) {
            range("steps", "must be 2 to " + MOST_STEPS + ": " + size, faults);
        }
        for (int i = 0; i < size; i++) {
            EventMatcher.of(steps.get(i).event(), "steps[" + i + "]", faults);
            if (steps.get(i).optional() && (i == 0 || i == size - 1)) {
                range("steps[" + i + "].optional", "must be false: the first and the last step are required", faults);
            }
            if (steps.get(i).optional() && order == Order.ANY) {
                faults.add(new Violation(
                        "steps[" + i + "].optional",
                        "UNSUPPORTED",
                        "must be false: in any order all steps are required"));
            }
        }
    }

    private static void checkExclusions(List<Step> steps, List<Exclusion> exclusions, List<Violation> faults) {
        if (exclusions.size() > MOST_EXCLUSIONS) {
            range("exclusions", "must be at most " + MOST_EXCLUSIONS + ": " + exclusions.size(), faults);
        }
        for (int i = 0; i < exclusions.size(); i++) {
            Exclusion exclusion = exclusions.get(i);
            String path = "exclusions[" + i + "]";
            EventMatcher.of(exclusion.event(), path, faults);
            if (exclusion.fromStep() < 1
                    || exclusion.toStep() <= exclusion.fromStep()
                    || exclusion.toStep() > steps.size()) {
                range(
                        path,
                        "must go from a step to a later one of 1 to " + steps.size() + ": from " + exclusion.fromStep()
                                + " to " + exclusion.toStep(),
                        faults);
            } else if (steps.get(exclusion.fromStep() - 1).optional()
                    || steps.get(exclusion.toStep() - 1).optional()) {
                range(path, "must go from a required step to a required one", faults);
            }
        }
    }

    private static void fields(String path, List<String> fields, int least, List<Violation> faults) {
        if (fields.size() < least || fields.size() > MOST_FIELDS || new HashSet<>(fields).size() < fields.size()) {
            range(path, "must be " + least + " to " + MOST_FIELDS + " different fields: " + fields.size(), faults);
        }
        for (int i = 0; i < fields.size(); i++) {
            EventProperty.of(fields.get(i), path + "[" + i + "]", faults);
        }
    }

    private static void range(String path, String message, List<Violation> faults) {
        faults.add(new Violation(path, "RANGE", message));
    }

    @Override
    public boolean readsOutlines() {
        return counting != Counting.VISITS
                && steps.stream().allMatch(step -> step.event().isByType())
                && exclusions.stream().allMatch(exclusion -> exclusion.event().isByType())
                && holding.stream().allMatch(EventProperty::isInOutline)
                && (breakdown == null || breakdown.fields().stream().allMatch(EventProperty::isInOutline));
    }

    @Override
    public TimelineFold<FunnelReport> fold(ReportTerms terms) {
        return new FunnelFold(this, terms);
    }

    /**
     * A funnel of ordered steps, 14 days, each subject once with its best attempt; name the steps.
     *
     * @return a builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /** Collects what a {@link Funnel} is made of. Not thread-safe. */
    public static final class Builder {
        private final List<Step> steps = new ArrayList<>();
        private final List<Exclusion> exclusions = new ArrayList<>();
        private final Set<Strictness> strictness = EnumSet.noneOf(Strictness.class);
        private List<String> holding = List.of();
        private Duration window = Duration.ofDays(14);
        private @Nullable Integer windowEvents;
        private Order order = Order.ORDERED;
        private Ties ties = Ties.BY_SEQUENCE;
        private Counting counting = Counting.UNIQUES;
        private Selection selection = Selection.BEST_ATTEMPT;
        private @Nullable Breakdown breakdown;
        private @Nullable CalendarInterval trend;
        private int leads;
        private ReportFilter filter = ReportFilter.everything();

        private Builder() {}

        /**
         * Adds a required step.
         *
         * @param event which events fill it
         * @return this
         */
        public Builder step(EventChoice event) {
            return step(Step.of(event));
        }

        /**
         * Adds a step.
         *
         * @param step the step
         * @return this
         */
        public Builder step(Step step) {
            steps.add(step);
            return this;
        }

        /**
         * Sets the window; 14 days unless set.
         *
         * @param longest from the first step's event to the last step's
         * @return this
         */
        public Builder within(Duration longest) {
            window = longest;
            return this;
        }

        /**
         * Bounds the events of an attempt, of any kind, beside its window; unbounded unless set.
         *
         * @param most from behind the first step's event to the last step's
         * @return this
         */
        public Builder withinEvents(int most) {
            windowEvents = most;
            return this;
        }

        /**
         * Sets how steps follow each other; {@link Order#ORDERED} unless set.
         *
         * @param how the order
         * @return this
         */
        public Builder order(Order how) {
            order = how;
            return this;
        }

        /**
         * Sets how events of one instant follow each other; {@link Ties#BY_SEQUENCE} unless set.
         *
         * @param how the order
         * @return this
         */
        public Builder ties(Ties how) {
            ties = how;
            return this;
        }

        /**
         * Sets what is counted; {@link Counting#UNIQUES} unless set.
         *
         * @param what subjects, attempts or visits
         * @return this
         */
        public Builder count(Counting what) {
            counting = what;
            return this;
        }

        /**
         * Lets the newest start count instead of the best attempt.
         *
         * @param modes what makes it stricter
         * @return this
         */
        public Builder latestStart(Strictness... modes) {
            selection = Selection.LATEST_START;
            strictness.addAll(List.of(modes));
            return this;
        }

        /**
         * Adds an event that voids an attempt.
         *
         * @param event which events
         * @param fromStep after this step, from 1
         * @param toStep before this step
         * @return this
         */
        public Builder exclude(EventChoice event, int fromStep, int toStep) {
            exclusions.add(new Exclusion(event, fromStep, toStep));
            return this;
        }

        /**
         * Holds fields constant: all events of an attempt, and those that void it, have the values of its first event. An event without
         * a value for each of them is of no attempt.
         *
         * @param fields at most 3
         * @return this
         */
        public Builder holdingConstant(String... fields) {
            holding = List.of(fields);
            return this;
        }

        /**
         * Splits the answer by values of fields.
         *
         * @param attribution at which of the attempt's events they are read; for that of one step see {@link #breakdownAtStep}
         * @param fields 1 to 3
         * @return this
         */
        public Builder breakdown(Attribution attribution, String... fields) {
            breakdown = new Breakdown(List.of(fields), attribution, 0);
            return this;
        }

        /**
         * Splits the answer by values of fields at one step's event.
         *
         * @param step the step, from 1
         * @param fields 1 to 3
         * @return this
         */
        public Builder breakdownAtStep(int step, String... fields) {
            breakdown = new Breakdown(List.of(fields), Attribution.STEP, step);
            return this;
        }

        /**
         * Asks for the trend, by the dates at which attempts began.
         *
         * @param interval how long each line of it is
         * @return this
         */
        public Builder trend(CalendarInterval interval) {
            trend = interval;
            return this;
        }

        /**
         * Asks for the leads who dropped out at each step, and those who converted.
         *
         * @param most the most of each, by their order
         * @return this
         */
        public Builder leads(int most) {
            leads = most;
            return this;
        }

        /**
         * Sets whose events are seen; everybody's unless set.
         *
         * @param events the filter; its range is that of first steps
         * @return this
         */
        public Builder filter(ReportFilter events) {
            filter = events;
            return this;
        }

        /**
         * Makes the funnel.
         *
         * @return the funnel
         * @throws InvalidDefinitionException listing everything that is wrong
         */
        public Funnel build() {
            return new Funnel(
                    steps,
                    window,
                    windowEvents,
                    order,
                    ties,
                    counting,
                    selection,
                    strictness,
                    exclusions,
                    holding,
                    breakdown,
                    trend,
                    leads,
                    filter);
        }
    }
}
