package io.behavioranalytics.segment;

import io.behavioranalytics.condition.Condition;
import io.behavioranalytics.condition.Operator;
import io.behavioranalytics.event.EventType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Who belongs to a segment: filters of several kinds and nested groups, joined by AND or OR.
 *
 * <p>Logic is three-valued: a clause that cannot be answered is unknown, its negation too, and unknown at the top does not
 * match. A group without any clause is refused.
 *
 * @param logicOperator how the clauses are joined
 * @param eventFilters how often one type of event happened
 * @param frequencyFilters how often several types together happened
 * @param timeFilters when the subject was there
 * @param sequenceFilters what happened one after the other
 * @param aggregationFilters what fields of many events come to
 * @param segmentFilters which other segments the subject is in
 * @param profileConditions comparisons of profile fields
 * @param groups nested criteria
 * @param negate whether the joined answer is turned round
 */
public record Criteria(
        Logic logicOperator,
        List<EventFilter> eventFilters,
        List<FrequencyFilter> frequencyFilters,
        List<TimeFilter> timeFilters,
        List<SequenceFilter> sequenceFilters,
        List<AggregationFilter> aggregationFilters,
        List<SegmentFilter> segmentFilters,
        List<Condition> profileConditions,
        List<Criteria> groups,
        boolean negate) {
    /** How clauses are joined. */
    public enum Logic {
        /** All must hold. */
        AND,
        /** One must hold. */
        OR;

        private final String json = name().toLowerCase(Locale.ROOT);

        /**
         * The name used in JSON.
         *
         * @return lower case
         */
        public String json() {
            return json;
        }
    }

    /** Copies the lists. */
    public Criteria {
        eventFilters = List.copyOf(eventFilters);
        frequencyFilters = List.copyOf(frequencyFilters);
        timeFilters = List.copyOf(timeFilters);
        sequenceFilters = List.copyOf(sequenceFilters);
        aggregationFilters = List.copyOf(aggregationFilters);
        segmentFilters = List.copyOf(segmentFilters);
        profileConditions = List.copyOf(profileConditions);
        groups = List.copyOf(groups);
    }

    /**
     * The criteria that are true where these are false.
     *
     * @return the opposite
     */
    public Criteria negated() {
        return new Criteria(
                logicOperator,
                eventFilters,
                frequencyFilters,
                timeFilters,
                sequenceFilters,
                aggregationFilters,
                segmentFilters,
                profileConditions,
                groups,
                !negate);
    }

    /**
     * The segments that these criteria refer to, in nested groups too.
     *
     * @return keys and ids as they were written
     */
    public Set<String> references() {
        Set<String> references = new TreeSet<>();
        segmentFilters.forEach(filter -> references.add(filter.segment()));
        groups.forEach(group -> references.addAll(group.references()));
        return references;
    }

    /** The same criteria with other references to segments, in nested groups too. */
    Criteria referring(UnaryOperator<String> references) {
        return new Criteria(
                logicOperator,
                eventFilters,
                frequencyFilters,
                timeFilters,
                sequenceFilters,
                aggregationFilters,
                segmentFilters.stream()
                        .map(filter ->
                                new SegmentFilter(references.apply(filter.segment()), filter.in(), filter.negate()))
                        .toList(),
                profileConditions,
                groups.stream().map(group -> group.referring(references)).toList(),
                negate);
    }

    /**
     * Begins criteria of which all clauses must hold.
     *
     * @return an empty builder
     */
    public static Builder all() {
        return new Builder(Logic.AND);
    }

    /**
     * Begins criteria of which one clause must hold.
     *
     * @return an empty builder
     */
    public static Builder any() {
        return new Builder(Logic.OR);
    }

    /**
     * Begins criteria.
     *
     * @param logicOperator how the clauses are joined
     * @return an empty builder
     */
    public static Builder builder(Logic logicOperator) {
        return new Builder(logicOperator);
    }

    /** Collects the clauses of criteria. Not safe for several threads; may be built from more than once. */
    public static final class Builder {
        private final Logic logicOperator;
        private final List<EventFilter> eventFilters = new ArrayList<>();
        private final List<FrequencyFilter> frequencyFilters = new ArrayList<>();
        private final List<TimeFilter> timeFilters = new ArrayList<>();
        private final List<SequenceFilter> sequenceFilters = new ArrayList<>();
        private final List<AggregationFilter> aggregationFilters = new ArrayList<>();
        private final List<SegmentFilter> segmentFilters = new ArrayList<>();
        private final List<Condition> profileConditions = new ArrayList<>();
        private final List<Criteria> groups = new ArrayList<>();
        private boolean negate;

        private Builder(Logic logicOperator) {
            this.logicOperator = logicOperator;
        }

        /**
         * Adds a filter of events.
         *
         * @param filter the filter
         * @return this builder
         */
        public Builder event(EventFilter filter) {
            eventFilters.add(filter);
            return this;
        }

        /**
         * Adds: at least one event of a type, at any time.
         *
         * @param eventType the type
         * @return this builder
         */
        public Builder event(EventType eventType) {
            return event(EventFilter.atLeast(eventType, 1));
        }

        /**
         * Adds a filter of several types together.
         *
         * @param filter the filter
         * @return this builder
         */
        public Builder frequency(FrequencyFilter filter) {
            frequencyFilters.add(filter);
            return this;
        }

        /**
         * Adds a filter of when the subject was there.
         *
         * @param filter the filter
         * @return this builder
         */
        public Builder time(TimeFilter filter) {
            timeFilters.add(filter);
            return this;
        }

        /**
         * Adds a filter of what happened one after the other.
         *
         * @param filter the filter
         * @return this builder
         */
        public Builder sequence(SequenceFilter filter) {
            sequenceFilters.add(filter);
            return this;
        }

        /**
         * Adds a filter of what a field of many events comes to.
         *
         * @param filter the filter
         * @return this builder
         */
        public Builder aggregation(AggregationFilter filter) {
            aggregationFilters.add(filter);
            return this;
        }

        /**
         * Adds a filter of the members of another segment.
         *
         * @param filter the filter
         * @return this builder
         */
        public Builder segment(SegmentFilter filter) {
            segmentFilters.add(filter);
            return this;
        }

        /**
         * Adds a condition on the profile.
         *
         * @param condition on fields of the profile
         * @return this builder
         */
        public Builder profile(Condition condition) {
            profileConditions.add(condition);
            return this;
        }

        /**
         * Adds a condition on the profile.
         *
         * @param field a field of the profile, such as {@code intentScore}
         * @param operator how it is compared
         * @param value what it is compared with, see {@link Condition}
         * @return this builder
         * @throws IllegalArgumentException if a condition cannot hold the value
         */
        public Builder profile(String field, Operator operator, @Nullable Object value) {
            return profile(Condition.of(field, operator, value));
        }

        /**
         * Adds a nested group.
         *
         * @param group its criteria
         * @return this builder
         */
        public Builder group(Criteria group) {
            groups.add(group);
            return this;
        }

        /**
         * Turns the joined answer round.
         *
         * @return this builder
         */
        public Builder negate() {
            negate = true;
            return this;
        }

        /**
         * Makes the criteria; whether they make sense is checked when a segment is defined.
         *
         * @return the criteria
         */
        public Criteria build() {
            return new Criteria(
                    logicOperator,
                    eventFilters,
                    frequencyFilters,
                    timeFilters,
                    sequenceFilters,
                    aggregationFilters,
                    segmentFilters,
                    profileConditions,
                    groups,
                    negate);
        }
    }
}
