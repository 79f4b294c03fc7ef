package io.behavioranalytics.profile;

import io.behavioranalytics.condition.Explanation;
import io.behavioranalytics.condition.Reading;
import io.behavioranalytics.condition.SeenCount;
import io.behavioranalytics.condition.Truth;
import io.behavioranalytics.condition.Verdict;
import io.behavioranalytics.event.Category;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.Micros;
import java.io.DataInput;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * The instants that decide the pattern: for "at least n within d" the n-th latest is enough.
 *
 * <p>Windows are (now − d, now]: an event leaves its window at the instant d after it.
 */
final class PatternEvidence {
    private static final long DAY = 86_400_000_000L;
    private static final long HIGH_INTENT_WINDOW = 7 * DAY;
    private static final long ABANDON_WINDOW = 7 * DAY;
    private static final long SILENCE = 14 * DAY;
    private static final long QUALIFIED_WINDOW = 30 * DAY;
    private static final long RESEARCH_WINDOW = 14 * DAY;

    private static final Set<EventType> FORM =
            Set.of(EventType.FORM_START, EventType.FORM_SUBMIT, EventType.FORM_ABANDON);
    private static final Set<EventType> RESEARCH =
            Set.of(EventType.SEARCH_QUERY, EventType.FILTER_USAGE, EventType.DOWNLOAD);

    /** The latest application_complete or quote_request. */
    private static final int HIGH_INTENT = 0;
    /** The latest form_abandon, if no form_submit came after it. */
    private static final int ABANDON = 1;
    /** The two latest form events. */
    private static final int FORMS = 2;
    /** The two latest content events. */
    private static final int CONTENTS = 4;
    /** The three latest research events. */
    private static final int RESEARCHES = 6;

    private static final int SIZE = 9;
    private static final BehaviorPattern[] PATTERNS = BehaviorPattern.values();

    private final long[] at;

    PatternEvidence() {
        at = new long[SIZE];
        Arrays.fill(at, Micros.ALWAYS);
    }

    PatternEvidence(PatternEvidence other) {
        at = other.at.clone();
    }

    void add(EventType type, Category category, boolean highValuePage, long micros) {
        if (type.equals(EventType.QUOTE_REQUEST) || type.equals(EventType.APPLICATION_COMPLETE)) {
            at[HIGH_INTENT] = micros;
        } else if (type.equals(EventType.FORM_ABANDON)) {
            at[ABANDON] = micros;
        } else if (type.equals(EventType.FORM_SUBMIT)) {
            at[ABANDON] = Micros.ALWAYS;
        }
        if (FORM.contains(type)) {
            push(FORMS, 2, micros);
        }
        if (category == Category.CONTENT) {
            push(CONTENTS, 2, micros);
        }
        if (highValuePage || RESEARCH.contains(type)) {
            push(RESEARCHES, 3, micros);
        }
    }

    private void push(int from, int length, long micros) {
        System.arraycopy(at, from, at, from + 1, length - 1);
        at[from] = micros;
    }

    /** Tells whether a form was abandoned and none submitted since. */
    boolean abandonStands() {
        return at[ABANDON] != Micros.ALWAYS;
    }

    /** The pattern of a subject whose last event is given. */
    BehaviorPattern pattern(long last, long now) {
        for (BehaviorPattern pattern : PATTERNS) {
            if (holds(pattern, last, now)) {
                return pattern;
            }
        }
        throw new IllegalStateException("the last pattern always holds");
    }

    /** Whether a pattern's own rule holds, the patterns before it left aside. */
    private boolean holds(BehaviorPattern pattern, long last, long now) {
        return switch (pattern) {
            case HIGH_INTENT -> within(at[HIGH_INTENT], HIGH_INTENT_WINDOW, now);
            case AT_RISK -> !within(last, SILENCE, now) || within(at[ABANDON], ABANDON_WINDOW, now);
            case QUALIFIED_INTEREST ->
                within(at[FORMS + 1], QUALIFIED_WINDOW, now) && within(at[CONTENTS + 1], QUALIFIED_WINDOW, now);
            case RESEARCHING -> within(at[RESEARCHES + 2], RESEARCH_WINDOW, now);
            case EXPLORING -> true;
        };
    }

    /** Why a pattern's own rule holds or does not: what it read, each held against its window as the rule does. */
    Explanation explain(BehaviorPattern pattern, long last, long now) {
        return switch (pattern) {
            case HIGH_INTENT ->
                leaf("application_complete or quote_request in the last P7D", HIGH_INTENT, 1, HIGH_INTENT_WINDOW, now);
            case AT_RISK ->
                Explanation.joined(
                        false,
                        verdict(pattern, last, now),
                        List.of(
                                Explanation.negated(any(last, now)),
                                leaf(
                                        "form_abandon without a later form_submit in the last P7D",
                                        ABANDON,
                                        1,
                                        ABANDON_WINDOW,
                                        now)));
            case QUALIFIED_INTEREST ->
                Explanation.joined(
                        true,
                        verdict(pattern, last, now),
                        List.of(
                                leaf("form events in the last P30D", FORMS, 2, QUALIFIED_WINDOW, now),
                                leaf("content events in the last P30D", CONTENTS, 2, QUALIFIED_WINDOW, now)));
            case RESEARCHING ->
                leaf(
                        "searches, filters, downloads and high-value pages in the last P14D",
                        RESEARCHES,
                        3,
                        RESEARCH_WINDOW,
                        now);
            case EXPLORING ->
                Explanation.leaf(
                        Verdict.constant(Truth.TRUE),
                        "whatever else holds",
                        Reading.of("nothing", null, value -> Truth.TRUE),
                        List.of());
        };
    }

    private Verdict verdict(BehaviorPattern pattern, long last, long now) {
        return new Verdict(Truth.of(holds(pattern, last, now)), nextLeaving(last, now));
    }

    private static Explanation any(long last, long now) {
        boolean seen = within(last, SILENCE, now);
        Reading reading = Reading.of(
                        "any event in the last P14D",
                        SeenCount.of(seen ? 1 : 0),
                        value -> Truth.of(SeenCount.from(value).certain() > 0))
                .or(List.of(SeenCount.of(0), SeenCount.of(1)))
                .measuredBy(value -> SeenCount.of(seen ? 1 : 0).stepsTo(SeenCount.from(value)));
        Verdict verdict = new Verdict(Truth.of(seen), seen ? Micros.plus(last, SILENCE) : Micros.NEVER);
        return Explanation.leaf(verdict, "any event in the last P14D", reading, List.of());
    }

    /** At least so many of the latest that are kept lie in the window. */
    private Explanation leaf(String what, int from, int least, long window, long now) {
        int count = 0;
        while (count < least && within(at[from + count], window, now)) {
            count++;
        }
        SeenCount seen = SeenCount.of(count);
        long nth = at[from + least - 1];
        boolean holds = within(nth, window, now);
        Reading reading = Reading.of(
                        what, seen, value -> Truth.of(SeenCount.from(value).certain() >= least))
                .or(List.of(SeenCount.of(least - 1L), SeenCount.of(least)))
                .measuredBy(value -> seen.stepsTo(SeenCount.from(value)));
        Verdict verdict = new Verdict(Truth.of(holds), holds ? Micros.plus(nth, window) : Micros.NEVER);
        return Explanation.leaf(verdict, "at least " + least + ": " + what, reading, List.of());
    }

    /** The first instant after now at which the pattern is another, if nothing happens. */
    long nextChange(long last, long now) {
        BehaviorPattern current = pattern(last, now);
        long at = nextLeaving(last, now);
        while (at != Micros.NEVER && pattern(last, at) == current) {
            at = nextLeaving(last, at);
        }
        return at;
    }

    private long nextLeaving(long last, long now) {
        long next = Micros.NEVER;
        next = earlier(next, at[HIGH_INTENT], HIGH_INTENT_WINDOW, now);
        next = earlier(next, last, SILENCE, now);
        next = earlier(next, at[ABANDON], ABANDON_WINDOW, now);
        next = earlier(next, at[FORMS + 1], QUALIFIED_WINDOW, now);
        next = earlier(next, at[CONTENTS + 1], QUALIFIED_WINDOW, now);
        return earlier(next, at[RESEARCHES + 2], RESEARCH_WINDOW, now);
    }

    private static long earlier(long next, long micros, long window, long now) {
        return within(micros, window, now) ? Math.min(next, Micros.plus(micros, window)) : next;
    }

    private static boolean within(long micros, long window, long now) {
        return Micros.plus(micros, window) > now;
    }

    void writeTo(CompactFormat out) {
        for (long micros : at) {
            out.writeInstant(micros);
        }
    }

    static PatternEvidence readFrom(DataInput in, long last) throws IOException {
        PatternEvidence read = new PatternEvidence();
        for (int i = 0; i < SIZE; i++) {
            read.at[i] = CompactFormat.readInstant(in, last);
        }
        return read;
    }
}
