package io.behavioranalytics.decision;

import io.behavioranalytics.event.Category;
import io.behavioranalytics.event.EventView;
import io.behavioranalytics.segment.SequenceProgress;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.BitSet;
import java.util.List;

/** How far one subject has come in the sequences that triggers wait for, and which of them its last event completed. Not thread-safe. */
final class Sequences {
    private final List<SequenceRule> rules;
    private final SequenceProgress[] progress;
    private final BitSet completed = new BitSet();

    private Sequences(List<SequenceRule> rules, SequenceProgress[] progress) {
        this.rules = rules;
        this.progress = progress;
    }

    Sequences(List<SequenceRule> rules) {
        this(rules, rules.stream().map(rule -> rule.matcher().newProgress()).toArray(SequenceProgress[]::new));
    }

    /** A copy under equal rules, which may be those of another plan. */
    Sequences copy(List<SequenceRule> sameRules) {
        SequenceProgress[] copies = new SequenceProgress[progress.length];
        for (int i = 0; i < copies.length; i++) {
            copies[i] = progress[i].copy();
        }
        Sequences copy = new Sequences(sameRules, copies);
        copy.completed.or(completed);
        return copy;
    }

    List<SequenceRule> rules() {
        return rules;
    }

    /** Takes the next event. */
    void apply(EventView event) {
        if (rules.isEmpty()) {
            return;
        }
        completed.clear();
        if (event.category() == Category.SYSTEM) {
            return;
        }
        for (int i = 0; i < progress.length; i++) {
            SequenceRule rule = rules.get(i);
            if (rule.concerns(event.type()) && rule.matcher().completes(event, progress[i])) {
                completed.set(i);
            }
        }
    }

    /** The places of the rules whose steps the last event completed; of a negated last step all those before it. */
    BitSet completed() {
        return completed;
    }

    /** Whether the last event completed a trigger's sequence. */
    boolean completed(CompiledTrigger trigger) {
        return completed.stream()
                .anyMatch(place -> rules.get(place)
                        .trigger()
                        .trigger()
                        .id()
                        .equals(trigger.trigger().id()));
    }

    long weight() {
        long weight = 16;
        for (SequenceProgress one : progress) {
            weight += 8 + one.weight();
        }
        return weight;
    }

    void writeTo(DataOutput out) throws IOException {
        for (SequenceProgress one : progress) {
            one.writeTo(out);
        }
    }

    static Sequences readFrom(DataInput in, List<SequenceRule> rules) throws IOException {
        SequenceProgress[] read = new SequenceProgress[rules.size()];
        for (int i = 0; i < read.length; i++) {
            read[i] = rules.get(i).matcher().readProgress(in);
        }
        return new Sequences(rules, read);
    }
}
