package io.behavioranalytics.condition;

import io.behavioranalytics.event.EventView;
import io.behavioranalytics.event.Micros;
import io.behavioranalytics.json.Violation;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A condition made ready once to be asked often: the only evaluator of conditions there is.
 *
 * <p>The answer is three-valued; docs/conditions.md has the table. Asking allocates nothing, except for {@code matches},
 * whose engine keeps its own records, and for decimals of more than 18 digits. Immutable; safe to share between threads.
 */
public abstract sealed class CompiledCondition {
    private final Condition condition;
    private final boolean inverted;

    private CompiledCondition(Condition condition) {
        this.condition = condition;
        this.inverted = condition.operator().holdsForMissing() != condition.negate();
    }

    /**
     * Checks a condition and makes it ready.
     *
     * @param condition the condition
     * @param scope where it stands, which decides what it may read
     * @param path the JSON path of the condition, for violations; empty for the root
     * @param out receives what is wrong, with codes PATH, OPERATOR, TYPE, RANGE and REGEX
     * @return the compiled condition; one that always answers unknown if a violation was added
     */
    public static CompiledCondition compile(Condition condition, Scope scope, String path, List<Violation> out) {
        return new ConditionCompiler(condition, scope, path, out).compile();
    }

    /** One that can never be answered. */
    static CompiledCondition unanswerable(Condition condition) {
        return new Unanswerable(condition);
    }

    /**
     * Answers for an event and a profile.
     *
     * @param event the event, or null if there is none: its fields are missing then
     * @param profile the profile, or null if there is none: its fields are missing then
     * @return true, false or unknown
     */
    public final Truth test(@Nullable EventView event, @Nullable ProfileFacts profile) {
        return turned(positive(event, profile));
    }

    /** The answer of the positive operator, not negated. */
    abstract Truth positive(@Nullable EventView event, @Nullable ProfileFacts profile);

    /** What it reads, and what it would answer to other values. */
    abstract Reading reading(@Nullable EventView event, @Nullable ProfileFacts profile);

    /**
     * Says why it answers what it does. The outcome is that of {@link #test}.
     *
     * @param event the event, or null if there is none: its fields are missing then
     * @param profile the profile, or null if there is none: its fields are missing then
     * @return the answer, how long it holds, and the value seen
     */
    public final Explanation explain(@Nullable EventView event, @Nullable ProfileFacts profile) {
        long until = profile == null ? Micros.NEVER : validUntil(profile);
        return Explanation.leaf(
                new Verdict(test(event, profile), until), condition.words(), reading(event, profile), List.of());
    }

    /** The answer to a value of the field, by the comparison's own answer to it. */
    final Truth turned(Truth positive) {
        return inverted ? positive.not() : positive;
    }

    /**
     * The earliest instant after {@link ProfileFacts#now()} at which the answer could change without a new event.
     *
     * <p>Never later than the true change. An event that leaves the retention counts as a change of the timeline, not of
     * time, and is not foreseen here.
     *
     * @param profile the profile
     * @return {@link Micros}; {@link Micros#NEVER} for a condition on an event
     */
    public long validUntil(ProfileFacts profile) {
        return Micros.NEVER;
    }

    /**
     * Tells whether it reads a field of the profile.
     *
     * @return true if it does
     */
    public boolean readsProfile() {
        return false;
    }

    /**
     * Tells whether it reads a field of the event.
     *
     * @return true if it does
     */
    public boolean readsEvent() {
        return false;
    }

    /** A condition that was refused. */
    private static final class Unanswerable extends CompiledCondition {
        Unanswerable(Condition condition) {
            super(condition);
        }

        @Override
        Reading reading(@Nullable EventView event, @Nullable ProfileFacts profile) {
            return Reading.of("nothing", null, value -> Truth.UNKNOWN);
        }

        @Override
        Truth positive(@Nullable EventView event, @Nullable ProfileFacts profile) {
            return Truth.UNKNOWN;
        }
    }

    /** A condition on a field of the event. */
    private abstract static sealed class OnEvent extends CompiledCondition {
        final Comparison comparison;

        OnEvent(Condition condition, Comparison comparison) {
            super(condition);
            this.comparison = comparison;
        }

        @Override
        final Truth positive(@Nullable EventView event, @Nullable ProfileFacts profile) {
            return event == null ? Truth.FALSE : of(event);
        }

        abstract Truth of(EventView event);

        @Override
        public final boolean readsEvent() {
            return true;
        }
    }

    /** On a text that every event has, or an id. */
    static final class OnEventText extends OnEvent {
        private final EventField field;

        OnEventText(Condition condition, Comparison comparison, EventField field) {
            super(condition, comparison);
            this.field = field;
        }

        @Override
        Truth of(EventView event) {
            String text = field.text(event);
            return text == null ? Truth.FALSE : comparison.text(text);
        }

        @Override
        Reading reading(@Nullable EventView event, @Nullable ProfileFacts profile) {
            return Reading.of(
                            field.json(),
                            event == null ? null : field.text(event),
                            value -> turned(value == null ? Truth.FALSE : comparison.text((String) value)))
                    .or(comparison.operands().stream()
                            .filter(String.class::isInstance)
                            .toList())
                    .orMissing()
                    .open();
        }
    }

    /** On the event's value. */
    static final class OnEventValue extends OnEvent {
        OnEventValue(Condition condition, Comparison comparison) {
            super(condition, comparison);
        }

        @Override
        Truth of(EventView event) {
            Double value = event.value();
            return value == null ? Truth.FALSE : comparison.written(value);
        }

        @Override
        Reading reading(@Nullable EventView event, @Nullable ProfileFacts profile) {
            return Reading.of(
                            EventField.VALUE.json(),
                            event == null ? null : event.value(),
                            value -> turned(value == null ? Truth.FALSE : comparison.written((Double) value)))
                    .or(Reading.doublesNear(comparison.operands()))
                    .orMissing();
        }
    }

    /** On the event's sequence. */
    static final class OnEventSequence extends OnEvent {
        OnEventSequence(Condition condition, Comparison comparison) {
            super(condition, comparison);
        }

        @Override
        Truth of(EventView event) {
            return comparison.integer(event.sequence());
        }

        @Override
        Reading reading(@Nullable EventView event, @Nullable ProfileFacts profile) {
            return Reading.of(
                            EventField.SEQUENCE.json(),
                            event == null ? null : (Long) event.sequence(),
                            value -> turned(value == null ? Truth.FALSE : comparison.integer((Long) value)))
                    .or(Reading.integersNear(comparison.operands()));
        }
    }

    /** On the event's timestamp. */
    static final class OnEventTime extends OnEvent {
        OnEventTime(Condition condition, Comparison comparison) {
            super(condition, comparison);
        }

        @Override
        Truth of(EventView event) {
            return comparison.instant(event.micros(), event.micros());
        }

        @Override
        Reading reading(@Nullable EventView event, @Nullable ProfileFacts profile) {
            return Reading.of(
                            EventField.TIMESTAMP.json(),
                            event == null ? null : Micros.toInstant(event.micros()),
                            value -> turned(
                                    value == null
                                            ? Truth.FALSE
                                            : comparison.instant(
                                                    Micros.of((Instant) value), Micros.of((Instant) value))))
                    .or(Reading.instants(comparison.instants(0)));
        }
    }

    /** On a path into the event's JSON. */
    static final class OnEventPath extends OnEvent {
        private final EventField root;
        private final String[] segments;

        OnEventPath(Condition condition, Comparison comparison, EventField root, List<String> segments) {
            super(condition, comparison);
            this.root = root;
            this.segments = segments.toArray(new String[0]);
        }

        @Override
        Truth of(EventView event) {
            return comparison.json(find(event), event.micros());
        }

        @Override
        Reading reading(@Nullable EventView event, @Nullable ProfileFacts profile) {
            long reference = event == null ? 0 : event.micros();
            Reading reading = Reading.of(
                            root.json() + "." + String.join(".", segments),
                            event == null ? null : find(event),
                            value -> turned(comparison.json(value, reference)))
                    .or(comparison.operands())
                    .or(Reading.decimalsNear(comparison.operands()));
            for (Instant instant : Reading.instants(comparison.instants(reference))) {
                reading = reading.or(List.of(instant.toString()));
            }
            return reading.orMissing().open();
        }

        private @Nullable Object find(EventView event) {
            Object found = root.map(event);
            for (String segment : segments) {
                // What is no object has no fields: missing.
                if (!(found instanceof Map<?, ?> map)) {
                    return null;
                }
                found = map.get(segment);
            }
            return found;
        }
    }

    /** A condition on a field of the profile. */
    private abstract static sealed class OnProfile extends CompiledCondition {
        final Comparison comparison;
        final ProfileField field;

        OnProfile(Condition condition, Comparison comparison, ProfileField field) {
            super(condition);
            this.comparison = comparison;
            this.field = field;
        }

        @Override
        final Truth positive(@Nullable EventView event, @Nullable ProfileFacts profile) {
            return profile == null ? Truth.FALSE : of(profile);
        }

        abstract Truth of(ProfileFacts profile);

        @Override
        public final boolean readsProfile() {
            return true;
        }
    }

    /** On a number of the profile. */
    static final class OnProfileNumber extends OnProfile {
        OnProfileNumber(Condition condition, Comparison comparison, ProfileField field) {
            super(condition, comparison, field);
        }

        @Override
        Truth of(ProfileFacts profile) {
            double number = profile.number(field);
            return Double.isNaN(number) ? Truth.FALSE : comparison.computed(number);
        }

        @Override
        public long validUntil(ProfileFacts profile) {
            return comparison.numberChanges(profile, field);
        }

        @Override
        Reading reading(@Nullable EventView event, @Nullable ProfileFacts profile) {
            double seen = profile == null ? Double.NaN : profile.number(field);
            return Reading.of(
                            field.json(),
                            Double.isNaN(seen) ? null : (Double) seen,
                            value -> turned(value == null ? Truth.FALSE : comparison.computed((Double) value)))
                    .or(Reading.doublesNear(comparison.operands()))
                    .within(value -> field.holds((Double) value));
        }
    }

    /** On an instant of the profile. */
    static final class OnProfileTime extends OnProfile {
        OnProfileTime(Condition condition, Comparison comparison, ProfileField field) {
            super(condition, comparison, field);
        }

        @Override
        Truth of(ProfileFacts profile) {
            long micros = profile.instant(field);
            return micros == Micros.ALWAYS ? Truth.FALSE : comparison.instant(micros, profile.now());
        }

        @Override
        public long validUntil(ProfileFacts profile) {
            long micros = profile.instant(field);
            return micros == Micros.ALWAYS ? Micros.NEVER : comparison.instantChanges(micros, profile.now());
        }

        @Override
        Reading reading(@Nullable EventView event, @Nullable ProfileFacts profile) {
            long seen = profile == null ? Micros.ALWAYS : profile.instant(field);
            long now = profile == null ? Micros.ALWAYS : profile.now();
            return Reading.of(
                            field.json(),
                            seen == Micros.ALWAYS ? null : Micros.toInstant(seen),
                            value -> turned(
                                    value == null ? Truth.FALSE : comparison.instant(Micros.of((Instant) value), now)))
                    .or(Reading.instants(comparison.instants(now)))
                    .within(value -> Micros.of((Instant) value) <= now);
        }
    }

    /** On a text of the profile. */
    static final class OnProfileText extends OnProfile {
        OnProfileText(Condition condition, Comparison comparison, ProfileField field) {
            super(condition, comparison, field);
        }

        @Override
        Truth of(ProfileFacts profile) {
            String text = profile.text(field);
            return text == null ? Truth.FALSE : comparison.text(text);
        }

        @Override
        public long validUntil(ProfileFacts profile) {
            return profile.nextChange(field, 0);
        }

        @Override
        Reading reading(@Nullable EventView event, @Nullable ProfileFacts profile) {
            return Reading.of(
                            field.json(),
                            profile == null ? null : profile.text(field),
                            value -> turned(value == null ? Truth.FALSE : comparison.text((String) value)))
                    .or(field.texts());
        }
    }

    /** On a set of texts of the profile. */
    static final class OnProfileTexts extends OnProfile {
        OnProfileTexts(Condition condition, Comparison comparison, ProfileField field) {
            super(condition, comparison, field);
        }

        @Override
        Truth of(ProfileFacts profile) {
            return comparison.texts(profile.texts(field));
        }

        @Override
        public long validUntil(ProfileFacts profile) {
            return profile.nextChange(field, 0);
        }

        @Override
        Reading reading(@Nullable EventView event, @Nullable ProfileFacts profile) {
            Set<String> seen = profile == null ? Set.of() : profile.texts(field);
            if (comparison.operands().size() == 1
                    && comparison.operands().get(0) instanceof String key
                    && profile != null) {
                // Being in one segment says nothing of another, nor does a tag, so each is a value of its own.
                String one = field == ProfileField.TAGS ? "tag " + key : "membership of " + key;
                return Reading.of(one, seen.contains(key), value -> {
                            Set<String> others = new TreeSet<>(seen);
                            others.remove(key);
                            if (Boolean.TRUE.equals(value)) {
                                others.add(key);
                            }
                            return turned(comparison.texts(others));
                        })
                        .or(List.of(true, false));
            }
            return Reading.of(field.json(), List.copyOf(seen), value -> test(event, profile));
        }
    }
}
