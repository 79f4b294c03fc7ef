package io.behavioranalytics.segment;

import io.behavioranalytics.condition.CompiledCondition;
import io.behavioranalytics.condition.ProfileFacts;
import io.behavioranalytics.condition.ProfileField;
import io.behavioranalytics.condition.TimeWindow;
import io.behavioranalytics.condition.Truth;
import io.behavioranalytics.condition.Verdict;
import io.behavioranalytics.event.Micros;
import java.util.List;

/** One compiled clause of criteria. */
sealed interface Clause {
    Verdict evaluate(Counters counters, ProfileFacts facts);

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
    }

    /** A comparison of a profile field. */
    record Comparison(CompiledCondition condition) implements Clause {
        @Override
        public Verdict evaluate(Counters counters, ProfileFacts facts) {
            return new Verdict(condition.test(null, facts), condition.validUntil(facts));
        }
    }

    /** The opposite. */
    record Not(Clause clause) implements Clause {
        @Override
        public Verdict evaluate(Counters counters, ProfileFacts facts) {
            return clause.evaluate(counters, facts).not();
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
    }
}
