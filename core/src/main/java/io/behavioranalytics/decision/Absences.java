package io.behavioranalytics.decision;

import io.behavioranalytics.event.Category;
import io.behavioranalytics.event.EventView;
import io.behavioranalytics.event.Micros;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.UUID;

/** The events of one subject that nothing has followed yet, for each trigger that waits for what stays away, oldest first. Not thread-safe. */
final class Absences {
    /** An event that waits for another. */
    record Start(long micros, UUID id, boolean imported) {}

    /** Told of starts that are over. */
    interface Listener {
        void over(AbsenceRule rule, Start start);
    }

    private final List<AbsenceRule> rules;
    private final ArrayDeque<Start>[] waiting;

    @SuppressWarnings({"unchecked", "rawtypes"}) // arrays of generic type cannot be made otherwise
    Absences(List<AbsenceRule> rules) {
        this.rules = rules;
        this.waiting = new ArrayDeque[rules.size()];
        for (int i = 0; i < waiting.length; i++) {
            waiting[i] = new ArrayDeque<>(1);
        }
    }

    Absences copy() {
        return copy(rules);
    }

    /** A copy under equal rules of another plan. */
    Absences copy(List<AbsenceRule> sameRules) {
        Absences copy = new Absences(sameRules);
        for (int i = 0; i < waiting.length; i++) {
            copy.waiting[i] = new ArrayDeque<>(waiting[i]);
        }
        return copy;
    }

    /** Adds the next event: it ends what waits for it, then may begin to wait itself. */
    void apply(EventView event, Listener prevented) {
        if (event.category() == Category.SYSTEM) {
            return;
        }
        for (int i = 0; i < waiting.length; i++) {
            AbsenceRule rule = rules.get(i);
            if (!waiting[i].isEmpty() && rule.isPreventedBy(event)) {
                // (A, A + within]: an event at A itself does not follow A, one at A + within does.
                while (!waiting[i].isEmpty() && waiting[i].peekFirst().micros() < event.micros()) {
                    prevented.over(rule, waiting[i].removeFirst());
                }
            }
            if (rule.startsWith(event)) {
                waiting[i].addLast(new Start(event.micros(), event.id(), event.imported()));
            }
        }
    }

    /** Lets an event wait that a rule does not know by itself. */
    void begin(AbsenceRule rule, EventView event) {
        UUID trigger = rule.trigger().trigger().id();
        for (int i = 0; i < waiting.length; i++) {
            if (rules.get(i).trigger().trigger().id().equals(trigger)) {
                waiting[i].addLast(new Start(event.micros(), event.id(), event.imported()));
            }
        }
    }

    /** The first instant at which something has waited long enough. */
    long next() {
        long next = Micros.NEVER;
        for (int i = 0; i < waiting.length; i++) {
            if (!waiting[i].isEmpty()) {
                next = Math.min(
                        next,
                        Micros.plus(
                                waiting[i].peekFirst().micros(), rules.get(i).within()));
            }
        }
        return next;
    }

    /** Ends what has waited long enough at an instant. */
    void mature(long now, Listener matured) {
        for (int i = 0; i < waiting.length; i++) {
            while (!waiting[i].isEmpty()
                    && Micros.plus(waiting[i].peekFirst().micros(), rules.get(i).within()) <= now) {
                matured.over(rules.get(i), waiting[i].removeFirst());
            }
        }
    }

    long weight() {
        long weight = 16;
        for (ArrayDeque<Start> starts : waiting) {
            weight += 8 + 72L * starts.size();
        }
        return weight;
    }

    void writeTo(DataOutput out) throws IOException {
        out.writeInt(waiting.length);
        for (ArrayDeque<Start> starts : waiting) {
            ShortNumbers.write(out, starts.size());
            long before = 0;
            for (Start start : starts) {
                // Oldest first, so the distances are short.
                ShortNumbers.writeSigned(out, start.micros() - before);
                before = start.micros();
                out.writeLong(start.id().getMostSignificantBits());
                out.writeLong(start.id().getLeastSignificantBits());
                out.writeBoolean(start.imported());
            }
        }
    }

    static Absences readFrom(DataInput in, List<AbsenceRule> rules) throws IOException {
        Absences read = new Absences(rules);
        int count = in.readInt();
        if (count != rules.size()) {
            throw new IOException("expected " + rules.size() + " rules of absence, found " + count);
        }
        for (int i = 0; i < count; i++) {
            int size = ShortNumbers.readSize(in);
            ArrayDeque<Start> starts = new ArrayDeque<>(1);
            long before = 0;
            for (int j = 0; j < size; j++) {
                before += ShortNumbers.readSigned(in);
                starts.addLast(new Start(before, new UUID(in.readLong(), in.readLong()), in.readBoolean()));
            }
            read.waiting[i] = starts;
        }
        return read;
    }
}
