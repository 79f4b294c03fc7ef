package io.behavioranalytics.segment;

import io.behavioranalytics.condition.Explanation;
import io.behavioranalytics.condition.ProfileFacts;
import io.behavioranalytics.condition.Truth;
import io.behavioranalytics.condition.Verdict;
import io.behavioranalytics.event.Category;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.EventView;
import java.io.DataInput;
import java.io.IOException;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * All live segments, compiled once: it folds events into {@link Counters} and answers from them. Immutable and thread-safe.
 *
 * <p>This is the only evaluator of criteria; live decisions, recalculation and previews use it alike.
 */
public final class SegmentEvaluator {
    private final List<Segment> segments;
    private final Clause[] clauses;
    private final Counter[] counters;
    private final int[][] segmentsOfCounter;
    private final Map<EventType, int[]> countersOfType;
    private final int[] countersOfAnyType;
    private final BitSet profileDependent;

    SegmentEvaluator(
            List<Segment> segments,
            Clause[] clauses,
            Counter[] counters,
            int[][] segmentsOfCounter,
            Map<EventType, int[]> countersOfType,
            int[] countersOfAnyType,
            BitSet profileDependent) {
        this.segments = List.copyOf(segments);
        this.clauses = clauses;
        this.counters = counters;
        this.segmentsOfCounter = segmentsOfCounter;
        this.countersOfType = new HashMap<>(countersOfType); // asked at every event, faster than Map.copyOf
        this.countersOfAnyType = countersOfAnyType;
        this.profileDependent = profileDependent;
    }

    /**
     * Compiles segments.
     *
     * @param segments validated segments, all of which are to be evaluated
     * @return the evaluator; segment i keeps its place
     * @throws io.behavioranalytics.json.InvalidDefinitionException if a condition does not compile
     */
    public static SegmentEvaluator compile(List<Segment> segments) {
        return new CriteriaCompiler().compile(segments);
    }

    /**
     * The segments, in the order in which they were given.
     *
     * @return the segments
     */
    public List<Segment> segments() {
        return segments;
    }

    /**
     * State before the first event.
     *
     * @return empty counters
     */
    public Counters newCounters() {
        return new Counters(counters.length);
    }

    /**
     * Reads what {@link Counters#writeTo} of an evaluator of the same {@link #describe() description} wrote.
     *
     * @param in where from
     * @return the counters
     * @throws IOException if the bytes are not such counters
     */
    public Counters readCounters(DataInput in) throws IOException {
        Counters read = new Counters(counters.length);
        read.readFrom(in, counters);
        return read;
    }

    /**
     * Adds the next event; system events change nothing (S10).
     *
     * @param event not before any event added earlier
     * @param state the counters, changed
     * @param affected where the places of segments are set whose answer may have changed
     */
    public void apply(EventView event, Counters state, BitSet affected) {
        if (event.category() == Category.SYSTEM) {
            return;
        }
        affected.or(profileDependent);
        int[] typed = countersOfType.get(event.type());
        if (typed != null) {
            apply(event, state, affected, typed);
        }
        apply(event, state, affected, countersOfAnyType);
    }

    private void apply(EventView event, Counters state, BitSet affected, int[] indexes) {
        long micros = event.micros();
        for (int index : indexes) {
            Counter counter = counters[index];
            Truth truth = counter.matches(event);
            if (truth == Truth.FALSE) {
                continue;
            }
            if (truth == Truth.TRUE) {
                state.addCertain(index, micros, counter);
            }
            if (counter.mayBeUnknown()) {
                state.addPossible(index, micros, counter);
            }
            for (int segment : segmentsOfCounter[index]) {
                affected.set(segment);
            }
        }
    }

    /**
     * Answers whether the subject belongs to a segment.
     *
     * @param segment its place
     * @param state counters into which all events up to now were added
     * @param facts the profile as of now
     * @return the answer, and how long it holds without a new event
     */
    public Verdict evaluate(int segment, Counters state, ProfileFacts facts) {
        return clauses[segment].evaluate(state, facts);
    }

    /**
     * Says why {@link #evaluate} answers what it does.
     *
     * @param segment its place
     * @param state counters into which all events up to now were added
     * @param facts the profile as of now
     * @param events the same events, in order, without those that are past their retention
     * @return the clause tree, whose verdict is that of evaluate
     */
    public Explanation explain(int segment, Counters state, ProfileFacts facts, Iterable<? extends EventView> events) {
        return clauses[segment].explain(state, facts, new Evidence(events, facts.now()));
    }

    /**
     * A text that is equal for evaluators that can read each other's counters.
     *
     * @return the description
     */
    public String describe() {
        StringBuilder text = new StringBuilder();
        for (Counter counter : counters) {
            text.append(counter.describe()).append('\n');
        }
        return text.toString();
    }
}
