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
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** One compiled clause of criteria. */
sealed interface Clause {
    Verdict evaluate(Counters counters, ProfileFacts facts);

    /**
     * Says why {@link #evaluate} answers what it does: its verdict is that of evaluate, and what is beside it was read by the same
     * means. A kind of clause without an explanation does not compile.
     */
    Explanation explain(Counters counters, ProfileFacts facts, Evidence evidence);

    /** A number of matches between bounds; a greatest number below zero means none is set. */
    record Count(int index, Counter counter, int min, int max) implements Clause {
        @Override
        public Verdict evaluate(Counters counters, ProfileFacts facts) {
            Counters.Latest certain = counters.certain(index);
            Counters.Latest possible = counter.mayBeUnknown() ? counters.possible(index) : certain;
            Verdict verdict = counter.atLeast(min, certain, possible, facts.now());
            if (max < 0) {
                return verdict;
            }
            return verdict.and(
                    counter.atLeast(max + 1, certain, possible, facts.now()).not());
        }

        @Override
        public Explanation explain(Counters counters, ProfileFacts facts, Evidence evidence) {
            Evidence.Found found = evidence.of(counter);
            SeenCount seen = found.count();
            Reading reading = Reading.of(counter.words(), seen, value -> {
                        Counters other = counters.copy();
                        long number = ((SeenCount) value).certain();
                        other.suppose(index, number, facts.now(), counter);
                        return evaluate(other, facts).truth();
                    })
                    .or(Stream.of(seen.certain(), min - 1L, (long) min, (long) max, max + 1L)
                            .filter(number -> number >= 0)
                            .map(SeenCount::of)
                            .toList())
                    .measuredBy(value -> seen.stepsTo((SeenCount) value));
            return Explanation.leaf(evaluate(counters, facts), words(), reading, found.events());
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
        public Verdict evaluate(Counters counters, ProfileFacts facts) {
            long instant = facts.instant(field);
            if (instant == Micros.ALWAYS || !window.contains(instant, facts.now())) {
                return Verdict.constant(Truth.FALSE);
            }
            return new Verdict(Truth.TRUE, window.leavesAt(instant));
        }

        @Override
        public Explanation explain(Counters counters, ProfileFacts facts, Evidence evidence) {
            long seen = facts.instant(field);
            Reading reading = Reading.of(
                            field.json(),
                            seen == Micros.ALWAYS ? null : Micros.toInstant(seen),
                            value -> value == null
                                    ? Truth.FALSE
                                    : Truth.of(window.contains(Micros.of((Instant) value), facts.now())))
                    .or(window.bordersUntil(facts.now()));
            return Explanation.leaf(evaluate(counters, facts), field.json() + " " + window.words(), reading, List.of());
        }
    }

    /** A comparison of a profile field. */
    record Comparison(CompiledCondition condition) implements Clause {
        @Override
        public Verdict evaluate(Counters counters, ProfileFacts facts) {
            return new Verdict(condition.test(null, facts), condition.validUntil(facts));
        }

        @Override
        public Explanation explain(Counters counters, ProfileFacts facts, Evidence evidence) {
            return condition.explain(null, facts);
        }
    }

    /** The opposite. */
    record Not(Clause clause) implements Clause {
        @Override
        public Verdict evaluate(Counters counters, ProfileFacts facts) {
            return clause.evaluate(counters, facts).not();
        }

        @Override
        public Explanation explain(Counters counters, ProfileFacts facts, Evidence evidence) {
            return Explanation.negated(clause.explain(counters, facts, evidence));
        }
    }

    /** All of several, or one of them. */
    record Join(boolean all, List<Clause> clauses) implements Clause {
        @Override
        public Verdict evaluate(Counters counters, ProfileFacts facts) {
            Verdict joined = clauses.get(0).evaluate(counters, facts);
            for (int i = 1; i < clauses.size(); i++) {
                Verdict next = clauses.get(i).evaluate(counters, facts);
                joined = all ? joined.and(next) : joined.or(next);
            }
            return joined;
        }

        @Override
        public Explanation explain(Counters counters, ProfileFacts facts, Evidence evidence) {
            List<Explanation> parts = new ArrayList<>();
            clauses.forEach(clause -> parts.add(clause.explain(counters, facts, evidence)));
            return Explanation.joined(all, evaluate(counters, facts), parts);
        }
    }
}
