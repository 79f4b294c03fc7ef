package io.behavioranalytics.segment;

import io.behavioranalytics.condition.Explanation;
import io.behavioranalytics.condition.ProfileFacts;
import io.behavioranalytics.condition.Reading;
import io.behavioranalytics.condition.Truth;
import io.behavioranalytics.condition.Verdict;
import io.behavioranalytics.event.Category;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.EventView;
import io.behavioranalytics.event.Micros;
import io.behavioranalytics.json.Json;
import java.io.DataInput;
import java.io.IOException;
import java.util.BitSet;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * All live segments, compiled once: it folds events into {@link Accumulators} and answers from them. Immutable and thread-safe.
 *
 * <p>This is the only evaluator of criteria; live decisions, recalculation and previews use it alike.
 */
public final class SegmentEvaluator {
    private final List<Segment> segments;
    private final Clause[] clauses;
    private final Counter[] counters;
    private final ByType countersByType;
    private final Accumulator[] others;
    private final ByType othersByType;
    private final int[][] dependencies;
    private final BitSet[] dependants;
    private final BitSet profileDependent;

    SegmentEvaluator(
            List<Segment> segments,
            Clause[] clauses,
            Counter[] counters,
            ByType countersByType,
            Accumulator[] others,
            ByType othersByType,
            int[][] dependencies,
            BitSet profileDependent) {
        this.segments = List.copyOf(segments);
        this.clauses = clauses;
        this.counters = counters;
        this.countersByType = countersByType;
        this.others = others;
        this.othersByType = othersByType;
        this.dependencies = dependencies;
        this.profileDependent = profileDependent;
        this.dependants = new BitSet[clauses.length];
        for (int i = 0; i < clauses.length; i++) {
            dependants[i] = new BitSet();
            for (int dependency : dependencies[i]) {
                dependants[dependency].set(i);
            }
        }
    }

    /**
     * Compiles segments.
     *
     * @param segments validated segments, all of which are to be evaluated; one that refers to another stands behind it, see {@link
     *     SegmentOrder}
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
     * @return empty accumulators
     */
    public Accumulators newAccumulators() {
        return new Accumulators(counters.length, others.length);
    }

    /**
     * Reads what {@link Accumulators#writeTo} of an evaluator of the same {@link #describe() description} wrote.
     *
     * @param in where from
     * @return the accumulators
     * @throws IOException if the bytes are not such accumulators
     */
    public Accumulators readAccumulators(DataInput in) throws IOException {
        Accumulators read = newAccumulators();
        read.readFrom(in, counters, others);
        return read;
    }

    /**
     * Adds the next event; of system events only those by which members and tags are added and removed count (S10).
     *
     * @param event not before any event added earlier
     * @param state the accumulators, changed
     * @param affected where the places of segments are set whose answer may have changed; who refers to one of them is not among
     *     them, see {@link #dependants}
     */
    public void apply(EventView event, Accumulators state, BitSet affected) {
        if (event.category() == Category.SYSTEM) {
            UUID named = state.overrides().apply(event);
            for (int i = 0; named != null && i < clauses.length; i++) {
                if (segments.get(i).isVersionOf(named)) {
                    affected.set(i);
                }
            }
            if (event.type().equals(EventType.TAG_ADDED) || event.type().equals(EventType.TAG_REMOVED)) {
                affected.or(profileDependent);
            }
            return;
        }
        affected.or(profileDependent);
        long micros = event.micros();
        for (int index : countersByType.of(event.type())) {
            if (count(event, micros, state.counters(), index)) {
                countersByType.mark(index, affected);
            }
        }
        for (int index : othersByType.of(event.type())) {
            if (state.apply(index, others[index], event)) {
                othersByType.mark(index, affected);
            }
        }
    }

    private boolean count(EventView event, long micros, Counters state, int index) {
        Counter counter = counters[index];
        Truth truth = counter.matches(event);
        if (truth == Truth.FALSE) {
            return false;
        }
        if (truth == Truth.TRUE) {
            state.addCertain(index, micros, counter);
        }
        if (counter.mayBeUnknown()) {
            state.addPossible(index, micros, counter);
        }
        return true;
    }

    /**
     * Answers whether the subject belongs to a segment, with what it refers to answered first.
     *
     * @param segment its place
     * @param state accumulators into which all events up to now were added
     * @param facts the profile as of now
     * @return the answer, and how long it holds without a new event
     */
    public Verdict evaluate(int segment, Accumulators state, ProfileFacts facts) {
        BitSet members = new BitSet();
        return evaluate(segment, state, facts, members);
    }

    private Verdict evaluate(int segment, Accumulators state, ProfileFacts facts, BitSet members) {
        long until = Micros.NEVER;
        for (int dependency : dependencies[segment]) {
            Verdict verdict = evaluate(dependency, state, facts, members);
            members.set(dependency, verdict.matches());
            until = Math.min(until, verdict.validUntil());
        }
        Verdict verdict = evaluate(segment, state, facts, true, members);
        return until < verdict.validUntil() ? new Verdict(verdict.truth(), until) : verdict;
    }

    /**
     * Answers whether the subject belongs to a segment.
     *
     * @param segment its place
     * @param state accumulators into which all events before now, and some or all of now, were added
     * @param facts the profile as of now
     * @param settled whether all events of now were added; until then nothing is over that waits for none of them (S3)
     * @param members the places of the segments that the subject is in, of which those are read that this one refers to
     * @return the answer, and how long it holds without a new event and without a change of those
     */
    public Verdict evaluate(int segment, Accumulators state, ProfileFacts facts, boolean settled, BitSet members) {
        Boolean said = said(segment, state);
        return said != null ? Verdict.constant(Truth.of(said)) : criteria(segment, state, facts, settled, members);
    }

    /**
     * What the host has said of the subject's membership in a segment.
     *
     * @param segment its place
     * @param state accumulators into which all events up to now were added
     * @return whether it is a member, or null if the criteria say so
     */
    public @Nullable Boolean said(int segment, Accumulators state) {
        return state.overrides().of(segments.get(segment));
    }

    /**
     * Answers what the criteria of a segment say, whatever the host has said of its members.
     *
     * @param segment its place
     * @param state accumulators into which all events before now, and some or all of now, were added
     * @param facts the profile as of now
     * @param settled whether all events of now were added
     * @param members the places of the segments that the subject is in, of which those are read that this one refers to
     * @return the answer, and how long it holds without a new event and without a change of those
     */
    public Verdict criteria(int segment, Accumulators state, ProfileFacts facts, boolean settled, BitSet members) {
        return clauses[segment].evaluate(new Clause.Moment(state, facts, settled, members));
    }

    /**
     * Says why {@link #evaluate} answers what it does.
     *
     * @param segment its place
     * @param state accumulators into which all events up to now were added
     * @param facts the profile as of now
     * @param members the places of the segments that the subject is in, of which those are read that this one refers to
     * @param events the same events, in order, without those that are past their retention
     * @return the clause tree, whose verdict is that of evaluate
     */
    public Explanation explain(
            int segment, Accumulators state, ProfileFacts facts, BitSet members, Iterable<? extends EventView> events) {
        Boolean said = state.overrides().of(segments.get(segment));
        boolean isStatic = segments.get(segment).type() == Segment.Type.STATIC;
        if (said != null || isStatic) {
            boolean added = Boolean.TRUE.equals(said);
            String words = added || isStatic ? "added by the host" : "not removed by the host";
            return Explanation.leaf(
                    Verdict.constant(Truth.of(added)),
                    words,
                    Reading.of(words, added, value -> Truth.of(Boolean.TRUE.equals(value)))
                            .or(List.of(true, false)),
                    List.of());
        }
        return explainCriteria(segment, state, facts, members, events);
    }

    /**
     * Says why {@link #criteria} answers what it does.
     *
     * @param segment its place
     * @param state accumulators into which all events up to now were added
     * @param facts the profile as of now
     * @param members the places of the segments that the subject is in, of which those are read that this one refers to
     * @param events the same events, in order, without those that are past their retention
     * @return the clause tree, whose verdict is that of criteria
     */
    public Explanation explainCriteria(
            int segment, Accumulators state, ProfileFacts facts, BitSet members, Iterable<? extends EventView> events) {
        return clauses[segment].explain(
                new Clause.Moment(state, facts, true, members), new Evidence(events, facts.now()));
    }

    /**
     * The segments to which one refers.
     *
     * @param segment its place
     * @return their places, all before it
     */
    public BitSet dependencies(int segment) {
        BitSet places = new BitSet();
        for (int dependency : dependencies[segment]) {
            places.set(dependency);
        }
        return places;
    }

    /**
     * The segments that refer to one.
     *
     * @param segment its place
     * @return their places, all behind it; not to be changed
     */
    public BitSet dependants(int segment) {
        return dependants[segment];
    }

    /**
     * Adds what some segments refer to, directly or not.
     *
     * @param places of segments; changed
     */
    public void addDependencies(BitSet places) {
        for (int i = places.length() - 1; i >= 0; i = places.previousSetBit(i - 1)) {
            if (places.get(i)) {
                for (int dependency : dependencies[i]) {
                    places.set(dependency);
                }
            }
        }
    }

    /** What is kept of behavioral segments depends on their criteria, and on those of whatever they refer to. */
    private void describeCalculated(StringBuilder text) {
        BitSet places = new BitSet();
        for (int i = 0; i < clauses.length; i++) {
            places.set(i, segments.get(i).isBehavioral());
        }
        addDependencies(places);
        for (int i = places.nextSetBit(0); i >= 0; i = places.nextSetBit(i + 1)) {
            Segment described = segments.get(i);
            Schedule schedule = described.calculations().schedule();
            text.append(described.id())
                    .append(described.type())
                    .append(described.definedIn())
                    .append(schedule == null ? "" : Json.write(ScheduleJson.write(schedule)))
                    .append(Json.write(CriteriaJson.write(described.criteria())))
                    .append('\n');
        }
    }

    /**
     * A text that is equal for evaluators that can read each other's accumulators.
     *
     * @return the description
     */
    public String describe() {
        StringBuilder text = new StringBuilder();
        for (Counter counter : counters) {
            text.append(counter.describe()).append('\n');
        }
        for (Accumulator other : others) {
            text.append(other.describe()).append('\n');
        }
        describeCalculated(text);
        return text.toString();
    }
}
