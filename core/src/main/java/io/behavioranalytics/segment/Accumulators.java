package io.behavioranalytics.segment;

import io.behavioranalytics.event.EventView;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * All that is kept of one subject's timeline to tell which segments it is in.
 *
 * <p>Equal histories give equal state and equal bytes, by whatever path. A copy shares what neither side changes. Not
 * thread-safe.
 */
public final class Accumulators {
    private final Counters counters;
    private final Accumulator.@Nullable State[] states;
    private final Overrides overrides;

    Accumulators(int counters, int others) {
        this.counters = new Counters(counters);
        this.states = new Accumulator.State[others];
        this.overrides = new Overrides();
    }

    private Accumulators(Accumulators original) {
        counters = original.counters.copy();
        overrides = original.overrides.copy();
        states = new Accumulator.State[original.states.length];
        for (int i = 0; i < states.length; i++) {
            Accumulator.State state = original.states[i];
            states[i] = state == null ? null : state.copy();
        }
    }

    Counters counters() {
        return counters;
    }

    /** What the host has said. */
    Overrides overrides() {
        return overrides;
    }

    /** The state of an accumulator, or null before its first event. */
    Accumulator.@Nullable State state(int index) {
        return states[index];
    }

    boolean apply(int index, Accumulator definition, EventView event) {
        Accumulator.State state = states[index];
        if (state == null) {
            state = definition.newState();
            states[index] = state;
        }
        return definition.apply(event, state);
    }

    /**
     * A copy that changes apart from this one.
     *
     * @return the copy
     */
    public Accumulators copy() {
        return new Accumulators(this);
    }

    /**
     * The memory that it takes, roughly.
     *
     * @return bytes
     */
    public long weight() {
        long weight = 32 + counters.weight() + overrides.weight();
        for (Accumulator.State state : states) {
            weight += 8 + (state == null ? 0 : state.weight());
        }
        return weight;
    }

    /**
     * Writes the state.
     *
     * @param out where to
     * @throws IOException if that fails
     */
    public void writeTo(DataOutput out) throws IOException {
        counters.writeTo(out);
        overrides.writeTo(out);
        out.writeInt(states.length);
        for (Accumulator.State state : states) {
            out.writeBoolean(state != null);
            if (state != null) {
                state.writeTo(out);
            }
        }
    }

    void readFrom(DataInput in, Counter[] counterDefinitions, Accumulator[] definitions) throws IOException {
        counters.readFrom(in, counterDefinitions);
        overrides.readFrom(in);
        int count = in.readInt();
        if (count != definitions.length) {
            throw new IOException("expected " + definitions.length + " accumulators, found " + count);
        }
        for (int i = 0; i < count; i++) {
            states[i] = in.readBoolean() ? definitions[i].read(in) : null;
        }
    }
}
