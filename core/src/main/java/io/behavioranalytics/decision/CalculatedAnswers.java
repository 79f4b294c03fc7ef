package io.behavioranalytics.decision;

import io.behavioranalytics.condition.ProfileFacts;
import io.behavioranalytics.condition.Truth;
import io.behavioranalytics.condition.Verdict;
import io.behavioranalytics.event.Micros;
import io.behavioranalytics.segment.Accumulators;
import io.behavioranalytics.segment.Calculations;
import io.behavioranalytics.segment.Segment;
import io.behavioranalytics.segment.SegmentEvaluator;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * What the criteria of behavioral segments said of one subject at their last calculations before its last event. What they say at a
 * later one needs no memory: nothing has happened since, so the accumulators answer. A function of the visible events alone, as those
 * are. Not thread-safe.
 */
final class CalculatedAnswers {
    private final Plan plan;
    /** The places of behavioral segments. */
    private final int[] places;

    private final BitSet answers = new BitSet();
    private final long[] asOf;

    CalculatedAnswers(Plan plan) {
        this.plan = plan;
        this.places = plan.behavioral();
        this.asOf = new long[places.length];
        Arrays.fill(asOf, Micros.ALWAYS);
    }

    CalculatedAnswers copy(Plan other) {
        CalculatedAnswers copy = new CalculatedAnswers(other);
        copy.answers.or(answers);
        System.arraycopy(asOf, 0, copy.asOf, 0, asOf.length);
        return copy;
    }

    /** What is known of a subject after its last event. */
    record Known(Accumulators accumulators, LongFunction<ProfileFacts> facts, long last) {}

    /**
     * Keeps what the calculations before an event said, which is not folded yet.
     *
     * @param instant of the event
     * @param known what is known before it; null before the first event
     */
    void before(long instant, @Nullable Known known) {
        BitSet said = (BitSet) answers.clone();
        long[] at = asOf.clone();
        Asking asking = known == null ? null : new Asking(known);
        for (int i = 0; i < places.length; i++) {
            long calculated = calculations(places[i]).latest(instant - 1);
            if (calculated != asOf[i]) {
                at[i] = calculated;
                said.set(
                        i,
                        asking != null && asking.criteria(places[i], calculated).matches());
            }
        }
        answers.clear();
        answers.or(said);
        System.arraycopy(at, 0, asOf, 0, at.length);
    }

    /**
     * Whether the subject is in a behavioral segment, and until which calculation at the least.
     *
     * @param settled whether all events of the instant are folded; a calculation sees all of them
     */
    Verdict verdict(int place, long now, boolean settled, Known known) {
        Boolean word = plan.evaluator().said(place, known.accumulators());
        return word != null
                ? Verdict.constant(Truth.of(word))
                : new Asking(known).calculated(place, settled ? now : now - 1);
    }

    /**
     * What the criteria of a segment say at an instant, whatever the host has said of its members.
     *
     * @param at not before the last event
     */
    Verdict criteria(int place, long at, Known known) {
        return new Asking(known).criteria(place, at);
    }

    /** Asks criteria of what is known behind the last event, each once at each instant, however many segments refer to it. */
    private final class Asking {
        private final Known known;
        private final Map<Long, Map<Integer, Verdict>> byInstant = new HashMap<>();

        Asking(Known known) {
            this.known = known;
        }

        /** The answer of the last calculation at or before an instant, and until which calculation it holds at the least. */
        Verdict calculated(int place, long until) {
            Calculations calculations = calculations(place);
            long latest = calculations.latest(until);
            if (latest == Micros.ALWAYS || latest < known.last()) {
                boolean kept = latest != Micros.ALWAYS && answers.get(ordinal(place));
                return new Verdict(Truth.of(kept), calculations.next(known.last()));
            }
            Verdict then = criteria(place, latest);
            return new Verdict(
                    Truth.of(then.matches()),
                    then.validUntil() == Micros.NEVER
                            ? Micros.NEVER
                            : calculations.next(Math.max(then.validUntil(), latest + 1)));
        }

        /** What a segment's criteria say, all that it refers to answered before it. */
        Verdict criteria(int place, long at) {
            Map<Integer, Verdict> then = byInstant.computeIfAbsent(at, any -> new HashMap<>());
            BitSet asked = new BitSet();
            asked.set(place);
            plan.evaluator().addDependencies(asked);
            for (int i = asked.nextSetBit(0); i >= 0; i = asked.nextSetBit(i + 1)) {
                if (!then.containsKey(i)) {
                    then.put(i, own(i, at, then));
                }
            }
            return Objects.requireNonNull(then.get(place));
        }

        private Verdict own(int place, long at, Map<Integer, Verdict> then) {
            SegmentEvaluator evaluator = plan.evaluator();
            BitSet members = new BitSet();
            long until = Micros.NEVER;
            BitSet dependencies = evaluator.dependencies(place);
            for (int i = dependencies.nextSetBit(0); i >= 0; i = dependencies.nextSetBit(i + 1)) {
                Verdict other = member(i, at, then);
                members.set(i, other.matches());
                until = Math.min(until, other.validUntil());
            }
            Verdict own = evaluator.criteria(
                    place, known.accumulators(), known.facts().apply(at), true, members);
            return until < own.validUntil() ? new Verdict(own.truth(), until) : own;
        }

        private Verdict member(int place, long at, Map<Integer, Verdict> then) {
            Boolean word = plan.evaluator().said(place, known.accumulators());
            if (word != null) {
                return Verdict.constant(Truth.of(word));
            }
            return plan.segments().get(place).isBehavioral()
                    ? calculated(place, at)
                    : Objects.requireNonNull(then.get(place));
        }
    }

    private int ordinal(int place) {
        return Arrays.binarySearch(places, place);
    }

    private Calculations calculations(int place) {
        List<Segment> segments = plan.segments();
        return segments.get(place).calculations();
    }

    /** Whether these are the answers that the plan asks for: a calculation may have been demanded as of an instant before the last event. */
    boolean fit(long last) {
        for (int i = 0; i < places.length; i++) {
            if (asOf[i]
                    != (last == Micros.ALWAYS
                            ? Micros.ALWAYS
                            : calculations(places[i]).latest(last - 1))) {
                return false;
            }
        }
        return true;
    }

    long weight() {
        return 80 + 9L * asOf.length;
    }

    void writeTo(DataOutput out) throws IOException {
        for (int i = 0; i < asOf.length; i++) {
            out.writeLong(asOf[i]);
            out.writeBoolean(answers.get(i));
        }
    }

    void readFrom(DataInput in) throws IOException {
        for (int i = 0; i < asOf.length; i++) {
            asOf[i] = in.readLong();
            answers.set(i, in.readBoolean());
        }
    }
}
