package io.behavioranalytics.report;

import io.behavioranalytics.condition.Operator;
import io.behavioranalytics.json.InvalidDefinitionException;
import io.behavioranalytics.json.Violation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Asks what came of what was spent: leads and conversions by source against the host's costs, the conversion of groups against a
 * control, the time from a trigger to an agent's contact, leads by agent, and what customers are worth. Immutable; made by
 * {@link #builder(ReportFilter)}.
 *
 * @param lead which events make a subject a lead: its first one ever, if it lies in the range
 * @param conversion which events are conversions; their {@code value} is what they brought, nothing if there is none
 * @param source the field that tells where a subject came from
 * @param attribution which of the sources before a lead or conversion gets it
 * @param lookback how long before it a source may lie, that instant included; 0 to 3,650 days
 * @param costs what the sources cost; those that lie in the range in part count by time
 * @param groups who is compared with a control, or null
 * @param confidence of the intervals, more than 0 and less than 1
 * @param response which waits are measured, or null
 * @param agent the field that tells which agent an event is of, or null
 * @param horizon how many weeks the model of lifetime value looks ahead, or null for no lifetime value
 * @param discount what a week takes off, 0 to 1
 * @param filter whose events are seen
 */
public record ReturnOnInvestment(
        EventChoice lead,
        EventChoice conversion,
        String source,
        Attribution attribution,
        Duration lookback,
        List<Cost> costs,
        @Nullable ComparedGroups groups,
        double confidence,
        @Nullable Response response,
        @Nullable String agent,
        @Nullable Double horizon,
        double discount,
        ReportFilter filter)
        implements Question<ReturnOnInvestmentReport> {
    private static final Duration LONGEST = Duration.ofDays(3_650);
    private static final int MOST_COSTS = 100_000;

    /** Which of the sources that a subject came from before a lead or conversion gets it. */
    public enum Attribution {
        /** The first within the lookback. */
        FIRST,
        /** The last. */
        LAST,
        /**
         * Each event with a source gets an equal part, to 34 digits; what that leaves of the whole goes to the last.
         */
        LINEAR
    }

    /**
     * A wait: from an event that asks for an agent to the first contact behind it.
     *
     * @param trigger which events begin one, unless one is open
     * @param contact which events end it
     * @param within how long a contact is waited for, that instant included; behind it the wait is over without one
     */
    public record Response(EventChoice trigger, EventChoice contact, Duration within) {}

    /**
     * Checks the whole.
     *
     * @throws InvalidDefinitionException listing everything that is wrong
     */
    public ReturnOnInvestment {
        costs = List.copyOf(costs);
        Objects.requireNonNull(attribution, "attribution");
        List<Violation> faults = new ArrayList<>();
        EventMatcher.of(lead, "lead", faults);
        EventMatcher.of(conversion, "conversion", faults);
        EventProperty.of(source, "source", faults);
        if (agent != null) {
            EventProperty.of(agent, "agent", faults);
        }
        if (lookback.isNegative() || lookback.compareTo(LONGEST) > 0) {
            faults.add(new Violation("lookback", "RANGE", "must be 0 to 3650 days: " + lookback));
        }
        if (costs.size() > MOST_COSTS) {
            faults.add(new Violation("costs", "RANGE", "must be at most " + MOST_COSTS + ": " + costs.size()));
        }
        if (!(1 - confidence > 0 && 1 - confidence < 1)) {
            faults.add(new Violation(
                    "confidence", "RANGE", "must be between 0 and 1, and told apart from both: " + confidence));
        }
        if (response != null) {
            EventMatcher.of(response.trigger(), "response.trigger", faults);
            EventMatcher.of(response.contact(), "response.contact", faults);
            if (response.within().isNegative() || response.within().compareTo(LONGEST) > 0) {
                faults.add(new Violation("response.within", "RANGE", "must be 0 to 3650 days: " + response.within()));
            }
        }
        if (horizon != null && !(horizon > 0 && horizon <= 10_000)) {
            faults.add(new Violation("horizon", "RANGE", "must be more than 0 and at most 10000: " + horizon));
        }
        if (!(discount >= 0 && discount <= 1)) {
            faults.add(new Violation("discount", "RANGE", "must be 0 to 1: " + discount));
        }
        if (!faults.isEmpty()) {
            throw new InvalidDefinitionException(faults);
        }
    }

    /**
     * Begins with: any event makes a lead, conversions are of the category {@code conversion}, the source is the field {@code source},
     * the last one within 90 days counts, intervals of 95 %, and nothing else is asked.
     *
     * @param filter whose events are seen
     * @return a builder
     */
    public static Builder builder(ReportFilter filter) {
        return new Builder(filter);
    }

    @Override
    public TimelineFold<ReturnOnInvestmentReport> fold(ReportTerms terms) {
        return new ReturnOnInvestmentFold(this, terms);
    }

    /** Collects what is asked. Not thread-safe. */
    public static final class Builder {
        private final ReportFilter filter;
        private final List<Cost> costs = new ArrayList<>();
        private EventChoice lead = EventChoice.any();
        private EventChoice conversion = EventChoice.any().where("category", Operator.EQUALS, "conversion");
        private String source = "source";
        private Attribution attribution = Attribution.LAST;
        private Duration lookback = Duration.ofDays(90);
        private @Nullable ComparedGroups groups;
        private double confidence = 0.95;
        private @Nullable Response response;
        private @Nullable String agent;
        private @Nullable Double horizon;
        private double discount;

        private Builder(ReportFilter filter) {
            this.filter = Objects.requireNonNull(filter, "filter");
        }

        /**
         * Says what makes a lead.
         *
         * @param events which events
         * @return this
         */
        public Builder lead(EventChoice events) {
            lead = events;
            return this;
        }

        /**
         * Says what a conversion is.
         *
         * @param events which events
         * @return this
         */
        public Builder conversion(EventChoice events) {
            conversion = events;
            return this;
        }

        /**
         * Says where sources are read, and which of them counts.
         *
         * @param field such as {@code source} or {@code properties.campaign}
         * @param which which of several
         * @param within how long before
         * @return this
         */
        public Builder source(String field, Attribution which, Duration within) {
            source = field;
            attribution = which;
            lookback = within;
            return this;
        }

        /**
         * Adds costs.
         *
         * @param more what sources cost
         * @return this
         */
        public Builder costs(List<Cost> more) {
            costs.addAll(more);
            return this;
        }

        /**
         * Asks for the lift of groups against their control.
         *
         * @param compared the groups
         * @param level the confidence of the intervals
         * @return this
         */
        public Builder against(ComparedGroups compared, double level) {
            groups = compared;
            confidence = level;
            return this;
        }

        /**
         * Asks how long it takes from a trigger to a contact.
         *
         * @param trigger which events ask for an agent
         * @param contact which events are an agent's contact
         * @param within how long one is waited for
         * @return this
         */
        public Builder response(EventChoice trigger, EventChoice contact, Duration within) {
            response = new Response(trigger, contact, within);
            return this;
        }

        /**
         * Asks how many leads each agent has.
         *
         * @param field such as {@code properties.agentId}
         * @return this
         */
        public Builder agent(String field) {
            agent = field;
            return this;
        }

        /**
         * Asks what those who converted are worth, see {@link LifetimeValue}: conversions by day are purchases.
         *
         * @param weeks how far the model looks ahead
         * @param perWeek what a week takes off
         * @return this
         */
        public Builder lifetimeValue(double weeks, double perWeek) {
            horizon = weeks;
            discount = perWeek;
            return this;
        }

        /**
         * Makes the question.
         *
         * @return the question
         * @throws InvalidDefinitionException listing everything that is wrong
         */
        public ReturnOnInvestment build() {
            return new ReturnOnInvestment(
                    lead,
                    conversion,
                    source,
                    attribution,
                    lookback,
                    costs,
                    groups,
                    confidence,
                    response,
                    agent,
                    horizon,
                    discount,
                    filter);
        }
    }
}
