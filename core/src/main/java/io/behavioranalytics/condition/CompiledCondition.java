package io.behavioranalytics.condition;

import io.behavioranalytics.event.EventView;
import io.behavioranalytics.event.Micros;
import io.behavioranalytics.json.Violation;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A condition made ready once to be asked often: the only evaluator of conditions there is.
 *
 * <p>The answer is three-valued; docs/conditions.md has the table. Asking allocates nothing, except for {@code matches},
 * whose engine keeps its own records, and for decimals of more than 18 digits. Immutable; safe to share between threads.
 */
public abstract sealed class CompiledCondition {
    private final boolean inverted;

    private CompiledCondition(boolean inverted) {
        this.inverted = inverted;
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
    static CompiledCondition unanswerable() {
        return new Unanswerable();
    }

    /**
     * Answers for an event and a profile.
     *
     * @param event the event, or null if there is none: its fields are missing then
     * @param profile the profile, or null if there is none: its fields are missing then
     * @return true, false or unknown
     */
    public final Truth test(@Nullable EventView event, @Nullable ProfileFacts profile) {
        Truth answer = positive(event, profile);
        return inverted ? answer.not() : answer;
    }

    /** The answer of the positive operator, not negated. */
    abstract Truth positive(@Nullable EventView event, @Nullable ProfileFacts profile);

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
        Unanswerable() {
            super(false);
        }

        @Override
        Truth positive(@Nullable EventView event, @Nullable ProfileFacts profile) {
            return Truth.UNKNOWN;
        }
    }

    /** A condition on a field of the event. */
    private abstract static sealed class OnEvent extends CompiledCondition {
        final Comparison comparison;

        OnEvent(boolean inverted, Comparison comparison) {
            super(inverted);
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

        OnEventText(boolean inverted, Comparison comparison, EventField field) {
            super(inverted, comparison);
            this.field = field;
        }

        @Override
        Truth of(EventView event) {
            String text = field.text(event);
            return text == null ? Truth.FALSE : comparison.text(text);
        }
    }

    /** On the event's value. */
    static final class OnEventValue extends OnEvent {
        OnEventValue(boolean inverted, Comparison comparison) {
            super(inverted, comparison);
        }

        @Override
        Truth of(EventView event) {
            Double value = event.value();
            return value == null ? Truth.FALSE : comparison.written(value);
        }
    }

    /** On the event's sequence. */
    static final class OnEventSequence extends OnEvent {
        OnEventSequence(boolean inverted, Comparison comparison) {
            super(inverted, comparison);
        }

        @Override
        Truth of(EventView event) {
            return comparison.integer(event.sequence());
        }
    }

    /** On the event's timestamp. */
    static final class OnEventTime extends OnEvent {
        OnEventTime(boolean inverted, Comparison comparison) {
            super(inverted, comparison);
        }

        @Override
        Truth of(EventView event) {
            return comparison.instant(event.micros(), event.micros());
        }
    }

    /** On a path into the event's JSON. */
    static final class OnEventPath extends OnEvent {
        private final EventField root;
        private final String[] segments;

        OnEventPath(boolean inverted, Comparison comparison, EventField root, List<String> segments) {
            super(inverted, comparison);
            this.root = root;
            this.segments = segments.toArray(new String[0]);
        }

        @Override
        Truth of(EventView event) {
            Object found = root.map(event);
            for (String segment : segments) {
                // What is no object has no fields: missing.
                if (!(found instanceof Map<?, ?> map)) {
                    return Truth.FALSE;
                }
                found = map.get(segment);
            }
            return comparison.json(found, event.micros());
        }
    }

    /** A condition on a field of the profile. */
    private abstract static sealed class OnProfile extends CompiledCondition {
        final Comparison comparison;
        final ProfileField field;

        OnProfile(boolean inverted, Comparison comparison, ProfileField field) {
            super(inverted);
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
        OnProfileNumber(boolean inverted, Comparison comparison, ProfileField field) {
            super(inverted, comparison, field);
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
    }

    /** On an instant of the profile. */
    static final class OnProfileTime extends OnProfile {
        OnProfileTime(boolean inverted, Comparison comparison, ProfileField field) {
            super(inverted, comparison, field);
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
    }

    /** On a text of the profile. */
    static final class OnProfileText extends OnProfile {
        OnProfileText(boolean inverted, Comparison comparison, ProfileField field) {
            super(inverted, comparison, field);
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
    }

    /** On a set of texts of the profile. */
    static final class OnProfileTexts extends OnProfile {
        OnProfileTexts(boolean inverted, Comparison comparison, ProfileField field) {
            super(inverted, comparison, field);
        }

        @Override
        Truth of(ProfileFacts profile) {
            Set<String> texts = profile.segments();
            return comparison.texts(texts);
        }

        @Override
        public long validUntil(ProfileFacts profile) {
            return profile.nextChange(field, 0);
        }
    }
}
