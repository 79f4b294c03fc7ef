package io.behavioranalytics.segment;

import io.behavioranalytics.condition.CompiledCondition;
import io.behavioranalytics.condition.Explanation;
import io.behavioranalytics.condition.ProfileFacts;
import io.behavioranalytics.condition.ProfileField;
import io.behavioranalytics.condition.Reading;
import io.behavioranalytics.condition.SeenCount;
import io.behavioranalytics.condition.TimeWindow;
import io.behavioranalytics.condition.Truth;
import io.behavioranalytics.condition.Verdict;
import io.behavioranalytics.event.Micros;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/** One compiled clause of criteria. */
sealed interface Clause {
    /**
     * What is known of a subject at an instant.
     *
     * @param state what its events came to
     * @param facts its profile
     * @param settled whether all events of this very instant were taken in
     * @param members the places of the segments that it is in; right for all that the segment at hand refers to
     */
    record Moment(Accumulators state, ProfileFacts facts, boolean settled, BitSet members) {
        long now() {
            return facts.now();
        }

        Moment with(Accumulators other) {
            return new Moment(other, facts, settled, members);
        }
    }

    Verdict evaluate(Moment moment);

    /** One answer, always. */
    record Constant(Verdict verdict, String words) implements Clause {
        @Override
        public Verdict evaluate(Moment moment) {
            return verdict;
        }

        @Override
        public Explanation explain(Moment moment, Evidence evidence) {
            boolean holds = verdict.matches();
            return Explanation.leaf(verdict, words, Reading.of(words, holds, value -> verdict.truth()), List.of());
        }
    }

    /**
     * Says why {@link #evaluate} answers what it does: its verdict is that of evaluate, and what is beside it was read by the same
     * means. A kind of clause without an explanation does not compile.
     */
    Explanation explain(Moment moment, Evidence evidence);

    /** A number of matches between bounds; a greatest number below zero means none is set. */
    record Count(int index, Counter counter, int min, int max) implements Clause {
        @Override
        public Verdict evaluate(Moment moment) {
            Counters counters = moment.state().counters();
            long now = moment.now();
            Counters.Latest certain = counters.certain(index);
            Counters.Latest possible = counter.mayBeUnknown() ? counters.possible(index) : certain;
            Verdict verdict = counter.atLeast(min, certain, possible, now);
            if (max < 0) {
                return verdict;
            }
            return verdict.and(counter.atLeast(max + 1, certain, possible, now).not());
        }

        @Override
        public Explanation explain(Moment moment, Evidence evidence) {
            Evidence.Found found = evidence.of(counter);
            SeenCount seen = found.count();
            Reading reading = Reading.of(counter.words(), seen, value -> {
                        Accumulators other = moment.state().copy();
                        long number = SeenCount.from(value).certain();
                        other.counters().suppose(index, number, moment.now(), counter);
                        return evaluate(moment.with(other)).truth();
                    })
                    .or(Stream.of(seen.certain(), min - 1L, (long) min, (long) max, max + 1L)
                            .filter(number -> number >= 0)
                            .map(SeenCount::of)
                            .toList())
                    .measuredBy(value -> seen.stepsTo(SeenCount.from(value)));
            return Explanation.leaf(evaluate(moment), words(), reading, found.events());
        }

        private String words() {
            String bounds = max < 0
                    ? "at least " + min
                    : min == max ? "exactly " + min : min == 0 ? "at most " + max : min + " to " + max;
            return bounds + ": " + counter.words();
        }
    }

    /** An instant of the profile in a window. */
    record Seen(ProfileField field, TimeWindow window) implements Clause {
        @Override
        public Verdict evaluate(Moment moment) {
            long instant = moment.facts().instant(field);
            if (instant == Micros.ALWAYS || !window.contains(instant, moment.now())) {
                return Verdict.constant(Truth.FALSE);
            }
            return new Verdict(Truth.TRUE, window.leavesAt(instant));
        }

        @Override
        public Explanation explain(Moment moment, Evidence evidence) {
            long seen = moment.facts().instant(field);
            Reading reading = Reading.of(
                            field.json(),
                            seen == Micros.ALWAYS ? null : Micros.toInstant(seen),
                            value -> value == null
                                    ? Truth.FALSE
                                    : Truth.of(window.contains(Micros.of((Instant) value), moment.now())))
                    .or(window.bordersUntil(moment.now()));
            return Explanation.leaf(evaluate(moment), field.json() + " " + window.words(), reading, List.of());
        }
    }

    /** A comparison of a profile field. */
    record Comparison(CompiledCondition condition) implements Clause {
        @Override
        public Verdict evaluate(Moment moment) {
            return new Verdict(condition.test(null, moment.facts()), condition.validUntil(moment.facts()));
        }

        @Override
        public Explanation explain(Moment moment, Evidence evidence) {
            return condition.explain(null, moment.facts());
        }
    }

    /** A sum or an average among some numbers. */
    record Amount(int index, Total total, boolean average, Numbers numbers) implements Clause {
        @Override
        public Verdict evaluate(Moment moment) {
            return total.is(moment.state().state(index), average, numbers, moment.now());
        }

        @Override
        public Explanation explain(Moment moment, Evidence evidence) {
            Verdict verdict = evaluate(moment);
            BigDecimal seen = total.seen(moment.state().state(index), average, moment.now());
            String words = (average ? "average of " : "sum of ") + total.words();
            Reading reading = Reading.of(words, seen, value -> {
                        if (value == null ? seen == null : seen != null && seen.compareTo((BigDecimal) value) == 0) {
                            return verdict.truth();
                        }
                        return value == null
                                ? Truth.UNKNOWN
                                : Truth.of(numbers.contain((BigDecimal) value, BigDecimal.ONE));
                    })
                    .or(numbers.borders());
            List<UUID> events = evidence.of(total).events();
            return Explanation.leaf(verdict, words + " is " + numbers.words(), reading, events);
        }
    }

    /** A number of different values between bounds; a greatest number below zero means none is set. */
    record Different(int index, Distinct distinct, int min, int max) implements Clause {
        @Override
        public Verdict evaluate(Moment moment) {
            Accumulator.State state = moment.state().state(index);
            Verdict verdict = distinct.atLeast(state, min, moment.now());
            return max < 0
                    ? verdict
                    : verdict.and(distinct.atLeast(state, max + 1, moment.now()).not());
        }

        @Override
        public Explanation explain(Moment moment, Evidence evidence) {
            Evidence.Found found = evidence.of(distinct);
            SeenCount seen = found.count();
            String words = "different values of " + distinct.words();
            Reading reading = Reading.of(words, seen, value -> {
                        SeenCount number = SeenCount.from(value);
                        if (number.equals(seen)) {
                            return evaluate(moment).truth();
                        }
                        return Truth.of(number.certain() >= min && (max < 0 || number.certain() <= max));
                    })
                    .or(Stream.of(seen.certain(), min - 1L, (long) min, (long) max, max + 1L)
                            .filter(number -> number >= 0)
                            .map(SeenCount::of)
                            .toList())
                    .measuredBy(value -> seen.stepsTo(SeenCount.from(value)));
            String bounds = max < 0 ? "at least " + min : min == max ? "exactly " + min : min + " to " + max;
            return Explanation.leaf(evaluate(moment), bounds + ": " + words, reading, found.events());
        }
    }

    /** A sequence in a window. */
    record InSequence(int index, Sequence sequence) implements Clause {
        @Override
        public Verdict evaluate(Moment moment) {
            return sequence.holds(moment.state().state(index), moment.now(), moment.settled());
        }

        @Override
        public Explanation explain(Moment moment, Evidence evidence) {
            Verdict verdict = evaluate(moment);
            Boolean seen = verdict.truth() == Truth.UNKNOWN ? null : verdict.matches();
            Reading reading = Reading.of(
                            sequence.words(), seen, value -> value == null ? Truth.UNKNOWN : Truth.of((Boolean) value))
                    .or(List.of(true, false));
            return Explanation.sequence(verdict, sequence.words(), reading, evidence.of(sequence, verdict.truth()));
        }
    }

    /** Membership of another segment, which changes by that one's own changes alone. */
    record Member(int segment, String key) implements Clause {
        @Override
        public Verdict evaluate(Moment moment) {
            return Verdict.constant(Truth.of(moment.members().get(segment)));
        }

        @Override
        public Explanation explain(Moment moment, Evidence evidence) {
            String words = "in segment " + key;
            Reading reading = Reading.of(
                            words, moment.members().get(segment), value -> Truth.of(Boolean.TRUE.equals(value)))
                    .or(List.of(true, false));
            return Explanation.leaf(evaluate(moment), words, reading, List.of());
        }
    }

    /** The opposite. */
    record Not(Clause clause) implements Clause {
        @Override
        public Verdict evaluate(Moment moment) {
            return clause.evaluate(moment).not();
        }

        @Override
        public Explanation explain(Moment moment, Evidence evidence) {
            return Explanation.negated(clause.explain(moment, evidence));
        }
    }

    /** All of several, or one of them. */
    record Join(boolean all, List<Clause> clauses) implements Clause {
        @Override
        public Verdict evaluate(Moment moment) {
            Verdict joined = clauses.get(0).evaluate(moment);
            for (int i = 1; i < clauses.size(); i++) {
                Verdict next = clauses.get(i).evaluate(moment);
                joined = all ? joined.and(next) : joined.or(next);
            }
            return joined;
        }

        @Override
        public Explanation explain(Moment moment, Evidence evidence) {
            List<Explanation> parts = new ArrayList<>();
            clauses.forEach(clause -> parts.add(clause.explain(moment, evidence)));
            return Explanation.joined(all, evaluate(moment), parts);
        }
    }
}
