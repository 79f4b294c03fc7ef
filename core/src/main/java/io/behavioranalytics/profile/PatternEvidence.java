package io.behavioranalytics.profile;

import io.behavioranalytics.event.Category;
import io.behavioranalytics.event.EventType;
import io.behavioranalytics.event.Micros;
import java.io.DataInput;
import java.io.IOException;
import java.util.Arrays;
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
        if (within(at[HIGH_INTENT], HIGH_INTENT_WINDOW, now)) {
            return BehaviorPattern.HIGH_INTENT;
        }
        if (!within(last, SILENCE, now) || within(at[ABANDON], ABANDON_WINDOW, now)) {
            return BehaviorPattern.AT_RISK;
        }
        if (within(at[FORMS + 1], QUALIFIED_WINDOW, now) && within(at[CONTENTS + 1], QUALIFIED_WINDOW, now)) {
            return BehaviorPattern.QUALIFIED_INTEREST;
        }
        return within(at[RESEARCHES + 2], RESEARCH_WINDOW, now)
                ? BehaviorPattern.RESEARCHING
                : BehaviorPattern.EXPLORING;
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
