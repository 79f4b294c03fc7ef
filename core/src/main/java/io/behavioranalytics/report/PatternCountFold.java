package io.behavioranalytics.report;

import io.behavioranalytics.event.Micros;
import io.behavioranalytics.event.SubjectId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Answers a {@link PatternCount}. A match is looked for in all ways at once, part by part; ways that are at the same place are one, so it takes at
 * most as many steps from a start as there are parts times events, and where times are bounded pairs of events.
 */
final class PatternCountFold implements TimelineFold<PatternCountReport> {
    private final PatternCount question;
    private final List<EventPattern.Part> parts;
    private final SelectorMasks masks;
    private final long from;
    private final long to;
    private final NavigableMap<SubjectId, PatternCountReport.Example> examples = new TreeMap<>();
    private long subjects;
    private long matches;

    private long[] micros = new long[64];
    private long[] fits = new long[64];
    private int size;

    PatternCountFold(PatternCount question) {
        this.question = question;
        parts = question.pattern().parts();
        masks = new SelectorMasks(question.conditions());
        ReportFilter filter = question.filter();
        from = filter.from() == null ? Micros.ALWAYS : Micros.of(filter.from());
        to = filter.to() == null ? Micros.NEVER : Micros.of(filter.to());
    }

    @Override
    public void accumulate(SubjectHistory history) {
        read(history);
        long found = 0;
        int start = 0;
        boolean told = false;
        while (start < size) {
            Search search = new Search(start);
            int end = search.run();
            if (!told) {
                told = true;
                tell(history.subject(), end >= 0, search);
            }
            if (end < 0) {
                break;
            }
            found++;
            start = Math.max(end, start + 1);
        }
        subjects += found > 0 ? 1 : 0;
        matches += found;
    }

    private void read(SubjectHistory history) {
        size = 0;
        for (int i = 0; i < history.size(); i++) {
            long at = history.micros(i);
            long mask = at < from || at >= to ? 0 : masks.of(history, i);
            if (mask != 0) {
                if (size == micros.length) {
                    micros = Arrays.copyOf(micros, size * 2);
                    fits = Arrays.copyOf(fits, size * 2);
                }
                micros[size] = at;
                fits[size++] = mask;
            }
        }
    }

    private void tell(SubjectId subject, boolean whole, Search search) {
        if (question.examples() == 0 || (!whole && search.best.length == 0)) {
            return;
        }
        List<Instant> instants = new ArrayList<>();
        for (int place : search.best) {
            instants.add(Micros.toInstant(micros[place]));
        }
        examples.put(subject, new PatternCountReport.Example(subject, whole, instants));
        if (examples.size() > question.examples()) {
            examples.pollLastEntry();
        }
    }

    @Override
    public void merge(TimelineFold<PatternCountReport> other) {
        PatternCountFold more = (PatternCountFold) other;
        subjects += more.subjects;
        matches += more.matches;
        examples.putAll(more.examples);
        while (examples.size() > question.examples()) {
            examples.pollLastEntry();
        }
    }

    @Override
    public PatternCountReport result(ReportFrame frame) {
        return new PatternCountReport(frame, subjects, matches, List.copyOf(examples.values()));
    }

    /** Looks for the earliest match from an event on. */
    private final class Search {
        private final int start;
        private int[] best = new int[0];

        Search(int start) {
            this.start = start;
        }

        /** The place behind the match, or -1. */
        int run() {
            int last = parts.isEmpty() ? start + 1 : size;
            for (int first = start; first < last; first++) {
                int end = matches(first);
                if (end >= 0) {
                    return end;
                }
            }
            return -1;
        }

        /**
         * A match that begins with an event. States are kept breadth first by place, part by part: a state is the next event, the event
         * before, and how it was reached.
         */
        private int matches(int first) {
            List<State> states = List.of(new State(first, -1, null, -1));
            for (int part = 0; part < parts.size(); part++) {
                states = step(states, part);
                if (states.isEmpty()) {
                    return -1;
                }
                for (State state : states) {
                    keep(state);
                }
            }
            return states.stream().mapToInt(state -> state.next).min().orElseThrow();
        }

        private void keep(State state) {
            int[] chosen = state.chosen();
            if (chosen.length > best.length) {
                best = chosen;
            }
        }

        /** What may follow. The event before is told apart only where a time is bounded before another event is met. */
        private List<State> step(List<State> states, int part) {
            EventPattern.Part wanted = parts.get(part);
            boolean timed = isTimedBehind(part);
            Set<Long> seen = new HashSet<>();
            List<State> next = new ArrayList<>();
            if (wanted instanceof EventPattern.AnyMany && !timed) {
                State least = states.stream()
                        .min(Comparator.comparingInt(state -> state.next))
                        .orElseThrow();
                for (int place = least.next; place <= size; place++) {
                    next.add(new State(place, place - 1, least, -1));
                }
                return next;
            }
            for (State state : states) {
                if (wanted instanceof EventPattern.AnyMany) {
                    for (int place = state.next; place <= size; place++) {
                        int last = place == state.next ? state.last : place - 1;
                        if (seen.add((long) place << 32 | last + 1)) {
                            next.add(new State(place, last, state, -1));
                        }
                    }
                } else if (wanted instanceof EventPattern.Gap gap) {
                    long span = Micros.of(gap.span());
                    for (int place = state.next; place < size; place++) {
                        long since = state.last < 0 ? 0 : micros[place] - micros[state.last];
                        if (gap.operator().holds(since, span)
                                && seen.add((long) place << 32 | (timed ? state.last + 1 : 0))) {
                            next.add(new State(place, state.last, state, -1));
                        }
                    }
                } else if (state.next < size && fits(wanted, state.next) && seen.add((long) state.next)) {
                    int chosen = wanted instanceof EventPattern.Meets ? state.next : -1;
                    next.add(new State(state.next + 1, state.next, state, chosen));
                }
            }
            return next;
        }

        private boolean isTimedBehind(int part) {
            for (EventPattern.Part later : parts.subList(part + 1, parts.size())) {
                if (later instanceof EventPattern.Gap) {
                    return true;
                }
                if (!(later instanceof EventPattern.AnyMany)) {
                    return false;
                }
            }
            return false;
        }

        private boolean fits(EventPattern.Part part, int place) {
            return part instanceof EventPattern.AnyOne
                    || (part instanceof EventPattern.Meets meets && (fits[place] >>> (meets.condition() - 1) & 1) != 0);
        }
    }

    /** Where a search is: the next event, the one before it, and the events that were chosen for conditions. */
    private static final class State {
        private final int next;
        private final int last;
        private final @Nullable State before;
        private final int chosen;

        State(int next, int last, @Nullable State before, int chosen) {
            this.next = next;
            this.last = last;
            this.before = before;
            this.chosen = chosen;
        }

        int[] chosen() {
            List<Integer> places = new ArrayList<>();
            for (State state = this; state != null; state = state.before) {
                if (state.chosen >= 0) {
                    places.add(0, state.chosen);
                }
            }
            return places.stream().mapToInt(Integer::intValue).toArray();
        }
    }
}
