package io.behavioranalytics.condition;

import io.behavioranalytics.event.Micros;
import io.behavioranalytics.json.JsonLimits;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Why an answer is what it is: the clauses as they were asked, each with its own answer and the values that it saw.
 *
 * <p>The answers are the evaluator's own: nothing here decides a second time. What it shows is the subject's own data, meant for
 * the caller and for no log.
 */
public sealed interface Explanation {
    /**
     * The answer at this place, and until when it holds at the least without a new event.
     *
     * @return the evaluator's verdict
     */
    Verdict verdict();

    /**
     * The clauses below this one.
     *
     * @return in the order of the definition; empty for a leaf
     */
    List<Explanation> parts();

    /**
     * All of several, or one of them.
     *
     * @param all true for AND, false for OR
     * @param verdict the joined answer
     * @param parts the clauses
     */
    record Joined(boolean all, Verdict verdict, List<Explanation> parts) implements Explanation {
        /** Copies the parts. */
        public Joined {
            parts = List.copyOf(parts);
        }
    }

    /**
     * The opposite of a clause.
     *
     * @param verdict the opposite answer
     * @param part the clause
     */
    record Negated(Verdict verdict, Explanation part) implements Explanation {
        @Override
        public List<Explanation> parts() {
            return List.of(part);
        }
    }

    /**
     * A clause that reads values.
     *
     * @param verdict the answer
     * @param clause what was asked, in words
     * @param reading what was read
     * @param events the events that the value comes from, the newest last, at most {@value #MOST_EVENTS}; empty where it does not
     *     come from single events
     * @param steps of a sequence, what became of each of its steps; else empty
     */
    record Leaf(Verdict verdict, String clause, Reading reading, List<UUID> events, List<SeenStep> steps)
            implements Explanation {
        /** The most events that a leaf names: the newest. */
        public static final int MOST_EVENTS = 20;

        /** Copies the lists. */
        public Leaf {
            events = List.copyOf(events);
            steps = List.copyOf(steps);
        }

        @Override
        public List<Explanation> parts() {
            return List.of();
        }
    }

    /**
     * Explains a join.
     *
     * @param all true for AND, false for OR
     * @param verdict the joined answer
     * @param parts the clauses, at least one
     * @return the explanation
     */
    static Explanation joined(boolean all, Verdict verdict, List<Explanation> parts) {
        return new Joined(all, verdict, parts);
    }

    /**
     * Explains a negation.
     *
     * @param part what is negated
     * @return the explanation
     */
    static Explanation negated(Explanation part) {
        return new Negated(part.verdict().not(), part);
    }

    /**
     * Explains a clause that reads values.
     *
     * @param verdict the answer
     * @param clause what was asked, in words
     * @param reading what was read
     * @param events the events that the value comes from; the newest last
     * @return the explanation
     */
    static Explanation leaf(Verdict verdict, String clause, Reading reading, List<UUID> events) {
        int most = Leaf.MOST_EVENTS;
        return new Leaf(
                verdict,
                clause,
                reading,
                events.size() <= most ? events : events.subList(events.size() - most, events.size()),
                List.of());
    }

    /**
     * Explains a clause that asks for a sequence.
     *
     * @param verdict the answer
     * @param clause what was asked, in words
     * @param reading whether the sequence was seen
     * @param steps what became of each step, in their order
     * @return the explanation, which names the events that took steps
     */
    static Explanation sequence(Verdict verdict, String clause, Reading reading, List<SeenStep> steps) {
        List<UUID> events = new ArrayList<>();
        for (SeenStep step : steps) {
            boolean taken = step.outcome() == SeenStep.Outcome.MET || step.outcome() == SeenStep.Outcome.MAY_BE_MET;
            if (taken && step.event() != null) {
                events.add(step.event());
            }
        }
        return new Leaf(verdict, clause, reading, events, steps);
    }

    /**
     * The smallest change of the values seen that turns the whole answer round: from true to false, else to true. How small a
     * change is, docs/explanations.md says.
     *
     * @return the change, or empty if none was found
     */
    default Optional<Change> smallestChange() {
        return SmallestChange.of(this, !verdict().matches());
    }

    /**
     * The leaves at which the answer failed: those that would have to be otherwise, and those that could not be answered.
     *
     * @return the leaves that are not true beneath AND and OR, those that are beneath a negation; empty if the answer is true
     */
    default List<Leaf> failed() {
        List<Leaf> failed = new ArrayList<>();
        collect(this, Truth.TRUE, failed);
        return failed;
    }

    private static void collect(Explanation at, Truth wanted, List<Leaf> out) {
        if (at.verdict().truth() == wanted) {
            return;
        }
        if (at instanceof Leaf leaf) {
            out.add(leaf);
        } else if (at instanceof Negated negated) {
            collect(negated.part(), wanted.not(), out);
        } else {
            at.parts().forEach(part -> collect(part, wanted, out));
        }
    }

    /**
     * The explanation as JSON may hold it: a stable order of fields, instants as text.
     *
     * @return maps, lists, texts, numbers and booleans
     */
    default Map<String, @Nullable Object> fields() {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        if (this instanceof Leaf leaf) {
            fields.put("clause", leaf.clause());
            fields.put("outcome", verdict().truth().name().toLowerCase(Locale.ROOT));
            fields.put("input", leaf.reading().input());
            fields.put("seen", json(leaf.reading().seen()));
            if (!leaf.events().isEmpty()) {
                fields.put("events", leaf.events().stream().map(UUID::toString).toList());
            }
            if (!leaf.steps().isEmpty()) {
                fields.put("steps", leaf.steps().stream().map(SeenStep::fields).toList());
            }
        } else {
            fields.put("clause", this instanceof Joined joined ? (joined.all() ? "and" : "or") : "not");
            fields.put("outcome", verdict().truth().name().toLowerCase(Locale.ROOT));
        }
        if (verdict().validUntil() != Micros.NEVER) {
            fields.put(
                    "holdsAtLeastUntil",
                    Micros.toInstant(verdict().validUntil()).toString());
        }
        if (!parts().isEmpty()) {
            fields.put("parts", parts().stream().map(Explanation::fields).toList());
        }
        return fields;
    }

    /**
     * The explanation for people: one line for each clause, indented by depth.
     *
     * @return lines that end with a line feed
     */
    default String text() {
        StringBuilder text = new StringBuilder();
        write(this, 0, text);
        return text.toString();
    }

    private static void write(Explanation at, int depth, StringBuilder out) {
        out.append("  ".repeat(depth))
                .append(at.verdict().truth().name().toLowerCase(Locale.ROOT))
                .append(": ");
        if (at instanceof Leaf leaf) {
            out.append(leaf.clause()).append(" (").append(shown(leaf.reading().seen()));
            if (!leaf.events().isEmpty() && leaf.steps().isEmpty()) {
                out.append(", events ");
                for (int i = 0; i < leaf.events().size(); i++) {
                    out.append(i == 0 ? "" : ", ").append(leaf.events().get(i));
                }
            }
            out.append(')');
        } else if (at instanceof Joined joined) {
            out.append(joined.all() ? "all of" : "one of");
        } else {
            out.append("not");
        }
        out.append('\n');
        if (at instanceof Leaf leaf) {
            for (SeenStep step : leaf.steps()) {
                out.append("  ".repeat(depth))
                        .append("  - ")
                        .append(step.text())
                        .append('\n');
            }
        }
        for (Explanation part : at.parts()) {
            write(part, depth + 1, out);
        }
    }

    /**
     * A value as people may see it.
     *
     * @param value what was seen, or null if nothing was
     * @return words for it
     */
    static String shown(@Nullable Object value) {
        if (value == null) {
            return "missing";
        }
        Object json = json(value);
        return (json instanceof Map<?, ?> || json instanceof List<?>
                        ? io.behavioranalytics.json.Json.write(json)
                        : String.valueOf(json))
                + " seen";
    }

    /**
     * A value as JSON may hold it. A number of more digits than are read as a number, such as a sum may have, is a text.
     *
     * @param value what was seen, or null if nothing was
     * @return a text, number, truth value, list or map, or null
     */
    static @Nullable Object json(@Nullable Object value) {
        if (value instanceof Instant || value instanceof UUID) {
            return value.toString();
        }
        if (value instanceof Collection<?> many) {
            List<@Nullable Object> list = new ArrayList<>();
            many.forEach(one -> list.add(json(one)));
            return list;
        }
        if (value instanceof SeenCount count) {
            return count.json();
        }
        if (value instanceof BigDecimal number && number.precision() > JsonLimits.DEFINITION.numberDigits()) {
            return number.toString();
        }
        return value;
    }
}
